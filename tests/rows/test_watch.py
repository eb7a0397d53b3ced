"""Statements of a plan in one stream: what is seen is what the observer sees, whatever their number, up to one that cannot run alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from statements import PREPARE, SETUP

from prisma_drift.model.hazards import Observed
from prisma_drift.rows.fill import fill
from prisma_drift.rows.observe import Observer
from prisma_drift.rows.watch import watch

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Database, Server

CHAIN = [
    "CREATE INDEX i ON child (n)",
    "ALTER TABLE child ADD COLUMN x uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE child ALTER COLUMN n TYPE bigint",
    "ALTER TABLE child ALTER COLUMN name SET NOT NULL",
    "ALTER TYPE mood ADD VALUE 'calm'",
    "UPDATE child SET m = 'calm' WHERE id = 1",
    "ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent",
    "CREATE TABLE other (id int PRIMARY KEY, p int REFERENCES parent)",
    "INSERT INTO other SELECT min(id) FROM parent",
    "ALTER TABLE other ALTER COLUMN id TYPE bigint",
    "UPDATE child SET name = 'x'",
    "SELECT 1",
    "DROP INDEX i",
    "ALTER TABLE child RENAME TO kid",
    "ALTER TABLE kid ALTER COLUMN n TYPE int",
    "DELETE FROM kid WHERE p IS NULL",
    "TRUNCATE kid",
    "DROP TABLE kid CASCADE",
]


@pytest.fixture
def filled(shadow: Server) -> Iterator[Database]:
    database = shadow.create_database()
    with database.connect(default_schema="public") as connection:
        connection.execute(SETUP.encode())
        assert fill(connection).not_populated == ()
        connection.execute(PREPARE.encode())
    yield database
    shadow.drop_database(database)


def test_it_sees_what_the_observer_sees(shadow: Server, filled: Database) -> None:
    copy = shadow.create_database(template=filled)
    observer = Observer(lambda: copy.connect(default_schema="public"))
    try:
        seen = [observer.run(sql) for sql in CHAIN]
    finally:
        observer.close()
        shadow.drop_database(copy)
    assert not any(one.error for one in seen), seen
    with filled.connect(default_schema="public") as connection:
        watched = watch(connection, [[sql] for sql in CHAIN])
    assert watched.stopped is None
    assert dict(watched.observed) == {
        number: Observed(one.lock, one.rewrites, one.scans, one.rows)
        for number, one in enumerate(seen, start=1)
        if one.lock
    }
    assert watched.rewritten == ("public.child",)


def test_two_texts_of_one_statement_count_together(filled: Database) -> None:
    with filled.connect(default_schema="public") as connection:
        watched = watch(connection, [[CHAIN[0], CHAIN[2]], ["SELECT 1"], [CHAIN[3]]])
    assert watched.observed == (
        (1, Observed("AccessExclusiveLock", True, True, 0)),
        (3, Observed("AccessExclusiveLock", False, True, 0)),
    )


def test_a_hundred_statements_are_all_seen(filled: Database) -> None:
    texts = [[f"ALTER TABLE child ADD COLUMN more{n} int"] for n in range(100)]
    with filled.connect(default_schema="public") as connection:
        watched = watch(connection, texts)
    assert [number for number, _ in watched.observed] == [*range(1, 101)]


def test_it_says_where_it_stopped(filled: Database) -> None:
    texts = [
        [CHAIN[0]],
        ["CREATE TEMP TABLE few ON COMMIT DROP AS SELECT 1"],
        ["SELECT * FROM few"],
        [CHAIN[2]],
    ]
    with filled.connect(default_schema="public") as connection:
        watched = watch(connection, texts)
    assert [number for number, _ in watched.observed] == [1]
    assert watched.stopped == (3, 'relation "few" does not exist')
