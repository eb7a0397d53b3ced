"""How the catalog is asked: the queries in queries/*.sql, read so that no migration can change their meaning.

Names in a query are resolved while `search_path` holds pg_catalog alone, so an operator or a function that a migration
made is never chosen. Names in the *texts* that Postgres prints (defaults, predicates, types) are relative to the path at
the time of printing, and Prisma's connection has the default schema there. A query that prints texts therefore sets that
path itself, as its first step of execution, when its own names are already resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    import psycopg

Row = TypeVar("Row", bound=tuple[Any, ...])

GUARD = "SET LOCAL search_path = pg_catalog, pg_temp"
"""pg_temp stands last: unless it is named, Postgres looks for types there before anywhere else."""


def quote(name: str) -> str:
    """An identifier in double quotes, inner quotes doubled."""
    return '"' + name.replace('"', '""') + '"'


@cache
def query(name: str) -> str:
    """The text of queries/<name>.sql."""
    return resources.files(__package__).joinpath("queries", f"{name}.sql").read_text(encoding="utf-8")


def _factory(row: type[Row]) -> Callable[[psycopg.Cursor[Any]], Callable[[Sequence[Any]], Row]]:
    """Makes rows of a query whose columns stand in the order of the fields, which is checked."""

    def factory(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
        names = tuple(column.name for column in cursor.description or ())
        fields = cast("type[NamedTuple]", row)
        if names and names != fields._fields:
            raise TypeError(f"{row.__name__} has other fields than its query: {names}")
        return cast("Callable[[Sequence[Any]], Row]", fields._make)

    return factory


LONGEST_DEFINITION = 1 << 18
"""Characters of one text of the catalog; of a longer one the beginning is kept, and a word that it is cut."""
MOST_LISTED = 2 << 20
"""Characters of all texts that one query gives; behind them only short ones are whole."""
_SHORT = 400
_TEXTS = {
    "columns": "expression",
    "outside_columns": "expression",
    "indexes": "predicate",
    "index_definitions": "definition",
}
"""Queries whose rows have a text of any length, and its name; those of what is only listed have a `definition`."""


def _bounded(text: str, field: str, fields: Sequence[str]) -> str:
    """A query whose texts are cut by the server: what is equal stays so, what is not does not, since a hash is kept."""
    value = f"listed.{field}"
    whole = ", ".join(
        f"""CASE WHEN pg_catalog.length({value}) > {LONGEST_DEFINITION}
        OR (listed.so_far > {MOST_LISTED} AND pg_catalog.length({value}) > {_SHORT})
        THEN pg_catalog.left({value}, CASE WHEN listed.so_far > {MOST_LISTED} THEN {_SHORT} / 2 ELSE 4096 END) || pg_catalog.format(E'\\n-- cut: %%s characters, md5 %%s',
            pg_catalog.length({value}), pg_catalog.md5({value}))
        ELSE {value} END AS {one}"""
        if one == field
        else f"listed.{one}"
        for one in fields
    )
    # OFFSET keeps the query apart, so that each text is printed once.
    return f"""SELECT {whole} FROM (
    SELECT found.*, pg_catalog.sum(pg_catalog.length(found.{field})) OVER (ROWS UNBOUNDED PRECEDING) AS so_far
    FROM ({text} OFFSET 0) AS found) AS listed"""  # noqa: S608  names of our own


class Catalog:
    """One connection's catalog, inside a transaction that its user opens (see `reading`)."""

    def __init__(self, connection: psycopg.Connection[Any], default_schema: str) -> None:
        self._connection = connection
        self._path = quote(default_schema)
        self._guarded = False

    def ask(
        self,
        name: str,
        row: type[Row],
        *,
        schemas: Sequence[str] = (),
        tables: Sequence[int] = (),
        indexes: Sequence[int] = (),
        names: Sequence[str] = (),
        classes: Sequence[str] = (),
        objects: Sequence[int] = (),
        numbers: Sequence[int] = (),
    ) -> psycopg.Cursor[Row]:
        """Send one query; within a pipeline its rows come when they are fetched, so that many share a round trip."""
        text = query(name)
        listed = "definition" if name.startswith("unmanaged_") else _TEXTS.get(name, "")
        if listed:
            text = _bounded(text, listed, cast("type[NamedTuple]", row)._fields)
        if not self._guarded:
            self._connection.execute(GUARD)
        self._guarded = "%(path)s" not in text
        cursor = self._connection.cursor(row_factory=_factory(row))
        values = {
            "schemas": list(schemas),
            "tables": list(tables),
            "indexes": list(indexes),
            "names": list(names),
            "classes": list(classes),
            "objects": list(objects),
            "numbers": list(numbers),
            "path": self._path,
        }
        return cursor.execute(text.encode(), values)


@contextmanager
def reading(connection: psycopg.Connection[Any], default_schema: str) -> Iterator[Catalog]:
    """A read-only transaction that is rolled back, so that neither data nor settings of the connection change."""
    with connection.transaction(force_rollback=True), connection.pipeline():
        connection.execute("SET TRANSACTION READ ONLY")
        yield Catalog(connection, default_schema)
