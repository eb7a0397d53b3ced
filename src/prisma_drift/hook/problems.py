"""What the hook has to say, as values."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import DriftError, SchemaError


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
    excerpt: str = ""
    """The line of the file with a caret below it."""


def problems_of(error: DriftError) -> list[Problem]:
    """What an error says: all that is wrong with a schema, one problem each."""
    found = error.told if isinstance(error, SchemaError) else (error,)
    return [
        Problem(
            one.id if one is error else error.id,
            one.position.file if one.position else "",
            one.position.line if one.position else 0,
            one.message,
            one.hint,
            excerpt=one.excerpt,
        )
        for one in found
    ]
