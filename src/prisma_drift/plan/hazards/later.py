"""Rows as a plan will have made them, said in SQL over the database as it is now: what checks look at.

A unique index is built after its columns were renamed, converted, added and filled. A check runs before all that, so it
asks for the values that will be there; where no expression is sure to tell and sure to raise no error, none is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...diff import changes as c
from ...diff.base_types import base_type
from ...diff.defaults import database_default
from ...diff.unbuildable import NO_ORDER
from ...model.extensions import owner
from ...model.names import QualifiedName
from ...model.schema import Column, Table
from ...model.types import Arity, DbGenerated, Now, PrismaLevel
from ...model.values import frozen
from ..conversions.kinds import as_list
from ..render.context import Context
from ..render.defaults import default_sql
from ..render.types import type_sql
from ..steps import Fill, Step
from .costs import identifier, qualified

_OWN_FOR_EACH_ROW = re.compile(
    r"\b(nextval|gen_random_uuid|uuid_generate_v\w+|uuidv[47]|gen_random_bytes)\s*\(", re.IGNORECASE
)
"""Functions that give every row another value."""


@frozen
class Later:
    """The value of a column when the plan has changed it."""

    sql: str = ""
    """Over a row of the table as it is now, raising no error; empty where it cannot be told."""
    told_apart: bool = False
    """Rows that differed in the column before differ in it afterwards."""
    each_its_own: bool = False
    """No two rows have the same."""
    null: bool = False
    """Every row has NULL, or no row can be there."""


_NULL = Later(null=True)
_UNKNOWN = Later()


class Future:
    """What the steps of one plan make of its tables; tables and columns are asked for by the names of context.actual."""

    def __init__(self, steps: Iterable[Step], context: Context) -> None:
        self._context = context
        self._tables: dict[QualifiedName, QualifiedName] = {}
        self._columns: dict[tuple[QualifiedName, str], c.AddColumn | c.AlterColumn] = {}
        self._renamed: dict[tuple[QualifiedName, str], str] = {}
        self._fills: dict[tuple[QualifiedName, str], Fill] = {}
        self._enums: set[QualifiedName] = set()
        self._extensions: set[str] = set()
        self.carried: set[QualifiedName] = set()
        """Tables whose rows a new one takes over."""
        self.new: set[QualifiedName] = set()
        """Tables that the plan creates."""
        self.dropped: set[tuple[QualifiedName, str]] = set()
        """Indexes and keys that it drops: (table, name)."""
        for step in steps:
            for change in step.changes:
                self._note(change)
            for fill in step.fills:
                self._fills[fill.table, fill.column] = fill

    def _note(self, change: c.Change) -> None:
        if isinstance(change, c.MoveTable | c.RenameTable):
            before = self._tables.pop(change.actual.name, change.actual.name)
            self._tables[change.expected.name] = before
        elif isinstance(change, c.RenameColumn):
            self._renamed[change.table.actual.name, change.expected.name] = change.actual.name
        elif isinstance(change, c.AddColumn):
            self._columns[change.table.actual.name, change.column.name] = change
        elif isinstance(change, c.AlterColumn):
            self._columns[change.table.actual.name, change.actual.name] = change
        elif isinstance(change, c.CreateExtension):
            self._extensions.add(change.extension.name)
        elif isinstance(change, c.CreateEnum):
            self._enums.add(change.enum.name)
        elif isinstance(change, c.AlterEnum | c.RenameEnum | c.RenameEnumValue):
            self._enums |= {change.actual.name, change.expected.name}
        elif isinstance(change, c.CreateTable):
            self.new.add(change.table.name)
            if change.rows is not None:
                self.carried.add(change.rows.source.name)
        elif isinstance(change, c.DropIndex):
            self.dropped.add((change.table.actual.name, change.index.name))
        elif isinstance(change, c.DropPrimaryKey):
            self.dropped.add((change.table.actual.name, change.key.name))

    def table_now(self, name: QualifiedName) -> QualifiedName:
        """The table's name in the database as it is."""
        return self._tables.get(name, name)

    def column_now(self, table: QualifiedName, column: str) -> str:
        return self._renamed.get((table, column), column)

    def object(self, table: QualifiedName, column: str = "") -> str:
        """`public.User`, `public.User.name`: as hazards name it, in the database as it is."""
        name = str(self.table_now(table))
        return f"{name}.{self.column_now(table, column)}" if column else name

    def rows(self, table: QualifiedName) -> str:
        """The table as it is now, for FROM; renamed columns go by both names."""
        now = qualified(self.table_now(table))
        renamed = sorted((new, old) for (owner, new), old in self._renamed.items() if owner == table)
        if not renamed:
            return now
        more = ", ".join(f"{identifier(old)} AS {identifier(new)}" for new, old in renamed)
        return f"(SELECT *, {more} FROM {now}) AS {identifier(table.name)}"  # noqa: S608

    def uses_changed_enum(self, column: Column) -> bool:
        return column.type.enum in self._enums

    def _of_new_extension(self, column: Column) -> bool:
        return column.type.enum is None and owner("type", base_type(column)) in self._extensions

    def is_there(self, table: QualifiedName, column: str) -> bool:
        """Whether the column is not to be added first."""
        return not isinstance(self._columns.get((table, column)), c.AddColumn)

    def changed(self, table: QualifiedName, column: str) -> bool:
        """Whether the column is added, altered or filled."""
        return (table, column) in self._columns or (table, column) in self._fills

    def filled_along(self, table: QualifiedName, column: str) -> bool:
        """Whether the column is filled from one that already points where it shall point."""
        fill = self._fills.get((table, column))
        return fill is not None and bool(fill.way)

    def type_later(self, table: Table, column: str) -> str | None:
        """The column's base type when the plan has run; None for one of unknown kind."""
        found = self._later(table, column)
        return base_type(found) if found is not None and found.type.arity is not Arity.LIST else None

    def can_compare(self, table: Table, column: str) -> bool:
        """Whether Postgres tells equal values of the column, or elements of it, when the plan has run."""
        found = self._later(table, column)
        return found is not None and base_type(found) not in NO_ORDER

    def _later(self, table: Table, column: str) -> Column | None:
        change = self._columns.get((table.name, column))
        if isinstance(change, c.AddColumn):
            return change.column
        return change.expected if change is not None else table.column(column)

    def values(self, table: Table, columns: Sequence[str]) -> tuple[Later, ...]:
        return tuple(self.value(table, column) for column in columns)

    def rows_later(self, table: Table, columns: Sequence[str]) -> str:
        """For FROM: the rows with these columns as they will be. Only where every value can be told."""
        if not any(self.changed(table.name, column) for column in columns):
            return self.rows(table.name)
        listed = ", ".join(
            f"{value.sql or 'NULL'} AS {identifier(column)}"
            for column, value in zip(columns, self.values(table, columns), strict=True)
        )
        # Fills look at the row as `t`.
        return f"(SELECT {listed} FROM {self._as_t(table.name)}) AS {identifier(table.name.name)}"  # noqa: S608

    def _as_t(self, table: QualifiedName) -> str:
        renamed = table in self._owners()
        return f"(SELECT * FROM {self.rows(table)}) AS t" if renamed else f"{self.rows(table)} AS t"  # noqa: S608

    def value(self, table: Table, column: str) -> Later:
        """What the column of a table that is there will hold."""
        change = self._columns.get((table.name, column))
        fill = self._fills.get((table.name, column))
        if change is None:
            return Later(identifier(column), told_apart=True)
        if isinstance(change, c.AddColumn):
            return self._added(change.column, fill)
        if change.cast is c.Cast.NOT_CASTABLE:
            return self._added(change.expected, fill)
        later = self._converted(change)
        if fill is None:
            return later
        value = self._fill(change.expected, fill)
        if not later.sql or not value:
            return _UNKNOWN
        own = bool(_OWN_FOR_EACH_ROW.search(value))
        return Later(f"coalesce({later.sql}, {value})", told_apart=later.told_apart and own)

    def _fill(self, column: Column, fill: Fill) -> str:
        """The fill's expression; empty where it cannot be asked yet."""
        moved = any(table in self._tables or table in self._owners() for table in fill.way)
        unknown = moved or self.uses_changed_enum(column) or self._of_new_extension(column)
        return "" if unknown else fill.value

    def _owners(self) -> set[QualifiedName]:
        """Tables with renamed columns."""
        return {owner for owner, _ in self._renamed}

    def _added(self, column: Column, fill: Fill | None) -> Later:
        if fill is not None:
            own = bool(_OWN_FOR_EACH_ROW.search(fill.value))
            return Later(self._fill(column, fill), each_its_own=own)
        if column.autoincrement:
            return Later(each_its_own=True)
        default = database_default(column)
        if default is None:
            # A required one stands on an empty table alone.
            return _NULL
        text = default_sql(column, self._context.names)
        if isinstance(default, DbGenerated):
            return Later(each_its_own=bool(_OWN_FOR_EACH_ROW.search(text or "")))
        unknown = self.uses_changed_enum(column) or self._of_new_extension(column)
        if text is None or unknown or isinstance(default, PrismaLevel):
            return _UNKNOWN
        return Later("CURRENT_TIMESTAMP" if isinstance(default, Now) else self._typed(text, column))

    def _typed(self, text: str, column: Column) -> str:
        catalog = column.catalog
        return f"({text})::{catalog.type if catalog else type_sql(column.type, self._context.names)}"

    def _converted(self, change: c.AlterColumn) -> Later:
        name = identifier(change.actual.name)
        is_list = as_list(change.expected).type.arity is Arity.LIST
        lists = (as_list(change.actual).type.arity is Arity.LIST) != is_list
        if change.cast is None and not lists and not change.unsupported_text:
            return Later(name, told_apart=True)
        found = self._context.conversion(change)
        if found is None:
            return _UNKNOWN
        apart = not (found.loses or found.cut or found.uncertain or found.merges)
        if lists and change.actual.type.arity is Arity.NULLABLE:
            # NULLs, which a unique index tells apart, become empty lists, which it does not.
            apart = False
        if self._of_new_extension(change.expected):
            # Its type cannot be named yet; citext tells texts apart as lower() does.
            folded = base_type(change.expected) == "citext" and not (found.before or found.uncertain or lists)
            return Later(f"lower(({found.using or name})::text)" if folded else "", told_apart=apart)
        if found.before or found.uncertain or self.uses_changed_enum(change.expected):
            return Later(told_apart=apart)
        text = self._typed(found.using or name, change.expected)
        if found.fails:
            text = f"CASE WHEN {found.fails} THEN NULL ELSE {text} END"
        return Later(text, told_apart=apart)
