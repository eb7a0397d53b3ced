"""How public projects lay out their schemas, migrations and settings, rebuilt with small files: what is to be found in each.

A file's text may be one of the short forms in `FORMS`. What is expected is a line for each project (`schema -> migrations`),
for each thing passed over (`skip place: reason`), for each note, or for the error.
"""

from __future__ import annotations

from typing import NamedTuple

PG = 'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n\nmodel A {\n  id Int @id\n}\n'
FORMS = {
    "@pg": PG,
    "@sqlite": PG.replace("postgresql", "sqlite"),
    "@mysql": PG.replace("postgresql", "mysql"),
    "@model": "model B {\n  id Int @id\n}\n",
    "@datasource": PG.partition("\nmodel")[0],
    "@lock": 'provider = "postgresql"\n',
    "@sqlite-lock": 'provider = "sqlite"\n',
    "@sql": 'CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\n',
    "@package": "{}\n",
    "@generated": "/* generated */\n",
}
ESM = (
    "import path from 'node:path'\nimport { fileURLToPath } from 'node:url'\nimport { defineConfig } from 'prisma/config'\n\n"
    "const __dirname = path.dirname(fileURLToPath(import.meta.url))\n\n"
)


class Layout(NamedTuple):
    name: str
    files: dict[str, str]
    expected: tuple[str, ...]
    at: str = "."
    flags: dict[str, str] = {}  # noqa: RUF012 (never changed)


def history(folder: str) -> dict[str, str]:
    return {f"{folder}/migration_lock.toml": "@lock", f"{folder}/20260101000000_init/migration.sql": "@sql"}


def db(folder: str = "prisma", schema: str = "@pg") -> dict[str, str]:
    """schema.prisma with migrations beside it."""
    return {f"{folder}/schema.prisma": schema, **history(f"{folder}/migrations")}


def package(**content: str) -> str:
    import json

    return json.dumps(content)


PRISMA_6 = '{"devDependencies": {"prisma": "6.8.2"}}'
PRISMA_5 = '{"devDependencies": {"prisma": "5.22.0"}}'
USUAL = "prisma/schema.prisma -> prisma/migrations"
IN_DB = "packages/db/prisma/schema.prisma -> packages/db/prisma/migrations"

