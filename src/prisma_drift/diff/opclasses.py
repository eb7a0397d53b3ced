"""When the operator classes of two indexes count as the same."""

from __future__ import annotations

from ..model.schema import Index, Opclass
from ..psl.vocabulary.opclasses import SQL_NAMES

PRISMA_OPCLASSES = frozenset(SQL_NAMES.values())
"""Operator classes with a name of their own in Prisma's language; raw("…") never equals one of them."""


def opclasses_match(actual: Index, expected: Index, *, faithful: bool) -> bool:
    """Column by column: Prisma's rule, or the catalog's names where the schema writes one.

    Prisma reads no operator class of a btree or hash index, and never takes raw("array_ops") for array_ops.
    """
    pairs = zip(actual.columns, expected.columns, strict=True)
    for at, (before, after) in enumerate(pairs):
        if _prisma_match(before.opclass, after.opclass):
            continue
        if faithful or not _catalog_match(actual, expected, at):
            return False
    return True


def _prisma_match(before: Opclass | None, after: Opclass | None) -> bool:
    if before is None or after is None:
        present = before or after
        return present is None or present.default
    if before.name != after.name:
        return False
    return before.raw == after.raw or before.name not in PRISMA_OPCLASSES


def _catalog_match(actual: Index, expected: Index, at: int) -> bool:
    had = actual.catalog.opclasses if actual.catalog else ()
    has = expected.catalog.opclasses if expected.catalog else ()
    if at < len(had) and at < len(has):
        return had[at] == has[at]
    wanted = expected.columns[at].opclass
    return at < len(had) and wanted is not None and had[at] == wanted.name
