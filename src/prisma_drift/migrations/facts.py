"""What an SQL statement states, as values: one verb and one noun each.

Named tuples, not data classes: forty classes of these cost the commit hook some 8 ms of start-up, data
classes 40 ms. Every fact ends with `line`, the 1-based line of its clause in the file.
"""

from __future__ import annotations

from typing import NamedTuple


class ObjectName(NamedTuple):
    """A name as it was written, unquoted and, where it had no quotes, in lower case."""

    name: str
    schema: str | None = None
    """None: not written, so the search path decides."""
    optional: bool = False
    """Written after IF EXISTS: nothing happens where there is no such object."""

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class TypeName(NamedTuple):
    """The type of a column."""

    name: str
    """Canonical for built-in types, as format_type prints it without precision: `integer`, `timestamp with time zone`."""
    schema: str | None = None
    args: tuple[str, ...] = ()
    """Type modifiers: ("65", "30"), ("1536",)."""
    array: bool = False
    serial: bool = False
    """Written as serial, smallserial or bigserial: NOT NULL, and a sequence of its own as default."""

    def __str__(self) -> str:
        name = f"{self.schema}.{self.name}" if self.schema else self.name
        return name + (f"({', '.join(self.args)})" if self.args else "") + ("[]" if self.array else "")


class ColumnFact(NamedTuple):
    """A column as CREATE TABLE or ADD COLUMN define it."""

    name: str
    type: TypeName
    not_null: bool = False
    default: str | None = None
    """SQL text; None where none is written. `NULL` reads as None."""
    identity: bool = False
    generated: str | None = None
    """Expression of a GENERATED ALWAYS AS (…) column."""
    line: int = 0


class Key(NamedTuple):
    """PRIMARY KEY or UNIQUE."""

    name: str | None
    """None: not written; Postgres makes one up."""
    columns: tuple[str, ...]
    primary: bool
    using_index: str | None = None
    """The index that becomes the constraint; `columns` is then empty."""
    include: tuple[str, ...] = ()


class Reference(NamedTuple):
    """FOREIGN KEY."""

    name: str | None
    columns: tuple[str, ...]
    references: ObjectName
    referenced_columns: tuple[str, ...]
    """Empty: not written, so the primary key."""
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"


class OtherConstraint(NamedTuple):
    """CHECK, EXCLUDE: what Prisma's language has no word for."""

    name: str | None
    kind: str


Constraint = Key | Reference | OtherConstraint


class CreateTable(NamedTuple):
    table: ObjectName
    columns: tuple[ColumnFact, ...]
    constraints: tuple[Constraint, ...] = ()
    """Those of columns too."""
    if_not_exists: bool = False
    temporary: bool = False
    line: int = 0


class DropTable(NamedTuple):
    table: ObjectName
    cascade: bool = False
    line: int = 0


class RenameTable(NamedTuple):
    table: ObjectName
    new: str
    line: int = 0


class SetSchema(NamedTuple):
    """ALTER … SET SCHEMA."""

    kind: str
    """table | type | sequence | extension"""
    object: ObjectName
    schema: str
    line: int = 0


class AddColumn(NamedTuple):
    table: ObjectName
    column: ColumnFact
    if_not_exists: bool = False
    line: int = 0


class DropColumn(NamedTuple):
    table: ObjectName
    column: str
    cascade: bool = False
    if_exists: bool = False
    line: int = 0


class RenameColumn(NamedTuple):
    table: ObjectName
    column: str
    new: str
    line: int = 0


class AlterColumnType(NamedTuple):
    table: ObjectName
    column: str
    type: TypeName
    line: int = 0


class SetNotNull(NamedTuple):
    table: ObjectName
    column: str
    line: int = 0


class DropNotNull(NamedTuple):
    table: ObjectName
    column: str
    line: int = 0


class SetDefault(NamedTuple):
    table: ObjectName
    column: str
    default: str
    line: int = 0


class DropDefault(NamedTuple):
    table: ObjectName
    column: str
    line: int = 0


class SetIdentity(NamedTuple):
    """ADD GENERATED … AS IDENTITY, or DROP IDENTITY."""

    table: ObjectName
    column: str
    identity: bool
    line: int = 0


class DropExpression(NamedTuple):
    """A generated column becomes an ordinary one."""

    table: ObjectName
    column: str
    line: int = 0


