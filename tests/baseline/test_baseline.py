"""`prisma-drift baseline` on a project: what is written, what is refused, how it is adopted."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Database

EXAMPLE = Path(__file__).parents[2] / "examples" / "alignment-plan"
SCHEMA = """
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
enum Kind {
  A
  B
}
model User {
  id    Int     @id @default(autoincrement())
  email String? @unique
  kind  Kind    @default(A)
  notes Note[]
}
model Note {
  id     Int    @id
  text   String
  userId Int
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
}
"""
HISTORY = {
    "20240101000000_init": """
        CREATE TYPE "Kind" AS ENUM ('A', 'B');
        CREATE TABLE "User" ("id" SERIAL NOT NULL, "mail" TEXT, "kind" "Kind" NOT NULL DEFAULT 'A', CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
    """,
    "20240201000000_rename": """
        ALTER TABLE "User" RENAME COLUMN "mail" TO "email";
        CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
        CREATE INDEX "User_lower" ON "User" (lower("email"));
        INSERT INTO "User" ("email") VALUES ('root@example.com');
    """,
    "20240301000000_notes": """
        CREATE TABLE "Note" ("id" INTEGER NOT NULL, "text" TEXT NOT NULL, "userId" INTEGER NOT NULL, CONSTRAINT "Note_pkey" PRIMARY KEY ("id"));
        ALTER TABLE "Note" ADD CONSTRAINT "Note_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
    """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    prisma = tmp_path / "prisma"
    for name, sql in HISTORY.items():
        (prisma / "migrations" / name).mkdir(parents=True)
        (prisma / "migrations" / name / "migration.sql").write_text(sql)
    (prisma / "migrations" / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (prisma / "schema.prisma").write_text(SCHEMA)
    return tmp_path


def drift(command: str, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prisma_drift", command, str(project), "--prisma-version", "6.19.0", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def state(folder: Path) -> dict[str, str]:
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in folder.rglob("*")
        if f.is_file()
    }


def test_one_migration_takes_the_place_of_all_and_the_old_folder_stays(project: Path) -> None:
    before = state(project / "prisma" / "migrations")
    done = drift("baseline", project)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = project / "prisma" / "migrations-baseline"
    assert sorted(state(folder)) == ["20240301000000_baseline/migration.sql", "migration_lock.toml"]
    assert state(project / "prisma" / "migrations") == before
    sql = (folder / "20240301000000_baseline" / "migration.sql").read_text()
    assert 'CREATE INDEX "User_lower" ON public."User" USING btree (lower(email));' in sql
    assert "INSERT" not in sql
    assert "20240201000000_rename/migration.sql:5  INSERT INTO" in done.stdout
    assert "npx prisma migrate resolve --applied 20240301000000_baseline" in done.stdout
    again = drift("check", project, "--migrations", str(folder))
    assert (again.returncode, drift("check", project).returncode) == (0, 0), again.stdout


def test_what_prisma_can_say_is_in_its_words_and_the_rest_in_the_dump_s(project: Path) -> None:
    history_with(
        project,
        """
        ALTER TABLE "Note" ADD CONSTRAINT "short" CHECK (length("text") < 100);
        CREATE TABLE "Old" ("id" SERIAL NOT NULL, "was" TEXT NOT NULL, CONSTRAINT "Old_pkey" PRIMARY KEY ("id"));
        ALTER TABLE "Old" RENAME COLUMN "was" TO "is";
        ALTER SEQUENCE "Old_id_seq" INCREMENT 10;
        CREATE INDEX "Note_text" ON "Note" ("text") INCLUDE ("id");
        CREATE INDEX "Note_userId" ON "Note" ("userId" DESC);
        """,
    )
    done = drift("baseline", project)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (project / "prisma" / "migrations-baseline").glob("*/migration.sql")
    sql = file.read_text()
    for text in (
        """-- CreateEnum
CREATE TYPE "Kind" AS ENUM ('A', 'B');
""",
        """-- CreateTable
CREATE TABLE "User" (
    "id" SERIAL NOT NULL,
    "email" TEXT,
    "kind" "Kind" NOT NULL DEFAULT 'A',

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
""",
        'CREATE INDEX "Note_userId" ON "Note"("userId" DESC);',
        'FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;',
        'CREATE TABLE public."Note" (',
        'CREATE TABLE public."Old" (',
        'CREATE INDEX "Note_text" ON public."Note" USING btree (text) INCLUDE (id);',
    ):
        assert text in sql, sql
    assert 'CREATE SEQUENCE public."User_id_seq"' not in sql


def test_since_keeps_what_comes_behind(project: Path) -> None:
    folder = project / "new"
    done = drift("baseline", project, "--since", "20240301000000_notes", "--output", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(p.name for p in folder.iterdir()) == [
        "20240201000000_baseline",
        "20240301000000_notes",
        "migration_lock.toml",
    ]
    kept = folder / "20240301000000_notes" / "migration.sql"
    assert kept.read_text() == HISTORY["20240301000000_notes"]
    assert drift("check", project, "--migrations", str(folder)).returncode == 0


def test_check_only_and_adopt_write_nothing(project: Path) -> None:
    before = state(project)
    assert drift("baseline", project, "--check-only").returncode == 0
    assert drift("baseline", project, "--adopt").returncode == 0
    assert state(project) == before


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("CREATE ROLE reporting;", "the role reporting, which belongs to the server"),
        ('DO $$ BEGIN CREATE ROLE "it\'s" NOLOGIN; END $$;', "the role it's, which belongs to the server"),
        ("SELECT lo_create(4711);", "large object 4711 is missing"),
    ],
)
def test_what_cannot_be_rebuilt_is_named_and_nothing_is_written(project: Path, sql: str, words: str) -> None:
    folder = project / "prisma" / "migrations" / "20240401000000_more"
    folder.mkdir()
    (folder / "migration.sql").write_text(sql)
    before = state(project)
    done = drift("baseline", project)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stdout
    assert state(project) == before


def test_a_kept_migration_that_needs_the_rows_of_a_replaced_one_stops_it(project: Path) -> None:
    folder = project / "prisma" / "migrations" / "20240401000000_needs"
    folder.mkdir()
    (folder / "migration.sql").write_text(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM \"User\") THEN RAISE EXCEPTION 'no user'; END IF; END $$;"
    )
    done = drift("baseline", project, "--since", "20240401000000_needs")
    assert done.returncode == 2
    assert "a migration behind it needs rows that are not there" in done.stdout


def test_owners_and_grants_of_a_host_s_roles_are_kept(project: Path) -> None:
    folder = project / "prisma" / "migrations" / "20240401000000_owners"
    folder.mkdir()
    (folder / "migration.sql").write_text(
        'ALTER TABLE "Note" OWNER TO "app owner";'
        "CREATE FUNCTION \"f x\"(a INT, b TEXT) RETURNS INT LANGUAGE sql AS 'SELECT 1';"
        'ALTER FUNCTION "f x"(INT, TEXT) OWNER TO "app owner"; ALTER TYPE "Kind" OWNER TO "app owner";'
        'GRANT SELECT ON "User" TO anon WITH GRANT OPTION;'
    )
    done = drift("baseline", project)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (project / "prisma" / "migrations-baseline").glob("*/migration.sql")
    sql = file.read_text()
    assert 'ALTER TABLE "public"."Note" OWNER TO "app owner";' in sql
    assert 'ALTER FUNCTION public."f x"(a integer, b text) OWNER TO "app owner";' in sql
    assert 'ALTER TYPE "public"."Kind" OWNER TO "app owner";' in sql
    assert 'GRANT SELECT ON TABLE public."User" TO anon WITH GRANT OPTION;' in sql


def test_the_example_once_it_is_mended(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "app")
    assert drift("fix", tmp_path / "app", "--quiet").returncode == 0
    done = drift("baseline", tmp_path / "app")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "app" / "prisma" / "migrations-baseline"
    (file,) = folder.glob("*/migration.sql")
    sql = file.read_text()
    assert "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;" in sql
    assert 'CREATE INDEX "Contact_search_idx"' in sql
    assert drift("check", tmp_path / "app", "--migrations", str(folder)).returncode == 0


DATA = """
CREATE TABLE "Country" ("code" TEXT PRIMARY KEY, "name" TEXT NOT NULL, "since" TIMESTAMP NOT NULL DEFAULT now());
INSERT INTO "Country" ("code", "name") VALUES ('de', 'It''s; "quoted"'), (E'fr\\n', NULL::text || 'x');
INSERT INTO "Country" ("code", "name") VALUES ('at', 'Austria'), ('ch', 'Confoederatio -- Helvetica') ON CONFLICT DO NOTHING;
CREATE TABLE "Price" ("id" SERIAL PRIMARY KEY, "country" TEXT NOT NULL, "amount" NUMERIC(10, 2), "tags" TEXT[]);
INSERT INTO "Price" ("country", "amount", "tags") VALUES ('at', '1.50'::numeric(10,2), ARRAY['a', 'b']), ('ch', -2, '{}');
INSERT INTO "Price" ("country", "amount") SELECT "code", 3 FROM "Country";
"""


def history_with(project: Path, sql: str, name: str = "20240401000000_rows") -> None:
    folder = project / "prisma" / "migrations" / name
    folder.mkdir()
    (folder / "migration.sql").write_text(sql)


def test_constant_rows_are_carried_on_where_they_are_still_the_history_s(
    project: Path, database: Database
) -> None:
    rows = DATA.replace(", (E'fr\\n', NULL::text || 'x')", "")
    history_with(
        project, rows + 'ALTER TABLE "Price" ADD FOREIGN KEY ("country") REFERENCES "Country"("code");'
    )
    done = drift("baseline", project, "--keep-data")
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (project / "prisma" / "migrations-baseline").glob("*/migration.sql")
    sql = file.read_text()
    assert "It''s; \"quoted\"" in sql
    assert "Confoederatio -- Helvetica') ON CONFLICT DO NOTHING;" in sql
    # the SELECT is no constant, and without it the rows of Price would be others than the history's
    assert '"Price" (' not in sql.replace('CREATE TABLE "Price" (', "")
    assert "not carried on: other statements of the history changed its rows" in done.stdout
    assert "with 3 INSERTs of constants" in done.stdout
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        assert connection.execute('SELECT code FROM "Country" ORDER BY 1').fetchall() == [
            ("at",),
            ("ch",),
            ("de",),
        ]
        assert connection.execute('SELECT email FROM "User"').fetchall() == [("root@example.com",)]
        # the next serial value is the history's, too
        ids = connection.execute('INSERT INTO "Price" ("country") VALUES (\'at\') RETURNING id').fetchall()
    assert ids == [(6,)]


@pytest.mark.parametrize(
    "later",
    [
        'UPDATE "User" SET "email" = \'someone@example.com\';',
        'DELETE FROM "User";',
        'ALTER TABLE "User" RENAME COLUMN "email" TO "address";',
        'DROP TABLE "Note"; DROP TABLE "User";',
    ],
)
def test_constant_rows_that_later_statements_changed_are_not_carried_on(project: Path, later: str) -> None:
    history_with(project, later)
    done = drift("baseline", project, "--keep-data")
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (project / "prisma" / "migrations-baseline").glob("*/migration.sql")
    assert "INSERT" not in file.read_text()
    assert "20240201000000_rename/migration.sql:5  INSERT INTO" in done.stdout
    assert "not carried on:" in done.stdout


def test_a_history_is_replaced_and_stays_beside_it(project: Path, database: Database) -> None:
    before = state(project / "prisma" / "migrations")
    done = drift("baseline", project, "--replace")
    assert done.returncode == 0, done.stdout + done.stderr
    assert state(project / "prisma" / "migrations-old") == before
    assert sorted(state(project / "prisma" / "migrations")) == [
        "20240301000000_baseline/migration.sql",
        "migration_lock.toml",
    ]
    assert not list((project / "prisma").glob(".prisma-drift-*"))
    assert drift("check", project).returncode == 0
    # what it prints is what adopts it: the checksum is that of the file which now lies there
    (line,) = [line for line in done.stdout.splitlines() if "> adopt.sql" in line]
    assert line.split()[:3] == ["prisma-drift", "baseline", str(project)]
    flags = line.partition(" > ")[0].split()[3:]
    root = Path(__file__).parents[2]
    again = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "baseline", str(project), *flags, "--prisma-version", "6.19.0"],
        capture_output=True, text=True, timeout=120, check=False, cwd=root,
    )  # fmt: skip
    file = project / "prisma" / "migrations" / "20240301000000_baseline" / "migration.sql"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in again.stdout, again.stderr
    assert drift("baseline", project, "--replace").returncode == 1, "migrations-old is there already"


def test_where_two_folders_cannot_be_exchanged_in_one_step(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ctypes

    from prisma_drift.baseline import write

    def none(_name: object, **_: object) -> object:
        return object()

    (project / "a").mkdir()
    (project / "b").mkdir()
    (project / "a" / "old").touch()
    monkeypatch.setattr(ctypes, "CDLL", none)
    write._exchange(project / "a", project / "b")
    assert (list(project.glob("a/*")), [p.name for p in project.glob("b/*")]) == ([], ["old"])
    assert sorted(p.name for p in project.iterdir()) == ["a", "b", "prisma"]


BROKEN = 'ALTER TABLE "Nowhere" ADD COLUMN "x" INT; CREATE VIEW v AS SELECT 1;'
LIVE = """
CREATE EXTENSION vector;
CREATE TYPE "Kind" AS ENUM ('A', 'B');
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT, "kind" "Kind" NOT NULL DEFAULT 'A', "e" vector(3), CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
CREATE INDEX "User_e" ON "User" USING hnsw ("e" vector_cosine_ops);
CREATE MATERIALIZED VIEW "Emails" AS SELECT "email" FROM "User";
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO "User" ("email") VALUES ('someone@example.com');
CREATE SCHEMA other; CREATE TABLE other.x (a int);
CREATE TABLE "_prisma_migrations" (id int);
GRANT SELECT ON "User" TO PUBLIC;
"""


def test_where_the_history_does_not_apply_a_live_database_tells(project: Path, database: Database) -> None:
    history_with(project, BROKEN)
    with database.connect(default_schema="public") as connection:
        connection.execute(LIVE.encode())
    failed = drift("baseline", project)
    assert failed.returncode == 1
    assert 'prisma-drift baseline --from "$DATABASE_URL"' in failed.stderr + failed.stdout
    done = drift("baseline", project, "--from", url_of(database))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "the schema other, which the datasource does not name: 1 of its objects are left out" in done.stdout
    )
    (file,) = (project / "prisma" / "migrations-baseline").glob("*/migration.sql")
    assert file.parent.name == "20240401000000_baseline"
    sql = file.read_text()
    for words in ("USING hnsw", "MATERIALIZED VIEW", "CREATE TRIGGER t", "EXTENSION IF NOT EXISTS vector"):
        assert words in sql
    for words in ("GRANT", "OWNER", "someone@", "other.x", "_prisma_migrations", "SELECT pg_catalog.setval"):
        assert words not in sql


def url_of(database: Database) -> str:
    parameters = database.parameters
    login = f"{parameters['user']}:{parameters.get('password', '')}"
    return f"postgresql://{login}@/{database.name}?host={parameters['host']}&port={parameters['port']}"


def test_the_schema_alone_tells_what_it_declares(project: Path) -> None:
    history_with(project, BROKEN)
    done = drift("baseline", project, "--from", "schema")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whether the view v of" in done.stdout
    assert (
        drift("check", project, "--migrations", str(project / "prisma/migrations-baseline")).returncode == 0
    )


def test_an_unreachable_database_s_password_is_not_repeated(project: Path) -> None:
    done = drift("baseline", project, "--from", "postgresql://me:verysecretword@127.0.0.1:1/db")
    assert done.returncode == 1
    assert "verysecretword" not in done.stdout + done.stderr


def test_a_folder_that_is_there_is_not_replaced(project: Path) -> None:
    (project / "taken").mkdir()
    (project / "taken" / "file").write_text("mine")
    done = drift("baseline", project, "--output", str(project / "taken"))
    assert done.returncode == 1
    assert state(project / "taken").keys() == {"file"}


@pytest.mark.parametrize("since", ["2099", "20240101000000_init"])
def test_nothing_to_replace_is_told(project: Path, since: str) -> None:
    assert drift("baseline", project, "--since", since).returncode == 1


HISTORY_TABLE = """
CREATE TABLE "_prisma_migrations" (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0);
"""


def test_a_database_that_has_run_the_history_adopts_it_in_one_transaction(
    project: Path, database: Database
) -> None:
    drift("baseline", project)
    file = project / "prisma" / "migrations-baseline" / "20240301000000_baseline" / "migration.sql"
    adopt = drift("baseline", project, "--adopt").stdout
    with database.connect(default_schema="public") as connection:
        connection.execute(HISTORY_TABLE.encode())
        for number, name in enumerate(HISTORY):
            with pytest.raises(psycopg.errors.RaiseException):
                connection.execute(adopt.encode())
            connection.execute("ROLLBACK")
            row = (str(number), "0" * 64, name)
            connection.execute(
                'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at) VALUES (%s, %s, %s, now())',
                row,
            )
        connection.execute(adopt.encode())
        rows = connection.execute(
            'SELECT migration_name, checksum, rolled_back_at FROM "_prisma_migrations"'
        ).fetchall()
    assert rows == [("20240301000000_baseline", hashlib.sha256(file.read_bytes()).hexdigest(), None)]


@pytest.mark.parametrize("way", ["adopt.sql", "resolve"])
def test_once_adopted_the_gate_is_open_and_further_migrations_run(
    project: Path, database: Database, way: str
) -> None:
    """`prisma migrate resolve --applied` writes one row, with the checksum of the file; the old rows stay."""
    migrations = project / "prisma" / "migrations"
    with database.connect(default_schema="public") as connection:
        connection.execute(HISTORY_TABLE.encode())
        for number, (name, sql) in enumerate(HISTORY.items()):
            connection.execute(sql.encode())
            applied(connection, str(number), name, migrations / name / "migration.sql")
    assert drift("gate", project, "--database-url", url_of(database)).returncode == 0
    assert drift("baseline", project, "--replace").returncode == 0
    (file,) = migrations.glob("*/migration.sql")
    closed = drift("gate", project, "--database-url", url_of(database))
    assert closed.returncode == 2, closed.stdout
    with database.connect(default_schema="public") as connection:
        if way == "resolve":
            applied(connection, "new", file.parent.name, file, steps=0)
        else:
            adopt = drift(
                "baseline", project, "--adopt", "--migrations", str(project / "prisma/migrations-old")
            )
            connection.execute(adopt.stdout.encode())
    done = drift("gate", project, "--database-url", url_of(database))
    assert done.returncode == 0, done.stdout + done.stderr
    history_with(project, 'ALTER TABLE "Note" ADD COLUMN "more" TEXT;', "20990101000000_more")
    schema = project / "prisma" / "schema.prisma"
    schema.write_text(SCHEMA.replace("  text   String\n", "  text   String\n  more   String?\n"))
    assert drift("check", project).returncode == 0
    with database.connect(default_schema="public") as connection:
        connection.execute((migrations / "20990101000000_more" / "migration.sql").read_bytes())
        applied(
            connection, "more", "20990101000000_more", migrations / "20990101000000_more" / "migration.sql"
        )
    assert drift("gate", project, "--database-url", url_of(database)).returncode == 0


def applied(connection: psycopg.Connection, row: str, name: str, file: Path, *, steps: int = 1) -> None:
    """The row that Prisma writes for a migration that has run."""
    connection.execute(
        'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)'
        " VALUES (%s, %s, %s, now(), %s)",
        (row, hashlib.sha256(file.read_bytes()).hexdigest(), name, steps),
    )
