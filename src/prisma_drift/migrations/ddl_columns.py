"""Reads column definitions and constraints, as CREATE TABLE and ALTER TABLE share them."""

from __future__ import annotations

from .cursor import Cursor, UnreadableError
from .facts import ColumnFact, Constraint, Key, OtherConstraint, Reference

_TABLE_CONSTRAINTS = ("constraint", "primary", "unique", "foreign", "check", "exclude")


def starts_constraint(cursor: Cursor) -> bool:
    """Whether a table constraint comes next, not a column of such a name (those need quotes)."""
    return any(cursor.peek(word) for word in _TABLE_CONSTRAINTS)


def column_definition(cursor: Cursor) -> tuple[ColumnFact, list[Constraint]]:
    """`name type …` and the constraints written with it."""
    line = cursor.line()
    name = cursor.name()
    type_ = cursor.type_name()
    not_null, identity = type_.serial, False
    default: str | None = None
    generated: str | None = None
    constraints: list[Constraint] = []
    constraint_name: str | None = None
    while True:
        if cursor.take("constraint"):
            constraint_name = cursor.name()
            continue
        if cursor.take("not", "null"):
            not_null = True
            cursor.take("no", "inherit")
        elif cursor.take("null"):
            pass
        elif cursor.take("default"):
            default = cursor.expression()
        elif cursor.take("primary", "key"):
            constraints.append(Key(constraint_name, (name,), primary=True))
            not_null = True
            _index_parameters(cursor)
        elif cursor.take("unique"):
            _nulls_distinct(cursor)
            constraints.append(Key(constraint_name, (name,), primary=False))
            _index_parameters(cursor)
        elif cursor.take("check"):
            cursor.skip_parens()
            cursor.take("no", "inherit")
            constraints.append(OtherConstraint(constraint_name, "check"))
        elif cursor.peek("references"):
            constraints.append(_reference(cursor, constraint_name, (name,)))
        elif cursor.take("generated"):
            identity, generated = _generated(cursor)
            not_null = not_null or identity
        elif cursor.take("collate"):
            cursor.qualified()
        elif cursor.take("storage") or cursor.take("compression"):
            cursor.name()
        elif not _constraint_attribute(cursor):
            break
        constraint_name = None
    if default is not None and default.lower() == "null":
        default = None
    return ColumnFact(name, type_, not_null, default, identity, generated, line), constraints


def table_constraint(cursor: Cursor) -> Constraint:
    """`[CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY | CHECK | EXCLUDE …`."""
    name = cursor.name() if cursor.take("constraint") else None
    found: Constraint
    if cursor.take("primary", "key"):
        found = _key(cursor, name, primary=True)
    elif cursor.take("unique"):
        _nulls_distinct(cursor)
        found = _key(cursor, name, primary=False)
    elif cursor.take("foreign", "key"):
        found = _reference(cursor, name, cursor.names())
    elif cursor.take("check"):
        cursor.skip_parens()
        cursor.take("no", "inherit")
        found = OtherConstraint(name, "check")
    elif cursor.take("exclude"):
        if cursor.take("using"):
            cursor.name()
        cursor.skip_parens()
        _index_parameters(cursor)
        if cursor.take("where"):
            cursor.skip_parens()
        found = OtherConstraint(name, "exclude")
    else:
        cursor.stop("a constraint")
    while _constraint_attribute(cursor):
        pass
    return found


def _key(cursor: Cursor, name: str | None, primary: bool) -> Key:
    if cursor.take("using", "index"):
        return Key(name, (), primary, using_index=cursor.name())
    columns = cursor.names()
    return Key(name, columns, primary, include=_index_parameters(cursor))


def _index_parameters(cursor: Cursor) -> tuple[str, ...]:
    """INCLUDE, WITH, USING INDEX TABLESPACE; the included columns."""
    include = cursor.names() if cursor.take("include") else ()
    if cursor.take("with"):
        cursor.skip_parens()
    if cursor.take("using", "index", "tablespace"):
        cursor.name()
    return include


def _nulls_distinct(cursor: Cursor) -> None:
    if not cursor.take("nulls", "distinct"):
        cursor.take("nulls", "not", "distinct")


def _reference(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Reference:
    cursor.expect("references")
    table = cursor.qualified()
    referenced = cursor.names() if cursor.peek("(") else ()
    if cursor.take("match"):
        cursor.name()
    actions = {"delete": "NO ACTION", "update": "NO ACTION"}
    while cursor.take("on"):
        event = cursor.one_of("delete", "update") or cursor.stop("DELETE or UPDATE")
        actions[event] = _action(cursor)
    return Reference(name, columns, table, referenced, actions["delete"], actions["update"])


def _action(cursor: Cursor) -> str:
    for words in (("no", "action"), ("restrict",), ("cascade",), ("set", "null"), ("set", "default")):
        if cursor.take(*words):
            if words[0] == "set" and cursor.peek("("):
                raise UnreadableError("a referential action on some columns only")
            return " ".join(words).upper()
    return cursor.stop("a referential action")


def _generated(cursor: Cursor) -> tuple[bool, str | None]:
    """After GENERATED: whether it is an identity, and the expression if it is not."""
    if not cursor.take("always"):
        cursor.expect("by", "default")
    cursor.expect("as")
    if cursor.take("identity"):
        if cursor.peek("("):
            cursor.skip_parens()
        return True, None
    expression = cursor.skip_parens()
    cursor.one_of("stored", "virtual")
    return False, expression


def _constraint_attribute(cursor: Cursor) -> bool:
    return any(
        cursor.take(*words)
        for words in (
            ("deferrable",),
            ("not", "deferrable"),
            ("initially", "deferred"),
            ("initially", "immediate"),
            ("not", "valid"),
            ("enforced",),
            ("no", "inherit"),
        )
    )
