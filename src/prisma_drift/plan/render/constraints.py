"""Foreign keys as statements; primary keys are clauses of ALTER TABLE."""

from __future__ import annotations

from ...diff.changes import AddForeignKey, DropForeignKey, RenameForeignKey
from .names import Names, quote


def add_foreign_key(change: AddForeignKey, names: Names) -> str:
    key = change.key
    if change.as_defined:
        return f"ALTER TABLE {names.new(change.table)} ADD CONSTRAINT {quote(key.name)} {key.definition}"
    columns = ", ".join(map(quote, key.columns))
    referenced = ", ".join(map(quote, key.referenced_columns))
    return (
        f"ALTER TABLE {names.new(change.table)} ADD CONSTRAINT {quote(key.name)} FOREIGN KEY ({columns}) "
        f"REFERENCES {names.referenced(key.references)}({referenced}) ON DELETE {key.on_delete} ON UPDATE {key.on_update}"
    )


def drop_foreign_key(change: DropForeignKey, names: Names) -> str:
    table = names.dropped(change.table)
    return f"ALTER TABLE {table} DROP CONSTRAINT {quote(change.key.name)}"


def rename_foreign_key(change: RenameForeignKey, names: Names) -> str:
    old, new = quote(change.actual.name), quote(change.expected.name)
    return f"ALTER TABLE {names.altered(change.table)} RENAME CONSTRAINT {old} TO {new}"
