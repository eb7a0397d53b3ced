"""Objects that no migration before the failing one creates, or that one has created already."""

from __future__ import annotations

import re

from ....migrations.naming import name_behind
from ....model.commands import typed
from .case import Case, Cause, identifier, listed, near, quoted, unquoted
from .extensions import lacking
from .names import missing_schema

PUSHED = "It was made outside of the migrations, most likely by `prisma db push` or by hand."


def schema(case: Case) -> Cause | None:
    name = missing_schema(case)
    if case.sqlstate != "3F000" and not name:
        return None
    if not name:
        return Cause(
            "schema-missing",
            "The search_path names no schema that exists: a migration has dropped the default schema or changed the path.",
            "Name the schema in the statement, or set the search_path back in the migration that changed it.",
        )
    pattern = rf"create\s+schema\s+(if\s+not\s+exists\s+)?{identifier(name)}"
    return Cause(
        "schema-missing",
        _who(case, pattern, f"schema `{name}`"),
        _behind(case, pattern)
        or _provided(case, name)
        or f"Put CREATE SCHEMA IF NOT EXISTS {quoted(name)} in front; what the host provides belongs into the init script"
        " (`init-shadow-db` of prisma-drift.yml, `migrations.initShadowDb` of prisma.config).",
    )


SUPABASE = frozenset(
    [
        "auth",
        "storage",
        "extensions",
        "realtime",
        "vault",
        "graphql",
        "graphql_public",
        "supabase_functions",
        "supabase_migrations",
    ]
)
"""Schemas that a Supabase project has from the start, and that its script for the shadow makes."""


SUPABASE_OBJECTS = frozenset(["supabase_realtime"])
"""Other things that a Supabase project has from the start."""

EXTENSION_SCHEMAS = {
    "cron": "pg_cron",
    "net": "pg_net",
    "partman": "pg_partman",
    "pgmq": "pgmq",
    "topology": "postgis_topology",
}


def _provided(case: Case, schema: str) -> str:
    """The hint for what stands in a schema of Supabase's or of an extension's; empty for others."""
    if extension := EXTENSION_SCHEMAS.get(schema):
        return (
            f'The schema comes with the extension `{extension}`: put CREATE EXTENSION IF NOT EXISTS "{extension}" in front.'
            + lacking(case, extension, said=False)
        )
    return _supabase(f"schema `{schema}`") if schema in SUPABASE else ""


def _supabase(what: str) -> str:
    return (
        f"Supabase has a {what}: write `init-shadow-db: supabase` into prisma-drift.yml, and what its projects"
        " have from the start is there before the first migration. For another host, make it in the init script."
    )


def role(case: Case) -> Cause | None:
    found = case.find(r'^role "(.+)" does not exist')
    if not found:
        return None
    return Cause(
        "role-missing",
        _who(case, rf"create\s+(role|user|group)\s+{identifier(found[1])}", f"role `{found[1]}`"),
        f"Roles belong to a server, not to a database: make it in the init script (`init-shadow-db` of prisma-drift.yml,"
        f" `migrations.initShadowDb` of prisma.config): CREATE ROLE {quoted(found[1])};",
    )


def column(case: Case) -> Cause | None:
    if case.sqlstate != "42703":
        return None
    found = case.find(
        r'column "(.+?)" of relation "(.+)" does not exist|column "?(.+?)"? (?:named in key )?does not exist'
    )
    if not found:
        return None
    name = unquoted(found[1] or found[3])[1]
    table = unquoted(found[2])[1] if found[2] else _table_of(case.statement)
    owner = f" of `{table}`" if table else ""
    place = identifier(table) if table else r"\S+"
    pattern = (
        rf"create\s+table\s+(if\s+not\s+exists\s+)?{place}.*?{_bare(name)}"
        rf"|alter\s+table\s+(if\s+exists\s+)?(only\s+)?{place}.*?(add\s+(column\s+)?(if\s+not\s+exists\s+)?|\sto\s+){_bare(name)}"
    )
    move = _behind(case, f"(?s:{pattern})")
    if not move and (close := _near_column(case, table, name)) and _nobody(case, f"(?s:{pattern})"):
        return Cause(
            "column-missing-in-history",
            f"No migration adds the column `{name}`{owner}; there is a column `{close}`.",
            f"Write {quoted(close)}, if that is meant.",
        )
    return Cause(
        "column-missing-in-history",
        _who(case, f"(?s:{pattern})", f"column `{name}`{owner}", made="adds"),
        move
        or f'Add the column in a migration before this one (ALTER TABLE … ADD COLUMN IF NOT EXISTS "{name}" …), so that a'
        " database that has it already is left alone.",
    )


