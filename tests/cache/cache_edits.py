"""Projects that change at random, as people and branches change them: what a cache must never be misled by."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from prisma_drift.model.version import LATEST, Version
from prisma_drift.project import Config

HEAD = 'datasource db {\n  provider = "postgresql"\n  url      = env("X")\n}\n'
TABLE = 'CREATE TABLE "T{n}" ("id" SERIAL PRIMARY KEY, "a" TEXT NOT NULL DEFAULT lower(\'X\'), "b" INTEGER);'
PLAIN = (
    TABLE,
    'ALTER TABLE "T{m}" ADD COLUMN "c{n}" VARCHAR(20);',
    'CREATE INDEX "T{m}_b_{n}" ON "T{m}"("b");',
    'CREATE UNIQUE INDEX "T{m}_a_{n}" ON "T{m}"("a") WHERE "b" > 0;',
    'ALTER TABLE "T{m}" ALTER COLUMN "a" SET DEFAULT \'{n}\';',
    'ALTER TABLE "T{m}" ADD CONSTRAINT "k{n}" CHECK ("b" <> {n});',
    'INSERT INTO "T{m}"("b") VALUES ({n});\nUPDATE "T{m}" SET "b" = "b" + 1;',
    "CREATE TYPE \"E{n}\" AS ENUM ('x', 'y');",
    'DROP TABLE IF EXISTS "T{m}" CASCADE;',
    "-- only a comment {n}",
    "",
)
ODD = (
    # what lasts as long as the session
    "SET search_path = 'other', public;",
    "CREATE SCHEMA IF NOT EXISTS other;\nSET search_path = other;",
    "SELECT pg_catalog.set_config('search_path', '', false);",
    "RESET search_path;",
    "SET check_function_bodies = off;",
    "SET my.own = 'T{m}';",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE \"G' || coalesce(current_setting('my.own', true), 'none') || '\" (id int)'; END $$;",
    'CREATE TEMPORARY TABLE "T{m}" (x int);',
    "CREATE TEMPORARY TABLE temporary{n} (x int);",
    "INSERT INTO temporary{m} VALUES (1);",
    "SELECT pg_advisory_lock({n});",
    "PREPARE p{m} AS SELECT 1;",
    "EXECUTE p{m};",
    "SELECT nextval('\"T{m}_id_seq\"');",
    "DO $$ BEGIN EXECUTE format('CREATE TABLE \"L%s\" (id int)', lastval()); END $$;",
    "LISTEN c{n};",
    "DECLARE held{n} CURSOR WITH HOLD FOR SELECT 1;",
    # what lasts longer than the database
    "CREATE ROLE r{m};",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO r{m};",
    'ALTER TABLE "T{m}" OWNER TO r{n};',
    "SET ROLE r{m};",
    "RESET ROLE;",
    "DROP ROLE IF EXISTS r{m};",
    "ALTER ROLE postgres SET statement_timeout = '{n}min';",
    "ALTER ROLE postgres RESET statement_timeout;",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r{m};",
    # what is made elsewhere, or not at all
    'CREATE SCHEMA IF NOT EXISTS other;\nCREATE TABLE IF NOT EXISTS other."T{m}" (id int);',
    "CREATE EXTENSION IF NOT EXISTS citext;",
    "CREATE EXTENSION IF NOT EXISTS vector;",
    'ALTER TABLE "T{m}" ADD COLUMN "v{n}" vector(3);',
    "DROP SCHEMA public CASCADE;",
    "CREATE SCHEMA IF NOT EXISTS public;",
    'BEGIN;\nCREATE TABLE "B{n}" (id int);\nCOMMIT;',
    'BEGIN;\nCREATE TABLE "O{n}" (id int);',
    'CREATE TABLE "T{m}" (broken',
    "SELECT 1 / 0;",
    "CREATE FUNCTION f{n}() RETURNS int LANGUAGE sql AS $$ SELECT {n} $$;",
    'ALTER TABLE "T{m}" ADD COLUMN "f{n}" int DEFAULT f{m}();',
    'CREATE TRIGGER t{n} BEFORE INSERT ON "T{m}" FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();',
    "CREATE DATABASE d{n};",
    "ALTER TYPE \"E{m}\" ADD VALUE IF NOT EXISTS 'z';",
)
FIELDS = (
    "  c{n} String? @db.VarChar(20)",
    "  extra{n} Int?",
    "  d{n} DateTime @default(now())",
    "  g{n} String @default(dbgenerated(\"upper('x')\"))",
)
INIT = ("", "", "CREATE TABLE outside (id int);", "CREATE ROLE r1;\nSET search_path = public;")
VERSIONS = (LATEST, LATEST, Version(6, 19), Version(5, 0))


@dataclass
class Project:
    """A project on disk and what a run of it is told."""

    root: Path
    dice: random.Random
    migrations: list[tuple[str, str]] = field(default_factory=list)
    models: dict[int, list[str]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    made: int = 0
    stray: str = ""
    """A file that is no migration's, by its path in the folder."""

    def __post_init__(self) -> None:
        for number in range(self.dice.randint(1, 4)):
            self.migrations.append((self._name(), TABLE.format(n=number)))
        self.models = {number: [] for number in range(self.dice.randint(1, 3))}

    def edit(self) -> str:
        """Change something; what it was."""
        what = self.dice.choice(
            (
                *(
                    "add",
                    "add",
                    "add",
                    "edit",
                    "last",
                    "delete",
                    "reorder",
                    "rename",
                    "settings",
                    "schema",
                    "back",
                ),
                *("digit", "digit", "stray"),
            )
        )
        rows = self.migrations
        at = self.dice.randrange(len(rows)) if rows else 0
        match what:
            case "add":
                rows.append((self._name(), self._sql()))
            case "edit" if rows:
                rows[at] = (rows[at][0], self._sql())
            case "last" if rows:
                rows[-1] = (rows[-1][0], self._sql())
            case "delete" if rows:
                del rows[at]
            case "back" if rows:
                rows.pop()
            case "reorder" if len(rows) > 1:
                other = self.dice.randrange(len(rows))
                rows[at], rows[other] = (rows[at][0], rows[other][1]), (rows[other][0], rows[at][1])
            case "rename" if rows:
                rows[at] = (f"{rows[at][0]}x", rows[at][1])
            case "digit" if rows:
                # The size stays.
                name, sql = rows[at]
                rows[at] = (name, sql.translate(str.maketrans("0123", "1230")))
            case "stray" if rows:
                self.stray = "" if self.stray else f"{rows[at][0]}/other.sql"
            case "settings":
                name, choices = self.dice.choice(
                    (
                        ("default_schema", ("public", "public", "other")),
                        ("init_sql", INIT),
                        ("version", VERSIONS),
                    )
                )
                self.settings[name] = self.dice.choice(choices)
            case "schema":
                self._models()
        return what

    def _models(self) -> None:
        number = self.dice.randrange(5)
        if number in self.models and self.dice.random() < 0.4:
            del self.models[number]
        else:
            self.made += 1
            line = self.dice.choice(FIELDS).format(n=self.made)
            self.models[number] = [*self.models.get(number, []), line][-3:]

    def _name(self) -> str:
        self.made += 1
        return f"2024010100{self.made:04d}_m"

    def _sql(self) -> str:
        self.made += 1
        parts = [
            self.dice.choice(PLAIN if self.dice.random() < 0.6 else ODD)
            for _ in range(self.dice.choice((1, 1, 1, 2)))
        ]
        return "\n".join(part.format(n=self.made, m=self.dice.randrange(5)) for part in parts) + "\n"

    def _files(self) -> dict[str, str]:
        files = {f"{name}/migration.sql": sql for name, sql in self.migrations}
        if self.stray.partition("/")[0] in dict(self.migrations):
            files[self.stray] = "SELECT 1;\n"
        return {"migration_lock.toml": 'provider = "postgresql"\n', **files}

    def _write(self, folder: Path, files: dict[str, str]) -> None:
        """Make the folder hold these files; those that hold their text already are left as they are."""
        folder.mkdir(parents=True, exist_ok=True)
        for one in sorted(folder.iterdir()):
            if one.is_dir() and not any(name.startswith(f"{one.name}/") for name in files):
                shutil.rmtree(one)
        for one in sorted(folder.rglob("*.sql")):
            if str(one.relative_to(folder)) not in files:
                one.unlink()
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            self._replace(folder / name, text)

    def _replace(self, file: Path, text: str) -> None:
        """Write a file in one of the ways that editors, version control and archives have; its time of writing may be the old one."""
        if not file.exists():
            file.write_text(text)
            return
        if file.read_text() == text:
            return
        facts = file.stat()
        if self.dice.random() < 0.5:
            file.write_text(text)
            written = file
        else:
            written = file.with_name("new.tmp")
            written.write_text(text)
        if self.dice.random() < 0.7:
            os.utime(written, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        if written != file:
            written.rename(file)

    def config(self, cache: Path | None) -> Config:
        """Write the project, and what a run of it is to know."""
        folder = self.root / "prisma/migrations"
        self._write(folder, self._files())
        schema = self.root / "prisma/schema.prisma"
        text = HEAD
        for number, extra in sorted(self.models.items()):
            lines = ["  id Int @id @default(autoincrement())", '  a String @default("x")', "  b Int?", *extra]
            text += "\n".join([f"model T{number} {{", *lines, "}\n"])
        self._replace(schema, text)
        return Config(
            root=self.root,
            project=self.root,
            name="",
            schema=schema,
            migrations=folder,
            provider="postgresql",
            default_schema=str(self.settings.get("default_schema", "public")),
            version=self.settings.get("version", LATEST),  # type: ignore[arg-type]
            version_source="flag",
            init_sql=str(self.settings.get("init_sql", "")),
            rows=self.dice.random() < 0.05,
            cache=cache,
        )
