"""The lives of objects along a history: what exists, what each was last touched by, and how the dead went."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..model.values import field, frozen, mutable
from . import facts as f


@frozen
class Trace:
    """The statement that last made, changed, renamed or dropped an object."""

    migration: str
    """Folder name of the migration."""
    file: str
    line: int
    """1-based."""
    action: str
    """created | altered | renamed | dropped"""


class Event(NamedTuple):
    trace: Trace
    at: int
    """Number of the statement, to tell what came later."""


@mutable
class Part:
    """A column, index, constraint or enum value."""

    event: Event
    columns: tuple[str, ...] = ()
    """The columns that an index or constraint needs."""
    references: tuple[str, str] | None = None
    """Schema and name of the table that a foreign key refers to."""


@mutable
class Whole:
    """A table or an enum, with its parts by kind and name."""

    event: Event
    parts: dict[tuple[str, str], Part] = field(default_factory=dict)


_Key = tuple[str, str, str, str]
"""Kind, schema, owner, name."""


class Lives:
    """Follows facts in the order in which they run; see `last`."""

    def __init__(self, default_schema: str) -> None:
        self._default = default_schema
        self._path: tuple[str, ...] = (default_schema,)
        self._migration, self._file = "", ""
        self._tables: dict[tuple[str, str], Whole] = {}
        self._enums: dict[tuple[str, str], Whole] = {}
        self._single: dict[_Key, Event] = {}
        """Extensions and schemas, living or dead."""
        self._gone: dict[_Key, Event] = {}

    def begin(self, migration: str, file: str) -> None:
        """Another migration begins, with the default search path."""
        self._migration, self._file = migration, file
        self._path = (self._default,)

    def apply(self, fact: f.Fact, at: int) -> None:
        handler = _HANDLERS.get(type(fact))
        if handler is not None:
            handler(self, fact, at)

    def last(self, kind: str, schema: str, owner: str, name: str) -> Event | None:
        """What last happened to an object, dead or alive."""
        if kind in ("extension", "schema"):
            return self._single.get((kind, "", "", name))
        if not owner and kind in ("index", "constraint"):
            return self._last_of_any_table(kind, schema, name)
        wholes = self._enums if kind in ("enum", "enum value") else self._tables
        whole = wholes.get((schema, owner or name))
        if whole is not None:
            if not owner:
                return whole.event
            part = whole.parts.get((kind, name))
            if part is None and kind in ("index", "constraint"):
                part = whole.parts.get(("constraint" if kind == "index" else "index", name))
            if part is not None:
                return part.event
        for kind_ in (kind, {"index": "constraint", "constraint": "index"}.get(kind, kind)):
            if (gone := self._gone.get((kind_, schema, owner, name))) is not None:
                return gone
        return None

    def _last_of_any_table(self, kind: str, schema: str, name: str) -> Event | None:
        owners = {key[1] for key in self._tables if key[0] == schema}
        owners |= {owner for _, of, owner, gone in self._gone if of == schema and gone == name and owner}
        found = [e for owner in owners if (e := self.last(kind, schema, owner, name)) is not None]
        return max(found, key=lambda event: event.at, default=None)

    def _event(self, action: str, line: int, at: int) -> Event:
        return Event(Trace(self._migration, self._file, line, action), at)

    def _find(self, wholes: dict[tuple[str, str], Whole], name: f.ObjectName) -> tuple[str, str] | None:
        for schema in (name.schema,) if name.schema is not None else self._path:
            if (schema, name.name) in wholes:
                return schema, name.name
        return None

    def _new(self, name: f.ObjectName) -> tuple[str, str]:
        return name.schema or (self._path[0] if self._path else self._default), name.name

    def _table(self, name: f.ObjectName) -> tuple[tuple[str, str], Whole]:
        """A table; one whose making was not seen begins its life when it is mentioned."""
        key = self._find(self._tables, name) or self._new(name)
        if key not in self._tables:
            self._tables[key] = Whole(self._event("altered", 0, -1))
        return key, self._tables[key]

    # Tables

    def _create_table(self, fact: f.CreateTable, at: int) -> None:
        key = self._new(fact.table)
        if fact.temporary or (fact.if_not_exists and key in self._tables):
            return
        event = self._event("created", fact.line, at)
        whole = self._tables[key] = Whole(event)
        for column in fact.columns:
            whole.parts["column", column.name] = Part(self._event("created", column.line or fact.line, at))
        for constraint in fact.constraints:
            self._put_constraint(whole, constraint, event)

    def _put_constraint(self, whole: Whole, constraint: f.Constraint, event: Event) -> None:
        if constraint.name is None:
            return
        columns = () if isinstance(constraint, f.OtherConstraint) else constraint.columns
        references = None
        if isinstance(constraint, f.Reference):
            references = self._find(self._tables, constraint.references) or self._new(constraint.references)
        elif isinstance(constraint, f.Key) and constraint.using_index is not None:
            used = whole.parts.pop(("index", constraint.using_index), None)
            columns = used.columns if used else ()
        whole.parts["constraint", constraint.name] = Part(event, columns, references)

    def _drop_table(self, fact: f.DropTable, at: int) -> None:
        known = self._find(self._tables, fact.table)
        event = self._event("dropped", fact.line, at)
        if known is not None:
            self._bury_whole("table", self._tables, known, event)
        if fact.cascade:
            # The making of a table that is not traced itself may not have been read.
            self._drop_references(known or self._new(fact.table), event)

    def _drop_references(self, key: tuple[str, str], event: Event) -> None:
        for owner, whole in self._tables.items():
            for (kind, name), part in list(whole.parts.items()):
                if part.references == key:
                    self._bury_part(owner, whole, kind, name, event)

    def _bury_whole(
        self, kind: str, wholes: dict[tuple[str, str], Whole], key: tuple[str, str], event: Event
    ) -> None:
        whole = wholes.pop(key)
        self._gone[kind, key[0], "", key[1]] = event
        for part_kind, name in list(whole.parts):
            self._bury_part(key, whole, part_kind, name, event)

    def _bury_part(self, owner: tuple[str, str], whole: Whole, kind: str, name: str, event: Event) -> None:
        del whole.parts[kind, name]
        self._gone[kind, owner[0], owner[1], name] = event

    def _move(
        self,
        kind: str,
        wholes: dict[tuple[str, str], Whole],
        old: tuple[str, str],
        new: tuple[str, str],
        event: Event,
    ) -> None:
        """Renames or moves a whole: under the old name it and its parts are gone by this statement."""
        whole = wholes.pop(old)
        self._gone[kind, old[0], "", old[1]] = event
        for part_kind, name in whole.parts:
            self._gone[part_kind, old[0], old[1], name] = event
        whole.event = event
        wholes[new] = whole
        for other in self._tables.values():
            for part in other.parts.values():
                if part.references == old:
                    part.references = new

    def _rename_table(self, fact: f.RenameTable, at: int) -> None:
        key = self._find(self._tables, fact.table)
        if key is not None:
            event = self._event("renamed", fact.line, at)
            self._move("table", self._tables, key, (key[0], fact.new), event)
        else:
            self._rename_index(f.RenameIndex(fact.table, fact.new, fact.line), at)

    # Columns, constraints, indexes

    def _add_column(self, fact: f.AddColumn, at: int) -> None:
        _, whole = self._table(fact.table)
        known = ("column", fact.column.name) in whole.parts
        if not (fact.if_not_exists and known):
            whole.parts["column", fact.column.name] = Part(self._event("created", fact.line, at))

    def _drop_column(self, fact: f.DropColumn, at: int) -> None:
        key, whole = self._table(fact.table)
        event = self._event("dropped", fact.line, at)
        if ("column", fact.column) in whole.parts:
            self._bury_part(key, whole, "column", fact.column, event)
        else:
            self._gone["column", key[0], key[1], fact.column] = event
        for (kind, name), part in list(whole.parts.items()):
            if fact.column in part.columns:
                self._bury_part(key, whole, kind, name, event)

    def _rename_column(self, fact: f.RenameColumn, at: int) -> None:
        self._rename_part(fact.table, "column", fact.column, fact.new, self._event("renamed", fact.line, at))
        _, whole = self._table(fact.table)
        for part in whole.parts.values():
            part.columns = tuple(fact.new if c == fact.column else c for c in part.columns)

    def _rename_part(self, table: f.ObjectName, kind: str, old: str, new: str, event: Event) -> None:
        key, whole = self._table(table)
        part = whole.parts.pop((kind, old), None)
        self._gone[kind, key[0], key[1], old] = event
        if part is None:
            part = Part(event)
        part.event = event
        whole.parts[kind, new] = part

    def _alter_column(self, fact: f.SetNotNull, at: int) -> None:
        _, whole = self._table(fact.table)
        event = self._event("altered", fact.line, at)
        whole.parts.setdefault(("column", fact.column), Part(event)).event = event

    def _add_constraint(self, fact: f.AddConstraint, at: int) -> None:
        _, whole = self._table(fact.table)
        self._put_constraint(whole, fact.constraint, self._event("created", fact.line, at))

    def _drop_constraint(self, fact: f.DropConstraint, at: int) -> None:
        key, whole = self._table(fact.table)
        event = self._event("dropped", fact.line, at)
        if ("constraint", fact.name) in whole.parts:
            self._bury_part(key, whole, "constraint", fact.name, event)
        else:
            self._gone["constraint", key[0], key[1], fact.name] = event

    def _rename_constraint(self, fact: f.RenameConstraint, at: int) -> None:
        kind = "index" if ("index", fact.name) in self._table(fact.table)[1].parts else "constraint"
        self._rename_part(fact.table, kind, fact.name, fact.new, self._event("renamed", fact.line, at))

    def _create_index(self, fact: f.CreateIndex, at: int) -> None:
        if fact.name is None:
            return
        _, whole = self._table(fact.table)
        if fact.if_not_exists and ("index", fact.name) in whole.parts:
            return
        columns = tuple(key.column for key in fact.keys if key.column is not None) + fact.include
        whole.parts["index", fact.name] = Part(self._event("created", fact.line, at), columns)

    def _owner_of_index(self, index: f.ObjectName) -> tuple[tuple[str, str], str] | None:
        schemas = (index.schema,) if index.schema is not None else self._path
        for key, whole in self._tables.items():
            for kind in ("index", "constraint"):
                if key[0] in schemas and (kind, index.name) in whole.parts:
                    return key, kind
        return None

    def _drop_index(self, fact: f.DropIndex, at: int) -> None:
        found = self._owner_of_index(fact.name)
        if found is not None:
            key, kind = found
            event = self._event("dropped", fact.line, at)
            self._bury_part(key, self._tables[key], kind, fact.name.name, event)

    def _rename_index(self, fact: f.RenameIndex, at: int) -> None:
        found = self._owner_of_index(fact.name)
        if found is not None:
            key, kind = found
            event = self._event("renamed", fact.line, at)
            self._rename_part(f.ObjectName(key[1], key[0]), kind, fact.name.name, fact.new, event)

    # Enums

    def _create_enum(self, fact: f.CreateEnum, at: int) -> None:
        event = self._event("created", fact.line, at)
        whole = self._enums[self._new(fact.name)] = Whole(event)
        for value in fact.values:
            whole.parts["enum value", value] = Part(event)

    def _add_value(self, fact: f.AddEnumValue, at: int) -> None:
        key = self._find(self._enums, fact.name)
        if key is None or (fact.if_not_exists and ("enum value", fact.value) in self._enums[key].parts):
            return
        whole = self._enums[key]
        whole.event = self._event("altered", fact.line, at)
        whole.parts["enum value", fact.value] = Part(self._event("created", fact.line, at))

    def _rename_value(self, fact: f.RenameEnumValue, at: int) -> None:
        key = self._find(self._enums, fact.name)
        if key is None:
            return
        whole = self._enums[key]
        event = self._event("renamed", fact.line, at)
        whole.event = self._event("altered", fact.line, at)
        if ("enum value", fact.value) in whole.parts:
            self._bury_part(key, whole, "enum value", fact.value, event)
        whole.parts["enum value", fact.new] = Part(event)

    def _rename_type(self, fact: f.RenameType, at: int) -> None:
        key = self._find(self._enums, fact.name)
        if key is not None:
            event = self._event("renamed", fact.line, at)
            self._move("enum", self._enums, key, (key[0], fact.new), event)

    def _drop_type(self, fact: f.DropType, at: int) -> None:
        key = self._find(self._enums, fact.name)
        if key is not None:
            self._bury_whole("enum", self._enums, key, self._event("dropped", fact.line, at))

    # Extensions, schemas

    def _create_extension(self, fact: f.CreateExtension, at: int) -> None:
        known = self._single.get(("extension", "", "", fact.name))
        if known is None or known.trace.action == "dropped":
            self._single["extension", "", "", fact.name] = self._event("created", fact.line, at)

    def _update_extension(self, fact: f.UpdateExtension, at: int) -> None:
        self._single["extension", "", "", fact.name] = self._event("altered", fact.line, at)

    def _drop_extension(self, fact: f.DropExtension, at: int) -> None:
        self._single["extension", "", "", fact.name] = self._event("dropped", fact.line, at)

    def _create_schema(self, fact: f.CreateSchema, at: int) -> None:
        known = self._single.get(("schema", "", "", fact.name))
        if known is None or known.trace.action == "dropped":
            self._single["schema", "", "", fact.name] = self._event("created", fact.line, at)

    def _drop_schema(self, fact: f.DropSchema, at: int) -> None:
        event = self._event("dropped", fact.line, at)
        self._single["schema", "", "", fact.name] = event
        for key in [k for k in self._tables if k[0] == fact.name]:
            self._bury_whole("table", self._tables, key, event)
            self._drop_references(key, event)
        for key in [k for k in self._enums if k[0] == fact.name]:
            self._bury_whole("enum", self._enums, key, event)

    def _rename_schema(self, fact: f.RenameSchema, at: int) -> None:
        event = self._event("renamed", fact.line, at)
        self._single["schema", "", "", fact.name] = self._single["schema", "", "", fact.new] = event
        for kind, wholes in (("table", self._tables), ("enum", self._enums)):
            for key in [k for k in wholes if k[0] == fact.name]:
                self._move(kind, wholes, key, (fact.new, key[1]), event)

    def _set_schema(self, fact: f.SetSchema, at: int) -> None:
        event = self._event("altered", fact.line, at)
        if fact.kind == "extension":
            self._single["extension", "", "", fact.object.name] = event
        for kind, wholes in (("table", self._tables), ("type", self._enums)):
            key = self._find(wholes, fact.object) if fact.kind == kind else None
            if key is not None:
                self._move("table" if kind == "table" else "enum", wholes, key, (fact.schema, key[1]), event)

    def _set_path(self, fact: f.SetSearchPath, at: int) -> None:
        self._path = fact.schemas


_COLUMN_FACTS: Iterable[type] = (
    f.AlterColumnType,
    f.SetNotNull,
    f.DropNotNull,
    f.SetDefault,
    f.DropDefault,
    f.SetIdentity,
    f.DropExpression,
)
_HANDLERS: dict[type, Callable[..., None]] = {
    f.CreateTable: Lives._create_table,
    f.DropTable: Lives._drop_table,
    f.RenameTable: Lives._rename_table,
    f.AddColumn: Lives._add_column,
    f.DropColumn: Lives._drop_column,
    f.RenameColumn: Lives._rename_column,
    f.AddConstraint: Lives._add_constraint,
    f.DropConstraint: Lives._drop_constraint,
    f.RenameConstraint: Lives._rename_constraint,
    f.CreateIndex: Lives._create_index,
    f.DropIndex: Lives._drop_index,
    f.RenameIndex: Lives._rename_index,
    f.CreateEnum: Lives._create_enum,
    f.AddEnumValue: Lives._add_value,
    f.RenameEnumValue: Lives._rename_value,
    f.RenameType: Lives._rename_type,
    f.DropType: Lives._drop_type,
    f.CreateExtension: Lives._create_extension,
    f.UpdateExtension: Lives._update_extension,
    f.DropExtension: Lives._drop_extension,
    f.CreateSchema: Lives._create_schema,
    f.DropSchema: Lives._drop_schema,
    f.RenameSchema: Lives._rename_schema,
    f.SetSchema: Lives._set_schema,
    f.SetSearchPath: Lives._set_path,
    **dict.fromkeys(_COLUMN_FACTS, Lives._alter_column),
}
