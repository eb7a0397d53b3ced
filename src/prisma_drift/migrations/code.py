"""What the body of a function or DO block may do, told by its words alone."""

from __future__ import annotations

import re

from .cursor import Cursor

_CHANGING = re.compile(
    r"\b(?:create|alter|drop|execute|perform|call|rename|import|select\s+into|set_config|refresh)\b",
    re.IGNORECASE,
)
_COMPOSED = re.compile(
    r"\bexecute\b(?!\s+(?:function|procedure|on)\b)(?!\s+(?:E?'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$)\s*;)",
    re.IGNORECASE | re.DOTALL,
)


def body_of(cursor: Cursor) -> str:
    """The code of a DO block or function: its last string, or all of it where the body is SQL (BEGIN ATOMIC, RETURN)."""
    strings = [token.value for token in cursor.tokens if token.kind == "s"]
    words = {token.value for token in cursor.tokens if token.kind == "w"}
    if not strings or words & {"atomic", "return"}:
        return " ".join(token.value for token in cursor.tokens[2:])
    return max(strings, key=len)


def changes_objects(body: str) -> bool:
    """Whether the body holds any word by which it could change an object. Comments count too, to be safe."""
    return _CHANGING.search(body) is not None


def composes_sql(text: str) -> bool:
    """Whether it runs SQL that is put together at run time, so that it may change what it does not mention."""
    return _COMPOSED.search(text) is not None
