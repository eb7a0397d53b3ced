"""Real projects as production: the gate finds nothing of its own there, and after random changes by hand each of them and nothing else."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from production import HISTORY

from prisma_drift.errors import ServerError
from prisma_drift.findings.accepted import of_check
from prisma_drift.gate.run import Choice, run
from prisma_drift.migrations.history import read_history
from prisma_drift.model.gate import Gate
from prisma_drift.pipeline.check import migrate_project
from prisma_drift.postgres.apply.migrations import ApplyError
from prisma_drift.postgres.server.database import Database, Server
from prisma_drift.postgres.server.server import parse_shadow, server
from prisma_drift.project import Config, Flags, load_config

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

pytestmark = [pytest.mark.slow, pytest.mark.shared]
CORPUS = Path(__file__).parents[2] / "../shared/corpus"
CHANGES = 10


BUILT_WITH = {"trackdechets": {"default_schema": "default$default"}, "RecipeSage": {"shadow": "local"}}
"""What a production has that these run on: the URL's schema, a server before Postgres 17."""


def names() -> list[str]:
    if not CORPUS.is_dir():
        return []
    return sorted(folder.name for folder in CORPUS.iterdir() if (folder / "expected").is_dir())


def deployed(config: Config, database: Database) -> None:
    assert config.migrations is not None
    history = read_history(config.migrations)
    migrate_project(config, history, database)
    with database.connect(default_schema=config.default_schema) as connection:
        connection.execute('DROP TABLE IF EXISTS "_prisma_migrations"')
        connection.execute(HISTORY.format(schema="").encode())
        for number, migration in enumerate(history.migrations):
            connection.execute(
                'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, applied_steps_count, started_at, finished_at)'
                " VALUES (%s, %s, %s, 1, timestamptz '2024-01-01' + %s * interval '1 minute', now())",
                [str(uuid.uuid4()), migration.checksum, migration.name, number],
            )


def look(config: Config, database: Database) -> Gate:
    mark = "&" if "?" in database.url else "?"
    return run(config, f"{database.url}{mark}schema={config.default_schema}", Choice()).gate


def own(gate: Gate) -> set[tuple[str, str]]:
    assert gate.verdict != "error", gate.report.findings
    return {(one.id, one.object) for one in gate.report.findings if not of_check(one.id)}


def change(connection: Connection, schema: str, pick: random.Random) -> set[tuple[str, str]]:
    """Ten changes, each to a table of its own."""
    tables = connection.execute(
        "SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.nspname || '.' || c.relname FROM pg_class AS c"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND NOT c.relispartition AND n.nspname = %s"
        " AND c.relname <> '_prisma_migrations' ORDER BY c.relname",
        [schema],
    ).fetchall()
    pick.shuffle(tables)
    expected: set[tuple[str, str]] = set()
    for number, (oid, identity, name) in enumerate(tables[:CHANGES]):
        kind = pick.choice(
            [
                "column",
                "index",
                "check",
                "no index",
                "no key",
                "not null",
                "security",
                "default",
                "rename",
                "no column",
                "type",
            ]
        )
        found: tuple[object, ...] | None = None
        if kind == "no index":
            found = connection.execute(
                "SELECT indexrelid::regclass::text, n.nspname || '.' || c.relname FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid"
                " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE indrelid = %s AND NOT indisprimary AND NOT EXISTS"
                " (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1 LIMIT 1",
                [oid],
            ).fetchone()
            if found:
                connection.execute(f"DROP INDEX {found[0]}".encode())
                expected.add(("live-missing", str(found[1])))
                continue
        if kind == "no key":
            found = connection.execute(
                "SELECT quote_ident(conname), conname FROM pg_constraint WHERE conrelid = %s AND contype = 'f' ORDER BY 1 LIMIT 1",
                [oid],
            ).fetchone()
            if found:
                connection.execute(f"ALTER TABLE {identity} DROP CONSTRAINT {found[0]}".encode())
                expected.add(("live-missing", f"{name}.{found[1]}"))
                continue
        if kind in ("not null", "default"):
            found = connection.execute(
                "SELECT quote_ident(attname), attname FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped"
                " AND NOT attnotnull AND NOT atthasdef AND atttypid = 'text'::regtype ORDER BY 1 LIMIT 1",
                [oid],
            ).fetchone()
            if found:
                empty = connection.execute(f"SELECT NOT EXISTS (SELECT FROM {identity})".encode()).fetchone()
                required = kind == "not null" and empty == (True,)
                words = "SET NOT NULL" if required else "SET DEFAULT 'by hand'"
                connection.execute(f"ALTER TABLE {identity} ALTER COLUMN {found[0]} {words}".encode())
                expected.add(("live-different", f"{name}.{found[1]}"))
                continue
        if kind in ("rename", "no column", "type"):
            found = connection.execute(
                "SELECT quote_ident(attname), attname FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = '' AND atttypid = 'text'::regtype ORDER BY md5(attname) LIMIT 1",
                [oid],
            ).fetchone()
            words, id = {
                "rename": ("RENAME COLUMN {} TO by_hand", "live-renamed"),
                "no column": ("DROP COLUMN {}", "live-missing"),
                "type": ("ALTER COLUMN {} TYPE varchar(9000)", "live-different"),
            }[kind]
            try:
                if found:
                    connection.execute(f"ALTER TABLE {identity} {words.format(found[0])}".encode())
                    expected.add((id, f"{name}.{found[1]}"))
                    continue
            except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.FeatureNotSupported):
                pass  # a view needs it as it is
        if kind == "security":
            row = connection.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s", [oid]).fetchone()
            if row == (False,):
                connection.execute(f"ALTER TABLE {identity} ENABLE ROW LEVEL SECURITY".encode())
                expected.add(("live-extra", str(name)))
                continue
        if kind == "index":
            connection.execute(f"CREATE INDEX by_hand_{number} ON {identity} ((1))".encode())
            expected.add(("live-extra", f"{schema}.by_hand_{number}"))
        elif kind == "check":
            connection.execute(f"ALTER TABLE {identity} ADD CONSTRAINT by_hand CHECK (1 < 2)".encode())
            expected.add(("live-extra", f"{name}.by_hand"))
        else:
            connection.execute(f"ALTER TABLE {identity} ADD COLUMN by_hand INTEGER".encode())
            expected.add(("live-extra", f"{name}.by_hand"))
    return expected


