"""Finds the statements that may say something of given objects, without parsing the rest of a long history."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ..model.values import frozen
from .facts import Fact, RenameIndex, RenameTable, RenameType
from .split import Statement, split
from .statements import read_statement


class HasSql(Protocol):
    """A migration, as migrations.history has it."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def sql(self) -> str: ...


@frozen
class Relevant:
    """A statement to read, and the migration that it is in."""

    migration: HasSql
    statement: Statement


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word, in whatever case; an empty one, which Postgres does not have, never does."""
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


_ALWAYS = {
    "drop": re.compile(r"\b(?:[^;]*\bcascade\b|\s+schema\b)"),
    "search_path": re.compile(r"\b"),
    "execute": re.compile(r"\b(?!\s+(?:function|procedure)\b)"),
    "do": re.compile(r"\s*(?:\$|'|language\b)"),
    "call": re.compile(r"\b"),
    "set": re.compile(r"\s+schema\b"),
    "alter": re.compile(r"\s+schema\b"),
}
"""Statements that may concern an object without naming it: how a word begins, which is searched fast, and what follows."""


class Search:
    """A history that can be searched several times; texts are prepared and cut into statements once."""

    def __init__(self, migrations: Sequence[HasSql]) -> None:
        self._migrations = migrations
        self._texts = [migration.sql.lower() for migration in migrations]
        self._starts = [0]
        for text in self._texts:
            self._starts.append(self._starts[-1] + len(text) + 1)
        self._joined = "\0".join(self._texts)
        self._parts: dict[int, tuple[Statement, ...]] = {}
        self._always: frozenset[int] | None = None

    def relevant(self, names: Iterable[str]) -> Iterator[Relevant]:
        """The statements that may say something of objects with these names, or had before they got them, in order."""
        wanted = {name.lower() for name in names}
        renames = list(_occurrences(self._joined, "rename"))
        _add_old_names(wanted, (read_statement(statement) for _, statement in self._statements(renames)))
        if self._always is None:
            self._always = frozenset(at for word in _ALWAYS for at in _begun(self._joined, word))
        offsets = set(self._always)
        for name in wanted - {""}:
            offsets.update(_occurrences(self._joined, name))
        for at, statement in self._statements(sorted(offsets)):
            yield Relevant(self._migrations[at], statement)

    def _statements(self, offsets: list[int]) -> Iterator[tuple[int, Statement]]:
        """The statements in which the offsets lie, each once."""
        last = -1
        for offset in offsets:
            if offset < last:
                continue
            at = bisect_right(self._starts, offset) - 1
            parts = self._cut(at)
            if len(self._migrations[at].sql) != len(self._texts[at]):
                # A letter grew in lower case, so that offsets do not fit.
                yield from ((at, statement) for statement in parts)
                last = self._starts[at + 1]
                continue
            inner = offset - self._starts[at]
            number = bisect_right([part.offset for part in parts], inner) - 1
            if number >= 0 and inner < parts[number].end_offset:
                last = self._starts[at] + parts[number].end_offset
                yield at, parts[number]

    def _cut(self, at: int) -> tuple[Statement, ...]:
        if at not in self._parts:
            self._parts[at] = split(self._migrations[at].sql)
        return self._parts[at]


def _add_old_names(names: set[str], statements: Iterable[tuple[Fact, ...]]) -> None:
    """Adds the names that tables, types and indexes had before they were renamed to one of `names`."""
    pairs: list[tuple[str, str]] = []
    for facts in statements:
        for fact in facts:
            if isinstance(fact, RenameTable):
                pairs.append((fact.table.name.lower(), fact.new.lower()))
            elif isinstance(fact, RenameType | RenameIndex):
                pairs.append((fact.name.name.lower(), fact.new.lower()))
    for old, new in reversed(pairs):
        if new in names:
            names.add(old)


def _begun(text: str, word: str) -> Iterator[int]:
    """Where a statement with one of the words of `_ALWAYS` may concern an object without naming it."""
    follows = _ALWAYS[word].match
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not _is_word(text, at - 1) and (found := follows(text, end)):
            yield at
            end = found.end()
        at = text.find(word, end)


def _occurrences(text: str, name: str) -> Iterator[int]:
    """Where `name` stands in `text` as a word, also with its quotes doubled as inside a quoted name."""
    # Postgres has cut a name of 63 bytes, and the text may hold all of it.
    whole = len(name.encode()) < 63
    for form in {name, name.replace('"', '""'), name.replace("'", "''")}:
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not _is_word(text, at - 1) and not (whole and _is_word(text, end)):
                yield at
            at = text.find(form, end)


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")
