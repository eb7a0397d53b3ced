"""What of all that goes and comes is one thing under a new name: told renames first, then what the evidence makes sure.

Each kind is settled in the light of those before it: enums, their values, tables, join tables, columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ...diff.changes import TablePair
from ...diff.rules import Rules
from ...diff.tables import created_tables, dropped_tables
from ...model.names import QualifiedName
from ...model.schema import Column, Enum, Schema, Table
from ...model.values import field, frozen, replace
from ..conversions import conversion
from ..render.names import Names
from .apply import NewNames, renamed
from .candidates import Candidate, Grade, settle
from .columns import column_candidates
from .edits import History
from .enums import enum_candidates, value_candidates
from .links import Columns, Way, link_candidates
from .tables import table_candidates
from .told import Thing, Told

T = TypeVar("T", Table, Enum)
TOLD = "told: "
"""How the reason of a told rename begins."""


@frozen
class Verdict:
    """A pair, by its names before and after, and whether it is one thing."""

    source: Thing
    target: Thing
    sure: bool
    reason: str
    copy: Columns | None = None
    """Of a table whose rows go into a new one: (column of the new one, column of the old one)."""
    told: bool = False


@frozen
class Decision:
    """All verdicts, and the actual side's new names by those that are sure."""

    verdicts: tuple[Verdict, ...] = ()
    names: NewNames = field(default_factory=NewNames)

    @property
    def sure(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.sure)

    @property
    def offered(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if not verdict.sure)


@frozen
class Question:
    """What a decision is made from."""

    actual: Schema
    expected: Schema
    rules: Rules
    told: tuple[Told, ...] = ()
    history: History = field(default_factory=History)
    guess: bool = True
    """Whether evidence counts; else only what was told."""

    def said(self, kind: str) -> list[Verdict]:
        """What was told of one kind."""
        return [
            Verdict(one.source, one.target, True, f"{TOLD}{one.text}", told=True)
            for one in self.told
            if one.source.kind == kind
        ]


def decide(question: Question) -> Decision:
    """The renames between two schemas, in the order in which they are made."""
    actual, names = question.actual, NewNames()
    enums = _enums(question)
    names = replace(names, enums={v.source.owner: v.target.owner for v in enums if v.sure})
    values = _values(question, renamed(actual, names), names)
    names = replace(names, values={(v.source.owner, v.source.part): v.target.part for v in values if v.sure})
    tables = _tables(question, renamed(actual, names))
    names = replace(names, tables=_moved(tables))
    tables += _links(question, renamed(actual, names), names, [v for v in tables if not v.sure])
    names = replace(names, tables=_moved(tables))
    columns, names = _settled_columns(question, names)
    return Decision((*enums, *values, *tables, *columns), names)


def _settled_columns(question: Question, names: NewNames) -> tuple[list[Verdict], NewNames]:
    """Columns, again and again: what is sure of the one, a key that others point to, is evidence for the next."""
    sure: list[Verdict] = []
    while True:
        found = _columns(question, renamed(question.actual, names), names)
        more = [v for v in found if v.sure]
        if not more:
            return [*sure, *found], names
        sure += more
        known = {(v.source.owner, v.source.part): v.target.part for v in sure}
        names = replace(names, columns=known)


def _moved(tables: Iterable[Verdict]) -> dict[QualifiedName, QualifiedName]:
    return {v.source.owner: v.target.owner for v in tables if v.sure and v.copy is None}


def _enums(question: Question) -> list[Verdict]:
    actual, expected, rules = question.actual, question.expected, question.rules
    had, has = {e.name for e in actual.enums}, {e.name for e in expected.enums}
    taken = had | {table.name for table in actual.tables}
    gone = [e for e in actual.enums if e.name not in has and not rules.is_external_enum(e.name)]
    new = [e for e in expected.enums if e.name not in taken and not rules.is_external_enum(e.name)]
    said = question.said("enum")
    gone, new = _left(gone, new, said)
    found = enum_candidates(gone, new, actual, expected, question.history) if question.guess else []
    return [*said, *_wholes("enum", found)]


def _values(question: Question, now: Schema, names: NewNames) -> list[Verdict]:
    found: list[Verdict] = []
    told = question.said("value")
    for enum in question.actual.enums:
        owner = names.enum(enum.name)
        before, after = now.enum(owner), question.expected.enum(owner)
        if before is None or after is None or question.rules.is_external_enum(owner):
            continue
        said = [v for v in told if v.source.owner == enum.name and v.target.owner == owner]
        blocks = [enum.name.name, owner.name, after.model]
        candidates = value_candidates(before, after, question.history, blocks) if question.guess else []
        found += [*said, *_parts("value", _free(candidates, said), enum.name, owner)]
    return found


def _tables(question: Question, now: Schema) -> list[Verdict]:
    said = [v for v in question.said("table") if not _concerns_links(v, question)]
    gone, new = _left(*_one_sided(question, now), said)
    if not question.guess:
        return said
    found = table_candidates(gone, new, now, question.expected, question.history, question.rules)
    return [*said, *_wholes("table", found)]


