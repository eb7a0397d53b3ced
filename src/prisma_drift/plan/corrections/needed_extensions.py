"""An extension whose type, operator class or function the plan uses is created first, be it listed in the schema or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...diff.base_types import base_type
from ...diff.changes import AddColumn, AlterColumn, Change, CreateExtension, CreateIndex, CreateTable
from ...model.extensions import NEEDS, owner
from ...model.schema import Column, Extension, Index, Schema
from ...model.types import DbGenerated
from ..render.context import Context
from ..steps import Applied

RULE = "extension-created-first"


def create_needed_extensions(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    """Prisma creates listed extensions alone, and its own SQL fails: `type "citext" does not exist`."""
    there = extensions_there(context.actual)
    there |= {change.extension.name for change in changes if isinstance(change, CreateExtension)}
    needed: dict[str, Extension] = {}
    for change in changes:
        for found in _used(change):
            for name in (NEEDS.get(found.name), found.name):
                if name is not None and name not in there:
                    needed.setdefault(name, Extension(name, found.schema))
    created = tuple(CreateExtension(needed[name]) for name in sorted(needed))
    return (*created, *changes), [(RULE, name) for name in sorted(needed)]


def extensions_there(actual: Schema) -> set[str]:
    """Extensions that are installed, or whose objects are there all the same: under their names somebody made others."""
    found = {extension.name for extension in actual.extensions}
    # An enum of the schema may have any name.
    types = {
        base_type(column) for table in actual.tables for column in table.columns if column.type.enum is None
    }
    found |= {owner("type", name) for name in types}
    made = [one.name for one in actual.unmanaged if one.kind in ("type", "domain")]
    made += [str(enum.name) for enum in actual.enums]
    found |= {owner("type", name.rpartition(".")[2].lower()) for name in made}
    functions = [one.name.partition("(")[0] for one in actual.unmanaged if one.kind == "function"]
    return found | {owner("function", name.rpartition(".")[2].lower()) for name in functions}


def _used(change: Change) -> Iterator[Extension]:
    match change:
        case CreateTable(table):
            for column in table.columns:
                yield from _of_column(column)
        case AddColumn(_, column):
            yield from _of_column(column)
        case AlterColumn(_, _, column):
            yield from _of_column(column)
        case CreateIndex(_, index):
            yield from _of_index(index)
        case _:
            return


def _of_type(column: Column) -> str:
    # An enum of the schema may have any name.
    return owner("type", base_type(column)) if column.type.enum is None else ""


def _of_column(column: Column) -> Iterator[Extension]:
    name = _of_type(column)
    if name:
        schema, _, _ = column.type.text.rpartition(".")
        yield Extension(name, schema.strip('"') or None)
    if isinstance(column.default, DbGenerated) and column.default.text:
        for called in re.findall(r"([a-z_]\w*)\s*\(", column.default.text.lower()):
            if found := owner("function", called):
                yield Extension(found)


def _of_index(index: Index) -> Iterator[Extension]:
    for column in index.columns:
        if column.opclass is not None and (found := owner("operator class", column.opclass.name.lower())):
            yield Extension(found)
