"""Which kind of thing a side of the comparison is: nothing, a schema file, a database."""

from __future__ import annotations

from ..model.schema import Enum, Schema, Table
from ..model.values import replace


def is_nothing(schema: Schema) -> bool:
    """Whether a side is the empty one, which has no default schema either, rather than a schema without models."""
    return replace(schema, from_database=False) in (Schema(), Schema(default_schema=""))


def from_catalog(thing: Table | Enum) -> bool:
    """Whether an object was read from a database, not from a schema file."""
    joins = isinstance(thing, Table) and thing.join_table
    return thing.explicit_schema and not thing.model and not joins


def is_catalog(schema: Schema) -> bool:
    """Whether a side was read from a database."""
    return (
        schema.from_database or any(map(from_catalog, schema.tables)) or any(map(from_catalog, schema.enums))
    )
