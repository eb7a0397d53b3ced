"""Fixtures for every test that needs Postgres: one server for the session, a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from prisma_drift.errors import ServerError

if TYPE_CHECKING:
    from prisma_drift.postgres.database import Connection, Database, Server


@pytest.fixture(scope="session")
def shadow() -> Iterator[Server]:
    """The embedded server; skips, and says why, where its programs are missing."""
    from prisma_drift.postgres.server import parse_shadow, server

    try:
        starting = server(parse_shadow("embedded"))
        running = starting.__enter__()
    except ServerError as error:
        pytest.skip(f"no Postgres: {error.message}")
    try:
        yield running
    finally:
        starting.__exit__(None, None, None)


@pytest.fixture
def database(shadow: Server) -> Iterator[Database]:
    made = shadow.create_database()
    yield made
    shadow.drop_database(made)


@pytest.fixture(scope="session")
def standing(shadow: Server) -> Iterator[Database]:
    """One database for the whole session, whose changes are all rolled back."""
    made = shadow.create_database()
    yield made
    shadow.drop_database(made)


@pytest.fixture
def connection(standing: Database) -> Iterator[Connection]:
    """A connection as Prisma's (its search_path is the default schema alone), within a transaction of the test."""
    with standing.connect(default_schema="public") as opened, opened.transaction(force_rollback=True):
        yield opened
