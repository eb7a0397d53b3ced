"""Where something stands in a file."""

from __future__ import annotations

from .values import frozen


@frozen(order=True)
class Position:
    """A place in a text file, as an editor would name it."""

    file: str
    """Path as given by whoever read the file; reports make it relative to the repository."""
    line: int
    """1-based line."""
    column: int = 1
    """1-based column, counted in characters."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
