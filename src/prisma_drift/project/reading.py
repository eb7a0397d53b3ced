"""What a project says, read once for every command: its schema, validated, with paths as reports show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..model.schema import Schema
from ..model.source import Position
from ..psl.files import decoded
from .datasource import schema_files
from .files import DISK, Files, confined
from .values import Config

if TYPE_CHECKING:
    from ..psl.load import Document

_LARGEST = 8 << 20
"""Bytes of all files of a schema: a hundred thousand lines and more; each text is told in several places."""


def read_schema(config: Config, files: Files = DISK) -> Document:
    """The project's schema in a tree of files. SchemaError where it is not valid, DriftError where it cannot be read."""
    # By what only wants the bytes it is not waited for.
    from ..psl.load import load, require_datasource

    found = [decoded(config.shown(path), data) for path, data in schema_texts(config, files)]
    if not found:
        raise DriftError(
            f"There is no .prisma file in {config.shown(config.schema)}.",
            hint="Name a schema.prisma file or a folder of them with --schema.",
            id="schema-missing",
        )
    document = require_datasource(
        load(
            found,
            version=config.version,
            default_schema=config.default_schema,
            gates=config.version_certain,
        )
    )
    refuse_unnamed(document.schema)
    return document


def schema_texts(config: Config, files: Files = DISK) -> Iterator[tuple[Path, bytes]]:
    """The schema's files in their order. DriftError where one cannot be read, or all are too large."""
    files = confined(files, config.root)
    size = 0
    for path in schema_files(files, config.schema):
        try:
            data = files.read(path)
        except OSError as error:
            raise DriftError(f"{path} cannot be read: {error.strerror}.", id="schema-unreadable") from error
        size += len(data)
        if size > _LARGEST:
            raise DriftError(
                f"The schema is larger than {_LARGEST >> 20} MiB.",
                hint="Name the right file with --schema.",
                position=Position(config.shown(path), 1),
                id="file-refused",
            )
        yield path, data


def refuse_unnamed(schema: Schema) -> None:
    """DriftError where something is to have an empty name: Prisma's language takes it, and no Postgres does."""
    places = [(table.name, table.position) for table in schema.tables]
    for name, position in (*places, *((enum.name, enum.position) for enum in schema.enums)):
        if not name.name or not name.schema:
            raise _unnamed(f"`{'@@schema' if name.name else '@@map'}` is empty here", position)
    for table in schema.tables:
        for column in table.columns:
            if not column.name:
                raise _unnamed("`@map` is empty here", column.position)


def _unnamed(what: str, position: Position | None) -> DriftError:
    return DriftError(
        f"{what}: Prisma accepts that, but Postgres has no objects without a name.",
        hint="Write the name that the database has.",
        position=position,
        id="name-empty",
    )
