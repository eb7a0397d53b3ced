"""What has run on a database, by its `_prisma_migrations`, held against the migrations folder: pure values, no connection.

The rules are those of `prisma migrate deploy` and of Prisma 7.9's diagnosis, for every version: rows that were rolled back
count for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..migrations.history import History, Migration
from ..migrations.split import split
from ..model.values import frozen

Original = Callable[[str, str], "Text | None"]
"""(name, stored checksum) → the text that ran, where it can be found."""


@frozen
class Row:
    """One row of the history table."""

    name: str
    checksum: str
    started: str = ""
    """ISO time with zone; rows are compared by it."""
    finished: bool = False
    rolled_back: bool = False
    logs: str = ""
    steps: int = 0

    @property
    def live(self) -> bool:
        return not self.rolled_back

    @property
    def failed(self) -> bool:
        """Deploy stops at such a row (Prisma's P3009)."""
        return not self.rolled_back and not self.finished

    @property
    def applied(self) -> bool:
        return self.finished and not self.rolled_back

    @property
    def baselined(self) -> bool:
        """Marked as applied by `prisma migrate resolve`, not run."""
        return self.applied and not self.steps and not self.logs


@frozen
class Text:
    """A migration's text as it once was."""

    sql: str
    commit: str = ""
    """The commit that has it; empty where it was found otherwise."""


@frozen
class Edited:
    """An applied migration whose file is another one now."""

    migration: Migration
    row: Row
    original: Text | None = None
    same_statements: bool = False
    """Only comments and blanks differ."""


@frozen
class Missing:
    """An applied migration that the folder lacks."""

    row: Row
    original: Text | None = None
    squashed_into: str = ""
    """The baselined migration that stands in its place; empty where none does."""


@frozen
class Standing:
    """What has run and what has not."""

    applied: tuple[tuple[Migration, str], ...] = ()
    """In the folder's order, each with the text that ran."""
    pending: tuple[Migration, ...] = ()
    failed: tuple[Row, ...] = ()
    rolled_back: tuple[Row, ...] = ()
    """Those that count for nothing and were not run again."""
    edited: tuple[Edited, ...] = ()
    missing: tuple[Missing, ...] = ()
    out_of_order: tuple[Migration, ...] = ()
    """Pending, but before one that has run."""
    running: Row | None = None
    """Unfinished, without a log, while a deploy holds its lock."""
    known: bool = True
    """Whether the texts of all that has run are there, so that what they build can be built again."""


def standing(
    history: History, rows: Sequence[Row], original: Original, *, deploying: bool = False
) -> Standing:
    """Hold the rows, oldest first, against the folder."""
    live = {row.name: row for row in rows if row.live}
    applied = {row.name: row for row in rows if row.applied}
    failed = tuple(row for row in rows if row.failed)
    running = next((row for row in failed if deploying and not row.logs), None)
    present = {migration.name: migration for migration in history.migrations}
    edited = tuple(
        _edited(migration, applied[migration.name], original)
        for migration in history.migrations
        if migration.name in applied and not _matches(migration, rows)
    )
    texts = {one.migration.name: one.original.sql for one in edited if one.original is not None}
    beginning = applied.get(history.migrations[0].name) if history.migrations else None
    missing = tuple(
        _missing(row, beginning, original) for name, row in applied.items() if name not in present
    )
    pending = tuple(migration for migration in history.migrations if migration.name not in live)
    ran = [m.name for m in history.migrations if m.name in applied]
    last = history.migrations.index(present[ran[-1]]) if ran else -1
    built = [
        (migration, texts.get(migration.name, migration.sql))
        for migration in history.migrations
        if migration.name in applied
    ]
    for one in missing:
        if one.original is not None and not one.squashed_into:
            lost = Migration(one.row.name, one.row.name, f"{one.row.name}/migration.sql", one.original.sql)
            built.append((lost, lost.sql))
    if any(one.original is not None and not one.squashed_into for one in missing):
        built.sort(key=lambda pair: pair[0].name.encode())
    return Standing(
        applied=tuple(built),
        pending=pending,
        failed=tuple(row for row in failed if row is not running),
        rolled_back=tuple(
            _last(r for r in rows if r.rolled_back and r.name not in live and r.name in present)
        ),
        edited=edited,
        missing=missing,
        out_of_order=tuple(m for m in pending if history.migrations.index(m) < last),
        running=running,
        known=all(one.original is not None or one.squashed_into for one in missing),
    )


def _matches(migration: Migration, rows: Sequence[Row]) -> bool:
    return any(row.applied and row.name == migration.name and migration.matches(row.checksum) for row in rows)


def _edited(migration: Migration, row: Row, original: Original) -> Edited:
    text = original(migration.name, row.checksum) or blank_variant(migration, row.checksum)
    same = text is not None and statements_of(text.sql) == statements_of(migration.sql)
    return Edited(migration, row, text, same)


def _missing(row: Row, beginning: Row | None, original: Original) -> Missing:
    """A folder that was squashed begins with a migration that was marked as applied later than all that it stands for."""
    if beginning is not None and beginning.baselined and beginning.started > row.started:
        return Missing(row, squashed_into=beginning.name)
    return Missing(row, original(row.name, row.checksum))


def _last(rows: Iterable[Row]) -> list[Row]:
    """The last row of each name, by name."""
    found = {row.name: row for row in rows}
    return [found[name] for name in sorted(found, key=str.encode)]


def statements_of(sql: str) -> tuple[str, ...]:
    """The statements without their comments, every run of blanks as one: what Postgres takes for the same text."""
    from ..migrations.cursor import UnreadableError, tokens

    found = []
    for statement in split(sql.lstrip("\ufeff")):
        try:
            words = [statement.text[token.start : token.end] for token in tokens(statement.text)]
        except UnreadableError:
            words = [statement.text]
        found.append("\0".join(words))
    return tuple(found)


def blank_variant(migration: Migration, checksum: str) -> Text | None:
    """The text with other blanks at its end, or a byte order mark, where that is the one that ran."""
    base = migration.sql.lstrip("\ufeff")
    bare = base.rstrip()
    for text in (base, "\ufeff" + base, *(bare + end for end in ("", "\n", "\n\n", "\r\n", " \n"))):
        if Migration(migration.name, "", "", text).matches(checksum):
            return Text(text)
    return None
