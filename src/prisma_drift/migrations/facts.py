"""What an SQL statement states, as values: one verb and one noun each.

Every fact ends with `line`, the 1-based line of its clause in the file.
"""

from __future__ import annotations

from ..model.values import frozen


@frozen
class ObjectName:
    """A name as it was written, unquoted and, where it had no quotes, in lower case."""

    name: str
    schema: str | None = None
    """None: not written, so the search path decides."""
    optional: bool = False
    """Written after IF EXISTS: nothing happens where there is no such object."""

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@frozen
class TypeName:
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


@frozen
class ColumnFact:
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


@frozen
class Key:
    """PRIMARY KEY or UNIQUE."""

    name: str | None
    """None: not written; Postgres makes one up."""
    columns: tuple[str, ...]
    primary: bool
    using_index: str | None = None
    """The index that becomes the constraint; `columns` is then empty."""
    include: tuple[str, ...] = ()


@frozen
class Reference:
    """FOREIGN KEY."""

    name: str | None
    columns: tuple[str, ...]
    references: ObjectName
    referenced_columns: tuple[str, ...]
    """Empty: not written, so the primary key."""
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"


@frozen
class OtherConstraint:
    """CHECK, EXCLUDE: what Prisma's language has no word for."""

    name: str | None
    kind: str


Constraint = Key | Reference | OtherConstraint


@frozen
class CreateTable:
    table: ObjectName
    columns: tuple[ColumnFact, ...]
    constraints: tuple[Constraint, ...] = ()
    """Those of columns too."""
    if_not_exists: bool = False
    temporary: bool = False
    line: int = 0


@frozen
class DropTable:
    table: ObjectName
    cascade: bool = False
    line: int = 0


@frozen
class RenameTable:
    table: ObjectName
    new: str
    line: int = 0


@frozen
class SetSchema:
    """ALTER … SET SCHEMA."""

    kind: str
    """table | type | sequence | extension"""
    object: ObjectName
    schema: str
    line: int = 0


@frozen
class AddColumn:
    table: ObjectName
    column: ColumnFact
    if_not_exists: bool = False
    line: int = 0


@frozen
class DropColumn:
    table: ObjectName
    column: str
    cascade: bool = False
    if_exists: bool = False
    line: int = 0


@frozen
class RenameColumn:
    table: ObjectName
    column: str
    new: str
    line: int = 0


@frozen
class AlterColumnType:
    table: ObjectName
    column: str
    type: TypeName
    line: int = 0
    using: str = ""
    """SQL text after USING; empty where none is written."""


@frozen
class SetNotNull:
    table: ObjectName
    column: str
    line: int = 0


@frozen
class DropNotNull:
    table: ObjectName
    column: str
    line: int = 0


@frozen
class SetDefault:
    table: ObjectName
    column: str
    default: str
    line: int = 0


@frozen
class DropDefault:
    table: ObjectName
    column: str
    line: int = 0


@frozen
class SetIdentity:
    """ADD GENERATED … AS IDENTITY, or DROP IDENTITY."""

    table: ObjectName
    column: str
    identity: bool
    line: int = 0


@frozen
class DropExpression:
    """A generated column becomes an ordinary one."""

    table: ObjectName
    column: str
    line: int = 0


@frozen
class AddConstraint:
    table: ObjectName
    constraint: Constraint
    line: int = 0


@frozen
class DropConstraint:
    table: ObjectName
    name: str
    cascade: bool = False
    if_exists: bool = False
    line: int = 0


@frozen
class RenameConstraint:
    table: ObjectName
    name: str
    new: str
    line: int = 0


@frozen
class IndexKey:
    """A key column of an index."""

    column: str | None
    """None: an expression."""
    descending: bool = False
    opclass: str | None = None
    """As written, without schema; None where the default serves."""
    text: str = ""
    """The key as written."""


@frozen
class CreateIndex:
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


@frozen
class DropIndex:
    name: ObjectName
    cascade: bool = False
    line: int = 0


@frozen
class RenameIndex:
    name: ObjectName
    new: str
    line: int = 0


@frozen
class CreateEnum:
    name: ObjectName
    values: tuple[str, ...]
    line: int = 0


@frozen
class AddEnumValue:
    name: ObjectName
    value: str
    before: str | None = None
    after: str | None = None
    if_not_exists: bool = False
    line: int = 0


@frozen
class RenameEnumValue:
    name: ObjectName
    value: str
    new: str
    line: int = 0


@frozen
class RenameType:
    name: ObjectName
    new: str
    line: int = 0


@frozen
class DropType:
    name: ObjectName
    cascade: bool = False
    line: int = 0


@frozen
class CreateExtension:
    name: str
    schema: str | None = None
    version: str | None = None
    line: int = 0


@frozen
class UpdateExtension:
    name: str
    version: str | None = None
    """None: the newest one."""
    line: int = 0


@frozen
class DropExtension:
    name: str
    cascade: bool = False
    line: int = 0


@frozen
class CreateSchema:
    name: str
    line: int = 0


@frozen
class DropSchema:
    name: str
    cascade: bool = False
    line: int = 0


@frozen
class RenameSchema:
    name: str
    new: str
    line: int = 0


@frozen
class CreateSequence:
    name: ObjectName
    owner: tuple[ObjectName, str] | None = None
    """Table and column, from OWNED BY."""
    line: int = 0


@frozen
class DropSequence:
    name: ObjectName
    cascade: bool = False
    line: int = 0


@frozen
class RenameSequence:
    name: ObjectName
    new: str
    line: int = 0


@frozen
class SetSearchPath:
    schemas: tuple[str, ...]
    """Empty: nothing resolves without its schema's name."""
    line: int = 0


@frozen
class Data:
    """Rows are read or written; no object changes."""

    verb: str
    line: int = 0


@frozen
class Neutral:
    """Nothing that Prisma's language can declare changes: BEGIN, SET, GRANT, COMMENT, a view, a trigger, a function's definition…"""

    verb: str
    kind: str = ""
    name: str = ""
    line: int = 0


@frozen
class Opaque:
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
