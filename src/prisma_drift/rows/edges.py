"""Values at the edges of each type: what is empty, long, fractional, of another script, almost equal, or lies in a leap hour.

They are texts that Postgres reads as the type, no two of them equal, so that a unique column takes them all.
"""

from __future__ import annotations

from collections.abc import Sequence

from .values import VECTORS, Kind, value

LONG = 3000
"""Characters of a long text: more than a page of an index keeps, unless it is compressed."""

_TEXTS = (
    "",
    "a",
    "A",
    "duplicate",
    "Duplicate",
    "Ünïcødé 漢字 🙂",
    "e\u0301",
    "é",
    'O\'Brien "quoted" \\ back',
    "two\nlines\tand a tab",
    " ",
    "a ",
    "007",
    "7",
    "-1.2345",
    "true",
    "2024-03-10 02:30:00",
    "[1,2,3]",
    "0",
    "1e3",
    "NaN",
    "no",
    "2024-02-29",
    '{"a": [1, null]}',
    "{a,b}",
    "\\x6869",
    "5e0cee00-0000-4000-8000-00000000000a",
    "10.0.0.1",
    "100000000000000000000",
)
"""What every text column gets stands first; the rest is read by conversions."""
_DATES = (
    "2024-03-10",
    "2024-11-03",
    "2024-02-29",
    "1970-01-01",
    "1999-12-31",
    "0001-01-01",
    "9999-12-31",
)
_TIMES = (
    "2024-03-10 02:30:00",
    "2024-03-10 07:30:00",
    "2024-11-03 01:30:00",
    "2024-11-03 05:30:00",
    "2024-11-03 06:30:00",
    "1970-01-01 00:00:00",
    "2024-02-29 23:59:59.999999",
    "1999-12-31 23:59:59.5",
    "2024-06-15 12:00:00.001",
    "0001-01-01 00:00:00",
    "9999-12-31 23:59:59",
)
_PLAIN: dict[str, tuple[str, ...]] = {
    "bool": ("false", "true"),
    "float4": ("0", "-1.5", "0.1", "16777217", "1e-30", "NaN", "Infinity"),
    "float8": ("0", "-1.5", "0.1", "9007199254740993", "1e-300", "NaN", "-Infinity"),
    "money": ("0", "-1.50", "0.01", "92233720368547758.07"),
    "oid": ("0", "1", "4294967295"),
    "json": ("{}", "[]", "null", '"text"', "1.50", "true", '{"b":1,"a":{"é":[1,null]}}', "[1,2,3]"),
    "jsonb": ("{}", "[]", "null", '"text"', "1.50", "true", '{"b":1,"a":{"é":[1,null]}}', "[1,2,3]"),
    "date": _DATES,
    "timestamp": _TIMES,
    "timestamptz": tuple(f"{one}+00" for one in _TIMES),
    "time": ("00:00:00", "23:59:59.999999", "12:30:00.5", "02:30:00"),
    "timetz": ("00:00:00+00", "23:59:59.5-11", "02:30:00+05:30"),
    "interval": ("0", "1 month", "1 day", "-25:00:00.5", "1 year 2 mons 3 days 04:05:06.789"),
    "bytea": ("\\x", "\\x00ff", "\\x6869", "\\xe99d9e"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "inet": ("10.0.0.1", "192.168.1.5/24", "192.168.0.0/16", "::1", "2001:db8::/32"),
    "cidr": ("10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"),
    "int4range": ("empty", "[1,5)", "(,10)", "[7,)", "(,)"),
    "int8range": ("empty", "[1,5)", "(,10)", "[7,)", "(,)"),
    "numrange": ("empty", "[0.5,1.5]", "(,10)", "(1,2)"),
    "daterange": ("empty", "[2024-02-29,2024-03-10)", "(,1970-01-01)"),
    "tsrange": ("empty", "[2024-03-10 02:30,2024-11-03 01:30)", "(,)"),
    "tstzrange": ("empty", "[2024-03-10 02:30+00,2024-11-03 01:30+00)", "(,)"),
    "tsvector": ("", "'a':1 'é':2A", "cat:3 fat:2,4"),
    "hstore": ("", '"a"=>"1"', '"k"=>NULL, "é"=>"x y"'),
    "ltree": ("a", "a.b", "A.b_1.c"),
    "point": ("(0,0)", "(1.5,-2)"),
    "xml": ("<a/>", "<a>é</a>"),
}
_WHOLE = {
    "int2": ("0", "1", "-1", "42", "32767", "-32768"),
    "int4": ("0", "1", "-1", "42", "2147483647", "-2147483648"),
    "int8": ("0", "1", "-1", "42", "9007199254740993", "9223372036854775807", "-9223372036854775808"),
}
_STRINGS = ("text", "varchar", "bpchar", "citext", "name")


def edges(kind: Kind) -> tuple[str, ...]:
    """Texts of the type's edges, distinct; empty where nothing special is known of it."""
    if kind.is_array:
        return _lists(kind)
    if kind.labels:
        return kind.labels
    if kind.name in _STRINGS:
        return _strings(kind)
    if kind.name in _WHOLE:
        return _WHOLE[kind.name]
    if kind.name == "numeric":
        return _numerics(kind.typmod)
    if kind.name in ("bit", "varbit"):
        return _bits(kind)
    return _PLAIN.get(kind.name, ())


def _strings(kind: Kind) -> tuple[str, ...]:
    limit = kind.typmod - 4 if kind.typmod >= 4 else 63 if kind.name == "name" else 0
    long = ("long " * LONG)[: limit or LONG].rstrip()
    found = [long, *_TEXTS]
    if limit:
        found = [one for one in found if len(one) <= limit]
    if kind.name == "bpchar":
        found = [one.rstrip() for one in found]
    if kind.name == "name":
        found = [one for one in found if len(one.encode()) <= 63]
    if kind.name == "citext":
        found = list({one.lower(): one for one in found}.values())
    return tuple(dict.fromkeys(found))


def _numerics(typmod: int) -> tuple[str, ...]:
    if typmod < 4:
        return ("0", "1", "-1", "1.5", "-0.01", "1.50000", "NaN", "123456789012345678901234567890.123456789")
    precision, scale = ((typmod - 4) >> 16) & 0xFFFF, (typmod - 4) & 0x7FF
    if scale >= 1024 or scale > precision:
        return ("0",)
    whole = precision - scale
    found = ["0"]
    if scale:
        found += [f"-0.{'0' * (scale - 1)}1", f"0.{'5'.ljust(scale, '0')}"]
    if whole:
        found += ["1", "-1", "9" * whole + (f".{'9' * scale}" if scale else "")]
    return tuple(dict.fromkeys(found))


def _bits(kind: Kind) -> tuple[str, ...]:
    size = kind.typmod if kind.typmod > 0 else 1 if kind.name == "bit" else 8
    found = ["0" * size, "1" * size]
    return tuple(dict.fromkeys(["", *found] if kind.name == "varbit" else found))


def _lists(kind: Kind) -> tuple[str, ...]:
    element = Kind(kind.name, kind.typmod, labels=kind.labels)
    if element.name in VECTORS:
        return ("{}",)
    known = [*edges(element)[:8], *(v for n in (1, 2, 3) if (v := value(element, n)) is not None)]
    some = list(dict.fromkeys(one for one in known if len(one) < 200))
    if not some:
        return ("{}",)
    separator = ";" if kind.name == "box" else ","
    picked = [some[:1], some[-1:], [some[0], some[-1], some[0]], some[:5]]
    lists = [separator.join(map(quoted_element, one)) for one in picked]
    return tuple(dict.fromkeys(["{}", *(f"{{{one}}}" for one in lists), f"{{NULL{separator}{lists[0]}}}"]))


def quoted_element(text: str) -> str:
    """An element of an array's text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def several(kind: Kind, count: int) -> list[str]:
    """Up to `count` values, distinct where the type has as many; the edges first. Empty where none is known."""
    found: Sequence[str] = edges(kind)
    if kind.is_array:
        element = Kind(kind.name, kind.typmod, labels=kind.labels)
        more = [value(element, n) for n in range(1, count + 1)]
        listed = [f"{{{quoted_element(one)}}}" for one in more if one is not None]
    else:
        listed = [one for n in range(1, count + 1) if (one := value(kind, n)) is not None]
    return list(dict.fromkeys([*found, *listed]))[: max(count, len(found))]
