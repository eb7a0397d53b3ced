"""What may stand in the way of a migration, as far as SQL text can tell: views, functions, policies and the like that name a table.

Without a database nobody knows what such an object holds on to. Where one names what a migration changes or drops, its SQL
is not offered until it has been tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..diff.changes import AlterColumn, AlterEnum, Change
from ..diff.subject import subject
from ..migrations.relevant import mentions
from ..migrations.split import split
from ..model.types import Arity
from ..model.values import frozen
from .search import WordSearch

_HOLDER = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|recursive\s+)*(?P<kind>materialized\s+view|view|function|procedure"
    r"|(?:constraint\s+)?trigger|policy|rule|statistics|publication|aggregate)\s+(?:if\s+not\s+exists\s+)?(?P<name>[^\s(]+)"
    r"|(?P<block>do|call|execute)\b",
    re.IGNORECASE,
)
_WORDS = ("view", "function", "procedure", "trigger", "policy", "rule", "statistics", "publication", "aggregate", "do", "call", "execute")  # fmt: skip
"""One of them is in every statement that `_HOLDER` knows."""


@frozen
class Held:
    """A statement that makes an object which may hold on to what a change touches."""

    file: str
    line: int
    words: str
    """`the view "names"`, `a DO block`"""
    on: str
    """The table or enum that it names."""


def may_be_held(
    changes: Iterable[Change],
    texts: Mapping[str, str],
    search: WordSearch | None = None,
) -> Held | None:
    """The last statement of the migrations (path → SQL, in order) that may make something which holds a change back.

    `search` tells which of the files hold one of some words, where that is cheaper than reading them all.
    """
    names = sorted({name for change in changes for name in _touched(change)})
    if not names:
        return None
    files = search(_WORDS) if search else None
    found = None
    for path in texts:
        if files is not None and path not in files:
            continue
        text = texts[path]
        wanted = [name for name in names if mentions(text, name)]
        if wanted:
            found = next(_holders(path, text, wanted), found)
    return found


def _holders(path: str, text: str, names: list[str]) -> Iterator[Held]:
    for statement in split(text):
        matched = _HOLDER.match(statement.text)
        if not matched:
            continue
        for name in names:
            if mentions(statement.text, name):
                kind = matched["kind"]
                words = (
                    f"the {' '.join(kind.lower().split())} {matched['name']}" if kind else "a block of code"
                )
                yield Held(path, statement.line, words, name)


def _touched(change: Change) -> Iterator[str]:
    """Tables and enums, by their names now, of which something goes, or gets another type or name."""
    about = subject(change)
    if about.actual is None or about.kind not in ("table", "column", "enum", "enum value"):
        return
    if isinstance(change, AlterColumn):
        lists = (change.actual.type.arity is Arity.LIST) != (change.expected.type.arity is Arity.LIST)
        if change.cast is None and not lists:
            return
    if isinstance(change, AlterEnum) and not change.removed:
        return
    yield about.actual.table or about.actual.name
