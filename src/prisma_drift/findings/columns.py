"""Changes of columns in words."""

from __future__ import annotations

import re

from ..diff import changes as c
from ..diff.changes import Cast
from ..diff.generated import generated_text, whole_text
from ..model.schema import Column
from ..model.types import Arity
from . import words
from .draft import ADD, Draft, draft
from .draw import type_name
from .words import ABSENT, listed


def column(change: c.AddColumn | c.DropColumn) -> Draft:
    table, column = change.table.expected, change.column
    label = table.model or table.name.name
    if isinstance(change, c.AddColumn):
        name = column.field or column.name
        message = f"The schema has the field `{name}` in `{label}`, but the migrations build no such column."
        text = words.column(column)
        return draft(
            "column-missing", table, column.name, message, ADD, (change,), ABSENT, text, column.position,
            field=column.field,
        )  # fmt: skip
    message = f"The migrations build the column `{column.name}` in `{label}`, which the schema does not have."
    hint = "Declare the field to keep it, or take the corrective migration, which drops the column with its data."
    return draft(
        "column-extra", table, column.name, message, hint, (change,), words.column(column), ABSENT, None
    )


def altered(change: c.AlterColumn) -> Draft:
    column = change.expected
    name = column.field or column.name
    here, there = words.altered(change)
    facts = []
    if words.changes_type(change):
        before, after = type_name(change.actual), type_name(column)
        if generated_text(column.type) is not None:
            before, after = whole_text(change.actual) or before, whole_text(column) or after
        facts.append(f"is `{before}` in the migrations and `{after}` in the schema")
    if change.arity:
        was, wanted = _ARITY[change.actual.type.arity], _ARITY[column.type.arity]
        facts.append(f"{was} in the migrations and {wanted} in the schema")
    if change.autoincrement:
        facts.append(
            "should count up by itself and does not in the migrations"
            if column.autoincrement
            else "counts up by itself in the migrations and should not"
        )
    elif change.default:
        facts.append(
            f"has {_default_words(change.actual)} in the migrations and {_default_words(column)} in the schema"
        )
    message = f"`{name}` {listed(facts)}."
    hint = "Take the corrective migration, or change the field in the schema."
    if change.cast is Cast.NOT_CASTABLE:
        hint = (
            "Prisma's own migration would drop the column with its data and add it anew;"
            " read the corrective migration before you take it, or change the field in the schema."
        )
    return draft(
        _column_id(change),
        change.table.expected,
        column.name,
        message,
        hint,
        (change,),
        here,
        there,
        column.position,
        field=column.field,
    )


_ARITY = {
    Arity.REQUIRED: "is required",
    Arity.NULLABLE: "allows NULL",
    Arity.LIST: "is a list",
}


def _default_words(column: Column) -> str:
    if column.catalog is not None and column.catalog.generated is not None:
        return f"the generated value `{column.catalog.generated}`"
    value = words.default_value(column)
    return f"the default `{value}`" if value else "no default"


def _column_id(change: c.AlterColumn) -> str:
    """The most important of what differs."""
    if words.changes_type(change):
        before, after = type_name(change.actual), type_name(change.expected)
        vectors = _VECTOR.fullmatch(before), _VECTOR.fullmatch(after)
        if vectors[0] and vectors[1] and vectors[0][1] == vectors[1][1]:
            return "vector-dimension"
        return "column-type"
    if change.arity:
        return "column-nullability"
    return "column-autoincrement" if change.autoincrement else "column-default"


_VECTOR = re.compile(r"(vector|halfvec|sparsevec)(\(\d+\))?")
