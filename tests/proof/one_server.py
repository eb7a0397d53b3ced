"""One server for many checks in a process, instead of a new one for each; what a check leaves on it can be dropped."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from prisma_drift.postgres.server import server as servers
from prisma_drift.postgres.server.database import Database, Server


class Shared:
    """A server that a check takes for its own, and its databases."""

    def __init__(self, running: Server) -> None:
        self._running = running
        self._made: list[Database] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._running, name)

    def create_database(self, template: Database | None = None) -> Database:
        made = self._running.create_database(template)
        self._made.append(made)
        return made

    def clear(self) -> None:
        """Drop all that was made on it."""
        while self._made:
            self._running.drop_database(self._made.pop())


@contextlib.contextmanager
def shared(running: Server) -> Iterator[Shared]:
    """Until the end, every check uses `running`."""
    usual, one = servers.server, Shared(running)
    servers.server = lambda settings: contextlib.nullcontext(one)  # type: ignore[assignment, return-value]
    try:
        yield one
    finally:
        servers.server = usual
        one.clear()
