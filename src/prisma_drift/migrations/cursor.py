"""The tokens of one SQL statement, and a cursor that reads names, types and expressions from them."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from ..model.values import replace
from .facts import ObjectName, TypeName
from .split import comment_end


class UnreadableError(Exception):
    """The statement says something that this reader does not know; the reason is the first argument."""


class Token(NamedTuple):
    kind: str
    """w word | q quoted identifier | s string | n number | o operator or punctuation"""
    value: str
    """Words in lower case; identifiers and strings without quotes and with escapes resolved."""
    start: int
    end: int


_TOKEN = re.compile(
    r"(?P<blank>\s+|--[^\n]*)"
    r"|(?P<block>/\*)"
    r"|(?P<dollar>\$(?:[^\W\d]\w*)?\$)"
    r"|(?P<escape>[eE]'(?:[^'\\]|\\.|'')*+')"
    r"|(?P<string>'(?:[^']|'')*+')"
    r'|(?P<quoted>"(?:[^"]|"")*+")'
    r"|(?P<word>[^\W\d][\w$]*)"
    r"|(?P<number>\d[\w.]*|\.\d\w*)"
    r"|(?P<operator>::|<>|!=|<=|>=|\|\||.)",
    re.DOTALL,
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL
)
_FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
"""Postgres folds only ASCII letters in a multi-byte encoding."""


def tokens(text: str) -> list[Token]:
    """The tokens of `text` without blanks and comments."""
    found: list[Token] = []
    position = 0
    match = _TOKEN.match
    while position < len(text):
        token = match(text, position)
        if token is None:
            raise UnreadableError("a character that no token begins with")
        start, position = token.span()
        kind = token.lastgroup
        if kind == "blank":
            continue
        if kind == "word":
            found.append(Token("w", token[0].translate(_FOLD), start, position))
        elif kind == "operator":
            if token[0] in "'\"":
                raise UnreadableError("a quote that never closes")
            found.append(Token("o", token[0], start, position))
        elif kind == "quoted":
            found.append(Token("q", token[0][1:-1].replace('""', '"'), start, position))
        elif kind == "string":
            found.append(Token("s", token[0][1:-1].replace("''", "'"), start, position))
        elif kind == "number":
            found.append(Token("n", token[0], start, position))
        elif kind == "escape":
            found.append(Token("s", _unescape(token[0][2:-1].replace("''", "'")), start, position))
        elif kind == "block":
            position = comment_end(text, start)
        else:
            close = text.find(token[0], position)
            if close < 0:
                raise UnreadableError("a dollar quote that never closes")
            found.append(Token("s", text[position:close], start, close + len(token[0])))
            position = found[-1].end
    return found


def _unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            return chr(int(code, 16))
        if found[4]:
            return chr(int(found[4], 8))
        return _ESCAPES.get(found[5], found[5])

    return _ESCAPE.sub(one, text) if "\\" in text else text


def cut(name: str) -> str:
    """An identifier as Postgres keeps it: at most 63 bytes, ending on a character."""
    if len(name) < 16 or len(encoded := name.encode()) <= 63:
        return name
    return encoded[:63].decode(errors="ignore")


_TYPES = {
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint", "bool": "boolean",
    "float8": "double precision", "float4": "real", "decimal": "numeric", "dec": "numeric",
    "varchar": "character varying", "char": "character", "nchar": "character", "bpchar": "bpchar",
    "varbit": "bit varying", "timestamptz": "timestamp with time zone", "timetz": "time with time zone",
    "timestamp": "timestamp without time zone", "time": "time without time zone",
}  # fmt: skip
_SERIALS = {
    "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
    "smallserial": "smallint", "serial2": "smallint",
}  # fmt: skip
_CONSTRAINT_WORDS = "constraint not null primary unique references check generated collate deferrable initially storage compression"
_AFTER_EXPRESSION = frozenset(_CONSTRAINT_WORDS.split())
_OPENING, _CLOSING = "([", ")]"


class Cursor:
    """Reads a statement's tokens from left to right; raises UnreadableError where something else stands."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line
        self.tokens = tokens(text)
        self.at = 0

    def line(self) -> int:
        """The line of the next token in the file."""
        start = self.tokens[self.at].start if self.at < len(self.tokens) else len(self.text)
        return self.first_line + self.text.count("\n", 0, start)

    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def stop(self, wanted: str) -> NoReturn:
        found = self.text[self.tokens[self.at].start :][:30].split("\n")[0] if not self.done() else "the end"
        raise UnreadableError(f"{wanted} expected, found `{found}`")

    def end(self) -> None:
        """Nothing may follow."""
        if not self.done():
            self.stop("the end")

    def peek(self, *words: str) -> bool:
        """Whether exactly these words, or punctuation, come next."""
        for ahead, word in enumerate(words):
            if self.at + ahead >= len(self.tokens):
                return False
            token = self.tokens[self.at + ahead]
            if token.value != word or token.kind not in "wo":
                return False
        return True

    def take(self, *words: str) -> bool:
        """Steps over these words if they come next."""
        if self.peek(*words):
            self.at += len(words)
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            self.stop(" ".join(words).upper())

    def one_of(self, *words: str) -> str:
        """Steps over one of these words if it comes next, and says which; '' if none."""
        for word in words:
            if self.take(word):
                return word
        return ""

    def next(self) -> Token:
        if self.done():
            self.stop("more")
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self) -> str:
        """An identifier."""
        token = self.next()
        if token.kind not in "wq" or not token.value:
            self.at -= 1
            self.stop("a name")
        return cut(token.value)

    def string(self) -> str:
        token = self.next()
        if token.kind != "s":
            self.at -= 1
            self.stop("a string")
        return token.value

    def qualified(self) -> ObjectName:
        """`name` or `schema.name`."""
        first = self.name()
        if not self.take("."):
            return ObjectName(first)
        second = self.name()
        if self.take("."):  # database.schema.name
            return ObjectName(self.name(), second)
        return ObjectName(second, first)

    def names(self) -> tuple[str, ...]:
        """`(a, b)`."""
        self.expect("(")
        found = [self.name()]
        while self.take(","):
            found.append(self.name())
        self.expect(")")
        return tuple(found)

    def qualified_list(self) -> list[ObjectName]:
        """`a, s.b`."""
        found = [self.qualified()]
        while self.take(","):
            found.append(self.qualified())
        return found

    def existing_list(self) -> list[ObjectName]:
        """`[IF EXISTS] a, s.b`."""
        optional = self.take("if", "exists")
        return [replace(name, optional=optional) for name in self.qualified_list()]

    def behaviour(self) -> bool:
        """CASCADE, RESTRICT or nothing; whether it cascades."""
        return self.one_of("cascade", "restrict") == "cascade"

    def skip_parens(self) -> str:
        """Steps over a balanced `(…)`; the text inside."""
        self.expect("(")
        start, depth = self.tokens[self.at - 1].end, 1
        while depth:
            token = self.next()
            if token.kind == "o":
                depth += (token.value == "(") - (token.value == ")")
        return self.text[start : self.tokens[self.at - 1].start].strip()

    def expression(self, column: bool = True) -> str:
        """The text up to a comma, a closing bracket or the end; with `column`, also up to the next column constraint."""
        first, depth = self.at, 0
        while not self.done():
            token = self.tokens[self.at]
            if token.kind == "o":
                if depth == 0 and (token.value in _CLOSING or token.value == ","):
                    break
                depth += (token.value in _OPENING) - (token.value in _CLOSING)
            elif (
                column
                and depth == 0
                and self.at > first
                and token.kind == "w"
                and token.value in _AFTER_EXPRESSION
            ):
                break
            self.at += 1
        if self.at == first or depth:
            self.stop("an expression")
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end]

    def type_name(self) -> TypeName:
        """A type with its modifiers and `[]`."""
        quoted = self.tokens[self.at].kind == "q" if not self.done() else False
        written = self.qualified()
        name, schema, serial = written.name, written.schema, False
        arguments: tuple[str, ...] = ()
        if schema == "pg_catalog":
            schema = None
        elif schema is None and quoted and name == "char":
            # A type of its own; "text" in quotes finds the built-in one, since pg_catalog is searched first.
            return self._array(TypeName('"char"'))
        if schema is None:
            name = self._words(name)
            arguments = self._arguments()
            if name in ("timestamp", "time"):
                name += " with time zone" if self._zone() else " without time zone"
            elif name in _SERIALS and not quoted:
                name, serial = _SERIALS[name], True
            elif name == "float":
                name = "real" if arguments and int(arguments[0]) <= 24 else "double precision"
                arguments = ()
            else:
                name = _TYPES.get(name, name)
            if name == "interval":
                while self.one_of("year", "month", "day", "hour", "minute", "second", "to"):
                    pass
                arguments = arguments or self._arguments()
        else:
            arguments = self._arguments()
        return self._array(TypeName(name, schema, arguments, False, serial))

    def _words(self, name: str) -> str:
        if name == "double" and self.take("precision"):
            return "double precision"
        if name == "national":
            name = self.name()
        if name in ("character", "char", "bit") and self.take("varying"):
            return "bit varying" if name == "bit" else "character varying"
        return name

    def _arguments(self) -> tuple[str, ...]:
        if not self.peek("("):
            return ()
        return tuple(part.strip() for part in self.skip_parens().split(","))

    def _zone(self) -> bool:
        if self.take("with", "time", "zone"):
            return True
        self.take("without", "time", "zone")
        return False

    def _array(self, base: TypeName) -> TypeName:
        array = self.take("array")
        while self.take("["):
            array = True
            if not self.take("]"):
                self.next()
                self.expect("]")
        return replace(base, array=True) if array else base
