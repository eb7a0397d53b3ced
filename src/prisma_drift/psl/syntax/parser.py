"""schema.prisma text → tree; every line that is no statement is reported and skipped, so that all errors show.

The grammar is Prisma's: blocks hold one statement a line, `{` swallows the rest of its line, and a block that
is never closed is no block at all (each of its lines is then invalid at the top level).
"""

from __future__ import annotations

from ...model.version import Version
from .ast import (
    Attribute,
    ConfigBlock,
    EnumBlock,
    EnumValue,
    Field,
    Identifier,
    Model,
    Property,
    SchemaAst,
    Top,
)
from .diagnostics import LIMIT, Diagnostic, Diagnostics
from .expressions import ExpressionParser
from .lexer import SourceText, Span
from .statements import StatementParser

INVALID_LINE = "This line is invalid. It does not start with any known Prisma schema keyword."
INVALID_BLOCK = (
    "This block is invalid. It does not start with any known Prisma schema keyword. "
    "Valid keywords include 'model', 'enum', 'type', 'datasource' and 'generator'."
)
INVALID_ALIAS = "Invalid type definition. Please check the documentation in https://pris.ly/d/composite-types"
INVALID_MEMBER = "This line is not a valid field or attribute definition."
INVALID_VALUE = "This line is not an enum value definition."

_CONTENTS = {
    "model": "fields",
    "type": "fields",
    "view": "fields",
    "enum": "values",
    "datasource": "properties",
    "generator": "properties",
}
_BYTE_ORDER_MARK = "\ufeff"
_COMPOSITE_ATTRIBUTES = {
    "map": "The name of a composite type is not persisted in the database, "
    "therefore it does not need a mapped database name.",
    "unique": "A unique constraint should be defined in the model containing the embed.",
    "index": "An index should be defined in the model containing the embed.",
    "fulltext": "A fulltext index should be defined in the model containing the embed.",
    "id": "A composite type cannot define an id.",
}


def parse(source: SourceText, version: Version, diagnostics: Diagnostics) -> SchemaAst:
    """Read one file; errors go to `diagnostics`."""
    return _Parser(source, version).schema(diagnostics)


