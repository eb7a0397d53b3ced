"""Every hint for a migration that does not apply is followed here, and the failure is gone.

A hint is an edit or a command. What can be read out of it is done as it is written (commands in backticks, statements in
capitals, lines of a file); only where it leaves the choice to a person does the test make it.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from small_project import project, write

from prisma_drift.model.report import Finding
from prisma_drift.pipeline import check
from prisma_drift.project import Flags, load_config

pytestmark = pytest.mark.slow

MIGRATIONS = "prisma/migrations"
SHOP = 'CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY, "note" TEXT, "state" TEXT);\n'
ORDER = "model Order {\n  id Int @id\n  note String?\n  state String?\n}\n"


class Followed(NamedTuple):
    migrations: tuple[str, ...]
    id: str
    follow: Callable[[Path, Finding], None]
    words: str = ""
    models: str = ORDER
    settings: str = ""
    version: str = "7.10.0"


def commands(folder: Path, hint: str) -> list[list[str]]:
    """The commands of a hint, as typed in the project's folder; Prisma's own speak of live databases, and are left out."""
    found = [shlex.split(text) for text in re.findall(r"`([^`]+)`", hint)]
    return [words for words in found if words[0] in ("git", "mkdir", "prisma-drift")]


def run_commands(folder: Path, finding: Finding) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)
    ran = commands(folder, finding.hint)
    assert ran, finding.hint
    for words in ran:
        command = [sys.executable, "-m", "prisma_drift", *words[1:]] if words[0] == "prisma-drift" else words
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 2), (words, done.stderr)


def baseline(folder: Path, finding: Finding) -> None:
    run_commands(folder, finding)
    for place in (folder / MIGRATIONS).iterdir():
        if place.is_dir() and place.name != "0_init":
            (place / "migration.sql").unlink()
            place.rmdir()


def file_of(folder: Path, finding: Finding) -> Path:
    assert finding.position is not None
    return folder / finding.position.file


def without_line(folder: Path, finding: Finding) -> None:
    found = re.search(r"Remove line (\d+) of (\S+?)[:,]", finding.hint)
    assert found, finding.hint
    file = folder / found[2]
    lines = file.read_text().splitlines(keepends=True)
    del lines[int(found[1]) - 1]
    file.write_text("".join(lines))


def in_front(folder: Path, finding: Finding) -> None:
    """`Write … in front of the statement, and make it again behind it`: as the migration that is named made it."""
    found = re.search(r"Write (.+;) in front of the statement", finding.hint)
    assert found, finding.hint
    assert finding.position is not None
    file = file_of(folder, finding)
    lines = file.read_text().splitlines(keepends=True)
    lines.insert(finding.position.line - 1, found[1] + "\n")
    maker = re.search(r"\(made by `([^`]+)`", finding.message)
    assert maker, finding.message
    made = (folder / MIGRATIONS / maker[1] / "migration.sql").read_text()
    again = [
        line for line in made.splitlines() if re.match(r"CREATE (VIEW|POLICY|TRIGGER|MATERIALIZED)", line)
    ]
    file.write_text("".join(lines) + "\n".join(again[-1:]) + "\n")


def alone(folder: Path, finding: Finding) -> None:
    """`Put that statement alone into a migration of its own`, `Move ALTER TYPE … ADD VALUE …, in front`."""
    file = file_of(folder, finding)
    statements = [text.strip() for text in file.read_text().split(";") if text.strip()]
    file.unlink()
    file.parent.rmdir()
    for number, text in enumerate(statements):
        write(folder, {f"{MIGRATIONS}/2024020{number}000000_part/migration.sql": text + ";\n"})


def put_extension(folder: Path, finding: Finding) -> None:
    found = re.search(r"CREATE EXTENSION IF NOT EXISTS \"[\w-]+\"", finding.hint)
    assert found, finding.hint
    first = min((folder / MIGRATIONS).glob("*/migration.sql"))
    first.write_text(f"{found[0]};\n{first.read_text()}")


def write_statement(folder: Path, finding: Finding) -> None:
    """`Write STATEMENT without a version`: in the place of the one that failed."""
    found = re.search(r"Write (.+?) without a version", finding.hint)
    assert found, finding.hint
    replace_statement(folder, finding, found[1])


def replace_statement(folder: Path, finding: Finding, text: str) -> None:
    assert finding.position is not None
    file = file_of(folder, finding)
    lines = file.read_text().splitlines(keepends=True)
    lines[finding.position.line - 1] = text + ";\n"
    file.write_text("".join(lines))


def near(folder: Path, finding: Finding) -> None:
    """`Write "Name", if that is meant.`: for the name that the message says is not there."""
    meant = re.search(r'Write "(\w+)", if', finding.hint)
    wrong = re.search(r"No migration (?:creates the|adds the) \w+ `(\w+)`", finding.message)
    assert meant, finding.hint
    assert wrong, finding.message
    file = file_of(folder, finding)
    file.write_text(file.read_text().replace(f'"{wrong[1]}"', f'"{meant[1]}"'))


def near_label(folder: Path, finding: Finding) -> None:
    meant = re.search(r"Write ('(?:[^']|'')+'), if", finding.hint)
    assert meant, finding.hint
    file = file_of(folder, finding)
    file.write_text(file.read_text().replace("'active''s'", meant[1]))


def around_default(folder: Path, finding: Finding) -> None:
    found = re.search(r"Write (ALTER COLUMN .+ DROP DEFAULT) in a statement in front", finding.hint)
    assert found, finding.hint
    file = file_of(folder, finding)
    behind = 'ALTER TABLE "Order" ALTER COLUMN "note" SET DEFAULT 1;\n'
    file.write_text(f'ALTER TABLE "Order" {found[1]};\n{file.read_text()}{behind}')


def own_function(folder: Path, finding: Finding) -> None:
    assert "a function of your own that is declared IMMUTABLE" in finding.hint
    file = file_of(folder, finding)
    made = "CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT public.unaccent('public.unaccent', $1) $$;\n"
    file.write_text(made + file.read_text().replace("unaccent(", "plain("))


def if_exists(folder: Path, finding: Finding) -> None:
    assert "IF EXISTS" in finding.hint
    file = file_of(folder, finding)
    file.write_text(
        re.sub(r"DROP (INDEX|TYPE|FUNCTION|CONSTRAINT) ", r"DROP \1 IF EXISTS ", file.read_text())
    )


def if_not_exists(folder: Path, finding: Finding) -> None:
    assert "IF NOT EXISTS" in finding.hint
    file = file_of(folder, finding)
    file.write_text(file.read_text().replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "))


def schema_in_front(folder: Path, finding: Finding) -> None:
    found = re.search(r"Put (CREATE SCHEMA IF NOT EXISTS \"\w+\") in front", finding.hint)
    assert found, finding.hint
    file = file_of(folder, finding)
    file.write_text(f"{found[1]};\n{file.read_text()}")


def supabase(folder: Path, finding: Finding) -> None:
    assert "`init-shadow-db: supabase`" in finding.hint
    (folder / "prisma-drift.yml").write_text("init-shadow-db: supabase\n")


def add_column(folder: Path, finding: Finding) -> None:
    found = re.search(r"\(ALTER TABLE … ADD COLUMN IF NOT EXISTS \"(\w+)\" …\)", finding.hint)
    assert found, finding.hint
    sql = f'ALTER TABLE "Order" ADD COLUMN IF NOT EXISTS "{found[1]}" TEXT;\n'
    write(folder, {f"{MIGRATIONS}/20240101000001_before/migration.sql": sql})


def create_before(folder: Path, finding: Finding) -> None:
    assert "Add a migration before this one that creates it" in finding.hint
    sql = 'CREATE TABLE "Line" ("id" INTEGER PRIMARY KEY);\n'
    write(folder, {f"{MIGRATIONS}/20240101000001_before/migration.sql": sql})


def quoted(folder: Path, finding: Finding) -> None:
    found = re.search(r'Write "(\w+)" with quotes', finding.hint)
    assert found, finding.hint
    file = file_of(folder, finding)
    file.write_text(re.sub(rf"(?i)\b{found[1]}\b", f'"{found[1]}"', file.read_text()))


def default_schema(folder: Path, finding: Finding) -> None:
    found = re.search(r"--default-schema '(\w+)'", finding.hint)
    assert found, finding.hint
    (folder / "prisma-drift.yml").write_text(f"default-schema: {found[1]}\n")


def without_bom(folder: Path, finding: Finding) -> None:
    assert "without a byte order mark" in finding.hint
    file = file_of(folder, finding)
    file.write_text(file.read_text().removeprefix("\ufeff"))


def remove_this_line(folder: Path, finding: Finding) -> None:
    assert "Remove the line" in finding.hint
    replace_statement(folder, finding, "SELECT 1")


def insert_statements(folder: Path, finding: Finding) -> None:
    assert "INSERT" in finding.hint
    file = file_of(folder, finding)
    text = re.sub(r"(?s)COPY .*?\\\.\n", 'INSERT INTO "Order" (id) VALUES (1);\n', file.read_text())
    file.write_text(text)


def setting_out(folder: Path, finding: Finding) -> None:
    found = re.search(r"Take the setting `(\w+)` out", finding.hint)
    assert found, finding.hint
    file = file_of(folder, finding)
    file.write_text(re.sub(rf"SET {found[1]} = \w+;", "", file.read_text()))


def clause_out(folder: Path, finding: Finding) -> None:
    found = re.search(r"Take (\w+ \w+) out of the statement", finding.hint)
    assert found, finding.hint
    file = file_of(folder, finding)
    file.write_text(file.read_text().replace(f" {found[1]}", ""))


def set_path(folder: Path, finding: Finding) -> None:
    found = re.search(r"Add (SET search_path = \w+) to that function", finding.hint)
    assert found, finding.hint
    first = min((folder / MIGRATIONS).glob("*/migration.sql"))
    first.write_text(first.read_text().replace("IMMUTABLE AS", f"IMMUTABLE {found[1]} AS"))


def give_dimensions(folder: Path, finding: Finding) -> None:
    assert "`vector(1536)` in the migration" in finding.hint
    for file in (folder / MIGRATIONS).glob("*/migration.sql"):
        file.write_text(file.read_text().replace(" vector)", " vector(1536))"))
    schema = folder / "prisma/schema.prisma"
    schema.write_text(schema.read_text().replace('"vector"', '"vector(1536)"'))


def narrower(folder: Path, finding: Finding) -> None:
    assert "((embedding::halfvec(3072)) halfvec_cosine_ops)" in finding.hint
    file = file_of(folder, finding)
    file.write_text(
        file.read_text().replace("(v vector_cosine_ops)", "((v::halfvec(3072)) halfvec_cosine_ops)")
    )


def guarded(folder: Path, finding: Finding) -> None:
    assert "WHERE EXISTS" in finding.hint
    file = file_of(folder, finding)
    file.write_text('INSERT INTO "Line" SELECT 1, 7 WHERE EXISTS (SELECT FROM "Order" WHERE id = 7);\n')


LINE = "model Line {\n  id Int @id\n}\n"
DOCUMENT = 'model Doc {\n  id Int @id\n  v Unsupported("vector%s")?\n}\n'
CASES = {
    "made later in the folder": Followed(
        ('ALTER TABLE "Order" ADD COLUMN "state" TEXT;\n', 'CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY, "note" TEXT);\n'),
        "table-missing-in-history", run_commands, "comes later",
    ),
    "a column made later in the folder": Followed(
        ('CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY);\n', 'CREATE INDEX "i" ON "Order" ("note");\n',
         'ALTER TABLE "Order" ADD COLUMN "note" TEXT, ADD COLUMN "state" TEXT;\n'),
        "column-missing-in-history", run_commands, "comes later", ORDER.replace("}\n", '  @@index([note], map: "i")\n}\n'),
    ),
    "an enum made later in the folder": Followed(
        ("CREATE TABLE \"E\" (\"id\" INTEGER PRIMARY KEY, \"t\" \"Tone\");\n", "CREATE TYPE \"Tone\" AS ENUM ('a');\n"),
        "type-missing-in-history", run_commands, "comes later", "model E {\n  id Int @id\n  t Tone?\n}\nenum Tone {\n  a\n}\n",
    ),
    "no baseline": Followed(
        ('ALTER TABLE "Order" ADD COLUMN "state" TEXT;\n',), "table-missing-in-history", baseline, "has no baseline"
    ),
    "a table that was pushed": Followed(
        (SHOP, 'ALTER TABLE "Line" ALTER COLUMN "id" SET DEFAULT 1;\nALTER TABLE "Line" ALTER COLUMN "id" DROP DEFAULT;\n'),
        "table-missing-in-history", create_before, "No migration creates the table `Line`", ORDER + LINE,
    ),
    "a column that was pushed": Followed(
        ('CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY, "note" TEXT);\n', 'CREATE INDEX "i" ON "Order" ("state");\n'),
        "column-missing-in-history", add_column, "", ORDER.replace("}\n", '  @@index([state], map: "i")\n}\n'),
    ),
    "a table's name nearly": Followed(
        (SHOP.replace('"state" TEXT', '"x" TEXT'), 'ALTER TABLE "Orderr" RENAME COLUMN "x" TO "state";\n'),
        "table-missing-in-history", near, "there is a table `Order`",
    ),
    "a column's name nearly": Followed(
        (SHOP, 'ALTER TABLE "Order" ALTER COLUMN "stat" DROP NOT NULL;\n'),
        "column-missing-in-history", near, "there is a column `state`",
    ),
    "an index's name nearly": Followed(
        (SHOP + 'CREATE INDEX "Order_note_idx" ON "Order" ("note");\n', 'DROP INDEX "Order_not_idx";\n'), "index-missing-in-history", near, "there is `Order_note_idx`"
    ),
    "a constraint's name nearly": Followed(
        (SHOP + 'ALTER TABLE "Order" ADD CONSTRAINT "Order_id_check" CHECK (id > 0);\n', 'ALTER TABLE "Order" DROP CONSTRAINT "Order_id_chck";\n'),
        "constraint-missing-in-history", near, "there is `Order_id_check`",
    ),
    "a type's name nearly": Followed(
        (SHOP + "CREATE TYPE \"Status\" AS ENUM ('a');\n", 'ALTER TABLE "Order" ADD COLUMN "by" "Statuss";\n'),
        "type-missing-in-history", near, "there is `Status`", ORDER.replace("}\n", "  by Status?\n}\nenum Status {\n  a\n}\n"),
    ),
    "a label nearly": Followed(
        (SHOP + "CREATE TYPE \"Tone\" AS ENUM ('actve''s');\nALTER TABLE \"Order\" ADD COLUMN \"t\" \"Tone\";\n", "ALTER TYPE \"Tone\" RENAME VALUE 'active''s' TO 'b';\n"),
        "object-missing-in-history", near_label, "there is `actve's`", ORDER.replace("}\n", "  t Tone?\n}\nenum Tone {\n  b\n}\n"),
    ),
    "a default that the new type cannot take over": Followed(
        (SHOP + 'ALTER TABLE "Order" ALTER COLUMN "note" SET DEFAULT \'1\';\n', 'ALTER TABLE "Order" ALTER COLUMN "note" TYPE INTEGER USING "note"::INTEGER;\n'),
        "migration-failed", around_default, "does not convert it", ORDER.replace("note String?", "note Int? @default(1)"),
    ),
    "what must come out the same": Followed(
        ("CREATE EXTENSION unaccent;\n" + SHOP, 'CREATE INDEX "i" ON "Order" (unaccent("note"));\n'), "migration-failed", own_function, "the same for ever"
    ),
    "a name in lower case": Followed(
        ('CREATE TABLE "Basket" ("id" INTEGER PRIMARY KEY);\n', "ALTER TABLE Basket ADD COLUMN n INTEGER;\n"),
        "name-case", quoted, "", "model Basket {\n  id Int @id\n  n Int?\n}\n",
    ),
    "an emptied search_path": Followed(
        ("SELECT pg_catalog.set_config('search_path', '', false);\n" + SHOP.replace('"Order"', 'public."Order"'),
         'ALTER TABLE "Order" ALTER COLUMN "note" DROP NOT NULL;\n'),
        "search-path-changed", without_line, "has changed the search_path",
    ),
    "an emptied search_path, and a new table": Followed(
        ("SELECT pg_catalog.set_config('search_path', '', false);\nSELECT 1;\n", SHOP), "search-path-changed", without_line
    ),
    "another search_path": Followed(
        ("CREATE SCHEMA other;\nSET search_path = other;\n" + SHOP.replace('"Order"', 'public."Order"'),
         'ALTER TABLE "Order" ALTER COLUMN "note" DROP NOT NULL;\n'),
        "search-path-changed", without_line,
    ),
    "a view on a column that changes": Followed(
        (SHOP.replace('"note" TEXT', '"note" VARCHAR(9)'), 'CREATE VIEW notes AS SELECT "note" FROM "Order";\n',
         'ALTER TABLE "Order" ALTER COLUMN "note" TYPE TEXT;\n'),
        "dependents-in-the-way", in_front, "view notes",
    ),
    "a policy on a column that changes": Followed(
        (SHOP, 'CREATE POLICY "all of it" ON "Order" USING ("note" IS NOT NULL);\n',
         'ALTER TABLE "Order" ALTER COLUMN "note" TYPE VARCHAR(20);\n'),
        "dependents-in-the-way", in_front, 'policy all of it on "Order"', ORDER.replace("note String?", "note String? @db.VarChar(20)"),
    ),
    "a view that was made again": Followed(
        (SHOP, 'CREATE VIEW "News" AS SELECT "id" FROM "Order";\n',
         'DROP VIEW "News";\nCREATE VIEW "News" AS SELECT "note" AS "id" FROM "Order";\n', 'ALTER TABLE "Order" DROP COLUMN "note";\nALTER TABLE "Order" ADD COLUMN "note" TEXT;\n'),
        "dependents-in-the-way", in_front, 'view "News"` (made by `20240103000000_m3`)',
    ),
    "a trigger on a column that changes": Followed(
        (SHOP.replace('"note" TEXT', '"note" VARCHAR(9)')
         + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n",
         'CREATE TRIGGER "Tr" BEFORE UPDATE OF "note" ON "Order" FOR EACH ROW EXECUTE FUNCTION f();\n',
         'ALTER TABLE "Order" ALTER COLUMN "note" TYPE TEXT;\n'),
        "dependents-in-the-way", in_front, 'trigger Tr on "Order"',
    ),
    "an enum value used at once, before 7.8": Followed(
        (SHOP + "CREATE TYPE \"Tone\" AS ENUM ('a');\n", "ALTER TYPE \"Tone\" ADD VALUE 'b';\nALTER TABLE \"Order\" ADD COLUMN \"tone\" \"Tone\" DEFAULT 'b';\n"),
        "enum-value-unsafe", alone, '`b` is added to "Tone" in', ORDER.replace("}\n", "  tone Tone? @default(b)\n}\nenum Tone {\n  a\n  b\n}\n"), version="6.19.0",
    ),
    "an enum of another schema, with a quote": Followed(
        ("CREATE SCHEMA s;\nCREATE TYPE s.\"Tone\" AS ENUM ('a');\n" + SHOP, "ALTER TYPE s.\"Tone\" ADD VALUE 'it''s \"b\"';\nSELECT 'it''s \"b\"'::s.\"Tone\";\n"),
        "enum-value-unsafe", alone, "`it's \"b\"` is added to s.\"Tone\" in", version="7.3.0",
    ),
    "two concurrent builds, 7.6": Followed(
        (SHOP, 'CREATE INDEX CONCURRENTLY "i" ON "Order" ("note");\nCREATE INDEX CONCURRENTLY "j" ON "Order" ("state");\n'),
        "not-in-transaction", alone, "`migrate deploy` of Prisma 7.6.0", ORDER.replace("}\n", '  @@index([note], map: "i")\n  @@index([state], map: "j")\n}\n'), version="7.6.0",
    ),
    "a concurrent drop beside a build, 7.10": Followed(
        (SHOP + 'CREATE INDEX "i" ON "Order" ("note");\n', 'CREATE INDEX "j" ON "Order" ("note");\nDROP INDEX CONCURRENTLY "i";\n'),
        "not-in-transaction", alone, "not `DROP INDEX CONCURRENTLY …`", ORDER.replace("}\n", '  @@index([note], map: "j")\n}\n'),
    ),
    "a type of an extension": Followed(
        ('CREATE TABLE "Doc" ("id" INTEGER PRIMARY KEY, "v" vector(3));\n',), "extension-not-created", put_extension, "", DOCUMENT % "(3)"
    ),
    "a tree's operator class": Followed(
        (SHOP, "CREATE EXTENSION ltree VERSION '9.9';\n"), "extension-version", write_statement, "not 9.9"
    ),
    "an update to a version that is not there": Followed(
        ("CREATE EXTENSION vector;\n" + SHOP, "ALTER EXTENSION vector UPDATE TO '0.1.0';\n"),
        "extension-version", write_statement, "not 0.1.0",
    ),
    "an index that is not there": Followed((SHOP, 'DROP INDEX "gone";\n'), "index-missing-in-history", if_exists),
    "a constraint that is not there": Followed(
        (SHOP, 'ALTER TABLE "Order" DROP CONSTRAINT "gone";\n'), "constraint-missing-in-history", if_exists
    ),
    "made twice": Followed(
        (SHOP, 'CREATE INDEX "i" ON "Order" ("note");\n', 'CREATE INDEX "i" ON "Order" ("note");\n'),
        "object-exists", if_not_exists, "", ORDER.replace("}\n", '  @@index([note], map: "i")\n}\n'),
    ),
    "a schema that is not there": Followed((SHOP, "CREATE TABLE other.t (i int);\n"), "schema-missing", schema_in_front),
    "Supabase's schema": Followed(
        (SHOP + 'ALTER TABLE "Order" ADD COLUMN "by" uuid REFERENCES auth.users;\n',), "schema-missing", supabase, "", ORDER.replace("}\n", "  by String? @db.Uuid\n}\n")
    ),
    "Supabase's table": Followed((SHOP, "INSERT INTO storage.buckets (id, name) VALUES ('a', 'a');\n"), "schema-missing", supabase),
    "Supabase's publication": Followed((SHOP, 'ALTER PUBLICATION supabase_realtime ADD TABLE "Order";\n'), "object-missing-in-history", supabase),
    "Supabase's vault": Followed((SHOP, "SELECT vault.create_secret('a', 'b');\n"), "schema-missing", supabase),
    "a schema made later in the folder": Followed(
        (SHOP, "INSERT INTO other.t VALUES (1);\n", "CREATE SCHEMA other;\nCREATE TABLE other.t (i int);\n"), "schema-missing", run_commands, "comes later",
    ),
    "a setting of another server": Followed(
        ("SET default_table_access_method = columnar;\n" + SHOP,), "object-missing-in-history", setting_out, 'Table access method "columnar" does not exist'
    ),
    "another server's place": Followed(
        (SHOP, 'CREATE INDEX "i" ON "Order" ("note") TABLESPACE fast;\n'), "object-missing-in-history", clause_out, "no tablespace `fast`",
        ORDER.replace("}\n", '  @@index([note], map: "i")\n}\n'),
    ),
    "another server's access method": Followed(
        (SHOP.replace(");", ") USING zheap;"),), "object-missing-in-history", clause_out, "no access method `zheap`"
    ),
    "the default schema written out": Followed(
        ('CREATE TABLE "Order" ("id" INTEGER PRIMARY KEY, "note" TEXT, "state" TEXT);\n', 'ALTER TABLE "shop"."Order" ALTER COLUMN "note" DROP NOT NULL;\n'),
        "default-schema", default_schema,
    ),
    "a byte order mark": Followed(("\ufeff" + SHOP,), "migration-bom", without_bom),
    "psql's command": Followed((SHOP, "\\connect shop\n"), "client-command", remove_this_line),
    "rows for psql": Followed((SHOP, 'COPY "Order" FROM stdin;\n1\tx\ty\n\\.\n'), "copy-from-client", insert_statements),
    "a function without a schema": Followed(
        ("CREATE EXTENSION unaccent;\nCREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT unaccent('unaccent', $1) $$;\n" + SHOP,
         'CREATE INDEX "i" ON "Order" (plain("note"));\n'),
        "search-path-restricted", set_path,
    ),
    "a vector without dimensions": Followed(
        ('CREATE EXTENSION vector;\nCREATE TABLE "Doc" ("id" INTEGER PRIMARY KEY, "v" vector);\n', 'CREATE INDEX ON "Doc" USING hnsw (v vector_cosine_ops);\n'),
        "vector-dimensions-missing", give_dimensions, "", DOCUMENT % "",
    ),
    "a vector that is too wide": Followed(
        ('CREATE EXTENSION vector;\nCREATE TABLE "Doc" ("id" INTEGER PRIMARY KEY, "v" vector(3072));\n', 'CREATE INDEX ON "Doc" USING hnsw (v vector_cosine_ops);\n'),
        "vector-too-wide", narrower, "", DOCUMENT % "(3072)",
    ),
    "a parent that nobody inserts": Followed(
        (SHOP + 'CREATE TABLE "Line" ("id" INTEGER PRIMARY KEY, "order" INTEGER CONSTRAINT "Line_order_fkey" REFERENCES "Order" ON DELETE SET NULL ON UPDATE CASCADE);\n', 'INSERT INTO "Line" VALUES (1, 7);\n'),
        "rows-assumed", guarded, "",
        "model Order {\n  id Int @id\n  note String?\n  state String?\n  lines Line[]\n}\nmodel Line {\n  id Int @id\n  order Int?\n  of Order? @relation(fields: [order], references: [id])\n}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_hint_that_is_followed_mends(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    config = project(tmp_path, case.models, *case.migrations, settings=case.settings, version=case.version)
    before = check.run(config)
    (finding,) = [one for one in before.findings if one.severity == "error"]
    assert (before.verdict, finding.id) == ("error", case.id), finding
    assert case.words in finding.message
    case.follow(tmp_path, finding)
    (again,) = load_config(Flags(path=str(tmp_path)), {})
    after = check.run(again)
    assert after.verdict == "in-step", after.findings


def test_an_extension_that_the_shadow_lacks_is_named_with_a_place_to_get_it(tmp_path: Path) -> None:
    """A person has to start a server: nothing here can follow that."""
    for number, (sql, extension, place) in enumerate(
        (
            ("SELECT create_distributed_table('\"Order\"', 'id');\n", "citus", "citusdata/citus"),
            ("SELECT create_hypertable('\"Order\"', 'id');\n", "timescaledb", "timescale/timescaledb"),
            ("SELECT cron.schedule('a', '* * * * *', 'select 1');\n", "pg_cron", "a server with pg_cron"),
            ('CREATE INDEX ON "Order" USING bm25 (id);\n', "pg_search", "paradedb/paradedb"),
            ("SELECT net.http_post('a');\n", "pg_net", "supabase/postgres"),
        )
    ):
        config = project(tmp_path / str(number), ORDER, SHOP, sql)
        (finding,) = check.run(config).findings
        assert finding.id in ("extension-not-created", "schema-missing")
        assert f"`{extension}`" in f"{finding.message} {finding.hint}"
        assert "does not have" in f"{finding.message} {finding.hint}"
        assert place in finding.hint


def test_a_collation_of_icu_leads_to_a_container(tmp_path: Path) -> None:
    sql = "CREATE COLLATION german (provider = icu, locale = 'de');\n"
    (finding,) = check.run(project(tmp_path, ORDER, SHOP, sql)).findings
    assert finding.id == "collation-missing"
    assert "--shadow container" in finding.hint
