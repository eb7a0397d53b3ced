"""Lists into lists, scalars into lists and back, JSON arrays into lists: element by element, in order."""

from __future__ import annotations

from .documents import to_json
from .functions import Function, function
from .kinds import JSON, NUMBERS, STRINGS, VECTORS, Kind
from .rule import Rule, cast, either, guarded, then
from .scalars import scalar
from .to_text import to_text
from .vectors import list_to_vector

Found = tuple[Rule, Function | None]
"""A rule for the whole column, and the function that its expression calls."""

_FLAT = "nested lists"
_ONE = "all elements but the first"


def list_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    """Each element by the rule for scalars. `tested` is the value in conditions, `value` in the expression."""
    element = scalar(before, after, "e.v")
    if element is None:
        return None
    fails, loses = _any(element.fails, tested), _any(either(element.loses, element.nulls), tested)
    if element.casts:
        casts = tuple(f"{name}[]" for name in element.casts)
        if not element.utc:
            return cast(value, *casts, fails=fails, loses=loses, lost=element.lost), None
        made = function(f"{before.name}[]", f"{after.name}[]", cast("value", *casts).expression, utc=True)
        return Rule(made.call(value), fails, loses, element.lost, cut=element.cut), made
    query = f"ARRAY(SELECT {element.expression} FROM unnest(value) WITH ORDINALITY AS e(v, n) ORDER BY e.n)"  # noqa: S608
    body = f"CASE WHEN value IS NOT NULL THEN {query} END"
    made = function(f"{before.name}[]", f"{_returned(after)}[]", body, utc=element.utc)
    loses = either(f"array_ndims({tested}) > 1", guarded(loses, fails))
    lost = " and ".join(text for text in (_FLAT, element.lost) if text)
    return Rule(made.call(value), fails, loses, lost, cut=element.cut), made


def list_to_scalar(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    """Into text, JSON and vectors whole; into anything else the first element, which should be the only one."""
    zoned = before.base == "timestamp with time zone"
    if after.base in STRINGS:
        whole = to_text(Kind("a list", "text"), after, f"{value}::text")
        told = to_text(Kind("a list", "text"), after, f"{tested}::text")
        if zoned:
            made = function(f"{before.name}[]", "text", "value::text", utc=True)
            # The length of the text is that of the session's zone, which differs by that of the offset.
            return Rule(made.call(value), told.fails, told.loses, told.lost), made
        return Rule(whole.expression, told.fails, told.loses, told.lost, casts=("text",)), None
    if after.base in JSON:
        rule = to_json(Kind("a list", "text"), after, value)
        if zoned:
            made = function(f"{before.name}[]", after.name, f"to_{after.base}(value)", utc=True)
            return Rule(made.call(value)), made
        return rule, None
    if after.base in VECTORS and before.base in NUMBERS:
        rule = list_to_vector(before, after, tested)
        return Rule(
            list_to_vector(before, after, value).expression,
            rule.fails,
            rule.loses,
            rule.lost,
            casts=rule.casts,
        ), None
    element = scalar(before, after, f"({value})[1]")
    condition = scalar(before, after, f"({tested})[1]")
    if element is None or condition is None:
        return None
    many = f"cardinality({tested}) > 1 OR array_ndims({tested}) > 1 OR array_lower({tested}, 1) <> 1"
    none = f"({tested})[1] IS NULL"
    rule = Rule(
        element.expression,
        fails=f"{none} IS FALSE AND ({condition.fails})" if condition.fails else "",
        loses=either(many, f"({condition.loses}) IS TRUE" if condition.loses else ""),
        lost=" and ".join(text for text in (_ONE, condition.lost) if text),
        nulls=either(none, condition.nulls),
        cut=condition.cut,
        utc=element.utc,
    )
    if not element.utc:
        return rule, None
    inner = scalar(before, after, "(value)[1]")
    assert inner is not None
    made = function(f"{before.name}[]", after.name, inner.expression, utc=True)
    return Rule(made.call(value), rule.fails, rule.loses, rule.lost, rule.nulls), made


def scalar_to_list(before: Kind, after: Kind, value: str, tested: str, *, nullable: bool) -> Found | None:
    """A list of one; an empty one for NULL. A JSON array is taken apart, a vector becomes its numbers."""
    if before.base in JSON and after.base not in JSON:
        return _json_to_list(before, after, value, tested)
    if before.base in VECTORS and after.base in NUMBERS:
        return _vector_to_list(before, after, value, tested)
    element, condition = scalar(before, after, value), scalar(before, after, tested)
    if element is None or condition is None:
        return None
    made = None
    expression = element.expression
    if element.utc:
        inner = scalar(before, after, "value")
        assert inner is not None
        made = function(before.name, after.name, inner.expression, utc=True)
        expression = made.call(value)
    absent = either(f"{value} IS NULL" if nullable else "", element.nulls)
    listed = f"ARRAY[{expression}]"
    if absent:
        listed = f"CASE WHEN {absent} THEN '{{}}' ELSE {listed} END"
    return Rule(listed, condition.fails, condition.loses, condition.lost, cut=condition.cut), made


def _json_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    element = json_element(before, after, "e.v")
    if element is None:
        return None
    elements = f"{before.base}_array_elements(%s)"
    query = f"ARRAY(SELECT {element.expression} FROM {elements % 'value'} WITH ORDINALITY AS e(v, n) ORDER BY e.n)"  # noqa: S608
    body = f"CASE WHEN {before.base}_typeof(value) <> 'null' THEN {query} END"
    made = function(before.name, f"{_returned(after)}[]", body, utc=element.utc)
    inside = f"EXISTS (SELECT FROM {elements % tested} AS e(v) WHERE %s)"
    kind = f"{before.base}_typeof({tested})"
    fails = f"CASE {kind} WHEN 'null' THEN false WHEN 'array' THEN {inside % element.fails if element.fails else 'false'} ELSE true END"
    loses = f"CASE {kind} WHEN 'array' THEN {inside % element.loses} ELSE false END" if element.loses else ""
    return Rule(made.call(value), fails, loses, element.lost, cut=element.cut), made


def json_element(before: Kind, after: Kind, value: str) -> Rule | None:
    """An element of a JSON array: a string without its quotes, also where the target is text."""
    if after.base not in STRINGS:
        return scalar(before, after, value)
    text = Rule(f"({value} #>> '{{}}')", nulls=f"{before.base}_typeof({value}) = 'null'")
    return then(text, lambda found: to_text(Kind("text", "text"), after, found))


def _vector_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    through = (before.beside("vector"),) if before.base == "sparsevec" else ()
    numbers = (*through, "real[]")
    dense = value + "".join(f"::{name}" for name in numbers)
    inner = list_to_list(
        Kind("real", "real"), after, dense, tested + "".join(f"::{name}" for name in numbers)
    )
    if inner is None:
        return None
    rule, made = inner
    too_many = f"split_part({tested}::text, '/', 2)::integer > 16000" if through else ""
    fails = f"CASE WHEN {too_many} THEN true ELSE {rule.fails or 'false'} END" if too_many else rule.fails
    return Rule(rule.expression, fails, rule.loses, rule.lost), made


def _any(condition: str, value: str) -> str:
    """True of lists with an element of which the condition on `e.v` is true."""
    if not condition:
        return ""
    return f"EXISTS (SELECT FROM unnest({value}) AS e(v) WHERE e.v IS NOT NULL AND ({condition}))"


def _returned(after: Kind) -> str:
    return after.name
