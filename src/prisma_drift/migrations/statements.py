"""SQL text → per statement, the facts that it states.

Statements that define objects are read by our own reader (ddl_*.py); queries go to sqlglot, which takes four times as
long for definitions and turns some of what matters to Prisma into opaque commands (docs/decisions/0301). What neither
can read is Opaque: it may have changed anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import ddl_objects, ddl_tables
from .code import body_of, changes_objects, composes_sql
from .cursor import Cursor, UnreadableError
from .facts import Data, Fact, Neutral, Opaque, SetSearchPath
from .split import Statement, split

__all__ = ["Reading", "Statement", "read", "read_statement", "split"]


class Reading(NamedTuple):
    """A statement and what it states."""

    statement: Statement
    facts: tuple[Fact, ...]


def read(sql: str) -> tuple[Reading, ...]:
    """Every statement of a file with its facts, in order."""
    harmless: set[str] = set()
    return tuple(Reading(statement, read_statement(statement, harmless)) for statement in split(sql))


def read_statement(statement: Statement, harmless: set[str] | None = None) -> tuple[Fact, ...]:
    """The facts that one statement states: at least one, maybe Opaque.

    `harmless` collects the names of functions whose definitions were read and change no object.
    """
    harmless = set() if harmless is None else harmless
    try:
        cursor = Cursor(statement.text, statement.line)
        facts = _read(cursor, statement, harmless)
        cursor.end()
    except UnreadableError as cause:
        dynamic = composes_sql(statement.text)
        return (Opaque(str(cause), statement.text, dynamic, statement.line),)
    return tuple(facts)


_Reader = Callable[[Cursor], list[Fact]]
_ALTER: dict[str, _Reader] = {
    "table": ddl_tables.alter_table,
    "index": ddl_objects.alter_index,
    "type": ddl_objects.alter_type,
    "extension": ddl_objects.alter_extension,
    "schema": ddl_objects.alter_schema,
    "sequence": ddl_objects.alter_sequence,
}
_DROP: dict[str, _Reader] = {
    "table": ddl_tables.drop_table,
    "index": ddl_objects.drop_index,
    "type": ddl_objects.drop_type,
    "extension": ddl_objects.drop_extension,
    "schema": ddl_objects.drop_schema,
    "sequence": ddl_objects.drop_sequence,
}
_CREATE: dict[str, _Reader] = {
    "type": ddl_objects.create_type,
    "extension": ddl_objects.create_extension,
    "schema": ddl_objects.create_schema,
    "sequence": ddl_objects.create_sequence,
}
_NEUTRAL_WORDS = (
    "begin start commit end savepoint release set reset grant revoke comment lock notify listen unlisten vacuum analyze "
    "reindex cluster checkpoint discard refresh security reassign show deallocate"
)
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_DATA = frozenset(("insert", "update", "delete", "merge", "truncate", "copy"))
_QUERIES = frozenset(("select", "with", "values", "table"))
_OTHER_KINDS = (
    "function procedure routine trigger constraint event view materialized policy rule aggregate operator domain role user group "
    "cast collation conversion text statistics publication subscription server foreign language default database tablespace "
    "access transform large system"
)
_HARMLESS_KINDS = frozenset(_OTHER_KINDS.split())
"""Kinds of objects that Prisma's language cannot declare: CREATE and ALTER of them change nothing it can."""


