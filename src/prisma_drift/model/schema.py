"""A database schema as a value: what a schema.prisma asks for, or what a database holds."""

from __future__ import annotations

from .names import QualifiedName
from .source import Position
from .types import ColumnType, Default
from .values import frozen


@frozen
class CatalogColumn:
    """What Postgres' catalog says of a column; on both sides where the expected schema was realised."""

    type: str
    """format_type, e.g. `vector(1536)`, `timestamp(3) without time zone`, `text[]`."""
    default: str | None = None
    """pg_get_expr of the default; None where there is none. The expression of a generated column stands in `generated`."""
    generated: str | None = None
    """The expression of a GENERATED ALWAYS AS column (stored or virtual)."""
    identity: str = ""
    """'' | 'a' (always) | 'd' (by default)."""
    collation: str = ""
    """Set only where it differs from the type's own."""
    domain: bool = False
    generated_kind: str = ""
    """'' | 's' (stored) | 'v' (virtual)."""


@frozen
class Column:
    """A column of a table."""

    name: str
    type: ColumnType
    default: Default | None = None
    autoincrement: bool = False
    position: Position | None = None
    """The field in schema.prisma."""
    catalog: CatalogColumn | None = None
    field: str = ""
    """The name in schema.prisma, where it is known."""


@frozen
class PrimaryKey:
    name: str
    columns: tuple[str, ...]
    position: Position | None = None
    include: tuple[str, ...] = ()
    """INCLUDE columns (catalog side), which Prisma takes for key columns."""


@frozen
class Opclass:
    """An operator class of an index column."""

    name: str
    """As in SQL: jsonb_path_ops, gin_trgm_ops."""
    default: bool = False
    """Whether it is the default of its type and method (for known PSL names: Prisma's own table)."""
    raw: bool = False
    """Written as raw("…") in schema.prisma."""


@frozen
class IndexColumn:
    name: str
    sort: str = ""
    """'' (not written) | 'asc' | 'desc'. The catalog always says one."""
    opclass: Opclass | None = None
    """As Prisma reads it: only for gist, gin, spgist, brin on the catalog's side."""
    length: int | None = None


@frozen
class CatalogIndex:
    """What Postgres' catalog says of an index, beyond Prisma's view of it."""

    definition: str
    """pg_get_indexdef, e.g. `CREATE INDEX x ON public.t USING hnsw (…)`, or the ALTER TABLE that adds the constraint which
    owns the index. Only where `unmanaged` or `facets` say something; empty for an index that Prisma can declare."""
    method: str
    """The true access method (btree, hnsw, ivfflat, bloom…)."""
    opclasses: tuple[str, ...] = ()
    """Name of each key column's operator class, default or not."""
    predicate: str | None = None
    """pg_get_expr of the predicate."""
    include: tuple[str, ...] = ()
    """INCLUDE columns (not in Index.columns)."""
    expression: bool = False
    """At least one key is an expression; Index.columns then holds only the plain ones."""
    nulls_not_distinct: bool = False
    constraint: str = ""
    """'' | 'u' (UNIQUE constraint) | 'x' (exclusion): the index cannot be dropped by DROP INDEX."""
    valid: bool = True
    deferrable: bool = False
    default_opclasses: tuple[bool, ...] = ()
    """Whether each key column's operator class is the default of its type and method."""
    unmanaged: tuple[str, ...] = ()
    """Why Prisma's language cannot declare even its plain shape: hnsw, ivfflat, bloom, expression, include, partial,
    exclusion; empty where it can. `partial` only without the partialIndexes preview feature."""
    facets: tuple[str, ...] = ()
    """What Prisma neither declares nor compares: collation, deferrable, nulls-not-distinct, nulls-order, opclass (of
    btree and hash), storage. Such an index may satisfy a declared one on the same columns; undeclared, it is kept."""


@frozen
class Index:
    """An index or unique constraint (Prisma: the same thing); the primary key stands in Table.primary_key."""

    name: str
    columns: tuple[IndexColumn, ...]
    unique: bool = False
    method: str = "btree"
    """As Prisma reads it: btree hash gist gin spgist brin; anything else in the catalog reads as btree."""
    predicate: str | None = None
    """The WHERE clause without the word: raw SQL of the schema, or pg_get_expr."""
    position: Position | None = None
    catalog: CatalogIndex | None = None


