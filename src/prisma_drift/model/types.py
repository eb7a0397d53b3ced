"""Column types and defaults, in Prisma's terms and in Postgres' own."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum as _Enum

from .names import QualifiedName
from .values import frozen


class Arity(_Enum):
    REQUIRED = "required"
    NULLABLE = "nullable"
    LIST = "list"


class Family(_Enum):
    """Prisma's grouping of column types (ColumnTypeFamily of its engine)."""

    INT = "Int"
    BIGINT = "BigInt"
    FLOAT = "Float"
    DECIMAL = "Decimal"
    BOOLEAN = "Boolean"
    STRING = "String"
    DATETIME = "DateTime"
    BYTES = "Binary"
    JSON = "Json"
    UUID = "Uuid"
    ENUM = "Enum"
    UDT = "Udt"
    UNSUPPORTED = "Unsupported"


@frozen
class NativeType:
    """A native type that Prisma knows, in PSL spelling: VarChar(50), Timestamp(3), JsonB."""

    name: str
    args: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({','.join(map(str, self.args))})" if self.args else self.name


@frozen
class ColumnType:
    """The type of a column."""

    family: Family
    arity: Arity
    native: NativeType | None = None
    """None for enums, UDTs and unsupported types."""
    enum: QualifiedName | None = None
    """The enum, where family is ENUM."""
    text: str = ""
    """For UNSUPPORTED and UDT: the type as written (`vector(1536)`) or as format_type prints it, without `[]`."""


@frozen
class Value:
    """A constant default.

    `value` is str (String, Json text, DateTime text as written, Uuid text), int, Decimal, bool, bytes,
    EnumLabel, or a tuple of these for lists.
    """

    value: Scalar | tuple[Scalar, ...]


@frozen
class EnumLabel:
    label: str
    """The label in the database (the mapped name)."""


@frozen
class DateTimeText:
    """A date-time constant; text as it stands in SQL, e.g. `2020-03-19 14:21:00 +02:00`."""

    text: str


@frozen
class JsonText:
    text: str


Scalar = str | int | Decimal | bool | bytes | EnumLabel | DateTimeText | JsonText


@frozen
class Now:
    """CURRENT_TIMESTAMP."""


@frozen
class DbGenerated:
    """An SQL expression. `text` None is `dbgenerated()` without text: it matches anything."""

    text: str | None


@frozen
class Sequence:
    """nextval of a sequence; `name` is empty where the schema just says autoincrement()."""

    name: str = ""


@frozen
class PrismaLevel:
    """uuid(), cuid(), nanoid(), @updatedAt…: filled by the client, nothing in the database."""

    function: str


Default = Value | Now | DbGenerated | Sequence | PrismaLevel
