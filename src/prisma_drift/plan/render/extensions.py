"""Schemas and extensions."""

from __future__ import annotations

from ...diff.changes import AlterExtension, CreateExtension, CreateSchema, DropExtension
from .names import quote


def create_schema(change: CreateSchema) -> str:
    return f"CREATE SCHEMA IF NOT EXISTS {quote(change.name)}"


def create_extension(change: CreateExtension) -> str:
    extension = change.extension
    schema = f" SCHEMA {quote(extension.schema)}" if extension.schema else ""
    version = f" VERSION {quote(extension.version)}" if extension.version else ""
    options = f" WITH{schema}{version}" if schema or version else ""
    return f"CREATE EXTENSION IF NOT EXISTS {quote(extension.name)}{options}"


def alter_extension(change: AlterExtension) -> list[str]:
    """Prisma alters the version first, then the schema."""
    had, wanted = change.actual, change.expected
    name, statements = quote(wanted.name), []
    if wanted.version and had.version and wanted.version != had.version:
        statements.append(f"ALTER EXTENSION {name} UPDATE TO {quote(wanted.version)}")
    if wanted.schema and had.schema and wanted.schema != had.schema:
        statements.append(f"ALTER EXTENSION {name} SET SCHEMA {quote(wanted.schema)}")
    return statements


def drop_extension(change: DropExtension) -> str:
    return f"DROP EXTENSION {quote(change.extension.name)}"