def _links(question: Question, now: Schema, names: NewNames, rivals: Sequence[Verdict]) -> list[Verdict]:
    """Tables of links, the others under their new names: renamed, or copied into one another.

    `rivals` are the tables of which it is open whether they are one; they compete with these.
    """
    gone, new = _one_sided(question, now)
    old_names = {after: before for before, after in names.tables.items()}
    filled = [name for name, _ in question.rules.backfill]
    candidates, ways = link_candidates(gone, new, question.expected, question.history, old_names, filled)
    said = [v for v in question.said("table") if _concerns_links(v, question)]
    left = _left(gone, new, said)
    names_left = {x.name for one in left for x in one}
    guessed = [c for c in candidates if c.source in names_left and c.target in names_left]
    others = [Candidate(v.source.owner, v.target.owner, Grade.POSSIBLE, v.reason) for v in rivals]
    pairs = {(c.source, c.target) for c in guessed}
    found = _wholes("table", [*guessed, *others] if question.guess else [])
    verdicts = [*said, *(v for v in found if (v.source.owner, v.target.owner) in pairs)]
    return [_by_way(v, ways.get((v.source.owner, v.target.owner), Way("rename"))) for v in verdicts]


def _columns(question: Question, now: Schema, names: NewNames) -> list[Verdict]:
    before = {after: name for name, after in names.tables.items()}
    told = question.said("column")
    others = [(old.name, new.name) for old, new in names.tables.items()]
    written = Names(now, question.expected, question.rules.version)

    def converts(one: Column, other: Column) -> bool:
        return conversion(one, other, written) is not None

    found: list[Verdict] = []
    wanted = {table.name: table for table in question.expected.tables}
    for table in now.tables:
        after = wanted.get(table.name)
        if after is None or question.rules.is_external_table(table.name):
            continue
        at = before.get(table.name, table.name)
        said = [v for v in told if v.source.owner == at and v.target.owner == after.name]
        found += [v for v in said if (at, v.source.part) not in names.columns]
        gone = [c.name for c in table.columns if after.column(c.name) is None and not _is_generated(c)]
        new = [c.name for c in after.columns if table.column(c.name) is None]
        if not (question.guess and gone and new):
            continue
        known = (at.name, after.name.name, after.model, question.history.model_of(str(at)))
        blocks = [name for name in known if name]
        pair = TablePair(table, after)
        candidates = column_candidates(
            pair, gone, new, question.history, blocks, others, question.rules, converts
        )
        found += _parts("column", _free(candidates, said), at, after.name)
    return found


def _one_sided(question: Question, now: Schema) -> tuple[list[Table], list[Table]]:
    taken = {enum.name for enum in now.enums}
    gone = [t for t in dropped_tables(now, question.expected, question.rules) if not t.unmanaged]
    new = [t for t in created_tables(now, question.expected, question.rules) if t.name not in taken]
    return gone, new


def _concerns_links(verdict: Verdict, question: Question) -> bool:
    """Whether a told pair may have to be copied: one of them is the table of an implicit relation."""
    after = question.expected.table(verdict.target.owner)
    return (after is not None and after.join_table) or verdict.source.owner.name.startswith("_")


def _by_way(verdict: Verdict, way: Way) -> Verdict:
    return replace(verdict, copy=way.columns if way.kind == "copy" else None)


def _is_generated(column: Column) -> bool:
    return column.catalog is not None and column.catalog.generated is not None


def _left(gone: Iterable[T], new: Iterable[T], said: Sequence[Verdict]) -> tuple[list[T], list[T]]:
    """What no told rename concerns."""
    sources, targets = {v.source.owner for v in said}, {v.target.owner for v in said}
    return [x for x in gone if x.name not in sources], [x for x in new if x.name not in targets]


def _free(candidates: Iterable[Candidate[str]], said: Sequence[Verdict]) -> list[Candidate[str]]:
    """The candidates that no told rename concerns."""
    sources, targets = {v.source.part for v in said}, {v.target.part for v in said}
    return [c for c in candidates if c.source not in sources and c.target not in targets]


def _wholes(kind: str, candidates: Iterable[Candidate[QualifiedName]]) -> list[Verdict]:
    settled = settle(candidates)
    pairs = [(c, True) for c in settled.sure] + [(c, False) for c in settled.open]
    return [Verdict(Thing(kind, c.source), Thing(kind, c.target), sure, c.reason) for c, sure in pairs]


def _parts(
    kind: str, candidates: Iterable[Candidate[str]], owner: QualifiedName, new_owner: QualifiedName
) -> list[Verdict]:
    settled = settle(candidates)
    pairs = [(c, True) for c in settled.sure] + [(c, False) for c in settled.open]
    return [
        Verdict(Thing(kind, owner, c.source), Thing(kind, new_owner, c.target), sure, c.reason)
        for c, sure in pairs
    ]
