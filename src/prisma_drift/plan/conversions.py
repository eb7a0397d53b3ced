"""How Postgres turns the values of one column type into another: by itself, by an expression, or not at all.

Prisma's table of casts (diff/casts.py) says what Prisma prints; this one says what Postgres accepts. `ALTER COLUMN …
SET DATA TYPE` works by itself where an implicit or assignment cast exists (pg_cast), into any string type, and between
sizes of one type; everything else needs USING.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..diff.base_types import ENUM, base_type
from ..diff.changes import AlterColumn, Change
from ..model.names import QualifiedName
from ..model.schema import Column
from ..model.types import Arity
from .render.context import Conversion
from .render.names import Names, quote
from .render.types import type_sql

_STRINGS = frozenset(["text", "character varying", "character", "citext", "name", '"char"'])
_INTEGERS = frozenset(["smallint", "integer", "bigint"])
_NUMBERS = _INTEGERS | {"real", "double precision", "numeric", "money", "oid"}
_JSON = frozenset(["json", "jsonb"])
_VECTORS = frozenset(["vector", "halfvec", "sparsevec"])

_BY_ITSELF: dict[str, frozenset[str]] = {
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
"""Implicit and assignment casts of pg_cast (Postgres 12 to 18) and of pgvector."""


def conversions(changes: Iterable[Change], names: Names) -> dict[tuple[QualifiedName, str], Conversion]:
    """By table and column of the actual side: the conversion of each column that changes, where there is one."""
    found = {}
    for change in changes:
        if isinstance(change, AlterColumn):
            how = conversion(change.actual, change.expected, names)
            if how is not None:
                found[change.table.actual.name, change.actual.name] = how
    return found


def conversion(actual: Column, expected: Column, names: Names) -> Conversion | None:
    """How the values of `actual` become those of `expected`; None where nothing turns one into the other."""
    column, target = quote(actual.name), type_sql(expected.type, names)
    before, after = base_type(actual), base_type(expected)
    was_list, is_list = actual.type.arity is Arity.LIST, expected.type.arity is Arity.LIST
    same = before == after and actual.type.enum == expected.type.enum
    if was_list and is_list:
        return _list_to_list(before, after, column, target, same=same)
    if was_list:
        return _list_to_scalar(before, after, column, target, same=same)
    if is_list:
        return _scalar_to_list(actual, before, after, column, target, same=same)
    if same or after in _STRINGS or after in _BY_ITSELF.get(before, frozenset()):
        return Conversion()
    expression = _expression(before, after, column, target)
    return Conversion(f"({expression})") if expression is not None else None


def _expression(before: str, after: str, column: str, target: str) -> str | None:
    """An expression from a scalar into a scalar, where no cast happens by itself."""
    if after == "tsvector":
        return f"to_tsvector('simple', {column}::text)"
    if after in _JSON:
        parsed = before in _STRINGS or before in _VECTORS
        return f"{column}::text::{target}" if parsed else f"to_{after}({column})"
    if before in _STRINGS:
        return f"convert_to({column}::text, 'UTF8')" if after == "bytea" else f"{column}::text::{target}"
    if before in _JSON:
        return f"{column}::text::{target}" if after in _VECTORS else f"({column} #>> '{{}}')::{target}"
    if before == ENUM:
        return f"{column}::text::{target}"
    if before in _NUMBERS or before == "boolean":
        return _from_number(before, after, column, target)
    if (before, after) == ("timestamp without time zone", "time with time zone"):
        return f"{column}::timestamptz::{target}"
    if (before, after) == ("bytea", "uuid"):
        return f"encode({column}, 'hex')::{target}"
    if (before, after) == ("uuid", "bytea"):
        return f"decode(replace({column}::text, '-', ''), 'hex')"
    if after == "xml":
        return f"{column}::text::{target}"
    return None


def _from_number(before: str, after: str, column: str, target: str) -> str | None:
    if after == "boolean":
        through = "" if before == "integer" else "::numeric::integer"
        return f"{column}{through}::{target}"
    if after == ENUM:
        return f"{column}::text::{target}"
    if after not in _NUMBERS:
        return None
    if before == "boolean":
        return f"{column}::integer::{target}"
    return f"{column}::numeric::{'bigint::' if after == 'oid' else ''}{target}"


def _list_to_list(before: str, after: str, column: str, target: str, *, same: bool) -> Conversion | None:
    if same or after in _STRINGS or after in _BY_ITSELF.get(before, frozenset()):
        return Conversion()
    if _expression(before, after, column, target) is None:
        return None
    # An array's text is that of its elements in braces, so what converts as text converts as a list of it.
    return Conversion(f"({column}::text::{target})")


def _list_to_scalar(before: str, after: str, column: str, target: str, *, same: bool) -> Conversion | None:
    if after in _STRINGS:
        return Conversion(f"({column})[1]") if before == ENUM and same else Conversion()
    if after in _JSON:
        return Conversion(f"to_{after}({column})")
    if after in _VECTORS and before in _NUMBERS:
        return Conversion(f"({column}::{target})")
    return Conversion(f"({column})[1]") if same else None


def _scalar_to_list(
    actual: Column, before: str, after: str, column: str, target: str, *, same: bool
) -> Conversion | None:
    element = column
    if before in _JSON and after not in _JSON:
        # A JSON array would become one element, and no expression without a query takes it apart.
        return None
    if not same:
        inner = _expression(before, after, column, target.removesuffix("[]"))
        direct = after in _STRINGS or after in _BY_ITSELF.get(before, frozenset())
        if inner is None and not direct:
            return None
        element = f"{column}::{target.removesuffix('[]')}" if inner is None else inner
    # No list holds the null of a column that had none.
    if actual.type.arity is Arity.NULLABLE:
        return Conversion(f"array_remove(ARRAY[{element}], NULL)")
    return Conversion(f"ARRAY[{element}]")
