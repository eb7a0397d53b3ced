"""Tables, columns, enums and values that only have another name, in words."""

from __future__ import annotations

from typing import assert_never

from ..diff import changes as c
from ..model.values import replace
from .draft import RENAME, Draft, draft, loose

_MOVE = "Take the corrective migration, which moves it with its rows, or write its schema as `@@schema`."

Renaming = c.MoveTable | c.RenameTable | c.RenameColumn | c.RenameEnum | c.RenameEnumValue


def renamed(change: Renaming) -> Draft:
    match change:
        case c.RenameColumn(pair, actual, expected):
            table = pair.expected
            label, field = table.model or table.name.name, expected.field or expected.name
            message = (
                f"The field `{field}` in `{label}` is the column `{actual.name}` in the migrations "
                f"and `{expected.name}` in the schema."
            )
            return draft(
                "column-name",
                table,
                expected.name,
                message,
                RENAME,
                (change,),
                actual.name,
                expected.name,
                expected.position,
                actual.name,
            )
        case c.RenameTable(before, table) | c.MoveTable(before, table):
            moved = isinstance(change, c.MoveTable)
            here, there = (
                (before.name.schema, table.name.schema) if moved else (before.name.name, table.name.name)
            )
            what = "in the schema" if moved else "named"
            message = f"The table of `{table.model or table.name.name}` is {what} `{here}` in the migrations "
            message += f"and `{there}` in schema.prisma."
            return loose(
                "table-schema" if moved else "table-name",
                str(table.name),
                message,
                _MOVE if moved else RENAME,
                (change,),
                here,
                there,
                table.position,
                table.model,
            )
        case c.RenameEnum(enum, wanted):
            name = wanted.model or wanted.name.name
            message = f"The enum `{name}` is the type `{enum.name}` in the migrations and `{wanted.name}` in the schema."
            return loose(
                "enum-name",
                str(wanted.name),
                message,
                RENAME,
                (change,),
                str(enum.name),
                str(wanted.name),
                wanted.position,
                name,
            )
        case c.RenameEnumValue(_, wanted, old, new):
            name = wanted.model or wanted.name.name
            message = f"The enum `{name}` has the value `{old}` in the migrations and `{new}` in the schema."
            places = dict(zip(wanted.values, wanted.value_positions, strict=False))
            return loose(
                "enum-value-name",
                f"{wanted.name}.{new}",
                message,
                RENAME,
                (change,),
                old,
                new,
                places.get(new) or wanted.position,
                name,
            )
        case _:
            assert_never(change)


def replaced(before: c.DropTable, after: c.CreateTable) -> Draft:
    """A join table whose links are a model in the schema, or the other way round."""
    old, new = before.table, after.table
    where = f"in the model `{new.model}`" if new.model else f"in an implicit relation, `{new.name.name}`"
    message = f"The links that the migrations keep in the table `{old.name.name}` are {where} in the schema."
    found = loose(
        "links-replaced",
        str(new.name),
        message,
        "Take the corrective migration, which carries the links over, or declare the relation as it was.",
        (before, after),
        old.name.name,
        new.name.name,
        new.position,
        new.model,
    )
    return replace(found, keys=(str(old.name),))
