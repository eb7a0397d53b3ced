"""The type of a column as conversions see it: its base, its size, its labels, and the name to cast to."""

from __future__ import annotations

import re

from ...diff.base_types import ENUM, base_type
from ...model.schema import Column, Schema
from ...model.types import Arity
from ...model.values import frozen, replace
from ..render.names import Names
from ..render.types import type_sql

STRINGS = frozenset(["text", "character varying", "character", "citext", "name", '"char"'])
INTEGERS = frozenset(["smallint", "integer", "bigint", "oid"])
FLOATS = frozenset(["real", "double precision"])
NUMBERS = INTEGERS | FLOATS | {"numeric", "money"}
JSON = frozenset(["json", "jsonb"])
VECTORS = frozenset(["vector", "halfvec", "sparsevec"])
BITS = frozenset(["bit", "bit varying"])
TIMES = frozenset(
    [
        "timestamp without time zone",
        "timestamp with time zone",
        "date",
        "time without time zone",
        "time with time zone",
    ]
)
SHORT = {
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "character varying": "varchar",
    "bit varying": "varbit",
}
"""What one writes for the types whose full name is long."""
CORE = (
    STRINGS
    | NUMBERS
    | JSON
    | BITS
    | TIMES
    | {
        "boolean",
        "bytea",
        "uuid",
        "xml",
        "inet",
        "cidr",
        "macaddr",
        "macaddr8",
        "interval",
        "tsvector",
        "tsquery",
    }
    | {"point", "line", "lseg", "box", "path", "polygon", "circle", "hstore", "ltree"}
    | {"int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"}
)
"""Types whose input functions say of any text, without an error, whether they take it (pg_input_is_valid, Postgres 16)."""
_SIZED_BY_ONE = frozenset(["character", "bit"])


@frozen
class Kind:
    """The type of a column, or of the elements of a list."""

    base: str
    """As format_type prints it, without size; ENUM for all enums."""
    name: str
    """What to cast to, without size, with its schema where it is written with one."""
    size: tuple[int, ...] = ()
    """Length, (precision, scale), digits of a second, dimensions; empty for none."""
    labels: tuple[str, ...] = ()
    """Of an enum."""
    collated: bool = False
    """The column has a collation of its own, which may know no regular expressions."""

    def beside(self, name: str) -> str:
        """Another type or function of the same extension."""
        schema = self.name.rpartition(".")[0]
        return f"{schema}.{name}" if schema else name


def as_list(column: Column) -> Column:
    """The column as a list of its elements where the text of an Unsupported type says `[]`; else as it is."""
    text = column.type.text.rstrip()
    if column.type.arity is Arity.LIST or not text.endswith("[]"):
        return column
    return replace(
        column, type=replace(column.type, text=re.sub(r"(\s*\[\])++$", "", text), arity=Arity.LIST)
    )


def kind(column: Column, side: Schema, names: Names) -> Kind:
    """The kind of a column of `side`; of its elements where it is a list."""
    base = base_type(column)
    written = type_sql(column.type, names)
    if column.type.arity is Arity.LIST:
        written = written.removesuffix("[]")
    collated = column.catalog is not None and bool(column.catalog.collation)
    if column.type.enum is not None:
        enum = side.enum(column.type.enum)
        return Kind(ENUM, written, labels=enum.values if enum is not None else ())
    if column.type.native is not None:
        size = column.type.native.args
    else:
        text = column.catalog.type if column.catalog is not None else column.type.text
        found = re.search(r"\(\s*(\d+(?:\s*,\s*-?\d+)*)\s*\)", text)
        size = tuple(int(part) for part in found[1].split(",")) if found else ()
    if not size and base in _SIZED_BY_ONE:
        size = (1,)
    bare = re.sub(r"\(.*?\)", "", written).strip()
    name = bare if "." in bare or base not in CORE else SHORT.get(base, base)
    return Kind(base, name, size, collated=collated)
