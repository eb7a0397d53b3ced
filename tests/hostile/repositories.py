"""Repositories of an attacker, beside their SQL: a table of what they write, and of what may come of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .inputs import ESCAPES, NAMES, ROLE_SETTINGS, SECRET

HEAD = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\n'
USER = "model User {\n  id Int @id\n  name String\n}\n"
TABLE = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
EVIL = "CREATE TABLE evil (id int PRIMARY KEY);\n"
ANY = frozenset(("in-step", "drift", "error"))
OUTSIDE = "outside"
"""Beside the repository: a folder that holds the secret."""
DEEP = 100_000
"""Brackets in a row: beyond any stack. Postgres itself takes minutes for as many comments or blocks."""

Lay = Callable[[Path], object]


@dataclass(frozen=True)
class Hostile:
    """One input: what is written over a project that is in step, and what may come of it."""

    name: str
    lay: Lay
    verdicts: frozenset[str] = ANY
    ids: frozenset[str] = frozenset()
    """Findings of which one must be there; none where it does not matter."""
    exhausts: bool = False
    """Whether it reaches for memory or time."""


def project(root: Path) -> Path:
    """A project in step, with git's folder and a secret, and another one beside it."""
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git" / "config").write_text(f"[http]\n\textraheader = {SECRET}\n")
    (root / "prisma" / "schema.prisma").write_text(HEAD + USER)
    (folder.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "migration.sql").write_text(TABLE)
    outside = root.parent / OUTSIDE
    outside.mkdir(exist_ok=True)
    (outside / "file").write_text(f"{SECRET} {{\n")
    (outside / "schema.prisma").write_text(f"model {SECRET} {{\n")
    return root


def sql(text: str, *, first: bool = False) -> Lay:
    """A migration after the first one, or in its place."""

    def lay(root: Path) -> None:
        secret, mark = root.parent / OUTSIDE / "file", root.parent / "mark"
        filled = text.replace("{secret}", str(secret)).replace("{mark}", str(mark))
        folder = root / "prisma/migrations" / ("20240101000000_a" if first else "20240102000000_b")
        folder.mkdir(exist_ok=True)
        (folder / "migration.sql").write_bytes(filled.encode("utf-8", "surrogateescape"))

    return lay


def put(name: str, text: str | bytes) -> Lay:
    def lay(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))

    return lay


def link(name: str, target: str) -> Lay:
    """A link in the place of what is there; `{outside}` stands for the folder beside the repository."""

    def lay(root: Path) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(target.replace("{outside}", str(root.parent / OUTSIDE)))

    return lay


def both(*lays: Lay) -> Lay:
    def lay(root: Path) -> None:
        for one in lays:
            one(root)

    return lay


