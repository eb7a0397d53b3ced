"""Workflow commands of GitHub Actions as values, and every other text made inert for the log that they are read from.

Sources: the runner's reader (actions/runner, ActionCommand.cs) and the escapes that it turns back (actions/toolkit,
command.ts). It reads a command from any line that begins with `::` behind white space, and `##[command]` anywhere in a
line; .NET takes U+0085, U+2028 and U+2029 for white space and passes over characters of no width.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Controls, and what reorders, hides or separates text: bidirectional marks, characters of no width, line separators,
# variation selectors that stand alone, tags, interlinear notes, lone surrogates.
# Patterns are compiled where a text needs them: to do it for each commit took the hook 2 ms, and most texts are plain.
_INVISIBLE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_END = "\r\n?|\u2028|\u2029|\x85"
# The runner compares as its language does, which passes over variation selectors; an emoji may have them.
_COMMAND = "(?m)^((?:[^\\S\n]|[\ufe00-\ufe0f])*)(?=:[\ufe00-\ufe0f]*:)"
_OLD_COMMAND = "(#[\ufe00-\ufe0f]*#[\ufe00-\ufe0f]*)(?=\\[)"


class Command(NamedTuple):
    """A command of ours; `str` of it is the one line that the runner reads."""

    name: str
    """error | warning | notice | …"""
    message: str
    properties: tuple[tuple[str, str], ...] = ()
    """(name, value) in their order; those without a value are left out."""

    def __str__(self) -> str:
        pairs = ",".join(f"{key}={escape_property(value)}" for key, value in self.properties if value)
        return f"::{self.name}{' ' + pairs if pairs else ''}::{escape_data(self.message)}"


def command(name: str, message: str, **properties: str) -> Command:
    """A command with its properties sorted by name."""
    return Command(name, message, tuple(sorted(properties.items())))


def escape_data(text: str) -> str:
    """The message of a command, on one line; what nobody would see is shown as U+FFFD."""
    return _without_old_commands(visible(text)).replace("%", "%25").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a property."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def visible(text: str) -> str:
    """Controls and invisible characters replaced by U+FFFD, every line separator by a line feed; tabs and line feeds stay."""
    # `isprintable` answers in a fraction of the time.
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return re.sub(_INVISIBLE, "\ufffd", re.sub(_LINE_END, "\n", text))


def one_line(text: str) -> str:
    """`text` as a part of one line of ours: line separators, too, are shown as U+FFFD."""
    return visible(text).replace("\n", "\ufffd")


def inert(text: str) -> str:
    """Lines of text that neither a terminal nor the runner takes for more: none begins a command, no control is left.

    A backslash stands before what would begin one.
    """
    shown = visible(text)
    if "::" in shown or not shown.isascii():
        shown = re.sub(_COMMAND, r"\1\\", shown)
    return _without_old_commands(shown)


def _without_old_commands(text: str) -> str:
    return re.sub(_OLD_COMMAND, r"\1\\", text) if "#" in text and "[" in text else text


def has_commands(text: str) -> bool:
    """Whether the runner may read a command from lines of `text`."""
    return inert(text) != visible(text)


def escape_json(text: str) -> str:
    """JSON text with every invisible character, and what would begin a command, written as `\\uXXXX`; it means the same."""
    return re.sub(_IN_JSON, _code_points, text)


_IN_JSON = f"{_INVISIBLE}|(?<=#)\\["


def _code_points(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        return "\\ufffd"  # half of a pair is no text
    data = character.encode("utf-16-be")
    return "".join(f"\\u{data[at : at + 2].hex()}" for at in range(0, len(data), 2))
