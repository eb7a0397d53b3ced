"""The statement that takes links over from the table that goes into the one that comes, and what it may cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...diff.changes import CreateTable, Rows
from ...diff.defaults import database_default
from ...model.hazards import Check, Hazard
from ...model.names import QualifiedName
from ...model.schema import Column, Table
from ...model.types import Arity
from ...model.values import replace
from ..backfill import own_value
from ..hazards.security import is_forced
from ..render.context import Context
from ..render.names import quote
from ..render.statement import Statement
from ..steps import Step
from .costs import by_structure

LOSS, REQUIRED = "data-loss", "column-required"


def with_rows(step: Step, context: Context) -> Step:
    """The step that makes a table, followed by the links that it takes over."""
    change = step.changes[0] if step.changes else None
    if not isinstance(change, CreateTable) or change.rows is None:
        return step
    copy = _copy(change.table, change.rows, context)
    return replace(step, statements=(*step.statements, *_unhidden(change.rows.source, context), copy))


def _unhidden(source: Table, context: Context) -> list[Statement]:
    """Lets the owner see every row of a table that goes: a policy would keep links from being taken over."""
    if not is_forced(source.name, context):
        return []
    sql = f"ALTER TABLE {context.names.dropped(source)} NO FORCE ROW LEVEL SECURITY"
    return [Statement(sql, "its policies hide no link from its owner; the table goes below")]


def _copy(table: Table, rows: Rows, context: Context) -> Statement:
    mapped = dict(rows.columns)
    values = {name: quote(source) for name, source in mapped.items()}
    lacking: list[Column] = []
    for column in table.columns:
        if column.name in mapped or _fills_itself(column):
            continue
        value, _ = own_value(column, context.names)
        told = dict(context.rules.backfill).get(
            f"{table.model or table.name.name}.{column.field or column.name}"
        )
        value = f"({told})" if value is None and told is not None else value
        if value is not None:
            values[column.name] = value
        elif column.type.arity is Arity.REQUIRED:
            lacking.append(column)
    names = ", ".join(map(quote, values))
    source = _source(rows, context)
    sql = (
        f"INSERT INTO {context.names.new(table)} ({names})\nSELECT {', '.join(values.values())} FROM {source}"
    )
    purpose = f"{_plain(rows.source.name.name)} becomes {_plain(table.name.name)}: {rows.rename.reason}"
    hazards, checks = _costs(table, rows, lacking)
    return Statement(sql, purpose, (*by_structure(rows.rename), *hazards), tuple(checks))


def _plain(name: str) -> str:
    return " ".join(name.split())


def _fills_itself(column: Column) -> bool:
    """Whether a row that does not name the column gets a value, or needs none."""
    has_default = database_default(column) is not None or column.autoincrement
    return has_default or column.type.arity is not Arity.REQUIRED


def _source(rows: Rows, context: Context) -> str:
    """The old table, with each pair once, and only whole pairs, where its keys do not say so by themselves."""
    table = context.names.dropped(rows.source)
    ends = [old for _, old in rows.columns]
    loose = [c.name for c in rows.source.columns if c.name in ends and c.type.arity is not Arity.REQUIRED]
    present = " AND ".join(f"{quote(name)} IS NOT NULL" for name in loose)
    where = f" WHERE {present}" if present else ""
    if _unique(rows.source, ends):
        return table + where
    return f"(SELECT DISTINCT {', '.join(map(quote, ends))} FROM {table}{where}) AS links"  # noqa: S608


def _unique(table: Table, columns: Iterable[str]) -> bool:
    wanted = set(columns)
    keys = [set(table.primary_key.columns)] if table.primary_key else []
    keys += [{c.name for c in i.columns} for i in table.indexes if i.unique and i.predicate is None]
    return any(key <= wanted for key in keys if key)


def _costs(table: Table, rows: Rows, lacking: list[Column]) -> tuple[list[Hazard], list[Check]]:
    hazards, checks = [], []
    source = rows.source
    for column in lacking:
        name = f"{table.name}.{column.name}"
        message = (
            f"The links of {source.name} have no value for {name}, which is required and has no default."
        )
        hint = "Give it a default, make it optional, or complete the INSERT by hand."
        hazards.append(Hazard(REQUIRED, "error", name, message, hint))
        text = f"Rows of {source.name} that the new table cannot take"
        checks.append(Check(REQUIRED, name, "fails", text, _count(source.name, "true")))
    lost = list(_lost(rows))
    if lost:
        names = ", ".join(column.name for column in lost)
        message = f"Only the links of {source.name} are kept; its other columns go: {names}."
        hint = "Keep the model with its own table if they are needed."
        hazards.append(Hazard(LOSS, "warning", str(source.name), message, hint))
        present = " OR ".join(
            f"{_identifier(c.name)} IS NOT NULL" for c in lost if not _is_surrogate(source, c)
        )
        if present:
            text = f"Rows of {source.name} with values besides their link"
            checks.append(Check(LOSS, str(source.name), "loses", text, _count(source.name, present)))
    return hazards, checks


def _lost(rows: Rows) -> Iterator[Column]:
    kept = {old for _, old in rows.columns}
    return (column for column in rows.source.columns if column.name not in kept)


def _is_surrogate(table: Table, column: Column) -> bool:
    """A key that says nothing but which row it is."""
    return table.primary_key is not None and table.primary_key.columns == (column.name,)


def _count(table: QualifiedName, condition: str) -> str:
    return f"SELECT count(*) FROM {_identifier(table.schema)}.{_identifier(table.name)} WHERE {condition}"  # noqa: S608


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
