"""A schema that statements may change: looked up by name as Postgres would, turned back into a Schema at the end."""

from __future__ import annotations

from collections.abc import Iterator

from ..migrations.cursor import cut
from ..migrations.facts import ObjectName, Opaque
from ..migrations.relevant import mentions
from ..model.names import QualifiedName
from ..model.schema import Column, Enum, Extension, ForeignKey, Index, Schema, Table
from ..model.types import Arity, ColumnType, Family, Sequence
from ..model.values import field, frozen, mutable, replace
from .touches import Place, Touches, parts, whole


@frozen
class Refusal:
    """A statement that Postgres would refuse, if the state is what the database really holds."""

    message: str
    """What Postgres would say, and of what."""
    place: Place
    names: tuple[str, ...]
    """Names of the tables, enums and indexes concerned."""


@mutable
class MutableSchema:
    """The schema in the making."""

    default_schema: str
    schemas: dict[str, None]
    tables: dict[QualifiedName, Table]
    enums: dict[QualifiedName, Enum]
    extensions: dict[str, Extension]
    origin: Schema
    path: tuple[str, ...] = ()
    """The search path."""
    aside: set[QualifiedName] = field(default_factory=set)
    """Temporary tables and partitions: Prisma sees none of them."""
    required_lists: set[tuple[QualifiedName, str]] = field(default_factory=set)
    """List columns that are NOT NULL, which Prisma does not tell from others, in case they become scalars."""
    opaque: list[tuple[Opaque, Place]] = field(default_factory=list)
    touches: Touches = field(default_factory=Touches)
    cast_defaults: dict[tuple[QualifiedName, str], QualifiedName] = field(default_factory=dict)
    """(table, column) → the enum that its default was cast from: the expression still names it."""
    types: set[str] = field(default_factory=set)
    """Names of types that are no enums: composite types, domains, ranges."""
    refused: list[Refusal] = field(default_factory=list)
    relations: set[str] = field(default_factory=set)
    """Names of views, sequences and the like, and of indexes on what is not known: ALTER TABLE and CREATE INDEX take some."""
    partial: bool = False
    """Only some of the statements are replayed: a table or column that is not known is there as soon as one is about it."""


def state_of(schema: Schema, *, partial: bool = False) -> MutableSchema:
    return MutableSchema(
        schema.default_schema,
        dict.fromkeys((*schema.schemas, schema.default_schema)),
        {table.name: table for table in schema.tables},
        {enum.name: enum for enum in schema.enums},
        {extension.name: extension for extension in schema.extensions},
        schema,
        (schema.default_schema,),
        partial=partial,
    )


def schema_of(state: MutableSchema) -> Schema:
    """The result as a value, with every schema that exists listed, as a catalog would."""
    return replace(
        state.origin,
        schemas=tuple(sorted(state.schemas)),
        tables=tuple(state.tables.values()),
        enums=tuple(state.enums.values()),
        extensions=tuple(state.extensions.values()),
    )


def new_name(state: MutableSchema, name: ObjectName) -> QualifiedName:
    """Where a new object of this name goes."""
    return QualifiedName(name.schema or (state.path[0] if state.path else state.default_schema), name.name)


def find_table(state: MutableSchema, name: ObjectName) -> Table | None:
    for schema in (name.schema,) if name.schema else state.path:
        if found := state.tables.get(QualifiedName(schema, name.name)):
            return found
    return None


def find_enum(state: MutableSchema, name: ObjectName) -> QualifiedName | None:
    for schema in (name.schema,) if name.schema else state.path:
        if (found := QualifiedName(schema, name.name)) in state.enums:
            return found
    return None


def find_index(state: MutableSchema, name: ObjectName) -> tuple[Table, Index] | None:
    schemas = (name.schema,) if name.schema else state.path
    for table in state.tables.values():
        if table.name.schema in schemas:
            for index in table.indexes:
                if index.name == name.name:
                    return table, index
    return None


def find_primary_key(state: MutableSchema, name: ObjectName) -> Table | None:
    """The table whose primary key has this name."""
    schemas = (name.schema,) if name.schema else state.path
    for table in state.tables.values():
        if table.primary_key and table.primary_key.name == name.name and table.name.schema in schemas:
            return table
    return None


