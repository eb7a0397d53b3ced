"""The columns in which the fields of a model stand, so that a new line stands in them too.

As `prisma format` has it: types begin in one column and attributes in another, up to the next blank line.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...model.values import frozen
from ..syntax.ast import Field, Model


@frozen
class Columns:
    """Where types and attributes begin, counted from 0; None where the fields agree on no place."""

    type: int | None
    attributes: int | None

    def line(self, indent: str, name: str, type: str, attributes: str) -> str:
        """A field's line: in the columns where its words leave room for it, else a space apart."""
        start = padded(indent + name, self.type) + type
        return padded(start, self.attributes) + attributes if attributes else start


def padded(text: str, column: int | None) -> str:
    """The text with spaces up to a column, with one where it ends behind that."""
    return text + " " * max(1, (column or 0) - len(text))


def columns_at(block: Model, line: int) -> Columns:
    """The columns of the fields between the blank lines around a 1-based line."""
    source = block.span.source
    first, last = source.line_of(block.span.start), source.line_of(max(block.span.start, block.span.end - 1))
    top = bottom = line
    while top > first + 1 and source.line_text(top - 1).strip():
        top -= 1
    while bottom < last - 1 and source.line_text(bottom + 1).strip():
        bottom += 1
    near = [field for field in block.fields if top <= field.span.line <= bottom]
    return Columns(
        _shared(_column(field, field.type.span.start) for field in near),
        _shared(_column(field, field.attributes[0].span.start) for field in near if field.attributes),
    )


def _column(field: Field, offset: int) -> int:
    source = field.span.source
    return offset - source.line_starts[source.line_of(offset) - 1]


def _shared(places: Iterable[int]) -> int | None:
    found = set(places)
    return found.pop() if len(found) == 1 else None
