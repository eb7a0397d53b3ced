"""Numbers into numbers and truth values, and back.

Floats are taken by their shortest text, as every client shows them: `float8::numeric` keeps 15 digits only, and
`float4::float8` shows digits that nobody wrote.
"""

from __future__ import annotations

from .kinds import FLOATS, Kind
from .rule import Rule, case, cast

RANGES = {
    "smallint": (-(2**15), 2**15 - 1),
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "oid": (0, 2**32 - 1),
}
REAL_END = "3.4028235677973366e38"
"""2^128 - 2^103: the least number that rounds to no finite real."""
_FLOAT_END = {"real": REAL_END, "double precision": "1.797693134862315807938e308"}
_FLOAT_LEAST = {"real": "7.006492321624085354e-46", "double precision": "2.4703282292062327209e-324"}
"""Half of the least positive number: what is not greater becomes zero, which Postgres refuses."""
_MONEY_END = "92233720368547758.07"
_FRACTION = "what stands behind the decimal point"
_DIGITS = "digits"


def number_to_number(before: Kind, after: Kind, value: str) -> Rule:
    """Between numeric types, and booleans on either side."""
    if after.base == "boolean":
        number = f"{value}::numeric" if before.base == "money" else value
        return Rule(f"({number} <> 0)", loses=f"{number} NOT IN (0, 1)", lost="numbers other than 0 and 1")
    if before.base == "boolean":
        through = {"integer": (), "oid": ("integer", "bigint")}.get(after.base, ("integer",))
        return cast(value, *through, after.name)
    if before.base == "money" and after.base != "money":
        found = number_to_number(Kind("numeric", "numeric"), after, f"{value}::numeric")
        return cast(
            value,
            "numeric",
            *(found.casts or (after.name,)),
            fails=found.fails,
            loses=found.loses,
            lost=found.lost,
        )
    if after.base in RANGES:
        return _to_integer(before, after, value)
    if after.base == "numeric":
        return _to_numeric(before, after, value)
    if after.base == "money":
        return _to_money(before, after, value)
    return _to_float(before, after, value)


def _to_integer(before: Kind, after: Kind, value: str) -> Rule:
    low, high = RANGES[after.base]
    through = ("bigint",) if "oid" in (before.base, after.base) and before.base != after.base else ()
    if before.base in RANGES:
        had_low, had_high = RANGES[before.base]
        number = f"{value}::bigint" if through else value
        fails = "" if low <= had_low and had_high <= high else f"{number} NOT BETWEEN {low} AND {high}"
        return cast(value, *through, after.name, fails=fails)
    number = f"{value}::float8" if before.base == "real" else value
    fails = f"round({number}) NOT BETWEEN {low} AND {high}"
    if before.base in FLOATS and after.base == "bigint":
        # As a double precision, the highest bigint is the number behind it.
        fails = f"NOT (round({number}) >= {low} AND round({number}) < {high + 1})"
    return cast(
        value, *through, after.name, fails=fails, loses=f"round({number}) <> {number}", lost=_FRACTION
    )


def _to_numeric(before: Kind, after: Kind, value: str) -> Rule:
    through = {"real": ("text",), "double precision": ("text",), "oid": ("bigint",)}.get(before.base, ())
    casts = (*through, "numeric")
    number = value if before.base == "numeric" else value + "".join(f"::{name}" for name in casts)
    if not after.size:
        return cast(value, *casts)
    precision, scale = (*after.size, 0)[:2]
    endless = f"{value} IN ('Infinity', '-Infinity')" if before.base in FLOATS else ""
    fails = case(
        (endless, "true"),
        (f"{number} = 'NaN'", "false"),
        otherwise=f"abs(round({number}, {scale})) >= 1e{precision - scale}",
    )
    loses = f"{number} <> round({number}, {scale})"
    if before.base in RANGES:
        digits = len(str(RANGES[before.base][1]))
        fails = "" if precision - scale >= digits else f"abs({number}) >= 1e{precision - scale}"
        loses = "" if scale >= 0 else loses
    if before.base == "numeric" and before.size:
        had, had_scale = (*before.size, 0)[:2]
        fails = "" if precision - scale >= had - had_scale and scale >= had_scale else fails
        loses = "" if scale >= had_scale else loses
    return cast(value, *casts, fails=fails, loses=loses, lost=_DIGITS)


def _to_money(before: Kind, after: Kind, value: str) -> Rule:
    if before.base == "money":
        return cast(value, after.name)
    casts = {"real": ("text", "numeric"), "double precision": ("text", "numeric"), "oid": ("bigint",)}
    casts |= {"smallint": ("integer",)}
    through = casts.get(before.base, ())
    number = value + "".join(f"::{name}" for name in through)
    endless = f"{value} IN ('Infinity', '-Infinity')" if before.base in FLOATS else ""
    if before.base in ("smallint", "integer", "oid"):
        return cast(value, *through, after.name)
    number += "::numeric" if before.base == "bigint" else ""
    fails = f"round({number}, 2) NOT BETWEEN -{_MONEY_END[:-1]}8 AND {_MONEY_END}"
    fails = case((endless, "true"), otherwise=fails) if endless else fails
    loses = "" if before.base in RANGES else f"{number} <> round({number}, 2)"
    return cast(value, *through, after.name, fails=fails, loses=loses, lost=_DIGITS)


def _to_float(before: Kind, after: Kind, value: str) -> Rule:
    if before.base == after.base:
        return cast(value, after.name)
    if before.base in RANGES:
        return _integer_to_float(before, after, value)
    if before.base == "real":
        return cast(value, "text", after.name)
    end, least = _FLOAT_END[after.base], _FLOAT_LEAST[after.base]
    finite = f"{value} NOT IN ('NaN', 'Infinity', '-Infinity')"
    if before.base == "numeric":
        # Compared as texts: Postgres before 14 knows no endless numeric.
        finite = f"{value}::text NOT IN ('NaN', 'Infinity', '-Infinity')"
    fails = f"{finite} AND (abs({value}) >= {end} OR {value} <> 0 AND abs({value}) <= {least})"
    if before.base == "numeric":
        loses = f"{value}::{after.name}::text::numeric <> {value}"
        if after.base == "real":
            # A number that a real holds exactly has a shorter text there.
            loses += f" AND {value}::real::float8::text::numeric <> {value}"
        return cast(value, after.name, fails=fails, loses=loses, lost=_DIGITS)
    return cast(value, after.name, fails=fails, loses=f"NOT ({fits_real(value)})", lost=_DIGITS)


def fits_real(value: str) -> str:
    """True of a double precision that a real gives back, by its value or by its shortest text."""
    return f"{value}::real::float8 = {value} OR {value}::real::text::float8 = {value}"


def _integer_to_float(before: Kind, after: Kind, value: str) -> Rule:
    through = ("bigint",) if before.base == "oid" else ()
    number = f"{value}::bigint" if through else value
    exact = 2**53 if after.base == "double precision" else 2**24
    if RANGES[before.base][1] <= exact:
        return cast(value, *through, after.name)
    loses = f"{number}::{after.name}::bigint <> {number}"
    if before.base == "bigint":
        loses = case((f"{number}::{after.name} >= {2**63}", "true"), otherwise=loses)
    return cast(value, *through, after.name, loses=loses, lost=_DIGITS)
