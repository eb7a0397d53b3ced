"""Do the staged migrations make the change that the staged schema asks for?

The schema before, with the staged statements applied to it as values, must be the schema after. What is left
between the two is a change without its migration, or a migration without its change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from ..diff.changes import (
    AddColumn,
    AddForeignKey,
    AlterColumn,
    AlterEnum,
    Change,
    CreateEnum,
    CreateIndex,
    CreateTable,
    Diff,
    DropColumn,
    DropForeignKey,
    DropTable,
)
from ..diff.compare import diff
from ..diff.generated import generated_text
from ..diff.rules import Rules
from ..migrations.facts import CreateIndex as CreateIndexFact
from ..migrations.facts import Fact, Opaque
from ..migrations.facts import RenameIndex as RenameIndexFact
from ..migrations.relevant import Relevant, Search, mentions
from ..migrations.statements import read_statement
from ..model.names import QualifiedName
from ..model.schema import CatalogColumn, Column, Schema, Table
from ..model.types import Arity, DbGenerated, Family
from ..model.values import frozen, replace
from ..replay.columns import bare_type
from ..replay.effect import UNCOMMITTED, StagedSql, apply, apply_fact
from ..replay.state import Refusal, schema_of, state_of
from ..replay.touches import Place
from ..replay.types import default_value
from .keys import Key, key_of, own, places_of, whole
from .search import WordSearch


@frozen
class History:
    """The migrations before the staged ones; asked for only where something is left."""

    migrations: Callable[[], Sequence[StagedSql]]
    """All of them, in order."""
    search: WordSearch | None = None
    """Which of the staged files hold one of these words; None where that is no cheaper than reading them."""


@frozen
class Coverage:
    """What the staged migrations leave to do."""

    actual: Schema
    """The schema before, with the staged migrations applied."""
    expected: Schema
    left: Diff
    """From `actual` to `expected`, without what the history accounts for."""
    unsure: tuple[Change, ...]
    """The changes of `left` that SQL which cannot be read may have made."""
    opaque: tuple[tuple[Opaque, Place], ...]
    touched: dict[Key, Place]
    refused: tuple[Refusal, ...]
    """What Postgres would refuse to run."""

    @property
    def missing(self) -> tuple[Change, ...]:
        """The changes that are not made, for certain."""
        return tuple(change for change in self.left.changes if change not in self.unsure)


def cover(
    before: Schema, after: Schema, staged: Sequence[StagedSql], rules: Rules, history: History | None = None
) -> Coverage:
    """Compare the schema `before` plus the `staged` migrations, in order, with the schema `after`.

    Where something is left, and the schema before was not what its migrations built, `history` decides: what the
    migrations build anyway needs no statement of this commit.
    """
    expected = comparable(after)
    outcome = apply(comparable(before), staged)
    changes = _differences(outcome.schema, expected, rules)
    refused = tuple(one for one in outcome.refused if one.message == UNCOMMITTED)
    doubtful = tuple(one for one in outcome.refused if one.message != UNCOMMITTED)
    open_ = [change for change in changes if not outcome.created.intersection(places_of(change))]
    if history is not None and (doubtful or (open_ and not _all_new(open_, history))):
        names = {name for change in changes for name in _searched(change)}
        names |= {name for refusal in doubtful for name in refusal.names}
        built, also_refused = _built(names, expected, (*history.migrations(), *staged))
        changes = _not_accounted_for(changes, _told(built, expected, rules))
        refused += tuple(one for one in doubtful if one in also_refused)
    elif doubtful:
        refused += doubtful
    unsure = tuple(change for change in changes if _may_be_made(change, outcome.opaque))
    return Coverage(outcome.schema, expected, Diff(changes), unsure, outcome.opaque, outcome.touched, refused)


def cover_rewritten(
    before: Schema, after: Schema, old: Sequence[StagedSql], new: Sequence[StagedSql], rules: Rules
) -> Coverage:
    """The same where migrations of the commit before were edited or taken away: `old` all it has, `new` all there are.

    Both histories are worked out from nothing, as far as they concern what differs between the two; what is left of
    the new one, and was not left of the old one, counts.
    """
    expected = comparable(after)
    had = {migration.name: migration.sql for migration in old}
    has = {migration.name: migration.sql for migration in new}
    differing = [m for m in old if has.get(m.name) != m.sql] + [m for m in new if had.get(m.name) != m.sql]
    touched = apply(Schema(default_schema=after.default_schema), differing)
    changes = _told(comparable(before), expected, rules)
    names = {name for change in changes for name in _searched(change)}
    names |= {own(key[0]) for key in touched.touched} | {
        name for one in touched.refused for name in one.names
    }
    built_before, _ = _built(names, comparable(before), old)
    built_after, _ = _built(names, expected, new)
    known = {key_of(change) for change in _told(built_before, comparable(before), rules)}
    left = tuple(
        change
        for change in _told(built_after, expected, rules)
        if own(whole(key_of(change))) in names and key_of(change) not in known
    )
    unsure = tuple(change for change in left if _may_be_made(change, touched.opaque))
    return Coverage(built_after, expected, Diff(left), unsure, touched.opaque, touched.touched, ())


def _all_new(changes: Sequence[Change], history: History) -> bool:
    """Whether the history cannot have made any of this, since it mentions none of the names."""
    names = [name for change in changes for name in (_new_names(change) or [""])]
    return history.search is not None and "" not in names and history.search(names) == frozenset()


def _new_names(change: Change) -> tuple[str, ...]:
    """The names that whatever makes the change must write; none where it is no addition."""
    if isinstance(change, AddColumn):
        return (change.column.name,)
    if isinstance(change, CreateTable):
        return (change.table.name.name,)
    if isinstance(change, CreateIndex):
        return (change.index.name,)
    if isinstance(change, AddForeignKey):
        return (change.key.name,)
    if isinstance(change, CreateEnum):
        return (change.enum.name.name,)
    if isinstance(change, AlterEnum) and not change.removed:
        return change.added
    return ()


def _differences(actual: Schema, expected: Schema, rules: Rules) -> tuple[Change, ...]:
    """The differ's word on the tables that are not the same value on both sides already."""
    known = {table.name for table in (*actual.tables, *expected.tables)}
    wanted = {table.name: table for table in expected.tables}
    same = {table.name for table in actual.tables if wanted.get(table.name) == table}
    if same and {*actual.schemas, actual.default_schema} >= {*expected.schemas}:
        actual = replace(actual, tables=tuple(t for t in actual.tables if t.name not in same))
        expected = replace(expected, tables=tuple(t for t in expected.tables if t.name not in same))
    return tuple(one for one in diff(actual, expected, rules).changes if not _untold(one, known))


