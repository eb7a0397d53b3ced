"""schema.prisma text → tree; a line that is no statement is reported and skipped, so that all errors show.

The grammar is Prisma's: blocks hold one statement a line, `{` swallows the rest of its line, and a block that
is never closed is no block at all (each of its lines is then invalid at the top level). Prisma reports each such line;
here the header that could not be read is reported, and what follows from it is not: the lines of its block, and (by way
of `unread`) what refers to the names that it meant to declare. What Prisma refuses is refused all the same.
"""

from __future__ import annotations

from typing import Any

from ...model.version import Version
from .ast import (
    Attribute,
    ConfigBlock,
    EnumBlock,
    Field,
    Identifier,
    Model,
    SchemaAst,
    Top,
)
from .diagnostics import LIMIT, Diagnostic, Diagnostics
from .expressions import ExpressionParser
from .headers import CONTENTS, header
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


class _Body:
    """What a block has so far."""

    __slots__ = (
        "attributes",
        "blocks",
        "keyword",
        "left",
        "members",
        "name",
        "unread",
        "until",
        "until_attribute",
    )

    def __init__(self, keyword: str, name: str) -> None:
        self.keyword = keyword
        self.name = name
        self.members: list[Any] = []
        """Fields, values or properties, by the keyword."""
        self.attributes: list[Attribute] = []
        self.unread: set[str] = set()
        """First words of refused lines, and members that are another block's (or are they this one's after all?)."""
        self.blocks: set[str] = set()
        """Names in headers that stand in this block."""
        self.left = False
        """Another block has begun: what comes up to the closing brace belongs to that one."""
        self.until: int | None = None
        self.until_attribute: int | None = None

    @property
    def size(self) -> int:
        return len(self.members) + len(self.attributes)

    def leave(self) -> None:
        self.left = True
        self.until, self.until_attribute = len(self.members), len(self.attributes)


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
        self.unread: set[str] = set()
        """Names in headers that were refused."""
        self.inside = False
        """A header was refused, and its block's lines follow: they are passed over."""

    def schema(self, diagnostics: Diagnostics) -> SchemaAst:
        tops: list[Top] = []
        at = self.source.blanks(0)
        while at < len(self.text) and not diagnostics.full:
            end = self._top(at, tops)
            if end < 0:
                self.errors.clear()
                end = self.source.comment(at)
            if end < 0:
                end = self._invalid_line(at)
            diagnostics.errors.extend(self.errors)
            self.errors.clear()
            at = self.source.blanks(end)
        return SchemaAst(self.source, tuple(tops), frozenset(self.unread))

    def _invalid_line(self, at: int) -> int:
        """Report a line at the top level, unless it follows from a header that was refused."""
        end = self.source.rest_of_line(at)
        line = self.text[at:end]
        found = header(line)
        # A field may be called `type`; a header has a brace, or begins its line.
        if found is not None and (not self.inside or found.brace or self.text[at - 1 : at] in "\r\n"):
            self.unread |= found.names
            self.inside = not found.closed
        elif self.inside:
            self.inside = not line.startswith("}")
            return end
        self._validation(INVALID_LINE, at, end, self._hint(at, end))
        return end

    def _top(self, at: int, tops: list[Top]) -> int:
        for keyword in CONTENTS:
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
        body = _Body(keyword, name.name)
        end = self._contents(body, inside)
        if end < 0:
            return -1
        members, attributes = body.members, tuple(body.attributes[: body.until_attribute])
        if body.until is not None:
            body.unread |= {member.name.name for member in members[body.until :]}
            members = members[: body.until]
        span, unread = Span(self.source, at, end), frozenset(body.unread)
        if keyword in ("datasource", "generator"):
            tops.append(ConfigBlock(keyword, name, tuple(members), span, unread))
        elif keyword == "enum":
            tops.append(EnumBlock(name, tuple(members), attributes, span, unread))
        else:
            tops.append(Model(keyword, name, tuple(members), attributes, span, unread))
        self.unread |= body.blocks
        self.inside = body.left
        return end

    def _contents(self, body: _Body, at: int) -> int:
        """Read statements up to the closing brace; the offset after it, or -1 where there is none."""
        open_ended = self.open_ended[CONTENTS[body.keyword]]
        seen: list[int] = []
        while True:
            at = self.source.blanks(at)
            if at >= len(self.text) or at in open_ended:
                open_ended.update(seen)
                return -1
            if self.text[at] == "}":
                return at + 1
            seen.append(at)
            errors, size = len(self.errors), body.size
            end = self._statement(body, at)
            if len(self.errors) > errors:
                self._refused(body, at, end, errors, size)
            at = end

    def _refused(self, body: _Body, at: int, end: int, errors: int, size: int) -> None:
        """Keep what a refused line meant to declare: a member, or the next block where this one is not closed."""
        found = header(self.text[at:end])
        if found is not None and found.brace:
            body.blocks |= found.names
            if not body.left and not found.closed:
                body.leave()
                hint = f'The {body.keyword} "{body.name}" is not closed before this line: }} is missing.'
                self.errors[errors] = self.errors[errors]._replace(hint=hint)
        elif body.left:
            del self.errors[errors:]  # a line of that next block, whose name is all that counts
        elif body.size == size:
            body.unread.add(self.text[at : max(at, self.source.identifier(at))])

    def _statement(self, body: _Body, at: int) -> int:
        """Read one line, whatever it is."""
        keyword, members = body.keyword, body.members
        if keyword in ("datasource", "generator"):
            end = self.statements.key_value(at, members)
            wrong = f"This line is not a valid definition within a {keyword}."
        elif keyword == "enum":
            end = self.statements.enum_value(at, members)
            wrong = INVALID_VALUE
        else:
            count = len(members)
            end = self.statements.field(at, keyword, body.name, members)
            if keyword == "type" and len(members) > count:
                self._check_composite_field(members[-1])
            wrong = INVALID_MEMBER
        if end < 0 and keyword not in ("datasource", "generator"):
            end = self.statements.block_attribute(at, body.attributes)
            if end >= 0 and keyword == "type":
                found = body.attributes.pop()
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
        *lines, last = self.text[opened[1] : close].split("\n")
        self.unread.add(opened[0].name)
        for found in map(header, map(str.strip, lines)):
            if found is not None and found.brace:
                self.unread |= found.names
        # A brace within a line ends the block for Prisma, not for whoever wrote it.
        self.inside = bool(last.strip())
        return close + 1

    def _validation(self, message: str, start: int, end: int, hint: str = "") -> None:
        if len(self.errors) < LIMIT:
            span = Span(self.source, start, end)
            self.errors.append(Diagnostic(f"Error validating: {message}", span, hint))

    def _hint(self, at: int, end: int) -> str:
        line = self.text[at : min(end, at + 200)].strip()
        if line.startswith(_BYTE_ORDER_MARK):
            return "The file begins with a byte order mark, which Prisma does not skip: save it without one."
        if line.startswith(tuple(f"{keyword} " for keyword in CONTENTS)):
            if "{" not in line:
                return "The opening brace must stand on the same line as the block's name."
            return (
                "A block needs a line end after its opening brace and a closing brace on a line of its own."
            )
        return ""