class AddConstraint(NamedTuple):
    table: ObjectName
    constraint: Constraint
    line: int = 0


class DropConstraint(NamedTuple):
    table: ObjectName
    name: str
    cascade: bool = False
    if_exists: bool = False
    line: int = 0


class RenameConstraint(NamedTuple):
    table: ObjectName
    name: str
    new: str
    line: int = 0


class IndexKey(NamedTuple):
    """A key column of an index."""

    column: str | None
    """None: an expression."""
    descending: bool = False
    opclass: str | None = None
    """As written, without schema; None where the default serves."""
    text: str = ""
    """The key as written."""


class CreateIndex(NamedTuple):
    name: str | None
    """None: not written; Postgres makes one up."""
    table: ObjectName
    keys: tuple[IndexKey, ...]
    unique: bool = False
    method: str = "btree"
    predicate: str | None = None
    """SQL text after WHERE."""
    include: tuple[str, ...] = ()
    concurrently: bool = False
    if_not_exists: bool = False
    line: int = 0


class DropIndex(NamedTuple):
    name: ObjectName
    cascade: bool = False
    line: int = 0


class RenameIndex(NamedTuple):
    name: ObjectName
    new: str
    line: int = 0


class CreateEnum(NamedTuple):
    name: ObjectName
    values: tuple[str, ...]
    line: int = 0


class AddEnumValue(NamedTuple):
    name: ObjectName
    value: str
    before: str | None = None
    after: str | None = None
    if_not_exists: bool = False
    line: int = 0


class RenameEnumValue(NamedTuple):
    name: ObjectName
    value: str
    new: str
    line: int = 0


class RenameType(NamedTuple):
    name: ObjectName
    new: str
    line: int = 0


class DropType(NamedTuple):
    name: ObjectName
    cascade: bool = False
    line: int = 0


class CreateExtension(NamedTuple):
    name: str
    schema: str | None = None
    version: str | None = None
    line: int = 0


class UpdateExtension(NamedTuple):
    name: str
    version: str | None = None
    """None: the newest one."""
    line: int = 0


class DropExtension(NamedTuple):
    name: str
    cascade: bool = False
    line: int = 0


class CreateSchema(NamedTuple):
    name: str
    line: int = 0


class DropSchema(NamedTuple):
    name: str
    cascade: bool = False
    line: int = 0


class RenameSchema(NamedTuple):
    name: str
    new: str
    line: int = 0


class CreateSequence(NamedTuple):
    name: ObjectName
    owner: tuple[ObjectName, str] | None = None
    """Table and column, from OWNED BY."""
    line: int = 0


class DropSequence(NamedTuple):
    name: ObjectName
    cascade: bool = False
    line: int = 0


class RenameSequence(NamedTuple):
    name: ObjectName
    new: str
    line: int = 0


class SetSearchPath(NamedTuple):
    schemas: tuple[str, ...]
    """Empty: nothing resolves without its schema's name."""
    line: int = 0


class Data(NamedTuple):
    """Rows are read or written; no object changes."""

    verb: str
    line: int = 0


class Neutral(NamedTuple):
    """Nothing that Prisma's language can declare changes: BEGIN, SET, GRANT, COMMENT, a view, a trigger, a function's definition…"""

    verb: str
    kind: str = ""
    name: str = ""
    line: int = 0


class Opaque(NamedTuple):
    """What cannot be read without running it; it may change anything that it mentions, or more."""

    reason: str
    text: str
    dynamic: bool = False
    """It runs SQL that is put together, or functions that are not known: it may change what it does not mention."""
    line: int = 0


Fact = (
    CreateTable
    | DropTable
    | RenameTable
    | SetSchema
    | AddColumn
    | DropColumn
    | RenameColumn
    | AlterColumnType
    | SetNotNull
    | DropNotNull
    | SetDefault
    | DropDefault
    | SetIdentity
    | DropExpression
    | AddConstraint
    | DropConstraint
    | RenameConstraint
    | CreateIndex
    | DropIndex
    | RenameIndex
    | CreateEnum
    | AddEnumValue
    | RenameEnumValue
    | RenameType
    | DropType
    | CreateExtension
    | UpdateExtension
    | DropExtension
    | CreateSchema
    | DropSchema
    | RenameSchema
    | CreateSequence
    | DropSequence
    | RenameSequence
    | SetSearchPath
    | Data
    | Neutral
    | Opaque
)