def _told(actual: Schema, expected: Schema, rules: Rules) -> tuple[Change, ...]:
    """The differ's word, without what no static reading can tell."""
    known = {table.name for table in (*actual.tables, *expected.tables)}
    return tuple(one for one in diff(actual, expected, rules).changes if not _untold(one, known))


_IDENTITY = re.compile(r"(?i)\bgenerated\s+(?:always|by\s+default)\s+as\s+identity\b")


def _untold(change: Change, known: Collection[QualifiedName]) -> bool:
    """Whether no static reading can tell that this is a difference.

    A foreign key to a table that neither the schema nor a migration knows is the host's business, whose init script makes
    the table (Supabase's `auth.users`). How two expressions of a generated column compare, Postgres alone can say.
    """
    match change:
        case DropForeignKey():
            return change.expected_table is not None and change.key.references not in known
        case AlterColumn():
            if _IDENTITY.search(change.expected.type.text) and change.actual.autoincrement:
                return True  # an Unsupported type's whole clause
            both = change.actual.catalog, change.expected.catalog
            types = {one.type for one in both if one is not None and one.generated is not None}
            told = change.arity or change.default or change.autoincrement
            return (
                change.unsupported_text
                and not told
                and None not in both
                and len(types) == 1
                and all(one is not None and one.generated is not None for one in both)
            )
    return False


def comparable(schema: Schema) -> Schema:
    """The schema with those attributes spelt as SQL that is read statically spells them."""
    return replace(schema, tables=tuple(_comparable_table(table) for table in schema.tables))


def _comparable_table(table: Table) -> Table:
    columns = tuple(_comparable_column(column) for column in table.columns)
    return table if columns == table.columns else replace(table, columns=columns)


