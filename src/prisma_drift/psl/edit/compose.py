"""Database objects as the text of fields, attributes and blocks, under the names that a schema has for them."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.names import QualifiedName
from ...model.schema import Column, Enum, Index, PrimaryKey, Schema, Table
from ...model.types import Arity
from ...model.values import frozen
from ...model.version import LATEST, Version
from ..load import Document
from ..syntax.ast import Model
from ..vocabulary import constraint_names, opclasses
from .naming import Naming, Pairing, Relation, naming
from .write import ACTIONS, METHODS, field, quoted

Parts = tuple[str, str, str]
"""Name, type and attributes of a field."""


@frozen
class Ground:
    """What declarations start from."""

    document: Document
    actual: Schema
    names: Naming
    version: Version = LATEST
    raw: bool = False
    """Write every operator class as raw("…"), which Prisma does not hold against the field's type."""
    retyped: frozenset[tuple[str, str]] = frozenset()
    """(model, field) of those that get another type: they stay where an enum goes."""

    @property
    def datasource(self) -> str:
        return self.document.datasource.name if self.document.datasource else "db"


def ground(document: Document, actual: Schema, version: Version = LATEST) -> Ground:
    """A schema and the database that it is to declare."""
    return Ground(document, actual, naming(document, actual), version)


def column_parts(g: Ground, owner: Table, column: Column, attributes: tuple[str, ...] = ()) -> Parts:
    values = g.names.values.get(column.type.enum, {}) if column.type.enum else {}
    return field(
        column,
        g.names.fields[owner.name][column.name],
        attributes=attributes,
        datasource=g.datasource,
        enum_name=lambda name: g.names.enums.get(name, name.name),
        label_name=lambda label: values.get(label, label),
    )


def index_text(g: Ground, owner: Table, index: Index) -> str:
    """`@@index([a, b(sort: Desc)], type: …, map: "…")`, without indentation."""
    names = [key.name for key in index.columns]
    make = constraint_names.unique if index.unique else constraint_names.index
    words = [f"[{', '.join(_index_column(g, owner, index, number) for number in range(len(names)))}]"]
    if index.method in METHODS:
        words.append(f"type: {METHODS[index.method]}")
    if index.name != make(owner.name.name, names):
        words.append(f"map: {quoted(index.name)}")
    if index.predicate:
        words.append(f"where: raw({quoted(index.predicate)})")
    return f"@@{'unique' if index.unique else 'index'}({', '.join(words)})"


def _index_column(g: Ground, owner: Table, index: Index, number: int) -> str:
    key = index.columns[number]
    options = []
    if key.opclass is not None and (g.raw or not key.opclass.default):
        method = METHODS.get(index.method, "")
        known = [
            name
            for name, sql in opclasses.SQL_NAMES.items()
            if sql == key.opclass.name and method in opclasses.METHODS[name] and not g.raw
        ]
        options.append(f"ops: {known[0] if known else f'raw({quoted(key.opclass.name)})'}")
    if key.sort == "desc":
        options.append("sort: Desc")
    return g.names.fields[owner.name][key.name] + (f"({', '.join(options)})" if options else "")


def id_text(g: Ground, owner: Table, key: PrimaryKey) -> str:
    names = ", ".join(g.names.fields[owner.name][name] for name in key.columns)
    return f"@@id([{names}]{_id_map(owner, key, ', ')})"


def _id_map(owner: Table, key: PrimaryKey, before: str = "") -> str:
    usual = constraint_names.primary_key(owner.name.name)
    return "" if key.name == usual else f"{before}map: {quoted(key.name)}"


def known_table(g: Ground, name: QualifiedName) -> Table:
    """The table as the schema has it, else as the database has it."""
    found = g.document.schema.table(name) or g.actual.table(name)
    assert found is not None
    return found


def forward_parts(g: Ground, relation: Relation) -> Parts:
    known = known_table(g, relation.table.name)
    columns = [known.column(name) or relation.table.column(name) for name in relation.key.columns]
    arities = {column.type.arity for column in columns if column}
    names = g.names.fields[relation.table.name], g.names.fields[relation.key.references]
    words = [quoted(relation.name)] if relation.name else []
    words.append(f"fields: [{', '.join(names[0][name] for name in relation.key.columns)}]")
    words.append(f"references: [{', '.join(names[1][name] for name in relation.key.referenced_columns)}]")
    if relation.key.on_delete != ("RESTRICT" if Arity.REQUIRED in arities else "SET NULL"):
        words.append(f"onDelete: {ACTIONS[relation.key.on_delete]}")
    if relation.key.on_update != "CASCADE":
        words.append(f"onUpdate: {ACTIONS[relation.key.on_update]}")
    if relation.key.name != constraint_names.foreign_key(relation.table.name.name, relation.key.columns):
        words.append(f"map: {quoted(relation.key.name)}")
    mark = "?" if Arity.NULLABLE in arities else ""
    return relation.forward, g.names.models[relation.key.references] + mark, f"@relation({', '.join(words)})"


