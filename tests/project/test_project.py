"""Where schema and migrations are found, which setting wins, and what is said where nothing can be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from prisma_drift.errors import ProjectError
from prisma_drift.project import Config, Flags, load_config

DATASOURCE = 'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n'
MODEL = "model A {\n  id Int @id\n}\n"


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def found(path: Path, **flags: str) -> tuple[str, str | None]:
    """Schema and migrations of the one project at `path`, relative to it."""
    config = only(path, **flags)
    migrations = config.migrations
    return (
        config.schema.relative_to(path).as_posix(),
        migrations.relative_to(path).as_posix() if migrations else None,
    )


def only(path: Path, **flags: str) -> Config:
    (config,) = load_config(Flags(path=str(path), **flags), {})  # type: ignore[arg-type]
    return config


LOCK = {"prisma/migrations/migration_lock.toml": ""}


@pytest.mark.parametrize(
    ("files", "schema", "migrations"),
    [
        ({"prisma/schema.prisma": DATASOURCE, **LOCK}, "prisma/schema.prisma", "prisma/migrations"),
        ({"prisma/schema.prisma": DATASOURCE}, "prisma/schema.prisma", None),
        ({"schema.prisma": DATASOURCE, "migrations/x/migration.sql": ""}, "schema.prisma", "migrations"),
        (
            {"schema.prisma": DATASOURCE, "prisma/schema.prisma": DATASOURCE, "package.json": "{}"},
            "schema.prisma",
            None,
        ),
        (
            {"prisma/schema/a.prisma": MODEL, "prisma/schema/b.prisma": DATASOURCE, **LOCK},
            "prisma/schema",
            "prisma/migrations",
        ),
        (
            {
                "prisma/schema/db/main.prisma": DATASOURCE,
                "prisma/schema/a.prisma": MODEL,
                "prisma/schema/db/migrations/migration_lock.toml": "",
                **LOCK,
            },
            "prisma/schema",
            "prisma/schema/db/migrations",
        ),
        (
            {"prisma/main.prisma": DATASOURCE, "prisma/models/a.prisma": MODEL, **LOCK},
            "prisma",
            "prisma/migrations",
        ),
        ({"prisma/main.prisma": DATASOURCE, **LOCK}, "prisma/main.prisma", "prisma/migrations"),
        ({"schema/main.prisma": DATASOURCE, "schema/a.prisma": MODEL}, "schema", None),
        (
            {
                "package.json": '{"prisma": {"schema": "db/x.prisma"}}',
                "db/x.prisma": DATASOURCE,
                "schema.prisma": MODEL,
            },
            "db/x.prisma",
            None,
        ),
        (
            {
                "prisma.config.ts": "export default { schema: 'db', migrations: { path: './sql' } }",
                "db/x.prisma": DATASOURCE,
                "sql/migration_lock.toml": "",
                "prisma/schema.prisma": MODEL,
            },
            "db",
            "sql",
        ),
        (
            {".config/prisma.ts": "export default { schema: '../db/x.prisma' }", "db/x.prisma": DATASOURCE},
            "db/x.prisma",
            None,
        ),
    ],
)
def test_schema_and_migrations_are_found_where_prisma_finds_them(
    tmp_path: Path, files: dict[str, str], schema: str, migrations: str | None
) -> None:
    assert found(make(tmp_path, files)) == (schema, migrations)


def test_path_may_be_the_schema_or_its_folder(tmp_path: Path) -> None:
    project = make(tmp_path, {"package.json": "{}", "prisma/schema.prisma": DATASOURCE, **LOCK})
    for path in (project, project / "prisma", project / "prisma" / "schema.prisma"):
        config = only(path)
        assert config.schema == project / "prisma" / "schema.prisma"
        assert config.migrations == project / "prisma" / "migrations"
    several = make(
        tmp_path / "b", {"prisma/schema/schema.prisma": DATASOURCE, "prisma/schema/m/a.prisma": MODEL}
    )
    assert only(several / "prisma" / "schema").schema == several / "prisma" / "schema"


def test_a_config_above_the_given_schema_still_counts(tmp_path: Path) -> None:
    config_text = "export default { schema: 'prisma/schema.prisma', migrations: { path: 'sql' }, tables: { external: ['public.geo'] } }"
    project = make(
        tmp_path,
        {
            "package.json": "{}",
            "prisma.config.ts": config_text,
            "prisma/schema.prisma": DATASOURCE,
            "prisma/other.prisma": DATASOURCE,
            "sql/migration_lock.toml": "",
        },
    )
    config = only(project / "prisma" / "schema.prisma")
    assert config.migrations == project / "sql"
    assert config.external_tables == {"public.geo"}
    assert only(project, schema=str(project / "prisma" / "schema.prisma")).migrations == project / "sql"


def test_order_of_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("flag", "environment", "file", "config")
    project = make(tmp_path, {f"{name}.prisma": DATASOURCE for name in names})
    make(project, {"prisma.config.ts": "export default { schema: 'config.prisma' }"})
    assert only(project).schema.name == "config.prisma"
    make(project, {"prisma-drift.yml": "schema: file.prisma\nshadow: local\ndefault-schema: app\n"})
    assert only(project).schema.name == "file.prisma"
    assert (only(project).shadow, only(project).default_schema) == ("local", "app")
    monkeypatch.chdir(project)
    environment = {"PRISMA_DRIFT_SCHEMA": "environment.prisma", "PRISMA_DRIFT_QUIET": "true"}
    (config,) = load_config(Flags(), environment)
    assert config.schema.name == "environment.prisma"
    assert config.quiet
    (config,) = load_config(Flags(schema="flag.prisma", quiet=False), environment)
    assert config.schema.name == "flag.prisma"
    assert not config.quiet


def test_root_is_the_top_of_the_repository_and_paths_are_shown_from_there(tmp_path: Path) -> None:
    make(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", "apps/web/prisma/schema.prisma": DATASOURCE})
    config = only(tmp_path / "apps" / "web")
    assert config.root == tmp_path
    assert config.shown(config.schema) == "apps/web/prisma/schema.prisma"
    assert config.name == ""


def test_every_project_below_is_found_and_others_are_passed_over_by_name(tmp_path: Path) -> None:
    sqlite = 'datasource db {\n  provider = "sqlite"\n}\n'
    make(
        tmp_path,
        {
            "package.json": "{}",
            "packages/b/prisma/schema.prisma": DATASOURCE,
            "packages/b/prisma/migrations/migration_lock.toml": "",
            "packages/a/prisma/schema/x.prisma": DATASOURCE,
            "packages/a/prisma/migrations/migration_lock.toml": "",
            "packages/pushed/prisma/schema.prisma": DATASOURCE,
            "apps/docs/schema.prisma": sqlite,
            "apps/empty/prisma.config.ts": "export default {}",
            "node_modules/x/prisma/schema.prisma": DATASOURCE,
            ".hidden/prisma/schema.prisma": DATASOURCE,
        },
    )
    configs = load_config(Flags(path=str(tmp_path)), {})
    assert [c.name for c in configs] == ["packages/a", "packages/b"]
    assert [(s.path, s.reason) for s in configs[0].skipped] == [
        ("apps/docs", "its datasource is sqlite, not postgresql"),
        ("apps/empty", "it has a prisma.config file and no schema"),
        ("packages/pushed", "it has no migrations folder"),
    ]


def test_projects_are_listed_in_the_file_and_inherit_from_it(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            ".git/HEAD": "",
            "prisma-drift.yml": "shadow: local\nprojects:\n  - name: shop\n    path: apps/shop\n    migrations: sql\n"
            "  - path: apps/blog\n    shadow: container\n",
            "apps/shop/prisma/schema.prisma": DATASOURCE,
            "apps/blog/prisma/schema.prisma": DATASOURCE,
            "apps/other/prisma/schema.prisma": DATASOURCE,
            "sql/migration_lock.toml": "",
        },
    )
    shop, blog = load_config(Flags(path=str(tmp_path)), {})
    assert (shop.name, shop.shadow, shop.migrations) == ("shop", "local", tmp_path / "sql")
    assert (blog.name, blog.shadow, blog.migrations) == ("apps/blog", "container", None)
    assert only(tmp_path / "apps" / "shop").migrations == tmp_path / "sql"
    other = only(tmp_path / "apps" / "other")
    assert (other.shadow, other.migrations) == ("local", None)


@pytest.mark.parametrize(
    ("files", "flags", "words"),
    [
        ({"README.md": ""}, {}, "prisma/schema.prisma"),
        (
            {"a/prisma/one.prisma": "", "prisma/one.prisma": DATASOURCE, "prisma/two.prisma": DATASOURCE},
            {},
            "prisma/one.prisma, prisma/two.prisma",
        ),
        ({"prisma/schema.prisma": DATASOURCE}, {"schema": "nowhere.prisma"}, "--schema nowhere.prisma"),
        ({"prisma/schema.prisma": DATASOURCE}, {"migrations": "nowhere"}, "--migrations nowhere"),
        (
            {"prisma.config.ts": "export default { schema: 'x.prisma' }"},
            {},
            "x.prisma, named in prisma.config.ts",
        ),
        ({"package.json": '{"prisma": {"schema": "y.prisma"}}'}, {}, "y.prisma, named in package.json"),
        ({"prisma-drift.yml": "schema: z.prisma"}, {}, "z.prisma does not exist"),
        (
            {"prisma.config.ts": "export default { schema: find() }"},
            {},
            "`schema` in prisma.config.ts is not a literal",
        ),
        ({"prisma.config.ts": "export default make()"}, {}, "computes its settings"),
        ({"prisma/schema.prisma": DATASOURCE}, {"strategy": "fast"}, "'fast'"),
        ({"prisma/schema.prisma": DATASOURCE}, {"config": "no.yml"}, "no.yml"),
    ],
)
def test_what_cannot_be_found_is_said_with_a_next_step(
    tmp_path: Path, files: dict[str, str], flags: dict[str, str], words: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        only(make(tmp_path, files), **flags)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_computed_value_matters_only_where_it_is_needed(tmp_path: Path) -> None:
    project = make(
        tmp_path,
        {
            "prisma.config.ts": "export default {\n  schema: find(),\n  migrations: { initShadowDb: read() },\n}",
            "prisma/schema.prisma": DATASOURCE,
        },
    )
    config = only(project, schema=str(project / "prisma" / "schema.prisma"))
    (note,) = config.notes
    assert note.position is not None
    assert (note.id, note.position.line) == ("config-passed-over", 3)
    make(project, {"prisma-drift.yml": "schema: prisma/schema.prisma\ninit-shadow-db: CREATE SCHEMA x;\n"})
    assert only(project).init_sql == "CREATE SCHEMA x;"


def test_what_prisma_config_says_of_the_shadow_is_taken_over(tmp_path: Path) -> None:
    text = (
        "export default defineConfig({ migrations: { initShadowDb: `CREATE EXTENSION a;\nCREATE EXTENSION b;` },\n"
        "  tables: { external: ['public.users'] }, enums: { external: [\"public.role\"] } })"
    )
    config = only(make(tmp_path, {"prisma.config.ts": text, "prisma/schema.prisma": DATASOURCE}))
    assert config.init_sql == "CREATE EXTENSION a;\nCREATE EXTENSION b;"
    assert config.external_tables == {"public.users"}
    assert config.external_enums == {"public.role"}


@pytest.mark.parametrize(
    ("files", "environment", "expected"),
    [
        ({}, {}, "public"),
        ({}, {"DATABASE_URL": "postgresql://u:p@h/d?schema=app&x=1"}, "app"),
        ({}, {"DATABASE_URL": "postgresql://u:p@h/d?x=1"}, "public"),
        ({".env": "# url\nOTHER=1\nexport DATABASE_URL='postgresql://h/d?schema=app' # here\n"}, {}, "app"),
        (
            {"prisma/.env": 'HOST=h\nDATABASE_URL="postgresql://${HOST}/d?schema=two%20words"'},
            {},
            "two words",
        ),
        (
            {".env": "DATABASE_URL=postgresql://h/d?schema=file"},
            {"DATABASE_URL": "postgresql://h/d"},
            "public",
        ),
        (
            {
                "prisma/schema.prisma": DATASOURCE.replace(
                    'env("DATABASE_URL")', '"postgresql://h/d?schema=lit"'
                )
            },
            {},
            "lit",
        ),
        (
            {"prisma.config.ts": "export default { datasource: { url: process.env.DIRECT! } }"},
            {"DIRECT": "postgresql://h/d?schema=direct", "DATABASE_URL": "postgresql://h/d?schema=other"},
            "direct",
        ),
    ],
)
def test_the_default_schema_is_the_urls(
    tmp_path: Path, files: dict[str, str], environment: dict[str, str], expected: str
) -> None:
    project = make(tmp_path, {"prisma/schema.prisma": DATASOURCE, **files})
    (config,) = load_config(Flags(path=str(project)), environment)
    assert config.default_schema == expected


@pytest.mark.shared
def test_every_project_of_the_corpus_is_found() -> None:
    corpus = Path(__file__).parents[2] / "../shared/corpus"
    if not corpus.is_dir():
        pytest.skip("the corpus is not beside this project")
    names = sorted(p.name for p in corpus.iterdir() if p.is_dir())
    configs = load_config(Flags(path=str(corpus)), {})
    assert [c.schema.relative_to(c.project).as_posix().startswith("prisma/schema") for c in configs] == [
        True
    ] * len(names)
    assert [c.project.name for c in configs] == names
    assert all(c.migrations and c.migrations.name == "migrations" for c in configs)
