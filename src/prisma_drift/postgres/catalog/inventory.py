"""Every object of some schemas in the catalog's own words, so that two databases can be held against each other.

Unlike a Schema it knows nothing of Prisma: what no schema.prisma can declare stands beside what one can. Owners, grants,
storage parameters, replica identity, publications, the values of sequences and whatever belongs to an extension are not
among it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...model.names import QualifiedName
from ...model.values import frozen
from . import rows
from .introspect import _ignored
from .reader import quote, reading
from .unmanaged import from_row

if TYPE_CHECKING:
    import psycopg

_OTHERS = ("comments", "event_triggers", "functions", "policies", "rules", "statistics", "tables", "types", "views", "view_indexes")  # fmt: skip
"""Queries unmanaged_*.sql whose rows are taken as they are."""


class TableRow(NamedTuple):
    oid: int
    schema: str
    name: str
    persistence: str
    partitioned: str
    row_security: bool
    forced: bool
    estimate: float
    """Rows, as Postgres guesses; -1 where it was never asked to."""
    file: int
    """On disk: another one when the table has been rewritten."""


class ColumnRow(NamedTuple):
    table_oid: int
    number: int
    name: str
    type: str
    collation: str
    not_null: bool
    expression: str
    generated: str
    generated_kind: str
    identity: str
    labels: list[str]
    is_list: bool


class ConstraintRow(NamedTuple):
    oid: int
    table_oid: int
    name: str
    kind: str
    definition: str
    validated: bool
    columns: list[int]
    referenced_oid: int
    referenced_columns: list[int]
    index_oid: int
    expression: str


class IndexRow(NamedTuple):
    oid: int
    table_oid: int
    schema: str
    name: str
    definition: str
    valid: bool
    is_unique: bool
    nulls_not_distinct: bool
    of_constraint: bool
    is_exclusion: bool
    columns: list[int]
    keys: list[str]
    predicate: str


class TriggerRow(NamedTuple):
    name: str
    table_name: str
    own_name: str
    table_identity: str
    definition: str
    enabled: str


class NameRow(NamedTuple):
    kind: str
    name: str
    identity: str


@frozen
class Thing:
    """One object."""

    kind: str
    """table | column | constraint | index | sequence | enum | trigger | row level security | extension | schema | those of
    Unmanaged"""
    name: str
    """As reports show it: `public.User.name`."""
    definition: str
    """The catalog's words: whole SQL, or of columns and constraints what follows their name."""
    table: str = ""
    """`public.User`, for what belongs to a table."""
    identity: str = ""
    """The quoted name, for SQL; of what belongs to a table its own name alone."""
    owner: str = ""
    """The table's quoted name."""
    state: str = ""
    """What can be switched without making it anew: `invalid`, `disabled`, `not valid`; of sequences the owning column."""
    parts: tuple[str, ...] = ()
    """Of a column: type, collation, default, generated expression, kind of that, identity, `not null`; of an enum its labels."""


Key = tuple[str, str]
"""(kind, name)"""


@frozen
class Inventory:
    """A catalog as it was read, whole."""

    things: dict[Key, Thing]
    tables: dict[int, TableRow]
    columns: dict[int, dict[int, ColumnRow]]
    """By table and number."""
    constraints: dict[int, ConstraintRow]
    indexes: dict[int, IndexRow]

    def table_named(self, schema: str, name: str) -> TableRow | None:
        return next((t for t in self.tables.values() if (t.schema, t.name) == (schema, name)), None)


def read_inventory(
    connection: psycopg.Connection[Any],
    default_schema: str,
    schemas: Sequence[str],
    *,
    outside_tables: Collection[str] = (),
    outside_objects: Collection[tuple[str, str]] = (),
) -> Inventory:
    """Read everything in the schemas; nothing of the tables and objects that somebody else manages."""
    with reading(connection, default_schema) as catalog:
        found = catalog.ask("live_tables", TableRow, schemas=schemas)
        names = catalog.ask("schemas", rows.SchemaRow, schemas=schemas)
        enums = catalog.ask("enums", rows.EnumRow, schemas=schemas)
        extensions = catalog.ask("extensions", rows.ExtensionRow)
        sequences = catalog.ask("sequences", rows.SequenceRow, schemas=schemas)
        triggers = catalog.ask("live_triggers", TriggerRow, schemas=schemas)
        others = [
            catalog.ask(f"unmanaged_{kind}", rows.UnmanagedRow, schemas=schemas, tables=[])
            for kind in _OTHERS
        ]
        tables = {
            t.oid: t
            for t in found.fetchall()
            if not _ignored(t.name) and not {f"{t.schema}.{t.name}", t.name} & set(outside_tables)
        }
        oids = list(tables)
        columns = catalog.ask("live_columns", ColumnRow, tables=oids).fetchall()
        constraints = catalog.ask("live_constraints", ConstraintRow, tables=oids).fetchall()
        indexes = catalog.ask("live_indexes", IndexRow, tables=oids).fetchall()
        known = {f"{t.schema}.{t.name}" for t in tables.values()}
        things: list[Thing] = [
            *(Thing("schema", s.name, "", identity=quote(s.name)) for s in names.fetchall()),
            *(_extension(x) for x in extensions.fetchall()),
            *(_enum(e) for e in enums.fetchall()),
            *(s for row in sequences.fetchall() if (s := _sequence(row)) is not None),
            *(_trigger(row) for row in triggers.fetchall()),
            *(thing for t in tables.values() for thing in _table(t)),
            *(_column(tables[c.table_oid], c) for c in columns),
            *(_constraint(tables[k.table_oid], k) for k in constraints),
            *(_index(tables[i.table_oid], i) for i in indexes if not i.of_constraint),
            *(
                Thing(u.kind, u.name, u.definition, table=u.table)
                for cursor in others
                for u in map(from_row, cursor.fetchall())
                if u.kind != "row level security"
            ),
        ]
    outside = {*outside_tables}
    kept = [
        thing
        for thing in things
        if (thing.kind, thing.name) not in outside_objects
        and not _of_outside(thing, outside, known)
        and not _ignored(thing.table.partition(".")[2])
    ]
    by_table: dict[int, dict[int, ColumnRow]] = {oid: {} for oid in tables}
    for c in columns:
        by_table[c.table_oid][c.number] = c
    return Inventory(
        {(thing.kind, thing.name): thing for thing in kept},
        tables,
        by_table,
        {k.oid: k for k in constraints},
        {i.oid: i for i in indexes},
    )