SINGLE = [
    Layout("next.js app", {"package.json": "@package", **db()}, (USUAL,)),
    Layout("schema at the top", {"package.json": "@package", "schema.prisma": "@pg", **history("migrations")}, ("schema.prisma -> migrations",)),
    Layout("server folder of a plain repository", {"README.md": "", **db("server/prisma"), "server/package.json": "@package", "client/package.json": "@package"}, ("server/prisma/schema.prisma -> server/prisma/migrations",)),
    Layout("api beside web, from the inside", {**db("api/prisma"), "api/package.json": "@package", "api/src/main.ts": ""}, ("api/prisma/schema.prisma -> api/prisma/migrations",), "api/src"),
    Layout("from within the migrations", {**db(), "package.json": "@package"}, (USUAL,), "prisma/migrations/20260101000000_init"),
    Layout("from within the schema's folder, with a config above", {**db(), "package.json": "@package", "prisma.config.ts": "export default { schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } }"}, (USUAL,), "prisma"),
    Layout("package.json names the schema", {"package.json": '{"prisma": {"schema": "src/db/schema.prisma"}}', **db("src/db")}, ("src/db/schema.prisma -> src/db/migrations",)),
    Layout("package.json names a schema that is gone", {"package.json": '{"prisma": {"schema": "db/gone.prisma"}}', **db()}, (USUAL, "note config-passed-over: The schema db/gone.prisma, named in package.json, does not exist.")),
    Layout("package.json names only a seed", {"package.json": '{"prisma": {"seed": "tsx prisma/seed.ts"}}', **db()}, (USUAL,)),
    Layout("pushed, never migrated", {"package.json": "@package", "prisma/schema.prisma": "@pg"}, ("prisma/schema.prisma -> nothing",)),
    Layout("another database", {"package.json": "@package", **db(schema="@sqlite")}, (USUAL,)),
    Layout("a sqlite copy for tests", {"package.json": "@package", **db(), "prisma/schema.sqlite.prisma": "@sqlite", "prisma/test/schema.prisma": "@sqlite"}, (USUAL,)),
    Layout("one schema per database, in folders", {"package.json": "@package", **db("prisma/postgres"), "prisma/sqlite/schema.prisma": "@sqlite", "prisma/mysql/schema.prisma": "@mysql"}, ("prisma/postgres/schema.prisma -> prisma/postgres/migrations", "skip prisma/mysql: its datasource is mysql, not postgresql", "skip prisma/sqlite: its datasource is sqlite, not postgresql")),
    Layout("one schema per database, in files", {"package.json": "@package", "prisma/postgresql.prisma": "@pg", "prisma/sqlite.prisma": "@sqlite", **history("prisma/migrations")}, ("prisma/postgresql.prisma -> prisma/migrations", "skip prisma/sqlite.prisma: its datasource is sqlite, not postgresql")),
    Layout("the default is sqlite, Postgres has the migrations", {"package.json": "@package", "prisma/schema.prisma": "@sqlite", **db("prisma/pg")}, ("prisma/pg/schema.prisma -> prisma/pg/migrations", "skip .: its datasource is sqlite, not postgresql")),
    Layout("a Postgres template beside sqlite's migrations", {"package.json": "@package", "prisma/schema.prisma": "@sqlite", "prisma/migrations/migration_lock.toml": "@sqlite-lock", "prisma/schema.pg.prisma": "@pg"}, ("prisma/schema.prisma -> prisma/migrations",)),
    Layout("two Postgres databases", {"package.json": "@package", **db("prisma/main"), **db("prisma/vector")}, ("prisma/main/schema.prisma -> prisma/main/migrations", "prisma/vector/schema.prisma -> prisma/vector/migrations")),
    Layout("db folder with both, built at install", {"package.json": "@package", **db("db/postgresql"), **db("db/mysql", "@mysql")}, ("db/postgresql/schema.prisma -> db/postgresql/migrations", "skip db/mysql: its datasource is mysql, not postgresql")),
    Layout("a generated client in the tree", {"package.json": "@package", "prisma.config.ts": "export default {}", **db("src/database"), "src/generated/prisma/schema.prisma": "@pg", "src/generated/prisma/index.d.ts": "@generated", "src/generated/prisma/package.json": "@package"}, ("src/database/schema.prisma -> src/database/migrations", "skip src/generated: it is a copy that a generator made")),
    Layout("templates of a generator", {"package.json": "@package", **db("apps/web/prisma"), "packages/cli/templates/base/prisma/schema.prisma": "@pg", "packages/cli/templates/extras/auth.prisma": "@pg"}, ("apps/web/prisma/schema.prisma -> apps/web/prisma/migrations", "skip packages/cli/templates/base: it has no migrations folder", "skip packages/cli/templates/extras/auth.prisma: it has no migrations folder")),
    Layout("two schemas of one folder share its migrations", {"package.json": "@package", "prisma/a.prisma": "@pg", "prisma/b.prisma": "@pg", **history("prisma/migrations")}, ("error project-several-schemas",)),
]  # fmt: skip

