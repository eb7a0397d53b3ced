"""Edits of a schema file, as values."""

from __future__ import annotations

from collections.abc import Iterable

from .values import frozen


@frozen
class SchemaLines:
    """Lines to add to a schema file (or, with `replaces`, to change or remove), so that it declares what is there."""

    file: str
    after_line: int
    """Insert after this 1-based line; 0 is the top of the file."""
    text: str
    """One or more whole lines, without the last newline; empty where the lines that it replaces only go."""
    replaces: int = 0
    """How many lines directly after `after_line` the text replaces."""
    was: str = ""
    """The lines that go, where whole ones do."""

    @property
    def removes(self) -> bool:
        """Whether lines go and nothing comes in their place."""
        return bool(self.replaces) and not self.text


def merge(edits: Iterable[SchemaLines]) -> tuple[SchemaLines, ...]:
    """Each edit once, in order of file and line; those at the same place stay in the order given."""
    return tuple(sorted(dict.fromkeys(edits), key=lambda one: (one.file, one.after_line)))


def apply(text: str, edits: Iterable[SchemaLines]) -> str:
    """One file's text with its edits made; their line numbers count in `text` as it is. Line ends are kept, and so is none at the end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ending)
    if lines and not lines[-1]:
        lines.pop()
    made: list[str] = []
    at = 0
    for edit in merge(edits):
        made += lines[at : edit.after_line]
        at = max(at, edit.after_line + edit.replaces)
        made += [] if edit.removes else edit.text.split("\n")
    last = ending if text.endswith(ending) or not text else ""
    return ending.join([*made, *lines[at:]]) + last
