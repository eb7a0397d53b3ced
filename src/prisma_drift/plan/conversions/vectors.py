"""Embeddings: the vector types of pgvector, from texts, JSON and lists of numbers, and into each other.

Their operators may stand in a schema that a session does not search, so values are compared by their text.
"""

from __future__ import annotations

from .kinds import INTEGERS, Kind
from .numbers import REAL_END, fits_real
from .rule import Rule, case, cast, either

_HALF_END = "65520"
"""The least number that rounds to no finite half."""
_MOST = 16000
_BLANK = r"[ \t\n\v\f\r]*"
_ELEMENT = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,4})?"
_VECTOR = rf"^{_BLANK}\[{_BLANK}{_ELEMENT}{_BLANK}(,{_BLANK}{_ELEMENT}{_BLANK})*\]{_BLANK}$"
_LOST = "digits that the shorter numbers do not hold"


def vector_to_vector(before: Kind, after: Kind, value: str) -> Rule:
    """Between vector, halfvec and sparsevec; the number of dimensions never changes."""
    dimensions = _dimensions(before, value)
    fails = [_wrong(dimensions, after)] if before.size != after.size else []
    if before.base == "sparsevec" and after.base != "sparsevec" and not after.size:
        fails.append(f"{dimensions} > {_MOST}")
    vector, half = after.beside("vector"), after.beside("halfvec")
    if after.base == "halfvec" and before.base != "halfvec":
        whole = value if before.base == "vector" else f"{value}::{vector}"
        large = f"EXISTS (SELECT FROM unnest({whole}::real[]) AS e(x) WHERE abs(e.x) >= {_HALF_END})"
        refused = case((either(*fails), "true"), otherwise=large)
        back = f"{whole}::{half}::{vector}::text <> {whole}::text"
        return cast(value, after.name, fails=refused, loses=back, lost=_LOST)
    return cast(value, after.name, fails=either(*fails))


def text_to_vector(after: Kind, value: str) -> Rule:
    """From `[1,2,3]`, with blanks anywhere; a sparse vector from its own notation only."""
    if after.base == "sparsevec":
        return Rule(f"{value}::{after.name}", casts=(after.name,), uncertain=True)
    count = f"length({value}) - length(replace({value}, ',', '')) + 1"
    element = f"unnest(string_to_array(translate({value}, E'[] \\t\\n\\v\\f\\r', ''), ',')) AS e(x)"
    return _from_elements(after, value, f"{value} ~* '{_VECTOR}'", count, element, "e.x::numeric")


def json_to_vector(before: Kind, after: Kind, value: str) -> Rule:
    """From a JSON array of numbers."""
    casts = (
        ("text", after.beside("vector"), after.name) if after.base == "sparsevec" else ("text", after.name)
    )
    typeof, elements = f"{before.base}_typeof", f"{before.base}_array_elements({value}) AS e(x)"
    valid = f"pg_input_is_valid({value}::text, 'jsonb')" if before.base == "json" else "true"
    flat = f"NOT EXISTS (SELECT FROM {elements} WHERE {typeof}(e.x) <> 'number')"
    array = case(
        (f"{valid} AND {typeof}({value}) = 'array'".removeprefix("true AND "), flat), otherwise="false"
    )
    count = f"{before.base}_array_length({value})"
    element = elements
    rule = _from_elements(after, value, array, count, element, "(e.x #>> '{}')::numeric")
    return cast(value, *casts, fails=rule.fails, loses=rule.loses, lost=rule.lost)


def _from_elements(after: Kind, value: str, valid: str, count: str, element: str, number: str) -> Rule:
    end = _HALF_END if after.base == "halfvec" else REAL_END
    large = f"EXISTS (SELECT FROM {element} WHERE abs({number}) >= {end})"
    fails = case((f"NOT ({valid})", "true"), (_wrong(count, after), "true"), otherwise=large)
    tiny = f"abs({number}) < 1e-37 AND {number} <> 0"
    inexact = case(
        (tiny, "true"),
        otherwise=f"({number})::real::text::numeric <> {number} AND ({number})::real::float8::text::numeric <> {number}",
    )
    if after.base == "halfvec":
        vector, half = after.beside("vector"), after.beside("halfvec")
        halved = f"ARRAY[({number})::real]::{vector}::{half}::text"
        inexact = case((tiny, "true"), otherwise=f"trim({halved}, '[]')::numeric <> {number}")
    loses = f"EXISTS (SELECT FROM {element} WHERE {inexact})"
    return cast(value, after.name, fails=fails, loses=loses, lost=_LOST)


def list_to_vector(before: Kind, after: Kind, value: str) -> Rule:
    """From a list of numbers, all of them present."""
    direct = ("integer", "real", "double precision", "numeric")
    through = () if before.base in direct else ("numeric[]",)
    through = ("bigint[]", *through) if before.base == "oid" else through
    if after.base == "sparsevec":
        through = (*through, after.beside("vector"))
    end = _HALF_END if after.base == "halfvec" else REAL_END
    valid = f"array_ndims({value}) = 1 AND array_position({value}, NULL) IS NULL"
    whole = "e.x::bigint" if before.base in INTEGERS else "e.x"
    number = f"{whole}::numeric" if before.base in INTEGERS | {"money"} else whole
    few = f"EXISTS (SELECT FROM unnest({value}) AS e(x) WHERE NOT (abs({number}) < {end}){_underflow(before, number)})"
    fails = case(
        (f"({valid}) IS NOT TRUE", "true"),
        (_wrong(f"cardinality({value})", after), "true"),
        otherwise=few,
    )
    inexact = _inexact(before, after, number)
    loses = f"EXISTS (SELECT FROM unnest({value}) AS e(x) WHERE {inexact})" if inexact else ""
    return cast(value, *through, after.name, fails=fails, loses=loses, lost=_LOST)


def _underflow(before: Kind, number: str) -> str:
    """A numeric that is too small for a real is refused, a double precision becomes zero."""
    return (
        f" OR {number} <> 0 AND abs({number}) <= 7.006492321624085354e-46"
        if before.base in ("numeric", "money")
        else ""
    )


def _inexact(before: Kind, after: Kind, number: str) -> str:
    if after.base == "halfvec":
        vector, half = after.beside("vector"), after.beside("halfvec")
        return (
            f"trim(ARRAY[{number}]::real[]::{vector}::{half}::text, '[]')::numeric <> {number}::text::numeric"
        )
    if before.base in ("real", "smallint"):
        return ""
    if before.base == "double precision":
        small = f"{number} <> 0 AND abs({number}) <= 7.006492321624085354e-46"
        return case((small, "true"), otherwise=f"NOT ({fits_real(number)})")
    if before.base in ("numeric", "money"):
        return (
            f"{number}::real::text::numeric <> {number} AND {number}::real::float8::text::numeric <> {number}"
        )
    # The highest bigint is rounded to the number behind it, which is none.
    return case((f"{number}::real >= {2**63}", "true"), otherwise=f"{number}::real::bigint <> {number}")


def _dimensions(before: Kind, value: str) -> str:
    if before.base == "sparsevec":
        return f"split_part({value}::text, '/', 2)::integer"
    return f"{before.beside('vector_dims')}({value})"


def _wrong(count: str, after: Kind) -> str:
    """True where the number of dimensions is not the target's."""
    return f"{count} <> {after.size[0]}" if after.size else f"{count} NOT BETWEEN 1 AND {_MOST}"
