"""Where in a migration file the statement stands that failed."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from ...migrations.split import Statement, split
from ...model.source import Position
from ...model.values import frozen
from .batches import Batch
from .runner import QUERY_CANCELED, Failure, run_all

if TYPE_CHECKING:
    from ..server.database import Connection

RERUN_SECONDS = 15.0
EXCERPT_WIDTH = 160


@frozen
class Place:
    """The failing statement and the place that the error is about."""

    position: Position
    excerpt: str
    """The line and a caret below it."""
    statement: str
    """Text of the failing statement; the whole file where it is not known."""


def locate(
    connection: Connection, file: str, sql: str, batch: Batch, failure: Failure, limit: float
) -> Place:
    """The place of a failure, from the server's own position or by running the statements one by one.

    `batch`: what of the file was sent when it failed. `limit`: seconds that a migration may take; running again takes no
    longer, and less where that is much. Leaves the connection outside of any transaction, with what the batch did rolled
    back (as far as it can be).
    """
    _roll_back(connection)
    statements = split(sql)
    offset = batch.offset + failure.message.position - 1
    if failure.message.position > 0:
        offset = min(offset, max(len(sql) - 1, 0))
        found = next((s for s in statements if s.offset <= offset <= s.end_offset), None)
        return _place(file, sql, offset, found)
    found = batch.statement
    if found is None:
        end = batch.offset + len(batch.text)
        sent = tuple(s for s in statements if batch.offset <= s.offset and s.end_offset <= end)
        found = _rerun(connection, sent, failure, min(limit, RERUN_SECONDS))
        _roll_back(connection)
        statements = sent or statements
    if found is None:
        return _place(file, sql, statements[0].offset if statements else 0, None)
    return _place(file, sql, found.offset + _block_line(found.text, failure.message.context), found)


def _rerun(
    connection: Connection, statements: tuple[Statement, ...], failure: Failure, limit: float
) -> Statement | None:
    """The first statement that fails when they run one by one in a transaction."""
    if len(statements) < 2:
        return statements[0] if statements else None
    if not failure.message.sqlstate:
        return None
    texts = [b"BEGIN", *(s.text.encode("utf-8", "surrogatepass") for s in statements)]
    again = run_all(connection, texts, limit)
    if again is None or again.number == 0:
        return None
    expected = (
        (failure.message.sqlstate, QUERY_CANCELED) if failure.timed_out else (failure.message.sqlstate,)
    )
    return statements[again.number - 1] if again.message.sqlstate in expected else None


def _block_line(statement: str, context: str) -> int:
    """Characters from the start of a DO statement to the line of its body that the error's context names; else 0."""
    named = re.search(r"function inline_code_block line (\d+)", context)
    opening = re.search(r"\$\w*\$", statement)
    if not named or not opening:
        return 0
    at = opening.end()
    for _ in range(int(named[1]) - 1):
        at = statement.find("\n", at) + 1
        if not at:
            return 0
    return at + len(statement[at:]) - len(statement[at:].lstrip(" \t"))


def _place(file: str, sql: str, offset: int, statement: Statement | None) -> Place:
    start = sql.rfind("\n", 0, offset) + 1
    end = sql.find("\n", offset)
    line = sql[start : end if end >= 0 else len(sql)].rstrip("\r")
    column = offset - start
    position = Position(file, sql.count("\n", 0, start) + 1, column + 1)
    cut = max(0, column - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
    shown = line[cut : cut + EXCERPT_WIDTH]
    indent = re.sub(r"[^\t]", " ", shown[: column - cut])
    return Place(
        position, f"{shown}\n{indent}^" if shown.strip() else "", statement.text if statement else sql
    )


def _roll_back(connection: Connection) -> None:
    import psycopg

    with contextlib.suppress(psycopg.Error):
        connection.execute("ROLLBACK")
