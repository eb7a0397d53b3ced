"""A baseline from a project's history: what it built, the one migration that builds the same, and the proof of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..diff.rules import Rules
from ..errors import DriftError
from ..migrations.facts import Data, Opaque
from ..migrations.folder import MIGRATION_FILE, order
from ..migrations.history import History, Migration
from ..migrations.split import split
from ..migrations.statements import read
from ..model.source import Position
from ..model.values import replace
from ..pipeline.check import migrate_project
from ..pipeline.shadow import Progress
from ..pipeline.source import read_project
from .archive import Entry
from .facts import Contents, contents, differences, different_names, key
from .inserts import Trial, hold, read_insert
from .model import Baseline, RowStatement
from .script import compose
from .shape import in_prismas_words

if TYPE_CHECKING:
    from ..postgres.server.database import Database, Server
    from ..project import Config

_MAKES_ROLE = re.compile(r"(?i)\bcreate\s+(?:role|user|group)\b(?!\s+mapping)")
_STAMP = re.compile(r"\d{14}(?=_|$)")
_WRITES = frozenset({"insert", "update", "delete", "merge", "truncate", "copy"})
_EVERY_ROLE = (
    b"SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' AND rolname !~ '^prisma_drift_'"
)


def plan_baseline(
    config: Config, since: str | None, on_progress: Progress | None = None, *, keep_data: bool = False
) -> Baseline:
    """Run the history, say what takes its place, and prove it. DriftError where a migration fails or there is none.

    With `keep_data`, INSERTs of constants stand at the end of it where they still hold.
    """
    from ..postgres.server.server import parse_shadow, server

    with server(parse_shadow(config.shadow)) as shadow:
        document, history = read_project(config)
        replaced, kept = cut(history, since)
        name = new_name(replaced, kept, config)
        before = _roles_before(shadow)
        old = _built(shadow, config, history, replaced, on_progress)
        try:
            roles = _made_roles(old, before, replaced)
            built = contents(old)
            blank = _built(shadow, config, history, (), None)
            given = {key(entry) for entry in contents(blank).entries}
            shadow.drop_database(blank)
            entries = [entry for entry in built.entries if key(entry) not in given]
            role = str(old.parameters.get("user", ""))

            def differing(tried: Sequence[Entry]) -> frozenset[str] | None:
                text = compose(tried, count=len(replaced), role=role, last=built.last)
                try:
                    new = _built(shadow, config, history, (new_migration(name, text),), None)
                except DriftError:
                    return None
                try:
                    return different_names(built, contents(new))
                finally:
                    shadow.drop_database(new)

            rules = Rules(config.version)
            entries = in_prismas_words(entries, old, config.default_schema, document.schema, rules, differing)
            sql = compose(entries, count=len(replaced), role=role, last=built.last)
            made = Baseline(
                name, sql, replaced, kept, tuple(_data(replaced)), len(built.entries) + len(built.facts)
            )
            if keep_data and (trial := _trial(shadow, config, history, made, old)):
                texts = [f"{one.text};" for one in trial.kept]
                carried = {one.position for one in trial.kept}
                why = {one.position: words for one, words in trial.dropped}
                rest = [
                    replace(one, why=why.get(one.position, ""))
                    for one in made.data
                    if one.position not in carried
                ]
                sql = compose(entries, count=len(replaced), role=role, last=(*texts, *built.last))
                made = replace(made, sql=sql, data=tuple(rest), inserts=len(texts))
            return replace(made, troubles=(*roles, *_prove(shadow, config, history, made, built)))
        finally:
            shadow.drop_database(old)


def cut(history: History, since: str | None) -> tuple[tuple[Migration, ...], tuple[Migration, ...]]:
    """The migrations that are replaced, and those that stay: from `since` on."""
    every = history.migrations
    if since is None:
        at = len(every)
    else:
        names = [one.name for one in every]
        found = [name for name in names if name == since] or [
            name for name in names if name.startswith(since)
        ]
        if len(found) != 1:
            raise DriftError(
                f"There is no migration `{since}`."
                if not found
                else f"`{since}` begins {len(found)} migrations.",
                id="migration-unknown",
                hint="Give --since the name of the first migration that is to stay.",
            )
        at = names.index(found[0])
    if at == 0:
        raise DriftError(
            "There is no migration to replace.",
            id="baseline-empty",
            hint="A baseline takes the place of a history; this folder has none"
            + (" before that migration." if since else "."),
        )
    return every[:at], every[at:]


def new_name(replaced: Sequence[Migration], kept: Sequence[Migration], config: Config) -> str:
    """The time of the last that it replaces, so that whatever is written since comes behind it."""
    found = _STAMP.match(replaced[-1].name)
    names = [one.name for one in replaced]
    for name in (f"{found[0]}_baseline" if found else "0_baseline", "0_baseline", "00000000000000_baseline"):
        before = not kept or order(name, config.version) < order(kept[0].name, config.version)
        if before and name not in names:
            return name
    raise DriftError(
        f"No name sorts before `{kept[0].name if kept else names[-1]}` that is not taken.",
        id="baseline-empty",
        hint="Give --since a later migration.",
    )


def _built(
    shadow: Server,
    config: Config,
    history: History,
    migrations: Sequence[Migration],
    on_progress: Progress | None,
) -> Database:
    database = shadow.create_database()
    migrate_project(config, replace(history, migrations=tuple(migrations)), database, on_progress)
    return database


def new_migration(name: str, sql: str) -> Migration:
    """A migration of that text, as a history has it."""
    return Migration(name, name, f"{name}/{MIGRATION_FILE}", sql)


def _prove(shadow: Server, config: Config, history: History, made: Baseline, built: Contents) -> list[str]:
    """In what the baseline's database differs from the history's; then both with the migrations that stay."""
    migration = new_migration(made.name, made.sql)
    try:
        new = _built(shadow, config, history, (migration,), None)
    except DriftError as error:
        return [f"the new migration does not apply: {error.message} {error.excerpt}".strip()]
    try:
        found = differences(built, contents(new))
        if found or not made.kept:
            return found
    finally:
        shadow.drop_database(new)
    whole = _built(shadow, config, history, history.migrations, None)
    try:
        again = _built(shadow, config, history, (migration, *made.kept), None)
    except DriftError as error:
        return [f"a migration behind it needs rows that are not there: {error.message}"]
    return differences(contents(whole), contents(again))


def _trial(shadow: Server, config: Config, history: History, made: Baseline, old: Database) -> Trial | None:
    """What becomes of the INSERTs of constants; None where there are none, or the baseline does not apply (told by its proof)."""
    inserts = [
        found
        for migration in made.replaced
        if "search_path" not in migration.sql.lower()
        for statement in split(migration.sql)
        if (found := read_insert(statement.text, Position(migration.file, statement.line)))
    ]
    if not inserts:
        return None
    migration = new_migration(made.name, made.sql)
    try:
        new = _built(shadow, config, history, (migration,), None)
    except DriftError:
        return None
    try:
        return hold(inserts, old, new, config.default_schema)
    finally:
        shadow.drop_database(new)


def _roles_before(shadow: Server) -> set[str]:
    database = shadow.create_database()
    found = _roles(database)
    shadow.drop_database(database)
    return found


def _roles(database: Database) -> set[str]:
    with database.connect() as connection:
        return {str(name) for (name,) in connection.execute(_EVERY_ROLE).fetchall()}


def _made_roles(old: Database, before: set[str], replaced: Sequence[Migration]) -> list[str]:
    """Roles that the history itself makes; those that stand in for a host's are made nowhere in its text."""
    makers = [one.sql for one in replaced if _MAKES_ROLE.search(one.sql)]
    text = "\n".join(makers)
    made = sorted(name for name in _roles(old) - before if name in text) if makers else []
    return [f"the role {name}, which belongs to the server" for name in made]


def _data(migrations: Sequence[Migration]) -> Iterator[RowStatement]:
    """Statements that write rows, or may: a block of code is named too."""
    for migration in migrations:
        for reading in read(migration.sql):
            for fact in reading.facts:
                writes = isinstance(fact, Data) and fact.verb.lower() in _WRITES
                if writes or (
                    isinstance(fact, Opaque) and re.search(r"(?i)\b(?:insert|update|delete)\b", fact.text)
                ):
                    words = " ".join(reading.statement.text.split())
                    line = reading.statement.line
                    yield RowStatement(Position(migration.file, line), words[:80])
                    break
