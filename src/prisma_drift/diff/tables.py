"""Schemas and tables: paired by qualified name, created, dropped; no renaming is ever guessed."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.schema import Schema, Table
from ..model.version import Version
from .changes import (
    AddForeignKey,
    Change,
    CreateIndex,
    CreateSchema,
    CreateTable,
    DropForeignKey,
    DropTable,
    Note,
    TablePair,
)
from .rules import Rules
from .sides import is_catalog, is_nothing


def table_pairs(actual: Schema, expected: Schema, rules: Rules) -> tuple[TablePair, ...]:
    """Tables that are on both sides and not managed elsewhere, in the actual schema's order."""
    after = {t.name: t for t in expected.tables}
    return tuple(
        TablePair(table, after[table.name])
        for table in actual.tables
        if table.name in after and not rules.is_external_table(table.name)
    )


def created_tables(actual: Schema, expected: Schema, rules: Rules) -> tuple[Table, ...]:
    had = {t.name for t in actual.tables}
    return tuple(t for t in expected.tables if t.name not in had and not rules.is_external_table(t.name))


def dropped_tables(actual: Schema, expected: Schema, rules: Rules) -> tuple[Table, ...]:
    """Tables that the expected schema does not have, but for those that no schema could declare."""
    return tuple(t for t in _undeclared_tables(actual, expected, rules) if rules.faithful or not t.unmanaged)


def _undeclared_tables(actual: Schema, expected: Schema, rules: Rules) -> list[Table]:
    wanted = {t.name for t in expected.tables}
    return [t for t in actual.tables if t.name not in wanted and not rules.is_external_table(t.name)]


def create_and_drop_tables(actual: Schema, expected: Schema, rules: Rules) -> Iterator[Change | Note]:
    """New tables with their indexes and foreign keys; old ones, whose foreign keys go first."""
    for table in created_tables(actual, expected, rules):
        yield CreateTable(table)
        yield from (CreateIndex(table, index) for index in table.indexes)
        yield from (AddForeignKey(table, key) for key in table.foreign_keys)
    for table in dropped_tables(actual, expected, rules):
        yield from (DropForeignKey(table, key) for key in table.foreign_keys)
        yield DropTable(table)
    if not rules.faithful:
        for table in _undeclared_tables(actual, expected, rules):
            if table.unmanaged:
                why = ", ".join(table.unmanaged)
                yield Note("would-drop", str(table.name), f"Prisma would drop this table ({why}).")


def create_schemas(actual: Schema, expected: Schema, rules: Rules) -> Iterator[Change]:
    """Schemas that hold something of ours and are not there yet; none is ever dropped.

    Until 6.12 every schema of the datasource's list was created, used or not.
    """
    if not rules.version.reads_schemas and is_catalog(expected):
        return
    used = {t.name.schema for t in expected.tables if not rules.is_external_table(t.name)}
    used |= {e.name.schema for e in expected.enums if not rules.is_external_enum(e.name)}
    if not actual.schemas and (actual.tables or actual.enums):
        # What is left behind counts too: 6.13 to 6.19.0 do not take the default schema for one that is there.
        used.add(actual.default_schema)
    had = _namespaces(actual, rules)
    for name in sorted(_namespaces(expected, rules) - had):
        if name in used or (rules.version < Version(6, 13) and name in expected.schemas):
            yield CreateSchema(name)


def _namespaces(schema: Schema, rules: Rules) -> set[str]:
    """The schemas that a side names; where there is no list, the default one counts by version."""
    if schema.schemas or is_nothing(schema) or not rules.version.creates_default_schema:
        return set(schema.schemas)
    return {schema.default_schema}
