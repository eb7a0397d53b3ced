"""Any value as text: what a client reads of it, in UTC, whole."""

from __future__ import annotations

from ...diff.base_types import ENUM
from .kinds import STRINGS, Kind
from .rule import Rule, cast

_LONGEST = {
    "smallint": 6,
    "integer": 11,
    "bigint": 20,
    "oid": 10,
    "boolean": 5,
    "real": 15,
    "double precision": 24,
    "uuid": 36,
    "macaddr": 17,
    "macaddr8": 23,
}
"""The most characters that a type's text has, where that is known."""


def to_text(before: Kind, after: Kind, value: str) -> Rule:
    """The value's text, and whether the string type `after` holds it."""
    rule = _text(before, value)
    loses = _cut(before, after, rule.expression)
    if after.base in ("citext", "name", '"char"'):
        rule = Rule(
            f"{rule.expression}::{after.name}",
            utc=rule.utc,
            casts=(*rule.casts, after.name) if rule.casts else (),
        )
    if not after.size or after.base not in ("character varying", "character"):
        return Rule(
            rule.expression, loses=loses, lost="characters at the end", utc=rule.utc, casts=rule.casts
        )
    length = after.size[0]
    fails = "" if _longest(before) <= length else f"substr({rule.expression}, {length + 1}) ~ '[^ ]'"
    return Rule(rule.expression, fails, loses, "blanks at the end", utc=rule.utc, casts=rule.casts)


def _text(before: Kind, value: str) -> Rule:
    if before.base == "money":
        return cast(value, "numeric", "text")
    if before.base == "inet":
        return Rule(f"abbrev({value})")
    if before.base == "bytea":
        return Rule(f"('\\x' || encode({value}, 'hex'))")
    if before.base in ("timestamp with time zone", "tstzrange", "tstzmultirange"):
        return Rule(f"{value}::text", utc=True, casts=("text",))
    if before.base == "text":
        return Rule(value, casts=("text",))
    return cast(value, "text")


def _longest(before: Kind) -> int:
    if before.base == ENUM:
        return max(map(len, before.labels), default=0)
    if before.base in ("character varying", "character", "bit", "bit varying"):
        return before.size[0] if before.size else 2**31
    return _LONGEST.get(before.base, 2**31)


def _cut(before: Kind, after: Kind, text: str) -> str:
    """True of texts that a string type cuts at its end without a word."""
    if after.base == "name":
        return f"octet_length({text}) > 63"
    if after.base == '"char"':
        return f"octet_length({text}) > 1"
    blanks = (before.base in STRINGS and before.base != "character") or before.base == ENUM
    if after.base == "character":
        return f"right({text}, 1) = ' '" if blanks else ""
    if after.base == "character varying" and after.size and blanks and _longest(before) > after.size[0]:
        return f"char_length({text}) > {after.size[0]}"
    return ""
