"""What the hook has to say, as values."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Why a commit is stopped."""

    id: str
    """kebab-case; each has a page docs/findings/<id>.md."""
    file: str
    """Relative to the repository's top; '' where no file can be named."""
    line: int
    """1-based; 0 where the file is not there any more."""
    message: str
    fix: str = ""
    """The command, or the one thing, that mends it."""
    severity: str = "error"
    """error | note: a note does not stop the commit."""
