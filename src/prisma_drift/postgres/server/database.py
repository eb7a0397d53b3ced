"""A database on the shadow server, and the server's interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from ...model.values import field, frozen

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]


@frozen
class Database:
    """A database that may be changed at will: it is the shadow's own and goes away with it."""

    name: str
    parameters: Mapping[str, str] = field(repr=False)
    """libpq's connection parameters (host, port, user, password…) without the database's name."""
    kind: str = "embedded"
    """Of its server: embedded | local | container | url."""
    statement_timeout: float = 300.0
    """Seconds that one migration may take."""
    failure: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    """Why the server went away, in a sentence; empty while it runs."""
    hand_over: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    """Gives the role, in the database of that name, what its extensions made as the administrator; None by URL."""
    bare: bool = True
    """Nothing of the caller's surroundings counts for its connections: of our own servers, and one that a file names."""
    settle: Callable[[str], tuple[str, ...]] | None = field(default=None, repr=False, compare=False)
    """Undoes, in the database of that name, what migrations did to the role's and the database's own settings and rights
    to connect, and says what it was; None by URL."""
    step_aside: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Lets go of `template1`, which nobody may hold while a migration makes a database; None by URL."""

    awake: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Starts the server again where it rests; None by URL."""

    @property
    def url(self) -> str:
        """A connection URL as Prisma and most clients take it; a socket's folder stands in `host`."""
        from urllib.parse import quote, urlencode

        known = dict(self.parameters)
        user, password = known.pop("user", ""), known.pop("password", "")
        host, port = known.pop("host", ""), known.pop("port", "5432")
        known.pop("client_encoding", None)
        if host.startswith("/"):
            known["host"], host = host, "localhost"
        login = quote(user, safe="") + (":" + quote(password, safe="") if password else "")
        query = "?" + urlencode(known, quote_via=quote) if known else ""
        return f"postgresql://{login}@{host}:{port}/{quote(self.name, safe='')}{query}"

    def connect(self, *, autocommit: bool = True, default_schema: str | None = None) -> Connection:
        """A connection as the role that migrations run under.

        With `default_schema` the search_path is that schema alone, as Prisma sets it.
        """
        import psycopg
        from psycopg.conninfo import make_conninfo

        if self.awake:
            self.awake()
        parameters = dict(self.parameters)
        if default_schema is not None:
            # options are split at spaces; a backslash keeps the next character as it is
            path = '"' + default_schema.replace('"', '""') + '"'
            path = path.replace("\\", "\\\\").replace(" ", "\\ ")
            parameters["options"] = f"{parameters.get('options', '')} -c search_path={path}".strip()
        if not self.bare:
            return psycopg.connect(make_conninfo("", **parameters, dbname=self.name), autocommit=autocommit)
        from .surroundings import BARE, bare_environment

        with bare_environment():
            words = make_conninfo("", **{**BARE, **parameters}, dbname=self.name)
            return psycopg.connect(words, autocommit=autocommit)


class Server(Protocol):
    """A Postgres server that holds shadow databases."""

    @property
    def kind(self) -> str:
        """embedded | local | container | url"""

    @property
    def version(self) -> str:
        """`18.6`; waits until the server is up."""

    def create_database(self, template: Database | None = None) -> Database:
        """A new database, owned by the role that migrations run under.

        With `template` a copy of that one, to which nobody may be connected.
        """

    def drop_database(self, database: Database) -> None:
        """Drops the database, whoever is connected to it."""
