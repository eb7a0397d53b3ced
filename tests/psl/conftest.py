"""Schemas in a few lines: a body behind a fixed datasource, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.errors import SchemaError
from prisma_drift.model.version import LATEST, Version
from prisma_drift.psl.load import Document, SchemaFile, load

HEADER = """\
datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  previewFeatures = ["views", "partialIndexes", "postgresqlExtensions"]
}
"""

Refusals = Callable[..., list[tuple[int, str]]]


@pytest.fixture
def document() -> Callable[..., Document]:
    """The document of a valid body."""

    def of(body: str, *, header: str = HEADER, version: Version = LATEST, **options: object) -> Document:
        return load([SchemaFile("schema.prisma", header + body)], version=version, **options)  # type: ignore[arg-type]

    return of


@pytest.fixture
def refusals() -> Refusals:
    """(line in the body, message) of every error in it; empty for a valid one."""

    def of(
        body: str, *, header: str = HEADER, version: Version = LATEST, **options: object
    ) -> list[tuple[int, str]]:
        file = SchemaFile("schema.prisma", header + body)
        try:
            load([file], version=version, **{"strict_views": True, **options})  # type: ignore[arg-type]
        except SchemaError as error:
            above = header.count("\n")
            return [
                (found.position.line - above if found.position else 0, found.message)
                for found in error.diagnostics
            ]
        return []

    return of
