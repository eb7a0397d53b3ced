"""A connection to a database of the user's own, with Prisma's reading of its URL.

Nothing is made there, not even a temporary table: what has to be tried is tried on the shadow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...errors import ServerError
from .url import read_url, shown

if TYPE_CHECKING:
    from .database import Connection


def schema_of(url: str) -> str | None:
    """The `schema` parameter of a connection URL."""
    return read_url(url)[1]


@contextmanager
def reading_live(url: str, default_schema: str) -> Iterator[Connection]:
    """One READ ONLY transaction in which all is read as of one moment; it is rolled back."""
    with connect_live(url, default_schema) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL lock_timeout = '10s'")
        yield connection


def connect_live(url: str, default_schema: str) -> Connection:
    """A connection whose search_path is `default_schema` alone. ServerError where it cannot be had."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    parameters, _ = read_url(url)
    try:
        connection = psycopg.connect(make_conninfo("", **parameters), autocommit=True)
    except psycopg.Error as error:
        words = str(error).strip().splitlines()[-1]
        raise ServerError(
            f"The database at {shown(url)} cannot be reached: {words}",
            id="database-unreachable",
            hint="Check host, port, user, password and name in the URL, and that the server is up.",
        ) from None
    quoted = '"' + default_schema.replace('"', '""') + '"'
    connection.execute(f"SET search_path = {quoted}".encode())
    return connection