class _Parser:
    def __init__(self, source: SourceText, version: Version) -> None:
        self.source = source
        self.text = source.text
        self.values = ExpressionParser(source, objects=version.partial_indexes)
        self.statements = StatementParser(source, self.values)
        self.errors = self.statements.errors
        """Errors of the block being read; dropped if it turns out to be none."""
        self.open_ended: dict[str, set[int]] = {"fields": set(), "values": set(), "properties": set()}
        """Offsets from which no closing brace follows, so that retrying each line of an unclosed block stays linear."""
        self.last_brace = self.text.rfind("}")

    def schema(self, diagnostics: Diagnostics) -> SchemaAst:
        tops: list[Top] = []
        at = self.source.blanks(0)
        while at < len(self.text) and not diagnostics.full:
            end = self._top(at, tops)
            if end < 0:
                self.errors.clear()
                end = self.source.comment(at)
            if end < 0:
                end = self.source.rest_of_line(at)
                self._validation(INVALID_LINE, at, end, self._hint(at, end))
            diagnostics.errors.extend(self.errors)
            self.errors.clear()
            at = self.source.blanks(end)
        return SchemaAst(self.source, tuple(tops))

    def _top(self, at: int, tops: list[Top]) -> int:
        for keyword in _CONTENTS:
            if self.text.startswith(keyword, at):
                end = self._block(keyword, at, tops)
                if end < 0:
                    self.errors.clear()
                    if keyword == "type":
                        end = self._alias(at)
                if end >= 0:
                    return end
        return self._unknown_block(at)

    def _open(self, at: int) -> tuple[Identifier, int] | None:
        """A block's name, and the offset after the line of its opening brace."""
        name = self.values.identifier(at)
        if name is None:
            return None
        brace = self.source.spaces(name[1])
        if brace > self.last_brace or not self.text.startswith("{", brace):
            return None
        end = self.source.rest_of_line(brace)
        return (name[0], end) if self.text[end - 1] in "\r\n" else None

    def _block(self, keyword: str, at: int, tops: list[Top]) -> int:
        opened = self._open(self.source.spaces(at + len(keyword)))
        if opened is None:
            return -1
        name, inside = opened
        attributes: list[Attribute] = []
        if keyword in ("datasource", "generator"):
            properties: list[Property] = []
            end = self._contents(keyword, name.name, inside, properties, attributes)
            if end >= 0:
                tops.append(ConfigBlock(keyword, name, tuple(properties), Span(self.source, at, end)))
        elif keyword == "enum":
            values: list[EnumValue] = []
            end = self._contents(keyword, name.name, inside, values, attributes)
            if end >= 0:
                span = Span(self.source, at, end)
                tops.append(EnumBlock(name, tuple(values), tuple(attributes), span))
        else:
            fields: list[Field] = []
            end = self._contents(keyword, name.name, inside, fields, attributes)
            if end >= 0:
                span = Span(self.source, at, end)
                tops.append(Model(keyword, name, tuple(fields), tuple(attributes), span))
        return end

    def _contents(
        self,
        keyword: str,
        name: str,
        at: int,
        members: list[Field] | list[EnumValue] | list[Property],
        attributes: list[Attribute],
    ) -> int:
        """Read statements up to the closing brace; the offset after it, or -1 where there is none."""
        open_ended = self.open_ended[_CONTENTS[keyword]]
        seen: list[int] = []
        while True:
            at = self.source.blanks(at)
            if at >= len(self.text) or at in open_ended:
                open_ended.update(seen)
                return -1
            if self.text[at] == "}":
                return at + 1
            seen.append(at)
            at = self._statement(keyword, name, at, members, attributes)

    def _statement(
        self,
        keyword: str,
        name: str,
        at: int,
        members: list[Field] | list[EnumValue] | list[Property],
        attributes: list[Attribute],
    ) -> int:
        """Read one line, whatever it is."""
        if keyword in ("datasource", "generator"):
            end = self.statements.key_value(at, members)  # type: ignore[arg-type]
            wrong = f"This line is not a valid definition within a {keyword}."
        elif keyword == "enum":
            end = self.statements.enum_value(at, members)  # type: ignore[arg-type]
            wrong = INVALID_VALUE
        else:
            count = len(members)
            end = self.statements.field(at, keyword, name, members)  # type: ignore[arg-type]
            if keyword == "type" and len(members) > count:
                self._check_composite_field(members[-1])  # type: ignore[arg-type]
            wrong = INVALID_MEMBER
        if end < 0 and keyword not in ("datasource", "generator"):
            end = self.statements.block_attribute(at, attributes)
            if end >= 0 and keyword == "type":
                found = attributes.pop()
                message = _COMPOSITE_ATTRIBUTES.get(
                    found.name.name, "A composite type cannot have block-level attributes."
                )
                self._validation(message, at, found.span.end)
        if end < 0:
            end = self.source.comment(at)
        if end < 0:
            end = self.source.rest_of_line(at)
            self._validation(wrong, at, end)
        return end

    def _check_composite_field(self, field: Field) -> None:
        for attribute in field.attributes:
            name = attribute.name.name
            if name in ("relation", "unique", "id"):
                message = f"Defining `@{name}` attribute for a field in a composite type is not allowed."
                self._validation(message, field.span.start, field.span.end)

    def _alias(self, at: int) -> int:
        """`type X = Y`, a form that Prisma gave up."""
        name = self.values.identifier(self.source.spaces(at + len("type")))
        if name is None:
            return -1
        equals = self.source.spaces(name[1])
        if not self.text.startswith("=", equals):
            return -1
        end = self.statements.alias_end(self.source.spaces(equals + 1))
        if end >= 0:
            self._validation(INVALID_ALIAS, at, end)
        return end

    def _unknown_block(self, at: int) -> int:
        opened = self._open(at)
        if opened is None:
            return -1
        close = self.text.find("}", opened[1])
        if close < 0:
            return -1
        self._validation(INVALID_BLOCK, at, close + 1)
        return close + 1

    def _validation(self, message: str, start: int, end: int, hint: str = "") -> None:
        if len(self.errors) < LIMIT:
            span = Span(self.source, start, end)
            self.errors.append(Diagnostic(f"Error validating: {message}", span, hint))

    def _hint(self, at: int, end: int) -> str:
        line = self.text[at : min(end, at + 200)].strip()
        if line.startswith(_BYTE_ORDER_MARK):
            return "The file begins with a byte order mark, which Prisma does not skip: save it without one."
        if line.startswith(tuple(f"{keyword} " for keyword in _CONTENTS)):
            if "{" not in line:
                return "The opening brace must stand on the same line as the block's name."
            return (
                "A block needs a line end after its opening brace and a closing brace on a line of its own."
            )
        return ""
