"""An edit of a schema file, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SchemaLines:
    """Lines to add to (or, with `replaces` lines, to change in) a schema file, so that it declares what is there."""

    file: str
    after_line: int
    """Insert after this 1-based line; 0 is the top of the file."""
    text: str
    """One or more whole lines, without the last newline."""
    replaces: int = 0
    """How many lines directly after `after_line` the text replaces."""