FOLDERS = [
    Layout("a schema folder, migrations in it", {"package.json": PRISMA_6, "prisma/schema/schema.prisma": "@datasource", "prisma/schema/models/user.prisma": "@model", **history("prisma/schema/migrations")}, ("prisma/schema -> prisma/schema/migrations",)),
    Layout("a schema folder, migrations left behind", {"package.json": PRISMA_6, "prisma/schema/schema.prisma": "@datasource", "prisma/schema/models/user.prisma": "@model", **history("prisma/migrations")}, ("prisma/schema -> prisma/migrations", "note migrations-misplaced: Prisma 6.8.2 looks for the migrations in prisma/schema/migrations, beside the file with the datasource, and would not find those in prisma/migrations.")),
    Layout("the same with an older Prisma", {"package.json": PRISMA_5, "prisma/schema/schema.prisma": "@datasource", "prisma/schema/user.prisma": "@model", **history("prisma/migrations")}, ("prisma/schema -> prisma/migrations",)),
    Layout("the same, named in the config", {"package.json": PRISMA_6, "prisma.config.ts": "export default { schema: 'prisma/schema', migrations: { path: 'prisma/migrations' } }", "prisma/schema/schema.prisma": "@datasource", "prisma/schema/user.prisma": "@model", **history("prisma/migrations")}, ("prisma/schema -> prisma/migrations",)),
    Layout("the whole prisma folder", {"package.json": '{"prisma": {"schema": "./prisma"}, "devDependencies": {"prisma": "6.19.0"}}', "prisma/schema.prisma": "@datasource", "prisma/user.prisma": "@model", "prisma/models/post.prisma": "@model", **history("prisma/migrations")}, ("prisma -> prisma/migrations",)),
    Layout("models beside a main file of another name", {"package.json": "@package", "prisma/main.prisma": "@datasource", "prisma/models/a.prisma": "@model", **history("prisma/migrations")}, ("prisma -> prisma/migrations",)),
    Layout("a folder given as PATH", {"package.json": PRISMA_6, "prisma/schema/schema.prisma": "@datasource", "prisma/schema/user.prisma": "@model", **history("prisma/schema/migrations")}, ("prisma/schema -> prisma/schema/migrations",), "prisma/schema"),
    Layout("zmodel and contract files beside it", {"package.json": "@package", **db(), "prisma/schema.zmodel": "x", "zenstack/contract.prisma": "@model"}, (USUAL,)),
]  # fmt: skip