def folder_instead(name: str) -> Lay:
    def lay(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        (root / name).mkdir()

    return lay


def pipe(root: Path) -> None:
    (root / "prisma/schema.prisma").unlink()
    os.mkfifo(root / "prisma/schema.prisma")


def sparse(name: str, size: int) -> Lay:
    def lay(root: Path) -> None:
        with (root / name).open("wb") as file:
            file.truncate(size)

    return lay


def nested_folders(root: Path) -> None:
    (root / Path(*["d"] * 400)).mkdir(parents=True)


def many_folders(root: Path) -> None:
    for number in range(3000):
        (root / f"prisma/migrations/2024020100{number:04}_x").mkdir()


def large_migrations(root: Path) -> None:
    for number in range(40):
        put(f"prisma/migrations/20240201{number:06}_x/migration.sql", "--" + "x" * (5 << 20))(root)


def odd_folder(name: bytes) -> Lay:
    def lay(root: Path) -> None:
        folder = os.fsencode(root / "prisma/migrations") + b"/" + name
        Path(os.fsdecode(folder)).mkdir()
        Path(os.fsdecode(folder + b"/migration.sql")).write_text("SELECT 1;\n")

    return lay


LINKS: dict[str, Lay] = {
    "settings-from-proc": link("prisma-drift.yml", "/proc/self/environ"),
    "settings-from-git": link("prisma-drift.yml", ".git/config"),
    "settings-from-outside": link("prisma-drift.yml", "../outside/file"),
    "settings-name-git": put("prisma-drift.yml", "schema: .git/config\n"),
    "settings-name-env": both(put(".env", f"{SECRET}=1\n"), put("prisma-drift.yml", "schema: .env\n")),
    "settings-name-proc": put("prisma-drift.yml", "schema: /proc/self/environ\n"),
    "settings-name-outside": put("prisma-drift.yml", "schema: ../outside/schema.prisma\n"),
    "settings-name-folder": put("prisma-drift.yml", "migrations: ../outside\n"),
    "package-names-proc": put("package.json", '{"prisma":{"schema":"/proc/self/environ"}}'),
    "package-names-outside": put("package.json", '{"prisma":{"schema":"../outside/schema.prisma"}}'),
    "package-is-link": link("package.json", "../outside/file"),
    "config-names-outside": put("prisma.config.ts", 'export default { schema: "../outside/schema.prisma" };'),
    "config-is-link": link("prisma.config.ts", "../outside/file"),
    "schema-zero": link("prisma/schema.prisma", "/dev/zero"),
    "schema-tty": link("prisma/schema.prisma", "/dev/tty"),
    "schema-stdin": link("prisma/schema.prisma", "/dev/stdin"),
    "schema-proc": link("prisma/schema.prisma", "/proc/self/environ"),
    "schema-outside": link("prisma/schema.prisma", "../../outside/schema.prisma"),
    "schema-outside-absolute": link("prisma/schema.prisma", "{outside}/schema.prisma"),
    "schema-two-links": both(link("x", "../outside"), link("prisma/schema.prisma", "../x/schema.prisma")),
    "schema-loop": link("prisma/schema.prisma", "schema.prisma"),
    "schema-git": link("prisma/schema.prisma", "../.git/config"),
    "schema-pipe": pipe,
    "schema-large": sparse("prisma/schema.prisma", 4 << 30),
    "folder-outside": link("prisma", "../outside"),
    "migrations-outside": link("prisma/migrations", "../../outside"),
    "migrations-git": link("prisma/migrations", "../.git"),
    "migration-outside": link("prisma/migrations/20240101000000_a/migration.sql", "../../../../outside/file"),
    "migration-zero": link("prisma/migrations/20240101000000_a/migration.sql", "/dev/zero"),
    "lock-outside": link("prisma/migrations/migration_lock.toml", "../../../outside/file"),
}
"""None of them can be read at all."""

_MANY = "9" * 6000
_DEEP_JSON = "[" * DEEP
_DEEP_OBJECTS = '{"a":' * DEEP
_PRISMA = '{"dependencies":{"prisma":"^6.0.0"}}'
_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
)

