"""SQL text → its statements, with the place where each stands; Postgres' lexical rules, linear time."""

from __future__ import annotations

import re

from ..model.values import frozen


@frozen
class Statement:
    """One SQL statement of a file."""

    text: str
    """Without the comments in front, without the `;`."""
    offset: int
    """Where the text begins, in characters from the start of the file."""
    line: int
    """1-based line of `offset`."""
    column: int
    """1-based column of `offset`, in characters."""
    end_offset: int
    """Where the text ends: `sql[offset:end_offset] == text`."""


# Strings that never close run to the end of the text: the statement is broken, but nothing is read twice.
_QUOTED = (
    r"'[^']*(?:'|\Z)"  # a doubled quote reads as two strings side by side, which splits the same
    r'|"[^"]*(?:"|\Z)'
    r"|(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*+(?:'|\Z)"
)
_DOLLAR = r"(?<![\w$])\$(?:[^\W\d]\w*)?\$"
_COMMENT = r"--[^\n]*|/\*"
_WORD = r"|(?<![\w$])(?:[bB][eE][gG][iI][nN](?:\s|--[^\n]*\n)+[aA][tT][oO][mM][iI][cC]|[cC][aA][sS][eE]|[eE][nN][dD])(?![\w$])"
_PLAIN = re.compile(f"{_QUOTED}|{_DOLLAR}|{_COMMENT}|[;()]", re.DOTALL)
_ATOMIC = re.compile(f"{_QUOTED}|{_DOLLAR}|{_COMMENT}|[;()]{_WORD}", re.DOTALL)
_BLANK = re.compile(r"(?:\s+|--[^\n]*)*+")
_NESTED = re.compile(r"/\*|\*/")


def split(sql: str) -> tuple[Statement, ...]:
    """The statements of `sql` in order; empty ones and comments are left out.

    Knows '…', E'…', "…", $tag$…$tag$, `--` and nested `/* */`, parentheses (a rule's actions), and the
    bodies `BEGIN ATOMIC … END` of SQL functions. Assumes standard_conforming_strings = on.
    """
    special = _ATOMIC if "atomic" in sql.lower() else _PLAIN
    statements: list[Statement] = []
    position, line, line_offset, counted = 0, 1, 0, 0
    while (start := _skip_blank(sql, position)) < len(sql):
        end, position = _statement_end(sql, start, special)
        text = sql[start:end].rstrip()
        if text:
            line += sql.count("\n", counted, start)
            line_offset = max(line_offset, sql.rfind("\n", counted, start) + 1)
            counted = start
            statements.append(Statement(text, start, line, start - line_offset + 1, start + len(text)))
    return tuple(statements)


def comment_end(sql: str, start: int) -> int:
    """The offset after the block comment that opens at `start`; comments nest."""
    depth = 0
    for mark in _NESTED.finditer(sql, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)


def _skip_blank(sql: str, position: int) -> int:
    while True:
        blank = _BLANK.match(sql, position)
        position = blank.end() if blank else position
        if not sql.startswith("/*", position):
            return position
        position = comment_end(sql, position)


def _statement_end(sql: str, start: int, special: re.Pattern[str]) -> tuple[int, int]:
    """Where the statement that begins at `start` ends, and where the next may begin."""
    position, depth, blocks = start, 0, 0
    while found := special.search(sql, position):
        mark, position = found[0], found.end()
        if mark == ";":
            if depth <= 0 and blocks == 0:
                return found.start(), position
        elif mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark == "/*":
            position = comment_end(sql, found.start())
        elif mark[0] == "$":
            close = sql.find(mark, position)
            position = len(sql) if close < 0 else close + len(mark)
        elif mark[0] in "bB" or (blocks and mark[0] in "cC"):
            blocks += 1
        elif blocks and mark[0] in "eE" and len(mark) == 3 and mark[1] != "'":
            blocks -= 1
    return len(sql), len(sql)
