"""What becomes of a column's type: Prisma's decision first, then the catalog's word where both sides have one."""

from __future__ import annotations

from ..model.schema import Column
from ..model.types import Arity, ColumnType, Family
from ..model.values import frozen
from .casts import native_cast
from .changes import Cast
from .generated import generated_text, whole_text
from .rules import Rules

_FOREIGN = (Family.UNSUPPORTED, Family.UDT)


@frozen
class TypeChange:
    """The outcome of comparing two column types."""

    cast: Cast | None = None
    """None: no change."""
    text: bool = False
    """The types differ only in what Prisma does not compare: the text of an Unsupported type."""
    rule: str = ""
    """The named rule by which we differ from Prisma; empty where we do not."""
    message: str = ""


SAME = TypeChange()
"""Of two types between which nobody sees a difference; what is not this very object may still say the same."""


def type_change(actual: Column, expected: Column, rules: Rules) -> TypeChange:
    """How the type of a column changes, if it does.

    Prisma never compares Unsupported types, and takes some types for different that Postgres holds for one.
    Where both columns come from a catalog, `format_type` decides those cases, unless `rules.faithful`.
    """
    prisma = prisma_type_change(actual.type, expected.type)
    if expected.catalog is None and not _is_foreign(expected.type):
        return SAME if prisma is None else TypeChange(prisma)
    before, after = catalog_type(actual), catalog_type(expected)
    if generated_text(expected.type) is not None:
        before, after = whole_text(actual), whole_text(expected) or after
        if before is not None and before != after and not rules.faithful:
            # A clause cannot follow SET DATA TYPE: the column is made anew, and fills itself.
            message = f"{before} is not {after}."
            return TypeChange(Cast.NOT_CASTABLE, text=True, rule="unsupported-type-compared", message=message)
    if rules.faithful or actual.catalog is None or before is None or after is None:
        return TypeChange(prisma)
    if before == after:
        if prisma is None:
            return TypeChange()
        return TypeChange(rule="type-same-in-catalog", message=f"Postgres has {before} on both sides.")
    if prisma is not None or not (_is_foreign(actual.type) and _is_foreign(expected.type)):
        return TypeChange(prisma)
    if _is_bare(after) and _bare(before) == after:
        return TypeChange(
            rule="unsupported-type-without-size",
            message=f"The database has {before}; the schema's {after} names no size and accepts it.",
        )
    return TypeChange(
        Cast.RISKY, text=True, rule="unsupported-type-compared", message=f"{before} is not {after}."
    )


def catalog_type(column: Column) -> str | None:
    """The type as `format_type` prints it; for what the schema writes itself, that text where nothing else is known."""
    if column.catalog is not None:
        return column.catalog.type
    if not _is_foreign(column.type):
        return None
    return column.type.text + ("[]" if column.type.arity is Arity.LIST else "")


def prisma_type_change(actual: ColumnType, expected: ColumnType) -> Cast | None:
    """Prisma's own decision, from its view of the two types alone."""
    if actual.family is Family.ENUM or expected.family is Family.ENUM:
        return None if actual.enum == expected.enum else Cast.NOT_CASTABLE
    was_list, is_list = actual.arity is Arity.LIST, expected.arity is Arity.LIST
    if was_list and not is_list:
        return _list_to_scalar(expected)
    if is_list and not was_list:
        return Cast.NOT_CASTABLE
    if actual.native is not None and expected.native is not None:
        return native_cast(actual.native, expected.native)
    if actual.native is None and expected.native is None:
        return None
    return Cast.RISKY


def _list_to_scalar(expected: ColumnType) -> Cast:
    native = expected.native
    if native is not None and native.name in ("Text", "VarChar", "Char"):
        return Cast.SAFE if native.name == "Text" or str(native) == "VarChar" else Cast.RISKY
    return Cast.NOT_CASTABLE


def _is_foreign(type_: ColumnType) -> bool:
    """A type that Prisma does not know."""
    return type_.family in _FOREIGN


def _is_bare(text: str) -> bool:
    return "(" not in text


def _bare(text: str) -> str:
    """`vector(1536)[]` without its size: `vector[]`."""
    head, _, tail = text.partition("(")
    return head + tail.partition(")")[2]
