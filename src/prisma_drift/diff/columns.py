"""Columns of a table that is on both sides: dropped, added, altered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model.schema import Column
from ..model.types import Arity, DbGenerated
from .changes import AddColumn, AlterColumn, Cast, Change, DropColumn, Note, TablePair
from .defaults import database_default, defaults_match, ignored_for_moments, other_than_moments
from .generated import generated_text
from .rules import Rules
from .types import SAME, TypeChange, type_change

Types = Mapping[str, TypeChange]
"""What becomes of the type of each column that is on both sides, by its name, in the actual table's order."""


def types_of(pair: TablePair, rules: Rules) -> Types:
    """How the columns' types change, each compared once."""
    after = {c.name: c for c in pair.expected.columns}
    return {
        column.name: type_change(column, after[column.name], rules)
        for column in pair.actual.columns
        if column.name in after
    }


def changed(types: Types) -> frozenset[str]:
    """The columns whose type changes."""
    return frozenset(name for name, kind in types.items() if kind.cast is not None)


def recreated(types: Types) -> frozenset[str]:
    """Columns that are dropped and added anew, since Prisma has no cast for the change of type."""
    return frozenset(name for name, kind in types.items() if kind.cast is Cast.NOT_CASTABLE)


def compare_columns(pair: TablePair, types: Types, rules: Rules) -> Iterator[Change | Note]:
    """Dropped and added columns in order of name, altered ones in the actual table's order, as Prisma lists them."""
    before = {c.name: c for c in pair.actual.columns}
    after = {c.name: c for c in pair.expected.columns}
    for name in sorted(before.keys() - after.keys(), key=str.encode):
        yield _dropped(pair, before[name], rules)
    for name in sorted(after.keys() - before.keys(), key=str.encode):
        yield AddColumn(pair, after[name])
    for column in pair.actual.columns:
        if column.name in after:
            yield from _compared(pair, column, after[column.name], types[column.name], rules)


def _compared(
    pair: TablePair, actual: Column, expected: Column, kind: TypeChange, rules: Rules
) -> Iterator[AlterColumn | Note]:
    """The change of one column, if any, and the differences that a named rule accepts."""
    if (
        kind is SAME
        and actual.default is None
        and expected.default is None
        and actual.autoincrement == expected.autoincrement
        and actual.type.arity is expected.type.arity
    ):
        return
    name = f"{pair.actual.name}.{actual.name}"
    if kind.rule and not kind.text:
        yield Note(kind.rule, name, kind.message)
    default = not defaults_match(actual, expected)
    if not rules.faithful and (said := _moments_differ(actual, expected, default=default)):
        default = True
        yield Note("moment-default-compared", name, said)
    counts = actual.autoincrement != expected.autoincrement
    if generated_text(expected.type) is not None and not rules.faithful:
        default = False  # the clause is part of the type's text, and compared with it
    if default and not rules.faithful:
        accepted = _accepted_default(actual, expected)
        if accepted:
            # A nextval() that the schema writes out counts like one that it calls autoincrement().
            default = counts = False
            yield Note(accepted[0], name, accepted[1])
    if not rules.faithful and _same_identity(actual, expected):
        counts = False  # the clause is part of an Unsupported type's text
    arity = actual.type.arity is not expected.type.arity
    if kind.rule == "type-same-in-catalog" and Arity.LIST in (actual.type.arity, expected.type.arity):
        arity = False  # an Unsupported type whose text says `[]`
    if arity or default or counts or kind.cast is not None:
        yield AlterColumn(
            pair,
            actual,
            expected,
            arity=arity,
            default=default,
            autoincrement=counts,
            cast=kind.cast,
            unsupported_text=kind.text,
        )


def _same_identity(actual: Column, expected: Column) -> bool:
    """Whether the catalog has an identity of the same kind on both sides."""
    if actual.catalog is None or expected.catalog is None:
        return False
    return actual.catalog.identity == expected.catalog.identity != ""


def _dropped(pair: TablePair, column: Column, rules: Rules) -> Change | Note:
    if rules.faithful or column.catalog is None or column.catalog.generated is None:
        return DropColumn(pair, column)
    name = f"{pair.actual.name}.{column.name}"
    return Note("would-drop", name, "A generated column cannot be declared; Prisma would drop it.")


def _accepted_default(actual: Column, expected: Column) -> tuple[str, str] | None:
    """The rule by which a default is left as it is although Prisma would set it again, and why."""
    if actual.catalog is None:
        return None
    if actual.catalog.generated is not None:
        return _accepted_expression(actual.catalog.generated, expected)
    before, after = actual.catalog.default, _catalog_default(expected)
    if before is None or before != after:
        return None
    return "default-same-in-catalog", f"Postgres has the default {before} on both sides."


def _moments_differ(actual: Column, expected: Column, *, default: bool) -> str:
    """How two defaults differ that Prisma does not compare, since one of them is a moment; empty where they are the same."""
    if default:
        return (
            "One default is a list of moments, and the other is not."
            if other_than_moments(actual, expected)
            else ""
        )
    if not ignored_for_moments(actual, expected):
        return ""
    before = actual.catalog.default if actual.catalog else None
    after = expected.catalog.default if expected.catalog else None
    if before is None or after is None or before == after:
        return ""
    if (values := _literals(before)) is not None and values == _literals(after):
        return ""
    return f"Postgres has the default {before}, and {after} for that of the schema."


_LITERAL = re.compile(r"'((?:[^']|'')*)'::[^',\[\]]*(?:\[\])?")


def _literals(text: str) -> tuple[str, ...] | None:
    """The values of a default of constants as a catalog prints it, one or a list in either form; None for an expression."""
    found = re.fullmatch(r"ARRAY\[(.*)\](?:::.*)?", text)
    inside = found[1] if found else text
    values = _LITERAL.findall(inside)
    if not values or _LITERAL.sub("", inside).strip(", ()"):
        return None
    if found is None and len(values) == 1 and (one := re.fullmatch(r"\{(.*)\}", values[0])):
        return tuple(value.strip('"') for value in one[1].split(",")) if one[1] else ()
    return tuple(values)


def _catalog_default(expected: Column) -> str | None:
    """The expected default as the catalog prints it; the schema's own expression where nothing else is known."""
    if expected.catalog is not None:
        return expected.catalog.default
    wanted = expected.default
    return wanted.text if isinstance(wanted, DbGenerated) else None


def _accepted_expression(generated: str, expected: Column) -> tuple[str, str] | None:
    """What to say of a generated column, whose expression Prisma takes for a default."""
    wanted = database_default(expected)
    if wanted is None:
        return (
            "generated-column-kept",
            "The column is generated; Prisma would drop its expression as a default.",
        )
    if not isinstance(wanted, DbGenerated):
        return None
    said = expected.catalog.generated if expected.catalog is not None else None
    if generated == said or plain_expression(wanted.text or "") == plain_expression(generated):
        return "generated-column-kept", "The column is generated from the expression that the schema names."
    return (
        "generated-expression-differs",
        f"The column is generated as {generated}; the schema says {wanted.text}, which no default can be set to.",
    )


def plain_expression(text: str) -> str:
    """An SQL expression without the differences that mean nothing: case, white space, outer parentheses."""
    text = re.sub(r"\s+", "", text).lower()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    return text


def _closes_at_end(text: str) -> bool:
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at == len(text) - 1
    return False
