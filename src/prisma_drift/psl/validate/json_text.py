"""Whether a text is JSON, by the letter of RFC 8259, and if not, why; in the words of the parser that Prisma uses.

Python's own parser is more lenient (NaN, lone surrogates), and it recurses.
"""

from __future__ import annotations

import re

MAX_DEPTH = 127

_SPACES = re.compile(r"[ \t\r\n]*+").match
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?").match
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*+').match
_WORDS = {"t": "true", "f": "false", "n": "null"}


class _WrongError(Exception):
    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def json_error(text: str) -> str | None:
    """`expected value at line 1 column 1`, or None for a JSON text."""
    try:
        _check(text)
    except _WrongError as wrong:
        return f"{wrong} at {_place(text, wrong.at)}"
    return None


def _place(text: str, at: int) -> str:
    """Columns count bytes, the offending one included."""
    before = text[:at]
    line = before.count("\n") + 1
    column = len(before[before.rfind("\n") + 1 :].encode("utf-8", "surrogatepass"))
    return f"line {line} column {column}"


def _skip(text: str, at: int) -> int:
    found = _SPACES(text, at)
    return found.end() if found else at


def _check(text: str) -> None:
    closers: list[str] = []
    at = _skip(text, 0)
    while True:
        at = _value(text, at, closers)
        # a value is complete: close what ends here, or go on with the next element
        while True:
            at = _skip(text, at)
            if not closers:
                if at < len(text):
                    raise _WrongError("trailing characters", at + 1)
                return
            if at >= len(text):
                kind = "a list" if closers[-1] == "]" else "an object"
                raise _WrongError(f"EOF while parsing {kind}", at)
            if text[at] == closers[-1]:
                closers.pop()
                at += 1
                continue
            break
        if text[at] != ",":
            raise _WrongError(f"expected `,` or `{closers[-1]}`", at + 1)
        at = _skip(text, at + 1)
        if at < len(text) and text[at] == closers[-1]:
            raise _WrongError("trailing comma", at + 1)
        if closers[-1] == "}":
            at = _key(text, at)


def _value(text: str, at: int, closers: list[str]) -> int:
    """The offset after a scalar, or after the opening of a list or object down to its first scalar."""
    while True:
        if at >= len(text):
            raise _WrongError("EOF while parsing a value", at)
        char = text[at]
        if char not in "[{":
            return _scalar(text, at)
        if len(closers) >= MAX_DEPTH:
            raise _WrongError("recursion limit exceeded", at + 1)
        closer = "]" if char == "[" else "}"
        at = _skip(text, at + 1)
        if at >= len(text):
            raise _WrongError(f"EOF while parsing {'a list' if closer == ']' else 'an object'}", at)
        if text[at] == closer:
            return at + 1
        closers.append(closer)
        if closer == "}":
            at = _key(text, at)


def _key(text: str, at: int) -> int:
    """The offset of the value behind a key."""
    if at >= len(text):
        raise _WrongError("EOF while parsing a value", at)
    if text[at] != '"':
        raise _WrongError("key must be a string", at + 1)
    at = _skip(text, _string(text, at))
    if at >= len(text):
        raise _WrongError("EOF while parsing an object", at)
    if text[at] != ":":
        raise _WrongError("expected `:`", at + 1)
    return _skip(text, at + 1)


def _scalar(text: str, at: int) -> int:
    char = text[at]
    if char == '"':
        return _string(text, at)
    if char in _WORDS:
        word = _WORDS[char]
        for index, wanted in enumerate(word):
            if at + index >= len(text):
                raise _WrongError("EOF while parsing a value", at + index)
            if text[at + index] != wanted:
                raise _WrongError("expected ident", at + index + 1)
        return at + len(word)
    if char == "-" or char in "0123456789":
        return _number(text, at)
    raise _WrongError("expected value", at + 1)


def _number(text: str, at: int) -> int:
    found = _NUMBER(text, at)
    end = found.end() if found else at + 1
    rest = text[end : end + 1]
    if not found or (found[1] == "0" and not found[2] and not found[3] and rest.isdigit()):
        raise _unfinished(text, end)
    if rest == "." and not found[2] and not found[3]:
        raise _unfinished(text, end + 1)
    if rest and rest in "eE" and not found[3]:
        sign = text[end + 1 : end + 2]
        raise _unfinished(text, end + 2 if sign and sign in "+-" else end + 1)
    if found[3] and float(found[0]) in (float("inf"), float("-inf")):
        raise _WrongError("number out of range", end)
    return end


def _unfinished(text: str, at: int) -> _WrongError:
    if at >= len(text):
        return _WrongError("EOF while parsing a value", at)
    return _WrongError("invalid number", at + 1)


def _string(text: str, at: int) -> int:
    at += 1
    while True:
        found = _PLAIN(text, at)
        at = found.end() if found else at
        if at >= len(text):
            raise _WrongError("EOF while parsing a string", at)
        if text[at] == '"':
            return at + 1
        if text[at] != "\\":
            message = "control character (\\u0000-\\u001F) found while parsing a string"
            raise _WrongError(message, at + 1)
        at = _escape(text, at)


def _escape(text: str, at: int) -> int:
    char = text[at + 1 : at + 2]
    if not char:
        raise _WrongError("EOF while parsing a string", at + 1)
    if char != "u":
        if char not in '"\\/bfnrt':
            raise _WrongError("invalid escape", at + 2)
        return at + 2
    code = _hex(text, at + 2)
    if 0xDC00 <= code <= 0xDFFF:
        raise _WrongError("lone leading surrogate in hex escape", at + 6)
    if not 0xD800 <= code <= 0xDBFF:
        return at + 6
    if text[at + 6 : at + 8] != "\\u":
        raise _WrongError("unexpected end of hex escape", at + 7 if at + 6 < len(text) else at + 6)
    if not 0xDC00 <= _hex(text, at + 8) <= 0xDFFF:
        raise _WrongError("lone leading surrogate in hex escape", at + 12)
    return at + 12


def _hex(text: str, at: int) -> int:
    digits = text[at : at + 4]
    if len(digits) < 4:
        raise _WrongError("EOF while parsing a string", len(text))
    if any(char not in "0123456789abcdefABCDEF" for char in digits):
        raise _WrongError("invalid escape", at + 4)
    return int(digits, 16)
