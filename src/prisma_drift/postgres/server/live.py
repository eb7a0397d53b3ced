"""A connection to a database of the user's own, with Prisma's reading of its URL.

Whoever reads through it does so in transactions that are rolled back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ...errors import ServerError

if TYPE_CHECKING:
    from .database import Connection

_PRISMAS = frozenset(
    {
        "schema",
        "pgbouncer",
        "connection_limit",
        "pool_timeout",
        "socket_timeout",
        "statement_cache_size",
        "sslidentity",
        "sslpassword",
        "sslaccept",
        "single_use_connections",
    }
)
"""Parameters of a connection URL that are Prisma's own; libpq refuses a URL that holds one."""


def schema_of(url: str) -> str | None:
    """The `schema` parameter of a connection URL."""
    return dict(parse_qsl(urlsplit(url).query)).get("schema")


def connect_live(url: str, default_schema: str) -> Connection:
    """A connection whose search_path is `default_schema` alone. ServerError where it cannot be had."""
    import psycopg

    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in _PRISMAS]
    clean = urlunsplit(parts._replace(query=urlencode(kept)))
    try:
        connection = psycopg.connect(clean, autocommit=True, application_name="prisma-drift")
    except psycopg.Error as error:
        words = str(error).strip().splitlines()[-1]
        raise ServerError(
            f"The database at {_without_password(parts.hostname, parts.path)} cannot be reached: {words}",
            id="database-unreachable",
            hint="Check host, port, user, password and name in the URL, and that the server is up.",
        ) from None
    quoted = '"' + default_schema.replace('"', '""') + '"'
    connection.execute(f"SET search_path = {quoted}".encode())
    return connection


def _without_password(host: str | None, path: str) -> str:
    return f"{host or 'the local socket'}{path}"
