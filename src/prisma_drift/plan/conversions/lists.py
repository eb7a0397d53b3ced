"""Lists into lists, scalars into lists and back, JSON arrays into lists: element by element, in order."""

from __future__ import annotations

from ...model.values import replace
from .documents import characters, to_json
from .from_text import refused
from .functions import Function, function
from .kinds import JSON, NUMBERS, STRINGS, VECTORS, Kind
from .rule import Rule, case, cast, either, guarded, then
from .scalars import scalar
from .to_text import to_text
from .vectors import list_to_vector

Found = tuple[Rule, Function | None]
"""A rule for the whole column, and the function that its expression calls."""

_FLAT = "nested lists"
_ONE = "all elements but the first"
_WHOLE = Kind("a list", "text")
_FROM = "WITH ORDINALITY AS e(v, n) ORDER BY e.n"


def list_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    """Each element by the rule for scalars. `tested` is the value in conditions, `value` in the expression."""
    element = scalar(before, after, "e.v")
    if element is None:
        return None
    fails, loses = _any(element.fails, tested), _any(element.loses, tested)
    rule = replace(element, fails=fails, loses=loses, nulls="", casts=(), utc=False)
    if element.casts:
        casts = tuple(f"{name}[]" for name in element.casts)
        if not element.utc:
            return replace(rule, expression=cast(value, *casts).expression, casts=casts), None
        made = function(f"{before.name}[]", f"{after.name}[]", cast("value", *casts).expression, utc=True)
        return replace(rule, expression=made.call(value)), made
    query = f"ARRAY(SELECT {element.expression} FROM unnest(value) {_FROM})"  # noqa: S608
    body = f"CASE WHEN value IS NOT NULL THEN {query} END"
    made = function(f"{before.name}[]", f"{after.name}[]", body, utc=element.utc)
    loses = either(f"array_ndims({tested}) > 1", guarded(loses, fails))
    return replace(rule, expression=made.call(value), loses=loses, lost=_words(_FLAT, element.lost)), made


