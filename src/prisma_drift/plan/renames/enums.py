"""Enums and their values: which that goes may be which that comes."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.names import QualifiedName
from ...model.schema import Enum, Schema
from .candidates import Candidate, Grade
from .edits import History, Sight
from .words import Likeness, likeness


def enum_candidates(
    gone: Sequence[Enum], new: Sequence[Enum], actual: Schema, expected: Schema, history: History
) -> list[Candidate[QualifiedName]]:
    found = []
    for before in gone:
        for after in new:
            grade, reason = _judge(before, after, actual, expected, history)
            found.append(Candidate(before.name, after.name, grade, reason))
    return found


def _judge(
    before: Enum, after: Enum, actual: Schema, expected: Schema, history: History
) -> tuple[Grade, str]:
    common = _common(before, after)
    old, new = before.name.name, after.name.name
    sight = history.of_block("enum", str(before.name), str(after.name))
    carried = _carried(before.name, after.name, actual, expected)
    names = Likeness.VARIANT if old == new else likeness(old, new)
    if common >= 0.5 or (common and carried):
        if old == new:
            return Grade.CERTAIN, f"the enum stands in the schema {before.name.schema} now"
        if sight is Sight.SAME:
            return Grade.CERTAIN, "git shows the same enum under another name in the database"
        if after.model == old:
            return Grade.CERTAIN, "the enum keeps its name, only @@map is new"
        if names is Likeness.VARIANT and sight is not Sight.APART:
            return Grade.CERTAIN, "the same words, written differently, and the same values"
    if common == 1 and (carried or (names.speaks_for and len(before.values) > 1)):
        said = "the columns that had it have the other" if carried else "a similar name"
        return Grade.LIKELY, f"the same values, and {said}"
    if carried and common >= 0.5 and (names.speaks_for or sight is Sight.REPLACED):
        return Grade.LIKELY, "most of its values, a similar name, and the columns that had it"
    if common >= 0.5 or (common and carried):
        return Grade.POSSIBLE, "the same values" if common == 1 else "some of its values"
    return Grade.NONE, ""


def _common(before: Enum, after: Enum) -> float:
    """How many of their values two enums have in common, from 0 to 1: by label, but for its writing, or by name."""
    left = list(zip(after.values, after.names or after.values, strict=False))
    count = 0
    for value in before.values:
        for label, name in left:
            if value in (label, name) or likeness(value, label) is Likeness.VARIANT:
                left.remove((label, name))
                count += 1
                break
    return count / max(len(before.values), len(after.values), 1)


def _carried(before: QualifiedName, after: QualifiedName, actual: Schema, expected: Schema) -> bool:
    """Whether every column that has the one, and stays, has the other afterwards; False where there is none."""
    found = False
    for table in actual.tables:
        other = expected.table(table.name)
        for column in table.columns:
            wanted = other.column(column.name) if other is not None else None
            if wanted is not None and column.type.enum == before:
                found = True
                if wanted.type.enum != after:
                    return False
    return found


def value_candidates(
    before: Enum, after: Enum, history: History, blocks: Sequence[str]
) -> list[Candidate[str]]:
    """Each value that goes with each that comes, of one enum. Another word is never sure: it may mean another thing."""
    gone = [value for value in before.values if value not in after.values]
    new = [value for value in after.values if value not in before.values]
    written = dict(zip(after.values, after.names, strict=False))
    found = []
    for old in gone:
        for label in new:
            sight = history.of_member("enum", blocks, old, label)
            names = likeness(old, label)
            if sight is Sight.SAME:
                grade, reason = Grade.CERTAIN, "git shows the same value under another name in the database"
            elif written.get(label) == old:
                grade, reason = Grade.CERTAIN, "the value keeps its name, only @map is new"
            elif names is Likeness.VARIANT and sight is not Sight.APART:
                grade, reason = Grade.CERTAIN, "the same words, written differently"
            elif names.speaks_for or sight is Sight.REPLACED:
                grade, reason = (
                    Grade.POSSIBLE,
                    "a similar name" if names.speaks_for else "the same line",
                )
            else:
                grade, reason = Grade.FAINT, "one value goes and one comes"
            found.append(Candidate(old, label, grade, reason))
    return found
