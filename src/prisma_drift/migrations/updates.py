"""Reads statements that change rows: which table, which columns, which rows; None for what is written in another way."""

from __future__ import annotations

from ..model.values import frozen
from .cursor import Cursor, UnreadableError
from .facts import ObjectName

_CLAUSES = ("from", "where", "returning")


@frozen
class RowChange:
    """An UPDATE of single columns, a DELETE, or an INSERT (of which only the table is told)."""

    verb: str
    """update | delete | insert"""
    table: ObjectName
    alias: str = ""
    """Empty: the table goes by its own name."""
    values: tuple[tuple[str, str], ...] = ()
    """(column, SQL expression)"""
    source: str = ""
    """What stands after FROM, or after a DELETE's USING."""
    where: str = ""
    """The condition; empty for every row."""
    start: int = 0
    """Where the condition begins in the statement's text; its end is `end`."""
    end: int = 0


def read_row_change(text: str) -> RowChange | None:
    """One statement, without its semicolon."""
    try:
        cursor = Cursor(text)
        if cursor.take("update"):
            return _update(cursor)
        if cursor.take("delete", "from"):
            return _delete(cursor)
        if cursor.take("insert", "into"):
            return RowChange("insert", cursor.qualified())
    except UnreadableError:
        return None
    return None


def _table(cursor: Cursor, *following: str) -> tuple[ObjectName, str]:
    cursor.take("only")
    table = cursor.qualified()
    cursor.take("*")
    if cursor.take("as") or not (cursor.done() or any(cursor.peek(word) for word in following)):
        return table, cursor.name()
    return table, ""


def _update(cursor: Cursor) -> RowChange | None:
    table, alias = _table(cursor, "set")
    cursor.expect("set")
    values = []
    while True:
        if cursor.peek("("):
            return None
        column = cursor.name()
        cursor.expect("=")
        values.append((column, _until(cursor, ",", *_CLAUSES)))
        if not cursor.take(","):
            break
    source = _until(cursor, "where", "returning") if cursor.take("from") else ""
    return _condition(cursor, RowChange("update", table, alias, tuple(values), source))


def _delete(cursor: Cursor) -> RowChange | None:
    table, alias = _table(cursor, "using", "where", "returning")
    source = _until(cursor, "where", "returning") if cursor.take("using") else ""
    return _condition(cursor, RowChange("delete", table, alias, (), source))


def _condition(cursor: Cursor, change: RowChange) -> RowChange | None:
    start = end = len(cursor.text.rstrip())
    where = ""
    if cursor.take("where"):
        if cursor.peek("current", "of"):
            return None
        start = cursor.tokens[cursor.at].start if not cursor.done() else end
        where = _until(cursor, "returning")
        end = start + len(where)
    if cursor.take("returning"):
        cursor.at = len(cursor.tokens)
    if not cursor.done():
        return None
    return RowChange(change.verb, change.table, change.alias, change.values, change.source, where, start, end)


def _until(cursor: Cursor, *ends: str) -> str:
    """The text up to one of these words or marks outside of brackets; `IS DISTINCT FROM` is no end."""
    first, depth = cursor.at, 0
    while not cursor.done():
        token = cursor.tokens[cursor.at]
        if token.kind == "o":
            if depth == 0 and token.value in ends:
                break
            depth += (token.value in "([") - (token.value in ")]")
            if depth < 0:
                cursor.stop("an expression")
        elif depth == 0 and token.kind == "w" and token.value in ends:
            before = cursor.tokens[cursor.at - 1] if cursor.at > first else None
            if not (token.value == "from" and before is not None and before.value == "distinct"):
                break
        cursor.at += 1
    if cursor.at == first:
        cursor.stop("an expression")
    return cursor.text[cursor.tokens[first].start : cursor.tokens[cursor.at - 1].end]
