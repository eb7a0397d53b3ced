"""A shadow server for the session, and a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prisma_drift.postgres.server.database import Database, Server
from prisma_drift.postgres.server.server import parse_shadow, server


@pytest.fixture(scope="session")
def shadow() -> Iterator[Server]:
    with server(parse_shadow("embedded")) as running:
        yield running


@pytest.fixture
def database(shadow: Server) -> Iterator[Database]:
    made = shadow.create_database()
    yield made
    shadow.drop_database(made)
