"""Moments, dates and times of day into each other: always by UTC, whatever the zone of server or session.

Prisma's client writes UTC into `timestamp` and reads it as such, so that is what such a value means. A time of day is to it
a moment on 1970-01-01.
"""

from __future__ import annotations

from .kinds import Kind
from .rule import Rule, cast, either

_DAY_ZERO = "DATE '1970-01-01'"
_CLOCK = "the time of day"
_DAY = "the date"
_FRACTION = "digits of the fraction of a second"
_OFFSET = "the offset from UTC"
_STAMP, _STAMPTZ = "timestamp without time zone", "timestamp with time zone"
_TIME, _TIMETZ = "time without time zone", "time with time zone"


def time_to_time(before: Kind, after: Kind, value: str) -> Rule | None:
    """Between moments, dates, times of day and intervals; None from a date to a time of day and back."""
    rule = _unsized(before.base, after.base, value)
    if rule is None:
        return None
    cut = fraction_cut(before, after, value)
    return Rule(
        rule.expression,
        rule.fails,
        either(rule.loses, cut),
        " and ".join(text for text in (rule.lost, _FRACTION if cut else "") if text),
        rule.nulls,
        rule.cut,
        utc=rule.utc,
        casts=rule.casts,
    )


def fraction_cut(before: Kind, after: Kind, value: str) -> str:
    """True of values with more digits of a second than the target keeps."""
    if after.base == "date" or not after.size or after.size[0] >= (before.size or (6,))[0]:
        return ""
    if before.base not in (_STAMP, _STAMPTZ, _TIME, _TIMETZ, "interval"):
        return ""
    name = "interval" if before.base == "interval" else before.name
    return f"{value} <> {value}::{name}({after.size[0]})"


def _unsized(before: str, after: str, value: str) -> Rule | None:
    if before == after:
        return cast(value, after)
    here = f"{value} AT TIME ZONE 'UTC'"
    if before == "date" and after in (_STAMP, _STAMPTZ):
        late = f"isfinite({value}) AND {value} > '294276-12-31'"
        if after == _STAMP:
            return cast(value, "timestamp", fails=late)
        return Rule(f"{value}::timestamp AT TIME ZONE 'UTC'", late)
    if before == _STAMP and after == _STAMPTZ:
        return Rule(here)
    if before in (_STAMP, _STAMPTZ):
        moment = value if before == _STAMP else f"({here})"
        return _moment(before, after, value, moment)
    if before in (_TIME, _TIMETZ, "interval"):
        return _clock(before, after, value)
    return None


def _moment(before: str, after: str, value: str, moment: str) -> Rule | None:
    """From a moment; `moment` is the same as `timestamp` in UTC."""
    if after == _STAMP:
        return Rule(moment)
    if after == "date":
        expression = f"{moment}::date"
        if before == _STAMPTZ:
            # A date for a moment in a zone asks for its day; which day that is, is UTC's to say.
            return Rule(expression, cut="the time of day, and keeps the day in UTC")
        loses = f"{expression}::timestamp <> {moment}"
        casts = ("date",) if before == _STAMP else ()
        return Rule(expression, loses=loses, lost=_CLOCK, casts=casts)
    if after not in (_TIME, _TIMETZ):
        return None
    loses, nulls = f"{moment}::date <> {_DAY_ZERO}", f"NOT isfinite({value})"
    if after == _TIME:
        casts = ("time",) if before == _STAMP else ()
        return Rule(f"{moment}::time", loses=loses, lost=_DAY, nulls=nulls, casts=casts)
    zoned = value if before == _STAMPTZ else f"({value} AT TIME ZONE 'UTC')"
    return Rule(f"{zoned}::timetz AT TIME ZONE 'UTC'", loses=loses, lost=_DAY, nulls=nulls)


def _clock(before: str, after: str, value: str) -> Rule | None:
    """From a time of day, or an interval."""
    if before == "interval":
        if after != _TIME:
            return None
        return cast(value, "time", loses=f"{value}::time::interval::text <> {value}::text", lost="whole days")
    offset = f"EXTRACT(timezone FROM {value}) <> 0" if before == _TIMETZ else ""
    lost = _OFFSET if offset else ""
    clock = value
    if before == _TIMETZ:
        # AT TIME ZONE makes 00:00 of 24:00, so it is left alone where the offset is none.
        clock = f"(CASE WHEN {offset} THEN {value} AT TIME ZONE 'UTC' ELSE {value} END)::time"
    if after == _TIME:
        return Rule(clock, loses=offset, lost=lost)
    if after == _TIMETZ:
        return Rule(f"({value}::text || '+00')::timetz")
    if after in (_STAMP, _STAMPTZ):
        loses = either(offset, f"{value}::text LIKE '24:%'")
        moment = f"({_DAY_ZERO} + {clock})"
        expression = moment if after == _STAMP else f"{moment} AT TIME ZONE 'UTC'"
        return Rule(expression, loses=loses, lost=lost or "the end of the day")
    if after == "interval" and before == _TIME:
        return cast(value, "interval")
    return None
