"""What statements about types, extensions, schemas and sequences do to a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..migrations import facts as f
from ..model.names import QualifiedName
from ..model.schema import Enum, Extension, Table
from ..model.types import ColumnType, EnumLabel, Family, Value
from ..model.values import replace
from .columns import bare_type, drop_column, drop_default, rename_in_columns
from .state import (
    MutableSchema,
    drop_default_of_sequence,
    find_enum,
    find_table,
    missing,
    new_name,
    put,
    refuse,
)
from .tables import move_table, remove_table
from .touches import Place, part, single, values, whole

Effect = Callable[[MutableSchema, Any, Place], None]


def create_enum(state: MutableSchema, fact: f.CreateEnum, place: Place) -> None:
    name = new_name(state, fact.name)
    if name in state.enums:
        refuse(state, f"the type {name} exists already", place, name.name)
    state.enums[name] = Enum(name, fact.values, explicit_schema=name.schema != state.default_schema)
    state.touches.make(whole("enum", name))
    for key in values(name, fact.values):
        state.touches.touch(key, "created")


def add_value(state: MutableSchema, fact: f.AddEnumValue, place: Place) -> None:
    name = _enum_of(state, fact.name, place)
    if name is None:
        return
    enum = state.enums[name]
    key = part("enum value", name, fact.value)
    if fact.value in enum.values:
        state.touches.skip(key)
        if not fact.if_not_exists:
            refuse(state, f"{name} has a value {fact.value} already", place, name.name)
        return
    labels = list(enum.values)
    at = len(labels)
    if fact.before in labels:
        at = labels.index(fact.before)
    elif fact.after in labels:
        at = labels.index(fact.after) + 1
    labels.insert(at, fact.value)
    state.enums[name] = replace(enum, values=tuple(labels), value_positions=())
    state.touches.touch(key, "created")
    state.touches.alter(whole("enum", name))


def rename_value(state: MutableSchema, fact: f.RenameEnumValue, place: Place) -> None:
    name = _enum_of(state, fact.name, place)
    if name is None:
        return
    if fact.value not in state.enums[name].values and not state.partial:
        refuse(state, f"{name} has no value {fact.value}", place, name.name)
        return
    enum = state.enums[name]
    labels = tuple(fact.new if value == fact.value else value for value in enum.values)
    state.enums[name] = replace(enum, values=labels)
    for table in list(state.tables.values()):
        columns = tuple(
            replace(c, default=_renamed_default(c.default, fact.value, fact.new))
            if c.type.enum == name
            else c
            for c in table.columns
        )
        put(state, replace(table, columns=columns))
    state.touches.alter(whole("enum", name))
    state.touches.rename(part("enum value", name, fact.value), part("enum value", name, fact.new))


def _renamed_default(default: Any, old: str, new: str) -> Any:
    if not isinstance(default, Value):
        return default
    if isinstance(default.value, tuple):
        return Value(
            tuple(EnumLabel(new) if isinstance(v, EnumLabel) and v.label == old else v for v in default.value)
        )
    return Value(EnumLabel(new)) if default.value == EnumLabel(old) else default


def _move_enum(state: MutableSchema, old: QualifiedName, new: QualifiedName, action: str) -> None:
    if new in state.enums:
        _forget_enum(state, new)
    enum = state.enums.pop(old)
    state.enums[new] = replace(enum, name=new, explicit_schema=new.schema != state.default_schema)

    def moved(type_: ColumnType) -> ColumnType:
        return replace(type_, enum=new) if type_.enum == old else type_

    for table in list(state.tables.values()):
        put(state, rename_in_columns(table, moved))
    state.touches.move_whole(whole("enum", old), whole("enum", new), values(old, enum.values), action)


def _forget_enum(state: MutableSchema, name: QualifiedName) -> None:
    enum = state.enums.pop(name)
    state.touches.drop_whole(whole("enum", name), values(name, enum.values))


def _enum_of(state: MutableSchema, name: f.ObjectName, place: Place) -> QualifiedName | None:
    found = find_enum(state, name)
    if found is None:
        missing(state, name, "type", place)
    return found


def rename_type(state: MutableSchema, fact: f.RenameType, place: Place) -> None:
    name = find_enum(state, fact.name)
    if name is None and fact.name.name not in state.types:
        missing(state, fact.name, "type", place)
    if name is not None:
        new = QualifiedName(name.schema, fact.new)
        if new in state.enums:
            refuse(state, f"the type {new} exists already", place, name.name, new.name)
        _move_enum(state, name, new, "renamed")


def drop_type(state: MutableSchema, fact: f.DropType, place: Place) -> None:
    name = find_enum(state, fact.name)
    if name is None:
        if fact.name.name not in state.types:
            missing(state, fact.name, "type", place)
        return
    _forget_enum(state, name)
    if not fact.cascade:
        for table in state.tables.values():
            for column in table.columns:
                if column.type.enum == name:
                    message = f"{table.name}.{column.name} is of the type {name}"
                    refuse(state, message, place, name.name, table.name.name)
        return
    for (owner, column_name), enum in list(state.cast_defaults.items()):
        if enum == name and owner in state.tables:
            drop_default(state, f.DropDefault(_object(state.tables[owner]), column_name), place)
    for table in list(state.tables.values()):
        for column in table.columns:
            if column.type.enum == name:
                drop_column(state, f.DropColumn(_object(table), column.name, True), place)


def _object(table: Table) -> f.ObjectName:
    return f.ObjectName(table.name.name, table.name.schema)


def create_extension(state: MutableSchema, fact: f.CreateExtension, place: Place) -> None:
    if fact.name not in state.extensions:
        state.extensions[fact.name] = Extension(fact.name, fact.schema, fact.version)
        state.touches.touch(single("extension", fact.name), "created")
    else:
        state.touches.skip(single("extension", fact.name))


def update_extension(state: MutableSchema, fact: f.UpdateExtension, place: Place) -> None:
    if fact.name in state.extensions:
        state.extensions[fact.name] = replace(state.extensions[fact.name], version=fact.version)
    state.touches.alter(single("extension", fact.name))


_TYPES_OF = {
    "vector": ("vector", "halfvec", "sparsevec"),
    "postgis": ("geometry", "geography", "raster", "box2d", "box3d"),
    "hstore": ("hstore",),
    "ltree": ("ltree", "lquery", "ltxtquery"),
    "cube": ("cube",),
    "isn": ("isbn", "isbn13", "issn", "issn13", "upc", "ean13"),
}


def drop_extension(state: MutableSchema, fact: f.DropExtension, place: Place) -> None:
    state.extensions.pop(fact.name, None)
    state.touches.drop(single("extension", fact.name))
    types = _TYPES_OF.get(fact.name, ()) if fact.cascade else ()
    for table in list(state.tables.values()):
        for column in table.columns:
            unknown = column.type.family in (Family.UNSUPPORTED, Family.UDT)
            if unknown and bare_type(column.type.text).partition("(")[0] in types:
                drop_column(state, f.DropColumn(_object(table), column.name, True), place)


def create_schema(state: MutableSchema, fact: f.CreateSchema, place: Place) -> None:
    key = single("schema", fact.name)
    if fact.name not in state.schemas or (state.partial and not state.touches.is_alive(key)):
        state.touches.touch(key, "created")
    else:
        state.touches.skip(key)
    state.schemas[fact.name] = None


def drop_schema(state: MutableSchema, fact: f.DropSchema, place: Place) -> None:
    state.schemas.pop(fact.name, None)
    state.touches.drop(single("schema", fact.name))
    for table in [t for t in state.tables.values() if t.name.schema == fact.name]:
        remove_table(state, state.tables[table.name], True)
    for name in [n for n in state.enums if n.schema == fact.name]:
        drop_type(state, f.DropType(f.ObjectName(name.name, name.schema), True), place)


def rename_schema(state: MutableSchema, fact: f.RenameSchema, place: Place) -> None:
    if fact.name not in state.schemas and not state.partial:
        return
    state.schemas.pop(fact.name, None)
    state.schemas[fact.new] = None
    state.touches.rename(single("schema", fact.name), single("schema", fact.new))
    for table in [t for t in state.tables.values() if t.name.schema == fact.name]:
        move_table(state, state.tables[table.name], QualifiedName(fact.new, table.name.name), "renamed")
    for name in [n for n in state.enums if n.schema == fact.name]:
        _move_enum(state, name, QualifiedName(fact.new, name.name), "renamed")


def set_schema(state: MutableSchema, fact: f.SetSchema, place: Place) -> None:
    if fact.kind == "table":
        table = find_table(state, fact.object)
        if table is not None:
            move_table(state, table, QualifiedName(fact.schema, table.name.name), "altered")
    elif fact.kind == "type":
        name = find_enum(state, fact.object)
        if name is not None:
            _move_enum(state, name, QualifiedName(fact.schema, name.name), "altered")
    elif fact.kind == "extension":
        name_ = fact.object.name
        if name_ in state.extensions:
            state.extensions[name_] = replace(state.extensions[name_], schema=fact.schema)
        state.touches.alter(single("extension", name_))


def drop_sequence(state: MutableSchema, fact: f.DropSequence, place: Place) -> None:
    if fact.cascade:
        drop_default_of_sequence(state, fact.name.name)


def note_other(state: MutableSchema, fact: f.Neutral, place: Place) -> None:
    """Types that are no enums are remembered by name, as are views, which are types of rows."""
    if fact.verb == "create" and fact.kind in ("type", "domain", "view", "materialized"):
        state.types.add(fact.name.rpartition(".")[2])


def set_search_path(state: MutableSchema, fact: f.SetSearchPath, place: Place) -> None:
    state.path = tuple(schema for schema in fact.schemas if schema not in ("$user", "pg_catalog"))


OBJECT_EFFECTS: dict[type, Effect] = {
    f.CreateEnum: create_enum,
    f.AddEnumValue: add_value,
    f.RenameEnumValue: rename_value,
    f.RenameType: rename_type,
    f.DropType: drop_type,
    f.CreateExtension: create_extension,
    f.UpdateExtension: update_extension,
    f.DropExtension: drop_extension,
    f.CreateSchema: create_schema,
    f.DropSchema: drop_schema,
    f.RenameSchema: rename_schema,
    f.SetSchema: set_schema,
    f.DropSequence: drop_sequence,
    f.SetSearchPath: set_search_path,
    f.Neutral: note_other,
}
