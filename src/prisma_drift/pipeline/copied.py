"""Rows as pg_dump writes them (`COPY … FROM stdin;`) as INSERTs, which need no psql: a line for a line."""

from __future__ import annotations

import re

_NAME = r'(?:"(?:[^"]|"")*"|[^\s"().;]+)'
_COPY = re.compile(
    rf"(?i)COPY\s+(?P<table>{_NAME}(?:\.{_NAME})?)\s*(?:(?P<columns>\((?:\"[^\"]*\"|[^\")])*\))\s*)?FROM\s+STDIN\s*;\s*$"
)
"""No two parts of it can take the same text: a line of any length is read in a time that grows as it does."""
_PSQL_ONLY = re.compile(r"\\(?:un)?restrict(?:\s|$)")
"""What pg_dump has around its text since 17.6."""
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_END = "\\."


def without_copy(text: str) -> str:
    """The same text with each block of COPY in its default format as one INSERT; lines keep their numbers.

    The format is that of Postgres' manual, COPY, "Text Format". A block with options, or without its end, stays as it is.
    """
    if "stdin" not in text.lower() and "restrict" not in text:
        return text
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if _PSQL_ONLY.match(lines[at]):
            lines[at] = ""
        found = _COPY.match(lines[at])
        if found is None:
            at += 1
            continue
        end = next((n for n in range(at + 1, len(lines)) if lines[n].rstrip("\r") == _END), None)
        if end is None:
            break
        rows = [line.removesuffix("\r") for line in lines[at + 1 : end]]
        if rows:
            head = f"INSERT INTO {found['table']} {found['columns'] or ''} OVERRIDING SYSTEM VALUE VALUES"
            lines[at] = head
            lines[at + 1 : end] = [
                f"{_row(row)}{',' if n < len(rows) else ''}" for n, row in enumerate(rows, start=1)
            ]
            lines[end] = ";"
        else:
            lines[at] = lines[end] = ""
        at = end + 1
    return "\n".join(lines)


def _row(line: str) -> str:
    return f"({', '.join(map(_value, line.split(chr(9))))})"


def _value(written: str) -> str:
    if written == "\\N":
        return "NULL"
    # Escapes by number are bytes, several of which may be one character.
    value = _ESCAPE.sub(_unescaped, written.encode()).decode(errors="replace")
    quoted = value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r")
    return f"E'{quoted}'"


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] == b"x" and len(code) > 1:
        return bytes((int(code[1:], 16),))
    if code.isdigit():
        return bytes((int(code, 8) & 0xFF,))
    return _LETTERS.get(code, code)
