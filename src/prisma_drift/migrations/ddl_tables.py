"""Reads CREATE, ALTER and DROP TABLE into facts."""

from __future__ import annotations

from ..model.values import replace
from .cursor import Cursor, UnreadableError
from .ddl_columns import column_definition, starts_constraint, table_constraint
from .facts import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ColumnFact,
    Constraint,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropDefault,
    DropExpression,
    DropNotNull,
    DropTable,
    Fact,
    Neutral,
    ObjectName,
    RenameColumn,
    RenameConstraint,
    RenameTable,
    SetDefault,
    SetIdentity,
    SetNotNull,
    SetSchema,
)


def create_table(cursor: Cursor, temporary: bool) -> list[Fact]:
    """After CREATE … TABLE."""
    line = cursor.line()
    guarded = cursor.take("if", "not", "exists")
    name = cursor.qualified()
    if cursor.peek("partition", "of"):
        cursor.at = len(cursor.tokens)
        return [Neutral("create", "partition", str(name), line)]
    if temporary and not cursor.peek("("):
        cursor.at = len(cursor.tokens)
        return [CreateTable(name, (), (), guarded, temporary, line)]
    if not cursor.take("("):
        raise UnreadableError("a table made from a query or a type")
    columns: list[ColumnFact] = []
    constraints: list[Constraint] = []
    while not cursor.take(")"):
        if starts_constraint(cursor):
            constraints.append(table_constraint(cursor))
        elif cursor.peek("like"):
            raise UnreadableError("a table made LIKE another")
        else:
            column, with_it = column_definition(cursor)
            columns.append(column)
            constraints += with_it
        if not cursor.take(",") and not cursor.peek(")"):
            cursor.stop("`,` or `)`")
    _table_options(cursor)
    return [CreateTable(name, tuple(columns), tuple(constraints), guarded, temporary, line)]


def _table_options(cursor: Cursor) -> None:
    while not cursor.done():
        if cursor.take("inherits"):
            raise UnreadableError("a table that inherits from another")
        if cursor.take("partition", "by"):
            cursor.name()
            cursor.skip_parens()
        elif cursor.take("with"):
            cursor.skip_parens()
        elif cursor.take("without", "oids"):
            pass
        elif cursor.take("using") or cursor.take("tablespace"):
            cursor.name()
        elif cursor.take("on", "commit"):
            while not cursor.done():
                cursor.next()
        else:
            cursor.end()


def drop_table(cursor: Cursor) -> list[Fact]:
    """After DROP TABLE."""
    line = cursor.line()
    names = cursor.existing_list()
    cascade = cursor.behaviour()
    return [DropTable(name, cascade, line) for name in names]


def alter_table(cursor: Cursor) -> list[Fact]:
    """After ALTER TABLE."""
    optional = cursor.take("if", "exists")
    cursor.take("only")
    table = replace(cursor.qualified(), optional=optional)
    cursor.take("*")
    found = _action(cursor, table)
    while cursor.take(","):
        found += _action(cursor, table)
    return found


def _action(cursor: Cursor, table: ObjectName) -> list[Fact]:
    line = cursor.line()
    if cursor.take("add"):
        return _add(cursor, table, line)
    if cursor.take("drop"):
        if cursor.take("constraint"):
            guarded = cursor.take("if", "exists")
            return [DropConstraint(table, cursor.name(), cursor.behaviour(), guarded, line)]
        cursor.take("column")
        guarded = cursor.take("if", "exists")
        return [DropColumn(table, cursor.name(), cursor.behaviour(), guarded, line)]
    if cursor.take("alter"):
        if cursor.take("constraint"):
            cursor.name()
            return _rest(cursor, "alter constraint", table, line)
        cursor.take("column")
        return _alter_column(cursor, table, cursor.name(), line)
    if cursor.take("rename"):
        return _rename(cursor, table, line)
    if cursor.take("set", "schema"):
        return [SetSchema("table", table, cursor.name(), line)]
    if (
        cursor.peek("attach")
        or cursor.peek("detach")
        or cursor.peek("inherit")
        or cursor.peek("no", "inherit")
    ):
        raise UnreadableError("partitions and inheritance")
    for words in _NEUTRAL:
        if cursor.take(*words):
            return _rest(cursor, " ".join(words), table, line)
    return cursor.stop("an action of ALTER TABLE")