def back_parts(g: Ground, relation: Relation) -> Parts:
    """A list, or a single one where the columns are unique."""
    known = known_table(g, relation.table.name)
    mark = "?" if relation.key.columns in unique_columns(known) else "[]"
    attributes = [f"@relation({quoted(relation.name)})"] if relation.name else []
    if not _has_identifier(known) and model_of(g, known.name) is None:
        attributes.append("@ignore")
    return relation.back, g.names.models[relation.table.name] + mark, " ".join(attributes)


def list_parts(g: Ground, pairing: Pairing, name: str, other: QualifiedName) -> Parts:
    return name, f"{g.names.models[other]}[]", f"@relation({quoted(pairing.name)})" if pairing.name else ""


def model_text(g: Ground, table: Table) -> Iterator[str]:
    members = [column_parts(g, table, part, _inline(g, table, part)) for part in table.columns]
    for relation in g.names.relations:
        if relation.table.name == table.name:
            members.append(forward_parts(g, relation))
        if relation.key.references == table.name:
            members.append(back_parts(g, relation))
    for pair in g.names.pairings:
        if pair.a == table.name:
            members.append(list_parts(g, pair, pair.field_a, pair.b))
        if pair.b == table.name:
            members.append(list_parts(g, pair, pair.field_b, pair.a))
    widths = [max(len(member[part]) for member in members) for part in (0, 1)] if members else [0, 0]
    yield f"model {g.names.models[table.name]} {{"
    for member in members:
        yield f"  {member[0].ljust(widths[0])} {member[1].ljust(widths[1])} {member[2]}".rstrip()
    attributes = list(_model_attributes(g, table))
    if attributes:
        yield ""
    yield from (f"  {attribute}" for attribute in attributes)
    yield "}"


def _inline(g: Ground, table: Table, part: Column) -> tuple[str, ...]:
    """@id and @unique, where the field stands alone in its key."""
    found = []
    if table.primary_key is not None and table.primary_key.columns == (part.name,):
        mapped = _id_map(table, table.primary_key)
        found.append(f"@id({mapped})" if mapped else "@id")
    if any(_is_inline(i) and i.columns[0].name == part.name for i in table.indexes):
        unique = next(i for i in table.indexes if _is_inline(i) and i.columns[0].name == part.name)
        usual = unique.name == constraint_names.unique(table.name.name, [part.name])
        found.append("@unique" if usual else f"@unique(map: {quoted(unique.name)})")
    return tuple(found)


def _is_inline(index: Index) -> bool:
    return (
        index.unique
        and len(index.columns) == 1
        and index.columns[0].sort != "desc"
        and not index.predicate
        and declarable(index)
    )


def declarable(index: Index) -> bool:
    return index.catalog is None or not index.catalog.unmanaged


def unique_columns(table: Table) -> set[tuple[str, ...]]:
    """What the language takes for a unique criterion."""
    found = {
        tuple(key.name for key in i.columns)
        for i in table.indexes
        if i.unique and not i.predicate and declarable(i)
    }
    return found | ({table.primary_key.columns} if table.primary_key else set())


def _model_attributes(g: Ground, table: Table) -> Iterator[str]:
    key = table.primary_key
    if key is not None and len(key.columns) > 1:
        yield id_text(g, table, key)
    inline: set[str] = set()
    for index in table.indexes:
        if not declarable(index):
            continue
        first = index.columns[0].name if index.columns else ""
        if _is_inline(index) and first not in inline:
            inline.add(first)
        else:
            yield index_text(g, table, index)
    if g.names.models[table.name] != table.name.name:
        yield f"@@map({quoted(table.name.name)})"
    if g.document.schema.schemas:
        yield f"@@schema({quoted(table.name.schema)})"
    if not _has_identifier(table):
        yield "@@ignore"


def _has_identifier(table: Table) -> bool:
    """Whether Prisma Client can tell rows apart: a key, or a unique index on required columns."""
    required = {column.name for column in table.columns if column.type.arity is Arity.REQUIRED}
    return any(required.issuperset(columns) for columns in unique_columns(table))


def value_text(g: Ground, enum: Enum, label: str) -> str:
    name = g.names.values[enum.name][label]
    return name if name == label else f"{name} @map({quoted(label)})"


def model_of(g: Ground, name: QualifiedName) -> Model | None:
    """The model that the schema has for the table."""
    known = g.document.schema.table(name)
    return g.document.model(known.model) if known and known.model else None


def enum_text(g: Ground, enum: Enum) -> str:
    """A whole enum block."""
    name = g.names.enums[enum.name]
    more = [f"  @@map({quoted(enum.name.name)})"] if name != enum.name.name else []
    if g.document.schema.schemas:
        more.append(f"  @@schema({quoted(enum.name.schema)})")
    values = [f"  {value_text(g, enum, label)}" for label in enum.values]
    return "\n".join([f"enum {name} {{", *values, *([""] if more else []), *more, "}"])
