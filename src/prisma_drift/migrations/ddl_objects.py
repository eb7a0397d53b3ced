"""Reads statements about indexes, types, extensions, schemas and sequences into facts."""

from __future__ import annotations

from ..model.values import replace
from .cursor import Cursor, UnreadableError
from .facts import (
    AddEnumValue,
    CreateEnum,
    CreateExtension,
    CreateIndex,
    CreateSchema,
    CreateSequence,
    DropExtension,
    DropIndex,
    DropSchema,
    DropSequence,
    DropType,
    Fact,
    IndexKey,
    Neutral,
    ObjectName,
    RenameEnumValue,
    RenameIndex,
    RenameSchema,
    RenameSequence,
    RenameType,
    SetSchema,
    UpdateExtension,
)


def create_index(cursor: Cursor, unique: bool) -> list[Fact]:
    """After CREATE [UNIQUE] INDEX."""
    line = cursor.line()
    concurrently = cursor.take("concurrently")
    guarded = cursor.take("if", "not", "exists")
    name = None if cursor.peek("on") else cursor.name()
    cursor.expect("on")
    cursor.take("only")
    table = cursor.qualified()
    method = cursor.name() if cursor.take("using") else "btree"
    cursor.expect("(")
    keys = [_index_key(cursor)]
    while cursor.take(","):
        keys.append(_index_key(cursor))
    cursor.expect(")")
    include = cursor.names() if cursor.take("include") else ()
    if not cursor.take("nulls", "distinct"):
        cursor.take("nulls", "not", "distinct")
    if cursor.take("with"):
        cursor.skip_parens()
    if cursor.take("tablespace"):
        cursor.name()
    predicate = cursor.expression(column=False) if cursor.take("where") else None
    return [
        CreateIndex(name, table, tuple(keys), unique, method, predicate, include, concurrently, guarded, line)
    ]


def _index_key(cursor: Cursor) -> IndexKey:
    first = cursor.at
    column: str | None = None
    if cursor.peek("("):
        cursor.skip_parens()
    else:
        column = cursor.name()
        while cursor.take("."):
            column = None
            cursor.name()
        if cursor.peek("("):
            column = None
            cursor.skip_parens()
    if cursor.take("collate"):
        cursor.qualified()
    opclass = None
    if not any(cursor.peek(word) for word in (",", ")", "asc", "desc", "nulls")):
        opclass = cursor.qualified().name
        if cursor.peek("("):
            cursor.skip_parens()
    descending = cursor.one_of("asc", "desc") == "desc"
    if cursor.take("nulls") and not cursor.one_of("first", "last"):
        cursor.stop("FIRST or LAST")
    text = cursor.text[cursor.tokens[first].start : cursor.tokens[cursor.at - 1].end]
    return IndexKey(column, descending, opclass, text)


def drop_index(cursor: Cursor) -> list[Fact]:
    """After DROP INDEX."""
    line = cursor.line()
    cursor.take("concurrently")
    names = cursor.existing_list()
    cascade = cursor.behaviour()
    return [DropIndex(name, cascade, line) for name in names]


def alter_index(cursor: Cursor) -> list[Fact]:
    """After ALTER INDEX."""
    line = cursor.line()
    optional = cursor.take("if", "exists")
    index = replace(cursor.qualified(), optional=optional)
    if cursor.take("rename", "to"):
        return [RenameIndex(index, cursor.name(), line)]
    if cursor.peek("attach"):
        raise UnreadableError("partitions")
    return _neutral(cursor, "alter", "index", index, line)


def create_type(cursor: Cursor) -> list[Fact]:
    """After CREATE TYPE."""
    line = cursor.line()
    name = cursor.qualified()
    if not cursor.take("as", "enum"):
        return _neutral(cursor, "create", "type", name, line)
    cursor.expect("(")
    values: list[str] = []
    while not cursor.take(")"):
        values.append(cursor.string())
        if not cursor.take(",") and not cursor.peek(")"):
            cursor.stop("`,` or `)`")
    return [CreateEnum(name, tuple(values), line)]


def alter_type(cursor: Cursor) -> list[Fact]:
    """After ALTER TYPE."""
    line = cursor.line()
    name = cursor.qualified()
    if cursor.take("add", "value"):
        guarded = cursor.take("if", "not", "exists")
        value = cursor.string()
        before = cursor.string() if cursor.take("before") else None
        after = cursor.string() if cursor.take("after") else None
        return [AddEnumValue(name, value, before, after, guarded, line)]
    if cursor.take("rename", "value"):
        old = cursor.string()
        cursor.expect("to")
        return [RenameEnumValue(name, old, cursor.string(), line)]
    if cursor.take("rename", "to"):
        return [RenameType(name, cursor.name(), line)]
    if cursor.take("set", "schema"):
        return [SetSchema("type", name, cursor.name(), line)]
    return _neutral(cursor, "alter", "type", name, line)