@pytest.fixture(scope="module")
def older() -> Iterator[Server]:
    """A server before Postgres 17, of the programs on this machine; skips where there is none."""
    try:
        with server(parse_shadow("local")) as running:
            if int(running.version.partition(".")[0]) >= 17:
                pytest.skip(f"the local Postgres is {running.version}, and not before 17")
            yield running
    except ServerError as error:
        pytest.skip(f"no local Postgres: {error.message}")


@pytest.fixture
def place(name: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    running = request.getfixturevalue("older" if BUILT_WITH.get(name, {}).get("shadow") else "shadow")
    made = running.create_database()
    yield made
    running.drop_database(made)


def config_of(name: str, url: str) -> Config:
    flags = Flags(
        str(CORPUS / name), shadow=url, default_schema=BUILT_WITH.get(name, {}).get("default_schema")
    )
    return load_config(flags, {})[0]


needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real projects is not beside this checkout"
)


@needs_corpus
@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", names() or ["none"])
def test_a_real_project(name: str, place: Database) -> None:
    config = config_of(name, place.url)
    deployed(config, place)
    assert own(look(config, place)) == set()
    with place.connect(default_schema=config.default_schema) as connection:
        seed = f"{name}{os.environ.get('PRISMA_DRIFT_TEST_SEED', '')}"
        expected = change(connection, config.default_schema, random.Random(seed))
    assert expected
    gate = look(config, place)
    assert own(gate) == expected
    assert gate.restore_sql
    with place.connect(default_schema=config.default_schema) as connection:
        connection.execute(gate.restore_sql.encode())
    assert own(look(config, place)) == set()


@needs_corpus
@pytest.mark.sampled(7)
@pytest.mark.parametrize("name", names() or ["none"])
def test_a_real_project_on_another_major_version(name: str, older: Server, shadow: Server) -> None:
    """Production before Postgres 17, the shadow on the embedded one: what only the versions print otherwise is no drift."""
    database, other = older.create_database(), shadow.create_database()
    config = config_of(name, database.url)
    try:
        deployed(config, database)
    except ApplyError as error:
        pytest.skip(f"its migrations need what this server lacks: {error.message[:200]}")
    if name in BUILT_WITH and "shadow" in BUILT_WITH[name]:
        pytest.skip("its migrations do not run on the embedded version")
    majors = {one.version.partition(".")[0] for one in (older, shadow)}
    told = {("server-other-major", "")} if len(majors) > 1 else set()
    assert own(look(config_of(name, other.url), database)) == told
    older.drop_database(database)
    shadow.drop_database(other)
