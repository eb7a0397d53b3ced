"""Columns of one table: which that goes may be which that comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...diff.changes import Cast, TablePair
from ...diff.rules import Rules
from ...diff.types import type_change
from ...model.schema import Column, Table
from ...model.types import Arity
from ...model.values import frozen, replace
from .candidates import Candidate, Grade
from .edits import History, Sight
from .words import Likeness, extra_words, follows, likeness, words

Place = tuple[str, str, int]
"""The columns before and behind that stay, and how many that do not stay are in between ahead of it."""


def column_candidates(
    pair: TablePair,
    gone: Iterable[str],
    new: Iterable[str],
    history: History,
    blocks: Iterable[str],
    renamed: Iterable[tuple[str, str]],
    rules: Rules,
    converts: Callable[[Column, Column], bool],
) -> list[Candidate[str]]:
    """Each column that goes with each that comes; `blocks` are the names that the model has, or had, in the schema,
    `renamed` those of the tables that are sure to have another one, and `converts` says whether values go from type to type.
    """
    found, names, others = [], tuple(blocks), tuple(renamed)
    for before in gone:
        for after in new:
            actual, expected = pair.actual.column(before), pair.expected.column(after)
            if actual is not None and expected is not None:
                sight = history.of_member("model", names, before, after)
                facts = replace(
                    _facts(pair, actual, expected, sight, others, rules),
                    converts=converts(actual, expected),
                )
                grade, reason = _judge(facts)
                found.append(Candidate(before, after, grade, reason))
    return found


@frozen
class _Facts:
    """What is known of two columns."""

    field: bool
    """The field in the schema has the name that the column had: only its name in the database is new."""
    type: bool
    castable: bool
    """By Prisma's own table of casts."""
    listed: bool
    """Both are lists, or none is."""
    arity: bool
    names: Likeness
    same_words: bool
    """Not even the number differs: a list kept as JSON and one of its values are two things."""
    extra: int
    """How many words one name has more than the other."""
    follows: str
    """The rename of a table that the names follow, in words."""
    place: bool
    keys: tuple[str, ...]
    """Keys and indexes that the new column has as the old one had them; empty where one is missing."""
    foreign: bool
    """Both point to the same column of the same table."""
    elsewhere: bool
    """They point to different ones: values of the one mean nothing in the other."""
    sight: Sight
    join: bool
    """Both are the same end of a join table."""
    converts: bool = False
    """Values of the old type become some of the new one, be it by an expression of ours."""


def _facts(
    pair: TablePair,
    actual: Column,
    expected: Column,
    sight: Sight,
    renamed: tuple[tuple[str, str], ...],
    rules: Rules,
) -> _Facts:
    kind = type_change(actual, expected, rules)
    listed = (actual.type.arity is Arity.LIST) == (expected.type.arity is Arity.LIST)
    same = kind.cast is None and not kind.text and listed
    keys = _moved_keys(pair, actual.name, expected.name)
    target = _target(pair.actual, actual.name)
    pointed = _target(pair.expected, expected.name)
    followed = follows(actual.name, expected.name, renamed)
    return _Facts(
        field=expected.field == actual.name != expected.name,
        type=same,
        castable=same or kind.cast in (Cast.SAFE, Cast.RISKY),
        listed=listed,
        arity=actual.type.arity is expected.type.arity,
        names=likeness(actual.name, expected.name),
        same_words=words(actual.name) == words(expected.name),
        extra=extra_words(actual.name, expected.name),
        follows=f"it follows {followed[0]}, which is {followed[1]}" if followed else "",
        place=_place(pair.actual, pair.expected, actual.name)
        == _place(pair.expected, pair.actual, expected.name),
        keys=keys,
        foreign=target is not None and target == pointed,
        elsewhere=target is not None and pointed is not None and target != pointed,
        sight=sight,
        join=actual.name in ("A", "B")
        and {column.name for column in pair.actual.columns} == {"A", "B"}
        and len({key.references for key in pair.actual.foreign_keys}) == 2,
    )


def _judge(facts: _Facts) -> tuple[Grade, str]:
    grade, reason = _by_names_and_types(facts)
    if facts.elsewhere and grade > Grade.POSSIBLE:
        return Grade.POSSIBLE, f"{reason}, but its foreign key leads elsewhere"
    return grade, reason


