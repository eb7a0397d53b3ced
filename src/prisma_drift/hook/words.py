"""Changes that no staged migration makes, and statements that do something else, in words with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ..diff.changes import (
    AddColumn,
    AddForeignKey,
    AddPrimaryKey,
    AlterColumn,
    AlterEnum,
    AlterExtension,
    Change,
    CreateEnum,
    CreateExtension,
    CreateIndex,
    CreateSchema,
    CreateTable,
    DropColumn,
    DropEnum,
    DropExtension,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    DropTable,
    MoveTable,
    RenameColumn,
    RenameEnum,
    RenameEnumValue,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
    RenameTable,
)
from ..diff.named_after import is_named_after
from ..diff.subject import subject
from ..model.schema import Column, Index, Table
from ..model.source import Position
from ..model.types import Arity
from ..plan.render.defaults import default_sql
from ..plan.render.names import Names
from ..plan.render.types import column_type_sql
from ..replay.touches import Place
from .coverage import Coverage
from .keys import key_of, places_of
from .problems import Problem
from .projects import Project


def describe(coverage: Coverage, project: Project) -> Iterator[Problem]:
    """One problem for each object that is not as it should be, certain ones first."""
    names = Names(coverage.actual, coverage.expected, project.version)
    reported: set[tuple[str, ...]] = set()
    new = {change.table.name for change in coverage.missing if isinstance(change, CreateTable)}
    gone = {change.table.name for change in coverage.missing if isinstance(change, DropTable)}
    carried = {
        change.rows.source.name
        for change in coverage.missing
        if isinstance(change, CreateTable) and change.rows
    }
    for change in coverage.missing:
        key = key_of(change)
        part_of_new = isinstance(change, CreateIndex | AddForeignKey) and change.table.name in new
        part_of_gone = isinstance(change, DropForeignKey) and change.table.name in gone
        part_of_rename = is_named_after(change, coverage.missing)
        is_carried = isinstance(change, DropTable) and change.table.name in carried
        if key in reported or part_of_new or part_of_gone or part_of_rename or is_carried or _follows(change):
            continue
        reported.add(key)
        yield _problem(change, coverage, project, names)
    for refusal in coverage.refused:
        yield Problem(
            "migration-would-fail",
            refusal.place.file,
            refusal.place.line,
            f"This statement cannot run: {refusal.message}.",
            "Correct the migration; the statement before it that made or removed the object may be missing.",
        )


def _follows(change: Change) -> bool:
    """Whether it is there only because a column of it is to be made anew: the column is told."""
    if isinstance(change, AddPrimaryKey | DropPrimaryKey):
        had, has = change.table.actual.primary_key, change.table.expected.primary_key
        return had is not None and has is not None and had.columns == has.columns
    if isinstance(change, CreateIndex):
        return change.recreated
    if isinstance(change, AddForeignKey):
        others = change.actual_table.foreign_keys if change.actual_table else ()
    elif isinstance(change, DropForeignKey):
        others = change.expected_table.foreign_keys if change.expected_table else ()
    else:
        return False
    return any(change.key.shape == other.shape for other in others)


def _problem(change: Change, coverage: Coverage, project: Project, names: Names) -> Problem:
    thing, missing, wrong = _words(change, names)
    position = _position(change, coverage)
    place = _place(change, coverage)
    if place is not None:
        schema = f" ({position})" if position else ""
        fix = "Correct this migration, or the schema."
        return Problem("migration-differs", place.file, place.line, f"{thing}: {wrong}{schema}.", fix)
    file, line = (position.file, position.line) if position else (project.schema, 1)
    return Problem("migration-missing", file, line, f"{thing} {missing}, and no staged migration does it.")


def _words(change: Change, names: Names) -> tuple[str, str, str]:
    """What is concerned; what the schema asks for; what is wrong where a migration did touch it."""
    match change:
        case CreateSchema():
            return (
                f"schema {change.name}",
                "is used",
                "the schema file uses it, the migration does not create it",
            )
        case CreateExtension():
            return f"extension {change.extension.name}", "is declared", "the migration does not create it"
        case CreateEnum():
            return (
                f"enum {_shown(change.enum.model, change.enum.name.name)}",
                "is new",
                "the migration does not create it",
            )
        case DropEnum():
            name = change.enum.name.name
            return (
                f"enum {name}",
                "is gone",
                "after the migration there is an enum that the schema does not have",
            )
        case AlterEnum():
            added, removed = ", ".join(change.added), ", ".join(change.removed)
            parts = [f"gains {added}" if added else "", f"loses {removed}" if removed else ""]
            wrong = [
                f"{added} is missing" if added else "",
                f"{removed} should not be there" if removed else "",
            ]
            return (
                f"enum {_shown(change.expected.model, change.expected.name.name)}",
                " and ".join(part for part in parts if part),
                "after the migration " + ", ".join(part for part in wrong if part),
            )
        case CreateTable():
            return f"table {_table(change.table)}", "is new", "after the migration it is not there"
        case DropTable():
            name = _table(change.table)
            return (
                f"table {name}",
                "is gone",
                "after the migration there is a table that the schema does not have",
            )
        case AddColumn():
            name = _column(change.table.expected, change.column)
            shown = _definition(change.column, names)
            return name, f"is new ({shown})", f"after the migration it is not there; the schema has {shown}"
        case DropColumn():
            name = _column(change.table.actual, change.column)
            return (
                name,
                "is gone",
                "after the migration there is a column that the schema does not have",
            )
        case AlterColumn():
            had, has = _facets(change, names)
            name = _column(change.table.expected, change.expected)
            return (
                name,
                f"changes from {had} to {has}",
                f"the migration makes it {had}, the schema says {has}",
            )
        case _:
            return _key_words(change)


_Other = (
    CreateIndex
    | DropIndex
    | RenameIndex
    | AddForeignKey
    | DropForeignKey
    | RenameForeignKey
    | AddPrimaryKey
    | DropPrimaryKey
    | RenamePrimaryKey
    | AlterExtension
    | DropExtension
    | MoveTable
    | RenameTable
    | RenameColumn
    | RenameEnum
    | RenameEnumValue
)


def _key_words(change: _Other) -> tuple[str, str, str]:
    match change:
        case CreateIndex():
            name = f"{_index(change.index)} of {_table(change.table)}"
            return name, "is new", f"the migration does not create {change.index.name}"
        case DropIndex():
            name = f"{_index(change.index)} of {_table(change.table.actual)}"
            return (
                name,
                "is gone",
                f"after the migration there is {change.index.name}, which the schema does not have",
            )
        case RenameIndex() | RenameForeignKey() | RenamePrimaryKey():
            name = f"{change.actual.name} of {_table(change.table.expected)}"
            return (
                name,
                f"is now called {change.expected.name}",
                f"the schema calls it {change.expected.name}",
            )
        case AddForeignKey():
            name = f"foreign key ({', '.join(change.key.columns)}) of {_table(change.table)}"
            actions = f"on delete {change.key.on_delete.lower()}, on update {change.key.on_update.lower()}"
            wrong = f"the schema wants {change.key.name} to {change.key.references.name} {actions}"
            return name, f"is new or changed ({actions})", wrong
        case DropForeignKey():
            name = f"foreign key ({', '.join(change.key.columns)}) of {_table(change.table)}"
            return (
                name,
                "is gone or changed",
                f"after the migration {change.key.name} is not as the schema has it",
            )
        case AddPrimaryKey() | DropPrimaryKey():
            name = f"primary key of {_table(change.table.expected)}"
            wanted = change.table.expected.primary_key
            columns = f"({', '.join(wanted.columns)})" if wanted else "none"
            return name, f"is to be {columns}", f"the schema says {columns}"
        case AlterExtension() | DropExtension():
            kind, *rest = key_of(change)
            return f"{kind} {'.'.join(rest)}", "changes", "after the migration it differs from the schema"
        case MoveTable() | RenameTable() | RenameColumn() | RenameEnum() | RenameEnumValue():
            about = subject(change)
            wrong = f"after the migration its name is not the schema's {about.expected}"
            return f"{about.kind} {about.actual}", f"becomes {about.expected}", wrong
        case _:
            assert_never(change)


def _shown(model: str, name: str) -> str:
    return f"{model} ({name})" if model and model != name else name


def _table(table: Table) -> str:
    return _shown(table.model, table.name.name)


def _column(table: Table, column: Column) -> str:
    return f"{table.model or table.name.name}.{_shown(column.field, column.name)}"


def _index(index: Index) -> str:
    kind = "unique" if index.unique else "index"
    return f"{kind} ({', '.join(column.name for column in index.columns)})"


def _definition(column: Column, names: Names) -> str:
    default = default_sql(column, names)
    words = [column_type_sql(column, names), "NOT NULL" if column.type.arity is Arity.REQUIRED else ""]
    return " ".join(word for word in (*words, f"DEFAULT {default}" if default else "") if word)


def _facets(change: AlterColumn, names: Names) -> tuple[str, str]:
    """Only what differs, on both sides."""
    sides = []
    for column in (change.actual, change.expected):
        words = []
        if change.cast is not None or change.unsupported_text or change.autoincrement:
            words.append(column_type_sql(column, names))
        if change.arity:
            required = column.type.arity is Arity.REQUIRED
            words.append(
                "a list" if column.type.arity is Arity.LIST else "NOT NULL" if required else "nullable"
            )
        if change.default and not change.autoincrement:
            default = default_sql(column, names)
            words.append(f"DEFAULT {default}" if default else "without default")
        sides.append(" ".join(words))
    return sides[0], sides[1]


def _position(change: Change, coverage: Coverage) -> Position | None:
    """Where schema.prisma says it; of what is gone, the model or enum that it was in."""
    for name in ("column", "expected", "index", "key", "enum", "extension", "actual"):
        found = getattr(getattr(change, name, None), "position", None)
        if found is not None and not isinstance(change, DropColumn | DropIndex | DropForeignKey | DropEnum):
            return found if isinstance(found, Position) else None
    kind, *rest = key_of(change)
    if kind in ("enum", "extension", "schema"):
        return None
    table = next((t for t in coverage.expected.tables if str(t.name) == rest[0]), None)
    return table.position if table is not None else None


def _place(change: Change, coverage: Coverage) -> Place | None:
    """The staged clause that touched the object."""
    return next((coverage.touched[key] for key in places_of(change) if key in coverage.touched), None)
