"""schema.prisma as it is committed or staged → Schema, as fast as may be.

`psl.load` without its validation: whether a schema is valid is for `prisma validate` to say, and a commit that
makes it so must be able to pass. What cannot be read at all is still an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model.schema import Schema
from ..model.version import Version
from ..psl import native_types
from ..psl.attributes import resolve_attributes
from ..psl.config import Strictness, load_configuration, require_postgres
from ..psl.diagnostics import Diagnostics
from ..psl.lexer import SourceText
from ..psl.lower import lower
from ..psl.names import resolve_names
from ..psl.parser import parse
from ..psl.relations import infer_relations
from ..psl.resolve import resolve_types


def lower_files(files: Sequence[tuple[str, str]], version: Version, default_schema: str) -> Schema:
    """The schema that files (path, text) ask for; an empty one where there are none.

    Raises SchemaError where the text cannot be understood, DriftError where the provider is not PostgreSQL.
    """
    if not files:
        return Schema(default_schema=default_schema)
    diagnostics = Diagnostics(version)
    trees = tuple(parse(SourceText(path, text), version, diagnostics) for path, text in files)
    require_postgres(trees)
    symbols = resolve_types(trees, resolve_names(trees, diagnostics), diagnostics)
    diagnostics.raise_errors()
    resolve_attributes(symbols, diagnostics)
    infer_relations(symbols)
    for model in symbols.tables:
        for field in model.scalars:
            native, scalar = field.native_attribute, field.builtin
            if native is not None and scalar is not None:
                field.native = native_types.check(
                    native.name, native.arguments, scalar, native.span, diagnostics
                )
    configuration = load_configuration(trees, Strictness(url=False, preview=False), diagnostics)
    try:
        return lower(symbols, configuration, version, default_schema)
    except (AttributeError, KeyError, ValueError, TypeError, IndexError):
        # Only a schema with errors brings the lowering to a stop; then they are worth telling.
        diagnostics.raise_errors()
        raise
