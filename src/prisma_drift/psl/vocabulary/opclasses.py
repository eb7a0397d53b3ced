"""Operator classes that the schema language names: their SQL names, index types and field types.

Rules: Prisma's table of operator classes (GiST, GIN, SP-GiST and BRIN); `raw("…")` stands outside of it.
"""

from __future__ import annotations

_BRIN_FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    # family: (SQL stem, kinds)
    "Bit": ("bit", ("MinMax",)),
    "VarBit": ("varbit", ("MinMax",)),
    "Bpchar": ("bpchar", ("Bloom", "MinMax")),
    "Bytea": ("bytea", ("Bloom", "MinMax")),
    "Date": ("date", ("Bloom", "MinMax", "MinMaxMulti")),
    "Float4": ("float4", ("Bloom", "MinMax", "MinMaxMulti")),
    "Float8": ("float8", ("Bloom", "MinMax", "MinMaxMulti")),
    "Inet": ("inet", ("Bloom", "MinMax", "MinMaxMulti")),
    "Int2": ("int2", ("Bloom", "MinMax", "MinMaxMulti")),
    "Int4": ("int4", ("Bloom", "MinMax", "MinMaxMulti")),
    "Int8": ("int8", ("Bloom", "MinMax", "MinMaxMulti")),
    "Numeric": ("numeric", ("Bloom", "MinMax", "MinMaxMulti")),
    "Oid": ("oid", ("Bloom", "MinMax", "MinMaxMulti")),
    "Text": ("text", ("Bloom", "MinMax")),
    "Timestamp": ("timestamp", ("Bloom", "MinMax", "MinMaxMulti")),
    "TimestampTz": ("timestamptz", ("Bloom", "MinMax", "MinMaxMulti")),
    "Time": ("time", ("Bloom", "MinMax", "MinMaxMulti")),
    "TimeTz": ("timetz", ("Bloom", "MinMax", "MinMaxMulti")),
    "Uuid": ("uuid", ("Bloom", "MinMax", "MinMaxMulti")),
}
_KIND_SQL = {"Bloom": "bloom", "MinMax": "minmax", "MinMaxMulti": "minmax_multi"}

SQL_NAMES: dict[str, str] = {
    "InetOps": "inet_ops",
    "JsonbOps": "jsonb_ops",
    "JsonbPathOps": "jsonb_path_ops",
    "ArrayOps": "array_ops",
    "TextOps": "text_ops",
    "InetInclusionOps": "inet_inclusion_ops",
} | {
    f"{family}{kind}Ops": f"{stem}_{_KIND_SQL[kind]}_ops"
    for family, (stem, kinds) in _BRIN_FAMILIES.items()
    for kind in kinds
}
"""PSL name → name in the database."""

KNOWN = frozenset(SQL_NAMES)

METHODS: dict[str, tuple[str, ...]] = dict.fromkeys(SQL_NAMES, ("Brin",)) | {
    "InetOps": ("Gist", "SpGist"),
    "JsonbOps": ("Gin",),
    "JsonbPathOps": ("Gin",),
    "ArrayOps": ("Gin",),
    "TextOps": ("SpGist",),
}
"""PSL name → index types that it works with."""

BRIN_NATIVE: dict[str, tuple[str, ...]] = {
    "Bit": ("Bit",),
    "VarBit": ("VarBit",),
    "Char": ("Bpchar",),
    "Date": ("Date",),
    "Real": ("Float4",),
    "DoublePrecision": ("Float8",),
    "Inet": ("Inet",),
    "SmallInt": ("Int2",),
    "Integer": ("Int4",),
    "BigInt": ("Int8",),
    "Decimal": ("Numeric",),
    "Oid": ("Oid",),
    "ByteA": ("Bytea",),
    "Text": ("Text",),
    "VarChar": ("Text",),
    "Timestamp": ("Timestamp",),
    "Timestamptz": ("TimestampTz",),
    "Time": ("Time",),
    "Timetz": ("TimeTz",),
    "Uuid": ("Uuid",),
}
"""Native type → families of BRIN classes that it takes; without a class each of these types has a default."""

BRIN_SCALARS = {
    "Float": "Float8",
    "Int": "Int4",
    "BigInt": "Int8",
    "Decimal": "Numeric",
    "Bytes": "Bytea",
    "String": "Text",
    "DateTime": "Timestamp",
}
"""Scalar without a native type → the family of its default native type."""


def brin_family(name: str) -> str:
    """The family of a BRIN class: `Int4` of `Int4MinMaxMultiOps`."""
    if name == "InetInclusionOps":
        return "Inet"
    stem = name.removesuffix("Ops")
    for kind in ("MinMaxMulti", "MinMax", "Bloom"):
        if stem.endswith(kind):
            return stem.removesuffix(kind)
    return ""


def message_name(name: str) -> str:
    """The name as Prisma's messages print it (one of them is printed as another, there as here)."""
    return "BitMinMaxOps" if name == "UuidMinMaxMultiOps" else name


def is_default(name: str, method: str) -> bool:
    """Whether the class is what Postgres takes anyway, so that writing it or not makes no difference."""
    if name == "InetOps":
        return method == "SpGist"
    if name in ("JsonbOps", "ArrayOps", "TextOps", "InetInclusionOps"):
        return True
    return name.endswith("MinMaxOps") and name != "InetMinMaxOps"
