"""Many-to-many relations: join tables under another name, and links that go from a join table to a model or back.

A join table is named after its relation or its two models, so that it goes with them; its columns say nothing. Only its
foreign keys tell which end is which: a table whose ends would be changed without them is never sure. Where one table of
links between two models goes and one comes, that is evidence enough, whatever they are called: links taken over wrongly can
be deleted, dropped ones cannot be had back (docs/decisions/0144-links-by-structure.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product

from ...model.names import QualifiedName
from ...model.schema import Column, Schema, Table
from ...model.types import Arity
from ...model.values import frozen
from ...psl.vocabulary.constraint_names import join_table
from .candidates import Candidate, Grade
from .costs import BY_STRUCTURE
from .edits import History, Sight
from .words import stems

Columns = tuple[tuple[str, str], ...]
"""(column of the new table, column of the old one)"""
SAME_TABLES = "it links the same two tables"
"""The reason of a pair for which its foreign keys alone speak."""
OldNames = Mapping[QualifiedName, QualifiedName]
"""The names of renamed tables, from the new ones."""


@frozen
class Way:
    """How rows get from the one table into the other."""

    kind: str
    """rename: the table stays; copy: its rows go into a new one"""
    columns: Columns = ()


def is_join(table: Table) -> bool:
    """Whether a table of a database looks like that of an implicit relation."""
    return table.name.name.startswith("_") and {column.name for column in table.columns} == {"A", "B"}


def link_candidates(
    gone: Sequence[Table],
    new: Sequence[Table],
    expected: Schema,
    history: History,
    old_names: OldNames,
    filled: Collection[str] = (),
) -> tuple[list[Candidate[QualifiedName]], dict[tuple[QualifiedName, QualifiedName], Way]]:
    """Candidates among tables of links, with the way of each; the keys of `gone` speak of other tables under their new names.

    `filled` are the fields, `Model.field`, for which prisma-drift.yml has a value.
    """
    found, ways = [], {}
    for before in gone:
        for after in new:
            joins = is_join(before), after.join_table
            if not any(joins):
                continue
            way = _way(before, after)
            if way is None:
                continue
            judged = (
                _join_to_join(before, after, way, expected, history, old_names)
                if all(joins)
                else _with_a_model(before, after, way, expected, history, filled)
            )
            ways[before.name, after.name] = way
            found.append(Candidate(before.name, after.name, *judged))
    return found, ways


def _way(before: Table, after: Table) -> Way | None:
    """By foreign keys; None where they lead elsewhere, or where a model does not say which of its keys is meant."""
    old, new = _ends(before), _ends(after)
    if is_join(before) and after.join_table:
        if not old and not new:
            return Way("rename") if _types(before) == _types(after) else None
        if [target for _, target in old] == [target for _, target in new]:
            return Way("rename")
        if len(old) == len(new) == 2 and old[0][1] == new[1][1] and old[1][1] == new[0][1]:
            return Way("copy", (("A", "B"), ("B", "A")))
        return None
    if is_join(before) and {column.name for column in after.columns} == {"A", "B"}:
        return Way("rename") if sorted(old) == sorted(new) else None
    columns = []
    joined, other = (old, new) if is_join(before) else (new, old)
    if len(joined) != 2 or joined[0][1] == joined[1][1]:
        return None
    for end, target in joined:
        same = [column for column, to in other if to == target]
        if len(same) != 1:
            return None
        columns.append((same[0], end) if is_join(before) else (end, same[0]))
    return Way("copy", tuple(columns)) if _same_types(before, after, columns) else None


def _ends(table: Table) -> list[tuple[str, tuple[QualifiedName, tuple[str, ...]]]]:
    """Each column with a foreign key of its own, and where that leads, in order of column."""
    return sorted(
        (key.columns[0], (key.references, key.referenced_columns))
        for key in table.foreign_keys
        if len(key.columns) == 1
    )


def _types(table: Table) -> list[object]:
    return [(column.name, column.type.family, column.type.native) for column in table.columns]


def _same_types(before: Table, after: Table, columns: Sequence[tuple[str, str]]) -> bool:
    for new, old in columns:
        one, other = before.column(old), after.column(new)
        if one is None or other is None:
            return False
        if (one.type.family, one.type.native) != (other.type.family, other.type.native):
            return False
    return True


def _join_to_join(
    before: Table, after: Table, way: Way, expected: Schema, history: History, old_names: OldNames
) -> tuple[Grade, str]:
    old, new = before.name.name, after.name.name
    if old == new and way.kind == "rename":
        return Grade.CERTAIN, f"the join table stands in the schema {before.name.schema} now"
    if history.of_link(old, new) is Sight.SAME:
        return Grade.CERTAIN, "git shows a field that keeps its name while its relation gets another"
    if _follows_models(before, after, expected, history, old_names):
        return Grade.CERTAIN, "its name follows from those of its two models"
    if _own_words(before, expected) & _own_words(after, expected) and _ends(before):
        return Grade.LIKELY, "the same two tables, and a similar name"
    if _ends(before) and history.of_links(old, new) is not Sight.APART:
        return Grade.LIKELY, BY_STRUCTURE
    return Grade.POSSIBLE, SAME_TABLES


def _own_words(join: Table, expected: Schema) -> set[str]:
    """What a join table's name says besides the two models."""
    models = {table.name: table.model for table in expected.tables}
    ends = [end for _, (reference, _) in _ends(join) for end in (models.get(reference, ""), reference.name)]
    return set(stems(join.name.name)) - {"to", *(word for end in ends for word in stems(end))}