ODD: dict[str, Lay] = {
    "package-deep": put("package.json", _DEEP_JSON),
    "package-deep-objects": put("package.json", _DEEP_OBJECTS),
    "package-list": put("package.json", "[1, 2]"),
    "package-number": put("package.json", _MANY),
    "package-infinity": put("package.json", '{"prisma": NaN, "dependencies": Infinity}'),
    "package-digits": put("package.json", f'{{"dependencies":{{"prisma":"{_MANY}.0.0"}}}}'),
    "package-minor-digits": put("package.json", f'{{"dependencies":{{"prisma":"6.{_MANY}.0"}}}}'),
    "package-other-digits": put("package.json", '{"dependencies":{"prisma":"٦.١.٠"}}'),
    "package-nul": put("package.json", '{"prisma":{"schema":"a\\u0000b"}}'),
    "package-surrogate": put("package.json", '{"prisma":{"schema":"a\\ud800b"}}'),
    "package-long-path": put("package.json", '{"prisma":{"schema":"' + "x" * 5000 + '"}}'),
    "package-long-folders": put("package.json", '{"prisma":{"schema":"' + "x/" * 5000 + '"}}'),
    "package-schema-list": put("package.json", '{"prisma":{"schema":["a"]}}'),
    "package-prisma-text": put("package.json", '{"prisma":"x","workspaces":5,"dependencies":7}'),
    "package-workspaces-up": put("package.json", '{"workspaces":["../*","/*","../../**"]}'),
    "package-workspaces-stars": put("package.json", '{"workspaces":["' + "**/" * 40 + '*"]}'),
    "package-not-utf-8": put("package.json", b'{"prisma":"\xff\xfe"}'),
    "package-utf-16": put("package.json", '{"prisma":{}}'.encode("utf-16")),
    "package-bom": put("package.json", "\ufeff" + _PRISMA),
    "package-folder": folder_instead("package.json"),
    "npm-lock-deep": both(put("package.json", _PRISMA), put("package-lock.json", _DEEP_JSON)),
    "npm-lock-deep-objects": both(put("package.json", _PRISMA), put("package-lock.json", _DEEP_OBJECTS)),
    "npm-lock-list": both(put("package.json", _PRISMA), put("package-lock.json", "[]")),
    "npm-lock-lists": both(
        put("package.json", _PRISMA), put("package-lock.json", '{"packages":[1],"dependencies":"x"}')
    ),
    "npm-lock-digits": both(
        put("package.json", _PRISMA),
        put("package-lock.json", f'{{"packages":{{"node_modules/prisma":{{"version":"{_MANY}"}}}}}}'),
    ),
    "npm-lock-number": both(
        put("package.json", _PRISMA),
        put("package-lock.json", f'{{"packages":{{"node_modules/prisma":{{"version":{_MANY}}}}}}}'),
    ),
    "npm-lock-version-list": both(
        put("package.json", _PRISMA),
        put("package-lock.json", '{"packages":{"node_modules/prisma":{"version":[6]}}}'),
    ),
    "npm-lock-not-utf-8": both(put("package.json", _PRISMA), put("package-lock.json", b"\xff\xfe{}")),
    "npm-lock-folder": both(put("package.json", _PRISMA), folder_instead("package-lock.json")),
    "pnpm-lock-deep": both(put("package.json", _PRISMA), put("pnpm-lock.yaml", "a: " + _DEEP_JSON)),
    "pnpm-lock-digits": both(
        put("package.json", _PRISMA),
        put("pnpm-lock.yaml", f"dependencies:\n  prisma:\n    version: {_MANY}.0.0\n"),
    ),
    "pnpm-lock-laughs": both(put("package.json", _PRISMA), put("pnpm-lock.yaml", _LAUGHS)),
    "pnpm-workspace-deep": put("pnpm-workspace.yaml", "packages: " + _DEEP_JSON),
    "pnpm-workspace-laughs": put("pnpm-workspace.yaml", "packages: [x]\n" + _LAUGHS),
    "pnpm-workspace-tag": put("pnpm-workspace.yaml", "packages: !!python/object/apply:os.system [id]\n"),
    "pnpm-workspace-date": put("pnpm-workspace.yaml", "packages: [2024-99-99, 0x, !!int x, !!float y]\n"),
    "pnpm-workspace-key": put("pnpm-workspace.yaml", "? [a, b]\n: c\npackages: [x]\n"),
    "pnpm-workspace-digits": put("pnpm-workspace.yaml", f"packages: [{_MANY}]\n"),
    "yarn-lock-digits": both(
        put("package.json", _PRISMA), put("yarn.lock", f'prisma@^6.0.0:\n  version "{_MANY}"\n')
    ),
    "yarn-lock-colons": both(put("package.json", _PRISMA), put("yarn.lock", "x:" * 200_000)),
    "bun-lock-digits": both(put("package.json", _PRISMA), put("bun.lock", f'  "prisma": ["prisma@{_MANY}"]')),
    "installed-deep": both(put("package.json", _PRISMA), put("node_modules/prisma/package.json", _DEEP_JSON)),
    "installed-digits": both(
        put("package.json", _PRISMA), put("node_modules/prisma/package.json", f'{{"version":"{_MANY}"}}')
    ),
    "settings-deep": put("prisma-drift.yml", "tables: " + _DEEP_JSON),
    "settings-deep-maps": put("prisma-drift.yml", "tables: " + "{a: " * DEEP),
    "settings-deep-lines": put("prisma-drift.yml", "".join(f"{' ' * n}a:\n" for n in range(3000))),
    "settings-laughs": put("prisma-drift.yml", _LAUGHS),
    "settings-merge": put("prisma-drift.yml", "<<: 5\nschema: x\n"),
    "settings-tag": put("prisma-drift.yml", "schema: !!python/object/apply:os.system ['id']\n"),
    "settings-key": put("prisma-drift.yml", "? [a, b]\n: c\n"),
    "settings-alias": put("prisma-drift.yml", "a: &a [*a]\n"),
    "settings-two": put("prisma-drift.yml", "schema: a\n---\nschema: b\n"),
    "settings-digits": put("prisma-drift.yml", f"prisma-version: {_MANY}\n"),
    "settings-nul": put("prisma-drift.yml", 'schema: "a\\0b"\n'),
    "settings-raw-nul": put("prisma-drift.yml", "schema: a\0b\n"),
    "settings-surrogate": put("prisma-drift.yml", 'schema: "a\\ud800b"\n'),
    "settings-long-path": put("prisma-drift.yml", "schema: " + "x" * 5000 + "\n"),
    "settings-not-utf-8": put("prisma-drift.yml", b"schema: \xff\n"),
    "settings-folder": folder_instead("prisma-drift.yml"),
    "settings-projects-self": put("prisma-drift.yml", "projects:\n  - path: .\n  - path: .\n"),
    "settings-projects-outside": put("prisma-drift.yml", "projects:\n  - path: ../outside\n"),
    "settings-config-key": put("prisma-drift.yml", "tables:\n  external: [[public.x]]\n"),
    "settings-control": put("prisma-drift.yml", 'schema: "x\\n::error::y\\e[31m"\n'),
    "config-deep": put("prisma.config.ts", "export default " + "(" * DEEP),
    "config-deep-braces": put("prisma.config.ts", "export default " + "{a:" * DEEP),
    "config-deep-lists": put("prisma.config.ts", "export default {schema: " + "[" * DEEP),
    "config-template": put("prisma.config.ts", "export default {schema: `" + "${`" * 20_000),
    "config-nul": put("prisma.config.ts", 'export default {schema: "a\\0b"};'),
    "config-comment": put("prisma.config.ts", "/*" * 200_000),
    "config-not-utf-8": put("prisma.config.ts", b"export default {schema: '\xff'}"),
    "schema-deep": put(
        "prisma/schema.prisma", HEAD + USER + "model A {\n  id Int @id @default(" + "[" * DEEP
    ),
    "schema-deep-calls": put(
        "prisma/schema.prisma", HEAD + USER + "model A {\n  id Int @id @default(" + "f(" * DEEP
    ),
    "schema-long-line": put("prisma/schema.prisma", HEAD + USER + "x" * 2_000_000),
    "schema-many-errors": put("prisma/schema.prisma", HEAD + USER + "x\n" * 200_000),
    "schema-not-utf-8": put("prisma/schema.prisma", b"model \xff {}"),
    "schema-utf-16": put("prisma/schema.prisma", (HEAD + USER).encode("utf-16")),
    "schema-nul": put("prisma/schema.prisma", HEAD + USER + "\0"),
    "schema-folder": folder_instead("prisma/schema.prisma"),
    "schema-comment-command": put("prisma/schema.prisma", HEAD + USER + "// x\u2028::error::y\nmodel {\n"),
    "schema-name-command": put(
        "prisma/schema.prisma", HEAD + USER + "model A\u2028::error::y {\n id Int @id\n}\n"
    ),
    "schema-mapped-command": put(
        "prisma/schema.prisma",
        HEAD + USER + 'model A {\n  id Int @id\n  @@map("x\\n::error::y\u2028::error::z")\n}\n',
    ),
    "schema-default-digits": put(
        "prisma/schema.prisma", HEAD + USER.replace("@id", f"@id @default({_MANY})")
    ),
    "schema-length-digits": put(
        "prisma/schema.prisma", HEAD + USER.replace("String", f"String @db.VarChar({_MANY})")
    ),
    "lock-deep": put("prisma/migrations/migration_lock.toml", "provider = " + _DEEP_JSON),
    "lock-not-utf-8": put("prisma/migrations/migration_lock.toml", b'provider = "\xff"'),
    "lock-folder": folder_instead("prisma/migrations/migration_lock.toml"),
    "lock-other": put("prisma/migrations/migration_lock.toml", 'provider = "x\u2028::error::y"\n'),
    "migration-folder": folder_instead("prisma/migrations/20240101000000_a/migration.sql"),
    "migration-not-utf-8": put("prisma/migrations/20240101000000_a/migration.sql", b"SELECT '\xff';"),
    "migration-utf-16": put("prisma/migrations/20240101000000_a/migration.sql", TABLE.encode("utf-16")),
    "migration-nul": put("prisma/migrations/20240101000000_a/migration.sql", TABLE + "\0"),
    "migration-bom": put("prisma/migrations/20240101000000_a/migration.sql", "\ufeff" + TABLE),
    "folder-command": odd_folder(b"20240103000000_x\n::error::y"),
    "folder-separator": odd_folder("20240103000000_x\u2028::error::y".encode()),
    "folder-escape": odd_folder(b"20240103000000_\x1b[31m"),
    "folder-not-utf-8": odd_folder(b"20240103000000_\xff\xfe"),
    "folder-long": odd_folder(b"2024" + b"x" * 250),
    "folder-markup": odd_folder(b"20240103000000_`](x)<b>"),
    "folders-many": many_folders,
    "folders-deep": nested_folders,
    "env-deep": put(".env", "X=" + "${X}" * 100_000),
    "env-not-utf-8": put(".env", b"X=\xff\n"),
    "env-folder": folder_instead(".env"),
}
"""Each ends with a verdict or an error of its own, never as a mistake of ours."""

