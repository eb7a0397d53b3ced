"""A long SQL statement over several lines for people: broken at blanks between its words, never within a quoted one."""

from __future__ import annotations

import re

WIDTH = 100
_PARTS = re.compile(
    r"""\s*( (?: [eEuU]?&?'(?:[^'\\]|''|\\.)*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\2\$ | [^\s'"$] | \$ )+ )""",
    re.VERBOSE | re.DOTALL,
)
"""A word, quoted parts whole."""


def wrapped(sql: str) -> str:
    """The same statement in lines of at most WIDTH characters, where its words allow it; the later ones are indented.

    A statement that has lines already, or a comment, stays as it is.
    """
    if len(sql) <= WIDTH or "\n" in sql or "--" in sql:
        return sql
    lines = [""]
    end = 0
    for part in _PARTS.finditer(sql):
        if part.start() != end:
            return sql
        end = part.end()
        if lines[-1].strip() and len(lines[-1]) + 1 + len(part[1]) > WIDTH:
            lines.append("   ")
        lines[-1] += f"{' ' if lines[-1] else ''}{part[1]}"
    return "\n".join(lines) if not sql[end:].strip() else sql
