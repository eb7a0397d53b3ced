"""A smoke test from the project's files to the outcome of each probe, and to the command that wants the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..model.schema import Schema
from ..model.values import frozen, replace
from ..pipeline.check import migrate_project
from ..pipeline.examine import examine
from ..pipeline.seeds import read_seed, run_text
from ..pipeline.shadow import Progress
from ..pipeline.source import read_project
from ..pipeline.workplace import Migrated
from ..psl.load import Document
from .outcome import Notes, Outcome

if TYPE_CHECKING:
    from ..postgres.server.database import Database, Server
    from ..project import Config


@frozen
class Wanted:
    """What is asked of a smoke test."""

    seed: Path | None = None
    """SQL to run when the migrations have run."""
    from_fix: bool = False
    """Whether the mend that `check` proves runs behind the migrations."""
    skip: tuple[str, ...] = ()
    """Names of probes."""
    require: tuple[str, ...] = ()
    """Names of probes that have to find something to try."""


@frozen
class Ready:
    """A database that stands as long as the test."""

    config: Config
    document: Document
    shadow: Server
    database: Database
    migrations: int
    mended: bool = False


@contextmanager
def ready(config: Config, wanted: Wanted, on_progress: Progress | None = None) -> Iterator[Ready]:
    """The migrated, mended and seeded database; gone with its server when the block ends. DriftError."""
    from ..postgres.server.server import parse_shadow, server

    settings = replace(parse_shadow(config.shadow), loopback=True)
    with server(settings) as shadow:
        document, history = read_project(config)
        database = shadow.create_database()
        config = migrate_project(config, history, database, on_progress)
        stands = Ready(config, document, shadow, database, len(history.migrations))
        if wanted.from_fix:
            report = examine(config, document, history, shadow, Migrated(lambda: database))
            if report.verdict == "drift" and not report.corrective_sql:
                raise DriftError(
                    "No migration is proved to mend the difference, so there is nothing to test.",
                    id="nothing-proved",
                    hint="See what `prisma-drift check` says, or leave --from-fix out.",
                )
            if report.corrective_sql:
                run_text(config, database, "corrective migration", "migration.sql", report.corrective_sql)
                stands = replace(stands, mended=True)
        if wanted.seed is not None:
            run_text(config, database, "seed", str(wanted.seed), read_seed(wanted.seed))
        yield stands


def probe(stands: Ready, wanted: Wanted) -> list[Outcome]:
    """The outcome of every probe, in their order.

    They have a copy to themselves: what is rolled back is gone, but for the numbers that sequences have given.
    """
    copy = stands.shadow.create_database(template=stands.database)
    try:
        return _probe(stands, copy, wanted)
    finally:
        stands.shadow.drop_database(copy)


def _probe(stands: Ready, database: Database, wanted: Wanted) -> list[Outcome]:
    from .lab import Lab
    from .probes import PROBES
    from .rows import Rows

    outcomes = []
    with database.connect(default_schema=stands.config.default_schema) as connection:
        connection.pgconn.notice_handler = None
        lab = Lab(connection, _own(stands))
        rows = Rows(lab)
        for name, (_, function) in PROBES.items():
            if name in wanted.skip:
                outcomes.append(Outcome(name, skipped=True))
                continue
            notes = Notes(name)
            function(lab, rows, notes)
            outcome = notes.outcome()
            if name in wanted.require and not outcome.tried:
                notes.failed(name, "there is nothing to try, and --require asks for it")
                outcome = notes.outcome()
            outcomes.append(outcome)
    return outcomes


def _own(stands: Ready) -> Schema:
    """What the schema declares and the migrations have to build: without tables that Prisma is told to leave alone."""
    external = stands.config.external_tables
    return replace(
        stands.document.schema,
        tables=tuple(
            table
            for table in stands.document.schema.tables
            if str(table.name) not in external and table.name.name not in external
        ),
    )


def environment_of(stands: Ready) -> dict[str, str]:
    """The variables that lead the user's command to the database: Prisma's usual names, and those that the project has."""
    url = client_url(stands.shadow, stands.database, stands.config.default_schema)
    names = {"DATABASE_URL": url, "DIRECT_URL": url}
    shadow_names: list[str] = []
    if source := stands.document.datasource:
        names |= {name: url for name in (source.url_env, source.direct_url_env) if name}
        shadow_names += [source.shadow_url_env] if source.shadow_url_env else []
    for variable, is_shadow in _of_config(stands.config):
        if is_shadow:
            shadow_names.append(variable)
        else:
            names[variable] = url
    for name in shadow_names:
        if name not in names:
            # Prisma refuses one database as both.
            names[name] = client_url(
                stands.shadow, stands.shadow.create_database(), stands.config.default_schema
            )
    return names


def _of_config(config: Config) -> Iterator[tuple[str, bool]]:
    """Variables in prisma.config.ts, and whether each is the shadow database's."""
    from ..project.files import DISK
    from ..project.literals import Env
    from ..project.prisma_config import find_prisma_config

    found = find_prisma_config(DISK, config.project, {})
    for key in ("url", "directUrl", "shadowDatabaseUrl"):
        value = found.content.at("datasource", key) if found else None
        if isinstance(value, Env):
            yield value.variable, key == "shadowDatabaseUrl"


def client_url(shadow: Server, database: Database, default_schema: str) -> str:
    """The URL that other programs reach the database by; `schema` only where it is not Prisma's own default."""
    from urllib.parse import quote

    from ..postgres.server.cluster import Cluster

    url = shadow.client_url(database) if isinstance(shadow, Cluster) else database.url
    if default_schema == "public":
        return url
    return f"{url}{'&' if '?' in url else '?'}schema={quote(default_schema, safe='')}"