WAYS: dict[str, Lay] = {
    name: sql(text)
    for name, text in {
        "create-database": "CREATE DATABASE x;",
        "create-shadow-2": "CREATE DATABASE prisma_drift_shadow_2;",
        "create-many-databases": "CREATE DATABASE x;\nCREATE DATABASE y;",
        "drop-template": "DROP DATABASE template1;",
        "drop-postgres": "DROP DATABASE postgres;",
        "rename-database": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RENAME TO z', current_database()); END $$;",
        "drop-own-role": "DROP ROLE postgres;",
        "rename-own-role": "ALTER ROLE CURRENT_USER RENAME TO z;",
        "no-login": "ALTER ROLE CURRENT_USER NOLOGIN;",
        "password": "ALTER ROLE CURRENT_USER PASSWORD 'x' VALID UNTIL '2000-01-01';",
        "no-connections": "ALTER ROLE CURRENT_USER CONNECTION LIMIT 0;",
        "no-database-connections": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$;",
        "closed-database": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ALLOW_CONNECTIONS false', current_database()); END $$;",
        "template-database": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true', current_database()); END $$;",
        "revoke-connect": "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, CURRENT_USER', current_database()); END $$;",
        "read-only-database": "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$;",
        "give-away": "CREATE ROLE z; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO z', current_database()); END $$;",
        "reset-role": "SET ROLE NONE; SET SESSION AUTHORIZATION DEFAULT;",
        "kill-own": "SELECT pg_terminate_backend(pg_backend_pid());",
        "cancel-own": "SELECT pg_cancel_backend(pg_backend_pid());",
        "kill-all": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity;",
        "listen": "LISTEN x; NOTIFY x, 'y'; NOTIFY x;",
        "prepared": "PREPARE TRANSACTION 'x';",
        "prepared-begun": "BEGIN; CREATE TABLE z (id int); PREPARE TRANSACTION 'x';",
        "copy-in": "COPY \"User\" FROM STDIN;",
        "copy-out": "COPY \"User\" TO STDOUT;",
        "cursor-left": "DECLARE c CURSOR WITH HOLD FOR SELECT 1;",
        "lock-left": "SELECT pg_advisory_lock(72707369);",
        "temporary": "CREATE TEMP TABLE \"User\" (id int);",
        "deep-parentheses": "SELECT " + "(" * DEEP + "1" + ")" * DEEP + ";",
        "deep-case": "SELECT " + "CASE WHEN true THEN " * 20_000 + "1" + " END" * 20_000 + ";",
        "deep-comment": "/*" * 5000,
        "deep-blocks": "DO $$" + "BEGIN " * 2000 + "$$;",
        "open-quote": "SELECT 'x",
        "open-dollar": "SELECT $a$x",
        "many-statements": "SELECT 1;" * 100_000,
        "drop-public": "DROP SCHEMA public CASCADE;",
        "drop-history": 'CREATE TABLE "_prisma_migrations" (id int); DROP TABLE "_prisma_migrations";',
        "endless": "DO $$ BEGIN LOOP END LOOP; END $$;",
        "event-trigger": "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''x''; END'; CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION e();",
        "rule-on-catalog": "CREATE RULE r AS ON SELECT TO pg_catalog.pg_class DO INSTEAD NOTHING;",
        "search-path": "SET search_path = evil, pg_catalog;",
        "operators": "CREATE FUNCTION public.f(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false'; CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.f);",
        "cast": "CREATE FUNCTION public.c(regclass) RETURNS text LANGUAGE sql AS 'SELECT ''x'''; CREATE CAST (regclass AS text) WITH FUNCTION public.c(regclass) AS IMPLICIT;",
        "shadowed-functions": "CREATE FUNCTION public.format_type(oid, integer) RETURNS text LANGUAGE sql AS 'SELECT ''x'''; CREATE FUNCTION public.pg_get_expr(pg_node_tree, oid) RETURNS text LANGUAGE sql AS 'SELECT ''x''';",
        "shadowed-catalog": "CREATE VIEW public.pg_class AS SELECT 1 AS oid; CREATE VIEW public.pg_attribute AS SELECT 1 AS attnum;",
        "long-name": f"CREATE TABLE \"{'x' * 3_000_000}\" (id int);",
        "many-columns": "CREATE TABLE z (" + ", ".join(f"c{n} int" for n in range(1700)) + ");",
        "message-command": "DO $$ BEGIN RAISE EXCEPTION E'x\\n::error::y\\n##[add-path]/tmp' USING HINT = E'\\u2028::error::z', DETAIL = E'\\r::error::z'; END $$;",
        "comment-command": "COMMENT ON TABLE \"User\" IS E'x\\n::error::y';",
    }.items()
}  # fmt: skip
"""SQL that gets in the way of the run itself."""

