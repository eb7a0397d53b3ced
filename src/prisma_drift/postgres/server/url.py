"""A shadow on a server that the user names by URL: databases of our own, and nothing else is touched."""

from __future__ import annotations

import contextlib
import os
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ...errors import DriftError, ServerError
from .database import Database
from .surroundings import BARE, bare_environment

if TYPE_CHECKING:
    import psycopg

    from .database import Connection

NAME_PREFIX = "prisma_drift_shadow_"

PRISMA_ONLY = frozenset(
    {
        "connection_limit",
        "pgbouncer",
        "pool_timeout",
        "schema",
        "single_use_connections",
        "socket_timeout",
        "sslaccept",
        "sslidentity",
        "sslpassword",
        "statement_cache_size",
    }
)
"""Parameters of Prisma's URLs that libpq does not know."""
_TRIES = 5
"""How often the tidying may be stopped before it is given up."""
_CANCEL_SECONDS = 10.0
"""How long a server may take to stop what it was doing."""


def read_url(url: str) -> tuple[dict[str, str], str | None]:
    """A Prisma or libpq URL as (libpq's parameters, the `schema` parameter); ServerError where it is none.

    Prisma writes a socket's folder as `host` in the query; libpq reads that as well. Prisma's `sslcert` is the certificate
    that the server's own is held against, with `sslaccept=strict` alone; libpq's is the client's, with its `sslkey`.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(key, value) for key, value in query if key not in PRISMA_ONLY]
        known = conninfo_to_dict(urlunsplit(parts._replace(query=urlencode(kept, quote_via=quote))))
    except (ValueError, psycopg.Error):
        # What a library says of it may repeat a part of the password.
        raise ServerError(
            "The database URL cannot be read.",
            hint="Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE; special characters in it percent-encoded.",
        ) from None
    schema = next((value for key, value in query if key == "schema"), None)
    parameters = {key: str(value) for key, value in known.items() if value is not None}
    if "sslcert" in parameters and "sslkey" not in parameters:
        root = parameters.pop("sslcert")
        if ("sslaccept", "strict") in query:
            parameters |= {"sslrootcert": root, "sslmode": "verify-full"}
    return parameters, schema


def shown(url: str) -> str:
    """The URL without its password and parameters, for messages."""
    parts = urlsplit(url)
    login, at, place = parts.netloc.rpartition("@")
    return f"postgresql://{login.partition(':')[0]}{at}{place}{parts.path}"


def one_line(error: Exception) -> str:
    """The first line of an error's text, without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _free(connection: Connection) -> bool:
    """Whether something else can be asked on a connection; a statement that is still at work there is stopped first.

    Stopped, not left: the server would finish a CREATE DATABASE behind a DROP that does not see it yet.
    """
    import select
    import time

    from psycopg.pq import TransactionStatus

    served = connection.pgconn
    if served.transaction_status == TransactionStatus.ACTIVE:
        connection.cancel_safe(timeout=_CANCEL_SECONDS)
    until = time.monotonic() + _CANCEL_SECONDS
    while served.transaction_status == TransactionStatus.ACTIVE and time.monotonic() < until:
        select.select([served.socket], [], [], 0.1)
        served.consume_input()
        while not served.is_busy() and served.get_result() is not None:
            pass
    return bool(served.transaction_status == TransactionStatus.IDLE)


class UrlServer:
    """Databases on a given server, each created here and dropped at the end; satisfies `Server`."""

    kind = "url"

    def __init__(self, url: str, statement_timeout: float, *, trusted: bool = True) -> None:
        self._url, self._trusted = url, trusted
        self._statement_timeout = statement_timeout
        self._parameters: dict[str, str] = {}
        self._admin: Connection | None = None
        self._created: list[str] = []

    def __enter__(self) -> UrlServer:
        self._parameters, _ = read_url(self._url)
        if not self._trusted:
            # A repository's file names it: it may say which user and password, and no more.
            kept = {"host", "port", "user", "password", "dbname", "sslmode", "hostaddr"}
            self._parameters = {key: value for key, value in self._parameters.items() if key in kept}
        self._admin = self._connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped: BaseException | None = None
        try:
            # Whoever stops the run may do so again, or while all of it is tidied up anyway.
            for _ in range(_TRIES):
                try:
                    self._tidy()
                    break
                except ServerError:
                    break  # it is gone, and what it held is out of reach
                except (KeyboardInterrupt, SystemExit, DriftError) as again:
                    stopped = again
        finally:
            self._connected().close()
        if stopped is not None:
            raise stopped

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        import psycopg
        from psycopg.conninfo import make_conninfo

        try:
            with contextlib.nullcontext() if self._trusted else bare_environment():
                given = {"connect_timeout": "15", **({} if self._trusted else BARE), **self._parameters}
                return psycopg.connect(make_conninfo("", **given), autocommit=True)
        except psycopg.Error as error:
            raise ServerError(
                f"The shadow server {shown(self._url)} cannot be reached: {one_line(error)}.",
                hint="Check the URL given with --shadow, and that the server accepts connections from here.",
            ) from None

    def _tidy(self) -> None:
        """Drops what was created, on a connection that is free for it."""
        import psycopg

        while self._created:
            # A second time where the first ended with the connection.
            for _ in range(2):
                if not _free(self._connected()):
                    self._connected().close()
                    self._admin = self._connect()
                with contextlib.suppress(psycopg.Error):
                    self._drop(self._created[-1])
                    break
            self._created.pop()

    @property
    def version(self) -> str:
        return str(self._connected().info.parameter_status("server_version")).split()[0]

    def create_database(self, template: Database | None = None) -> Database:
        import psycopg

        name = NAME_PREFIX + os.urandom(8).hex()
        source = template.name if template else "template0"
        # noted first: whatever interrupts the creation, the end drops it
        self._created.append(name)
        try:
            self._connected().execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())
        except psycopg.Error as error:
            self._created.remove(name)
            raise ServerError(
                f"The server {shown(self._url)} does not let its role create the shadow database: {one_line(error)}.",
                hint="Give a role with the CREATEDB right, or use --shadow embedded.",
            ) from None
        parameters = {key: value for key, value in self._parameters.items() if key != "dbname"}
        parameters["client_encoding"] = "UTF8"
        return Database(
            name,
            parameters,
            kind=self.kind,
            statement_timeout=self._statement_timeout,
            failure=self.failure,
            bare=not self._trusted,
        )

    def drop_database(self, database: Database) -> None:
        """Drops a database that this server created; any other is left alone."""
        if database.name in self._created:
            self._drop(database.name)
            self._created.remove(database.name)

    def failure(self) -> str:
        return ""

    def _drop(self, name: str) -> None:
        admin = self._connected()
        if admin.info.server_version >= 130000:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        else:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            admin.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        if self._admin is None:
            raise RuntimeError("the server is used outside of its with block")
        return self._admin
