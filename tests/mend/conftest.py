"""One bench for the session; skips, and says why, where the embedded server is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench import Bench, bench

from prisma_drift.errors import ServerError


@pytest.fixture(scope="session")
def mend_bench() -> Iterator[Bench]:
    try:
        with bench() as running:
            yield running
    except ServerError as error:
        pytest.skip(f"no Postgres: {error.message}")