EXHAUSTING: dict[str, Lay] = {
    name: sql(text)
    for name, text in {
        "rows": "SELECT repeat('x', 100000) FROM generate_series(1, 8000);",
        "one-row": "SELECT repeat('x', 300000000);",
        "many-rows": "SELECT i FROM generate_series(1, 1000000) AS i;",
        "copy-rows": "COPY (SELECT repeat('x', 100000) FROM generate_series(1, 8000)) TO STDOUT;",
        "error": "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 200000000); END $$;",
        "detail": "DO $$ BEGIN RAISE EXCEPTION 'short' USING DETAIL = repeat('x', 200000000), HINT = repeat('y', 100000000); END $$;",
        "notices": "DO $$ BEGIN FOR i IN 1..3000 LOOP RAISE NOTICE '%', repeat('x', 100000); END LOOP; END $$;",
        "notice": "DO $$ BEGIN RAISE WARNING '%', repeat('x', 200000000); END $$;",
        "notifications": "LISTEN a; DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_notify('a', i || repeat('x', 7000)); END LOOP; END $$;",
        "cast": "SELECT repeat('x', 100000000)::int;",
        "function-bodies": "DO $$ BEGIN FOR i IN 1..5 LOOP EXECUTE format('CREATE FUNCTION big%s() RETURNS text LANGUAGE sql AS %L', i, 'SELECT ''' || repeat('x', 40000000) || ''''); END LOOP; END $$;",
        "view": "DO $$ BEGIN EXECUTE 'CREATE VIEW big AS SELECT ''' || repeat('x', 40000000) || '''::text AS a'; END $$;",
        "default": "DO $$ BEGIN EXECUTE 'ALTER TABLE \"User\" ALTER COLUMN name SET DEFAULT ''' || repeat('x', 40000000) || ''''; END $$;",
        "check": "DO $$ BEGIN EXECUTE 'ALTER TABLE \"User\" ADD CHECK (name <> ''' || repeat('x', 40000000) || ''')'; END $$;",
        "comment": "DO $$ BEGIN EXECUTE 'COMMENT ON TABLE \"User\" IS ''' || repeat('x', 40000000) || ''''; END $$;",
        "tables": "DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$;",
        "functions": "DO $$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format('CREATE FUNCTION f%s() RETURNS text LANGUAGE sql AS %L', i, 'SELECT ''' || repeat('x', 10000) || ''''); END LOOP; END $$;",
        "large-functions": "DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('CREATE FUNCTION f%s() RETURNS text LANGUAGE sql AS %L', i, 'SELECT ''' || repeat('x', 200000) || ''''); END LOOP; END $$;",
        "large-defaults": "DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('ALTER TABLE \"User\" ADD COLUMN c%s text DEFAULT %L', i, repeat('x', 200000)); END LOOP; END $$;",
        "large-predicates": "DO $$ BEGIN FOR i IN 1..30 LOOP EXECUTE format('CREATE INDEX i%s ON \"User\" (id) WHERE name <> %L', i, repeat('x', 200000)); END LOOP; END $$;",
        "enum-values": "DO $$ BEGIN EXECUTE 'CREATE TYPE e AS ENUM (' || (SELECT string_agg(quote_literal('v' || i), ',') FROM generate_series(1, 20000) AS i) || ')'; END $$;",
        "sleep": "SELECT pg_sleep(280);\nSELECT pg_sleep(280);",
        "disk": "CREATE TABLE big AS SELECT repeat(md5(i::text), 100) AS t FROM generate_series(1, 3000000) AS i;",
        "sort": "SELECT count(*) FROM (SELECT md5(i::text) FROM generate_series(1, 100000000) AS i ORDER BY 1) AS s;",
        "recursion": "WITH RECURSIVE r(t) AS (SELECT 'xxxxxxxx' UNION ALL SELECT t || t FROM r WHERE length(t) < 500000000) SELECT length(t) FROM r;",
    }.items()
}  # fmt: skip
"""SQL that reaches for memory, disk and time."""


