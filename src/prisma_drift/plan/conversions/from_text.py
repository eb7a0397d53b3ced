"""Text into other types, with the conditions under which Postgres takes it.

Regular expressions say it where a type's grammar is one, on every version of Postgres. Numbers written as 0x1F or
1_000, which Postgres 16 and later take, are said to be refused. For dates, JSON, addresses and the like
only Postgres itself can tell: `pg_input_is_valid`, from 16 on.
"""

from __future__ import annotations

from ...diff.base_types import ENUM
from ..render.names import literal
from .kinds import BITS, CORE, FLOATS, INTEGERS, JSON, STRINGS, TIMES, VECTORS, Kind
from .numbers import number_to_number
from .rule import Rule, case, cast, either
from .times import fraction_cut
from .to_text import to_text
from .vectors import text_to_vector

_BLANK = r"[ \t\n\v\f\r]*"
_NUMBER = (
    rf"^{_BLANK}[-+]?([0-9]{{1,6000}}(\.[0-9]{{0,6000}})?|\.[0-9]{{1,6000}})(e[-+]?[0-9]{{1,4}})?{_BLANK}$"
)
_NUMERIC = rf"^{_BLANK}([-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{{1,4}})?|nan|[-+]?inf(inity)?){_BLANK}$"
_INTEGER = rf"^{_BLANK}[-+]?0*[0-9]{{1,19}}{_BLANK}$"
_BOOLEAN = rf"^{_BLANK}(t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0){_BLANK}$"
_UUID_DIGITS = "([0-9a-f]{4}-?){7}[0-9a-f]{4}"
_UUID = rf"^({_UUID_DIGITS}|\{{{_UUID_DIGITS}\}})$"


def text_to(after: Kind, value: str) -> Rule | None:
    """From text, which `value` is by type, into any type; None where nothing parses it."""
    if after.base in STRINGS:
        return to_text(Kind("text", "text"), after, value)
    if after.base == ENUM:
        labels = ", ".join(map(literal, after.labels))
        return cast(value, after.name, fails=f"{value} NOT IN ({labels})" if labels else "true")
    if after.base in INTEGERS:
        return _integer(after, value)
    if after.base == "numeric" or after.base in FLOATS:
        return _number(after, value)
    if after.base == "boolean":
        return cast(value, "boolean", fails=f"{value} !~* '{_BOOLEAN}'")
    if after.base == "uuid":
        return cast(value, "uuid", fails=f"{value} !~* '{_UUID}'")
    if after.base in BITS:
        return _bits(after, value)
    if after.base == "bytea":
        return Rule(f"convert_to({value}, 'UTF8')")
    if after.base in JSON:
        return _json(after, value)
    if after.base in VECTORS:
        return text_to_vector(after, value)
    if after.base in TIMES:
        return _time(after, value)
    if after.base == "money":
        return _money(after, value)
    if after.base == "tsvector":
        return Rule(
            f"to_tsvector('simple', {value})",
            fails=f"octet_length({value}) > 1048575",
            loses=f"{value} <> ''",
            lost="all but the words and their places",
        )
    fails = refused(value, after.name) if after.base in CORE else ""
    rule = cast(value, after.name, fails=fails)
    return rule if fails else Rule(rule.expression, casts=rule.casts, uncertain=True)


def refused(value: str, name: str) -> str:
    """True of texts that a type's input function refuses (Postgres 16 and later)."""
    return f"NOT pg_input_is_valid({value}, {literal(name)})"


def _integer(after: Kind, value: str) -> Rule:
    within = number_to_number(Kind("numeric", "numeric"), after, f"{value}::numeric")
    fails = case((f"{value} ~ '{_INTEGER}'", within.fails.replace("round(", "(")), otherwise="true")
    return cast(value, *(("bigint",) if after.base == "oid" else ()), after.name, fails=fails)


def _number(after: Kind, value: str) -> Rule:
    number = f"{value}::numeric"
    rule = number_to_number(Kind("numeric", "numeric"), after, number)
    fails = case((f"{value} ~* '{_NUMERIC}'", rule.fails or "false"), otherwise="true")
    return cast(value, after.name, fails=fails, loses=rule.loses, lost=rule.lost)


def _money(after: Kind, value: str) -> Rule:
    loses = case(
        (f"{value} ~* '{_NUMERIC}'", f"{value}::numeric <> round({value}::numeric, 2)"),
        # Postgres reads no digits as 0.
        otherwise=f"{value} !~ '[0-9]'",
    )
    return cast(value, after.name, fails=refused(value, after.name), loses=loses, lost="digits")


def _bits(after: Kind, value: str) -> Rule:
    digits, nibbles = f"length(ltrim({value}, 'bB'))", f"(length({value}) - 1) * 4"
    comparison = "<>" if after.base == "bit" else ">"
    limit = after.size[0] if after.size else None
    fails = case(
        (f"{value} ~ '^[bB]?[01]*$'", f"{digits} {comparison} {limit}" if limit is not None else "false"),
        (
            f"{value} ~ '^[xX][0-9a-fA-F]*$'",
            f"{nibbles} {comparison} {limit}" if limit is not None else "false",
        ),
        otherwise="true",
    )
    return cast(value, "varbit", fails=fails)


def _json(after: Kind, value: str) -> Rule:
    twice = f"NOT ({value} IS JSON WITH UNIQUE KEYS)" if after.base == "jsonb" else ""
    return cast(
        value, after.name, fails=refused(value, after.base), loses=twice, lost="keys that stand twice"
    )


def _time(after: Kind, value: str) -> Rule:
    finer = rf"{value} ~ '\.[0-9]{{6}}[0-9]*[1-9]'"
    lost = "digits of the fraction of a second"
    if after.base == "time without time zone":
        plain = rf"{value} !~* '^{_BLANK}T?[0-9:.]+ *(am|pm|z|[-+]00(:?00)?)?{_BLANK}$'"
        cut = fraction_cut(Kind(after.base, "time"), after, f"{value}::time")
        return cast(
            value,
            "time",
            fails=refused(value, "time"),
            loses=either(plain, finer, cut),
            lost="all but the time of day",
        )
    if after.base == "time with time zone":
        dated = rf"{value} ~ '[0-9]-[0-9]+-[0-9]'"
        cut = fraction_cut(Kind(after.base, "timetz"), after, f"{value}::timetz")
        rule = cast(
            value,
            "timetz",
            fails=refused(value, "timetz"),
            loses=either(dated, finer, cut),
            lost="all but the time of day",
        )
        return Rule(rule.expression, rule.fails, rule.loses, rule.lost, utc=True, casts=rule.casts)
    fails = refused(value, "timestamptz")
    moment = f"({value}::timestamptz AT TIME ZONE 'UTC')"
    if after.base == "date":
        return Rule(
            f"{moment}::date", fails, f"{_utc_of(value)}::time <> '00:00'", "the time of day", utc=True
        )
    cut = fraction_cut(Kind("timestamp with time zone", "timestamptz"), after, f"{value}::timestamptz")
    if after.base == "timestamp with time zone":
        return Rule(
            f"{value}::timestamptz", fails, either(finer, cut), lost, utc=True, casts=("timestamptz",)
        )
    return Rule(moment, fails, either(finer, cut), lost, utc=True)


def _utc_of(value: str) -> str:
    """The moment in UTC that a valid text names, in any session: a text without a zone takes one more."""
    zoned = f"{value} || ' UTC'"
    text = case((f"pg_input_is_valid({zoned}, 'timestamptz')", zoned), otherwise=value)
    return f"(({text})::timestamptz AT TIME ZONE 'UTC')"
