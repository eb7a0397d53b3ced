"""Characters and tokens of schema.prisma: positions in a file, names, strings, numbers and comments.

The language is line-based: a line end is a token of its own, so every scanner here stays within its line,
except for a block comment. Rules: the grammar of Prisma's parser (identifiers, JSON strings, plain numbers).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

from ...model.source import Position

_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*").match
_BLANKS = re.compile("[ \t\r\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*").match
_NEWLINE = re.compile(r"\r\n|\n|\r").match
_REST_OF_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r)?").match
_NAME = r"(?:[^\W\d_]|[0-9])(?:[^\W\d_]|[0-9_\-])*+"
_IDENTIFIER = re.compile(_NAME).match
_PATH = re.compile(rf"{_NAME}(?:\.(?:{_NAME})?)*+").match
_ASCII_NAME = r"[A-Za-z0-9][A-Za-z0-9_\-]*+"
_ASCII_IDENTIFIER = re.compile(_ASCII_NAME).match
_ASCII_PATH = re.compile(rf"{_ASCII_NAME}(?:\.(?:{_ASCII_NAME})?)*+").match
_PLAIN_FIELD = re.compile(rf"({_ASCII_NAME})[ \t]++({_ASCII_NAME})[ \t]*+(\[\]|\?)?[ \t]*+(?=[@\r\n/])").match
_NUMBER = re.compile(r"-?[0-9]++(?:\.[0-9]++)?").match
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\[\s\S])*+"').match
_ESCAPE = re.compile(r"\\([\s\S])")
_HEX4 = re.compile(r"\\u([0-9a-fA-F]{0,4})").match
_SIMPLE_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

UNKNOWN_ESCAPE = (
    "Unknown escape sequence. If the value is a windows-style path, `\\` must be escaped as `\\\\`."
)
INVALID_UNICODE_ESCAPE = "Invalid unicode escape sequence."


class SourceText:
    """One schema file: its path, its text, and where its lines begin."""

    __slots__ = ("_starts", "_tail_slash_star", "ascii", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.ascii = text.isascii()
        self._starts: list[int] | None = None
        self._tail_slash_star = text.rfind("*/")

    @property
    def line_starts(self) -> list[int]:
        """Offset of the first character of every line; only a line feed ends a line here, as in Prisma's messages."""
        if self._starts is None:
            starts, at = [0], self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def line_of(self, offset: int) -> int:
        """The 1-based line of an offset."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> Position:
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return Position(self.path, line, offset - starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """A 1-based line without its end."""
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")

    # --- scanners: each takes an offset and returns the end of what it found, or -1

    def spaces(self, at: int) -> int:
        """The offset after any spaces and tabs."""
        if " " < self.text[at : at + 1] < "\x80":
            return at
        found = _SPACES(self.text, at)
        return found.end() if found else at

    def blanks(self, at: int) -> int:
        """The offset after any spaces, tabs and line ends."""
        found = _BLANKS(self.text, at)
        return found.end() if found else at

    def newline(self, at: int) -> int:
        found = _NEWLINE(self.text, at)
        return found.end() if found else -1

    def rest_of_line(self, at: int) -> int:
        """The offset after this line and its end."""
        found = _REST_OF_LINE(self.text, at)
        return found.end() if found else at

    def identifier(self, at: int) -> int:
        found = _ASCII_IDENTIFIER(self.text, at)
        if self.ascii:
            return found.end() if found else -1
        if found and self.text[found.end() : found.end() + 1].isascii():
            return found.end()
        found = _IDENTIFIER(self.text, at)
        return self._letters_only(at, found.end()) if found else -1

    def path_end(self, at: int) -> int:
        """A name with dots, `db.VarChar`."""
        found = _ASCII_PATH(self.text, at)
        if self.ascii:
            return found.end() if found else -1
        if found and self.text[found.end() : found.end() + 1].isascii():
            return found.end()
        found = _PATH(self.text, at)
        return self._letters_only(at, found.end()) if found else -1

    def plain_field(self, at: int) -> re.Match[str] | None:
        """`name Type`, `name Type?` or `name Type[]` as most fields begin, up to an attribute, a comment or the line end."""
        return _PLAIN_FIELD(self.text, at)

    def _letters_only(self, start: int, end: int) -> int:
        """Cut back at a character such as `²`, which Python counts among word characters but is no letter."""
        word = self.text[start:end]
        if word.isascii():
            return end
        for index, char in enumerate(word):
            if not char.isascii() and unicodedata.category(char)[0] != "L":
                return start + index if index else -1
        return end

    def number(self, at: int) -> int:
        found = _NUMBER(self.text, at)
        return found.end() if found else -1

    def string(self, at: int) -> int:
        """A string literal with its quotes."""
        found = _STRING(self.text, at)
        return found.end() if found else -1

    def block_comment(self, at: int) -> int:
        """`/* … */`, which may span lines; -1 where it does not end."""
        if at + 2 > self._tail_slash_star or not self.text.startswith("/*", at):
            return -1
        return self.text.find("*/", at + 2) + 2

    def comment(self, at: int) -> int:
        """A comment of either kind, without the line end."""
        if self.text.startswith("//", at):
            found = _REST_OF_LINE(self.text, at)
            end = found.end() if found else at
            while end > at and self.text[end - 1] in "\r\n":
                end -= 1
            return end
        return self.block_comment(at)


class Span(NamedTuple):
    """A stretch of a file."""

    source: SourceText
    start: int
    end: int

    @property
    def position(self) -> Position:
        return self.source.position(self.start)

    @property
    def line(self) -> int:
        return self.source.line_of(self.start)


def decode_string(source: SourceText, start: int, end: int) -> tuple[str, list[tuple[str, int, int]]]:
    """The value of the string literal between two offsets, and (message, start, end) for each bad escape.

    Escapes are those of JSON (RFC 8259 §7); a pair of surrogates makes one character.
    """
    body = source.text[start + 1 : end - 1]
    if "\\" not in body:
        return body, []
    out: list[str] = []
    errors: list[tuple[str, int, int]] = []
    at = 0
    while True:
        found = _ESCAPE.search(body, at)
        if not found:
            out.append(body[at:])
            return "".join(out), errors
        out.append(body[at : found.start()])
        begin, char = found.start(), found[1]
        at = found.end()
        if char in _SIMPLE_ESCAPES:
            out.append(_SIMPLE_ESCAPES[char])
        elif char != "u":
            errors.append((UNKNOWN_ESCAPE, start + 1 + begin, start + 1 + at))
        else:
            text, at = _unicode_escape(body, begin)
            if text is None:
                errors.append((INVALID_UNICODE_ESCAPE, start + 1 + begin, start + 1 + at))
            else:
                out.append(text)


def _unicode_escape(body: str, begin: int) -> tuple[str | None, int]:
    """The character written as \\uXXXX at `begin` (None where it is none) and the offset after it."""
    first = _HEX4(body, begin)
    digits = first[1] if first else ""
    if len(digits) < 4:
        return None, begin + 2 + len(digits)
    code = int(digits, 16)
    if not 0xD800 <= code <= 0xDFFF:
        return chr(code), begin + 6
    second = _HEX4(body, begin + 6)
    if second is None or len(second[1]) < 4:
        return None, begin + 6
    low = int(second[1], 16)
    if code <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), begin + 12
    return None, begin + 12
