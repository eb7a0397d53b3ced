"""Reads a database's catalog into a Schema: Prisma's view of every object, and Postgres' own beside it.

What Prisma's engine sees, and in which order, follows the rules that its describer shows: ordinary and partitioned
tables, their columns, indexes, keys, and enums of the schemas in scope. Everything else is listed as unmanaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import DriftError
from ...model.names import QualifiedName
from ...model.schema import (
    Enum,
    Extension,
    ForeignKey,
    Index,
    OutsideColumn,
    OutsideKey,
    PrimaryKey,
    Schema,
    Table,
    Unmanaged,
)
from ...model.values import replace
from . import rows, unmanaged
from .columns import Scope, column
from .indexes import IndexReading, foreign_key, index, primary_key
from .reader import Catalog, reading

if TYPE_CHECKING:
    import psycopg

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
    external: frozenset[str] = frozenset(),
    ours: bool = False,
) -> Schema:
    """The database behind `connection`, within `schemas` (without any: the default schema alone).

    The catalog is read in a read-only transaction that is rolled back. `partial_indexes` says whether the preview
    feature of that name is on; without it partial indexes are unmanaged. Without `expected_extensions` the extensions
    are left out, as Prisma does without postgresqlExtensions. A foreign key to one of the `external` tables
    (`schema.table`) that is not in scope is unmanaged. `ours`: the database was made on the shadow, where it can
    be told which members of an extension its own script made; what a migration added to one stays what it is.

    Raises CrossSchemaError for a foreign key to a schema that is not in scope, and DriftError where the catalog cannot
    be read (a lost connection, or Postgres older than 12).
    """
    import psycopg

    scope = tuple(sorted(set(schemas) or {default_schema}, key=str.encode))
    try:
        with reading(connection, default_schema) as catalog:
            found = _Objects(catalog, scope, ours=ours)
            indexes = _indexes(catalog, found, partial_indexes)
    except psycopg.Error as error:
        raise DriftError(
            f"The database's catalog cannot be read: {error.diag.message_primary or error}",
            hint="Check the connection, and that the server is Postgres 12 or newer.",
            id="catalog-unreadable",
        ) from error
    schema = _schema(found, indexes, default_schema, external)
    return schema if expected_extensions else replace(schema, extensions=())


class _Objects:
    """All rows of one reading, in two round trips: the objects of the schemas, then what belongs to the tables."""

    def __init__(self, catalog: Catalog, scope: Sequence[str], *, ours: bool) -> None:
        self.scope, self.ours = scope, ours
        tables = catalog.ask("tables", rows.TableRow, schemas=scope)
        schemas = catalog.ask("schemas", rows.SchemaRow, schemas=scope)
        enums = catalog.ask("enums", rows.EnumRow, schemas=scope)
        extensions = catalog.ask("extensions", rows.ExtensionRow)
        sequences = catalog.ask("sequences", rows.SequenceRow, schemas=scope)
        opclasses = catalog.ask("opclasses", rows.OpclassRow)
        census = catalog.ask("census", rows.CensusRow, schemas=scope)
        self.tables = [row for row in tables.fetchall() if not _ignored(row.name)]
        oids = [row.oid for row in self.tables]
        by_table = catalog.ask("columns", rows.ColumnRow, tables=oids)
        indexes = catalog.ask("indexes", rows.IndexRow, tables=oids)
        foreign_keys = catalog.ask("foreign_keys", rows.ForeignKeyRow, tables=oids)
        others = [
            catalog.ask(f"unmanaged_{kind}", rows.UnmanagedRow, tables=oids)
            for kind in unmanaged.KINDS_OF_TABLES
        ]
        kinds = {row.kind for row in census.fetchall()}
        outside_keys = outside_columns = None
        if "outside" in kinds:
            outside_keys = catalog.ask("outside_keys", rows.OutsideKeyRow, tables=oids, schemas=scope)
            outside_columns = catalog.ask("outside_columns", rows.OutsideColumnRow, schemas=scope)
        others += [
            catalog.ask(f"unmanaged_{kind}", rows.UnmanagedRow, schemas=scope)
            for kind in sorted(kinds - {"outside"})
        ]
        self.schemas = schemas.fetchall()
        self.enums = enums.fetchall()
        self.extensions = extensions.fetchall()
        self.sequences = sequences.fetchall()
        self.opclasses = opclasses.fetchall()
        self.columns: dict[int, dict[int, rows.ColumnRow]] = defaultdict(dict)
        """By table and number, in order."""
        for row in sorted(by_table.fetchall(), key=lambda row: row.number):
            self.columns[row.table_oid][row.number] = row
        self.indexes = indexes.fetchall()
        self.foreign_keys = foreign_keys.fetchall()
        self.outside_keys: dict[int, list[OutsideKey]] = defaultdict(list)
        """By table: what outside the scope points to it."""
        for key in outside_keys.fetchall() if outside_keys else ():
            self.outside_keys[key.referenced_oid].append(
                OutsideKey(
                    QualifiedName(key.schema, key.table_name),
                    key.name,
                    tuple(key.referenced_columns),
                    key.definition,
                )
            )
        self.outside_columns: dict[QualifiedName, list[OutsideColumn]] = defaultdict(list)
        """By enum: what outside the scope has its type."""
        for use in outside_columns.fetchall() if outside_columns else ():
            table = QualifiedName(use.schema, use.table_name)
            one = OutsideColumn(table, use.name, use.is_list, use.expression or "")
            self.outside_columns[QualifiedName(use.enum_schema, use.enum_name)].append(one)
        self.unmanaged = [row for cursor in others for row in cursor.fetchall()]


class _Indexes(NamedTuple):
    """The indexes of each table, in byte order of their names."""

    primary_keys: dict[int, PrimaryKey]
    others: dict[int, list[Index]]


def _indexes(catalog: Catalog, found: _Objects, partial_indexes: bool) -> _Indexes:
    """All indexes; those with anything that Prisma cannot declare get their definition, in a further round trip."""
    reading = IndexReading(found.columns, {row.oid: row for row in found.opclasses}, partial_indexes)
    indexes = _Indexes({}, defaultdict(list))
    special: dict[int, tuple[int, int]] = {}
    for row in sorted(found.indexes, key=lambda row: row.name.encode()):
        if row.is_primary:
            indexes.primary_keys[row.table_oid] = primary_key(row, reading)
            continue
        one = index(row, reading)
        if one.catalog is not None and (one.catalog.unmanaged or one.catalog.facets):
            special[row.oid] = row.table_oid, len(indexes.others[row.table_oid])
        indexes.others[row.table_oid].append(one)
    if special:
        for oid, definition in catalog.ask("index_definitions", rows.DefinitionRow, indexes=list(special)):
            table, at = special[oid]
            one = indexes.others[table][at]
            if one.catalog is not None:
                catalog_index = replace(one.catalog, definition=definition)
                indexes.others[table][at] = replace(one, catalog=catalog_index)
    return indexes


def _ignored(table: str) -> bool:
    return table == _HISTORY_TABLE or table.lower() in _POSTGIS_TABLES


def _order(name: QualifiedName) -> tuple[bytes, bytes]:
    """Prisma's order of objects: by schema and name, byte by byte."""
    return name.schema.encode(), name.name.encode()


