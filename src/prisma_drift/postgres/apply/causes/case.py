"""A failed migration with everything that a rule may look at, and the answer of a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ....migrations.split import split
from ....model.values import frozen
from ....model.version import LATEST, Version
from ..runner import Failure, ServerMessage

if TYPE_CHECKING:
    from ...server.database import Connection, Database


class File(Protocol):
    """A migration's name and text."""

    @property
    def name(self) -> str: ...
    @property
    def sql(self) -> str: ...
    @property
    def file(self) -> str: ...


@frozen
class Cause:
    """Why a migration failed and what to do about it."""

    id: str
    """The finding's id; it has a page."""
    words: str = ""
    """A sentence that says more than the server's message; empty where there is nothing to add."""
    hint: str = ""
    """The next step, one or two sentences."""


@frozen
class Case:
    """A failed migration. The database is as it was before that migration."""

    database: Database
    connection: Connection
    files: Sequence[File]
    number: int
    """Index of the failed file."""
    failure: Failure
    statement: str
    """The failing statement's text."""
    default_schema: str
    version: Version = LATEST
    """Of Prisma."""
    schema_file: str = "prisma/schema.prisma"
    """The schema's path, for commands."""

    @property
    def message(self) -> ServerMessage:
        return self.failure.message

    @property
    def sqlstate(self) -> str:
        return self.failure.message.sqlstate

    @property
    def primary(self) -> str:
        return self.failure.message.primary

    @property
    def sql(self) -> str:
        return self.files[self.number].sql

    @property
    def major(self) -> int:
        return self.connection.info.server_version // 10000

    def find(self, pattern: str) -> re.Match[str] | None:
        """A match in the server's message."""
        return re.search(pattern, self.primary)

    def rows(self, query: str, *parameters: object) -> list[tuple[object, ...]]:
        """Rows of a catalog query; none where the connection is gone."""
        import psycopg

        try:
            return self.connection.execute(query.encode(), parameters).fetchall()
        except psycopg.Error:
            return []

    def names(self, query: str, *parameters: object) -> list[str]:
        """The first column of a catalog query."""
        return [str(row[0]) for row in self.rows(query, *parameters)]

    def stated(self, pattern: str) -> tuple[list[str], list[str]]:
        """Migrations with a statement that begins with `pattern`, any case: (before the failed one, it and later ones)."""
        begins = re.compile(pattern, re.IGNORECASE)
        earlier: list[str] = []
        later: list[str] = []
        for number, file in enumerate(self.files):
            if any(begins.match(statement.text) for statement in split(file.sql)):
                (earlier if number < self.number else later).append(file.name)
        return earlier, later


def identifier(name: str) -> str:
    """A pattern for a name as SQL writes it: quoted, or bare where it may stand so; with any schema in front."""
    quoted = '"' + re.escape(name.replace('"', '""')) + '"'
    bare = rf"|{re.escape(name)}(?![\w$])" if re.fullmatch(r"[a-z_][a-z0-9_$]*", name) else ""
    return rf'(?:(?:"[^"]+"|\w+)\s*\.\s*)?(?:{quoted}{bare})'


def quoted(name: str) -> str:
    """A name as SQL writes it, always in quotes."""
    return '"' + name.replace('"', '""') + '"'


def near(name: str, names: Sequence[str]) -> str:
    """The one of `names` that `name` may be meant for; empty where none is like it."""
    from difflib import get_close_matches

    by_case = {one.lower(): one for one in reversed(names)}
    close = get_close_matches(name.lower(), list(by_case), 1, 0.8)
    return by_case[close[0]] if close else ""


def unquoted(name: str) -> tuple[str, str]:
    """`schema.name` of a server message as (schema, name); the schema is empty where none is written."""
    schema, dot, rest = name.rpartition(".")
    return (schema, rest) if dot else ("", name)


def listed(names: Sequence[str]) -> str:
    """`a`, `b` and `c`."""
    ticked = [f"`{name}`" for name in names]
    return ticked[0] if len(ticked) == 1 else ", ".join(ticked[:-1]) + " and " + ticked[-1]
