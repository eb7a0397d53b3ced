"""What the datasource and generator blocks say, as values."""

from __future__ import annotations

from ...model.source import Position
from ...model.values import frozen
from ..syntax.lexer import Span

POSTGRES = ("postgresql", "postgres")
OTHER_PROVIDERS = ("mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb")
EXTENSIONS_FLAG = "postgresqlextensions"


@frozen
class ExtensionEntry:
    """One name of `extensions = […]`."""

    name: str
    map: str | None
    schema: str | None
    version: str | None
    span: Span


@frozen
class Datasource:
    """The datasource block."""

    name: str
    provider: str
    """Canonical: `postgresql`."""
    url: str | None
    """The literal text of `url`."""
    url_env: str | None
    """The environment variable in `url = env("…")`."""
    schemas: tuple[str, ...]
    """Sorted; empty without multi-schema."""
    relation_mode: str
    """foreignKeys | prisma"""
    extensions: tuple[ExtensionEntry, ...]
    """Sorted by name."""
    position: Position
    span: Span
    schemas_written: bool = False
    extensions_span: Span | None = None
    schemas_span: Span | None = None
    direct_url: str | None = None
    direct_url_env: str | None = None
    shadow_url: str | None = None
    shadow_url_env: str | None = None


@frozen
class Generator:
    """A generator block."""

    name: str
    provider: str
    preview_features: tuple[str, ...]
    """As written, without those that the version does not know."""
    position: Position


@frozen
class Configuration:
    datasource: Datasource | None
    generators: tuple[Generator, ...]
    preview_features: frozenset[str]
    """Lower case; the union over all generators, without names that have no effect any more."""


@frozen
class Strictness:
    """Where to follow Prisma's version to the letter."""

    url: bool = False
    """A url must be there (before 7) or must not (from 7 on)."""
    preview: bool = False
    """Preview features unknown to the version are errors."""
    views: bool = False
    """Keys and indexes of views are errors where the version says so."""
