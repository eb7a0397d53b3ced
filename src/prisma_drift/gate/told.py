"""What a database's history says, as findings: each with a repair that can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ..model.counted import counted
from ..model.report import Finding
from ..model.source import Position
from ..postgres.catalog.reader import quote
from ..project import Config
from .history import Edited, Missing, Row, Standing
from .live import TABLE, History

PENDING = "deploy-pending"
FAILED = "deploy-failed"
ROLLED_BACK = "deploy-rolled-back"
EDITED = "deploy-edited"
COMMENTED = "deploy-edited-comment"
MISSING = "deploy-missing"
SQUASHED = "deploy-squashed"
OUT_OF_ORDER = "deploy-out-of-order"
LOCKED = "deploy-locked"
ABSENT = "history-absent"
ELSEWHERE = "history-elsewhere"
_TRACE = re.compile(r"^\s*(?:0: \w+::|DbError \{)", re.MULTILINE)
"""Where the engine's words end and its trace begins."""
_LOG = 600
"""Characters of a failed migration's log that are shown."""


def history_findings(config: Config, schema: str, history: History, standing: Standing) -> Iterator[Finding]:
    """Everything to say of the history table, in no order."""
    yield from _table(schema, history, standing)
    for row in standing.failed:
        yield _failed(row, standing)
    for row in standing.rolled_back:
        yield Finding(
            ROLLED_BACK,
            "note",
            row.name,
            f"Migration `{row.name}` failed here once and was marked as rolled back: it is pending again.",
        )
    for one in standing.edited:
        yield _edited(config, schema, one)
    for lost in standing.missing:
        yield _missing(config, lost)
    late = {migration.name for migration in standing.out_of_order}
    for migration in standing.pending:
        where = Position(migration.file, 1)
        if migration.name in late:
            yield Finding(
                OUT_OF_ORDER,
                "warning",
                migration.name,
                f"Migration `{migration.name}` is pending, though later ones have run: a new database runs it before them.",
                "Deploy runs it now, after them. If it was written later than its name says, give its folder a newer time.",
                position=where,
            )
        else:
            message = f"Migration `{migration.name}` has not run here yet: the next deploy runs it."
            yield Finding(PENDING, "note", migration.name, message, position=where)
    yield from _lock(history, standing)


def _table(schema: str, history: History, standing: Standing) -> Iterator[Finding]:
    if history.present or not standing.pending:
        return
    if history.elsewhere:
        named = ", ".join(f"`{place}`" for place in history.elsewhere)
        yield Finding(
            ELSEWHERE,
            "error",
            f"{schema}.{TABLE}",
            f"There is no history in the schema `{schema}`, but one in {named}: the URL asks for another schema than "
            "the one that was deployed to.",
            f"Add `?schema={history.elsewhere[0]}` to the URL, or take it off where it is wrong.",
        )
    elif history.other_tables:
        first = standing.pending[0].name
        yield Finding(
            ABSENT,
            "error",
            f"{schema}.{TABLE}",
            f"The schema `{schema}` has {counted(history.other_tables, 'table')} and no history: `prisma migrate deploy` "
            "refuses such a database (P3005).",
            "Mark what its tables already have as applied, oldest first: "
            f"`npx prisma migrate resolve --applied {shlex.quote(first)}`.",
        )


def _failed(row: Row, standing: Standing) -> Finding:
    log = " ".join(_TRACE.split(row.logs, maxsplit=1)[0].split())
    said = f" Its log: {log[:_LOG]}{'…' if len(log) > _LOG else ''}" if log else " It left no log."
    again = any(migration.name == row.name for migration, _ in standing.applied)
    quoted = shlex.quote(row.name)
    hint = (
        f"If nothing of it is left in the database: `npx prisma migrate resolve --rolled-back {quoted}`; mend the file, "
        f"and the next deploy runs it again. If you have finished it by hand: `npx prisma migrate resolve --applied {quoted}`. "
        "Prisma 7.4 and later run statement by statement, and what came before the failure may be there."
    )
    if again:
        hint = f"It ran later: `npx prisma migrate resolve --rolled-back {quoted}` closes the old attempt."
    return Finding(
        FAILED,
        "error",
        row.name,
        f"Migration `{row.name}` failed here and was not resolved: `prisma migrate deploy` stops before anything else (P3009).{said}",
        hint,
    )


def _edited(config: Config, schema: str, one: Edited) -> Finding:
    name, file = one.migration.name, one.migration.file
    where = Position(file, 1)
    if one.same_statements:
        message = f"Migration `{name}` has other comments or blanks than when it ran here; its statements are the same."
        hint = f"Deploy does not mind; `prisma migrate dev` asks for a reset where it ran. {_restore(config, one, file)}"
        return Finding(COMMENTED, "warning", name, message, hint.strip(), position=where)
    known = "other statements" if one.original is not None else "another text"
    message = f"Migration `{name}` has {known} than when it ran here: new databases are built otherwise than this one."
    back = (
        _restore(config, one, file) or "Restore the text that ran, and put the change into a new migration."
    )
    sql = (
        f"UPDATE {quote(schema)}.\"{TABLE}\" SET checksum = '{one.migration.checksum}' "  # noqa: S608
        f"WHERE migration_name = '{name.replace(chr(39), chr(39) * 2)}' AND rolled_back_at IS NULL;"  # shown, never run
    )
    return Finding(
        EDITED,
        "error",
        name,
        message,
        f"{back} If the edited text is the truth, and the database has been brought to it, say so there: {sql}",
        position=where,
    )


def _restore(config: Config, one: Edited, file: str) -> str:
    if one.original is None or not one.original.commit:
        return ""
    return f"Restore it: `git checkout {one.original.commit} -- {shlex.quote(file)}`."


def _missing(config: Config, one: Missing) -> Finding:
    name = one.row.name
    if one.squashed_into:
        return Finding(
            SQUASHED,
            "note",
            name,
            f"Migration `{name}` ran here and is not in the folder: `{one.squashed_into}` stands in its place.",
        )
    hint = "Deploy from a branch that has it, or restore its folder from version control."
    if one.original is not None and config.migrations is not None:
        folder = config.shown(config.migrations / name)
        hint = f"Restore it: `git checkout {one.original.commit} -- {shlex.quote(folder)}`, or merge the branch that has it."
    return Finding(
        MISSING,
        "error",
        name,
        f"Migration `{name}` ran here and is not in the folder: this is another history than the database's.",
        hint,
    )


def _lock(history: History, standing: Standing) -> Iterator[Finding]:
    for holder in history.holders:
        who = f" ({holder.application})" if holder.application else ""
        running = f" It seems to run `{standing.running.name}`." if standing.running else ""
        if holder.state.startswith("idle") and not standing.running:
            running = " It is idle, as a pooled connection is that a deploy has left behind."
        yield Finding(
            LOCKED,
            "error",
            f"advisory lock {holder.pid}",
            f"The session {holder.pid}{who} holds the lock of `prisma migrate`: a deploy waits 10 seconds for it and stops "
            f"(P1002).{running}",
            f"Let a deploy that runs come to its end. If none does: SELECT pg_terminate_backend({holder.pid});",
        )