def _follows_models(
    before: Table, after: Table, expected: Schema, history: History, old_names: OldNames
) -> bool:
    """Whether both names are Prisma's default ones, for the models' names before and now."""
    models = {table.name: table.model for table in expected.tables if table.model}
    ends = [reference for _, (reference, _) in _ends(after)]
    if len(ends) != 2 or not all(end in models for end in ends):
        return False
    if after.name.name != _default_name(models[end] for end in ends):
        return False
    one, other = (
        {models[end], old_names.get(end, end).name, history.model_of(str(old_names.get(end, end)))}
        for end in ends
    )
    return any(before.name.name == _default_name(pair) for pair in product(one, other))


def _default_name(models: Iterable[str]) -> str:
    return join_table("To".join(sorted(models)))


def _with_a_model(
    before: Table, after: Table, way: Way, expected: Schema, history: History, filled: Collection[str]
) -> tuple[Grade, str]:
    """A join table that becomes a model, or the other way round."""
    join, model = (before, after) if is_join(before) else (after, before)
    name = model.model or history.model_of(str(model.name)) or model.name.name
    if history.of_list(join.name.name, name) is Sight.SAME:
        return Grade.CERTAIN, "git shows a field that keeps its name and changes from the one to the other"
    if is_join(before) and {column.name for column in after.columns} == {"A", "B"}:
        return Grade.CERTAIN, "the model has the columns and the foreign keys of the join table"
    if _names_both(name, join, expected) or set(stems(name)) & _own_words(join, expected):
        return Grade.LIKELY, "it links the same two tables, and is named after them or their relation"
    pair = [new if is_join(before) else old for new, old in way.columns]
    if _only_links(model, pair, filled) and not history.has_both(join.name.name, name):
        return Grade.LIKELY, BY_STRUCTURE
    return Grade.POSSIBLE, SAME_TABLES


def _only_links(model: Table, pair: Sequence[str], filled: Collection[str]) -> bool:
    """Whether a model is a table of links: its two ends are all that a row has to have.

    Each pair stands there once, or a row is nothing but its pair and a number of its own.
    """
    required = [key for key in model.foreign_keys if all(_is_required(model, name) for name in key.columns)]
    if len(required) != 2 or not all(_is_required(model, name) for name in pair):
        return False
    others = [column for column in model.columns if column.name not in pair]
    named = model.model or model.name.name
    told = {column.name for column in others if f"{named}.{column.field or column.name}" in filled}
    if not all(column.name in told or _asks_for_nothing(column) for column in others):
        return False
    keys = [set(model.primary_key.columns)] if model.primary_key else []
    unique = [
        {c.name for c in index.columns} for index in model.indexes if index.unique and not index.predicate
    ]
    return {*pair} in [*keys, *unique] or all({column.name} in keys for column in others)


def _is_required(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.type.arity is Arity.REQUIRED


def _asks_for_nothing(column: Column) -> bool:
    return column.type.arity is not Arity.REQUIRED or column.autoincrement or column.default is not None


def _names_both(name: str, join: Table, expected: Schema) -> bool:
    """Whether a model's name is made of those of the two that it links: CategoriesOnPosts, PostCategory, TU."""
    models = {table.name: table.model or table.name.name for table in expected.tables}
    ends = [models.get(reference, reference.name) for _, (reference, _) in _ends(join)]
    if len(ends) != 2:
        return False
    if name.lower() in {"".join(ends).lower(), "".join(reversed(ends)).lower()}:
        return True
    own = set(stems(name))
    return all(set(stems(end)) <= own for end in ends)
