"""From the changes between two schemas to the diagram of the part that they touch."""

from __future__ import annotations

from typing import assert_never

from ..diff import changes as c
from ..diff.changes import Diff
from ..model.diagram import Diagram, DiagramColumn, DiagramLink, DiagramTable
from ..model.names import QualifiedName
from ..model.schema import Column, Schema, Table

MISSING = "missing in the migrations"
EXTRA = "not in the schema"


def build_diagram(difference: Diff, actual: Schema, expected: Schema) -> Diagram:
    """The tables whose columns or keys differ, with their keys and changed columns, and the tables they point to.

    Indexes alone make no picture.
    """
    tables = {table.name: table for table in (*actual.tables, *expected.tables)}
    notes: dict[QualifiedName, dict[str, str]] = {}
    whole: dict[QualifiedName, str] = {}
    missing_links: set[tuple[QualifiedName, str]] = set()
    for change in difference.changes:
        match change:
            case c.CreateTable():
                whole[change.table.name] = MISSING
                tables[change.table.name] = change.table
            case c.DropTable():
                whole[change.table.name] = EXTRA
            case c.AddColumn():
                notes.setdefault(change.table.expected.name, {})[change.column.name] = MISSING
            case c.DropColumn():
                tables[change.table.expected.name] = _with(tables[change.table.expected.name], change.column)
                notes.setdefault(change.table.expected.name, {})[change.column.name] = EXTRA
            case c.AlterColumn():
                was = _altered(change)
                notes.setdefault(change.table.expected.name, {})[change.expected.name] = was
            case c.AddForeignKey():
                notes.setdefault(change.table.name, {})
                missing_links.add((change.table.name, change.key.name))
            case c.AddPrimaryKey() | c.DropPrimaryKey():
                notes.setdefault(change.table.expected.name, {})
            case c.MoveTable() | c.RenameTable():
                tables[change.expected.name] = change.expected
                notes.setdefault(change.expected.name, {})
            case c.RenameColumn(pair, before, after):
                notes.setdefault(pair.expected.name, {})[after.name] = f"{before.name} in the migrations"
            case (
                c.CreateSchema()
                | c.CreateExtension()
                | c.AlterExtension()
                | c.DropExtension()
                | c.CreateEnum()
                | c.AlterEnum()
                | c.DropEnum()
                | c.RenameEnum()
                | c.RenameEnumValue()
                | c.RenamePrimaryKey()
                | c.CreateIndex()
                | c.DropIndex()
                | c.RenameIndex()
                | c.DropForeignKey()
                | c.RenameForeignKey()
            ):
                pass
            case _:
                assert_never(change)
    drawn = {*notes, *whole}
    shown = sorted(drawn)
    names = {name: _title(table) for name, table in tables.items()}
    links = [
        DiagramLink(
            source=names[name],
            target=names[key.references],
            label=", ".join(key.columns),
            missing=(name, key.name) in missing_links or whole.get(name) == MISSING,
            optional=any(_nullable(tables[name], column) for column in key.columns),
        )
        for name in shown
        for key in tables[name].foreign_keys
        if key.references in tables and (key.references in drawn or (name, key.name) in missing_links)
    ]
    return Diagram(
        tables=tuple(
            _table(tables[name], names[name], whole.get(name, ""), notes.get(name, {})) for name in shown
        ),
        links=tuple(links),
    )


def _title(table: Table) -> str:
    return table.model or table.name.name


def _nullable(table: Table, column: str) -> bool:
    found = table.column(column)
    return found is not None and found.type.arity.value == "nullable"


def _with(table: Table, column: Column) -> Table:
    if table.column(column.name):
        return table
    return Table(
        name=table.name,
        columns=(*table.columns, column),
        primary_key=table.primary_key,
        indexes=table.indexes,
        foreign_keys=table.foreign_keys,
        model=table.model,
    )


def _altered(change: c.AlterColumn) -> str:
    before, after = type_name(change.actual), type_name(change.expected)
    if before != after:
        return f"was {before}"
    if change.arity:
        return f"was {change.actual.type.arity.value}"
    return "default differs" if change.default or change.autoincrement else "differs"


def type_name(column: Column) -> str:
    """A column's type, short: the catalog's own word where there is one."""
    if column.catalog is not None:
        return column.catalog.type
    kind = column.type
    word = kind.text or (kind.enum.name if kind.enum else "") or (str(kind.native) if kind.native else "")
    return (word or kind.family.value) + ("[]" if kind.arity.value == "list" else "")


def _table(table: Table, title: str, whole: str, notes: dict[str, str]) -> DiagramTable:
    primary = set(table.primary_key.columns) if table.primary_key else set()
    foreign = {column for key in table.foreign_keys for column in key.columns}
    columns = []
    for column in table.columns:
        keys = tuple(
            mark for mark, held in (("PK", column.name in primary), ("FK", column.name in foreign)) if held
        )
        if whole or keys or column.name in notes:
            columns.append(DiagramColumn(column.name, type_name(column), notes.get(column.name, ""), keys))
    return DiagramTable(title, whole, tuple(columns))
