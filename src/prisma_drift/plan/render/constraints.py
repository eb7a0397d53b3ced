"""Foreign keys as statements; primary keys are clauses of ALTER TABLE."""

from __future__ import annotations

import re

from ...diff.changes import AddForeignKey, DropForeignKey, RenameForeignKey
from .names import Names, quote

_DEFERRABLE = re.compile(r" DEFERRABLE(?: INITIALLY DEFERRED)?\b")


def add_foreign_key(change: AddForeignKey, names: Names, *, keeps: bool = False) -> str:
    """With `keeps`, one in the place of a key that was deferrable is so again: Prisma's language has no word for it."""
    key = change.key
    if change.as_defined:
        return f"ALTER TABLE {names.new(change.table)} ADD CONSTRAINT {quote(key.name)} {key.definition}"
    columns = ", ".join(map(quote, key.columns))
    referenced = ", ".join(map(quote, key.referenced_columns))
    return (
        f"ALTER TABLE {names.new(change.table)} ADD CONSTRAINT {quote(key.name)} FOREIGN KEY ({columns}) "
        f"REFERENCES {names.referenced(key.references)}({referenced}) ON DELETE {key.on_delete} ON UPDATE {key.on_update}{_deferrable(change) if keeps else ''}"
    )


def _deferrable(change: AddForeignKey) -> str:
    """How the key over the same columns that is there is deferrable; empty where it is not."""
    there = change.actual_table.foreign_keys if change.actual_table is not None else ()
    found = [_DEFERRABLE.search(key.definition) for key in there if key.columns == change.key.columns]
    return next((one[0] for one in found if one is not None), "")


def drop_foreign_key(change: DropForeignKey, names: Names) -> str:
    table = names.dropped(change.table)
    return f"ALTER TABLE {table} DROP CONSTRAINT {quote(change.key.name)}"


def rename_foreign_key(change: RenameForeignKey, names: Names) -> str:
    old, new = quote(change.actual.name), quote(change.expected.name)
    return f"ALTER TABLE {names.altered(change.table)} RENAME CONSTRAINT {old} TO {new}"
