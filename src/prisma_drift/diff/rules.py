"""The rules of a comparison: whose version, what to leave alone, and whether to follow Prisma where it is wrong."""

from __future__ import annotations

from ..model.names import QualifiedName
from ..model.schema import Schema
from ..model.values import frozen
from ..model.version import LATEST, Version


@frozen
class Rules:
    """What a comparison has to know beyond the two schemas."""

    version: Version = LATEST
    """Prisma's version, whose behaviour and text are followed."""
    external_tables: frozenset[str] = frozenset()
    """`schema.table`: managed elsewhere, neither compared nor changed."""
    external_enums: frozenset[str] = frozenset()
    faithful: bool = False
    """Pure Prisma: no deviation is applied, not even where Prisma's own SQL fails."""
    backfill: tuple[tuple[str, str], ...] = ()
    """(`Model.field`, SQL expression over a row): what stands in a column that becomes required, where nothing else says it."""

    def is_external_table(self, name: QualifiedName) -> bool:
        return str(name) in self.external_tables

    def is_external_enum(self, name: QualifiedName) -> bool:
        return str(name) in self.external_enums


def sees_partial_indexes(expected: Schema, rules: Rules) -> bool:
    """Whether partial indexes are compared; without the preview feature they are invisible.

    Prisma 7.4 dropped them even with the feature off, which only `faithful` repeats.
    """
    if not rules.version.partial_indexes:
        return False
    return "partialindexes" in expected.preview_features or (rules.faithful and rules.version < Version(7, 5))


def ignores_predicates(expected: Schema, rules: Rules) -> bool:
    """Whether partial indexes are read without the preview feature: paired as if they had no predicate, never dropped."""
    return rules.version >= Version(7, 5) and not sees_partial_indexes(expected, rules)
