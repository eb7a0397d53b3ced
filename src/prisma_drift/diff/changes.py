"""What can change between two schemas: one verb and one noun each, values only.

`actual` is what is there, `expected` what should be. Tables are carried whole, so that a renderer needs nothing else.

The differ knows no renames of what holds data: it says Drop and Create, Drop and Add. Who knows better (plan/renames)
puts MoveTable, RenameTable, RenameColumn, RenameEnum and RenameEnumValue in their place. They come first in a script, and
all other changes of the same plan speak of the actual side as these leave it, under its new names.
"""

from __future__ import annotations

from enum import Enum as _Enum

from ..model.hazards import Rename
from ..model.schema import Column, Enum, Extension, ForeignKey, Index, PrimaryKey, Table
from ..model.values import frozen


@frozen
class TablePair:
    """The same table on both sides."""

    actual: Table
    expected: Table


class Cast(_Enum):
    """How a column's type may change (Prisma's table of casts)."""

    SAFE = "safe"
    RISKY = "risky"
    NOT_CASTABLE = "not castable"


@frozen
class CreateSchema:
    name: str


@frozen
class CreateExtension:
    extension: Extension


@frozen
class AlterExtension:
    actual: Extension
    expected: Extension


@frozen
class DropExtension:
    """Only as the first half of a re-creation (a non-relocatable extension in another schema)."""

    extension: Extension


@frozen
class CreateEnum:
    enum: Enum


@frozen
class AlterEnum:
    actual: Enum
    expected: Enum
    added: tuple[str, ...]
    removed: tuple[str, ...]


@frozen
class DropEnum:
    enum: Enum


@frozen
class Rows:
    """The rows that a new table takes over from one that goes: links between the same two tables."""

    source: Table
    """Under its name when the new table is made."""
    columns: tuple[tuple[str, str], ...]
    """(column of the new table, column of the old one)"""
    rename: Rename


@frozen
class CreateTable:
    table: Table
    rows: Rows | None = None


@frozen
class DropTable:
    table: Table


@frozen
class MoveTable:
    """The table goes to another schema with its rows and all that belongs to it; a new name comes after, as RenameTable."""

    actual: Table
    expected: Table
    rename: Rename | None = None
    """What told or showed it."""


@frozen
class RenameTable:
    """Within one schema."""

    actual: Table
    expected: Table
    rename: Rename | None = None


@frozen
class RenameColumn:
    table: TablePair
    """Under its new name on both sides, if it has one."""
    actual: Column
    expected: Column
    rename: Rename | None = None


@frozen
class RenameEnum:
    """The type goes under another name, in another schema, or both; its columns go with it."""

    actual: Enum
    expected: Enum
    rename: Rename | None = None


@frozen
class RenameEnumValue:
    actual: Enum
    """Under its new name, if it has one."""
    expected: Enum
    before: str
    after: str
    rename: Rename | None = None


@frozen
class AddColumn:
    table: TablePair
    column: Column


@frozen
class DropColumn:
    table: TablePair
    column: Column


@frozen
class AlterColumn:
    """Any of arity, default, type, autoincrement differ."""

    table: TablePair
    actual: Column
    expected: Column
    arity: bool = False
    default: bool = False
    autoincrement: bool = False
    cast: Cast | None = None
    """None: the type does not change. NOT_CASTABLE: Prisma drops the column and adds it anew."""
    unsupported_text: bool = False
    """The type differs in a way Prisma never reports: the text of an Unsupported type (vector(3) / vector(1536))."""


@frozen
class AddPrimaryKey:
    table: TablePair
    key: PrimaryKey


@frozen
class DropPrimaryKey:
    table: TablePair
    key: PrimaryKey


@frozen
class RenamePrimaryKey:
    table: TablePair
    actual: PrimaryKey
    expected: PrimaryKey


@frozen
class CreateIndex:
    table: Table
    """The expected table."""
    index: Index
    actual_table: Table | None = None
    """None where the table is new."""
    recreated: bool = False
    """The index exists, but a column of it is dropped and added anew."""


@frozen
class DropIndex:
    table: TablePair
    index: Index


@frozen
class RenameIndex:
    table: TablePair
    actual: Index
    expected: Index


@frozen
class AddForeignKey:
    table: Table
    """The expected table."""
    key: ForeignKey
    actual_table: Table | None = None
    as_defined: bool = False
    """In the database's own words, with what no schema declares (DEFERRABLE, NOT VALID, MATCH)."""


@frozen
class DropForeignKey:
    table: Table
    """The actual table."""
    key: ForeignKey
    expected_table: Table | None = None
    """None where the whole table goes."""


@frozen
class RenameForeignKey:
    table: TablePair
    actual: ForeignKey
    expected: ForeignKey


Change = (
    CreateSchema
    | CreateExtension
    | AlterExtension
    | DropExtension
    | CreateEnum
    | AlterEnum
    | DropEnum
    | CreateTable
    | DropTable
    | MoveTable
    | RenameTable
    | RenameColumn
    | RenameEnum
    | RenameEnumValue
    | AddColumn
    | DropColumn
    | AlterColumn
    | AddPrimaryKey
    | DropPrimaryKey
    | RenamePrimaryKey
    | CreateIndex
    | DropIndex
    | RenameIndex
    | AddForeignKey
    | DropForeignKey
    | RenameForeignKey
)

TableChange = AddColumn | DropColumn | AlterColumn | AddPrimaryKey | DropPrimaryKey | RenamePrimaryKey
"""The changes that share one ALTER TABLE."""


@frozen
class Note:
    """A difference that is accepted, with the named rule that accepts it (docs/decisions, docs/findings)."""

    rule: str
    object: str
    message: str


@frozen
class Diff:
    """All that differs between two schemas."""

    changes: tuple[Change, ...]
    notes: tuple[Note, ...] = ()
    """Accepted differences: where Prisma's own diff would have changed something and we do not, and why."""
    renames: tuple[Rename, ...] = ()
    """Pairs of what goes and what comes: those that are sure are among the changes, the others may be one thing."""
