"""JSON: scalars out of it by their text, and anything into it as a client would write it."""

from __future__ import annotations

from ..render.names import literal
from .from_text import refused, text_to
from .kinds import JSON, STRINGS, VECTORS, Kind
from .rule import Rule, cast, then
from .to_text import to_text
from .vectors import json_to_vector


def to_json(before: Kind, after: Kind, value: str) -> Rule:
    """Into json or jsonb, from all but strings (which are parsed)."""
    convert = f"to_{after.base}"
    if before.base in JSON:
        return json_to_json(before, after, value)
    if before.base in VECTORS:
        through = (before.beside("vector"),) if before.base == "sparsevec" else ()
        fails = f"split_part({value}::text, '/', 2)::integer > 16000" if through else ""
        return cast(value, *through, "text", after.name, fails=fails)
    if before.base == "money":
        return Rule(f"{convert}({value}::numeric)")
    if before.base == "oid":
        # Postgres writes it as a string, though it is a number everywhere else.
        return Rule(f"{convert}({value}::bigint)")
    if before.base == "bytea":
        return Rule(f"{convert}('\\x' || encode({value}, 'hex'))")
    return Rule(
        f"{convert}({value})", utc=before.base in ("timestamp with time zone", "tstzrange", "tstzmultirange")
    )


def json_to_json(before: Kind, after: Kind, value: str) -> Rule:
    """jsonb keeps one of the keys that stand twice, and no \\u0000."""
    if before.base in (after.base, "jsonb"):
        return cast(value, after.name)
    twice = f"NOT ({value} IS JSON WITH UNIQUE KEYS)"
    return cast(
        value, after.name, fails=refused(f"{value}::text", "jsonb"), loses=twice, lost="keys that stand twice"
    )


def from_json(before: Kind, after: Kind, value: str) -> Rule | None:
    """A scalar out of JSON: a string by its characters, JSON's null as NULL."""
    if after.base in STRINGS:
        return to_text(before, after, value)
    if after.base in JSON:
        return json_to_json(before, after, value)
    if after.base in VECTORS:
        return json_to_vector(before, after, value)
    if after.base == "tsvector":
        return then(cast(value, "text"), lambda text: _text(after, text))
    text = characters(before, value)
    if after.base == "bytea":
        return then(text, lambda found: Rule(f"{found}::bytea", refused(found, "bytea")))
    return then(text, lambda found: _text(after, found))


def characters(before: Kind, value: str) -> Rule:
    """The text of a JSON scalar, which in `json` may hold characters that no text does."""
    fails = refused(f"{value}::text", "jsonb") if before.base == "json" else ""
    return Rule(f"({value} #>> '{{}}')", fails, nulls=f"{before.base}_typeof({value}) = 'null'")


def _text(after: Kind, text: str) -> Rule:
    rule = text_to(after, text)
    assert rule is not None, literal(after.name)
    return rule