def _of_outside(thing: Thing, outside: set[str], known: set[str]) -> bool:
    if not thing.table or thing.table in known:
        return False
    return bool({thing.table, thing.table.partition(".")[2]} & outside)


def identities(
    connection: psycopg.Connection[Any], default_schema: str, names: Sequence[str]
) -> dict[tuple[str, str], str]:
    """(class of kinds, name) → how SQL names it, for objects whose things have no identity."""
    with reading(connection, default_schema) as catalog:
        return {
            (row.kind, row.name): row.identity
            for row in catalog.ask("live_names", NameRow, names=names).fetchall()
        }


def _qualified(t: TableRow) -> str:
    return f"{quote(t.schema)}.{quote(t.name)}"


def _extension(row: rows.ExtensionRow) -> Thing:
    return Thing("extension", row.name, f"in schema {row.schema}", identity=quote(row.name))


def _enum(row: rows.EnumRow) -> Thing:
    labels = tuple(row.labels)
    shown = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
    name = f"{quote(row.schema)}.{quote(row.name)}"
    return Thing("enum", f"{row.schema}.{row.name}", shown, identity=name, parts=labels)


def _sequence(row: rows.SequenceRow) -> Thing | None:
    if row.of_extension:
        return None
    name = QualifiedName(row.schema, row.name)
    return Thing(
        "sequence",
        str(name),
        row.definition,
        table=row.owner.rpartition(".")[0],
        identity=f"{quote(row.schema)}.{quote(row.name)}",
        state=row.owner,
    )


def _trigger(row: TriggerRow) -> Thing:
    state = {"O": "", "D": "disabled", "R": "on replicas", "A": "always"}[row.enabled]
    return Thing(
        "trigger", row.name, row.definition, row.table_name, quote(row.own_name), row.table_identity, state
    )


def _table(t: TableRow) -> list[Thing]:
    name = f"{t.schema}.{t.name}"
    definition = " ".join(word for word in (t.persistence, t.partitioned) if word)
    found = [Thing("table", name, definition, name, _qualified(t), _qualified(t))]
    if t.row_security or t.forced:
        words = [*(["on"] if t.row_security else []), *(["forced"] if t.forced else [])]
        found.append(
            Thing("row level security", name, " and ".join(words), name, _qualified(t), _qualified(t))
        )
    return found


def _column(t: TableRow, c: ColumnRow) -> Thing:
    parts = (c.type, c.collation, c.expression, c.generated, c.generated_kind, c.identity, "not null" if c.not_null else "")  # fmt: skip
    name = f"{t.schema}.{t.name}"
    return Thing(
        "column", f"{name}.{c.name}", column_sql(parts), name, quote(c.name), _qualified(t), "", parts
    )


def column_sql(parts: Sequence[str]) -> str:
    """What follows a column's name in its definition."""
    type, collation, default, generated, generated_kind, identity, not_null = parts
    words = [type]
    words += [f"COLLATE {collation}"] if collation else []
    if generated:
        words.append(f"GENERATED ALWAYS AS ({generated}) {'VIRTUAL' if generated_kind == 'v' else 'STORED'}")
    words += [f"DEFAULT {default}"] if default else []
    words += ["NOT NULL"] if not_null else []
    words += [f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY"] if identity else []
    return " ".join(words)


def _constraint(t: TableRow, k: ConstraintRow) -> Thing:
    name = f"{t.schema}.{t.name}"
    definition = k.definition.removesuffix(" NOT VALID")
    state = "" if k.validated else "not valid"
    return Thing(
        "constraint", f"{name}.{k.name}", definition, name, quote(k.name), _qualified(t), state, (k.kind,)
    )


def _index(t: TableRow, i: IndexRow) -> Thing:
    return Thing(
        "index",
        f"{i.schema}.{i.name}",
        i.definition,
        f"{t.schema}.{t.name}",
        f"{quote(i.schema)}.{quote(i.name)}",
        _qualified(t),
        "" if i.valid else "invalid",
    )