_NEUTRAL = (
    ("validate", "constraint"),
    ("owner", "to"),
    ("enable",),
    ("disable",),
    ("force", "row"),
    ("no", "force"),
    ("cluster", "on"),
    ("set", "without"),
    ("set", "tablespace"),
    ("set", "logged"),
    ("set", "unlogged"),
    ("set", "access"),
    ("set", "("),
    ("reset",),
    ("replica", "identity"),
)


def _rest(cursor: Cursor, verb: str, table: ObjectName, line: int) -> list[Fact]:
    """An action that changes nothing Prisma can declare; steps over what is left of it."""
    depth = 0
    if cursor.tokens[cursor.at - 1].value == "(":
        depth = 1
    while not cursor.done() and (depth or not cursor.peek(",")):
        token = cursor.next()
        if token.kind == "o":
            depth += (token.value == "(") - (token.value == ")")
    return [Neutral(verb, "table", str(table), line)]


def _add(cursor: Cursor, table: ObjectName, line: int) -> list[Fact]:
    if starts_constraint(cursor):
        return [AddConstraint(table, table_constraint(cursor), line)]
    cursor.take("column")
    guarded = cursor.take("if", "not", "exists")
    column, constraints = column_definition(cursor)
    found: list[Fact] = [AddColumn(table, column, guarded, line)]
    return found + [AddConstraint(table, constraint, line) for constraint in constraints]


def _rename(cursor: Cursor, table: ObjectName, line: int) -> list[Fact]:
    if cursor.take("to"):
        return [RenameTable(table, cursor.name(), line)]
    if cursor.take("constraint"):
        old = cursor.name()
        cursor.expect("to")
        return [RenameConstraint(table, old, cursor.name(), line)]
    cursor.take("column")
    old = cursor.name()
    cursor.expect("to")
    return [RenameColumn(table, old, cursor.name(), line)]


def _alter_column(cursor: Cursor, table: ObjectName, column: str, line: int) -> list[Fact]:
    if cursor.take("set", "data", "type") or cursor.take("type"):
        type_ = cursor.type_name()
        if cursor.take("collate"):
            cursor.qualified()
        using = cursor.expression(column=False) if cursor.take("using") else ""
        return [AlterColumnType(table, column, type_, line, using)]
    if cursor.take("set", "default"):
        default = cursor.expression()
        if default.lower() == "null":
            return [DropDefault(table, column, line)]
        return [SetDefault(table, column, default, line)]
    if cursor.take("drop", "default"):
        return [DropDefault(table, column, line)]
    if cursor.take("set", "not", "null"):
        return [SetNotNull(table, column, line)]
    if cursor.take("drop", "not", "null"):
        return [DropNotNull(table, column, line)]
    if cursor.take("add", "generated"):
        if not cursor.take("always"):
            cursor.expect("by", "default")
        cursor.expect("as", "identity")
        if cursor.peek("("):
            cursor.skip_parens()
        return [SetIdentity(table, column, True, line)]
    if cursor.take("drop", "identity"):
        cursor.take("if", "exists")
        return [SetIdentity(table, column, False, line)]
    if cursor.take("drop", "expression"):
        cursor.take("if", "exists")
        return [DropExpression(table, column, line)]
    for words in (
        ("set", "statistics"),
        ("set", "("),
        ("set", "storage"),
        ("set", "compression"),
        ("reset",),
    ):
        if cursor.take(*words):
            return _rest(cursor, "alter column", table, line)
    if cursor.peek("set", "generated") or cursor.peek("restart") or cursor.peek("set", "sequence"):
        return _rest(cursor, "alter identity", table, line)
    return cursor.stop("an action of ALTER COLUMN")