def _read(cursor: Cursor, statement: Statement, harmless: set[str]) -> list[Fact]:
    verb = cursor.next()
    word = verb.value if verb.kind == "w" else ""
    line = statement.line
    if word == "create":
        found = _create(cursor, line)
        made = found[0]
        if isinstance(made, Neutral) and made.kind == "function" and not changes_objects(body_of(cursor)):
            harmless.add(made.name.rsplit(".", 1)[-1])
        return found
    if word in ("alter", "drop"):
        readers = _ALTER if word == "alter" else _DROP
        kind = cursor.one_of(*readers)
        return readers[kind](cursor) if kind else _other(cursor, word, line)
    if word in ("set", "reset"):
        return _setting(cursor, word, line)
    if word in _NEUTRAL:
        cursor.at = len(cursor.tokens)
        return [Neutral(word, line=line)]
    if word in _DATA:
        cursor.at = len(cursor.tokens)
        return [Data(word, line)]
    if word in _QUERIES or verb.value == "(":
        from .queries import read_query

        cursor.at = len(cursor.tokens)
        return [read_query(statement.text, line, harmless)]
    if word == "do" and not changes_objects(body_of(cursor)):
        cursor.at = len(cursor.tokens)
        return [Data("do", line)]
    raise UnreadableError(_OPAQUE.get(word, "a statement of a kind that is not known"))


_OPAQUE = {
    "do": "a DO block runs code",
    "call": "a procedure is called",
    "execute": "a prepared statement is run",
    "prepare": "a statement is prepared",
    "explain": "EXPLAIN may run its statement",
    "rollback": "what came before is undone",
    "abort": "what came before is undone",
    "import": "foreign tables are imported",
}


def _create(cursor: Cursor, line: int) -> list[Fact]:
    if kind := cursor.one_of(*_CREATE):
        return _CREATE[kind](cursor)
    if cursor.take("unique", "index") or cursor.peek("index"):
        unique = not cursor.take("index")
        return ddl_objects.create_index(cursor, unique)
    first = cursor.at
    cursor.one_of("global", "local")
    temporary = bool(cursor.one_of("temp", "temporary"))
    cursor.take("unlogged")
    if cursor.take("table"):
        return ddl_tables.create_table(cursor, temporary)
    if temporary and cursor.take("sequence"):
        return ddl_objects.create_sequence(cursor)
    cursor.at = first
    if cursor.peek("foreign", "table"):
        raise UnreadableError("a foreign table")
    return _other(cursor, "create", line)


def _other(cursor: Cursor, verb: str, line: int) -> list[Fact]:
    """An object of a kind that Prisma's language cannot declare."""
    cursor.take("or", "replace")
    while cursor.one_of("temp", "temporary", "recursive", "trusted", "procedural", "owned"):
        pass
    kind = cursor.next()
    if kind.kind != "w" or kind.value not in _HARMLESS_KINDS:
        raise UnreadableError(f"{verb.upper()} of a kind that is not known")
    rest = [token.value for token in cursor.tokens[cursor.at :] if token.kind == "w"]
    if verb == "drop" and rest and rest[-1] == "cascade":
        raise UnreadableError("what depends on a dropped object goes with it")
    if kind.value == "event":
        raise UnreadableError("an event trigger may change anything")
    cursor.take("view")
    cursor.take("table")
    cursor.take("if", "not", "exists") or cursor.take("if", "exists")
    name = ""
    if not cursor.done() and cursor.tokens[cursor.at].kind in "wq":
        name = str(cursor.qualified())
    facts: list[Fact] = [Neutral(verb, kind.value, name, line)]
    if verb == "alter" and cursor.take("rename", "to"):
        facts.append(Neutral("create", kind.value, cursor.name(), line))
    cursor.at = len(cursor.tokens)
    return facts


def _setting(cursor: Cursor, verb: str, line: int) -> list[Fact]:
    """SET and RESET: only the search path matters to names."""
    cursor.one_of("session", "local")
    if not cursor.take("search_path"):
        cursor.at = len(cursor.tokens)
        return [Neutral(verb, line=line)]
    if verb == "reset" or not (cursor.one_of("to", "=")) or cursor.peek("default"):
        raise UnreadableError("the search path goes back to a default that is not known here")
    schemas = [_path_entry(cursor)]
    while cursor.take(","):
        schemas.append(_path_entry(cursor))
    return [SetSearchPath(tuple(schema for schema in schemas if schema), line)]


def _path_entry(cursor: Cursor) -> str:
    return cursor.next().value
