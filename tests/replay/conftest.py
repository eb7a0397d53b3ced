"""Schemas from the text of models, for the tests of the replay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.hook.lowering import lower_both
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST

HEADER = 'datasource db {\n  provider = "postgresql"\n}\n\ngenerator client {\n  provider = "prisma-client-js"\n}\n\n'


@pytest.fixture
def schema_of_models() -> Callable[[str], Schema]:
    """Models and enums as a Schema."""
    return lambda text: lower_both((), (("schema.prisma", HEADER + text),), LATEST, "public")[1]
