"""Postgres extensions, compared only with the preview feature postgresqlExtensions."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.schema import Schema
from .changes import AlterExtension, Change, CreateExtension, DropExtension

PREVIEW_FEATURE = "postgresqlextensions"


def compare_extensions(actual: Schema, expected: Schema) -> Iterator[Change]:
    """Missing extensions are created, differing ones altered or re-created; extra ones are never dropped."""
    if PREVIEW_FEATURE not in expected.preview_features:
        return
    before = {e.name: e for e in actual.extensions}
    for extension in expected.extensions:
        had = before.get(extension.name)
        if had is None:
            yield CreateExtension(extension)
            continue
        moved = bool(extension.schema and had.schema and extension.schema != had.schema)
        updated = bool(extension.version and had.version and extension.version != had.version)
        if moved and not had.relocatable:
            yield DropExtension(had)
            yield CreateExtension(extension)
        elif moved or updated:
            yield AlterExtension(had, extension)
