"""Identifiers in SQL text, and Prisma's rules of when one is written with its schema.

The rules differ by side, by version and by what is done: an object of a catalog carries its
schema always, one of schema.prisma where `@@schema` is written, and since 7.1 not where that is the default one.
From 6.13 to 6.16 everything carried its schema.
"""

from __future__ import annotations

from ...diff.changes import TablePair
from ...diff.sides import from_catalog, is_catalog, is_nothing
from ...model.names import QualifiedName
from ...model.schema import Enum, Schema, Table
from ...model.values import frozen
from ...model.version import Version


def quote(name: str) -> str:
    """A name between double quotes. A quote inside is doubled; Prisma leaves it alone, and its SQL does not work then."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant."""
    return "'" + text.replace("'", "''") + "'"


def _qualified(schema: str | None, name: str) -> str:
    return f"{quote(schema)}.{quote(name)}" if schema else quote(name)


@frozen
class Names:
    """How the objects of one comparison are written."""

    actual: Schema
    expected: Schema
    version: Version

    def expected_schema(self, thing: Table | Enum) -> str | None:
        """The schema that is written before an object of the expected side; None for none."""
        return self._written_schema(thing, self.expected)

    def new(self, thing: Table | Enum, name: str | None = None) -> str:
        """An object of the expected side, or another name in its schema."""
        return _qualified(self.expected_schema(thing), thing.name.name if name is None else name)

    def altered(self, pair: TablePair) -> str:
        """A table that is on both sides."""
        return _qualified(self.expected_schema(pair.expected), pair.actual.name.name)

    def beside(self, pair: TablePair, name: str) -> str:
        """Another object (an index) in the schema of a table that is on both sides."""
        return _qualified(self.expected_schema(pair.expected), name)

    def previous(self, thing: Table | Enum, name: str | None = None) -> str:
        """An object by the actual side's own writing: used within the rebuilding of an enum only."""
        schema = self._written_schema(thing, self.actual)
        return _qualified(schema, thing.name.name if name is None else name)

    def dropped(self, thing: Table | Enum, name: str | None = None) -> str:
        """Something that goes, or another object in its schema."""
        name = thing.name.name if name is None else name
        if (
            self.version.qualifies_drops
            and not self.version.qualifies_everything
            and not thing.explicit_schema
        ):
            return quote(name)
        return _qualified(None if self._drops_plainly(thing.name.schema) else thing.name.schema, name)

    def sequence(self, name: QualifiedName) -> str:
        """A sequence that is there: without its schema, as Prisma writes it, where that is the default one."""
        plain = name.schema == self.expected.default_schema
        return _qualified(None if plain else name.schema, name.name)

    def referenced(self, name: QualifiedName) -> str:
        """The table that a foreign key of the expected side points to."""
        table = self.expected.table(name)
        return self.new(table) if table is not None else quote(name.name)

    def enum_type(self, name: QualifiedName) -> str:
        """An enum as the type of a column of the expected side."""
        enum = self.expected.enum(name)
        return self.new(enum) if enum is not None else quote(name.name)

    def _drops_plainly(self, schema: str) -> bool:
        if not self.version.reads_schemas:
            return not self._lists_schemas()
        if self.version.qualifies_drops or is_nothing(self.expected) or is_catalog(self.expected):
            return False
        return schema == self.expected.default_schema

    def _written_schema(self, thing: Table | Enum, side: Schema) -> str | None:
        if self.version.qualifies_everything:
            return thing.name.schema
        if not thing.explicit_schema:
            return None
        if from_catalog(thing):
            return thing.name.schema if self.version.reads_schemas or self._lists_schemas() else None
        plain = not self.version.qualifies_default_schema
        return None if plain and thing.name.schema == side.default_schema else thing.name.schema

    def _lists_schemas(self) -> bool:
        """Whether a schema file on either side has a list of schemas."""
        return any(side.schemas and not is_catalog(side) for side in (self.actual, self.expected))
