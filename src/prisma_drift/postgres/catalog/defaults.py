"""Reads the text that Postgres prints for a column default, as far as Prisma's engine understands it.

Prisma knows constants, `now()` and `nextval(…)`; everything else is a DbGenerated text to it. Where its reading is odd
(the rest after `ARRAY[…]` is not looked at, `'1e+20'` is 1, words in a Json list vanish), the same is done here, since
the point is to see what Prisma sees; the true text stands in Column.catalog.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...model.types import (
    Arity,
    ColumnType,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    Now,
    Scalar,
    Sequence,
    Value,
)

_STRING = re.compile(r"'((?:[^']|'')*)'")
_ESCAPE_STRING = re.compile(r"[eE]'((?:[^'\\]|''|\\.)*)'", re.DOTALL)
_INTEGER = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NOW = re.compile(r"(?:now\(\)|current_timestamp)\Z", re.IGNORECASE)
_BYTES = re.compile(r"\\x((?:[0-9a-fA-F]{2})*)\Z")
_NEXTVAL = re.compile(r"nextval\(\(*'((?:[^']|'')*)'(?:::\w+\)*)+\)\Z", re.IGNORECASE)

_NAME = r'(?:"(?:[^"]|"")*"|[A-Za-z_][\w$]*)'
_CAST = re.compile(
    rf"::\s*{_NAME}(?:\.{_NAME})*(?:\s+[A-Za-z]+)*(?:\(\s*\d+\s*(?:,\s*-?\d+\s*)?\))?(?:\s+[A-Za-z]+)*(?:\[\d*\])*"
)

_LIST_LITERAL = re.compile(r"'\{((?:[^']|'')*)\}'")
_LIST_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_LIST_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_ARRAY = re.compile(r"\(*ARRAY\[", re.IGNORECASE)

_Found = tuple[Scalar | None, int]
"""A value (None: it is there, but Prisma passes over it) and the offset behind it."""


def parse_default(text: str | None, type: ColumnType) -> Default | None:
    """The default of a column whose `pg_get_expr` is `text`, as Prisma reads it; None where it reads none."""
    # Prisma looks at the first letters only, so NULLIF(…) is no default to it either.
    if text is None or text.startswith("NULL"):
        return None
    if type.arity is Arity.LIST:
        items = _list(text, type.family)
        return DbGenerated(text) if items is None else Value(items)
    if type.family is Family.DATETIME:
        return Now() if _NOW.match(text) else DbGenerated(text)
    if type.family in (Family.INT, Family.BIGINT) and (sequence := _NEXTVAL.match(text)):
        return Sequence(_last_name(sequence[1].replace("''", "'")))
    found = _scalar(text, 0, type.family)
    if found is None or found[0] is None or _casts(text, found[1]) != len(text):
        return DbGenerated(text)
    return Value(found[0])


def _last_name(qualified: str) -> str:
    """`s2."Sq x"` → `Sq x`."""
    last: str = re.findall(_NAME, qualified)[-1] if re.search(_NAME, qualified) else qualified
    return last[1:-1].replace('""', '"') if last.startswith('"') else last


def _casts(text: str, at: int) -> int:
    """The offset behind any number of `::type`."""
    while found := _CAST.match(text, at):
        at = found.end()
    return at


def _scalar(text: str, at: int, family: Family) -> _Found | None:
    """The constant at `at`, without its casts."""
    match family:
        case Family.STRING | Family.JSON | Family.ENUM:
            return _text(text, at, family)
        case Family.INT | Family.BIGINT:
            return _number(text, at, _INTEGER, whole=True)
        case Family.FLOAT | Family.DECIMAL:
            return _number(text, at, _DECIMAL, whole=False)
        case Family.BOOLEAN:
            word = _WORD.match(text, at)
            value = _BOOLEANS.get(word[0].lower()) if word else None
            return (value, word.end()) if word and value is not None else None
        case Family.BYTES:
            return _bytes(text, at)
        case _:
            return None


_BOOLEANS = {"true": True, "t": True, "false": False, "f": False}


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """A string literal: its value and the offset behind it."""
    if found := _STRING.match(text, at):
        return found[1].replace("''", "'"), found.end()
    if found := _ESCAPE_STRING.match(text, at):
        return re.sub(r"\\(.)", _unescape, found[1].replace("''", "'"), flags=re.DOTALL), found.end()
    return None


def _unescape(escape: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(escape[1], escape[1])


def _text(text: str, at: int, family: Family) -> _Found | None:
    found = _quoted(text, at)
    if found is None:
        word = _WORD.match(text, at) if family is Family.ENUM else None
        return (EnumLabel(word[0]), word.end()) if word else None
    return _wrap(found[0], family), found[1]


def _wrap(value: str, family: Family) -> Scalar:
    if family is Family.ENUM:
        return EnumLabel(value)
    return JsonText(value) if family is Family.JSON else value


def _number(text: str, at: int, pattern: re.Pattern[str], *, whole: bool) -> _Found | None:
    """A number, bare or in quotes; a fractional one also in parentheses."""
    if quoted := _quoted(text, at):
        inside = pattern.match(quoted[0])
        if inside is None or (whole and inside.end() != len(quoted[0])):
            return None
        return _numeral(inside[0], whole), quoted[1]
    bracketed = not whole and text.startswith("(", at)
    found = pattern.match(text, at + bracketed)
    if found is None:
        return None
    end = found.end()
    if bracketed:
        if not text.startswith(")", end):
            return None
        end += 1
    return _numeral(found[0], whole), end


def _numeral(digits: str, whole: bool) -> Scalar:
    return int(digits) if whole else Decimal(digits)


def _bytes(text: str, at: int) -> _Found | None:
    found = _quoted(text, at)
    hex_digits = _BYTES.match(found[0]) if found else None
    return (bytes.fromhex(hex_digits[1]), found[1]) if found and hex_digits else None


def _list(text: str, family: Family) -> tuple[Scalar, ...] | None:
    """The elements of a list default, or None where Prisma does not understand it."""
    if start := _ARRAY.match(text):
        return _array_elements(text, start.end(), family)
    literal = _LIST_LITERAL.match(text)
    if literal is None or _casts(text, literal.end()) != len(text):
        return None
    return _literal_elements(literal[1], family)


def _array_elements(text: str, at: int, family: Family) -> tuple[Scalar, ...] | None:
    """`'a'::text, 'b'::text]…`: scalars as above, each with its casts; what follows the bracket is not looked at."""
    items: list[Scalar] = []
    if text.startswith("]", at):
        return ()
    while True:
        found = _scalar(text, at, family)
        if found is None or found[0] is None:
            return None
        items.append(found[0])
        at = _casts(text, found[1])
        if text.startswith("]", at):
            return tuple(items)
        if not text.startswith(", ", at):
            return None
        at += 2


def _literal_elements(body: str, family: Family) -> tuple[Scalar, ...] | None:
    """The inside of `'{…}'`."""
    items: list[Scalar] = []
    at = 0
    while at < len(body):
        found = _literal_element(body, at, family)
        if found is None:
            return None
        value, at = found
        if value is not None:
            items.append(value)
        if at < len(body):
            if body[at] != ",":
                return None
            at += 1
    return tuple(items)


def _literal_element(body: str, at: int, family: Family) -> _Found | None:
    if family in (Family.INT, Family.BIGINT, Family.FLOAT, Family.DECIMAL):
        whole = family in (Family.INT, Family.BIGINT)
        number = (_INTEGER if whole else _DECIMAL).match(body, at)
        return (_numeral(number[0], whole), number.end()) if number else None
    quoted = _LIST_QUOTED.match(body, at)
    word = quoted or _LIST_WORD.match(body, at)
    if word is None:
        return None
    value = word[0]
    if quoted:
        value = re.sub(r"\\(.)", r"\1", quoted[1].replace("''", "'"), flags=re.DOTALL)
    match family:
        case Family.STRING | Family.ENUM:
            return _wrap(value, family), word.end()
        case Family.JSON:
            return None, word.end()
        case Family.BOOLEAN if value.lower() in _BOOLEANS:
            return _BOOLEANS[value.lower()], word.end()
        case _:
            return None
