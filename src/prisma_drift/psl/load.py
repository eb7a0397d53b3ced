"""schema.prisma on disk → Document: the expected Schema and the tree it came from.

    files → parse → names → types → attributes → relations → validate → lower

Errors accumulate as far as they can be told apart, and are raised together.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import DriftError, SchemaError
from ..model.schema import Schema
from ..model.source import Position
from ..model.values import frozen
from ..model.version import Version
from .blocks.read import Datasource, Generator, Strictness, load_configuration, require_postgres
from .files import SchemaFile, decoded, read_files
from .lower.schema import lower
from .resolve.attributes import resolve_attributes
from .resolve.names import resolve_names
from .resolve.relations import infer_relations
from .resolve.types import resolve_types
from .syntax.ast import EnumBlock, Model, SchemaAst
from .syntax.diagnostics import Diagnostics, as_error
from .syntax.lexer import SourceText
from .syntax.parser import parse
from .validate.older import refuse_newer
from .validate.schema import validate

__all__ = ["Document", "SchemaFile", "decoded", "load", "read_files", "require_datasource"]


@frozen
class Document:
    """A valid schema."""

    schema: Schema
    ast: tuple[SchemaAst, ...]
    """One tree per file, in the order of the files."""
    datasource: Datasource | None
    """None where no file has a datasource block: that is valid, but nothing can be compared with it (require_datasource)."""
    generators: tuple[Generator, ...]
    files: tuple[SchemaFile, ...]
    warnings: tuple[DriftError, ...]

    def model(self, name: str) -> Model | None:
        """The block of a model or view."""
        for tree in self.ast:
            for top in tree.tops:
                if isinstance(top, Model) and top.name.name == name:
                    return top
        return None

    def enum(self, name: str) -> EnumBlock | None:
        for tree in self.ast:
            for top in tree.tops:
                if isinstance(top, EnumBlock) and top.name.name == name:
                    return top
        return None

    @property
    def names(self) -> frozenset[str]:
        """Names that a new model or enum cannot take."""
        return frozenset(
            top.name.name for tree in self.ast for top in tree.tops if isinstance(top, Model | EnumBlock)
        )


def require_datasource(document: Document) -> Document:
    """The same document; SchemaError where no file has a datasource block: Prisma validates that, and refuses to compare it."""
    if document.datasource is not None:
        return document
    file = document.files[0].path if document.files else ""
    error = DriftError(
        "There is no datasource in the schema.",
        hint='Add one: datasource db { provider = "postgresql" }.',
        position=Position(file, 1),
        id="schema-invalid",
    )
    raise SchemaError((error,))


def load(
    files: Sequence[SchemaFile],
    *,
    version: Version,
    default_schema: str = "public",
    strict_url: bool = False,
    strict_preview: bool = False,
    strict_views: bool = False,
    gates: bool = False,
) -> Document:
    """Parse, check and lower a schema; SchemaError with all diagnostics (the first thousand), in order, if not valid.

    `version` is the Prisma release whose rules to follow. `strict_url`: a url in the datasource is required before 7
    and refused from 7 on, as Prisma itself does. `strict_preview`: unknown preview features are errors, not warnings.
    `strict_views`: keys and indexes of views are errors from 6.13 on; older releases had them, and they change nothing.
    `gates`: the version is certain, so that what it does not have yet is refused (several schemas until 6.12, …).
    """
    with _collector_paused():
        strict = Strictness(url=strict_url, preview=strict_preview, views=strict_views)
        diagnostics = Diagnostics(version, strict_views=strict_views, gates=gates)
        return _load(files, version, default_schema, strict, diagnostics)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage is made before the end, and looking for it takes half the time of a large schema."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _load(
    files: Sequence[SchemaFile],
    version: Version,
    default_schema: str,
    strict: Strictness,
    diagnostics: Diagnostics,
) -> Document:
    trees = tuple(parse(SourceText(file.path, file.text), version, diagnostics) for file in files)
    if diagnostics.full:
        diagnostics.raise_errors()
    require_postgres(trees)
    refuse_newer(trees, diagnostics)
    symbols = resolve_types(trees, resolve_names(trees, diagnostics), diagnostics)
    resolve_attributes(symbols, diagnostics)
    configuration = load_configuration(trees, strict, diagnostics)
    diagnostics.raise_errors()
    infer_relations(symbols)
    validate(symbols, configuration, diagnostics)
    diagnostics.raise_errors()
    return Document(
        schema=lower(symbols, configuration, version, default_schema),
        ast=trees,
        datasource=configuration.datasource,
        generators=configuration.generators,
        files=tuple(files),
        warnings=tuple(as_error(found, "schema-warning") for found in diagnostics.warnings),
    )
