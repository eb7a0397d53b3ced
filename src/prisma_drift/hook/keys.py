"""Which object a change is about, as a key that two comparisons, or a change and a statement, can share."""

from __future__ import annotations

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
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
)

Key = tuple[str, ...]


def key_of(change: Change) -> Key:
    """Which object a change is about: (kind, `schema.table` or name, part)."""
    if isinstance(change, AddColumn | DropColumn):
        return "column", str(change.table.expected.name), change.column.name
    if isinstance(change, AlterColumn):
        return "column", str(change.table.expected.name), change.expected.name
    if isinstance(change, CreateTable | DropTable):
        return "table", str(change.table.name)
    if isinstance(change, CreateIndex):
        return "index", str(change.table.name), *(c.name for c in change.index.columns)
    if isinstance(change, DropIndex):
        return "index", str(change.table.actual.name), *(c.name for c in change.index.columns)
    if isinstance(change, RenameIndex):
        return "index", str(change.table.actual.name), *(c.name for c in change.expected.columns)
    if isinstance(change, AddForeignKey | DropForeignKey):
        return "foreign key", str(change.table.name), *change.key.columns
    if isinstance(change, RenameForeignKey):
        return "foreign key", str(change.table.actual.name), *change.expected.columns
    if isinstance(change, AddPrimaryKey | DropPrimaryKey | RenamePrimaryKey):
        return "primary key", str(change.table.actual.name)
    if isinstance(change, CreateEnum | DropEnum):
        return "enum", str(change.enum.name)
    if isinstance(change, AlterEnum):
        return "enum", str(change.expected.name)
    if isinstance(change, CreateExtension | DropExtension):
        return "extension", change.extension.name
    if isinstance(change, AlterExtension):
        return "extension", change.expected.name
    assert isinstance(change, CreateSchema)
    return "schema", change.name


def places_of(change: Change) -> list[Key]:
    """The keys of `touched` and `created` that stand for the object of a change, the nearest first."""
    kind, *rest = key_of(change)
    own = getattr(change, "index", None) or getattr(change, "key", None) or getattr(change, "actual", None)
    if kind == "column":
        return [(rest[0], rest[1])]
    if kind in ("index", "foreign key", "primary key"):
        return [(rest[0], getattr(own, "name", ""))]
    if kind in ("extension", "schema"):
        return [(kind, rest[0])]
    values = (*change.added, *change.removed) if isinstance(change, AlterEnum) else ()
    return [*((rest[0], value) for value in values), (rest[0], "")]


def whole(key: Key) -> str:
    """`schema.table`, or the name of the enum."""
    return key[1] if len(key) > 1 else ""


def own(name: str) -> str:
    """`schema.table` without the schema."""
    return name.partition(".")[2] or name