def _schema(found: _Objects, indexes: _Indexes, default_schema: str, external: frozenset[str]) -> Schema:
    enums = sorted(
        (
            Enum(
                name := QualifiedName(row.schema, row.name),
                tuple(row.labels),
                explicit_schema=True,
                outside_columns=tuple(sorted(found.outside_columns[name])),
            )
            for row in found.enums
        ),
        key=lambda enum: _order(enum.name),
    )
    tables, of_tables = _tables(found, indexes, Scope({enum.name: enum for enum in enums}), external)
    others = [unmanaged.from_row(row) for row in found.unmanaged if not _of_ignored_table(row)]
    return Schema(
        default_schema=default_schema,
        from_database=True,
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
    found: _Objects, indexes: _Indexes, scope: Scope, external: frozenset[str]
) -> tuple[tuple[Table, ...], list[Unmanaged]]:
    """The tables in order, and what of them is unmanaged."""
    names = {row.oid: QualifiedName(row.schema, row.name) for row in found.tables}
    foreign_keys: dict[int, list[rows.ForeignKeyRow]] = defaultdict(list)
    for key in sorted(found.foreign_keys, key=lambda key: key.name.encode()):
        foreign_keys[key.table_oid].append(key)
    tables: list[Table] = []
    others: list[Unmanaged] = []
    for row in sorted(found.tables, key=lambda row: _order(names[row.oid])):
        table = Table(
            name=names[row.oid],
            columns=tuple(column(c, scope) for c in found.columns[row.oid].values()),
            primary_key=indexes.primary_keys.get(row.oid),
            # An index over expressions, or behind an exclusion constraint, has no plain shape that could be compared.
            indexes=tuple(
                i
                for i in indexes.others[row.oid]
                if i.catalog is None or not {"expression", "exclusion"}.intersection(i.catalog.unmanaged)
            ),
            foreign_keys=_foreign_keys(found, foreign_keys[row.oid], names, external),
            explicit_schema=True,
            partitioned=row.partitioned,
            unmanaged=tuple(
                why
                for why, holds in {
                    "extension": row.of_extension and not (found.ours and row.made_outside),
                    "partition": row.partition,
                }.items()
                if holds
            ),
            outside_keys=tuple(sorted(found.outside_keys[row.oid])),
        )
        tables.append(table)
        if row.unlogged:
            others.append(unmanaged.unlogged(table))
        others += unmanaged.of_columns(table)
        others += [
            unmanaged.outward(str(table.name), key)
            for key in foreign_keys[row.oid]
            if key.referenced_schema not in found.scope
        ]
        others += [one for i in indexes.others[row.oid] for one in unmanaged.of_index(table, i)]
    return tuple(tables), others


def _foreign_keys(
    found: _Objects,
    keys: Sequence[rows.ForeignKeyRow],
    names: Mapping[int, QualifiedName],
    external: frozenset[str],
) -> tuple[ForeignKey, ...]:
    for row in keys:
        referenced = f"{row.referenced_schema}.{row.referenced_name}"
        if row.referenced_schema not in found.scope and referenced not in external:
            raise CrossSchemaError(
                f"The foreign key {row.name} of {names[row.table_oid]} points to "
                f"{referenced}, which is outside the schemas in scope.",
                hint=f'Name the table under `tables.external` in prisma-drift.yml or prisma.config ("{referenced}"), where '
                f'somebody else manages it; or list "{row.referenced_schema}" in the datasource\'s `schemas`.',
            )
    return tuple(foreign_key(row, found.columns) for row in keys if row.referenced_oid in names)
