"""What used to be a false difference, or one that never went away: small projects, checked, mended, and in step."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from small_project import ids, project, report, write

from prisma_drift.errors import SchemaError
from prisma_drift.model.version import Version
from prisma_drift.pipeline import check
from prisma_drift.pipeline.diff import Request, as_script, run
from prisma_drift.project import Flags, load_config

pytestmark = pytest.mark.slow

GENERATED = "model Page {\n  id Int @id\n  body String\n  words Unsupported(\"tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED\")?\n  @@index([words], type: Gin)\n}\n"
PAGE = 'CREATE TABLE "Page" ("id" INTEGER PRIMARY KEY, "body" TEXT NOT NULL'
INDEX = 'CREATE INDEX "Page_words_idx" ON "Page" USING GIN ("words");\n'


class Mended(NamedTuple):
    models: str
    migration: str
    ids: tuple[str, ...] = ()
    """Of the findings; none where the two are in step."""
    sql: str = ""
    """A part of the migration that mends it."""
    notes: tuple[str, ...] = ()


CASES = {
    "a counter that may be NULL, in a new table": Mended(
        "model A {\n  id Int @id\n  n Int? @default(autoincrement())\n}\n", "SELECT 1;", ("table-missing",), 'ALTER COLUMN "n" DROP NOT NULL;'
    ),
    "a counter that may be NULL, in a new column": Mended(
        "model A {\n  id Int @id\n  n BigInt? @default(autoincrement())\n}\n", 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);',
        ("column-missing",), 'ADD COLUMN     "n" BIGSERIAL;\nALTER TABLE "A" ALTER COLUMN "n" DROP NOT NULL;',
    ),
    "a counter that may be NULL, and is so": Mended(
        "model A {\n  id Int @id\n  n Int? @default(autoincrement())\n}\n",
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "n" SERIAL);\nALTER TABLE "A" ALTER COLUMN "n" DROP NOT NULL;',
    ),
    "a counter of a type without SERIAL": Mended(
        "model A {\n  id Int @id\n  n Int @default(autoincrement()) @db.Oid\n}\n", "SELECT 1;", ("table-missing",), "SET DEFAULT nextval('\"A_n_seq\"')"
    ),
    "a column that becomes such a counter": Mended(
        "model A {\n  id Int @id\n  n Int @default(autoincrement()) @db.Oid\n}\n",
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "n" INTEGER NOT NULL);', ("column-type",), 'MAX("n")::bigint',
    ),
    "names with a quote": Mended(
        'model Or_der {\n  id Int @id @default(autoincrement()) @map("i\\"d")\n  tone Tone @default(soft)\n  line Int @unique(map: "u\\"q")\n  to Other @relation(fields: [line], references: [id], map: "f\\"k")\n  @@map("or\\"der")\n}\n'
        'model Other {\n  id Int @id(map: "p\\"k")\n  orders Or_der?\n  @@map("ot\\"her")\n}\nenum Tone {\n  soft @map("it\'s")\n  hard\n  @@map("to\\"ne")\n}\n',
        "SELECT 1;", ("enum-missing", "table-missing", "table-missing"), 'CREATE TABLE "or""der"',
    ),
    "a label with a quote goes": Mended(
        "model A {\n  id Int @id\n  t Tone @default(soft)\n}\nenum Tone {\n  soft @map(\"it's\")\n}\n",
        "CREATE TYPE \"Tone\" AS ENUM ('it''s', 'that''s');\nCREATE TABLE \"A\" (\"id\" INTEGER PRIMARY KEY, \"t\" \"Tone\" NOT NULL DEFAULT 'it''s');",
        ("enum-value-extra",), "AS ENUM ('it''s')",
    ),
    "moments become texts": Mended(
        'model A {\n  id Int @id\n  at String[] @default(["a"])\n}\n',
        "CREATE TABLE \"A\" (\"id\" INTEGER PRIMARY KEY, \"at\" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01']::TIMESTAMP(3)[]);",
        ("column-type",), "SET DEFAULT ARRAY['a']::TEXT[]", ("moment-default-compared",),
    ),
    "another moment": Mended(
        'model A {\n  id Int @id\n  at DateTime @default("2024-05-01T12:00:00Z") @db.Timestamptz(3)\n}\n',
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "at" TIMESTAMPTZ(3) NOT NULL DEFAULT \'2024-05-01 13:00:00+00\');',
        ("column-default",), "SET DEFAULT '2024-05-01 12:00:00 +00:00'", ("moment-default-compared",),
    ),
    "the same moment in other words": Mended(
        'model A {\n  id Int @id\n  at DateTime @default("2024-05-01T12:00:00Z") @db.Timestamptz(3)\n  on DateTime @default("2024-05-01T00:00:00Z") @db.Date\n  s DateTime[] @default(["2024-05-01T12:00:00+00:00"])\n}\n',
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "at" TIMESTAMPTZ(3) NOT NULL DEFAULT \'2024-05-01 14:00:00+02\', "on" DATE NOT NULL DEFAULT \'2024-05-01\', "s" TIMESTAMP(3)[] DEFAULT \'{"2024-05-01 12:00"}\');',
    ),
    "a generated column that the type's text says": Mended(
        GENERATED, f"{PAGE}, \"words\" tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, \"body\")) STORED);\n{INDEX}"
    ),
    "a generated column, new": Mended(GENERATED, f"{PAGE});", ("column-missing", "index-missing"), "STORED"),
    "a generated column of another expression": Mended(
        GENERATED, f"{PAGE}, \"words\" tsvector GENERATED ALWAYS AS (to_tsvector('german', \"body\")) STORED);\n{INDEX}", ("column-type",), 'DROP COLUMN "words"'
    ),
    "a column that is not generated yet": Mended(GENERATED, f'{PAGE}, "words" tsvector);\n{INDEX}', ("column-type",), 'DROP COLUMN "words"'),
    "an identity that the type's text says": Mended(
        'model A {\n  id Int @id\n  n Unsupported("int GENERATED BY DEFAULT AS IDENTITY")\n}\n',
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "n" INTEGER GENERATED BY DEFAULT AS IDENTITY);', notes=("type-same-in-catalog",),
    ),
    "a list that the type's text says": Mended(
        'model A {\n  id Int @id\n  v Unsupported("halfvec(3)[]")\n  n Unsupported("int4[]")?\n}\n',
        'CREATE EXTENSION vector;\nCREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "v" halfvec(3)[] NOT NULL, "n" INTEGER[]);', notes=("type-same-in-catalog",),
    ),
    "such a list, new": Mended(
        'model A {\n  id Int @id\n  v Unsupported("halfvec(3)[]")?\n}\n', 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);',
        ("column-missing",), 'CREATE EXTENSION IF NOT EXISTS "vector";',
    ),
    "another sequence than the one that a migration made": Mended(
        'model A {\n  id Int @id\n  n Int @default(dbgenerated("nextval(\'b\'::regclass)"))\n}\n',
        'CREATE SEQUENCE a;\nCREATE SEQUENCE b;\nCREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "n" INTEGER NOT NULL DEFAULT nextval(\'a\'));',
        ("column-autoincrement",), "SET DEFAULT nextval('b'::regclass);",
    ),
    "a shared sequence": Mended(
        'model A {\n  id Int @id @default(autoincrement())\n}\nmodel B {\n  id Int @id @default(dbgenerated("nextval(\'\\"A_id_seq\\"\')"))\n}\n',
        'CREATE TABLE "A" ("id" SERIAL PRIMARY KEY);\nCREATE TABLE "B" ("id" INTEGER PRIMARY KEY DEFAULT nextval(\'"A_id_seq"\'));',
        notes=("default-same-in-catalog",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_found_mended_and_in_step(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = report(tmp_path, case.models, case.migration)
    assert sorted(ids(found)) == sorted(case.ids), found.findings
    assert set(case.notes) <= {one.id for one in found.findings}
    if not case.ids:
        assert found.verdict == "in-step"
        return
    assert case.sql in found.corrective_sql, found.rejected_sql
    write(tmp_path, {"prisma/migrations/20250101000000_align/migration.sql": found.corrective_sql})
    (config,) = load_config(Flags(path=str(tmp_path)), {})
    again = check.run(config)
    assert again.verdict == "in-step", again.findings


@pytest.mark.parametrize(
    ("field", "says", "leads"),
    [
        ('g Unsupported("geometry(Point,4326)")?', 'extension "postgis" is not available', "the image postgis/postgis"),
        ('k String @default(dbgenerated("nofunc()"))', "function nofunc() does not exist", "or take it out of the schema"),
        ('k Unsupported("nosuch")?', 'type "nosuch" does not exist', "or take it out of the schema"),
        ("k Int @default(dbgenerated(\"nextval('nowhere')\"))", 'relation "nowhere" does not exist', "or take it out of the schema"),
    ],
)  # fmt: skip
def test_a_mend_that_cannot_run_says_what_is_missing_and_not_how_to_mend_a_history(
    field: str, says: str, leads: str, tmp_path: Path
) -> None:
    models = f"model A {{\n  id Int @id\n  {field}\n}}\n"
    found = report(tmp_path, models, 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);')
    assert not found.corrective_sql
    (hazard,) = [one for one in found.hazards if one.id == "nothing-proved"]
    assert says in hazard.message
    assert leads in hazard.hint
    assert "baseline" not in hazard.hint


def test_a_generated_column_is_no_required_one_without_values(tmp_path: Path) -> None:
    found = report(tmp_path, GENERATED.replace(')")?', ')")'), f"{PAGE});")
    assert found.corrective_sql
    assert [one.id for one in found.hazards] == []


def test_a_schema_without_a_datasource_is_refused(tmp_path: Path) -> None:
    config = project(tmp_path, "model A {\n  id Int @id\n}\n", 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);')
    (tmp_path / "prisma/schema.prisma").write_text("model A {\n  id Int @id\n}\n")
    assert [one.message for one in check.run(config).findings] == ["There is no datasource in the schema."]
    with pytest.raises(SchemaError, match="no datasource"):
        run(Request("empty", str(tmp_path / "prisma/schema.prisma")))


PLAIN = 'datasource db {\n  provider = "postgresql"\n  url = "postgresql://x"\n%s}\nmodel A {\n  id Int @id\n%s}\n'


@pytest.mark.parametrize(
    ("version", "listed", "created"),
    [
        (Version(6, 19), '["kept", "public"]', ["kept", "public"]),
        (Version(6, 19), '["kept"]', ["kept"]),
        (Version(7, 10), '["kept", "public"]', ["kept"]),
    ],
)
def test_the_schema_that_is_left_is_created_where_prisma_does_not_know_it(
    tmp_path: Path, version: Version, listed: str, created: list[str]
) -> None:
    """Measured with the engine of 6.19.0."""
    texts = {
        "a.prisma": PLAIN % ("", ""),
        "b.prisma": PLAIN % (f"  schemas = {listed}\n", '  @@schema("kept")\n'),
    }
    write(tmp_path, texts)
    comparison = run(Request(str(tmp_path / "a.prisma"), str(tmp_path / "b.prisma"), version=version))
    script = as_script(comparison)
    assert [
        name for name in ("kept", "public") if f'CREATE SCHEMA IF NOT EXISTS "{name}"' in script
    ] == created


@pytest.mark.parametrize(
    ("version", "features", "messages"),
    [
        ("6.12.0", "", 2),
        ("6.12.0", '  previewFeatures = ["multiSchema"]\n', 0),
        ("6.13.0", "", 0),
        ("5.22.0", "", 2),
    ],
)
def test_several_schemas_are_asked_for_until_6_12(
    tmp_path: Path, version: str, features: str, messages: int
) -> None:
    """Measured with the validators of 5.22.0 and 6.12.0."""
    text = f'generator g {{\n  provider = "prisma-client-js"\n{features}}}\n' + PLAIN % (
        '  schemas = ["kept"]\n',
        '  @@schema("kept")\n',
    )
    write(tmp_path, {"s.prisma": text})
    known = Version.parse(version)
    assert known is not None
    request = Request("empty", str(tmp_path / "s.prisma"), version=known)
    if not messages:
        assert run(request).difference.changes
        return
    with pytest.raises(SchemaError) as raised:
        run(request)
    assert [one.message.rpartition(" with the ")[2] for one in raised.value.diagnostics] == [
        "`multiSchema` preview feature."
    ] * messages


KEYED = "view V {\n  id Int @id\n}\n"


@pytest.mark.parametrize(
    ("version", "features", "refused"),
    [
        ("6.12.0", 'previewFeatures = ["views"]', True),
        ("^6.12.0", 'previewFeatures = ["views"]', False),
        ("6.12.0", 'previewFeatures = ["multiSchema"]', False),
        ("6.13.0", "", False),
    ],
)
def test_what_a_version_does_not_have_is_refused_where_the_version_is_certain(
    version: str, features: str, refused: bool, tmp_path: Path
) -> None:
    text = 'model A {\n  id Int @id\n  @@schema("public")\n}\n'
    sql = 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);'
    config = project(
        tmp_path, text, sql, datasource='schemas = ["public"]', generator=features, version=version
    )
    found = check.run(config)
    errors = [one.message for one in found.findings if one.severity == "error"]
    assert (found.verdict, len(errors)) == (("error", 2) if refused else ("in-step", 0)), errors
    assert all("multiSchema" in one for one in errors)


@pytest.mark.parametrize(
    ("version", "said"),
    [("6.12.0", []), ("6.13.0", ["view-key"]), ("7.10.0", ["view-key"]), ("^7.0.0", [])],
)
def test_a_key_of_a_view_is_named_where_prisma_refuses_it(
    version: str, said: list[str], tmp_path: Path
) -> None:
    sql = 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\nCREATE VIEW "V" AS SELECT id FROM "A";'
    text = "model A {\n  id Int @id\n}\n" + KEYED
    found = report(tmp_path, text, sql, generator='previewFeatures = ["views"]', version=version)
    assert (found.verdict, ids(found)) == ("in-step", said)


DIFFERENT = {
    "unique": ("@@index([a], map: \"i\")", "UNIQUE INDEX i ON \"A\" (a)", "unique in the migrations only"),
    "not unique": ("@@unique([a], map: \"i\")", "INDEX i ON \"A\" (a)", "unique in the schema only"),
    "method": ("@@index([a], map: \"i\", type: Hash)", "INDEX i ON \"A\" (a)", "method BTree in the migrations and Hash in the schema"),
    "columns": ("@@index([a, b], map: \"i\")", "INDEX i ON \"A\" (b, a DESC)", "columns b, a in the migrations and a, b in the schema"),
    "order": ("@@index([a, b(sort: Desc)], map: \"i\")", "INDEX i ON \"A\" (a, b)", "order Asc, Asc in the migrations and Asc, Desc in the schema"),
    "operator class": (
        "@@index([a(ops: raw(\"text_pattern_ops\"))], map: \"i\")", "INDEX i ON \"A\" (a)",
        "operator class text_ops in the migrations and text_pattern_ops in the schema",
    ),
    "predicate": (
        "@@index([a], map: \"i\", where: raw(\"b IS NULL\"))", "INDEX i ON \"A\" (a) WHERE b IS NOT NULL",
        "where (b IS NOT NULL) in the migrations and b IS NULL in the schema",
    ),
    "two things": (
        "@@unique([a], map: \"i\", where: raw(\"b IS NULL\"))", "INDEX i ON \"A\" (a)",
        "unique in the schema only; where nothing in the migrations and b IS NULL in the schema",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_an_index_differs_in_is_said(name: str, tmp_path: Path) -> None:
    line, sql, says = DIFFERENT[name]
    found = report(
        tmp_path,
        f"model A {{\n  id Int @id\n  a String?\n  b String?\n  {line}\n}}\n",
        f'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY, "a" TEXT, "b" TEXT);\nCREATE {sql};',
        generator='previewFeatures = ["partialIndexes"]',
    )
    (finding,) = [one for one in found.findings if one.severity == "error"]
    assert finding.id == "index-different"
    assert finding.message.endswith(f"than the schema says: {says}.")


def test_an_extension_that_is_listed_twice_is_one(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        "model A {\n  id Int @id\n}\n",
        'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);',
        datasource="extensions = [citext, citext]",
        generator='previewFeatures = ["postgresqlExtensions"]',
    )
    assert found.corrective_sql.count("CREATE EXTENSION") == 1
