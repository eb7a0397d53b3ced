"""Which rule turns a scalar of one type into a scalar of another; None where nothing does."""

from __future__ import annotations

from ...diff.base_types import ENUM
from ..render.names import literal
from .documents import from_json, to_json
from .from_text import text_to
from .kinds import BITS, JSON, NUMBERS, STRINGS, TIMES, VECTORS, Kind
from .network import bytes_and_addresses
from .numbers import number_to_number
from .rule import Rule, cast, then
from .times import time_to_time
from .to_text import to_text
from .vectors import vector_to_vector

_COUNTED = NUMBERS | {"boolean"}
_CLOCKS = TIMES | {"interval"}
BY_ITSELF: dict[str, frozenset[str]] = {
    "smallint": frozenset(["integer", "bigint", "real", "double precision", "numeric", "oid"]),
    "integer": frozenset(["smallint", "bigint", "real", "double precision", "numeric", "oid", "money"]),
    "bigint": frozenset(["smallint", "integer", "real", "double precision", "numeric", "oid", "money"]),
    "real": frozenset(["smallint", "integer", "bigint", "double precision", "numeric"]),
    "double precision": frozenset(["smallint", "integer", "bigint", "real", "numeric"]),
    "numeric": frozenset(["smallint", "integer", "bigint", "real", "double precision", "money"]),
    "money": frozenset(["numeric"]),
    "oid": frozenset(["integer", "bigint"]),
    "bit": frozenset(["bit varying"]),
    "bit varying": frozenset(["bit"]),
    "box": frozenset(["polygon"]),
    "path": frozenset(["polygon"]),
    "polygon": frozenset(["path"]),
    "point": frozenset(["box"]),
    "cidr": frozenset(["inet"]),
    "inet": frozenset(["cidr"]),
    "macaddr": frozenset(["macaddr8"]),
    "macaddr8": frozenset(["macaddr"]),
    "date": frozenset(["timestamp with time zone", "timestamp without time zone"]),
    "interval": frozenset(["time without time zone"]),
    "time with time zone": frozenset(["time without time zone"]),
    "time without time zone": frozenset(["interval", "time with time zone"]),
    "timestamp with time zone": frozenset(
        ["date", "time with time zone", "time without time zone", "timestamp without time zone"]
    ),
    "timestamp without time zone": frozenset(["date", "time without time zone", "timestamp with time zone"]),
    "json": frozenset(["jsonb"]),
    "jsonb": frozenset(["json"]),
    "vector": frozenset(["halfvec", "sparsevec"]),
    "halfvec": frozenset(["vector", "sparsevec"]),
    "sparsevec": frozenset(["vector", "halfvec"]),
}
"""Implicit and assignment casts of pg_cast (Postgres 12 to 18) and of pgvector: these need no USING, but some of them follow
the session's time zone or cut without a word."""


def is_same(before: Kind, after: Kind) -> bool:
    """Whether both are one type, whatever the sizes."""
    return before.base == after.base and (before.base != ENUM or before.name == after.name)


def goes_by_itself(before: Kind, after: Kind) -> bool:
    """Whether Postgres converts without USING."""
    if after.base == '"char"':
        # No string to Postgres since 15: what becomes one by itself are strings alone.
        return is_same(before, after) or before.base in ("text", "character varying", "character")
    return (
        is_same(before, after)
        or after.base in STRINGS
        or after.base in BY_ITSELF.get(before.base, frozenset())
    )


def scalar(before: Kind, after: Kind, value: str) -> Rule | None:
    """The conversion of `value`, an SQL expression of the type `before`."""
    if before.base == ENUM and is_same(before, after):
        return Rule(value, casts=(after.name,))
    if before.base == ENUM:
        return _from_enum(before, after, value)
    if after.base in STRINGS:
        return to_text(before, after, value)
    if before.base in STRINGS:
        return _from_string(before, after, value)
    if before.base in JSON:
        return from_json(before, after, value)
    if after.base in JSON:
        return to_json(before, after, value)
    if before.base in _COUNTED and after.base in _COUNTED and before.base != after.base:
        return number_to_number(before, after, value)
    if before.base == "numeric" and after.base == "numeric":
        return number_to_number(before, after, value)
    if before.base in _CLOCKS and after.base in _CLOCKS:
        return time_to_time(before, after, value)
    if before.base in VECTORS and after.base in VECTORS:
        return vector_to_vector(before, after, value)
    if before.base == after.base and before.base not in BITS:
        return Rule(value, casts=(after.name,), uncertain=_resized(before, after))
    if after.base == ENUM and before.base in _COUNTED:
        return then(to_text(before, Kind("text", "text"), value), lambda text: _text(after, text))
    if after.base in ("xml", "tsvector"):
        return then(to_text(before, Kind("text", "text"), value), lambda text: _text(after, text))
    return bytes_and_addresses(before, after, value)


def _resized(before: Kind, after: Kind) -> bool:
    """Whether a size that this tool knows nothing of is another one."""
    return bool(after.size) and before.size != after.size


def _text(after: Kind, text: str) -> Rule:
    rule = text_to(after, text)
    assert rule is not None
    return rule


def _from_string(before: Kind, after: Kind, value: str) -> Rule | None:
    if before.base in ("text", "character varying"):
        return text_to(after, value)
    return then(cast(value, "text"), lambda text: _text(after, text))


def _from_enum(before: Kind, after: Kind, value: str) -> Rule | None:
    if after.base == ENUM:
        unknown = [label for label in before.labels if label not in after.labels]
        fails = f"{value}::text IN ({', '.join(map(literal, unknown))})" if unknown else ""
        return cast(value, "text", after.name, fails=fails)
    if after.base in STRINGS:
        return to_text(before, after, value)
    if after.base in JSON:
        return to_json(before, after, value)
    return then(cast(value, "text"), lambda text: _text(after, text))
