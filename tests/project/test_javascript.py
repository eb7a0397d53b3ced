"""Literal values in JavaScript and TypeScript, read without running them."""

from __future__ import annotations

import pytest

from prisma_drift.project.javascript import default_export
from prisma_drift.project.literals import Computed, Content, Env, Items, Object, Text


def read(text: str) -> Object:
    exported = default_export(text)
    assert isinstance(exported, Object)
    return exported


@pytest.mark.parametrize(
    "wrapping",
    [
        "export default {0};",
        "export default defineConfig({0})",
        "export default {0} satisfies PrismaConfig",
        "module.exports = {0}",
        "module.exports = defineConfig({0});",
        "exports.default = {0}",
        "const config: PrismaConfig = {0};\nexport default config;",
        "const config = defineConfig({0})\nexport default config",
        "const config = {0} as const\nmodule.exports = config",
        "export default defineConfig<Extra>({0})",
    ],
)
def test_every_usual_way_of_exporting_is_understood(wrapping: str) -> None:
    body = "{ schema: 'db/schema.prisma', migrations: { path: \"db/migrations\" } }"
    text = f"import path from 'node:path' // {{ schema: 'no' }}\n{wrapping.replace('{0}', body)}\n"
    exported = read(text)
    assert exported.at("schema") == Text("db/schema.prisma", exported.line)
    assert exported.at("migrations", "path") == Text("db/migrations", exported.line)


def test_values_keep_their_kind_and_line() -> None:
    exported = read(
        """export default {
  'quoted-key': 'it\\'s \\u0041\\n',
  template: `CREATE EXTENSION "vector";
-- ${'$'.length} is not used`.trim(),
  sql: `CREATE SCHEMA a;
CREATE TABLE a.b (id int); -- \\${kept}`,
  url: env('DATABASE_URL'),
  typed: env<Env>("TYPED"),
  bang: process.env.DIRECT_URL!,
  either: process.env["A"] ?? 'postgresql://localhost/a',
  list: ['a', "b", ],
  joined: path.join(__dirname, 'prisma', 'schema'),
  here: path.join(import.meta.dirname, "x.prisma"),
  wrong: path.join(root(), 'x'),
  sum: 'a' + 'b',
  call: readFileSync('x.sql'),
  method() { return { schema: 'no' } },
  shorthand,
  last: 'end', // done
}
"""
    )
    assert exported.at("quoted-key") == Text("it's A\n", 2)
    assert isinstance(exported.at("template"), Computed)
    assert exported.at("sql") == Text("CREATE SCHEMA a;\nCREATE TABLE a.b (id int); -- ${kept}", 5)
    assert exported.at("url") == Env("DATABASE_URL", 7)
    assert exported.at("typed") == Env("TYPED", 8)
    assert exported.at("bang") == Env("DIRECT_URL", 9)
    assert exported.at("either") == Env("A", 10, "postgresql://localhost/a")
    assert exported.at("list") == Items((Text("a", 11), Text("b", 11)), 11)
    assert exported.at("joined") == Text("prisma/schema", 12)
    assert exported.at("here") == Text("x.prisma", 13)
    assert exported.at("sum") == Text("ab", 15)
    assert exported.at("call") == Content("x.sql", 16)
    for key in ("wrong", "method", "shorthand"):
        assert isinstance(exported.at(key), Computed), key
    assert exported.at("last") == Text("end", 19)
    assert exported.at("absent") is None
    assert exported.at("absent", "deeper") is None


HERE = "import path, { dirname, join } from 'node:path'\nimport { fileURLToPath } from 'url'\n"


