"""Prisma's native types with values of each, as Python values and as SQL: what a column may hold before it is converted."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from fragments import literal

Value = Any
"""None, or a Python value of the type's family; a list for lists."""


@dataclass(frozen=True, slots=True)
class Type:
    family: str
    sql: str
    psl: str
    """Prisma's type and its attributes; `Unsupported("…")` where it has no name for it."""
    size: int = 0
    """Bits of an integer or a float, length of a text, precision of a decimal or a time, dimension of a vector."""
    scale: int = 0
    list: bool = False

    @property
    def listed(self) -> Type:
        return replace(self, list=True)

    def field(self, *, nullable: bool) -> str:
        """As a field's type."""
        base, _, rest = self.psl.partition(" ")
        arity = "[]" if self.list else "?" if nullable else ""
        return f"{base}{arity} {rest}".strip()

    def column(self, *, nullable: bool) -> str:
        """As a column's type; Prisma leaves lists without NOT NULL."""
        return f"{self.sql}[]" if self.list else self.sql + ("" if nullable else " NOT NULL")


TEXT = Type("text", "TEXT", "String")
JSONB = Type("json", "JSONB", "Json")
TYPES: tuple[Type, ...] = (
    TEXT,
    Type("text", "VARCHAR(5)", "String @db.VarChar(5)", 5),
    Type("text", "VARCHAR(40)", "String @db.VarChar(40)", 40),
    Type("char", "CHAR(8)", "String @db.Char(8)", 8),
    Type("citext", "CITEXT", "String @db.Citext"),
    Type("int", "SMALLINT", "Int @db.SmallInt", 16),
    Type("int", "INTEGER", "Int", 32),
    Type("int", "BIGINT", "BigInt", 64),
    Type("oid", "OID", "Int @db.Oid", 33),
    Type("decimal", "DECIMAL(65,30)", "Decimal", 65, 30),
    Type("decimal", "DECIMAL(10,2)", "Decimal @db.Decimal(10, 2)", 10, 2),
    Type("decimal", "DECIMAL(12,4)", "Decimal @db.Decimal(12, 4)", 12, 4),
    Type("decimal", "DECIMAL(6,0)", "Decimal @db.Decimal(6, 0)", 6, 0),
    Type("money", "MONEY", "Decimal @db.Money"),
    Type("float", "DOUBLE PRECISION", "Float", 64),
    Type("float", "REAL", "Float @db.Real", 32),
    Type("bool", "BOOLEAN", "Boolean"),
    Type("timestamp", "TIMESTAMP(3)", "DateTime", 3),
    Type("timestamp", "TIMESTAMP(6)", "DateTime @db.Timestamp(6)", 6),
    Type("timestamp", "TIMESTAMP(0)", "DateTime @db.Timestamp(0)", 0),
    Type("timestamptz", "TIMESTAMPTZ(3)", "DateTime @db.Timestamptz(3)", 3),
    Type("timestamptz", "TIMESTAMPTZ(6)", "DateTime @db.Timestamptz(6)", 6),
    Type("date", "DATE", "DateTime @db.Date"),
    Type("time", "TIME(3)", "DateTime @db.Time(3)", 3),
    Type("time", "TIME(6)", "DateTime @db.Time(6)", 6),
    Type("timetz", "TIMETZ(3)", "DateTime @db.Timetz(3)", 3),
    JSONB,
    Type("oldjson", "JSON", "Json @db.Json"),
    Type("uuid", "UUID", "String @db.Uuid"),
    Type("bytes", "BYTEA", "Bytes"),
    Type("inet", "INET", "String @db.Inet"),
    Type("cidr", "cidr", 'Unsupported("cidr")'),
    Type("bit", "BIT(4)", "String @db.Bit(4)", 4),
    Type("varbit", "VARBIT(6)", "String @db.VarBit(6)", 6),
    Type("enum", "", ""),
    Type("vector", "vector(3)", 'Unsupported("vector(3)")', 3),
    Type("vector", "vector(4)", 'Unsupported("vector(4)")', 4),
    Type("halfvec", "halfvec(3)", 'Unsupported("halfvec(3)")', 3),
    Type("interval", "interval", 'Unsupported("interval")'),
)
"""The enum's SQL and Prisma type are filled in by whoever uses it."""

