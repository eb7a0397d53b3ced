"""The differ's table of contents: two schemas in, all that changes from one to the other out."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.schema import Schema
from .changes import Change, CreateIndex, Diff, Note, TablePair
from .columns import changed, compare_columns, recreated, types_of
from .constraints import compare_foreign_keys, compare_primary_key
from .enums import compare_enums
from .extensions import compare_extensions
from .indexes import as_prisma_reads, compare_indexes, is_partial
from .rules import Rules, ignores_predicates
from .sides import is_catalog
from .stored_names import names_cut, stored_name, with_stored_names
from .tables import create_and_drop_tables, create_schemas, table_pairs
from .unbuildable import why_unbuildable

__all__ = ["Rules", "diff"]

NAME_CUT = "name-cut-by-postgres"


def diff(actual: Schema, expected: Schema, rules: Rules | None = None) -> Diff:
    """All that has to change for `actual` to become `expected`, and what differs but is accepted."""
    rules = rules or Rules()
    said: list[Change | Note] = []
    if is_catalog(actual) and not rules.faithful:
        cut = names_cut(expected)
        said += [Note(NAME_CUT, name, f"Postgres stores {stored_name(name)}.") for name in cut]
        expected = with_stored_names(expected) if cut else expected
    if is_catalog(expected) and rules.faithful:
        expected = as_prisma_reads(expected, rules)
    said += [
        *create_schemas(actual, expected, rules),
        *compare_extensions(actual, expected),
        *compare_enums(actual, expected, rules),
        *create_and_drop_tables(actual, expected, rules),
        *(
            found
            for pair in table_pairs(actual, expected, rules)
            for found in _compare_table(pair, expected, rules)
        ),
    ]
    if is_catalog(actual) and not rules.faithful:
        extensions = (*actual.extensions, *expected.extensions)
        said = [why_unbuildable(found, extensions) or found for found in said]
    if is_catalog(expected) and rules.faithful and ignores_predicates(expected, rules):
        said = [found for found in said if not (isinstance(found, CreateIndex) and is_partial(found.index))]
    return Diff(
        tuple(found for found in said if not isinstance(found, Note)),
        tuple(found for found in said if isinstance(found, Note)),
    )


def _compare_table(pair: TablePair, expected: Schema, rules: Rules) -> Iterator[Change | Note]:
    types = types_of(pair, rules)
    retyped = changed(types)
    yield from compare_columns(pair, types, rules)
    yield from compare_primary_key(pair, retyped)
    yield from compare_indexes(pair, recreated(types), expected, rules)
    yield from compare_foreign_keys(pair, retyped, rules)
