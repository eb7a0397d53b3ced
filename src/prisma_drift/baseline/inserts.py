"""INSERTs of constants in an old history: those that a baseline can carry on, and the trial that tells which hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..migrations.cursor import Token, UnreadableError, tokens
from ..model.source import Position
from ..model.values import frozen
from ..postgres.catalog.reader import quote

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Database

_CONSTANTS = frozenset({"null", "true", "false", "default", "array"})
_TYPED = frozenset({"date", "time", "timestamp", "timestamptz", "interval", "bit", "json", "jsonb", "uuid"})
"""Words that may stand before a string: `DATE '2024-01-01'`."""
_VALUE_SIGNS = frozenset("(),+-[]")


@frozen
class Insert:
    """An INSERT that gives the same rows whenever it runs, as far as its text tells."""

    position: Position
    text: str
    """Without the semicolon."""
    table: tuple[str, str]
    """(schema, table); the schema is empty where it is not written."""
    columns: tuple[str, ...]
    """Empty where none are written."""


@frozen
class Trial:
    """Which statements hold in the new schema, and why the others do not."""

    kept: tuple[Insert, ...]
    dropped: tuple[tuple[Insert, str], ...]
    """With the reason, as the end of a sentence."""


def read_insert(text: str, position: Position) -> Insert | None:
    """The statement, where it is `INSERT INTO … VALUES` of constants alone, perhaps with `ON CONFLICT … DO NOTHING`."""
    try:
        words = tokens(text)
    except UnreadableError:
        return None
    while words and words[-1][:2] == ("o", ";"):
        words.pop()
    if [word.value for word in words[:2]] != ["insert", "into"]:
        return None
    name, at = _name(words, 2)
    columns, at = _list(words, at)
    if not name or at >= len(words) or words[at][:2] != ("w", "values"):
        return None
    end = _values(words, at + 1)
    if end is None or not _ends(words[end:]):
        return None
    schema, table = name if len(name) == 2 else ("", name[0])
    return Insert(position, text[: words[-1].end], (schema, table), tuple(columns))


def _name(words: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The parts of a name, one or two, and what comes behind it."""
    parts: list[str] = []
    while at < len(words) and words[at].kind in "wq" and len(parts) < 2:
        parts.append(words[at].value)
        at += 1
        if at >= len(words) or words[at][:2] != ("o", "."):
            break
        at += 1
    return tuple(parts), at


def _list(words: Sequence[Token], at: int) -> tuple[list[str], int]:
    """The names in brackets that begin at `at`; none where there is no bracket."""
    if at >= len(words) or words[at][:2] != ("o", "("):
        return [], at
    names: list[str] = []
    for number in range(at + 1, len(words)):
        word = words[number]
        if word[:2] == ("o", ")"):
            return names, number + 1
        if word.kind in "wq":
            names.append(word.value)
    return names, len(words)


def _values(words: Sequence[Token], at: int) -> int | None:
    """Where the rows of a VALUES end; None where something in them is no constant."""
    depth = 0
    while at < len(words):
        word = words[at]
        if word[:2] == ("o", "::"):
            at = _type(words, at + 1)
            continue
        follows = words[at + 1] if at + 1 < len(words) else None
        if word.kind == "o" and word.value in _VALUE_SIGNS:
            depth += (word.value in "([") - (word.value in ")]")
        elif word.kind == "w" and depth:
            prefix = word.value in _TYPED and follows is not None and follows.kind == "s"
            called = follows is not None and follows[:2] == ("o", "(")
            if not prefix and (word.value not in _CONSTANTS or called):
                return None
        elif word.kind == "w":
            return at
        elif word.kind not in "sn" or not depth:
            return None
        at += 1
    return at


def _type(words: Sequence[Token], at: int) -> int:
    """What comes behind the type that a cast names."""
    while at < len(words) and (
        words[at].kind in "wq" or words[at][:2] in (("o", "."), ("o", "["), ("o", "]"))
    ):
        at += 1
        if at + 2 < len(words) and words[at][:2] == ("o", "(") and words[at + 1].kind == "n":
            while at < len(words) and words[at][:2] != ("o", ")"):
                at += 1
            at += 1
    return at


def _ends(rest: Sequence[Token]) -> bool:
    """Whether nothing, or ON CONFLICT … DO NOTHING, comes behind the rows."""
    words = [word.value for word in rest if word.kind == "w"]
    return not rest or (
        words[:2] == ["on", "conflict"] and words[-2:] == ["do", "nothing"] and "where" not in words
    )


def hold(inserts: Sequence[Insert], old: Database, new: Database, default_schema: str) -> Trial:
    """Which of them can stand at the end of a baseline: they run there, and give the rows that the history left.

    `old` was built by the history, `new` by the baseline without rows; nothing stays in `new`. A statement whose table
    holds other rows in the end (an UPDATE came later) is dropped, and with it what refers to its rows.
    """
    dropped: list[tuple[Insert, str]] = []
    kept = list(inserts)
    with (
        old.connect(default_schema=default_schema) as here,
        new.connect(default_schema=default_schema) as there,
    ):
        while kept:
            with there.transaction(force_rollback=True):
                kept, failed = _run(there, kept)
                wrong = _differing(here, there, kept)
            dropped += [
                *failed,
                *((one, "other statements of the history changed its rows") for one in wrong),
            ]
            if not wrong:
                break
            kept = [one for one in kept if one not in wrong]
    return Trial(tuple(kept), tuple(sorted(dropped, key=lambda one: one[0].position)))


def _run(connection: Connection, inserts: Sequence[Insert]) -> tuple[list[Insert], list[tuple[Insert, str]]]:
    """Those that run, in an order that works, and the others with what Postgres says: parents may have come later."""
    import psycopg

    done: list[Insert] = []
    todo, before = list(inserts), -1
    failed: list[tuple[Insert, str]] = []
    while todo and len(todo) != before:
        before, failed = len(todo), []
        for one in todo:
            try:
                with connection.transaction():
                    connection.execute(one.text.encode())
                done.append(one)
            except psycopg.Error as error:
                failed.append((one, (str(error).splitlines() or ["it does not run"])[0]))
        todo = [one for one, _ in failed]
    return done, failed


def _differing(here: Connection, there: Connection, inserts: Sequence[Insert]) -> list[Insert]:
    """The statements whose tables do not hold the rows that the history left."""
    tables: dict[tuple[str, str], set[str] | None] = {}
    for one in inserts:
        known = tables.setdefault(one.table, set())
        tables[one.table] = None if known is None or not one.columns else known | set(one.columns)
    wrong = {
        name for name, columns in tables.items() if _rows(here, name, columns) != _rows(there, name, columns)
    }
    return [one for one in inserts if one.table in wrong]


def _rows(
    connection: Connection, name: tuple[str, str], columns: set[str] | None
) -> tuple[object, ...] | None:
    """How many rows a table holds, and a digest of what they say in these columns (None: in all)."""
    table = ".".join(quote(part) for part in name if part)
    what = ", ".join(f"t.{quote(column)}" for column in sorted(columns)) if columns is not None else "t.*"
    query = (
        f"SELECT count(*), md5(coalesce(string_agg(r, E'\\n' ORDER BY r COLLATE \"C\"), ''))"  # noqa: S608  quoted
        f" FROM (SELECT row({what})::text AS r FROM {table} AS t) AS rows"
    )
    return connection.execute(query.encode()).fetchone()
