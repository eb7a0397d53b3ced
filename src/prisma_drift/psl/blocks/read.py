"""The configuration of a schema: which database, which schemas and extensions, which preview features."""

from __future__ import annotations

from ...errors import DriftError
from ..syntax.ast import ConfigBlock, SchemaAst, StringValue
from ..syntax.diagnostics import Diagnostics, excerpt
from ..vocabulary import preview
from .configuration import OTHER_PROVIDERS, Configuration, Datasource, Generator, Strictness
from .datasource import read_datasource
from .generator import read_generator

__all__ = ["Configuration", "Datasource", "Generator", "Strictness", "load_configuration", "require_postgres"]


def require_postgres(files: tuple[SchemaAst, ...]) -> None:
    """DriftError for a database that is not Postgres (unless there are several, which is the mistake to report)."""
    for file in files:
        blocks = _blocks(file, "datasource")
        for block in blocks if len(blocks) == 1 else ():
            for entry in block.properties:
                if entry.name.name != "provider" or not isinstance(entry.value, StringValue):
                    continue
                if entry.value.value in OTHER_PROVIDERS:
                    raise DriftError(
                        f'The datasource "{block.name.name}" uses {entry.value.value}; '
                        "this tool speaks Postgres only.",
                        hint='It works with provider = "postgresql".',
                        position=entry.span.position,
                        excerpt=excerpt(entry.span),
                        id="provider-unsupported",
                    )


def load_configuration(
    files: tuple[SchemaAst, ...], strict: Strictness, diagnostics: Diagnostics
) -> Configuration:
    """Read every configuration block, file by file."""
    sources: list[Datasource] = []
    generators: list[Generator] = []
    for file in files:
        found = []
        for block in _blocks(file, "datasource"):
            source = read_datasource(block, strict, diagnostics)
            if source is not None:
                found.append(source)
        if len(found) > 1:
            for block in _blocks(file, "datasource"):
                _too_many(block, diagnostics)
        postgres = bool(found)
        for block in _blocks(file, "generator"):
            generator = read_generator(block, strict, postgres, diagnostics)
            if generator is not None:
                generators.append(generator)
        sources.extend(found)
    return Configuration(
        sources[0] if sources else None,
        tuple(generators),
        frozenset(
            name.lower()
            for generator in generators
            for name in generator.preview_features
            if not preview.is_stable(name)
        ),
    )


def _too_many(block: ConfigBlock, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        f"Error validating datasource `{block.name.name}`: You defined more than one datasource. This is not allowed "
        "yet because support for multiple databases has not been implemented yet.",
        block.span,
    )


def _blocks(file: SchemaAst, kind: str) -> list[ConfigBlock]:
    return [top for top in file.tops if isinstance(top, ConfigBlock) and top.kind == kind]