def drop_type(cursor: Cursor) -> list[Fact]:
    """After DROP TYPE."""
    line = cursor.line()
    names = cursor.existing_list()
    cascade = cursor.behaviour()
    return [DropType(name, cascade, line) for name in names]


def create_extension(cursor: Cursor) -> list[Fact]:
    """After CREATE EXTENSION."""
    line = cursor.line()
    cursor.take("if", "not", "exists")
    name, schema, version = cursor.name(), None, None
    cursor.take("with")
    while not cursor.done():
        if cursor.take("schema"):
            schema = cursor.name()
        elif cursor.take("version"):
            version = cursor.next().value
        elif not cursor.take("cascade"):
            cursor.end()
    return [CreateExtension(name, schema, version, line)]


def alter_extension(cursor: Cursor) -> list[Fact]:
    """After ALTER EXTENSION."""
    line = cursor.line()
    name = cursor.name()
    if cursor.take("update"):
        return [UpdateExtension(name, cursor.next().value if cursor.take("to") else None, line)]
    if cursor.take("set", "schema"):
        return [SetSchema("extension", ObjectName(name), cursor.name(), line)]
    return _neutral(cursor, "alter", "extension", ObjectName(name), line)


def drop_extension(cursor: Cursor) -> list[Fact]:
    """After DROP EXTENSION."""
    line = cursor.line()
    names, cascade = _dropped(cursor)
    return [DropExtension(name, cascade, line) for name in names]


def _dropped(cursor: Cursor) -> tuple[list[str], bool]:
    """The names that stand behind DROP and a kind, and whether what depends on them goes too."""
    cursor.take("if", "exists")
    names = [cursor.name()]
    while cursor.take(","):
        names.append(cursor.name())
    return names, cursor.behaviour()


def create_schema(cursor: Cursor) -> list[Fact]:
    """After CREATE SCHEMA."""
    line = cursor.line()
    cursor.take("if", "not", "exists")
    if cursor.take("authorization"):
        name = cursor.name()
    else:
        name = cursor.name()
        if cursor.take("authorization"):
            cursor.name()
    if not cursor.done():
        raise UnreadableError("a schema made with objects in it")
    return [CreateSchema(name, line)]


def alter_schema(cursor: Cursor) -> list[Fact]:
    """After ALTER SCHEMA."""
    line = cursor.line()
    name = cursor.name()
    if cursor.take("rename", "to"):
        return [RenameSchema(name, cursor.name(), line)]
    return _neutral(cursor, "alter", "schema", ObjectName(name), line)


def drop_schema(cursor: Cursor) -> list[Fact]:
    """After DROP SCHEMA."""
    line = cursor.line()
    names, cascade = _dropped(cursor)
    return [DropSchema(name, cascade, line) for name in names]


def create_sequence(cursor: Cursor) -> list[Fact]:
    """After CREATE SEQUENCE; also ALTER SEQUENCE … OWNED BY, which says the same of an old one."""
    line = cursor.line()
    cursor.take("if", "not", "exists")
    name = cursor.qualified()
    return [CreateSequence(name, _owner(cursor), line)]


def _owner(cursor: Cursor) -> tuple[ObjectName, str] | None:
    owner = None
    while not cursor.done():
        if cursor.take("owned", "by"):
            if cursor.take("none"):
                continue
            parts = [cursor.name()]
            while cursor.take("."):
                parts.append(cursor.name())
            if len(parts) < 2:
                cursor.stop("table.column")
            owner = (ObjectName(parts[-2], parts[-3] if len(parts) > 2 else None), parts[-1])
        else:
            cursor.next()
    return owner


def alter_sequence(cursor: Cursor) -> list[Fact]:
    """After ALTER SEQUENCE."""
    line = cursor.line()
    cursor.take("if", "exists")
    name = cursor.qualified()
    if cursor.take("rename", "to"):
        return [RenameSequence(name, cursor.name(), line)]
    if cursor.take("set", "schema"):
        return [SetSchema("sequence", name, cursor.name(), line)]
    if owner := _owner(cursor):
        return [CreateSequence(name, owner, line)]
    return [Neutral("alter", "sequence", str(name), line)]


def drop_sequence(cursor: Cursor) -> list[Fact]:
    """After DROP SEQUENCE."""
    line = cursor.line()
    names = cursor.existing_list()
    cascade = cursor.behaviour()
    return [DropSequence(name, cascade, line) for name in names]


def _neutral(cursor: Cursor, verb: str, kind: str, name: ObjectName, line: int) -> list[Fact]:
    cursor.at = len(cursor.tokens)
    return [Neutral(verb, kind, str(name), line)]
