"""Tables: which that goes may be which that comes, under another name, in another schema, or both."""

from __future__ import annotations

from collections.abc import Sequence

from ...diff.rules import Rules
from ...diff.types import type_change
from ...model.names import QualifiedName
from ...model.schema import Schema, Table
from .candidates import Candidate, Grade
from .edits import History, Sight
from .words import Likeness, follows, likeness

_COMMON = frozenset(
    [
        "id",
        "uuid",
        "name",
        "title",
        "slug",
        "code",
        "key",
        "value",
        "label",
        "description",
        "content",
        "type",
        "status",
        "createdAt",
        "updatedAt",
        "deletedAt",
        "created_at",
        "updated_at",
        "deleted_at",
        "created",
        "updated",
        "userId",
        "user_id",
    ]
)
"""Columns that say little of what a table is about."""


def table_candidates(
    gone: Sequence[Table],
    new: Sequence[Table],
    actual: Schema,
    expected: Schema,
    history: History,
    rules: Rules,
) -> list[Candidate[QualifiedName]]:
    """Each table that goes with each that comes; not those of implicit relations, which say nothing by their columns."""
    found = []
    for before in gone:
        for after in new:
            if not after.join_table:
                grade, reason = _judge(before, after, actual, expected, history, rules)
                found.append(Candidate(before.name, after.name, grade, reason))
    return found


def similarity(before: Table, after: Table, rules: Rules) -> float:
    """How many of their columns two tables have in common, from 0 to 1: the same name, but for its writing, and type."""
    left = list(after.columns)
    common = 0
    for column in before.columns:
        for other in left:
            same = column.name == other.name or likeness(column.name, other.name) is Likeness.VARIANT
            if same and type_change(column, other, rules).cast is None:
                left.remove(other)
                common += 1
                break
    return common / max(len(before.columns), len(after.columns), 1)


def _named_alike(before: Table, after: Table) -> float:
    """How many of their columns two tables have in common by name or field alone, from 0 to 1: a type may change with all else."""
    left = list(after.columns)
    common = 0
    for column in before.columns:
        for other in left:
            same = column.name in (other.name, other.field)
            if same or likeness(column.name, other.name) is Likeness.VARIANT:
                left.remove(other)
                common += 1
                break
    return common / max(len(before.columns), len(after.columns), 1)


def _judge(
    before: Table, after: Table, actual: Schema, expected: Schema, history: History, rules: Rules
) -> tuple[Grade, str]:
    alike = similarity(before, after, rules)
    pointing = _pointing(before.name, after.name, actual, expected)
    sight = history.of_block("model", str(before.name), str(after.name))
    old, new = before.name.name, after.name.name
    names = Likeness.VARIANT if old == new else likeness(old, new)
    if _named_alike(before, after) >= 0.5:
        if old == new:
            return Grade.CERTAIN, f"the table stands in the schema {before.name.schema} now"
        if sight is Sight.SAME:
            return Grade.CERTAIN, "git shows the same model under another name in the database"
        if after.model == old:
            return Grade.CERTAIN, "the model keeps its name, only @@map is new"
    if alike >= 0.5 and names is Likeness.VARIANT and sight is not Sight.APART:
        return Grade.CERTAIN, "the same words, written differently, and the same columns"
    reasons = _reasons(names, sight, pointing, alike)
    if sight is not Sight.APART and _is_likely(before, names, sight, pointing, alike):
        return Grade.LIKELY, ", ".join(reasons)
    if alike >= 0.5 or (alike >= 0.3 and (names.speaks_for or pointing or sight is Sight.REPLACED)):
        return Grade.POSSIBLE, ", ".join(reasons)
    return Grade.NONE, ""


def _is_likely(before: Table, names: Likeness, sight: Sight, pointing: int, alike: float) -> bool:
    telling = sum(column.name not in _COMMON for column in before.columns)
    if sight is Sight.REPLACED and alike >= 0.7 and len(before.columns) > 2:
        return True
    if pointing and alike >= 0.7:
        return True
    if names.speaks_for and alike >= 0.8 and telling:
        return True
    return alike == 1 and telling >= 4


def _reasons(names: Likeness, sight: Sight, pointing: int, alike: float) -> list[str]:
    reasons = ["the same columns" if alike == 1 else f"{round(alike * 100)} % of its columns"]
    if names.speaks_for:
        reasons.append("a similar name")
    if sight is Sight.REPLACED:
        reasons.append("git shows one model in the place of the other")
    if pointing:
        reasons.append("foreign keys of other tables move along")
    return reasons


def _pointing(before: QualifiedName, after: QualifiedName, actual: Schema, expected: Schema) -> int:
    """How many columns of other tables that stay pointed to the one and point to the other, be it under a name that follows."""
    count = 0
    for table in actual.tables:
        other = expected.table(table.name)
        if other is None:
            continue
        for key in table.foreign_keys:
            if key.references == before:
                count += any(
                    k.references == after and _follow(key.columns, k.columns, before, after)
                    for k in other.foreign_keys
                )
    return count


def _follow(
    one: tuple[str, ...], other: tuple[str, ...], before: QualifiedName, after: QualifiedName
) -> bool:
    """The same columns, or columns that are named after the one table and after the other."""
    renamed = [(before.name, after.name)]
    return len(one) == len(other) and all(
        a == b or follows(a, b, renamed) is not None for a, b in zip(one, other, strict=True)
    )
