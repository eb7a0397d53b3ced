"""Which names a block's header meant to declare that cannot be read, so that what refers to them is not an error of its own."""

from __future__ import annotations

import re

from ...model.values import frozen

CONTENTS = {
    "model": "fields",
    "type": "fields",
    "view": "fields",
    "enum": "values",
    "datasource": "properties",
    "generator": "properties",
}
"""What each kind of block holds, by its keyword."""

_WORDS = re.compile(r"((?:[\w-]++[ \t]*+)++)(\{?+)([^\r\n]*+)").match
_WIDTH = 240
"""More of a line is no header."""


@frozen
class Header:
    """A line that begins a block, or was meant to."""

    names: frozenset[str]
    """What the block may be called: any word before the brace but the keyword; none where it declares no type."""
    brace: bool
    """Nothing but words stands before its opening brace."""
    closed: bool
    """The block ends on the same line."""


def header(line: str) -> Header | None:
    """The header in a line: it begins with a keyword, or is nothing but words and an opening brace (a misspelt keyword)."""
    found = _WORDS(line[:_WIDTH])
    if found is None:
        return None
    words, brace = found[1].split(), bool(found[2])
    if words[0] in CONTENTS:
        names = words[1:] if CONTENTS[words[0]] != "properties" else []
    elif brace and len(words) > 1:
        names = words
    else:
        return None
    return Header(frozenset(names), brace, brace and "}" in found[3])