@frozen
class ForeignKey:
    name: str
    columns: tuple[str, ...]
    references: QualifiedName
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    """NO ACTION | RESTRICT | CASCADE | SET NULL | SET DEFAULT"""
    on_update: str = "NO ACTION"
    position: Position | None = None
    definition: str = ""
    """pg_get_constraintdef, on the catalog's side."""

    @property
    def shape(self) -> tuple[object, ...]:
        """All that it does, whatever it is called and whichever schema it points into."""
        return (self.columns, self.references.name, self.referenced_columns, self.on_delete, self.on_update)


@frozen(order=True)
class OutsideKey:
    """A foreign key of a table outside the schemas in scope that points to one of theirs."""

    table: QualifiedName
    name: str
    referenced_columns: tuple[str, ...]
    definition: str
    """pg_get_constraintdef"""


@frozen
class Table:
    name: QualifiedName
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    indexes: tuple[Index, ...] = ()
    """Without the primary key, in Prisma's order: schema side uniques of fields, @@index, @@unique; catalog side by name."""
    foreign_keys: tuple[ForeignKey, ...] = ()
    position: Position | None = None
    explicit_schema: bool = False
    """@@schema was written (schema side), or the object comes from a catalog."""
    model: str = ""
    """The model's name in schema.prisma; empty for join tables and on the catalog's side."""
    join_table: bool = False
    """An implicit many-to-many table (schema side)."""
    partitioned: bool = False
    unmanaged: tuple[str, ...] = ()
    """Why Prisma's language cannot declare it although Prisma sees it (catalog side): extension (it belongs to one),
    partition (which is itself partitioned); empty where it can. Such a table is never dropped."""
    outside_keys: tuple[OutsideKey, ...] = ()
    """Catalog side."""

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)


@frozen(order=True)
class OutsideColumn:
    """A column of a table outside the schemas in scope that has a type of theirs."""

    table: QualifiedName
    name: str
    is_list: bool = False
    default: str = ""
    """SQL text; empty where there is none."""


@frozen
class Enum:
    name: QualifiedName
    values: tuple[str, ...]
    position: Position | None = None
    explicit_schema: bool = False
    model: str = ""
    """The name in schema.prisma."""
    value_positions: tuple[Position, ...] = ()
    names: tuple[str, ...] = ()
    """The values' names in schema.prisma, in the order of `values`."""
    outside_columns: tuple[OutsideColumn, ...] = ()
    """Catalog side."""


@frozen
class Extension:
    name: str
    schema: str | None = None
    version: str | None = None
    relocatable: bool = False
    position: Position | None = None


@frozen(order=True)
class Unmanaged:
    """An object that the Prisma schema language cannot declare: kept, listed, never dropped."""

    kind: str
    """index | check | exclusion | constraint (deferrable or not valid) | trigger | function | procedure | aggregate |
    view | materialized view | policy | row level security | sequence | domain | type | generated column | collation |
    comment | rule | statistics | foreign table | partition | event trigger | foreign key (to a table that is external)"""
    name: str
    """Qualified, e.g. `public.vector_hnsw`."""
    definition: str
    table: str = ""
    """The table that it belongs to, qualified; empty where none."""
    why: tuple[str, ...] = ()


@frozen
class Schema:
    """Everything that one side says, in Prisma's order of objects."""

    default_schema: str = "public"
    schemas: tuple[str, ...] = ()
    """Schema side: the datasource's `schemas`, sorted; empty without multi-schema. Catalog side: those in scope that exist."""
    enums: tuple[Enum, ...] = ()
    tables: tuple[Table, ...] = ()
    """Schema side: models in order, then join tables. Catalog side: by (schema, name), byte order."""
    extensions: tuple[Extension, ...] = ()
    """Schema side: declared ones (preview postgresqlExtensions). Catalog side: all installed but plpgsql."""
    unmanaged: tuple[Unmanaged, ...] = ()
    preview_features: tuple[str, ...] = ()
    """Lower case, sorted; schema side only."""
    relation_mode: str = "foreignKeys"
    from_database: bool = False
    """Whether it was read from one, be it empty."""
    sequences: tuple[tuple[QualifiedName, str], ...] = ()
    """Catalog side: sequences and the `schema.table.column` that owns each ('' where none)."""

    def table(self, name: QualifiedName) -> Table | None:
        return next((t for t in self.tables if t.name == name), None)

    def enum(self, name: QualifiedName) -> Enum | None:
        return next((e for e in self.enums if e.name == name), None)
