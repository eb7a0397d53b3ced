"""A value for a column of each type, as text that Postgres reads: the nth value is not the one before it."""

from __future__ import annotations

import math

from ..model.values import frozen

VECTORS = ("vector", "halfvec", "sparsevec")
_NUMBERS = {"int2", "int4", "int8", "float4", "float8", "oid", "money"}
_RANGES = ("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange")
_PLAIN = {
    "json": "{}",
    "jsonb": "{}",
    "point": "(0,0)",
    "line": "{1,0,0}",
    "lseg": "((0,0),(1,1))",
    "box": "((1,1),(0,0))",
    "path": "((0,0),(1,1))",
    "polygon": "((0,0),(1,0),(1,1))",
    "circle": "<(0,0),1>",
    "tsquery": "smoke",
    "bool": "true",
    "pg_lsn": "0/0",
}


@frozen
class Kind:
    """A column's type, below arrays and domains."""

    name: str
    """pg_type's, such as `int4`."""
    typmod: int = -1
    is_array: bool = False
    labels: tuple[str, ...] = ()
    """Of an enum, or of a list's elements."""
    members: int = 0
    """Of a composite type: its columns."""

    @property
    def dimensions(self) -> int | None:
        """Of a vector; None where the type does not say."""
        return self.typmod if self.name in VECTORS and self.typmod > 0 else None


def value(kind: Kind, n: int) -> str | None:
    """The nth value (from 1); None where none is known for the type."""
    if kind.is_array or kind.name in ("int2vector", "oidvector"):
        return "{}" if kind.is_array else ""
    if kind.labels:
        return kind.labels[0]
    if kind.members:
        return f"({',' * (kind.members - 1)})"
    name = kind.name
    if name in _PLAIN:
        return _PLAIN[name]
    if name in ("text", "citext", "varchar", "bpchar", "name", "lquery", "ltree", "hstore"):
        return _text(name, kind.typmod, n)
    if name in _NUMBERS:
        return str(n)
    if name == "numeric":
        return _numeric(kind.typmod, n)
    if name in VECTORS:
        return vector(kind, axis=n, noise=0.01)
    if name in _RANGES:
        return "empty"
    if name.endswith("multirange"):
        return "{}"
    return _special(name, kind.typmod, n)


def _text(name: str, typmod: int, n: int) -> str:
    if name == "hstore":
        return f'"smoke"=>"{n}"'
    limit = typmod - 4 if typmod >= 4 and name in ("varchar", "bpchar") else 63
    return f"smoke{n}" if len(f"smoke{n}") <= limit else str(n)[-limit:]


def _numeric(typmod: int, n: int) -> str:
    if typmod < 4:
        return str(n)
    precision, scale = ((typmod - 4) >> 16) & 0xFFFF, (typmod - 4) & 0x7FF
    whole = precision - (scale if scale < 1024 else scale - 2048)
    return str(n % 10**whole) if whole > 0 else "0"


def _special(name: str, typmod: int, n: int) -> str | None:
    match name:
        case "uuid":
            return f"5e0cee00-0000-4000-8000-{n:012x}"
        case "date":
            return f"20{n // 336 % 100:02}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        case "timestamp" | "timestamptz":
            return f"2024-01-01 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}+00"
        case "time" | "timetz":
            return f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}+00"
        case "interval":
            return f"{n} seconds"
        case "bytea":
            return f"\\x{n:08x}"
        case "inet":
            return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        case "cidr":
            return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}/32"
        case "macaddr":
            return f"08:00:2b:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"
        case "macaddr8":
            return f"08:00:2b:00:00:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"
        case "xml":
            return f"<smoke>{n}</smoke>"
        case "bit" | "varbit":
            length = typmod if typmod > 0 else 1
            return f"{n % 2 ** min(length, 40):b}".rjust(length, "0")
        case "char":
            return chr(97 + n % 26)
        case "tsvector":
            return f"smoke:{n % 16000}"
        case "cube":
            return f"({n})"
        case _:
            return None


def vector(kind: Kind, *, axis: int, noise: float, dimensions: int | None = None) -> str:
    """A vector of length 1 near the given axis (modulo the dimensions): no two axes or noises give equal ones.

    `noise`: how far it leans towards the next axis. `dimensions` in place of the type's own, 3 where it has none.
    """
    count = dimensions or kind.dimensions or 3
    values = [0.0] * count
    values[axis % count] = 1.0
    # one dimension has two directions only: its length tells vectors apart there
    values[(axis + 1) % count] += noise
    length = math.sqrt(sum(one * one for one in values)) if count > 1 else 1.0
    if kind.name == "sparsevec":
        given = ",".join(f"{i + 1}:{one / length:.6f}" for i, one in enumerate(values) if one)
        return f"{{{given}}}/{count}"
    return "[" + ",".join(f"{one / length:.6f}" if one else "0" for one in values) + "]"
