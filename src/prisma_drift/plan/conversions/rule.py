"""How one value becomes another, as SQL text: the expression, and what is true of the values that it refuses or changes."""

from __future__ import annotations

from collections.abc import Callable

from ...model.values import frozen


@frozen
class Rule:
    """The conversion of one value, not null, that stands where the rule was asked for it.

    The conditions are SQL that raises no error on any value, in any session; an empty one is never true.
    """

    expression: str
    """Without the size of the target: the assignment to the column gives it, which refuses what a cast would cut."""
    fails: str = ""
    """True of the values on which the conversion, or the assignment after it, raises an error."""
    loses: str = ""
    """True of the values that do not come back from what they become. Asked only where `fails` is not true."""
    lost: str = ""
    """What such a value loses, in words."""
    nulls: str = ""
    """True of the values that become NULL."""
    cut: str = ""
    """What the new type by its nature leaves out of every value, in words: told, not counted."""
    utc: bool = False
    """The expression follows the session's time zone, so it is to be run where that is UTC."""
    casts: tuple[str, ...] = ()
    """The types of the expression where it is casts alone: those of a list do the same to each element, in its place."""
    uncertain: bool = False
    """Some values may be refused, and no condition can tell which."""


Convert = Callable[[str], Rule]
"""A rule for the value that an SQL expression gives."""


def cast(value: str, *types: str, fails: str = "", loses: str = "", lost: str = "", nulls: str = "") -> Rule:
    """The rule that casts through `types`, one after the other."""
    expression = value + "".join(f"::{name}" for name in types)
    return Rule(expression, fails, loses, lost, nulls, casts=types)


def case(*branches: tuple[str, str], otherwise: str) -> str:
    """A CASE of conditions: the only order of evaluation that Postgres promises."""
    kept = [(condition, result) for condition, result in branches if condition]
    if all((result or "false") == (otherwise or "false") for _, result in kept):
        return "" if otherwise in ("", "false") else otherwise
    whens = " ".join(f"WHEN {condition} THEN {result or 'false'}" for condition, result in kept)
    return f"CASE {whens} ELSE {otherwise or 'false'} END"


def either(*conditions: str) -> str:
    """True where one of the conditions is; they raise no error, so that their order is of no matter."""
    kept = [condition for condition in conditions if condition]
    if len(kept) < 2:
        return "".join(kept)
    return " OR ".join(f"({c})" if " OR " in c or " AND " in c else c for c in kept)


def guarded(condition: str, fails: str) -> str:
    """`condition`, asked of no value of which `fails` is true."""
    if not condition or not fails:
        return condition
    return case((fails, "false"), otherwise=condition)


def then(first: Rule, second: Convert) -> Rule:
    """One conversion after the other."""
    last = second(first.expression)
    fails = case((first.nulls, "false"), (first.fails, "true"), otherwise=last.fails or "false")
    loses = case((first.nulls, "false"), (first.loses, "true"), otherwise=last.loses or "false")
    nulls = either(first.nulls, guarded(last.nulls, first.fails))
    both = first.casts and last.casts
    return Rule(
        last.expression,
        fails,
        loses,
        " and ".join(text for text in (first.lost, last.lost) if text),
        nulls,
        first.cut or last.cut,
        utc=first.utc or last.utc,
        casts=(*first.casts, *last.casts) if both else (),
        uncertain=first.uncertain or last.uncertain,
    )