def table(case: Case) -> Cause | None:
    found = case.find(r'^(?:relation|table|view|sequence) "(.+)" does not exist')
    if case.sqlstate != "42P01" or not found:
        return None
    wanted, name = unquoted(found[1])
    homes = case.rows(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE lower(c.relname) = lower(%s) AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND n.nspname NOT LIKE 'pg_toast%%' ORDER BY c.relname <> %s, 1, 2",
        name,
        name,
    )
    if homes:
        schema_name, actual = str(homes[0][0]), str(homes[0][1])
        if actual != name and schema_name in (wanted, case.default_schema):
            return Cause(
                "name-case",
                f"There is a table `{actual}`: without quotes a name is read in lower case.",
                f'Write "{actual}" with quotes.',
            )
        return Cause(
            "table-missing-in-history",
            f"`{actual}` exists in the schema `{schema_name}`, while the statement looks in `{wanted or case.default_schema}`.",
            f'Write "{schema_name}"."{actual}".',
        )
    pattern = (
        r"create\s+(global\s+|local\s+|temp\w*\s+|unlogged\s+|foreign\s+|or\s+replace\s+|materialized\s+|recursive\s+)*"
        rf"(table|view|sequence)\s+(if\s+not\s+exists\s+)?{identifier(name)}|alter\s+table.*\srename\s+to\s+{identifier(name)}"
    )
    return Cause("table-missing-in-history", *_table_words(case, pattern, found[1], name))


def _table_words(case: Case, pattern: str, shown: str, name: str) -> tuple[str, str]:
    """Who makes the table, and what to do."""
    words = _who(case, pattern, f"table `{shown}`")
    if move := _behind(case, pattern):
        return words, move
    earlier, later = case.stated(pattern)
    if earlier or later:
        return words, "Put what makes the table in front of this statement, or take the statement out."
    if close := _near_table(case, name):
        return f"No migration creates the table `{shown}`; there is a table `{close}`.", (
            f"Write {quoted(close)}, if that is meant."
        )
    if case.stated(r"create\s+(?:unlogged\s+)?table\b")[0]:
        return words, (
            "Add a migration before this one that creates it as it was then, and mark it as applied where the table exists"
            " (`npx prisma migrate resolve --applied NAME`)."
        )
    folder = case.files[case.number].file.rpartition("/")[0].rpartition("/")[0] or "."
    return f"{words} Nothing is created before this migration: the history has no baseline.", (
        f"Put a baseline in the place of the migrations whose changes the schema holds: `{typed('mkdir', '-p', folder + '/0_init')}`, then"
        f" `{typed('prisma-drift', 'diff', '--from', 'empty', '--to', case.schema_file, '--script', '--output', folder + '/0_init/migration.sql')}`, and on every database that"
        " has the tables `npx prisma migrate resolve --applied 0_init`."
    )


