"""A connection to a database of the user's own, with Prisma's reading of its URL.

Nothing is made there, not even a temporary table: what has to be tried is tried on the shadow. Neither the URL nor its
password is ever repeated: what a server or a library says of them is told without.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...errors import ServerError
from ...model.values import frozen
from .url import one_line, read_url, shown

if TYPE_CHECKING:
    from .database import Connection

_SILENT = logging.NullHandler()
_HINT = "Check host, port, user, password and name in the URL, and that the server is up."
_ENCODE = (
    "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE; special characters in it percent-encoded."
)


@frozen
class Limits:
    """How long a live database may be made to wait, in seconds; 0 is without end."""

    lock: float = 10
    """For a lock that another session holds."""
    statement: float = 0
    idle: float = 0
    """Between two statements of the transaction."""


def schema_of(url: str) -> str | None:
    """The `schema` parameter of a connection URL."""
    return read_url(url)[1]


@contextmanager
def reading_live(url: str, default_schema: str, limits: Limits | None = None) -> Iterator[Connection]:
    """One READ ONLY transaction in which all is read as of one moment; it is rolled back.

    All settings are the transaction's own, so that a pooler that hands out connections by the transaction keeps none.
    """
    limits = limits or Limits()
    quoted = '"' + default_schema.replace('"', '""') + '"'
    with connect_live(url) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(f"SET LOCAL lock_timeout = {round(limits.lock * 1000)}".encode())
        connection.execute(f"SET LOCAL statement_timeout = {round(limits.statement * 1000)}".encode())
        connection.execute(
            f"SET LOCAL idle_in_transaction_session_timeout = {round(limits.idle * 1000)}".encode()
        )
        connection.execute(f"SET LOCAL search_path = {quoted}".encode())
        yield connection


def connect_live(url: str) -> Connection:
    """A connection to the database; nothing is prepared on it. ServerError where it cannot be had."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    # What psycopg would say of a lost connection beside its error is no line of ours.
    logging.getLogger("psycopg").addHandler(_SILENT)
    refuse_ambiguous(url)
    parameters, _ = read_url(url)
    parameters.setdefault("connect_timeout", "15")
    # A client encoding of the environment's must not decide what names are.
    parameters["client_encoding"] = "UTF8"
    try:
        return psycopg.connect(make_conninfo("", **parameters), autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        words = (str(error).strip().splitlines() or [one_line(error)])[-1]
        raise ServerError(
            f"The database at {shown(url)} cannot be reached: {without_password(words, url)}",
            id="database-unreachable",
            hint=_HINT,
        ) from None


def refuse_ambiguous(url: str) -> None:
    """ServerError for a URL whose password may be taken for something else, and would be repeated as such.

    A `/`, `?`, `#` or `@` that is not encoded ends the part before the host.
    """
    rest = url.partition("://")[2]
    login, at, place = rest.rpartition("@")
    if at:
        unclear = any(mark in login for mark in "/?#@ \t\n")
    else:
        host = place.partition("/")[0].partition("?")[0]
        unclear = ":" in host and not host.startswith("[") and not host.rpartition(":")[2].isdigit()
    if unclear:
        raise ServerError("The database URL cannot be read.", id="database-unreachable", hint=_ENCODE)


def without_password(text: str, url: str) -> str:
    """A message in which the URL's password, in whatever writing, is not repeated."""
    from urllib.parse import parse_qsl, unquote

    login = url.partition("://")[2].rpartition("@")[0]
    raw = login.partition(":")[2]
    given = [value for key, value in parse_qsl(url.partition("?")[2]) if key in ("password", "sslpassword")]
    words = {raw, unquote(raw), *given} - {""}
    if any(len(word) < 3 and word in text for word in words):
        return "the server or the way to it refuses"
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "***")
    return text