def references_to(state: MutableSchema, table: QualifiedName) -> Iterator[tuple[Table, ForeignKey]]:
    for other in state.tables.values():
        for key in other.foreign_keys:
            if key.references == table:
                yield other, key


def refuse(state: MutableSchema, message: str, place: Place, *names: str) -> None:
    """Notes what Postgres would refuse, where it is certain: SQL that cannot be read may have made what is missing."""
    if not any(name in state.relations or _may_be_there(state, name) for name in names):
        state.refused.append(Refusal(message, place, names))


def _may_be_there(state: MutableSchema, name: str) -> bool:
    return any(
        fact.dynamic or fact.text[:6].lower() == "import" or mentions(fact.text, name)
        for fact, _ in state.opaque
    )


def missing(state: MutableSchema, name: ObjectName, kind: str, place: Place) -> None:
    """Notes that a table, enum or index is not there, unless the statement allows for that."""
    known = name.schema is None or name.schema in state.schemas
    aside = any(other.name == name.name for other in state.aside)
    if known and not name.optional and not aside:
        refuse(state, f"there is no {kind} {name}", place, name.name)


def table_of(state: MutableSchema, name: ObjectName, place: Place) -> Table | None:
    """A table; that it is missing is noted."""
    table = find_table(state, name)
    if table is None:
        if state.partial and not name.optional and new_name(state, name) not in state.aside:
            table = state.tables[new_name(state, name)] = Table(new_name(state, name), ())
            return table
        missing(state, name, "table", place)
    return table


def column_of(state: MutableSchema, table: Table, column: str, place: Place) -> bool:
    """Whether the table has the column; that it is missing is noted."""
    if table.column(column) is not None:
        return True
    refuse(state, f"{table.name} has no column {column}", place, table.name.name)
    return False


def table_with(state: MutableSchema, name: ObjectName, column: str, place: Place) -> Table | None:
    """A table that has the column; that either is missing is noted."""
    table = table_of(state, name, place)
    if table is not None and state.partial and table.column(column) is None:
        unknown = Column(column, ColumnType(Family.UNSUPPORTED, Arity.NULLABLE))
        table = state.tables[table.name] = replace(table, columns=(*table.columns, unknown))
    return table if table is not None and column_of(state, table, column, place) else None


def put(state: MutableSchema, table: Table) -> None:
    """Puts a table in place of what it was; what it lost and got is noted as the work of this clause."""
    state.touches.hold(state.tables.get(table.name), table)
    state.tables[table.name] = table


def forget_table(state: MutableSchema, table: Table) -> None:
    """Takes a table away, with its parts."""
    del state.tables[table.name]
    state.touches.drop_whole(whole("table", table.name), parts(table))


def made_name(table: str, columns: tuple[str, ...], label: str, taken: set[str]) -> str:
    """The name that Postgres gives to a constraint or index that is written without one.

    makeObjectName of src/backend/commands/indexcmds.c: the longer part is shortened first, to 63 bytes in all.
    """
    first, second = table, "_".join(columns)
    for number in range(100):
        suffix = f"{label}{number or ''}"
        room = 63 - len(suffix) - 1 - (1 if second else 0)
        one, two = first.encode(), second.encode()
        while len(one) + len(two) > room:
            if len(one) > len(two):
                one = one[:-1]
            else:
                two = two[:-1]
        parts = [one.decode(errors="ignore"), two.decode(errors="ignore"), suffix]
        name = cut("_".join(part for part in parts if part))
        if name not in taken:
            return name
    return name


def taken_names(state: MutableSchema, schema: str) -> set[str]:
    """Names of relations in a schema: tables, indexes, primary keys."""
    found: set[str] = set()
    for table in state.tables.values():
        if table.name.schema == schema:
            found.add(table.name.name)
            found.update(index.name for index in table.indexes)
            if table.primary_key:
                found.add(table.primary_key.name)
    return found


def drop_default_of_sequence(state: MutableSchema, sequence: str) -> None:
    """DROP SEQUENCE … CASCADE takes away the defaults that draw from it."""
    for table in list(state.tables.values()):
        columns = tuple(
            replace(column, default=None, autoincrement=False)
            if column.autoincrement
            and sequence
            in (
                column.default.name if isinstance(column.default, Sequence) else "",
                made_name(table.name.name, (column.name,), "seq", set()),
            )
            else column
            for column in table.columns
        )
        put(state, replace(table, columns=columns))
