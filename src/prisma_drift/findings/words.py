"""Short words for database objects, as a Prisma user reads them at a glance."""

from __future__ import annotations

from ..diff.changes import AlterColumn
from ..model.counted import counted
from ..model.schema import Column, Enum, ForeignKey, Index, PrimaryKey, Schema, Table
from ..model.types import Arity, PrismaLevel
from ..psl.edit.write import (
    ACTIONS,
    METHODS,
    default_attribute,
    default_expression,
    field_type,
    native_attribute,
)
from .draw import type_name

ABSENT = "–"
"""What stands where one side has nothing."""


def field_name(table: Table, column: str) -> str:
    """The column's field in schema.prisma, or its own name where there is none."""
    found = table.column(column)
    return (found.field if found else "") or column


def column(column: Column) -> str:
    """`Int @default(0)`, without the name."""
    words = (field_type(column.type), default_attribute(column), native_attribute(column.type))
    return " ".join(word for word in words if word)


def altered(change: AlterColumn) -> tuple[str, str]:
    """The facets that differ, on both sides: `String?` and `String`; `jsonb` and `vector(1536)`."""
    return _facets(change, change.actual), _facets(change, change.expected)


def _facets(change: AlterColumn, column: Column) -> str:
    words = []
    if changes_type(change):
        words.append(type_name(column))
        if change.arity:
            words.append({Arity.REQUIRED: "NOT NULL", Arity.NULLABLE: "NULL"}.get(column.type.arity, ""))
    elif change.arity:
        words.append(field_type(column.type))
    if change.default or change.autoincrement:
        words.append(default(column))
    return " ".join(word for word in words if word)


def changes_type(change: AlterColumn) -> bool:
    return change.cast is not None or change.unsupported_text


def default(column: Column) -> str:
    """`@default(0)` or `no default`; a generated column shows its expression."""
    if column.catalog is not None and column.catalog.generated is not None:
        return shortened(f"generated as {column.catalog.generated}")
    # What the client fills in (uuid(), @updatedAt) leaves nothing in the database.
    if isinstance(column.default, PrismaLevel):
        return "no default"
    return shortened(default_attribute(column) or "no default")


_LONGEST = 2000


