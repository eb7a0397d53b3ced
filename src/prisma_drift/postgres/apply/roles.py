"""Roles that a host has and no migration makes: stand-ins on the shadow, made when a statement asks for one.

Roles belong to a server: Supabase has `anon`, Neon `neon_superuser`, a company its own owners. A stand-in cannot log in,
owns and is granted whatever migrations give it, and may make things in the schemas where it is to own some.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .runner import ServerMessage

if TYPE_CHECKING:
    from ..server.database import Connection, Database

_MISSING = re.compile(r'^role "(.+)" does not exist$', re.DOTALL)
_REFUSED = re.compile(r"^permission denied for (schema|database) (.+)$", re.DOTALL)
_OWNER = re.compile(r"(?i)\b(?:owner\s+to|authorization)\b")
_TAKES_OVER = re.compile(
    r"""(?i)\bset\s+(?:session\s+|local\s+)?(?:role|session\s+authorization)\s+(?:"((?:[^"]|"")+)"|'?([\w$]+))"""
)
_MOST = 200
"""Roles that one history may ask for."""


class StandIns:
    """The roles that were made for one run."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.made: set[str] = set()
        self._database, self._connection = database, connection
        self._opened: set[tuple[str, ...]] = set()

    @property
    def opened(self) -> tuple[tuple[str, ...], ...]:
        """Kinds and names of the places where owners may make things, sorted."""
        return tuple(sorted(self._opened))

    def resume(self, made: Iterable[str], opened: Iterable[tuple[str, ...]]) -> None:
        """Go on from what an earlier run made and opened."""
        self.made.update(made)
        self._opened.update(opened)

    def knows(self, message: ServerMessage, statement: str, text: str = "") -> bool:
        """Whether a failure may be for want of a role, or of what an owner needs; only on a server of our own.

        `text`: all that was sent up to here with the failure, in which a stand-in may have taken over (SET ROLE).
        """
        if self._database.kind == "url" or len(self.made) >= _MOST:
            return False
        found = _MISSING.match(message.primary)
        if found and message.sqlstate in ("42704", "22023"):
            return found[1] not in self.made
        if message.sqlstate != "42501" or not (_OWNER.search(statement) or self._acts(text)):
            return False
        refused = _REFUSED.match(message.primary)
        return refused is not None and refused.groups() not in self._opened

    def _acts(self, text: str) -> bool:
        """Whether one of the stand-ins is who makes things from somewhere in the text on."""
        return bool(self.made) and any(
            (quoted or bare.lower()).replace('""', '"') in self.made
            for quoted, bare in _TAKES_OVER.findall(text)
        )

    def help(self, message: ServerMessage) -> bool:
        """Make the role, or let owners make things in a place; outside of any transaction. False where that is refused."""
        import psycopg

        try:
            if found := _MISSING.match(message.primary):
                self.made.add(found[1])
                self._connection.execute(f"CREATE ROLE {_quote(found[1])} NOLOGIN".encode())
            elif refused := _REFUSED.match(message.primary):
                self._opened.add(refused.groups())
                self._open(refused[1].upper(), refused[2])
        except psycopg.Error:
            return False
        return True

    def _open(self, kind: str, name: str) -> None:
        """Who is to own something must be allowed to make it there, unless a superuser says so, as where it is deployed.

        The role and the schema may be the failed file's own, so that neither exists yet.
        """
        exists = (
            kind == "DATABASE"
            or self._connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (name,)).fetchone()
        )
        if exists:
            self._connection.execute(f"GRANT CREATE ON {kind} {_quote(name)} TO PUBLIC".encode())
        self._connection.execute(b"ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO PUBLIC")


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
