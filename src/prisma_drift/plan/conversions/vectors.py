"""Embeddings: the vector types of pgvector, from texts, JSON and lists of numbers, and into each other.

Their operators may stand in a schema that a session does not search, so values are compared by their text.
"""

from __future__ import annotations

from .kinds import Kind
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


def json_to_vector(after: Kind, value: str) -> Rule:
    """From a JSON array of numbers."""
    casts = (
        ("text", after.beside("vector"), after.name) if after.base == "sparsevec" else ("text", after.name)
    )
    value_b = f"{value}::jsonb"
    flat = f"NOT EXISTS (SELECT FROM jsonb_array_elements({value_b}) AS e(x) WHERE jsonb_typeof(e.x) <> 'number')"
    array = case((f"jsonb_typeof({value_b}) = 'array'", flat), otherwise="false")
    count = f"jsonb_array_length({value_b})"
    element = f"jsonb_array_elements({value_b}) AS e(x)"
    rule = _from_elements(after, value, array, count, element, "(e.x #>> '{}')::numeric")
    return cast(value, *casts, fails=rule.fails, loses=rule.loses, lost=rule.lost)


def _from_elements(after: Kind, value: str, valid: str, count: str, element: str, number: str) -> Rule:
    end = _HALF_END if after.base == "halfvec" else REAL_END
    large = f"EXISTS (SELECT FROM {element} WHERE abs({number}) >= {end})"
    fails = case((f"NOT ({valid})", "true"), (_wrong(count, after), "true"), otherwise=large)
    fits = fits_real(f"({number})::float8")
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
    del fits
    return cast(value, after.name, fails=fails, loses=loses, lost=_LOST)


def list_to_vector(before: Kind, after: Kind, value: str) -> Rule:
    """From a list of numbers, all of them present."""
    direct = ("integer", "real", "double precision", "numeric")
    through = () if before.base in direct else ("numeric[]",)
    if after.base == "sparsevec":
        through = (*through, after.beside("vector"))
    end = _HALF_END if after.base == "halfvec" else REAL_END
    valid = f"array_ndims({value}) = 1 AND array_position({value}, NULL) IS NULL"
    number = (
        "e.x::bigint::numeric"
        if before.base == "oid"
        else "e.x::numeric"
        if before.base == "money"
        else "e.x"
    )
    few = f"EXISTS (SELECT FROM unnest({value}) AS e(x) WHERE NOT (abs({number}) < {end}){_underflow(before, number)})"
    fails = case(
        (f"({valid}) IS NOT TRUE", "true"),
        (_wrong(f"cardinality({value})", after), "true"),
        otherwise=few if before.base != "smallint" else "false",
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
    return f"{number}::real::float8 <> {number}"


def _dimensions(before: Kind, value: str) -> str:
    if before.base == "sparsevec":
        return f"split_part({value}::text, '/', 2)::integer"
    return f"{before.beside('vector_dims')}({value})"


def _wrong(count: str, after: Kind) -> str:
    """True where the number of dimensions is not the target's."""
    return f"{count} <> {after.size[0]}" if after.size else f"{count} NOT BETWEEN 1 AND {_MOST}"