def shortened(text: str) -> str:
    """For a sentence: what is longer than anybody reads ends in an ellipsis and says by how much."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text) - _LONGEST} more characters)"


def default_value(column: Column) -> str:
    """The default without the attribute around it, for a sentence."""
    if column.autoincrement:
        return "autoincrement()"
    if column.default is None or isinstance(column.default, PrismaLevel):
        return ""
    return shortened(default_expression(column.default))


def index(index: Index, table: Table) -> str:
    """`@@index([a, b(sort: Desc)], type: Gin)`."""
    parts = [_index_column(index, number, table) for number in range(len(index.columns))]
    more = "" if index.method == "btree" else f", type: {METHODS.get(index.method, index.method)}"
    where = f" where {index.predicate}" if index.predicate else ""
    return shortened(f"@@{'unique' if index.unique else 'index'}([{', '.join(parts)}]{more}){where}")


def _index_column(index: Index, number: int, table: Table) -> str:
    key = index.columns[number]
    options = []
    if key.opclass is not None and not key.opclass.default:
        options.append(f"ops: {key.opclass.name}")
    if key.sort == "desc":
        options.append("sort: Desc")
    return field_name(table, key.name) + (f"({', '.join(options)})" if options else "")


def index_differences(actual: Index, table: Table, expected: Index, other: Table) -> str:
    """What two indexes of one name differ in: `columns a, b in the migrations and b in the schema; …`; empty for nothing."""
    said = []
    if actual.unique != expected.unique:
        said.append("unique in the migrations only" if actual.unique else "unique in the schema only")
    pairs = [
        (label, here, there)
        for label, here, there in (
            (
                "method",
                _method(actual),
                _method(expected),
            ),
            ("columns", _names(actual, table), _names(expected, other)),
            ("order", _sorting(actual), _sorting(expected)),
            ("operator class", _opclasses(actual, expected), _opclasses(expected, actual)),
            ("where", actual.predicate or "nothing", expected.predicate or "nothing"),
        )
        if here != there
    ]
    columns = any(label == "columns" for label, _, _ in pairs)
    for label, here, there in pairs:
        # Of other columns, order and operator classes are others too.
        if not (columns and label in ("order", "operator class")):
            said.append(f"{label} {here} in the migrations and {there} in the schema")
    return "; ".join(said)


def _method(index: Index) -> str:
    return METHODS.get(index.method, "BTree" if index.method == "btree" else index.method)


def _names(index: Index, table: Table) -> str:
    return ", ".join(field_name(table, key.name) for key in index.columns)


def _sorting(index: Index) -> str:
    return ", ".join((key.sort or "asc").capitalize() for key in index.columns)


def _opclasses(index: Index, other: Index) -> str:
    """The classes, by the catalog's names where the other side writes one that is the access method's own."""
    names = []
    for number, key in enumerate(index.columns):
        had = (
            index.catalog.opclasses[number] if index.catalog and number < len(index.catalog.opclasses) else ""
        )
        name = key.opclass.name if key.opclass and not key.opclass.default else ""
        theirs = other.columns[number].opclass if number < len(other.columns) else None
        names.append(name or (had if theirs is not None and not theirs.default else "") or "default")
    return ", ".join(names)


def primary_key(primary_key: PrimaryKey, table: Table) -> str:
    """`@id on id`, or `@@id([a, b])`."""
    names = [field_name(table, name) for name in primary_key.columns]
    return f"@id on {names[0]}" if len(names) == 1 else f"@@id([{', '.join(names)}])"


def foreign_key(foreign_key: ForeignKey, table: Table, schema: Schema) -> str:
    """`workspaceId → Workspace(id)`."""
    target = schema.table(foreign_key.references)
    columns = ", ".join(field_name(table, name) for name in foreign_key.columns)
    ends = ", ".join(field_name(target, name) if target else name for name in foreign_key.referenced_columns)
    return f"{columns} → {(target.model if target else '') or foreign_key.references.name}({ends})"


def actions(foreign_key: ForeignKey) -> str:
    """`onDelete: Cascade, onUpdate: NoAction`."""
    return f"onDelete: {ACTIONS[foreign_key.on_delete]}, onUpdate: {ACTIONS[foreign_key.on_update]}"


def differing_actions(foreign_key: ForeignKey, other: ForeignKey) -> str:
    """The actions of `one` that `other` has differently; empty where both agree."""
    words = []
    if foreign_key.on_delete != other.on_delete:
        words.append(f"onDelete: {ACTIONS[foreign_key.on_delete]}")
    if foreign_key.on_update != other.on_update:
        words.append(f"onUpdate: {ACTIONS[foreign_key.on_update]}")
    return ", ".join(words)


def table(table: Table, schema: Schema) -> str:
    """`model Tag`; `Contact[] ↔ Tag[]` for an implicit many-to-many table; a count of columns where no model is."""
    if table.join_table:
        ends = [schema.table(key.references) for key in table.foreign_keys]
        names = [(end.model or end.name.name) if end else "?" for end in ends]
        if len(names) == 2:
            return f"{names[0]}[] ↔ {names[1]}[]"
    if table.model:
        return f"model {table.model}"
    return f"table with {counted(len(table.columns), 'column')}"


def enum(enum: Enum) -> str:
    """The labels: `ADMIN, USER`; a long list is cut."""
    shown = ", ".join(enum.values[:6])
    return shown + (f", … {len(enum.values) - 6} more" if len(enum.values) > 6 else "")


def listed(words: tuple[str, ...] | list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" and {words[-1]}"
