"""The files of a schema, read: one, or all of a folder."""

from __future__ import annotations

from pathlib import Path

from ..beneath import read_anywhere
from ..errors import DriftError
from ..model.source import Position
from ..model.values import frozen

NOT_SCHEMA = ("migrations", "node_modules")
"""Folders inside a schema folder whose *.prisma files are no part of it."""


@frozen
class SchemaFile:
    """A schema file that has been read."""

    path: str
    text: str


def read_files(path: Path) -> tuple[SchemaFile, ...]:
    """A file, or every *.prisma file below a folder, sorted; a migrations folder in it is left alone.

    Prisma keeps a byte order mark as text (and then refuses the line), so it is kept here too.
    """
    if not path.exists():
        raise DriftError(
            f"There is no schema at {path}.",
            hint="Name a schema.prisma file or a folder of them with --schema.",
            id="schema-missing",
        )
    if not path.is_dir():
        return (_read(path),)
    found = sorted(
        file
        for file in path.rglob("*.prisma")
        if file.is_file() and not set(NOT_SCHEMA).intersection(file.relative_to(path).parts[:-1])
    )
    if not found:
        raise DriftError(
            f"There is no .prisma file in {path}.",
            hint="Name a schema.prisma file or a folder of them with --schema.",
            id="schema-missing",
        )
    return tuple(_read(file) for file in found)


def _read(path: Path) -> SchemaFile:
    try:
        return decoded(str(path), read_anywhere(path))
    except OSError as error:
        raise DriftError(f"{path} cannot be read: {error.strerror}.", id="schema-unreadable") from error


def decoded(path: str, data: bytes) -> SchemaFile:
    """A schema file from its bytes; DriftError where they are not UTF-8."""
    try:
        return SchemaFile(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DriftError(
            f"{path} is not UTF-8 text (byte {error.start}).",
            hint="Save the file as UTF-8.",
            position=Position(path, line),
            id="schema-not-utf8",
        ) from error
