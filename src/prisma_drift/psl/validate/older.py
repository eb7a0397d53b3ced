"""What an older Prisma's language does not have yet: refused in that validator's words where the version is certain.

Measured with the validators of 5.22.0 and 6.12.0. Between the two it is not known in which release each came, so that
only releases of Prisma 5 and before are held to the first list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.version import Version
from ..syntax.ast import ConfigBlock, EnumBlock, Expression, FunctionCall, Model, SchemaAst
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import SourceText, Span
from ..syntax.parser import INVALID_LINE, INVALID_MEMBER, INVALID_VALUE

_SIX = Version(6)
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|(/\*.*?\*/|[^\x00-\x7f]+)', re.DOTALL)
"""Strings and line comments, which may hold anything; else a block comment, or letters beyond ASCII (group 1)."""


def refuse_newer(trees: tuple[SchemaAst, ...], diagnostics: Diagnostics) -> None:
    """Block comments, names beyond ASCII, `cuid(n)` and `ulid()` under Prisma 5."""
    if not diagnostics.gates or diagnostics.version >= _SIX:
        return
    for tree in trees:
        for span, message in _lines(tree):
            diagnostics.validation(message, span)
        for top in tree.tops:
            for field in top.fields if isinstance(top, Model) else ():
                default = field.attribute("default")
                for argument in default.arguments.items if default else ():
                    _function(argument.value, diagnostics)


def _lines(tree: SchemaAst) -> Iterator[tuple[Span, str]]:
    source: SourceText = tree.source
    seen: set[int] = set()
    for found in _TEXT.finditer(source.text):
        line = source.line_of(found.start())
        if found[1] is None or line in seen:
            continue
        seen.add(line)
        yield Span(source, found.start(), found.end()), _message(tree, found.start(), line)


def _message(tree: SchemaAst, at: int, line: int) -> str:
    for top in tree.tops:
        if top.span.start <= at < top.span.end and line != top.span.line:
            match top:
                case EnumBlock():
                    return INVALID_VALUE
                case ConfigBlock(kind=kind):
                    return f"This line is not a valid definition within a {kind}."
                case Model():
                    return INVALID_MEMBER
    return INVALID_LINE


def _function(value: Expression, diagnostics: Diagnostics) -> None:
    if not isinstance(value, FunctionCall):
        return
    if value.name == "cuid" and value.arguments.items:
        message = (
            "The `cuid` function does not take any argument. Consider changing this default to `cuid()`."
        )
        diagnostics.attribute(message, "@default", value.span)
    if value.name == "ulid":
        diagnostics.error(
            "Unknown function in @default(): `ulid` is not known. You can read about the available functions here: "
            "https://pris.ly/d/attribute-functions",
            value.span,
        )
