"""Values and argument lists: the part of the grammar inside one line."""

from __future__ import annotations

from collections.abc import Callable

from .ast import (
    NO_ARGUMENTS,
    Argument,
    Arguments,
    ArrayValue,
    ConstantValue,
    Expression,
    FunctionCall,
    Identifier,
    NumberValue,
    ObjectValue,
    StringValue,
)
from .lexer import SourceText, Span, decode_string

MAX_DEPTH = 100
"""Deeper nesting is refused like any other text that is not a value; nobody writes it, and the stack is finite."""


class ExpressionParser:
    """Reads values at an offset; every method returns (node, end), or None where the text is no such thing."""

    __slots__ = ("depth", "objects", "pending", "source", "text")

    def __init__(self, source: SourceText, *, objects: bool) -> None:
        self.source = source
        self.text = source.text
        self.objects = objects
        """Whether `{ key: value }` is a value (Prisma 7.4 and later)."""
        self.depth = 0
        self.pending: list[tuple[str, Span]] = []
        """Bad escapes in what was read; they count only if the statement around them is accepted."""

    def identifier(self, at: int) -> tuple[Identifier, int] | None:
        end = self.source.identifier(at)
        if end < 0:
            return None
        return Identifier(self.text[at:end], Span(self.source, at, end)), end

    def path(self, at: int) -> tuple[Identifier, int] | None:
        end = self.source.path_end(at)
        if end < 0:
            return None
        return Identifier(self.text[at:end], Span(self.source, at, end)), end

    def string(self, at: int) -> tuple[StringValue, int] | None:
        end = self.source.string(at)
        if end < 0:
            return None
        value, errors = decode_string(self.source, at, end)
        for message, start, stop in errors:
            self.pending.append((message, Span(self.source, start, stop)))
        return StringValue(value, Span(self.source, at, end)), end

    def expression(self, at: int) -> tuple[Expression, int] | None:
        char = self.text[at : at + 1]
        if char == '"':
            return self.string(at)
        if char == "[":
            return self._nested(self._array, at)
        if char == "{" and self.objects:
            return self._nested(self._object, at)
        if char == "-":
            return self._number(at)
        return self._word(at)

    def _number(self, at: int) -> tuple[NumberValue, int] | None:
        end = self.source.number(at)
        if end < 0:
            return None
        return NumberValue(self.text[at:end], Span(self.source, at, end)), end

    def _word(self, at: int) -> tuple[Expression, int] | None:
        """A function call, a number or a constant: all three may begin with a digit, and are tried in this order."""
        end = self.source.path_end(at)
        if end < 0:
            return None
        paren = self.source.spaces(end)
        if self.text.startswith("(", paren):
            mark = len(self.pending)
            found = self._nested(self._call, at)
            if found:
                return found
            del self.pending[mark:]
        number = self._number(at)
        if number:
            return number
        return ConstantValue(self.text[at:end], Span(self.source, at, end)), end

    def _call(self, at: int) -> tuple[Expression, int] | None:
        end = self.source.path_end(at)
        arguments = self.arguments(self.source.spaces(end))
        if arguments is None:
            return None
        return FunctionCall(self.text[at:end], arguments[0], Span(self.source, at, arguments[1])), arguments[
            1
        ]

    def _nested(
        self, read: Callable[[int], tuple[Expression, int] | None], at: int
    ) -> tuple[Expression, int] | None:
        if self.depth >= MAX_DEPTH:
            return None
        self.depth += 1
        try:
            return read(at)
        finally:
            self.depth -= 1

    def _array(self, at: int) -> tuple[Expression, int] | None:
        items: list[Expression] = []
        here = self.source.spaces(at + 1)
        while True:
            found = self.expression(here)
            if found is None:
                if items:
                    return None
                break
            items.append(found[0])
            here = self.source.spaces(found[1])
            if not self.text.startswith(",", here):
                break
            here = self.source.spaces(here + 1)
        if not self.text.startswith("]", here):
            return None
        return ArrayValue(tuple(items), Span(self.source, at, here + 1)), here + 1

    def _object(self, at: int) -> tuple[Expression, int] | None:
        members: list[tuple[Identifier, Expression]] = []
        here = self.source.spaces(at + 1)
        while members or not self.text.startswith("}", here):
            key = self.identifier(here)
            if key is None:
                return None
            colon = self.source.spaces(key[1])
            if not self.text.startswith(":", colon):
                return None
            value = self.expression(self.source.spaces(colon + 1))
            if value is None:
                return None
            members.append((key[0], value[0]))
            here = self.source.spaces(value[1])
            if not self.text.startswith(",", here):
                break
            here = self.source.spaces(here + 1)
        if not self.text.startswith("}", here):
            return None
        return ObjectValue(tuple(members), Span(self.source, at, here + 1)), here + 1

    def arguments(self, at: int) -> tuple[Arguments, int] | None:
        """`( argument, … )`; a trailing comma is read, and refused later with a message of its own."""
        if not self.text.startswith("(", at):
            return None
        items: list[Argument] = []
        empty: list[Identifier] = []
        trailing: Span | None = None
        here = self.source.spaces(at + 1)
        while True:
            end = self._argument(here, items, empty)
            if end < 0:
                break
            here = self.source.spaces(end)
            trailing = None
            if not self.text.startswith(",", here):
                break
            trailing = Span(self.source, here, here + 1)
            here = self.source.spaces(here + 1)
        if trailing is None and not items and not empty and self.text.startswith(",", here):
            trailing = Span(self.source, here, here + 1)
            here = self.source.spaces(here + 1)
        if not self.text.startswith(")", here):
            return None
        if not items and not empty and trailing is None:
            return NO_ARGUMENTS, here + 1
        return Arguments(tuple(items), tuple(empty), trailing), here + 1

    def _argument(self, at: int, items: list[Argument], empty: list[Identifier]) -> int:
        """Read one argument into one of the lists; the offset after it, or -1."""
        name_end = self.source.identifier(at)
        if name_end >= 0:
            colon = self.source.spaces(name_end)
            if self.text.startswith(":", colon):
                name = Identifier(self.text[at:name_end], Span(self.source, at, name_end))
                mark = len(self.pending)
                found = self.expression(self.source.spaces(colon + 1))
                if found is None:
                    del self.pending[mark:]
                    empty.append(name)
                    return colon + 1
                items.append(Argument(name, found[0], Span(self.source, at, found[1])))
                return found[1]
        found = self.expression(at)
        if found is None:
            return -1
        items.append(Argument(None, found[0], Span(self.source, at, found[1])))
        return found[1]