JSON_NULL = "\0null"
"""Stands for JSON's own null, which is not SQL's."""
TWICE = "\0twice"
"""Stands for an object that names a key twice, which only `json` keeps."""
LABELS = ("A", "B", "C-c")
UUIDS = ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000001")
MOMENTS = (
    datetime(2024, 1, 2, 3, 4, 5),
    datetime(2024, 7, 2, 0, 0, 0),
    datetime(2024, 3, 10, 2, 30, 0),  # does not exist in New York
    datetime(2024, 11, 3, 1, 30, 0),  # exists twice in New York
    datetime(2024, 1, 2, 23, 4, 5, 123000),
    datetime(2024, 1, 2, 23, 4, 5, 123456),
    datetime(1969, 12, 31, 0, 0, 0),
)
DECIMALS = (
    "0",
    "1",
    "-7",
    "12.5",
    "1.25",
    "1.2345",
    "123456.789",
    "12345678.12",
    "0.000000000000000000000000000001",
)
FLOATS = (0.0, 1.0, -7.0, 1.5, 2.5, 0.1, 1234567890.1234567, 1e20, 1e300, 5e-324, float("nan"), float("inf"))
JSONS: dict[str, tuple[Value, ...]] = {
    "int": (5, -3, 5.6, 10**12, "x", True, {"a": 1}),
    "oid": (5, 5.6, -1),
    "decimal": (5, 1.25, "x", [1]),
    "float": (5, 1.25, "x"),
    "bool": (True, False, "no", "x", 7),
    "text": ({"a": 1}, [1, 2], {"ü": "'"}),
    "enum": ("A", "B", "Z", 1),
    "uuid": (*UUIDS, "x"),
    "vector": ([1, 2, 3], [4.5, 5, 6], [1, 2], {"a": 1}, "x", ["a", "b", "c"]),
    "halfvec": ([1, 2, 3], [1, 2], "x"),
    "timestamp": ("2024-01-02T03:04:05.000Z", "x", 5),
    "timestamptz": ("2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05+05:00", "x"),
    "date": ("2024-01-02", "x"),
}
TEXTS: dict[str, tuple[str, ...]] = {
    "int": ("5", "-3", "0", "x", "", "5.5", "99999999999999999999"),
    "oid": ("5", "-1", "x"),
    "decimal": ("5", "1.25", "-1.5", "1.239", "x", "", "123456789.5"),
    "float": ("5", "1.25", "1e3", "x", ""),
    "bool": ("true", "false", "x", "", "7"),
    "timestamp": (
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05+05:00",
        "2024-03-10 02:30:00",
        "2024-01-02 23:04:05.123456",
        "x",
        "",
        "now",
    ),
    "timestamptz": (
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05+05:00",
        "2024-03-10 02:30:00",
        "x",
        "",
        "tomorrow",
    ),
    "date": ("2024-01-02", "2024-02-30", "2024-01-02T23:04:05Z", "x", "", "today"),
    "time": ("03:04:05", "x", ""),
    "uuid": (*UUIDS, "x", ""),
    "enum": (*LABELS, "Z", "a", ""),
    "json": ('{"a": 1}', "[1, 2]", "x", "", '{"a"'),
    "oldjson": ('{"a": 1}', "[1, 2]", "x"),
    "inet": ("10.0.0.1", "10.0.0.0/8", "x", ""),
    "cidr": ("10.0.0.0/8", "10.0.0.1/8", "x"),
    "bit": ("1010", "10", "2222", ""),
    "varbit": ("1010", "1", "1010101", "x"),
    "vector": ("[1,2,3]", "[1, 2.5, -3]", "[1,2]", "x", ""),
    "halfvec": ("[1,2,3]", "[1,2]", "x"),
}
PLAIN_TEXTS = ("a", "Ab", "abcdefgh", "abcdefghijk", "é", "it's", "", "{a,b}", '"q"', "a ", "x\\y", "NULL")


def values(source: Type, target: Type, random: Random) -> list[Value]:
    """Values that a column of the source's type may hold, of interest for the target."""
    if source.list:
        single = values(replace(source, list=False), replace(target, list=False), random)
        lists: list[Value] = [[v] for v in single if v is not None]
        lists += [[], [v for v in single[:2] if v is not None]]
        return lists
    return list(_pool(source, target))


