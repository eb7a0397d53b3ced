"""The conversion of one column, from both columns: the expression, its functions, and the conditions on the rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ...diff.base_types import base_type
from ...diff.changes import AlterColumn, Change
from ...model.extensions import owner
from ...model.names import QualifiedName
from ...model.schema import Column
from ...model.types import Arity
from ...model.values import replace
from ..render.context import Conversion
from ..render.names import Names, quote
from .functions import Function, function
from .kinds import JSON, STRINGS, Kind, as_list, kind
from .lists import list_to_list, list_to_scalar, scalar_to_list
from .rule import Rule, either, guarded
from .scalars import goes_by_itself, is_same, scalar


def conversions(
    changes: Iterable[Change], names: Names, extensions: Collection[str]
) -> dict[tuple[QualifiedName, str], Conversion]:
    """By table and column of the actual side: the conversion of each column that changes, where there is one.

    `extensions` are those whose types are there before the plan runs.
    """
    found = {}
    for change in changes:
        if isinstance(change, AlterColumn):
            how = conversion(change.actual, change.expected, names)
            if how is not None:
                base = base_type(change.expected)
                brings = owner("type", base) if change.expected.type.enum is None else ""
                if brings and brings not in extensions:
                    how = _before_the_type(how, base)
                found[change.table.actual.name, change.actual.name] = how
    return found


def _before_the_type(how: Conversion, base: str) -> Conversion:
    """The conversion into a type that the plan creates: no condition may name what is not there when it is asked."""
    names = re.compile(rf"(::|'|\.|\")\"?{re.escape(base)}\b")
    fails, loses, nulls = (
        "" if names.search(condition) else condition for condition in (how.fails, how.loses, how.nulls)
    )
    return replace(
        how,
        fails=fails,
        loses=loses,
        nulls=nulls,
        cut=how.lost if loses != how.loses else how.cut,
        uncertain=how.uncertain or fails != how.fails or nulls != how.nulls,
    )


def conversion(actual: Column, expected: Column, names: Names) -> Conversion | None:
    """How the values of `actual` become those of `expected`; None where nothing turns one into the other."""
    # Of a list in a database it is not known whether it may be NULL; the other side's arity says whether it will.
    hidden = actual.type.arity is Arity.LIST and expected.type.arity is not Arity.LIST
    actual, expected = as_list(actual), as_list(expected)
    before, after = kind(actual, names.actual, names), kind(expected, names.expected, names)
    value = quote(actual.name)
    tested = f'{value} COLLATE "C"' if before.collated else value
    was_list, is_list = actual.type.arity is Arity.LIST, expected.type.arity is Arity.LIST
    flips = was_list != is_list
    if was_list and is_list:
        found = list_to_list(before, after, value, tested)
    elif was_list:
        found = list_to_scalar(before, after, value, tested)
    elif is_list:
        nullable = actual.type.arity is Arity.NULLABLE
        found = scalar_to_list(before, after, value, tested, nullable=nullable)
    else:
        found = _scalar(before, after, value, tested)
    if found is None:
        return None
    rule, made = found
    listless = was_list and not is_list and after.base in STRINGS - {'"char"'}
    accepted = goes_by_itself(before, after) if not flips else listless
    needless = accepted and _says_nothing(rule, before, after, made)
    return _conversion(
        rule,
        made,
        tested,
        hidden=hidden,
        accepted=accepted,
        needless=needless,
        merges=_merges(before, after),
    )


def _merges(before: Kind, after: Kind) -> bool:
    """Whether one value has several spellings before."""
    spelled = before.base in STRINGS and after.base not in STRINGS | {"bytea", "json"}
    return spelled or after.base == "citext" or (before.base in JSON and after.base not in STRINGS | JSON)


def _scalar(before: Kind, after: Kind, value: str, tested: str) -> tuple[Rule, Function | None] | None:
    rule, condition = scalar(before, after, value), scalar(before, after, tested)
    if rule is None or condition is None:
        return None
    expression, made = rule.expression, None
    if rule.utc:
        inner = scalar(before, after, "value")
        assert inner is not None
        made = function(before.name, after.name, inner.expression, utc=True)
        expression = made.call(value)
    return Rule(
        expression,
        condition.fails,
        condition.loses,
        condition.lost,
        condition.nulls,
        condition.cut,
        casts=rule.casts,
        uncertain=rule.uncertain,
    ), made


def _says_nothing(rule: Rule, before: Kind, after: Kind, made: Function | None) -> bool:
    """Whether the expression is what Postgres does by itself."""
    casts = tuple(name.removesuffix("[]") for name in rule.casts)
    if made is not None:
        return False
    if after.base in STRINGS:
        return casts[:1] == ("text",) and casts[1:] in ((), (after.name,))
    return (
        casts == (after.name,)
        or (is_same(before, after) and len(casts) == 1)
        or (before.base in ("bit", "bit varying") and casts == ("varbit",))
        or (is_same(before, after) and before.name == after.name)
    )


def _conversion(
    rule: Rule,
    made: Function | None,
    tested: str,
    *,
    hidden: bool,
    accepted: bool,
    needless: bool,
    merges: bool,
) -> Conversion:
    present = f"{tested} IS NOT NULL"
    return Conversion(
        using=None if needless else f"({rule.expression})",
        by_itself=accepted,
        before=(made.create,) if made is not None else (),
        after=(made.drop,) if made is not None else (),
        fails=f"{present} AND ({rule.fails})" if rule.fails else "",
        nulls=either(
            f"{present} AND ({guarded(rule.nulls, rule.fails)})" if rule.nulls else "",
            f"{tested} IS NULL" if hidden else "",
        ),
        loses=f"{present} AND ({guarded(rule.loses, rule.fails)})" if rule.loses else "",
        lost=rule.lost,
        cut=rule.cut,
        merges=merges,
        uncertain=rule.uncertain,
    )
