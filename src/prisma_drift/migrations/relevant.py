"""Finds the statements that may say something of given objects, without parsing the rest of a long history."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Relevant:
    """A statement to read, and the migration that it is in."""

    migration: HasSql
    statement: Statement


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word, in whatever case."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


_RENAME = re.compile(r"\brename\b")
_ALWAYS = re.compile(
    r"\bcascade\b|\bsearch_path\b|\bexecute\b|\bdo\b|\bcall\b|\bset\s+schema\b|\balter\s+schema\b|\bdrop\s+schema\b"
)
"""Statements that may concern an object without naming it."""


def relevant(names: Iterable[str], migrations: Sequence[HasSql]) -> Iterator[Relevant]:
    """The statements that may say something of objects with these names, or had before they got these names, in order."""
    texts = [migration.sql.lower() for migration in migrations]
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    joined = "\0".join(texts)
    parts: dict[int, tuple[Statement, ...]] = {}

    def statements(offsets: list[int]) -> Iterator[tuple[int, Statement]]:
        """The statements in which the offsets lie, each once."""
        last = -1
        for offset in offsets:
            if offset < last:
                continue
            at = bisect_right(starts, offset) - 1
            sql = migrations[at].sql
            if len(sql) != len(texts[at]):  # a letter that grows in lower case: offsets do not fit
                parts.setdefault(at, split(sql))
                for statement in parts[at]:
                    yield at, statement
                last = starts[at + 1]
                continue
            if at not in parts:
                parts[at] = split(sql)
            inner = offset - starts[at]
            number = bisect_right([s.offset for s in parts[at]], inner) - 1
            if number >= 0 and inner < parts[at][number].end_offset:
                last = starts[at] + parts[at][number].end_offset
                yield at, parts[at][number]

    names = {name.lower() for name in names}
    renames = [(m.start()) for m in _RENAME.finditer(joined)]
    _add_old_names(names, (read_statement(s) for _, s in statements(renames)))
    offsets = {m.start() for m in _ALWAYS.finditer(joined)}
    for name in names:
        offsets.update(_occurrences(joined, name))
    for at, statement in statements(sorted(offsets)):
        yield Relevant(migrations[at], statement)


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
