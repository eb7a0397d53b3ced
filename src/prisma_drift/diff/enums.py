"""Enums: created, dropped, and altered where their values differ as sets; their order is not compared."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.names import QualifiedName
from ..model.schema import Schema
from .changes import AlterEnum, Change, CreateEnum, DropEnum, Note
from .rules import Rules


def compare_enums(actual: Schema, expected: Schema, rules: Rules) -> Iterator[Change | Note]:
    """Changes of the enums that are not managed elsewhere."""
    before = {e.name: e for e in actual.enums if not rules.is_external_enum(e.name)}
    after = {e.name: e for e in expected.enums if not rules.is_external_enum(e.name)}
    for name, enum in before.items():
        if name not in after:
            user = None if rules.faithful else _kept_user(name, actual, expected, rules)
            if user is None:
                yield DropEnum(enum)
            else:
                yield Note("enum-still-used", str(name), f"{user} has this type and stays.")
            continue
        added = tuple(v for v in after[name].values if v not in enum.values)
        removed = tuple(v for v in enum.values if v not in after[name].values)
        if added or removed:
            yield AlterEnum(enum, after[name], added, removed)
    for name, enum in after.items():
        if name not in before:
            yield CreateEnum(enum)


def _kept_user(enum: QualifiedName, actual: Schema, expected: Schema, rules: Rules) -> str | None:
    """A column that has the enum's type and is not ours to change: of a table that stays as it is, or generated."""
    own = actual.enum(enum)
    if own is not None and own.outside_columns:
        first = own.outside_columns[0]
        return f"{first.table}.{first.name}"
    for table in actual.tables:
        wanted = expected.table(table.name)
        elsewhere = rules.is_external_table(table.name) or (wanted is None and bool(table.unmanaged))
        for column in table.columns:
            generated = column.catalog is not None and column.catalog.generated is not None
            kept = generated and wanted is not None and wanted.column(column.name) is None
            if column.type.enum == enum and (elsewhere or kept):
                return f"{table.name}.{column.name}"
    return None