def _pool(source: Type, target: Type) -> tuple[Value, ...]:
    match source.family:
        case "text" | "citext" | "char":
            pool = (
                TEXTS.get(target.family, PLAIN_TEXTS)
                if not target.list
                else (*PLAIN_TEXTS, *TEXTS.get(target.family, ()))
            )
            return tuple(
                t
                for t in pool
                if (not source.size or len(t) <= source.size)
                and (source.family != "char" or t == t.rstrip(" "))
            )
        case "int":
            low, high = -(2 ** (source.size - 1)), 2 ** (source.size - 1) - 1
            return tuple(
                n for n in (0, 1, 5, -3, 7, 50000, 2**31 - 1, 2**53 + 1, low, high) if low <= n <= high
            )
        case "oid":
            return (5, 0, 4294967295)
        case "decimal":
            return tuple(d for d in map(Decimal, DECIMALS) if fits(d, source))
        case "money":
            return (Decimal("1.50"), Decimal("-7.25"), Decimal("1234567.00"))
        case "float":
            return tuple(f for f in FLOATS if source.size == 64 or single(f) == f or math.isnan(f))
        case "bool":
            return (True, False)
        case "timestamp":
            return tuple(m for m in MOMENTS if keeps(m.microsecond, source.size))
        case "timestamptz":
            east = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5)))
            return (*(m.replace(tzinfo=UTC) for m in MOMENTS if keeps(m.microsecond, source.size)), east)
        case "date":
            return (date(2024, 1, 2), date(1969, 12, 31), date(2024, 3, 10))
        case "time" | "timetz":
            return tuple(
                t
                for t in (time(3, 4, 5), time(23, 59, 59, 123000), time(3, 4, 5, 123456))
                if keeps(t.microsecond, source.size)
            )
        case "json" | "oldjson":
            if target.list:
                return (
                    [1, 2],
                    ["a", "b"],
                    [],
                    ["it's", 'q"', "a,b"],
                    "x",
                    {"a": 1},
                    [1, None],
                    [[1]],
                    [True],
                )
            twice = (TWICE,) if (source.family, target.family) == ("oldjson", "json") else ()
            return (*JSONS.get(target.family, ({"a": 1}, "x", 5)), JSON_NULL, *twice)
        case "uuid":
            return UUIDS
        case "bytes":
            return (b"AB", b"\x00\xff", b"")
        case "inet":
            return ("10.0.0.1", "10.0.0.0/8", "10.0.0.1/8", "::1")
        case "cidr":
            return ("10.0.0.0/8", "10.0.0.1/32")
        case "bit":
            return ("1010", "0000")
        case "varbit":
            return ("1010", "1", "101010")
        case "enum":
            return LABELS
        case "vector":
            return (
                [1.0, 2.0, 3.0, 4.0][: source.size],
                [0.5, -7.0, 3.0, 0.0][: source.size],
                [1.23456789, 7.0, 3.0, 1.0][: source.size],
            )
        case "halfvec":
            return ([1.0, 2.0, 3.0], [0.5, -7.0, 3.0])
        case "interval":
            return ("1 day", "02:00:00")
    raise AssertionError(source)


def fits(value: Decimal, target: Type) -> bool:
    """Whether a decimal is one of the type, with all its digits."""
    return _fits(value, target.size - target.scale, target.scale)


def _fits(value: Decimal, whole: int, scale: int) -> bool:
    if not value.is_finite():
        return False
    text = format(value.copy_abs(), "f")
    left, _, right = text.partition(".")
    return len(left.lstrip("0")) <= whole and len(right.rstrip("0")) <= scale


def single(value: float) -> float:
    """The nearest `real`."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return float("inf")


def half(value: float) -> float:
    return float(struct.unpack("e", struct.pack("e", value))[0])


def keeps(microseconds: int, precision: int) -> bool:
    return microseconds % int(10 ** (6 - precision)) == 0


_WRITERS: dict[str, Callable[[Value], str]] = {
    "bool": lambda v: "true" if v else "false",
    "float": lambda v: {"nan": "'NaN'", "inf": "'Infinity'"}.get(repr(v), repr(v)),
    "json": lambda v: literal(_json(v)),
    "oldjson": lambda v: literal(_json(v)),
    "timetz": lambda v: f"'{v}+00'",
    "bytes": lambda v: f"'\\x{v.hex()}'",
    "vector": lambda v: literal(json.dumps(v)),
    "halfvec": lambda v: literal(json.dumps(v)),
}


def _json(value: Value) -> str:
    return {JSON_NULL: "null", TWICE: '{"a": 1, "a": 2}'}.get(str(value)) or json.dumps(value)


def as_sql(value: Value, type: Type) -> str:
    """A constant for INSERT."""
    if value is None:
        return "NULL"
    if type.list:
        one = replace(type, list=False)
        return f"ARRAY[{', '.join(as_sql(v, one) for v in value)}]::{type.sql}[]"
    writer = _WRITERS.get(type.family)
    return writer(value) if writer else literal(str(value))
