"""Bytes, UUIDs, bit strings, addresses and shapes into each other."""

from __future__ import annotations

from .kinds import BITS, Kind
from .rule import Rule, cast


def bytes_and_addresses(before: Kind, after: Kind, value: str) -> Rule | None:
    """What remains when texts, numbers, times, JSON and vectors are dealt with."""
    if before.base in BITS and after.base in BITS:
        return _bits(before, after, value)
    match before.base, after.base:
        case "uuid", "bytea":
            return Rule(f"decode(replace({value}::text, '-', ''), 'hex')")
        case "bytea", "uuid":
            return Rule(f"encode({value}, 'hex')::uuid", fails=f"octet_length({value}) <> 16")
        case "bit" | "bit varying", "boolean":
            # An empty one is false.
            found = f"(position(B'1' in {value}) > 0)"
            return Rule(found, loses=f"length({value}) <> 1", lost="all but whether a bit is set")
        case "boolean", "bit" | "bit varying":
            fits = after.base == "bit varying" or after.size == (1,)
            return Rule(f"(CASE WHEN {value} THEN B'1' WHEN NOT {value} THEN B'0' END)") if fits else None
        case "inet", "cidr":
            return cast(value, "cidr", loses=f"{value}::cidr::inet <> {value}", lost="the bits of the host")
        case ("cidr", "inet") | ("macaddr", "macaddr8"):
            return cast(value, after.name)
        case "macaddr8", "macaddr":
            return cast(value, "macaddr", fails=f"{value}::text !~ '^..:..:..:ff:fe:'")
        case "path", "polygon":
            return cast(value, "polygon", fails=f"isopen({value})")
        case ("box" | "point", "polygon" | "box") | ("polygon", "path"):
            return cast(value, after.name) if (before.base, after.base) != ("point", "polygon") else None
    return None


def _bits(before: Kind, after: Kind, value: str) -> Rule:
    """A bit string keeps its length, which `bit(n)` wants to be n."""
    fails = ""
    if after.base == "bit" and (before.base, before.size) != (after.base, after.size):
        fails = f"length({value}) <> {after.size[0]}"
    if after.base == "bit varying" and after.size and (not before.size or before.size[0] > after.size[0]):
        fails = f"length({value}) > {after.size[0]}"
    return cast(value, "varbit", fails=fails)
