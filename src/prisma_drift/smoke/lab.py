"""The database under test: what its catalog says, and trials that are rolled back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from ..model.names import QualifiedName
from ..model.schema import Schema
from ..rows.catalog import Column, Key, quote, quoted, read

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

__all__ = ["Column", "Forced", "Key", "Lab", "Trigger", "VectorIndex", "query", "quote", "quoted"]

TRIAL_SECONDS = 20


class Trigger(NamedTuple):
    """A row of queries/triggers.sql."""

    schema: str
    table_name: str
    name: str


class VectorIndex(NamedTuple):
    """A row of queries/vector_indexes.sql."""

    schema: str
    table_name: str
    name: str
    method: str
    key: str
    predicate: str | None
    column_name: str | None
    operator: str
    operator_schema: str
    type: str
    type_schema: str
    typmod: int


class Forced(NamedTuple):
    """A row of queries/forced.sql."""

    schema: str
    table_name: str
    owner: str
    has_policies: bool


@cache
def query(name: str) -> bytes:
    """The text of queries/<name>.sql."""
    return resources.files(__package__).joinpath("queries", f"{name}.sql").read_bytes()


class Lab:
    """One connection, as Prisma's client has it, to a database that the migrations have built."""

    def __init__(self, connection: Connection, expected: Schema) -> None:
        self.connection = connection
        self.expected = expected
        """What schema.prisma asks for: what Prisma's client believes to be there."""
        self.columns: dict[QualifiedName, dict[str, Column]] = defaultdict(dict)
        """By table and name, in order."""
        for column in read(connection, "columns", Column):
            self.columns[QualifiedName(column.schema, column.table_name)][column.name] = column
        self.keys: dict[QualifiedName, list[Key]] = defaultdict(list)
        for key in read(connection, "keys", Key):
            self.keys[key.table].append(key)
        self.triggers = self._rows("triggers", Trigger)
        self.vector_indexes = self._rows("vector_indexes", VectorIndex)
        self.forced = self._rows("forced", Forced)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """A transaction that is rolled back, however it ends; a savepoint within another trial."""
        with self.connection.transaction(force_rollback=True):
            self.ask(f"SET LOCAL statement_timeout = '{TRIAL_SECONDS}s'")
            self.ask("SET CONSTRAINTS ALL IMMEDIATE")
            yield

    def ask(self, sql: str, values: Sequence[str | None] = ()) -> list[tuple[Any, ...]]:
        """Run one statement with values for $1, $2…; its rows, empty where it has none. psycopg.Error where it fails."""
        from psycopg import RawCursor

        # Names may hold a percent sign, which other cursors read.
        with RawCursor(self.connection) as cursor:
            cursor.execute(sql.encode(), list(values))
            return cursor.fetchall() if cursor.description else []

    def exists(self, name: str) -> bool:
        """Whether a table, function, type or operator of that name stands in any schema."""
        sql = """
            SELECT 1 FROM pg_catalog.pg_class WHERE relname = $1
            UNION ALL SELECT 1 FROM pg_catalog.pg_proc WHERE proname = $1
            UNION ALL SELECT 1 FROM pg_catalog.pg_type WHERE typname = $1 LIMIT 1"""
        return bool(self.ask(sql, [name]))

    def _rows(self, name: str, row: Any) -> list[Any]:
        """The rows of a query, names resolved as the catalog's own; texts name everything with its schema."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(b"SET LOCAL search_path = pg_catalog, pg_temp")
            return [row._make(one) for one in self.connection.execute(query(name)).fetchall()]
