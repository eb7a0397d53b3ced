"""Collects what is wrong with a schema, in the order it was found, and turns it into errors to show."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import DriftError, SchemaError
from ...model.version import Version
from .lexer import Span

LIMIT = 1000
"""More errors than anyone reads; what comes after them is not collected."""
_WIDTH = 240
"""Longer lines are cut in excerpts."""


class Diagnostic(NamedTuple):
    message: str
    span: Span
    hint: str


class Diagnostics:
    """Errors and warnings of one schema."""

    __slots__ = ("errors", "gates", "keyless_views", "version", "warnings")

    def __init__(self, version: Version, *, strict_views: bool = False, gates: bool = False) -> None:
        self.version = version
        """Whose rules to follow."""
        self.gates = gates
        """Whether what the version does not have yet is an error; a version that is only guessed refuses nothing."""
        self.keyless_views = strict_views and version.keyless_views
        """Keys and indexes of views are errors; else warnings, since a view never becomes DDL."""
        self.errors: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []

    @property
    def full(self) -> bool:
        return len(self.errors) >= LIMIT

    def error(self, message: str, span: Span, hint: str = "") -> None:
        if not self.full:
            self.errors.append(Diagnostic(message, span, hint))

    def warn(self, message: str, span: Span, hint: str = "") -> None:
        if len(self.warnings) < LIMIT:
            self.warnings.append(Diagnostic(message, span, hint))

    # --- the fixed openings of messages, by what they are about

    def validation(self, message: str, span: Span, hint: str = "") -> None:
        self.error(f"Error validating: {message}", span, hint)

    def attribute(self, message: str, attribute: str, span: Span, hint: str = "") -> None:
        self.error(f'Error parsing attribute "{attribute}": {message}', span, hint)

    def block(self, message: str, kind: str, name: str, span: Span, hint: str = "") -> None:
        self.error(f'Error validating {kind} "{name}": {message}', span, hint)

    def raise_errors(self) -> None:
        """SchemaError with everything found so far, if anything was."""
        if self.errors:
            raise SchemaError(tuple(as_error(found, "schema-invalid") for found in self.errors))


def as_error(found: Diagnostic, id: str) -> DriftError:
    return DriftError(
        found.message,
        hint=found.hint,
        position=found.span.position,
        excerpt=excerpt(found.span),
        id=id,
    )


def excerpt(span: Span) -> str:
    """The line where the span begins, and carets below it."""
    source, start, end = span
    starts = source.line_starts
    line = source.line_of(start)
    begin = starts[line - 1]
    stop = starts[line] if line < len(starts) else len(source.text)
    offset = start - begin
    if offset > _WIDTH - 80:
        begin = start - 80
        offset = 80
    text = source.text[begin : min(stop, begin + _WIDTH)].rstrip()
    length = max(1, min(end - start, len(text) - offset))
    lead = "".join("\t" if char == "\t" else " " for char in text[:offset]).ljust(offset)
    return f"{text}\n{lead}{'^' * length}"
