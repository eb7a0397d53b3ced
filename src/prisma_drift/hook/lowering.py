"""schema.prisma as it is committed and as it is staged → two Schemas, as fast as may be.

What is staged is validated as `check` does it. What is committed is only read: a commit that mends an invalid schema must
be able to pass. Most blocks are the same on both sides; they are parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..model.schema import Schema
from ..model.version import Version
from ..project.reading import refuse_unnamed
from ..psl.blocks.read import Strictness, load_configuration, require_postgres
from ..psl.load import SchemaFile, load
from ..psl.lower.schema import lower
from ..psl.resolve.attributes import resolve_attributes
from ..psl.resolve.names import resolve_names
from ..psl.resolve.relations import infer_relations
from ..psl.resolve.types import resolve_types
from ..psl.syntax.ast import SchemaAst, Top
from ..psl.syntax.diagnostics import Diagnostics
from ..psl.syntax.lexer import SourceText
from ..psl.syntax.parser import parse
from ..psl.vocabulary import native_types

Files = Sequence[tuple[str, str]]
"""Path and text of each schema file."""

_HEAD = re.compile(r"^(?:model|enum|view|type|datasource|generator)[^\n]*\n", re.MULTILINE)


def lower_both(
    before: Files, after: Files, version: Version, default_schema: str
) -> tuple[Schema | Exception, Schema]:
    """Both sides; an error of the first is returned, of the second raised: SchemaError where it is not valid.

    Positions in blocks that are the same on both sides are those of `after`.
    """
    files = [SchemaFile(path, text) for path, text in after]
    document = load(files, version=version, default_schema=default_schema)
    refuse_unnamed(document.schema)
    if not before:
        return Schema(default_schema=default_schema), document.schema
    known = _blocks(document.ast)
    diagnostics = Diagnostics(version)
    try:
        old = tuple(_parse_rest(path, text, known, version, diagnostics) for path, text in before)
        return _lower(old, diagnostics, version, default_schema), document.schema
    except Exception as error:
        return error, document.schema


def _blocks(trees: Sequence[SchemaAst]) -> dict[str, tuple[str, Top]]:
    """Each block by its first line: its whole text, and what it was read as."""
    found: dict[str, tuple[str, Top]] = {}
    for tree in trees:
        for top in tree.tops:
            text = tree.source.text[top.span.start : top.span.end]
            found[text.partition("\n")[0] + "\n"] = (text, top)
    return found


def _parse_rest(
    path: str, text: str, known: dict[str, tuple[str, Top]], version: Version, diagnostics: Diagnostics
) -> SchemaAst:
    """The tree of a file in which the blocks that are `known` need no reading."""
    reused: list[tuple[int, Top]] = []
    pieces: list[str] = []
    at, comment = 0, (-1, -1)
    for head in _HEAD.finditer(text):
        block = known.get(head[0])
        if block is None or head.start() < at or not text.startswith(block[0], head.start()):
            continue
        comment = _comment_around(text, head.start(), comment)
        if comment[0] <= head.start() < comment[1]:
            continue
        end = head.start() + len(block[0])
        if end < len(text) and text[end - 1] not in "\r\n" and text[end] not in "\r\n":
            continue  # something follows on the line of the closing brace
        reused.append((head.start(), block[1]))
        # Blanks keep the offsets of what is left, by which both kinds are put in order again.
        pieces += (text[at : head.start()], " " * (end - head.start()))
        at = end
    pieces.append(text[at:])
    rest = parse(SourceText(path, "".join(pieces)), version, diagnostics)
    tops = sorted([*reused, *((top.span.start, top) for top in rest.tops)], key=lambda pair: pair[0])
    return SchemaAst(rest.source, tuple(top for _, top in tops), rest.unread)


def _comment_around(text: str, place: int, last: tuple[int, int]) -> tuple[int, int]:
    """The first stretch from `/*` to `*/`, from the `last` one on, that ends after `place`."""
    while last[1] <= place:
        start = text.find("/*", max(last[1], 0))
        end = text.find("*/", start + 2) if start >= 0 else -1
        if end < 0:
            return len(text), len(text) + 1
        last = (start, end + 2)
    return last


def _lower(
    trees: tuple[SchemaAst, ...], diagnostics: Diagnostics, version: Version, default_schema: str
) -> Schema:
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
