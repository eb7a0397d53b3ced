"""What Postgres was seen to do, held against its manual; and the hazards that follow, each in both ways."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from statements import PREPARE, SETUP, STATEMENTS, Said

from prisma_drift.rows.fill import fill
from prisma_drift.rows.observe import Observer, Seen
from prisma_drift.rows.seen import dropped, hazards

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Database, Server


@contextmanager
def observer(server: Server, template: Database) -> Iterator[Observer]:
    made = server.create_database(template=template)
    try:
        watching = Observer(lambda: made.connect(default_schema="public"))
        try:
            yield watching
        finally:
            watching.close()
    finally:
        server.drop_database(made)


@pytest.fixture(scope="module")
def filled(shadow: Server) -> Iterator[Database]:
    yield from made(shadow)


def made(server: Server) -> Iterator[Database]:
    database = server.create_database()
    with database.connect(default_schema="public") as connection:
        connection.execute(SETUP.encode())
        assert fill(connection).not_populated == ()
        connection.execute(PREPARE.encode())
    yield database
    server.drop_database(database)


def run(server: Server, filled: Database, said: Said) -> Seen:
    with observer(server, filled) as watching:
        if said.first:
            assert watching.run(said.first).error == ""
        return watching.run(said.sql)


def row(seen: Seen) -> tuple[str, bool, bool, bool]:
    return seen.lock, seen.rewrites, seen.scans, bool(seen.rows)


@pytest.mark.parametrize("said", STATEMENTS, ids=lambda said: said.first + said.sql)
def test_as_the_manual_says(said: Said, shadow: Server, filled: Database) -> None:
    seen = run(shadow, filled, said)
    assert seen.error == ""
    assert row(seen) == (said.lock, said.rewrites, said.scans, said.rows)
    assert tuple(sorted({hazard.id for hazard in hazards(seen, 1)})) == tuple(sorted(said.ids))


@pytest.mark.containers
@pytest.mark.slow
def test_postgres_17_in_a_container_does_the_same() -> None:
    from prisma_drift.errors import ServerError
    from prisma_drift.postgres.server.server import parse_shadow, server

    try:
        starting = server(parse_shadow("container:17"))
        running = starting.__enter__()
    except ServerError as error:
        pytest.skip(f"no container: {error.message}")
    try:
        for database in made(running):
            different = []
            for said in STATEMENTS:
                seen = run(running, database, said)
                if (seen.error, *row(seen)) != ("", said.lock, said.rewrites, said.scans, said.rows):
                    different.append((said.sql, seen.error, *row(seen)))
            assert different == []
    finally:
        starting.__exit__(None, None, None)


def test_thirty_statements() -> None:
    assert len(STATEMENTS) >= 30


FAILS = {
    "column-required": (
        "ALTER TABLE child ADD COLUMN x int NOT NULL",
        "ALTER TABLE child ADD COLUMN x int NOT NULL DEFAULT 1",
    ),
    "nulls": (
        "ALTER TABLE child ALTER COLUMN amount SET NOT NULL",
        "ALTER TABLE child ALTER COLUMN n SET NOT NULL",
    ),
    "duplicates": ("CREATE UNIQUE INDEX i ON child (m)", "CREATE UNIQUE INDEX i ON child (id)"),
    "orphans": (
        "ALTER TABLE child ADD FOREIGN KEY (n) REFERENCES parent",
        "ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES parent",
    ),
    "value-refused": (
        "ALTER TABLE child ALTER COLUMN code TYPE int USING code::int",
        "ALTER TABLE child ALTER COLUMN p TYPE text",
    ),
    "vector-dimension-change": (
        "ALTER TABLE child ALTER COLUMN v TYPE vector",
        "ALTER TABLE child ADD COLUMN w vector(4)",
    ),
}


@pytest.mark.parametrize("id", FAILS)
def test_what_rows_stop(id: str, shadow: Server, filled: Database) -> None:
    for sql, found in zip(FAILS[id], (True, False), strict=True):
        with observer(shadow, filled) as watching:
            if id in ("nulls",) and not found:
                watching.run("ALTER TABLE child ALTER COLUMN n DROP NOT NULL")
            told = hazards(watching.run(sql), 1)
        assert any(one.id == id for one in told) is found, told


def test_other_dimensions_stop(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        told = hazards(watching.run("ALTER TABLE child ALTER COLUMN v TYPE vector(4)"), 1)
    assert [one.id for one in told] == ["value-refused"]
    assert "dimensions" in told[0].message


def test_what_no_schema_declares(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        seen = watching.run("DROP VIEW names")
        assert [dropped(fact)[:3] for fact in seen.facts] == [
            ("unmanaged-dropped", "warning", "public.names")
        ]
        gone = watching.run("ALTER TABLE child DROP CONSTRAINT p_there")
        assert [dropped(fact)[2] for fact in gone.facts] == ["public.child.p_there"]
        assert watching.run("DROP INDEX child_name").facts[0].kind == "index dropped"


def test_tables_of_the_branch_are_nobodys(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        for sql in (
            "CREATE TABLE new (id int, name text)",
            "CREATE INDEX ON new (name)",
            "ALTER TABLE new ALTER COLUMN id TYPE bigint",
            "INSERT INTO new VALUES (1, 'x')",
            "UPDATE new SET name = 'y'",
            "ALTER TABLE new ADD PRIMARY KEY (id)",
            "DROP TABLE new",
        ):
            seen = watching.run(sql)
            assert seen.error == ""
            assert hazards(seen, 1) == (), sql


def test_foreign_keys_without_an_index(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        before = watching.keys()
        watching.run("ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent")
        assert [fact.name for fact in watching.unindexed(before)] == ["f"]
        watching.run("CREATE INDEX i ON child (p, n)")
        assert watching.unindexed(before) == []


def test_the_index_of_a_key_goes_with_it(shadow: Server, filled: Database) -> None:
    """No DROP INDEX CONCURRENTLY drops what belongs to a constraint: nothing is advised that cannot be."""
    with observer(shadow, filled) as watching:
        seen = watching.run("ALTER TABLE child DROP CONSTRAINT child_pkey")
        assert seen.error == ""
        assert hazards(seen, 1) == ()
        assert [one.id for one in hazards(watching.run("DROP INDEX child_name"), 1)] == ["index-drop-blocks"]


def test_half_of_the_rows_are_not_most(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        half = "(SELECT id FROM child ORDER BY id LIMIT {})"
        count = watching.connection.execute(b"SELECT count(*) FROM child").fetchone()
        assert count is not None
        for limit, severity in ((int(str(count[0])) // 2, "note"), (int(str(count[0])) // 2 + 1, "warning")):
            seen = watching.run(f"UPDATE child SET name = 'y' WHERE id IN {half.format(limit)}")
            assert [one.severity for one in hazards(seen, 1)] == [severity]


def test_a_failure_changes_nothing(shadow: Server, filled: Database) -> None:
    with observer(shadow, filled) as watching:
        assert watching.run("SELECT 1/0").sqlstate == "22012"
        assert watching.run("CREATE INDEX i ON child (n)").error == ""


def test_the_page_has_the_table() -> None:
    from observed_table import PAGE, page

    text = PAGE.read_text("utf-8")
    assert text == page(text), "run: python tests/rows/observed_table.py --write"
