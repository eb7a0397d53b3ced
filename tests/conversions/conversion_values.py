"""Types of columns, and values at their edges. Without xml, which the embedded server is built without."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    """A type as a schema declares it, and texts that Postgres reads as its values."""

    name: str
    field: str
    """In schema.prisma, without `?` and `[]`."""
    values: tuple[str, ...]
    family: str

    def declared(self, arity: str) -> str:
        """With `?` or `[]` behind the type."""
        head, _, tail = self.field.partition(" ")
        if head.startswith("Unsupported"):
            return self.field + arity
        return f"{head}{arity} {tail}".strip()


_WORDS = (
    "",
    "a",
    " ",
    "ab ",
    "ABC",
    "äöü",
    "日本語",
    "x" * 60,
    "null",
    "true",
    "YES",
    " no ",
    "of",
    "A",
    "B",
    "Z",
    "a\tb",
    "\\",
    "'",
    '"q"',
    "{a,b}",
)
_NUMBERS = ("0", "1", "-1", "007", " 42 ", "1.5", "2.5", "-0", "-0.0", "1e3", "1E-3", "32767", "32768", "-32769", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "1.239", "99999999.99", "99999999.995", "1e300", "1e400", "1e-400", "NaN", "Infinity", "-inf", "1.", ".5", "-", "1 2", "0.1", "0.30000000000000004", "16777217",
    "123456789.123456789123456789")  # fmt: skip
_MOMENTS = ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+05:00", "2024-01-02 03:04:05", "2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-01-02", "2024-01-02T00:00:00-05:00", "2024-01-02 03:04:05.123456789",
    "Tue, 02 Jan 2024 03:04:05 GMT", "infinity", "0044-03-15 12:00:00 BC", "2024-13-01", "2024-01-02 03:04:05 America/New_York", "12:34:56", "12:34:56.789123", "23:59:59.9999+02", "04:05-08", "24:00:00", "1 day", "20240102T030405Z")  # fmt: skip
_JSON = ("{}", "[]", "null", '"a"', '"5"', "5", "5.6", "1e3", "true", '"no"', '"A"', "[1,2,3]", "[1, 2]", "[1,null]", '["a","b"]', '["a", null]', '[[1,2],[3]]', '{"a":1,"a":2}', '"\\u0000"', '{"a":{"b":1,"b":2}}', "[0.1,0.2,0.30000000000000004]",
    '[1e39,0,0]', '[{"a":1}]', '"2024-01-02T03:04:05+05:00"', '["2024-01-02T03:04:05+05:00"]', '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"', '"10.0.0.1"', '["\\n\\t\\"\\\\"]', '"NaN"', "123456789012345678901234567890", '[70000,1,2]', '"\\\\x6162"')  # fmt: skip
_UUIDS = (
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
    "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
    "{a0eebc999c0b4ef8bb6d6bb9bd380a11",
)
_NETS = (
    "10.0.0.1",
    "10.0.0.1/8",
    "10.0.0.0/8",
    "::1",
    "2001:db8::/32",
    "256.1.1.1",
    "08:00:2b:01:02:03",
    "08:00:2b:ff:fe:01:02:03",
)
_BITS = ("101", "B101", "x1F", "1", "0", "10000")
_VECTORS = (
    "[1,2,3]",
    "[ 1.5 , -2e1 , 0 ]",
    "[1,2]",
    "[1,,2]",
    "[1e39,0,0]",
    "[1.23456789,7,3]",
    "[65519,65520,0]",
    "{1,2,3}",
    "[0.1,0.2,0.3]",
    "[1e-50,1,2]",
)
_TEXTS = tuple(
    dict.fromkeys(
        (
            *_WORDS,
            *_NUMBERS,
            *_MOMENTS,
            *_JSON,
            *_UUIDS,
            *_NETS,
            *_BITS,
            *_VECTORS,
            "$1.00",
            "12.345",
            "<a/>",
            "<a",
            "\\x6162",
        )
    )
)
_INTEGERS = (
    "0",
    "1",
    "-1",
    "7",
    "127",
    "32767",
    "-32768",
    "32768",
    "2147483647",
    "-2147483648",
    "2147483648",
    "16777217",
    "4294967295",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854774784",
    "92233720368547758",
    "92233720368547759",
)
_FLOATS = ("0", "-0", "1", "1.5", "2.5", "-2.5", "0.1", "0.30000000000000004", "1234567890.12345678", "32767.4", "32767.5", "32767.6", "2147483647.5", "9.223372036854775e18", "9.223372036854776e18", "-9.223372036854776e18", "1e300", "1e-300", "3.4028235e38",
    "3.4028235677973366e38", "3.4028235677973362e38", "1e-46", "7.1e-46", "7.006492321624085e-46", "NaN", "Infinity", "-Infinity", "4.9e-324", "1.7976931348623157e308", "123456.789", "99999999.99", "1e-40", "0.0023064255", "16777217")  # fmt: skip
_DECIMALS = (
    *_FLOATS,
    "99999999.995",
    "-99999999.994",
    "1.23000",
    "12345678901234567890.123456789",
    "1e400",
    "1e-400",
    "92233720368547758.07",
    "92233720368547758.08",
    "-92233720368547758.085",
    "0.005",
    "4294967295.4",
    "4294967295.5",
)
_STAMPS = ("2024-01-02 03:04:05", "2024-07-02 03:04:05.123", "2024-03-10 02:30:00", "2024-03-10 07:00:00", "2024-11-03 01:30:00", "2024-11-03 06:30:00", "2024-01-02 00:00:00", "1970-01-01 10:20:30", "1970-01-01 00:00:00",
    "2024-12-31 23:59:59.999999", "2024-01-02 03:04:05.9996", "infinity", "-infinity", "0044-03-15 12:00:00 BC", "4713-01-01 00:00:00 BC", "294276-12-31 23:59:59", "1883-11-18 12:03:58")  # fmt: skip
_DAYS = (
    "2024-01-02",
    "1970-01-01",
    "infinity",
    "0044-03-15 BC",
    "5874897-12-31",
    "294276-12-31",
    "294277-01-01",
)
_CLOCKS = ("00:00:00", "03:04:05", "23:59:59.999999", "24:00:00", "12:34:56.7891")

TYPES = (
    Type("text", "String", _TEXTS, "string"),
    Type("varchar(5)", "String @db.VarChar(5)", _TEXTS, "string"),
    Type("varchar", "String @db.VarChar", _TEXTS, "string"),
    Type("char(5)", "String @db.Char(5)", _TEXTS, "string"),
    Type("citext", "String @db.Citext", _TEXTS, "string"),
    Type("boolean", "Boolean", ("true", "false"), "boolean"),
    Type("smallint", "Int @db.SmallInt", _INTEGERS, "number"),
    Type("integer", "Int", _INTEGERS, "number"),
    Type("bigint", "BigInt", _INTEGERS, "number"),
    Type("oid", "Int @db.Oid", _INTEGERS, "number"),
    Type("decimal", "Decimal", _DECIMALS, "number"),
    Type("decimal(10,2)", "Decimal @db.Decimal(10, 2)", _DECIMALS, "number"),
    Type("decimal(12,4)", "Decimal @db.Decimal(12, 4)", _DECIMALS, "number"),
    Type("money", "Decimal @db.Money", _DECIMALS, "number"),
    Type("real", "Float @db.Real", _FLOATS, "number"),
    Type("double", "Float", _FLOATS, "number"),
    Type("timestamp(3)", "DateTime", _STAMPS, "time"),
    Type("timestamp", "DateTime @db.Timestamp(6)", _STAMPS, "time"),
    Type("timestamptz", "DateTime @db.Timestamptz(6)", _STAMPS, "time"),
    Type("timestamptz(0)", "DateTime @db.Timestamptz(0)", _STAMPS, "time"),
    Type("date", "DateTime @db.Date", _DAYS, "time"),
    Type("time", "DateTime @db.Time(6)", _CLOCKS, "time"),
    Type("time(0)", "DateTime @db.Time(0)", _CLOCKS, "time"),
    Type("timetz", "DateTime @db.Timetz(6)", tuple(f"{c}{z}" for c in _CLOCKS for z in ("+00", "-05", "+05:30")), "time"),
    Type("interval", 'Unsupported("interval")', ("1 day", "03:04:05", "-01:00:00", "1 mon 2 days 25:00:00", "00:00:00.5"), "time"),
    Type("bytea", "Bytes", ("", "\\x00", "\\x6162", "\\xa0eebc999c0b4ef8bb6d6bb9bd380a11", "\\xff"), "bytes"),
    Type("uuid", "String @db.Uuid", _UUIDS, "uuid"),
    Type("json", "Json @db.Json", _JSON, "json"),
    Type("jsonb", "Json", _JSON, "json"),
    Type("bit(3)", "String @db.Bit(3)", _BITS, "bits"),
    Type("bit(1)", "String @db.Bit(1)", _BITS, "bits"),
    Type("varbit(4)", "String @db.VarBit(4)", ("", *_BITS), "bits"),
    Type("inet", "String @db.Inet", _NETS, "net"),
    Type("cidr", 'Unsupported("cidr")', _NETS, "net"),
    Type("macaddr", 'Unsupported("macaddr")', _NETS, "net"),
    Type("macaddr8", 'Unsupported("macaddr8")', _NETS, "net"),
    Type("enum E", "E", ("A", "B", "5", "true"), "enum"),
    Type("enum F", "F", ("A", "a b", "Z"), "enum"),
    Type("vector(3)", 'Unsupported("vector(3)")', _VECTORS, "vector"),
    Type("vector", 'Unsupported("vector")', _VECTORS, "vector"),
    Type("halfvec(3)", 'Unsupported("halfvec(3)")', _VECTORS, "vector"),
    Type("sparsevec(3)", 'Unsupported("sparsevec(3)")', ("{1:1,2:2,3:3}/3", "{}/3", "{1:70000}/3", "{2:1.23456789}/3"), "vector"),
    Type("hstore", 'Unsupported("hstore")', ('"a"=>"1"', "", '"a"=>NULL'), "other"),
    Type("tsvector", 'Unsupported("tsvector")', ("'a':1", ""), "other"),
    Type("point", 'Unsupported("point")', ("(1,2)",), "other"),
    Type("int4range", 'Unsupported("int4range")', ("[1,5)", "empty"), "other"),
)  # fmt: skip
ENUMS = 'enum E {\n A\n B\n five @map("5")\n yes @map("true")\n}\nenum F {\n A\n ab @map("a b")\n Z\n}\n'


def random_values(type_: Type, seed: int) -> tuple[str, ...]:
    """Values of no particular kind, the same for the same seed."""
    chosen = random.Random(f"{seed} {type_.name}")

    def digits() -> str:
        return str(chosen.randrange(10 ** chosen.randint(1, 19)))

    match type_.family:
        case "number":
            return tuple(
                f"{chosen.choice(['', '-'])}{digits()}.{digits()}"[: chosen.randint(3, 30)] for _ in range(12)
            )
        case "time" if type_.name.startswith("timestamp"):
            return tuple(
                f"{chosen.randint(1700, 2400)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02} "
                f"{chosen.randint(0, 23):02}:{chosen.randint(0, 59):02}:{chosen.randint(0, 59):02}.{chosen.randint(0, 999999):06}"
                for _ in range(12)
            )
        case "string" | "json":
            pool = [*_NUMBERS, *_MOMENTS, *_JSON, *_WORDS]
            texts = [
                "".join(chosen.sample("0123456789.-+eE :TZ[]{},\"'\\ntrufalseABäé\n", chosen.randint(1, 9)))
                for _ in range(8)
            ]
            return (*texts, *[chosen.choice(pool) + chosen.choice(["", " ", "0", "Z"]) for _ in range(8)])
    return ()