def crossed(root: Path, models: int = 40) -> None:
    """Models that all point to one another."""
    lines: list[list[str]] = [["  id Int @id"] for _ in range(models)]
    for one in range(models):
        for other in range(models):
            if one != other:
                name = f'"r{one}_{other}"'
                lines[one].append(
                    f"  r{other} M{other}? @relation({name}, fields: [f{other}], references: [id])"
                )
                lines[one].append(f"  f{other} Int?")
                lines[other].append(f"  b{one} M{one}[] @relation({name})")
    blocks = [f"model M{number} {{\n" + "\n".join(own) + "\n}\n" for number, own in enumerate(lines)]
    (root / "prisma/schema.prisma").write_text(HEAD + "".join(blocks))


EXHAUSTING |= {
    "crossed-models": crossed,
    "schema-of-zeros": link("prisma/schema.prisma", "/dev/zero"),
    "schema-default": put(
        "prisma/schema.prisma", HEAD + USER.replace("name String", f'name String @default("{"x" * 20_000_000}")')
    ),
    "schema-large-default": put(
        "prisma/schema.prisma", HEAD + USER.replace("name String", f'name String @default("{"x" * 7_000_000}")')
    ),
    "large-migrations": large_migrations,
    "schema-comment": put("prisma/schema.prisma", HEAD + USER + "//" + "x" * 30_000_000),
    "schema-documentation": put("prisma/schema.prisma", HEAD + USER + "/// x\n" * 5_000_000),
    "schema-models": put(
        "prisma/schema.prisma", HEAD + USER + "".join(f"model M{n} {{\n  id Int @id\n}}\n" for n in range(3000))
    ),
    "large-schema": sparse("prisma/schema.prisma", 4 << 30),
    "large-migration": put("prisma/migrations/20240101000000_a/migration.sql", "SELECT 1;\n" * 2_000_000),
    "long-comment": put("prisma/migrations/20240101000000_a/migration.sql", TABLE + "--" + "x" * 30_000_000),
    "large-package": put("package.json", json.dumps({"dependencies": {str(n): "x" * 20 for n in range(400_000)}})),
    "large-lock": both(put("package.json", _PRISMA), sparse("package-lock.json", 30 << 20)),
    "large-yarn-lock": both(put("package.json", _PRISMA), put("yarn.lock", "x@^1:\n" * 1_000_000)),
    "yaml-laughs": put("prisma-drift.yml", _LAUGHS),
}  # fmt: skip


def _table() -> Iterator[Hostile]:
    for number, text in enumerate(ESCAPES):
        yield Hostile(f"escape-{number:02}", sql(f"{text};\n"))
    for number, text in enumerate(ROLE_SETTINGS):
        yield Hostile(
            f"role-{number:02}", sql(f"CREATE SCHEMA evil;\n{text};\n"), frozenset(("in-step", "error"))
        )
    for number, name in enumerate(NAMES):
        quoted = name.replace('"', '""')
        yield Hostile(
            f"name-{number:02}",
            sql(f'CREATE TABLE "{quoted}" (id int PRIMARY KEY);\n'),
            frozenset(("drift",)),
        )
    for name, lay in LINKS.items():
        yield Hostile(f"link-{name}", lay, frozenset(("error",)))
    for name, lay in ODD.items():
        yield Hostile(f"odd-{name}", lay)
    for name, lay in WAYS.items():
        yield Hostile(f"way-{name}", lay)
    for name, lay in EXHAUSTING.items():
        yield Hostile(f"exhaust-{name}", lay, exhausts=True)


TABLE_OF_INPUTS = tuple(_table())
