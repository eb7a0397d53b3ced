"""One line inside a block: a field, an enum value, a property or an @@attribute."""

from __future__ import annotations

import re

from .ast import (
    LIST,
    NO_ARGUMENTS,
    OPTIONAL,
    REQUIRED,
    Attribute,
    EnumValue,
    Field,
    FieldType,
    Identifier,
    Property,
)
from .diagnostics import LIMIT, Diagnostic
from .expressions import ExpressionParser
from .lexer import SourceText, Span

INCOMPLETE_FIELD = "This field declaration is invalid. It is either missing a name or a type."
LEGACY_COLON = "Field declarations don't require a `:`."
LEGACY_BANG = "Fields are required by default, `!` is no longer required."
LEGACY_LIST = "To specify a list, please use `Type[]` instead of `[Type]`."
OPTIONAL_LIST = "Optional lists are not supported. Use either `Type[]` or `Type?`."


_ARITIES = {None: REQUIRED, "?": OPTIONAL, "[]": LIST}


class StatementParser:
    """Each method returns the offset after the statement's line end, or -1 where the text is no such statement.

    What was read is appended to the list given; errors in an accepted statement go to `errors`.
    """

    def __init__(self, source: SourceText, values: ExpressionParser) -> None:
        self.source = source
        self.text = source.text
        self.values = values
        self.errors: list[Diagnostic] = []

    def field(self, at: int, kind: str, block: str, out: list[Field]) -> int:
        """`name Type @attribute… // comment`; `kind` and `block` name the block in messages."""
        source, values = self.source, self.values
        plain = source.plain_field(at)
        if plain is not None:
            return self._plain_field(at, plain, out)
        name = values.identifier(at)
        if name is None:
            return -1
        values.pending.clear()
        here = source.spaces(name[1])
        colon = self.text.startswith(":", here)
        if colon:
            colon_at, here = here, source.spaces(here + 1)
        type_at = here
        typed = self._type(here)
        wrong = ""
        if typed is not None:
            field_type, arity, wrong, type_end = typed
            here = source.spaces(type_end)
        attributes, here = self._attributes(here)
        end = self._line_end(here)
        if end < 0:
            return -1
        span = Span(source, at, end)
        if colon:
            self._error(LEGACY_COLON, colon_at, colon_at + 1, "Leave the colon out.")
        elif wrong:
            self._error(wrong, type_at, type_end)
        else:
            self._flush()
            if typed is None:
                message = f'Error validating {kind} "{block}": {INCOMPLETE_FIELD}'
                self._error(message, at, end)
            else:
                out.append(Field(name[0], field_type, arity, attributes, span))
        return end

    def _plain_field(self, at: int, plain: re.Match[str], out: list[Field]) -> int:
        source = self.source
        self.values.pending.clear()
        attributes, here = self._attributes(plain.end())
        end = self._line_end(here)
        if end < 0:
            return -1
        self._flush()
        name, type_, mark = plain.groups()
        type_at = plain.start(2)
        out.append(
            Field(
                Identifier(name, Span(source, at, at + len(name))),
                FieldType(type_, None, Span(source, type_at, type_at + len(type_))),
                _ARITIES[mark],
                attributes,
                Span(source, at, end),
            )
        )
        return end

    def _type(self, at: int) -> tuple[FieldType, str, str, int] | None:
        """(type, arity, message where the notation is refused, end)."""
        if self.text.startswith("[", at):
            inner = self._base_type(self.source.spaces(at + 1))
            if inner is None:
                return None
            close = self.source.spaces(inner[1])
            if not self.text.startswith("]", close):
                return None
            return inner[0], LIST, LEGACY_LIST, close + 1
        base = self._base_type(at)
        if base is None:
            return None
        kind, end = base
        mark = self.source.spaces(end)
        if self.text.startswith("[]", mark):
            question = self.source.spaces(mark + 2)
            if self.text.startswith("?", question):
                return kind, LIST, OPTIONAL_LIST, question + 1
            return kind, LIST, "", mark + 2
        if self.text.startswith("?", mark):
            return kind, OPTIONAL, "", mark + 1
        if self.text.startswith("!", mark):
            return kind, REQUIRED, LEGACY_BANG, mark + 1
        return kind, REQUIRED, "", end

    def _base_type(self, at: int) -> tuple[FieldType, int] | None:
        if self.text.startswith("Unsupported(", at):
            mark = len(self.values.pending)
            found = self.values.string(self.source.spaces(at + 12))
            if found:
                close = self.source.spaces(found[1])
                if self.text.startswith(")", close):
                    return FieldType("", found[0].value, Span(self.source, at, close + 1)), close + 1
            del self.values.pending[mark:]
        end = self.source.identifier(at)
        if end < 0:
            return None
        return FieldType(self.text[at:end], None, Span(self.source, at, end)), end

    def enum_value(self, at: int, out: list[EnumValue]) -> int:
        name = self.values.identifier(at)
        if name is None:
            return -1
        self.values.pending.clear()
        attributes, here = self._attributes(self.source.spaces(name[1]))
        end = self._line_end(here)
        if end < 0:
            return -1
        self._flush()
        out.append(EnumValue(name[0], attributes, Span(self.source, at, end)))
        return end

    def key_value(self, at: int, out: list[Property]) -> int:
        name = self.values.identifier(at)
        if name is None:
            return -1
        equals = self.source.spaces(name[1])
        if not self.text.startswith("=", equals):
            return -1
        self.values.pending.clear()
        here = self.source.spaces(equals + 1)
        value = self.values.expression(here)
        if value is None:
            self.values.pending.clear()
        end = self._line_end(self.source.spaces(value[1]) if value else here)
        if end < 0:
            return -1
        self._flush()
        stop = value[1] if value else equals + 1
        out.append(Property(name[0], value[0] if value else None, Span(self.source, at, stop)))
        return end

    def block_attribute(self, at: int, out: list[Attribute]) -> int:
        if not self.text.startswith("@@", at):
            return -1
        self.values.pending.clear()
        found = self._attribute(at, 2)
        if found is None:
            return -1
        end = self._line_end(self.source.spaces(found[1]))
        if end < 0:
            return -1
        self._flush()
        out.append(found[0])
        return end

    def alias_end(self, at: int) -> int:
        """The offset after a type name and its @attributes, -1 where there is no type."""
        found = self._base_type(at)
        if found is None:
            return -1
        here = self.source.spaces(found[1])
        attributes, end = self._attributes(here)
        self.values.pending.clear()
        return end if attributes else found[1]

    def _attributes(self, at: int) -> tuple[tuple[Attribute, ...], int]:
        """Any number of @attributes, and the offset after the spaces behind them."""
        found: list[Attribute] = []
        while self.text.startswith("@", at):
            one = self._attribute(at, 1)
            if one is None:
                break
            found.append(one[0])
            at = self.source.spaces(one[1])
        return tuple(found), at

    def _attribute(self, at: int, signs: int) -> tuple[Attribute, int] | None:
        name = self.values.path(self.source.spaces(at + signs))
        if name is None:
            return None
        mark = len(self.values.pending)
        listed = self.values.arguments(self.source.spaces(name[1]))
        if listed is None:
            del self.values.pending[mark:]
            arguments, end = NO_ARGUMENTS, name[1]
        else:
            arguments, end = listed
        return Attribute(name[0], arguments, Span(self.source, at, end)), end

    def _line_end(self, at: int) -> int:
        """After an optional comment and the line end; -1 where something else stands there."""
        comment = self.source.comment(at)
        if comment >= 0:
            at = self.source.spaces(comment)
        return self.source.newline(at)

    def _flush(self) -> None:
        for message, span in self.values.pending:
            self.errors.append(Diagnostic(message, span, ""))
        self.values.pending.clear()

    def _error(self, message: str, start: int, end: int, hint: str = "") -> None:
        if len(self.errors) < LIMIT:
            self.errors.append(Diagnostic(message, Span(self.source, start, end), hint))
