"""Which migration last created, altered, renamed or dropped an object: read from the SQL, without a database.

Only statements whose text mentions a name that matters are parsed, so that hundreds of migrations cost little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .facts import Fact, Opaque, RenameIndex, RenameTable, RenameType
from .lives import Lives, Trace
from .split import Statement, split
from .statements import read_statement

__all__ = ["HasSql", "Target", "Trace", "trace"]


class HasSql(Protocol):
    """A migration, as migrations.history has it."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def sql(self) -> str: ...


class Target(NamedTuple):
    """An object to trace."""

    kind: str
    """table | column | index | constraint | enum | enum value | extension | schema"""
    name: str
    """Its own name; of an enum value the label."""
    schema: str = "public"
    """The schema that it, or its owner, is in; of no matter for extensions and schemas."""
    owner: str = ""
    """Table of a column, index or constraint; enum of a value."""


@dataclass(frozen=True, slots=True)
class Relevant:
    """A statement to read, and the migration that it is in."""

    migration: HasSql
    statement: Statement


def trace(
    targets: Iterable[Target], migrations: Sequence[HasSql], default_schema: str = "public"
) -> dict[Target, Trace | None]:
    """Where each target comes from; None where it is not to be found, or where unread SQL may have had a hand in it.

    `migrations` are in the order in which they run. Objects are followed through renames; what goes with
    something else (CASCADE, an index with its column) counts as dropped by that statement.
    """
    wanted = tuple(dict.fromkeys(targets))
    lives = Lives(default_schema)
    unread: list[tuple[int, Opaque]] = []
    migration: HasSql | None = None
    for at, found in enumerate(relevant(_names(wanted), migrations)):
        if found.migration is not migration:
            migration = found.migration
            lives.begin(migration.name, migration.file)
        for fact in read_statement(found.statement):
            if isinstance(fact, Opaque):
                unread.append((at, fact))
            else:
                lives.apply(fact, at)
    return {target: _answer(target, lives, unread) for target in wanted}


def _answer(target: Target, lives: Lives, unread: list[tuple[int, Opaque]]) -> Trace | None:
    event = lives.last(target.kind, target.schema, target.owner, target.name)
    if event is None:
        return None
    for at, opaque in unread:
        if at > event.at and (opaque.dynamic or _mentions(opaque.text, target)):
            return None
    return event.trace


def _mentions(text: str, target: Target) -> bool:
    """Whether SQL that cannot be read may be about the target: it names it, or the whole that it is a part of."""
    if target.kind in ("column", "enum value"):
        return mentions(text, target.owner)
    return mentions(text, target.name) or (bool(target.owner) and mentions(text, target.owner))


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


def _names(targets: tuple[Target, ...]) -> set[str]:
    """What the text must mention: the owner, or the object itself where statements need not name its owner."""
    names: set[str] = set()
    for target in targets:
        if target.owner:
            names.add(target.owner.lower())
        if not target.owner or target.kind == "index":
            names.add(target.name.lower())
    return names


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
    """Where `name` stands in `text`, also with its quotes doubled as inside a quoted name."""
    for form in {name, name.replace('"', '""'), name.replace("'", "''")}:
        at = text.find(form)
        while at >= 0:
            yield at
            at = text.find(form, at + len(form))
