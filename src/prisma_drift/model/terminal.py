"""What a terminal is given: colours where they are wanted, and lines that break at words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Piece = tuple[str, str]
"""Text, and how it looks: '' | dim | bold | good | bad | changed | warn | code | sql | command."""

Line = tuple[Piece, ...]

NARROWEST = 40
"""Columns below which nothing is broken any more."""
_UNBROKEN = ("sql", "code", "command")
"""What someone copies stays in one piece."""
_BEFORE_COMMANDS = ("next: ", "or: ")
_MARKS = ("✓ ", "✗ ", "! ", "· ", "+ ", "- ", "~ ", *_BEFORE_COMMANDS)


def wants_colour(asked: str, is_terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether to colour: the flag (always | never | auto), then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, then the terminal.

    Sources: no-color.org (NO_COLOR counts unless it is empty), bixense.com/clicolors (CLICOLOR_FORCE, CLICOLOR),
    force-color.org. `0` and `false` of the forcing ones force nothing.
    """
    if asked in ("always", "never"):
        return asked == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(
        environment.get(name, "0").lower() not in ("", "0", "false")
        for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return is_terminal


def wrapped(line: Line, width: int) -> Iterator[Line]:
    """The line in lines of at most `width` columns, broken at words and continued below where its text begins.

    SQL is broken where it stays the same SQL; a command and a line of a schema, which are copied, never. What stands
    behind a ` · ` or a wide gap stays together where it can.
    """
    whole = "".join(text for text, _ in line)
    if len(whole) <= width or width < NARROWEST or (line and line[-1][1] == "code"):
        yield line
        return
    indent = _indent(whole)
    now: list[Piece] = []
    column = 0
    words = list(_words(line))
    for number, (piece, style) in enumerate(words):
        word = piece
        part = _part(words, number)
        gap = len(piece) - len(piece.lstrip(" "))
        if part and column + gap + part > width >= indent + part and column > indent:
            yield _ended(now)
            now, column = [(" " * indent, "")], indent
            word = word.lstrip(" ")
        if column + len(word.rstrip()) > width and column > indent and word.strip():
            yield _ended(now)
            now, column = [(" " * indent, "")], indent
            word = word.lstrip()
        while style not in _UNBROKEN and column + len(word.rstrip()) > width > indent:
            # A name that is longer than a line.
            yield _ended([*now, (word[: width - column], style)])
            word = word[width - column :]
            now, column = [(" " * indent, "")], indent
        now.append((word, style))
        column += len(word)
    yield _ended(now)


def _ended(pieces: list[Piece]) -> Line:
    """The line without the spaces at its end: in a full line they would begin a new one."""
    while pieces and not pieces[-1][0].rstrip(" "):
        pieces = pieces[:-1]
    return (*pieces[:-1], (pieces[-1][0].rstrip(" "), pieces[-1][1])) if pieces else ()


def _part(words: list[Piece], number: int) -> int:
    """Columns of the part of a line that begins with this word; 0 where none does."""
    begins = words[number][0].strip() == "·" or words[number][0].startswith("   ")
    if not number or not (begins or words[number - 1][0].endswith("   ")):
        return 0
    part = words[number][0].lstrip(" ")
    for word, _ in words[number + 1 :]:
        if word.strip() == "·" or word.startswith("   ") or part.endswith("   "):
            break
        part += word
    return len(part.rstrip())


def _indent(text: str) -> int:
    """Where the text of a line begins, behind its mark."""
    start = len(text) - len(text.lstrip(" "))
    mark = next((mark for mark in _MARKS if text.startswith(mark, start)), "")
    # A command may stand below one behind `next: `, so what goes on stands further in.
    return start + len(mark) + (2 if mark in _BEFORE_COMMANDS else 0) if mark else start + 2


def _words(line: Line) -> Iterator[Piece]:
    """The pieces cut before each word; spaces stay with the word before."""
    for text, style in line:
        if style == "sql":
            yield from ((word, style) for word in _sql_words(text))
        elif style in _UNBROKEN:
            yield text, style
        else:
            yield from ((word, style) for word in _SPACED.findall(text))


_SPACED = re.compile(r" *(?:[^ `]*`[^`]*`[^ ]*|[^ ]+) *| +")
"""A word with the spaces around it; what stands in backquotes is typed, and is one."""
_SQL_WORD = re.compile(r""" *(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^ '"])+ *| +""")


def _sql_words(text: str) -> list[str]:
    """SQL cut at spaces outside of strings and names; in one piece where that is not sure."""
    words = _SQL_WORD.findall(text)
    sure = "--" not in text and "/*" not in text and "$" not in text and "".join(words) == text
    return words if sure else [text]