def list_to_scalar(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    """Into text, JSON and vectors whole; into anything else the first element, which should be the only one."""
    zoned = before.base == "timestamp with time zone"
    if after.base in STRINGS:
        rule = to_text(_WHOLE, after, f"{tested}::text")
        if zoned:
            made = function(f"{before.name}[]", "text", "value::text", utc=True)
            return replace(rule, expression=made.call(value)), made
        return replace(rule, expression=f"{value}::text", casts=("text",)), None
    if after.base in JSON:
        fails = (
            _any(refused("e.v::text", "jsonb"), tested)
            if (before.base, after.base) == ("json", "jsonb")
            else ""
        )
        if zoned:
            made = function(f"{before.name}[]", after.name, f"to_{after.base}(value)", utc=True)
            return Rule(made.call(value)), made
        return replace(to_json(_WHOLE, after, value), fails=fails), None
    if after.base in VECTORS and before.base in NUMBERS:
        whole = list_to_vector(before, after, tested)
        return replace(whole, expression=list_to_vector(before, after, value).expression), None
    return _first(before, after, value, tested)


def _first(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    element = scalar(before, after, f"({value})[1]")
    condition = scalar(before, after, f"({tested})[1]")
    if element is None or condition is None:
        return None
    many = f"cardinality({tested}) > 1 OR array_ndims({tested}) > 1 OR array_lower({tested}, 1) <> 1"
    none = f"({tested})[1] IS NULL"
    rule = replace(
        condition,
        expression=element.expression,
        fails=case((none, "false"), otherwise=condition.fails or "false"),
        loses=either(many, f"({condition.loses}) IS TRUE" if condition.loses else ""),
        lost=_words(_ONE, condition.lost),
        nulls=either(none, condition.nulls),
        casts=(),
        utc=False,
    )
    if not element.utc:
        return rule, None
    inner = scalar(before, after, "(value)[1]")
    assert inner is not None
    made = function(f"{before.name}[]", after.name, inner.expression, utc=True)
    return replace(rule, expression=made.call(value)), made


def scalar_to_list(before: Kind, after: Kind, value: str, tested: str, *, nullable: bool) -> Found | None:
    """A list of one; an empty one for NULL. A JSON array is taken apart, a vector becomes its numbers."""
    if before.base in JSON and after.base in JSON:
        return _json_to_json_list(before, after, value, tested, nullable=nullable)
    if before.base in JSON:
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
        # No list holds the null of a column that had none.
        listed = f"CASE WHEN {absent} THEN '{{}}' ELSE {listed} END"
    return replace(condition, expression=listed, nulls="", casts=(), utc=False), made


def _json_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    element = _json_element(before, after, "e.v")
    if element is None:
        return None
    typeof, elements = f"{before.base}_typeof", f"{before.base}_array_elements"
    query = f"ARRAY(SELECT {element.expression} FROM {elements}(value) {_FROM})"  # noqa: S608
    body = f"CASE WHEN {typeof}(value) <> 'null' THEN {query} END"
    made = function(before.name, f"{after.name}[]", body, utc=element.utc)
    inside = f"EXISTS (SELECT FROM {elements}({tested}) AS e(v) WHERE %s)"
    fails = case(
        (f"{typeof}({tested}) = 'null'", "false"),
        (f"{typeof}({tested}) = 'array'", inside % element.fails if element.fails else "false"),
        otherwise="true",
    )
    loses = inside % element.loses if element.loses else "false"
    loses = case((f"{typeof}({tested}) = 'array'", loses), otherwise="false")
    nulls = f"{typeof}({tested}) = 'null'"
    rule = replace(
        element, expression=made.call(value), fails=fails, loses=loses, nulls=nulls, casts=(), utc=False
    )
    return rule, made


def _json_to_json_list(before: Kind, after: Kind, value: str, tested: str, *, nullable: bool) -> Found | None:
    """An array by its elements; anything else as a list of one."""
    element, whole = scalar(before, after, "e.v"), scalar(before, after, "value")
    condition = scalar(before, after, tested)
    if element is None or whole is None or condition is None:
        return None
    elements = f"ARRAY(SELECT {element.expression} FROM {before.base}_array_elements(value) {_FROM})"  # noqa: S608
    absent = "WHEN value IS NULL THEN '{}' " if nullable else ""
    body = f"CASE {absent}WHEN {before.base}_typeof(value) = 'array' THEN {elements} ELSE ARRAY[{whole.expression}] END"
    made = function(before.name, f"{after.name}[]", body)
    return replace(condition, expression=made.call(value), nulls="", casts=()), made


def _json_element(before: Kind, after: Kind, value: str) -> Rule | None:
    """An element of a JSON array: a string without its quotes, also where the target is text."""
    if after.base not in STRINGS:
        return scalar(before, after, value)
    return then(characters(before, value), lambda found: to_text(Kind("text", "text"), after, found))


def _vector_to_list(before: Kind, after: Kind, value: str, tested: str) -> Found | None:
    through = (before.beside("vector"),) if before.base == "sparsevec" else ()
    numbers = "".join(f"::{name}" for name in (*through, "real[]"))
    inner = list_to_list(Kind("real", "real"), after, value + numbers, tested + numbers)
    if inner is None:
        return None
    rule, made = inner
    too_many = f"split_part({tested}::text, '/', 2)::integer > 16000" if through else ""
    fails = case((too_many, "true"), otherwise=rule.fails or "false")
    return replace(rule, fails=fails, casts=()), made


def _any(condition: str, value: str) -> str:
    """True of lists with an element of which the condition on `e.v` is true."""
    if not condition:
        return ""
    return f"EXISTS (SELECT FROM unnest({value}) AS e(v) WHERE e.v IS NOT NULL AND ({condition}))"


def _words(*lost: str) -> str:
    return " and ".join(text for text in lost if text)
