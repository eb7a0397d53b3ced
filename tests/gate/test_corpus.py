"""Real projects as production: the gate finds nothing of its own there, and after random changes by hand each of them and nothing else."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from production import HISTORY

from prisma_drift.findings.accepted import of_check
from prisma_drift.gate.run import Choice, run
from prisma_drift.migrations.history import read_history
from prisma_drift.model.gate import Gate
from prisma_drift.pipeline.check import migrate_project
from prisma_drift.postgres.server.database import Database
from prisma_drift.project import Config, Flags, load_config

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

pytestmark = [pytest.mark.slow, pytest.mark.shared]
CORPUS = Path("/work/shared/corpus")
CHANGES = 10


def names() -> list[str]:
    """The projects whose history applies."""
    if not CORPUS.is_dir():
        return []
    return sorted(
        folder.name
        for folder in CORPUS.iterdir()
        if (folder / "expected" / "verdict.json").is_file()
        and json.loads((folder / "expected" / "verdict.json").read_text())["ours"] != 1
    )


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
            ["column", "index", "check", "no index", "no key", "not null", "security", "default"]
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


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real projects is not beside this checkout")
@pytest.mark.parametrize("name", names() or ["none"])
def test_a_real_project(name: str, database: Database) -> None:
    config = load_config(Flags(str(CORPUS / name), shadow=database.url), {})[0]
    deployed(config, database)
    assert own(look(config, database)) == set()
    with database.connect(default_schema=config.default_schema) as connection:
        expected = change(connection, config.default_schema, random.Random(name))
    gate = look(config, database)
    assert own(gate) == expected
    assert gate.restore_sql
    with database.connect(default_schema=config.default_schema) as connection:
        connection.execute(gate.restore_sql.encode())
    assert own(look(config, database)) == set()
