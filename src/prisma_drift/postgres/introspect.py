"""Reads a database's catalog into a Schema: Prisma's view of every object, and Postgres' own beside it.

What Prisma's engine sees, and in which order, follows the rules that its describer shows: ordinary and partitioned
tables, their columns, indexes, keys, and enums of the schemas in scope. Everything else is listed as unmanaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import DriftError
from ..model.names import QualifiedName
from ..model.schema import Enum, Extension, ForeignKey, Schema, Table, Unmanaged
from . import introspect_unmanaged as unmanaged
from . import rows
from .catalog import Catalog, reading
from .introspect_columns import Scope, column
from .introspect_indexes import IndexReading, foreign_key, index, primary_key

if TYPE_CHECKING:
    import psycopg

_OfTable = TypeVar("_OfTable", rows.IndexRow, rows.ForeignKeyRow)

_HISTORY_TABLE = "_prisma_migrations"
_POSTGIS_TABLES = frozenset(
    {"spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews"}
)


class CrossSchemaError(DriftError):
    """A foreign key leaves the schemas in scope; Prisma refuses such a database (its P4002)."""

    id = "cross-schema-reference"


def introspect(
    connection: psycopg.Connection[Any],
    *,
    default_schema: str,
    schemas: tuple[str, ...] = (),
    partial_indexes: bool = False,
    expected_extensions: bool = True,
) -> Schema:
    """The database behind `connection`, within `schemas` (without any: the default schema alone).

    The catalog is read in a read-only transaction that is rolled back. `partial_indexes` says whether the preview
    feature of that name is on; without it partial indexes are unmanaged. Without `expected_extensions` the extensions
    are left out, as Prisma does without postgresqlExtensions.

    Raises CrossSchemaError for a foreign key to a schema that is not in scope.
    """
    scope = tuple(sorted(set(schemas) or {default_schema}, key=str.encode))
    with reading(connection, default_schema) as catalog:
        found = _Objects(catalog, scope)
        schema = _schema(found, default_schema, partial_indexes)
    return schema if expected_extensions else replace(schema, extensions=())


class _Objects:
    """All rows of one reading, in two round trips: the objects of the schemas, then what belongs to the tables."""

    def __init__(self, catalog: Catalog, scope: Sequence[str]) -> None:
        self.scope = scope
        tables = catalog.ask("tables", rows.TableRow, schemas=scope)
        schemas = catalog.ask("schemas", rows.SchemaRow, schemas=scope)
        enums = catalog.ask("enums", rows.EnumRow, schemas=scope)
        extensions = catalog.ask("extensions", rows.ExtensionRow)
        sequences = catalog.ask("sequences", rows.SequenceRow, schemas=scope)
        opclasses = catalog.ask("opclasses", rows.OpclassRow)
        others = [
            catalog.ask(f"unmanaged_{kind}", rows.UnmanagedRow, schemas=scope)
            for kind in unmanaged.KINDS_OF_SCHEMAS
        ]
        self.tables = [row for row in tables.fetchall() if not _ignored(row.name)]
        oids = [row.oid for row in self.tables]
        columns = catalog.ask("columns", rows.ColumnRow, tables=oids)
        indexes = catalog.ask("indexes", rows.IndexRow, tables=oids)
        foreign_keys = catalog.ask("foreign_keys", rows.ForeignKeyRow, tables=oids)
        others += [
            catalog.ask(f"unmanaged_{kind}", rows.UnmanagedRow, tables=oids)
            for kind in unmanaged.KINDS_OF_TABLES
        ]
        self.schemas = schemas.fetchall()
        self.enums = enums.fetchall()
        self.extensions = extensions.fetchall()
        self.sequences = sequences.fetchall()
        self.opclasses = opclasses.fetchall()
        self.columns = columns.fetchall()
        self.indexes = indexes.fetchall()
        self.foreign_keys = foreign_keys.fetchall()
        self.unmanaged = [row for cursor in others for row in cursor.fetchall()]


def _ignored(table: str) -> bool:
    return table == _HISTORY_TABLE or table.lower() in _POSTGIS_TABLES


def _order(name: QualifiedName) -> tuple[bytes, bytes]:
    """Prisma's order of objects: by schema and name, byte by byte."""
    return name.schema.encode(), name.name.encode()


