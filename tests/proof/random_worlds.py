"""Looks for right migrations that the proof on rows rejects: random projects, invented rows of many seeds.

usage: python tests/proof/random_worlds.py [--worlds 200] [--seed X] [--show NUMBER] [--workers 2]
Prints each world whose migration was rejected or could not be tried, with why, and counts what became of all. A person has to judge:
a rejection is a mistake of the program either way, of its plan or of its proof. Exit status 1 where there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "mend"))
sys.path.insert(0, str(Path(__file__).parent))

from bench import Bench
from case import Case
from one_server import Shared, shared
from worlds import World, world

from prisma_drift.commands.run import run
from prisma_drift.postgres.server.server import parse_shadow, server
from prisma_drift.rows.candidates import Candidates


@dataclass(frozen=True)
class Outcome:
    """What became of one world."""

    word: str
    """in-step | proved | told | stops | open (nothing offered, with a reason) | invalid | fails (its own migrations) | REJECTED | SKIPPED"""
    why: str
    report: dict[str, Any]
    sql: str
    """Of the history."""
    before: World
    after: World


def ddl(text: str, folder: Path) -> str:
    """The SQL that makes a schema."""
    file, output = folder / "before.prisma", folder / "before.sql"
    file.write_text(text)
    output.unlink(missing_ok=True)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        run(["diff", "--from", "empty", "--to", str(file), "--script", "--output", str(output)])
    if not output.exists():
        raise ValueError(said.getvalue())
    return output.read_text()


def history(before: World, folder: Path) -> str:
    """The migration that makes the world before, with what no schema declares."""
    sql = ddl(before.text(), folder)
    for table, clause in before.partitioned.items():
        sql = re.sub(rf'(CREATE TABLE "{table}" \(.*?\n\));', rf"\1 {clause}", sql, count=1, flags=re.S)
    setup = """CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS vector; CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS ltree;
CREATE DOMAIN email_domain AS text CHECK (VALUE <> 'zz'); CREATE TYPE pair AS (a int, b text);
"""
    return setup + sql + "\n" + "\n".join(before.extras)


def judged(seed: str, running: Bench, folder: Path) -> Outcome:
    """Make a world, check it, and say what became of it."""
    before, after = world(seed)
    # another seed, other rows
    Candidates._salt = lambda self, name: zlib.crc32(f"{seed}{self.table}.{name}".encode()) % 1009  # type: ignore[method-assign]
    try:
        sql = history(before, folder)
    except ValueError as error:
        return Outcome("invalid", str(error)[-300:], {}, "", before, after)
    names = {model.name for model in before.models}
    told = [one for one in after.told if one.partition("=")[0].partition(".")[0] in names]
    flags = tuple(word for one in told for word in ("--rename", one))
    case = Case("world", seed, (sql,), "", after.text(), (), flags)
    report = running.report(case)
    return Outcome(*word_of(report), report, sql, before, after)


def word_of(report: dict[str, Any]) -> tuple[str, str]:
    """What a report says of a world, and why."""
    if report["verdict"] == "in-step":
        return "in-step", ""
    if report["verdict"] == "error":
        first = report["findings"][0]
        failed = str(first["id"]).startswith("migration-") or ("line" in first and "migration.sql" in str(first.get("file")))  # fmt: skip
        return ("fails" if failed else "invalid"), f"{first['id']}: {first['message']}"
    rows = report["proof"].get("populated") if report.get("proof") else None
    mistake = [h for h in report["hazards"] if h["id"] == "nothing-proved"]
    if rows and rows.get("error"):
        return "REJECTED", str(rows["error"])
    if rows and rows.get("skipped"):
        return "SKIPPED", str(rows["skipped"])
    if not report["corrective_sql"]:
        empty = (report.get("proof") or {}).get("empty") or {}
        return ("UNPROVED" if mistake else "open"), str(empty.get("error") or "")
    if rows and rows["stops_where_told"]:
        return "stops", ""
    return ("told" if rows and rows["lost_as_told"] else "proved"), ""


def main() -> int:
    options = _options()
    counts: Counter[str] = Counter()
    for number, one in _outcomes(options):
        counts[one.word] += 1
        loud = one.word.isupper() or (options.verbose and one.word in ("invalid", "fails"))
        if options.show is not None:
            show(one)
        elif loud:
            print(f"{one.word} {number}: {one.why[:400]}   [{', '.join(one.after.edits)}]", flush=True)
    print(", ".join(f"{n} {w}" for w, n in counts.most_common()))
    return 1 if any(word.isupper() for word in counts) else 0


def show(one: Outcome) -> None:
    """Everything about one world."""
    print(one.sql, one.before.text(), one.after.text(), one.after.edits, one.after.told, sep="\n")
    for hazard in one.report.get("hazards") or []:
        print(hazard["severity"], hazard["id"], hazard["object"], hazard["message"])
    for check in one.report.get("checks") or []:
        print(check["breaks"], check["id"], check["object"], check["sql"])
    print(one.report.get("corrective_sql") or f"REJECTED:\n{one.report.get('rejected_sql')}")
    print(one.report.get("proof"), one.word, one.why)


def _outcomes(options: argparse.Namespace) -> Iterator[tuple[int, Outcome]]:
    numbers = (
        [options.show] if options.show is not None else range(options.start, options.start + options.worlds)
    )
    seeds = [(n, f"{options.seed}/{n}") for n in numbers]
    if options.workers == 1 or options.show is not None:
        _start()
        yield from (_judged(one) for one in seeds)
        _STACK.close()
        return
    with Pool(options.workers, _start) as pool:
        yield from pool.imap(_judged, seeds)


_STACK = ExitStack()
_BENCH: list[tuple[Bench, Path, Shared]] = []


def _start() -> None:
    folder = Path(_STACK.enter_context(tempfile.TemporaryDirectory()))
    one = _STACK.enter_context(shared(_STACK.enter_context(server(parse_shadow("embedded")))))
    _BENCH.append((Bench(one, folder), folder, one))


def _judged(one: tuple[int, str]) -> tuple[int, Outcome]:
    running, folder, server = _BENCH[0]
    try:
        return one[0], judged(one[1], running, folder)
    finally:
        server.clear()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Looks for right migrations that the proof on rows rejects.")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="also what is invalid")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print this one whole")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
