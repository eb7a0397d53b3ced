"""Says of a corrective migration on a database with rows: is every value kept, or is what is lost or fails told before?

A case is right if
  kept       the migration applies, `ideal` holds, and no check counted anything;
  predicted  it fails, nothing is changed, and a check that `fails` had counted rows;
  told       it fails on rows that row security hides, and a hazard says so; or it applies, `ideal` does not hold, and a check that `loses` had counted rows or a hazard, error or warning,
             names the object (not enough where the case `must` keep everything);
  refused    no SQL is shown, an error says why, by object, and the case allows it.
It is wrong if
  silent       values are lost or changed without a word, or a check or a failed migration changes the database;
  untold       the migration fails without a word;
  false alarm  a check counts rows though nothing fails or is lost, cannot be run, or is no read-only SELECT of one count;
  unproved     SQL is shown whose proof does not hold;
  broken       the case's own migrations or rows do not work: a mistake of the suite;
  nothing      no SQL and no reason, or none that works where everything can be kept.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Any

import psycopg
from bench import Bench, BrokenCaseError, Connection, send
from case import Case, Part, Rows, Verdict
from psycopg import sql as text

CHANGED = "a check changed the database"


def judge(case: Case, bench: Bench) -> Verdict:
    report = bench.report(case)
    found = _Found(report, case)
    if report["verdict"] == "error":
        return found.verdict("nothing", str(report["findings"][0]["message"]))
    proof = (report.get("proof") or {}).get("empty") or {}
    if found.sql and (proof.get("applied") is False or proof.get("residual")):
        return found.verdict("unproved", str(proof.get("error") or f"{proof['residual']} changes are left"))
    if not found.sql and report["verdict"] != "in-step":
        return found.without_sql()
    try:
        with bench.migrated(case) as (connection, reader):
            return found.on(connection, reader)
    except BrokenCaseError as error:
        return found.verdict("broken", str(error))


class _Found:
    """A report on a case, as far as the verdict needs it."""

    def __init__(self, report: dict[str, Any], case: Case) -> None:
        self._case = case
        self._report = report
        self.sql = str(report.get("corrective_sql") or "")
        self._hazards: list[dict[str, Any]] = report.get("hazards") or []
        self._checks: list[dict[str, Any]] = report.get("checks") or []
        self._counts: list[int | None] = []

    def verdict(self, word: str, why: str = "") -> Verdict:
        hazards = tuple(f"{h['severity']} {h['id']} {h['object']}: {h['message']}" for h in self._hazards)
        counts = [*self._counts, *[None] * (len(self._checks) - len(self._counts))]
        checks = tuple(
            f"{'-' if n is None else n} {c['breaks']} {c['id']} {c['object']}: {c['message']}"
            for n, c in zip(counts, self._checks, strict=True)
        )
        return Verdict(word, " ".join(why.split())[:300], self.sql, hazards, checks)

    def without_sql(self) -> Verdict:
        """No SQL is right only with a reason."""
        reasons = [
            r
            for r in (*self._hazards, *self._report["findings"])
            if r.get("severity") == "error" and r.get("object")
        ]
        about = [name for part in self._case.parts if part.refusal_ok for name in part.about]
        allowed = any(part.refusal_ok for part in self._case.parts)
        if allowed and self._hazards and reasons and _named(self._hazards, about):
            return self.verdict("refused", reasons[0]["message"])
        return self.verdict(
            "nothing", "refused, but a mend is wanted" if self._hazards else "no SQL, no reason"
        )

    def on(self, connection: Connection, reader: Connection) -> Verdict:
        """Count every check, apply the SQL, and look."""
        before = content(reader)
        for check in self._checks:
            try:
                self._counts.append(count(connection, check["sql"]))
            except (psycopg.Error, ValueError) as error:
                self._counts.append(None)
                return self.verdict("false alarm", f"a check cannot be run: {error}: {check['sql']}")
        if content(reader) != before:
            return self.verdict("silent", CHANGED)
        try:
            send(connection, self.sql)
        except psycopg.Error as error:
            with contextlib.suppress(psycopg.Error):
                connection.execute("ROLLBACK")
            if content(reader) != before:
                return self.verdict("silent", f"failed half-way: {error}")
            if all(part.must for part in self._case.parts):
                return self.verdict("nothing", f"fails, though everything can be kept: {error}")
            hidden = [h for h in self._hazards if h["id"] == "row-security"]
            stopped = f"{error.diag.schema_name}.{error.diag.table_name}"
            if _named(hidden, [stopped]):
                # Nobody can count rows that a policy hides: what matters is that it is said.
                return self.verdict("told", str(error))
            return self.verdict("predicted" if self._total("fails") else "untold", str(error))
        verdicts = [self._applied(reader, part) for part in self._case.parts]
        return next((v for v in verdicts if not v.right), max(verdicts, key=lambda v: v.word == "told"))

    def _applied(self, connection: Connection, part: Part) -> Verdict:
        found: Rows | None = None
        about = part.about if len(self._case.parts) > 1 else ()
        if part.ideal is not None:
            try:
                found = rows(connection, part.ideal.sql)
            except psycopg.Error as error:
                found = [[f"the mended database is another: {error}"]]
        if part.ideal is not None and found == part.ideal.rows:
            fails, loses = self._total("fails", about), self._total("loses", about)
            if not fails and not loses:
                return self.verdict("kept")
            if part.doubt:
                return self.verdict("told")
            return self.verdict("false alarm", f"{fails} would fail, {loses} be lost, but nothing was")
        wanted = f"wanted {part.ideal.rows}, have {found}" if part.ideal else "not every value can be kept"
        if part.must:
            return self.verdict("silent", wanted)
        serious = [h for h in self._hazards if h.get("severity") in ("error", "warning")]
        told = self._total("loses", about) or _named(serious, part.about)
        return self.verdict("told" if told else "silent", wanted)

    def _total(self, breaks: str, about: Sequence[str] = ()) -> int:
        """How many rows checks have counted, on these objects."""
        counted = zip(self._checks, self._counts, strict=True)
        return sum(n or 0 for check, n in counted if check["breaks"] == breaks and _named([check], about))


def _named(found: list[dict[str, Any]], about: Sequence[str]) -> bool:
    """Whether one of the hazards or checks is about one of these objects, or about its table."""
    return any(not about or _same_object(str(f["object"]), name) for f in found for name in about or ("",))


def _same_object(found: str, wanted: str) -> bool:
    return found == wanted or wanted.startswith(found + ".") or found.startswith(wanted + ".")


def count(connection: Connection, sql: str) -> int:
    """What a check counts, in a transaction that may only read. ValueError where it is no SELECT of one count."""
    if not re.match(r"\s*SELECT\b", sql, re.IGNORECASE):
        raise ValueError("no SELECT")
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        result = connection.pgconn.exec_params(sql.encode(), None)
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
    finally:
        connection.execute("ROLLBACK")
    value = result.get_value(0, 0) if (result.ntuples, result.nfields) == (1, 1) else None
    if value is None:
        raise ValueError("not one count")
    return int(value)


def rows(connection: Connection, sql: str) -> Rows:
    found = connection.execute(sql.encode()).fetchall()
    return [[None if value is None else str(value) for value in row] for row in found]


def content(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    found = {}
    for schema, table in tables:
        query = text.SQL("SELECT t::text FROM {}.{} AS t ORDER BY 1").format(
            text.Identifier(schema), text.Identifier(table)
        )
        found[f"{schema}.{table}"] = [str(row[0]) for row in connection.execute(query)]
    return found
