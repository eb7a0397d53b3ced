"""What to fill a column with that has to become required: from the schema's own words, or along foreign keys.

Nothing is guessed from names alone. A value is taken along foreign keys only where each one on the way exists in the
database and is required, so that every row has exactly one, and only where one shortest way leads there.
"""

from __future__ import annotations

from ..diff.changes import TablePair
from ..model.names import QualifiedName
from ..model.schema import Column, ForeignKey, Schema, Table
from ..model.types import Arity, Family, PrismaLevel
from ..model.values import frozen
from .render.context import Context
from .render.defaults import default_sql
from .render.names import Names, quote
from .steps import Fill

_MOST_HOPS = 3


@frozen
class _Hop:
    """One step along a required foreign key of one column."""

    column: str
    """The referencing column in the table that one comes from."""
    table: Table
    key: str
    """The referenced column."""


def fill(pair: TablePair, column: Column, context: Context) -> Fill | None:
    """How to fill `column` of the expected table: along foreign keys, from the schema's own words, as prisma-drift.yml
    says; None where nothing says it."""
    way = _way(pair, column, context)
    if way:
        return _along(pair, column, way, context)
    expression, source = own_value(column, context.names)
    if expression is not None:
        return _with(pair, column, expression, source, expression, context)
    told = dict(context.rules.backfill).get(setting_of(pair, column))
    return _with(pair, column, f"({told})", SETTING, "", context) if told is not None else None


SETTING = "prisma-drift.yml"
"""The source of a value that the settings give."""


def setting_of(pair: TablePair, column: Column) -> str:
    """`User.name`: the column in the schema's words, as `backfill:` in prisma-drift.yml names it."""
    return f"{pair.expected.model or pair.expected.name.name}.{column.field or column.name}"


def _with(
    pair: TablePair, column: Column, expression: str, source: str, value: str, context: Context
) -> Fill:
    name = quote(column.name)
    statement = f"UPDATE {context.names.altered(pair)} SET {name} = {expression} WHERE {name} IS NULL"  # noqa: S608
    return Fill(pair.actual.name, column.name, source, expression, statement, value)


def own_value(column: Column, names: Names) -> tuple[str | None, str]:
    """The value that the schema itself gives, and where it says so."""
    default = default_sql(column, names)
    if default is not None:
        return default, "its default"
    if not isinstance(column.default, PrismaLevel):
        return None, ""
    function = column.default.function.partition("(")[0].removeprefix("@")
    if function == "updatedAt" and column.type.family is Family.DATETIME:
        return "CURRENT_TIMESTAMP", "@updatedAt"
    if function == "uuid" and column.type.native is not None:
        if column.type.native.name == "Uuid":
            return "gen_random_uuid()", "uuid()"
        if column.type.native.name == "Text" or _length(column) >= len(
            "00000000-0000-0000-0000-000000000000"
        ):
            return "gen_random_uuid()::text", "uuid()"
    return None, ""


def _length(column: Column) -> int:
    native = column.type.native
    return native.args[0] if native is not None and native.name == "VarChar" and native.args else 0


def _way(pair: TablePair, column: Column, context: Context) -> tuple[list[_Hop], str] | None:
    """The hops to a table that already points where the column shall point, and the column there."""
    wanted = _key_of(pair.expected, column.name)
    if wanted is None:
        return None
    fronts: list[list[_Hop]] = [[]]
    seen = {pair.actual.name}
    for _ in range(_MOST_HOPS):
        fronts = [[*way, hop] for way in fronts for hop in _hops(way, pair, column, context)]
        fronts = [way for way in fronts if way[-1].table.name not in seen]
        seen |= {way[-1].table.name for way in fronts}
        arrived = [(way, found) for way in fronts for found in _answers(way[-1].table, wanted, context)]
        if arrived:
            named = [(way, found) for way, found in arrived if found == column.name]
            best = named or arrived
            return best[0] if len(best) == 1 else None
    return None


def _hops(way: list[_Hop], pair: TablePair, column: Column, context: Context) -> list[_Hop]:
    """The required foreign keys that lead on from where a way stands."""
    table = way[-1].table if way else pair.actual
    found = []
    for key in table.foreign_keys:
        if len(key.columns) != 1 or key.columns[0] == column.name:
            continue
        target = context.actual.table(key.references)
        if target is not None and _stays_required(table, key.columns[0], context.expected):
            found.append(_Hop(key.columns[0], target, key.referenced_columns[0]))
    return found


def _answers(table: Table, wanted: ForeignKey, context: Context) -> list[str]:
    """Required columns of `table` that point to the same column of the same table as `wanted`."""
    return [
        key.columns[0]
        for key in table.foreign_keys
        if len(key.columns) == 1
        and key.references == wanted.references
        and key.referenced_columns == wanted.referenced_columns
        and _stays_required(table, key.columns[0], context.expected)
    ]


def _key_of(table: Table, column: str) -> ForeignKey | None:
    return next((key for key in table.foreign_keys if key.columns == (column,)), None)


def _stays_required(table: Table, name: str, expected: Schema) -> bool:
    """Whether a column is required now and is the same afterwards."""
    column, other = table.column(name), _column(expected, table.name, name)
    return (
        column is not None
        and other is not None
        and column.type.arity is Arity.REQUIRED
        and column.type.native == other.type.native
        and column.type.family is other.type.family
    )


def _column(schema: Schema, table: QualifiedName, name: str) -> Column | None:
    found = schema.table(table)
    return found.column(name) if found is not None else None


def _along(pair: TablePair, column: Column, way: tuple[list[_Hop], str], context: Context) -> Fill:
    hops, answer = way
    name = quote(column.name)
    aliases = [f"r{at}" for at in range(1, len(hops) + 1)]
    joined = f"{_name(hops[0].table, context)} AS {aliases[0]}"
    for at, hop in enumerate(hops[1:], start=1):
        joined += (
            f" JOIN {_name(hop.table, context)} AS {aliases[at]}"
            f" ON {aliases[at]}.{quote(hop.key)} = {aliases[at - 1]}.{quote(hop.column)}"
        )
    statement = (
        f"UPDATE {context.names.altered(pair)} AS t SET {name} = {aliases[-1]}.{quote(answer)} FROM {joined} "  # noqa: S608
        f"WHERE {aliases[0]}.{quote(hops[0].key)} = t.{quote(hops[0].column)} AND t.{name} IS NULL"
    )
    steps = ", ".join(f"{hop.column} → {hop.table.name.name}" for hop in hops)
    found = f"{aliases[-1]}.{quote(answer)}"
    first = f"{aliases[0]}.{quote(hops[0].key)} = t.{quote(hops[0].column)}"
    return Fill(
        pair.actual.name,
        column.name,
        f"{steps}.{answer}",
        found,
        statement,
        f"(SELECT {found} FROM {joined} WHERE {first})",  # noqa: S608
        tuple(hop.table.name for hop in hops),
    )


def _name(table: Table, context: Context) -> str:
    other = context.expected.table(table.name)
    return context.names.new(other) if other is not None else context.names.previous(table)
