"""What a database's catalog says of the rows that its tables take: columns, keys, conditions, what has to be unique."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..model.names import QualifiedName
from .values import Kind

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

Row = TypeVar("Row", bound="tuple[Any, ...]")


class Column(NamedTuple):
    """A row of queries/columns.sql."""

    schema: str
    table_name: str
    name: str
    type: str
    type_schema: str
    type_kind: str
    is_array: bool
    typmod: int
    not_null: bool
    generated: str
    identity: str
    expression: str | None
    labels: list[str]
    base_type: str
    """As SQL, below domains, with its size."""
    is_partition: bool
    of_extension: bool
    members: int
    """Of a composite type: its columns."""

    @property
    def table(self) -> QualifiedName:
        return QualifiedName(self.schema, self.table_name)

    @property
    def kind(self) -> Kind:
        return Kind(self.type.removeprefix("_"), self.typmod, self.is_array, tuple(self.labels), self.members)


class Key(NamedTuple):
    """A foreign key: a row of queries/keys.sql, or one that the schema declares."""

    schema: str
    table_name: str
    name: str
    columns: Sequence[str]
    referenced_schema: str
    referenced_table: str
    referenced_columns: Sequence[str]

    @property
    def table(self) -> QualifiedName:
        return QualifiedName(self.schema, self.table_name)

    @property
    def references(self) -> QualifiedName:
        return QualifiedName(self.referenced_schema, self.referenced_table)


class Check(NamedTuple):
    """A row of queries/checks.sql."""

    schema: str
    table_name: str
    name: str
    domain_column: str
    """The column whose domain asks for it, of which the expression speaks as VALUE; empty for a table's own."""
    columns: Sequence[str]
    expression: str | None

    @property
    def table(self) -> QualifiedName:
        return QualifiedName(self.schema, self.table_name)


class Unique(NamedTuple):
    """A row of queries/uniques.sql."""

    schema: str
    table_name: str
    name: str
    columns: Sequence[str]
    deferrable: bool
    is_primary: bool

    @property
    def table(self) -> QualifiedName:
        return QualifiedName(self.schema, self.table_name)


class Tables:
    """All tables of a database that hold rows of their own."""

    def __init__(self, connection: Connection) -> None:
        self.columns: dict[QualifiedName, dict[str, Column]] = defaultdict(dict)
        """By table and name, in order; without partitions, whose rows go in through their parent."""
        for column in read(connection, "columns", Column):
            if not column.is_partition and not column.of_extension:
                self.columns[column.table][column.name] = column
        self.keys = _by_table(read(connection, "keys", Key))
        self.checks = _by_table(read(connection, "checks", Check))
        self.uniques = _by_table(read(connection, "uniques", Unique))


def _by_table(rows: Iterable[Any]) -> dict[QualifiedName, list[Any]]:
    found: dict[QualifiedName, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.table].append(row)
    return found


@cache
def query(name: str) -> bytes:
    """The text of queries/<name>.sql."""
    return resources.files(__package__).joinpath("queries", f"{name}.sql").read_bytes()


def read(connection: Connection, name: str, row: type[Row]) -> list[Row]:
    """The rows of a query, names resolved as the catalog's own; texts name everything with its schema."""
    with connection.transaction(force_rollback=True):
        connection.execute(b"SET LOCAL search_path = pg_catalog, pg_temp")
        return [row._make(one) for one in connection.execute(query(name)).fetchall()]  # type: ignore[attr-defined]


def quote(name: str) -> str:
    """An identifier in double quotes, inner quotes doubled."""
    return '"' + name.replace('"', '""') + '"'


def quoted(name: QualifiedName) -> str:
    """A qualified name as SQL has it."""
    return f"{quote(name.schema)}.{quote(name.name)}"


def literal(text: str | None) -> str:
    """A text as an SQL literal, whatever standard_conforming_strings says."""
    if text is None:
        return "NULL"
    plain = text.replace("'", "''")
    return f"E'{plain.replace(chr(92), chr(92) * 2)}'" if "\\" in plain else f"'{plain}'"
