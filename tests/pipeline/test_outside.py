"""What a host provides and no migration makes: found by migrations, neither compared, listed nor dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_project import ids, report

from prisma_drift.pipeline.check import run
from prisma_drift.project import Flags, load_config

pytestmark = pytest.mark.slow

MEMBER = "model member {\n  id String @id @db.Uuid\n%s}\n"
LINKED = "CREATE TABLE member (id uuid PRIMARY KEY REFERENCES host.account ON DELETE CASCADE);\n"
HOST = "CREATE SCHEMA host;\nCREATE TABLE host.account (id uuid PRIMARY KEY, name text);\n"


def indented(sql: str) -> str:
    return "init-shadow-db: |\n" + "".join(f"  {line}\n" for line in sql.splitlines())


def test_a_key_to_a_table_of_the_init_script_stays_where_its_schema_is_not_compared(tmp_path: Path) -> None:
    found = report(tmp_path, MEMBER % "", LINKED, settings=indented(HOST))
    assert found.verdict == "in-step", found.findings
    assert [(one.kind, one.name) for one in found.unmanaged] == [
        ("foreign key", "public.member.member_id_fkey")
    ]


def test_a_key_to_a_table_of_the_init_script_stays_where_its_schema_is_compared(tmp_path: Path) -> None:
    models = (MEMBER % '  @@schema("public")\n') + 'model own {\n  id Int @id\n  @@schema("host")\n}\n'
    sql = LINKED + "CREATE TABLE host.own (id integer PRIMARY KEY);\n"
    found = report(tmp_path, models, sql, settings=indented(HOST), datasource='schemas = ["host", "public"]')
    assert found.verdict == "in-step", found.findings
    said = {one.id: one.severity for one in found.findings}
    assert said["external-foreign-key"] == "note"
    assert set(said.values()) == {"note"}
    assert found.unmanaged == ()


def test_a_key_that_the_schema_declares_is_compared(tmp_path: Path) -> None:
    models = (
        'model member {\n  id String @id @db.Uuid\n  account account @relation(fields: [id], references: [id], onDelete: Cascade, onUpdate: NoAction)\n  @@schema("public")\n}\n'
        'model account {\n  id String @id @db.Uuid\n  member member?\n  @@schema("host")\n}\n'
    )
    settings = indented(HOST)
    found = report(tmp_path, models, LINKED, settings=settings, datasource='schemas = ["host", "public"]')
    assert found.verdict == "in-step", found.findings
    other = report(
        tmp_path,
        models.replace("Cascade", "SetNull"),
        LINKED,
        settings=settings,
        datasource='schemas = ["host", "public"]',
    )
    assert set(ids(other)) == {"foreign-key-different"}


@pytest.mark.parametrize("where", ["prisma-drift.yml", "prisma.config.ts"])
def test_a_key_out_of_scope_to_an_external_table_stays(tmp_path: Path, where: str) -> None:
    said = {
        "prisma-drift.yml": "tables:\n  external: [host.account]\n",
        "prisma.config.ts": "export default { schema: 'prisma/schema.prisma', tables: { external: ['host.account'] } }\n",
    }
    found = report(tmp_path, MEMBER % "", HOST + LINKED, files={where: said[where]})
    assert found.verdict == "in-step", found.findings


def test_the_hint_for_a_key_out_of_scope_works_when_it_is_followed(tmp_path: Path) -> None:
    found = report(tmp_path, MEMBER % "", HOST + LINKED)
    (error,) = found.findings
    assert error.id == "cross-schema-reference"
    assert '`tables.external` in prisma-drift.yml or prisma.config ("host.account")' in error.hint
    (tmp_path / "prisma-drift.yml").write_text('tables:\n  external: ["host.account"]\n')
    (config,) = load_config(Flags(path=str(tmp_path)), {})
    assert run(config).verdict == "in-step"


def test_what_else_the_init_script_makes_is_not_listed(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE legacy (id int PRIMARY KEY, n int CHECK (n > 0));\nCREATE TYPE tone AS ENUM ('a');\n"
        "CREATE VIEW shown AS SELECT id FROM legacy;\nCREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
        "CREATE INDEX legacy_expression ON legacy ((n + 1));\n"
    )
    models = "model A {\n  id Int @id\n}\n"
    sql = 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\nCREATE VIEW ours AS SELECT "id" FROM "A";\n'
    found = report(tmp_path, models, sql, settings=indented(script))
    assert found.verdict == "in-step", found.findings
    assert [(one.kind, one.name) for one in found.unmanaged] == [("view", "public.ours")]


def test_a_role_that_is_missing_is_noted(tmp_path: Path) -> None:
    models = "model A {\n  id Int @id\n}\n"
    sql = 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\nALTER TABLE "A" OWNER TO shop;\n'
    found = report(tmp_path, models, sql, 'ALTER TABLE "A" ADD COLUMN "b" INTEGER;', version="6.19.0")
    assert sorted((one.id, one.severity) for one in found.findings) == [
        ("column-extra", "error"),
        ("role-stand-in", "note"),
    ]
    assert "`shop`: the shadow had a stand-in" in next(
        one.message for one in found.findings if one.id == "role-stand-in"
    )
    assert 'DROP COLUMN "b"' in found.corrective_sql


STARTERS = [
    "create table profiles (id uuid primary key references auth.users on delete cascade, name text);\n"
    "alter table profiles enable row level security;\n"
    "create policy own on profiles for all to authenticated using ((select auth.uid()) = id) with check (auth.role() = 'authenticated');\n"
    "create function public.handle() returns trigger language plpgsql security definer set search_path = '' as $$\n"
    "begin insert into public.profiles (id, name) values (new.id, new.raw_user_meta_data ->> 'name'); return new; end $$;\n"
    "create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle();\n",
    "insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);\n"
    "create policy mine on storage.objects for select to anon, authenticated using (bucket_id = 'avatars' and (storage.foldername(name))[1] = auth.uid()::text);\n"
    "create policy jwt on storage.objects for delete using (auth.jwt() ->> 'email' = storage.filename(name));\n",
    "grant all on table profiles to anon, authenticated, service_role;\ngrant usage on schema public to supabase_auth_admin;\n"
    "alter publication supabase_realtime add table profiles;\n"
    "create policy heard on realtime.messages for select to authenticated using (realtime.topic() = 'room');\n"
    "alter default privileges in schema public grant all on tables to service_role;\n",
    'create extension if not exists "uuid-ossp" with schema extensions;\n'
    "create table notes (id uuid primary key default extensions.uuid_generate_v4(), owner uuid references auth.users (id));\n",
]  # fmt: skip
MODELS = (
    "model profiles {\n  id String @id @db.Uuid\n  name String?\n}\n"
    'model notes {\n  id String @id @default(dbgenerated("extensions.uuid_generate_v4()")) @db.Uuid\n  owner String? @db.Uuid\n}\n'
)


def test_migrations_for_supabase_run_with_the_script_that_comes_along(tmp_path: Path) -> None:
    found = report(tmp_path, MODELS, *STARTERS, settings="init-shadow-db: supabase\n")
    assert found.verdict == "in-step", found.findings
    assert {one.kind for one in found.unmanaged} == {
        "foreign key",
        "function",
        "policy",
        "row level security",
    }
    assert not any(one.name.startswith(("auth.", "storage.", "realtime.")) for one in found.unmanaged)


def test_without_it_the_hint_names_it(tmp_path: Path) -> None:
    found = report(tmp_path, MODELS, *STARTERS)
    (error,) = found.findings
    assert error.id == "schema-missing"
    assert "`init-shadow-db: supabase`" in error.hint


def test_a_word_that_is_no_script_is_an_error_in_the_settings(tmp_path: Path) -> None:
    from prisma_drift.errors import ProjectError

    with pytest.raises(ProjectError) as raised:
        report(tmp_path, MODELS, *STARTERS, settings="init-shadow-db: superbase\n")
    assert raised.value.id == "settings-invalid"
    assert "one of `supabase`" in raised.value.hint