def _schema(found: _Objects, default_schema: str, partial_indexes: bool) -> Schema:
    enums = sorted(
        (
            Enum(QualifiedName(row.schema, row.name), tuple(row.labels), explicit_schema=True)
            for row in found.enums
        ),
        key=lambda enum: _order(enum.name),
    )
    tables, of_tables = _tables(found, Scope({enum.name: enum for enum in enums}), partial_indexes)
    others = [unmanaged.from_row(row) for row in found.unmanaged if not _of_ignored_table(row)]
    return Schema(
        default_schema=default_schema,
        schemas=tuple(sorted((row.name for row in found.schemas), key=str.encode)),
        enums=tuple(enums),
        tables=tables,
        extensions=tuple(
            Extension(row.name, row.schema, row.version, row.relocatable)
            for row in sorted(found.extensions, key=lambda row: row.name.encode())
        ),
        unmanaged=tuple(sorted([*others, *of_tables, *unmanaged.free_sequences(found.sequences)])),
        sequences=tuple(sorted((QualifiedName(row.schema, row.name), row.owner) for row in found.sequences)),
    )


def _of_ignored_table(row: rows.UnmanagedRow) -> bool:
    return _ignored(row.table_name.partition(".")[2])


def _tables(
    found: _Objects, scope: Scope, partial_indexes: bool
) -> tuple[tuple[Table, ...], list[Unmanaged]]:
    """The tables in order, and what of them is unmanaged."""
    columns: dict[int, dict[int, rows.ColumnRow]] = defaultdict(dict)
    for field in sorted(found.columns, key=lambda field: field.number):
        columns[field.table_oid][field.number] = field
    indexes = _grouped(sorted(found.indexes, key=lambda row: row.name.encode()))
    foreign_keys = _grouped(sorted(found.foreign_keys, key=lambda row: row.name.encode()))
    names = {row.oid: QualifiedName(row.schema, row.name) for row in found.tables}
    index_reading = IndexReading(
        columns, {row.oid: row for row in found.opclasses}, partial_indexes=partial_indexes
    )
    tables: list[Table] = []
    others: list[Unmanaged] = []
    for row in sorted(found.tables, key=lambda row: _order(names[row.oid])):
        all_indexes = [index(i, index_reading) for i in indexes[row.oid] if not i.is_primary]
        keys = [primary_key(i, index_reading) for i in indexes[row.oid] if i.is_primary]
        table = Table(
            name=names[row.oid],
            columns=tuple(column(c, scope) for c in columns[row.oid].values()),
            primary_key=keys[0] if keys else None,
            # An index over expressions, or behind an exclusion constraint, has no plain shape that could be compared.
            indexes=tuple(
                i
                for i in all_indexes
                if i.catalog is None or not {"expression", "exclusion"} & set(i.catalog.unmanaged)
            ),
            foreign_keys=_foreign_keys(foreign_keys[row.oid], names, columns, found.scope),
            explicit_schema=True,
            partitioned=row.partitioned,
            extension=row.extension,
        )
        tables.append(table)
        others += unmanaged.of_columns(table)
        others += [one for i in all_indexes for one in unmanaged.of_index(table, i)]
    return tuple(tables), others


def _grouped(found: Iterable[_OfTable]) -> dict[int, list[_OfTable]]:
    groups: dict[int, list[_OfTable]] = defaultdict(list)
    for row in found:
        groups[row.table_oid].append(row)
    return groups


def _foreign_keys(
    found: Sequence[rows.ForeignKeyRow],
    names: dict[int, QualifiedName],
    columns: dict[int, dict[int, rows.ColumnRow]],
    scope: Sequence[str],
) -> tuple[ForeignKey, ...]:
    for row in found:
        if row.referenced_schema not in scope:
            owner = names[row.table_oid]
            raise CrossSchemaError(
                f"The foreign key {row.name} of {owner} points to "
                f"{row.referenced_schema}.{row.referenced_name}, which is outside the schemas in scope.",
                hint=f'List "{row.referenced_schema}" in the datasource\'s `schemas`.',
            )
    return tuple(foreign_key(row, columns) for row in found if row.referenced_oid in names)