def _comparable_column(column: Column) -> Column:
    if isinstance(column.default, DbGenerated) and column.default.text is not None:
        column = replace(column, default=default_value(column.default.text, column.type))
    if (clause := generated_text(column.type)) is not None:
        return replace(column, catalog=CatalogColumn(bare_type(clause[0]), generated=clause[1]))
    if column.type.family is Family.UNSUPPORTED and column.catalog is None:
        suffix = "[]" if column.type.arity is Arity.LIST else ""
        column = replace(column, catalog=CatalogColumn(bare_type(column.type.text) + suffix))
    return column


def _built(
    names: set[str], expected: Schema, migrations: Sequence[StagedSql]
) -> tuple[Schema, frozenset[Refusal]]:
    """What all migrations build of the objects of these names, and what Postgres refuses on the way."""
    state = state_of(Schema(default_schema=expected.default_schema))
    state.schemas.update(dict.fromkeys(expected.schemas))
    file = ""
    for found, facts in _statements_about(names, migrations):
        if found.migration.file != file:
            file = found.migration.file
            state.path = (state.default_schema,)
        for fact in facts:
            apply_fact(state, fact, Place(found.migration.name, file, fact.line))
    return schema_of(state), frozenset(state.refused)


def _statements_about(
    names: set[str], migrations: Sequence[StagedSql]
) -> list[tuple[Relevant, tuple[Fact, ...]]]:
    """The statements about these objects, and about the tables and indexes that belong to them.

    DROP INDEX and ALTER INDEX name no table, hence the search for the names of indexes once they are known.
    """
    known: dict[tuple[str, int], tuple[Fact, ...]] = {}
    search = Search(migrations)
    while True:
        found = list(search.relevant(names))
        for one in found:
            key = one.migration.file, one.statement.offset
            if key not in known:
                known[key] = read_statement(one.statement)
        statements = [(one, known[one.migration.file, one.statement.offset]) for one in found]
        more = {name for _, facts in statements for fact in facts for name in _belonging(fact, names)}
        if more <= names:
            return statements
        names = names | more


def _belonging(fact: Fact, names: set[str]) -> tuple[str, ...]:
    if isinstance(fact, CreateIndexFact) and fact.name is not None:
        return (fact.table.name, fact.name) if {fact.table.name, fact.name} & names else ()
    if isinstance(fact, RenameIndexFact) and fact.name.name in names:
        return (fact.new,)
    return ()


def _not_accounted_for(changes: tuple[Change, ...], still: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes that are left too when the whole history is applied to nothing (`still`)."""
    keys = {key_of(change) for change in still}
    missing = {key_of(change)[1] for change in still if isinstance(change, CreateTable | CreateEnum)}
    return tuple(change for change in changes if key_of(change) in keys or whole(key_of(change)) in missing)


def _searched(change: Change) -> tuple[str, ...]:
    key = key_of(change)
    if key[0] in ("schema", "extension"):
        return (key[1],)
    # The objects that its columns' types and keys need must be known too, for the comparison to mean anything.
    types: set[str] = set()
    if isinstance(change, AddColumn | DropColumn):
        types |= _enum_names((change.column,))
    elif isinstance(change, AlterColumn):
        types |= _enum_names((change.actual, change.expected))
    elif isinstance(change, CreateTable | DropTable):
        types |= _enum_names(change.table.columns)
    return own(key[1]), *sorted(types)


def _enum_names(columns: Sequence[Column]) -> set[str]:
    return {column.type.enum.name for column in columns if column.type.enum is not None}


def _may_be_made(change: Change, opaque: Sequence[tuple[Opaque, Place]]) -> bool:
    """Whether SQL that cannot be read may have made a change: it names the object, or it might name anything."""
    return any(fact.dynamic or _names_all(fact.text, change) for fact, _ in opaque)


def _names_all(text: str, change: Change) -> bool:
    kind, *names = key_of(change)
    in_whole = mentions(text, own(names[0]))
    columns = (
        getattr(change, "column", None),
        getattr(change, "expected", None),
        getattr(change, "actual", None),
    )
    if any(mentions(text, name) for name in _enum_names([c for c in columns if isinstance(c, Column)])):
        return True
    if not in_whole and kind not in ("index",):
        return False
    if kind in ("table", "enum", "extension", "schema", "primary key"):
        return in_whole
    part = getattr(change, "index", None) or getattr(change, "key", None) or getattr(change, "expected", None)
    name = getattr(part, "name", "")
    return bool(name and mentions(text, name)) or all(mentions(text, part) for part in names[1:])