@pytest.mark.parametrize(
    ("setup", "expression", "expected"),
    [
        ("const __filename = fileURLToPath(import.meta.url)\nconst __dirname = path.dirname(__filename)\n", "path.join(__dirname, 'prisma/schema')", "prisma/schema"),
        ("const __dirname = dirname(fileURLToPath(import.meta.url));", "join(__dirname, '..', 'db')", "../db"),
        ("const here = path.dirname(fileURLToPath(new URL(import.meta.url)))\n", "here + '/prisma'", "./prisma"),
        ("const root = path.resolve(__dirname, '../..')\n", "path.join(root, 'prisma', 'schema.prisma')", "../../prisma/schema.prisma"),
        ("", "path.resolve(process.cwd(), 'prisma')", "prisma"),
        ("", "`${__dirname}/prisma/schema.prisma`", "./prisma/schema.prisma"),
        ("const dir = 'prisma'\n", "`${dir}/schema`", "prisma/schema"),
        ("", "`${path.join('a', 'b')}/c`", "a/b/c"),
        ("", "new URL('./prisma/schema', import.meta.url).pathname", "prisma/schema"),
        ("", "fileURLToPath(new URL('../db', import.meta.url))", "../db"),
        ("const isProd = process.env.NODE_ENV === 'production'\n", "isProd ? 'prisma' : 'prisma'", "prisma"),
        ("", "('prisma/schema' as string)", "prisma/schema"),
        ("", "'prisma' as const", "prisma"),
        ("", "path.normalize('./prisma/schema')", "./prisma/schema"),
        ("const base = 'db' satisfies string\nfoo()\n", "base", "db"),
    ],
)  # fmt: skip
def test_paths_from_the_files_own_place_are_told(setup: str, expression: str, expected: str) -> None:
    exported = read(f"{HERE}{setup}\nexport default defineConfig({{ schema: {expression} }})")
    schema = exported.at("schema")
    assert isinstance(schema, Text), schema
    assert schema.value == expected


@pytest.mark.parametrize(
    "expression",
    [
        "isProd ? 'a' : 'b'",
        "find('schema')",
        "`${find()}/schema`",
        "await import('./x')",
        "paths.schema",
        "path.join(root, 'x')",
        "'a' + root",
        "import.meta.env.SCHEMA",
        "(() => 'x')()",
        "x => 'x'",
    ],
)
def test_what_only_running_would_tell_is_computed(expression: str) -> None:
    exported = read(f"{HERE}export default {{ schema: {expression} }}")
    assert isinstance(exported.at("schema"), Computed), exported.at("schema")


@pytest.mark.parametrize(
    "text",
    [
        "import * as prisma from 'prisma/config'\nexport default prisma.defineConfig({ schema: 'x' })",
        "import { defineConfig as define } from 'prisma/config'\nexport default define({ schema: 'x' })",
        "const { defineConfig } = require('prisma/config')\nmodule.exports = defineConfig({ schema: 'x' })",
        "import config from 'prisma/config'\nexport default config.defineConfig({ schema: 'x' })",
        "import { defineConfig } from 'prisma/config';\nconst c = defineConfig({ schema: 'x' });\nexport { c as default };",
        "import type { PrismaConfig } from 'prisma'\nexport default ({ schema: 'x' } satisfies PrismaConfig)",
        "export = { schema: 'x' }",
        "import 'dotenv/config'\n\nexport default defineConfig(\n  ({ schema: 'x' })\n)",
        "export default Object.freeze({ schema: 'x' })",
        "const config = { schema: 'x' }\n\nexport default defineConfig(config)\n",
        "const base = { schema: 'x' }\nexport default defineConfig({ ...base, views: { path: 'v' } })",
    ],
)
def test_any_form_of_import_and_export_will_do(text: str) -> None:
    schema = read(text).at("schema")
    assert isinstance(schema, Text)
    assert schema.value == "x"


def test_names_that_stand_for_many_names_end() -> None:
    lines = [f"const a{n} = [{', '.join([f'a{n + 1}'] * 30)}]" for n in range(12)]
    exported = read("\n".join([*lines, "const a12 = 'x'", "export default { schema: a0 }"]))
    assert isinstance(exported.at("schema"), Items)


def test_constants_are_followed_and_cycles_end() -> None:
    exported = read(
        "const root = 'db'\nconst tables = { external: ['public.geo'] }\nlet a = b\nlet b = a\n"
        "export default { schema: root, tables, ...{ views: 'v' }, ...more, loop: a }"
    )
    assert exported.at("schema") == Text("db", 1)
    assert exported.at("tables", "external") == Items((Text("public.geo", 2),), 2)
    assert exported.at("views") == Text("v", 5)
    assert len(exported.spreads) == 1
    assert isinstance(exported.at("loop"), Computed)


@pytest.mark.parametrize(
    "text",
    ["", "export const a = 1", "export default", "export default {", "export default {a: [", "`", "{{{"],
)
def test_broken_or_empty_files_raise_nothing(text: str) -> None:
    exported = default_export(text)
    assert not isinstance(exported, Text)


def test_the_function_around_the_object_is_known() -> None:
    assert (
        read("export default definePrismaConfig({ contract: './contract.prisma' })").called
        == "definePrismaConfig"
    )