CONFIGS = [
    Layout("the usual ESM config of a package", {"package.json": "@package", "packages/db/package.json": "@package", "packages/db/prisma.config.ts": ESM + "export default defineConfig({\n  schema: path.join(__dirname, 'prisma/schema'),\n  migrations: { path: path.join(__dirname, 'prisma/schema/migrations') },\n})\n", "packages/db/prisma/schema/schema.prisma": "@pg", **history("packages/db/prisma/schema/migrations")}, ("packages/db/prisma/schema -> packages/db/prisma/schema/migrations",)),
    Layout("import.meta.dirname and a template", {"package.json": "@package", "prisma.config.mts": "export default { schema: `${import.meta.dirname}/db/schema.prisma`, migrations: { path: `${import.meta.dirname}/db/history` } }", "db/schema.prisma": "@pg", **history("db/history")}, ("db/schema.prisma -> db/history",)),
    Layout("require and module.exports", {"package.json": "@package", "prisma.config.cjs": "const path = require('path')\nconst { defineConfig } = require('prisma/config')\nmodule.exports = defineConfig({ schema: path.resolve(__dirname, 'db', 'schema.prisma') })\n", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a config at the top for a package below", {"package.json": "@package", "prisma.config.ts": "import { defineConfig } from 'prisma/config'\nexport default defineConfig({ schema: './packages/db/prisma/schema.prisma' })", "packages/db/package.json": "@package", **db("packages/db/prisma")}, (IN_DB,)),
    Layout("a config without a schema hides nothing", {"package.json": "@package", "prisma.config.ts": "import 'dotenv/config'\nexport default { experimental: { adapter: true } }", **db()}, (USUAL,)),
    Layout("a config without a schema, packages below", {"package.json": "@package", "prisma.config.ts": "export default {}", "packages/db/package.json": "@package", **db("packages/db/prisma")}, (IN_DB,)),
    Layout("the variable of the environment has a default", {"package.json": "@package", "prisma.config.ts": "export default { schema: process.env.PRISMA_SCHEMA ?? 'db/schema.prisma' }", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a computed schema, and the usual one is there", {"package.json": "@package", "prisma.config.ts": "export default { schema: find() }", **db()}, (USUAL, "note config-passed-over: `schema` in prisma.config.ts is not a literal value (find()), and this file is read without running it.")),
    Layout("a computed schema, and nothing to take for it", {"package.json": "@package", "prisma.config.ts": "export default { schema: find() }"}, ("error config-not-literal",)),
    Layout("computed migrations, and the usual ones are there", {"package.json": "@package", "prisma.config.ts": "export default { schema: 'prisma/schema.prisma', migrations: { path: find() } }", **db()}, (USUAL, "note config-passed-over: `migrations.path` in prisma.config.ts is not a literal value (find()), and this file is read without running it.")),
    Layout("all of the config computed", {"package.json": "@package", "prisma.config.ts": "export default makeConfig()", **db()}, (USUAL,)),
    Layout("flags win over a computed config", {"package.json": "@package", "prisma.config.ts": "export default { schema: find(), migrations: { path: find() } }", "db/main.prisma": "@pg", **history("db/sql")}, ("db/main.prisma -> db/sql",), ".", {"schema": "db/main.prisma", "migrations": "db/sql"}),
    Layout("the settings file wins over a computed config", {"package.json": "@package", "prisma-drift.yml": "schema: db/main.prisma\nmigrations: db/sql\n", "prisma.config.ts": "export default { schema: find(), migrations: { path: find() } }", "db/main.prisma": "@pg", **history("db/sql")}, ("db/main.prisma -> db/sql",)),
    Layout("flags from the top win over a package's config", {"package.json": "@package", "packages/db/package.json": "@package", "packages/db/prisma.config.ts": "export default { schema: find(), migrations: { path: find() } }", "packages/db/prisma/schema/schema.prisma": "@pg", **history("packages/db/prisma/schema/migrations")}, ("packages/db/prisma/schema -> packages/db/prisma/schema/migrations",), ".", {"schema": "packages/db/prisma/schema", "migrations": "packages/db/prisma/schema/migrations"}),
    Layout("satisfies a type", {"package.json": "@package", "prisma.config.ts": "import type { PrismaConfig } from 'prisma'\nexport default { schema: 'db/schema.prisma' } satisfies PrismaConfig", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a typed constant, dotenv, env()", {"package.json": "@package", "prisma.config.ts": "import dotenv from 'dotenv'\nimport { env, type PrismaConfig } from 'prisma/config'\ndotenv.config({ path: '../../.env' })\nconst config: PrismaConfig = { schema: 'db/schema.prisma', datasource: { url: env('DATABASE_URL') } }\nexport default config", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a URL relative to the module", {"package.json": "@package", "prisma.config.ts": "import { fileURLToPath } from 'node:url'\nexport default { schema: fileURLToPath(new URL('./db/schema.prisma', import.meta.url)) }", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("constants that build on each other", {"package.json": "@package", "prisma.config.ts": "import { join, dirname } from 'path'\nimport { fileURLToPath } from 'url'\nconst __filename = fileURLToPath(import.meta.url)\nconst __dirname = dirname(__filename)\nconst home = join(__dirname, 'db')\nexport default { schema: join(home, 'schema.prisma'), migrations: { path: `${home}/sql` } }", "db/schema.prisma": "@pg", **history("db/sql")}, ("db/schema.prisma -> db/sql",)),
    Layout("an import of everything, and another name for the default", {"package.json": "@package", "prisma.config.ts": "import * as prisma from 'prisma/config'\nconst c = prisma.defineConfig({ schema: './db/schema.prisma' })\nexport { c as default }", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("the working directory", {"package.json": "@package", "prisma.config.ts": "import path from 'path'\nexport default { schema: path.resolve(process.cwd(), 'db/schema.prisma') }", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a spread before the schema", {"package.json": "@package", "base.ts": "export default {}", "prisma.config.ts": "import base from './base'\nexport default { ...base, schema: 'db/schema.prisma' }", **db("db")}, ("db/schema.prisma -> db/migrations",)),
    Layout("a config for each of two databases", {"package.json": "@package", "prisma-a.config.ts": "export default { schema: 'prisma/a/schema.prisma' }", "prisma-b.config.ts": "export default { schema: 'prisma/b/schema.prisma' }", **db("prisma/a"), **db("prisma/b")}, ("prisma/a/schema.prisma -> prisma/a/migrations", "prisma/b/schema.prisma -> prisma/b/migrations")),
    Layout("a config beside the schema", {"package.json": "@package", "prisma/prisma.config.ts": "export default { schema: './schema.prisma', migrations: { path: './migrations' } }", **db()}, (USUAL,)),
    Layout("a config in .config", {"package.json": "@package", ".config/prisma.ts": "export default { schema: '../db/schema.prisma', migrations: { path: '../db/sql' } }", "db/schema.prisma": "@pg", **history("db/sql")}, ("db/schema.prisma -> db/sql",)),
    Layout("Docker's and the scripts' own configs", {"package.json": "@package", "docker/prisma.config.ts": "export default { schema: './schema.prisma' }", "scripts/prisma.config.mjs": "export default { schema: process.argv[2] }", "packages/db/package.json": "@package", **db("packages/db/prisma")}, (IN_DB, "skip docker: The schema docker/schema.prisma, named in prisma.config.ts, does not exist.", "skip scripts: `schema` in prisma.config.mjs is not a literal value (process.argv[2]), and this file is read without running it.")),
    Layout("Docker's config names the package's schema", {"package.json": "@package", "docker/prisma.config.ts": "export default { schema: '../packages/db/prisma/schema.prisma' }", "packages/db/package.json": "@package", **db("packages/db/prisma")}, (IN_DB,)),
    Layout("initial SQL from a file", {"package.json": "@package", "prisma.config.ts": "import { readFileSync } from 'node:fs'\nexport default { migrations: { initShadowDb: readFileSync('db/init.sql', 'utf8') } }", "db/init.sql": "CREATE SCHEMA auth;\n", **db()}, (USUAL, "init CREATE SCHEMA auth;")),
    Layout("a default schema from .env", {"package.json": "@package", ".env": "DATABASE_URL=postgresql://localhost/x?schema=app\n", **db()}, (USUAL, "default schema app")),
    Layout("external tables in the settings file", {"package.json": "@package", "prisma-drift.yml": "tables:\n  external: [public.geo]\n", **db()}, (USUAL, "external public.geo")),
    Layout("external tables in the config", {"package.json": "@package", ".config/prisma.ts": "export default { schema: '../prisma/schema.prisma', tables: { external: ['public.geo'] } }", **db()}, (USUAL, "external public.geo")),
]  # fmt: skip

MONOREPOS = [
    Layout("turborepo with a database package", {"package.json": "@package", "turbo.json": "{}", "packages/db/package.json": "@package", **db("packages/db/prisma"), "apps/web/package.json": "@package"}, (IN_DB,)),
    Layout("the same from an app", {".git/HEAD": "", "package.json": "@package", "packages/db/package.json": "@package", **db("packages/db/prisma"), "apps/web/package.json": "@package"}, ("error project-no-schema",), "apps/web"),
    Layout("nx, libraries two deep", {"package.json": "@package", "nx.json": "{}", **db("libs/api/data/prisma")}, ("libs/api/data/prisma/schema.prisma -> libs/api/data/prisma/migrations",)),
    Layout("package.json of the root names the schema of a library", {"package.json": '{"prisma": {"schema": "libs/data/prisma/schema.prisma"}}', **db("libs/data/prisma")}, ("libs/data/prisma/schema.prisma -> libs/data/prisma/migrations",)),
    Layout("services, each its database", {"package.json": "@package", **db("services/orders/prisma"), **db("services/users/prisma"), "services/cache/prisma/schema.prisma": "@pg"}, ("services/orders/prisma/schema.prisma -> services/orders/prisma/migrations", "services/users/prisma/schema.prisma -> services/users/prisma/migrations", "skip services/cache: it has no migrations folder")),
    Layout("one member has no migrations", {"package.json": "@package", **db("apps/a/prisma"), "apps/a/package.json": "@package", "apps/b/package.json": "@package", "apps/b/prisma/schema.prisma": "@pg"}, ("apps/a/prisma/schema.prisma -> apps/a/prisma/migrations", "skip apps/b: it has no migrations folder")),
    Layout("no member has migrations", {"package.json": "@package", "apps/a/prisma/schema.prisma": "@pg", "apps/b/prisma/schema.prisma": "@pg"}, ("error project-no-schema",)),
    Layout("Postgres and sqlite in a package", {"package.json": "@package", "packages/db/package.json": "@package", **db("packages/db/prisma/postgres"), "packages/db/prisma/sqlite/schema.prisma": "@sqlite"}, ("packages/db/prisma/postgres/schema.prisma -> packages/db/prisma/postgres/migrations", "skip packages/db/prisma/sqlite: its datasource is sqlite, not postgresql")),
    Layout("the same from the package", {"package.json": "@package", "packages/db/package.json": "@package", **db("packages/db/prisma/postgres"), "packages/db/prisma/sqlite/schema.prisma": "@sqlite"}, ("packages/db/prisma/postgres/schema.prisma -> packages/db/prisma/postgres/migrations", "skip packages/db/prisma/sqlite: its datasource is sqlite, not postgresql"), "packages/db"),
    Layout("two databases of a package, from the package", {"package.json": "@package", "packages/db/package.json": "@package", **db("packages/db/prisma/main"), **db("packages/db/prisma/vector")}, ("packages/db/prisma/main/schema.prisma -> packages/db/prisma/main/migrations", "packages/db/prisma/vector/schema.prisma -> packages/db/prisma/vector/migrations"), "packages/db"),
    Layout("a broken package.json elsewhere", {"package.json": "@package", "examples/broken/package.json": "{", **db("packages/db/prisma")}, (IN_DB, "skip examples/broken: package.json cannot be read: Expecting property name enclosed in double quotes.")),
    Layout("examples in hidden and built folders", {"package.json": "@package", **db("packages/db/prisma"), **db("dist/db/prisma"), **db(".cache/prisma"), **db("node_modules/x/prisma")}, (IN_DB,)),
    Layout("listed in the settings file", {"prisma-drift.yml": "projects:\n  - path: apps/a\n  - path: apps/c\n    schema: apps/c/db.prisma\n    migrations: apps/c/sql\n", **db("apps/a/prisma"), **db("apps/b/prisma"), "apps/c/db.prisma": "@pg", **history("apps/c/sql")}, ("apps/a/prisma/schema.prisma -> apps/a/prisma/migrations", "apps/c/db.prisma -> apps/c/sql")),
    Layout("one member has moved to Prisma 8", {"package.json": "@package", **db("apps/a/prisma"), "apps/a/package.json": PRISMA_6, **db("apps/b/prisma"), "apps/b/package.json": '{"devDependencies": {"prisma": "8.0.0"}}', "apps/b/prisma.config.ts": "export default definePrismaConfig({ orm: ormConfig({ contract: prisma7Schema('prisma/schema.prisma'), output: 'src/prisma' }) })"}, ("apps/a/prisma/schema.prisma -> apps/a/prisma/migrations", "skip apps/b: it is Prisma 8's")),
    Layout("a project that has moved to Prisma 8", {"package.json": '{"devDependencies": {"prisma": "8.0.0"}}', "prisma.config.ts": "export default definePrismaConfig({ orm: ormConfig({ contract: prisma7Schema('prisma/schema.prisma') }) })", **db()}, ("error prisma-8-contract",)),
    Layout("the same, with Prisma 7 kept beside it", {"package.json": '{"devDependencies": {"prisma": "8.0.0", "@prisma/prisma7": "7.10.1"}}', "prisma.config.ts": "export default definePrismaConfig({ orm: ormConfig({ contract: prisma7Schema('prisma/schema.prisma') }) })", **db()}, (USUAL,)),
    Layout("the version of a workspace's lock file", {"package.json": "@package", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  packages/db:\n    devDependencies:\n      prisma:\n        specifier: ^6.0.0\n        version: 6.3.1(typescript@5.7.3)\n", "packages/db/package.json": '{"devDependencies": {"prisma": "^6.0.0"}}', **db("packages/db/prisma")}, (IN_DB, "version 6.3.1 of pnpm-lock.yaml")),
]  # fmt: skip

LAYOUTS = [*SINGLE, *FOLDERS, *CONFIGS, *MONOREPOS]