def _near_table(case: Case, name: str) -> str:
    return near(
        name,
        case.names(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm')"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        ),
    )


def _near_column(case: Case, table: str, name: str) -> str:
    if not table:
        return ""
    return near(
        name,
        case.names(
            "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            " ORDER BY 1",
            table,
        ),
    )


def collation(case: Case) -> Cause | None:
    if case.primary.startswith("ICU is not supported"):
        return Cause(
            "collation-missing",
            "The embedded Postgres was built without ICU.",
            "Check with a server that has it: --shadow container or --shadow postgresql://….",
        )
    found = case.find(r'^collation "(.+?)"')
    if case.sqlstate != "42704" or not found:
        return None
    return Cause(
        "collation-missing",
        f"The shadow server has no collation `{found[1]}`: collations come from the operating system and from ICU.",
        "Check with a server that has it: --shadow container or --shadow postgresql://….",
    )


def other(case: Case) -> Cause | None:
    """Types, functions, indexes, constraints, triggers…: everything else that is looked up by name."""
    found = case.find(
        r'^(type|index|constraint|trigger|sequence|function|publication|language|policy|rule|view) "?([^"( ]+)'
    )
    if case.sqlstate not in ("42704", "42883", "42P01") or not found or "does not exist" not in case.primary:
        return None
    kind, name = found[1], unquoted(found[2])[1]
    verb = rf"add\s+constraint\s+{_bare(name)}" if kind == "constraint" else ""
    pattern = (
        rf"(?s:alter\s+table.*{verb}|create\s+table.*constraint\s+{_bare(name)})"
        if verb
        else rf"create\s+(or\s+replace\s+|unique\s+|constraint\s+|trusted\s+)*{kind}\s+(concurrently\s+)?(if\s+not\s+exists\s+)?{identifier(name)}"
    )
    id = (
        f"{kind}-missing-in-history"
        if kind in ("type", "function", "index", "constraint")
        else "object-missing-in-history"
    )
    if _nobody(case, pattern) and (close := near(name, _there(case, kind))):
        words = f"No migration creates the {kind} `{name}`; there is `{close}`."
        return Cause(id, words, f"Write {quoted(close)}, if that is meant.")
    return Cause(
        id,
        _who(case, pattern, f"{kind} `{name}`"),
        _behind(case, pattern)
        or (
            _supabase(f"{kind} `{name}`")
            if name in SUPABASE_OBJECTS
            else _provided(case, unquoted(found[2])[0])
        )
        or _create_or_skip(case),
    )


def _there(case: Case, kind: str) -> list[str]:
    """The names of what there is of a kind, outside of Postgres' own schemas."""
    found = {
        "type": "SELECT typname, typnamespace FROM pg_type WHERE typtype IN ('e', 'd') OR typtype = 'c' AND typrelid = 0",
        "index": "SELECT relname, relnamespace FROM pg_class WHERE relkind IN ('i', 'I')",
        "constraint": "SELECT conname, connamespace FROM pg_constraint WHERE contype <> 'n'",
        "trigger": "SELECT tgname, c.relnamespace FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal",
        "policy": "SELECT polname, c.relnamespace FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid",
    }.get(kind)
    if not found:
        return []
    return case.names(
        f"SELECT DISTINCT x.name FROM ({found}) AS x (name, schema) JOIN pg_namespace n ON n.oid = x.schema"  # noqa: S608 (ours)
        " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1"
    )


def label(case: Case) -> Cause | None:
    """A value that an enum has not: renamed, or put before."""
    found = case.find(r'(?s)^"(.+)" is not an existing enum label$')
    if case.sqlstate != "22023" or not found:
        return None
    close = near(found[1], case.names("SELECT DISTINCT enumlabel FROM pg_enum ORDER BY 1"))
    return Cause(
        "object-missing-in-history",
        f"No migration gives the enum the value `{found[1]}`" + (f"; there is `{close}`." if close else "."),
        f"Write '{close.replace(chr(39), chr(39) * 2)}', if that is meant."
        if close
        else "Add the value in a migration before this one (ALTER TYPE … ADD VALUE), or take the statement out.",
    )


def _create_or_skip(case: Case) -> str:
    if re.match(r"(?is)drop\b|alter\s+table\b.*\bdrop\b", case.statement):
        return "Write IF EXISTS, or add a migration before this one that creates it."
    return "Add a migration before this one that creates it."


def already_exists(case: Case) -> Cause | None:
    if case.sqlstate not in ("42P07", "42701", "42710", "42P06", "42723", "42P16"):
        return None
    found = case.find(r'"(.+?)".* already exists|multiple primary keys for table "(.+?)"')
    if not found:
        return None
    name = unquoted(found[1] or found[2])[1]
    if case.primary.startswith("role "):
        return Cause(
            "object-exists",
            "Roles belong to a server, not to a database.",
            "Create the role only where it is missing: DO block with IF NOT EXISTS … pg_roles.",
        )
    earlier, _ = case.stated(rf"(?s:(create|alter)\s.*{_bare(name)})")
    by = (
        f"It was made by {listed(earlier[:1])} already."
        if earlier
        else "It is there before the migration runs."
    )
    return Cause(
        "object-exists",
        by,
        "Remove the migration that repeats it, or write IF NOT EXISTS; a history that was squashed or baselined must not"
        " keep the old files as well.",
    )


def _bare(name: str) -> str:
    """A pattern for the name as a word, quoted or not."""
    return rf'(?:"{re.escape(name)}"|(?<![\w"]){re.escape(name)}(?![\w"]))'


def _table_of(statement: str) -> str:
    """The table that a simple statement changes."""
    found = re.search(
        r'(?is)\b(?:table|update|into|from|on)\s+(?:if\s+exists\s+|only\s+)*(?:"[^"]+"\s*\.\s*|\w+\.)?(?:"([^"]+)"|(\w+))',
        statement,
    )
    return (found[1] or found[2]) if found else ""


def _who(case: Case, pattern: str, what: str, made: str = "creates") -> str:
    """Who creates the missing object: a later migration, an earlier one (something has dropped it since), nobody."""
    earlier, later = case.stated(pattern)
    if earlier:
        return f"The {what} was made by `{earlier[-1]}`, but it is gone, or has another name, when this migration runs."
    here = case.files[case.number].name
    if later and later[0] != here:
        return f"`{later[0]}` {made} the {what}, but it comes later: the order of the folders is not the order of writing."
    if later:
        return f"The same file {made} the {what}, but further down."
    return f"No migration {made} the {what}. {PUSHED}"


def _nobody(case: Case, pattern: str) -> bool:
    return case.stated(pattern) == ([], [])


def _behind(case: Case, pattern: str) -> str:
    """The command that lets this migration run behind the one that makes what it needs; empty where none later does."""
    earlier, later = case.stated(pattern)
    file = case.files[case.number]
    if earlier or not later or later[0] == file.name or not file.name:
        return ""
    folder, _, _ = file.file.rpartition("/")
    parent = folder.rpartition("/")[0]
    new = name_behind(later[0], file.name)
    target = f"{parent}/{new}" if parent else new
    return (
        f"Let it run behind `{later[0]}`: `{typed('git', 'mv', folder, target)}`. Where it has been applied under its old name:"
        f" `{typed('prisma', 'migrate', 'resolve', '--applied', new)}`."
    )