def _by_names_and_types(facts: _Facts) -> tuple[Grade, str]:
    if facts.sight is Sight.SAME and facts.converts:
        return Grade.CERTAIN, "git shows the same field under another name in the database"
    if facts.field and facts.converts and facts.sight is not Sight.APART:
        return Grade.CERTAIN, "the field keeps its name, only @map is new"
    if not facts.type:
        likely = facts.converts and facts.listed and facts.sight is not Sight.APART
        likely = likely and (facts.same_words or bool(facts.follows))
        if likely:
            return Grade.LIKELY, "the same words, written differently"
        hinted = facts.castable and (facts.names.speaks_for or facts.sight is Sight.REPLACED)
        return (Grade.POSSIBLE, "a type that casts, and a similar name") if hinted else (Grade.NONE, "")
    reasons = _reasons(facts)
    if facts.sight is Sight.APART:
        # One was there before the other went: that was no renaming.
        return (Grade.POSSIBLE if reasons else Grade.NONE), _said(reasons)
    if facts.names is Likeness.VARIANT or (facts.follows and facts.arity):
        return Grade.CERTAIN, _said(reasons)
    if facts.join and facts.foreign:
        return Grade.CERTAIN, "the same end of the join table, by its foreign key"
    if facts.arity and _is_likely(facts):
        return Grade.LIKELY, _said(reasons)
    return (Grade.POSSIBLE, _said(reasons)) if reasons else (Grade.FAINT, "the same type")


def _is_likely(facts: _Facts) -> bool:
    replaced = facts.sight is Sight.REPLACED
    match facts.names:
        case Likeness.CONTAINED:
            return replaced or bool(facts.keys) or (facts.place and facts.extra == 1)
        case Likeness.EXTENDED:
            return replaced or bool(facts.keys)
        case Likeness.SHARED:
            return replaced
        case _:
            return replaced and facts.foreign and bool(facts.keys)


def _reasons(facts: _Facts) -> list[str]:
    said = {
        Likeness.VARIANT: "the same words, written differently",
        Likeness.CONTAINED: "a name that holds the other",
        Likeness.EXTENDED: "a name that goes on from the other",
        Likeness.SHARED: "a word in common",
        Likeness.BESIDE: "a word in common",
    }
    reasons = [facts.follows] if facts.follows else [said[facts.names]] if facts.names in said else []
    if facts.sight is Sight.REPLACED:
        reasons.append("git shows one line in the place of the other")
    if facts.keys:
        reasons.append("its keys and indexes move along")
    if facts.place:
        reasons.append("the same place in the table")
    return reasons


def _said(reasons: list[str]) -> str:
    return ", ".join(["the same type", *reasons])


def _place(table: Table, other: Table, name: str) -> Place | None:
    """Where a column stands among those that stay; None where none does."""
    stay = {column.name for column in other.columns}
    before, between, behind, passed = "", 0, "", False
    for column in table.columns:
        if column.name == name:
            passed = True
        elif column.name in stay:
            if passed:
                behind = column.name
                break
            before, between = column.name, 0
        elif not passed:
            between += 1
    return (before, behind, between) if before or behind else None


def _moved_keys(pair: TablePair, before: str, after: str) -> tuple[str, ...]:
    """The keys of the old column, if the new one has each of them."""

    def keys(table: Table, column: str) -> set[tuple[object, ...]]:
        found: set[tuple[object, ...]] = set()
        if table.primary_key is not None:
            found.add(("primary key", table.primary_key.columns))
        for index in table.indexes:
            found.add(("index", index.unique, index.method, tuple(c.name for c in index.columns)))
        for key in table.foreign_keys:
            found.add(("foreign key", str(key.references), key.referenced_columns, key.columns))
        return {key for key in found if column in _names(key)}

    def under(key: tuple[object, ...]) -> tuple[object, ...]:
        return (*key[:-1], tuple(after if name == before else name for name in _names(key)))

    had, has = keys(pair.actual, before), keys(pair.expected, after)
    moved = {under(key) for key in had}
    return tuple(sorted({str(key[0]) for key in moved})) if moved and moved <= has else ()


def _names(key: tuple[object, ...]) -> tuple[str, ...]:
    names = key[-1]
    assert isinstance(names, tuple)
    return names


def _target(table: Table, column: str) -> tuple[str, tuple[str, ...]] | None:
    """What the column alone points to."""
    for key in table.foreign_keys:
        if key.columns == (column,):
            return str(key.references), key.referenced_columns
    return None
