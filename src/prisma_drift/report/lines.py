"""Lines of styled pieces on their way to a stream: broken at words and coloured for a terminal, plain for anything else."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from typing import TextIO

from ..model.commands import as_called
from ..model.terminal import Line, Piece, wants_colour, wrapped
from ..model.workflow import inert, one_line

__all__ = ["Line", "Piece", "line_of", "put"]

_CODES = {
    "dim": "2",
    "bold": "1",
    "good": "32",
    "bad": "31",
    "changed": "33",
    "warn": "33",
    "code": "36",
    "command": "1",
    "keyword": "34",
    "string": "32",
}
_SQL = re.compile(
    r"(?P<dim>--.*)|(?P<string>'(?:[^']|'')*'?)|(?P<name>\"(?:[^\"]|\"\")*\"?)|(?P<keyword>\b[A-Z][A-Z]+\b)"
)


def put(lines: Iterable[Line], stream: TextIO, color: str = "auto") -> None:
    """Write the lines; `color`: always | never | auto. Only a terminal has a width to keep to."""
    terminal = stream.isatty()
    coloured = wants_colour(color, terminal, os.environ)
    width = shutil.get_terminal_size().columns if terminal else 0
    for whole in lines:
        line = _harmless(whole)
        for one in wrapped(line, width) if terminal else (line,):
            stream.write((_coloured(one) if coloured else _text(one)) + "\n")


def _text(line: Line) -> str:
    return "".join(text for text, _ in line).rstrip()


def _coloured(line: Line) -> str:
    return "".join(
        f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style in _CODES and text.strip() else text
        for text, style in _highlighted(line)
    ).rstrip()


def _highlighted(line: Line) -> Iterator[Piece]:
    """SQL cut into comments, strings, names and keywords."""
    for text, style in line:
        if style != "sql":
            yield text, style
            continue
        at = 0
        for found in _SQL.finditer(text):
            yield text[at : found.start()], ""
            yield found[0], found.lastgroup or ""
            at = found.end()
        yield text[at:], ""


def _harmless(line: Line) -> Line:
    """Names come from a repository: no control character of theirs reaches the terminal, and no name ends its line."""
    pieces = tuple(
        (one_line(text) if style == "sql" else as_called(one_line(text)), style) for text, style in line
    )
    whole = "".join(text for text, _ in pieces)
    shown = inert(whole)
    return pieces if shown == whole else ((shown, ""),)


_MARK = re.compile(r"( *)(✓ |✗ |! |next: |next, [^:]*: |or, [^:]*: )(.*)", re.DOTALL)
_LOOKS = {"✓": "good", "✗": "bad", "!": "warn"}


def line_of(text: str) -> Line:
    """A plain line with its mark styled, and the command that it names kept in one piece."""
    found = _MARK.fullmatch(text)
    if found is None:
        return _command("", text)
    space, mark, rest = found.groups()
    look = _LOOKS.get(mark[0], "bold")
    if look == "bold":
        return ((space, ""), (mark, look), *_command("", rest))
    return ((space, ""), (mark, look), (rest, "bold" if mark[0] != "!" else "warn"))


_TYPED = re.compile(r"( *)((?:prisma-drift|npx|git|pipx|uvx|npm|docker|chmod) \S.*?)(   .*)?", re.DOTALL)


def _command(style: str, text: str) -> Line:
    found = _TYPED.fullmatch(text)
    if found is None:
        return ((text, style),)
    return ((found[1], ""), (found[2], "command"), (found[3] or "", ""))
