"""Objects that no migration before the failing one creates, or that one has created already."""

from __future__ import annotations

import re

from .case import Case, Cause, identifier, listed, unquoted

PUSHED = "It was made outside of the migrations, most likely by `prisma db push` or by hand."


def schema(case: Case) -> Cause | None:
    found = case.find(r'^schema "(.+)" does not exist')
    if case.sqlstate != "3F000":
        return None
    if not found:
        return Cause(
            "schema-missing",
            "The search_path names no schema that exists: a migration has dropped the default schema or changed the path.",
            "Name the schema in the statement, or set the search_path back in the migration that changed it.",
        )
    name = found[1]
    return Cause(
        "schema-missing",
        _who(case, rf"create\s+schema\s+(if\s+not\s+exists\s+)?{identifier(name)}", f"schema `{name}`"),
        _provided(name)
        or f"Put CREATE SCHEMA IF NOT EXISTS {_quoted(name)} in front; what the host provides belongs into the init script"
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


def _provided(schema: str) -> str:
    """The hint for what stands in a schema of Supabase's; empty for others."""
    if schema not in SUPABASE:
        return ""
    return (
        f"Supabase has a schema `{schema}`: write `init-shadow-db: supabase` into prisma-drift.yml, and what its projects"
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
        f" `migrations.initShadowDb` of prisma.config): CREATE ROLE {_quoted(found[1])};",
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
    return Cause(
        "column-missing-in-history",
        _who(case, f"(?s:{pattern})", f"column `{name}`{owner}", made="adds"),
        f'Add the column in a migration before this one (ALTER TABLE … ADD COLUMN IF NOT EXISTS "{name}" …), so that a'
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
    return Cause(
        "table-missing-in-history",
        _who(case, pattern, f"table `{found[1]}`"),
        "Add a migration before this one that creates it (`prisma-drift diff --from empty --to prisma/schema.prisma --script` prints one for the whole schema), and"
        " mark it as applied where the table exists.",
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
    return Cause(
        f"{kind}-missing-in-history"
        if kind in ("type", "function", "index", "constraint")
        else "object-missing-in-history",
        _who(case, pattern, f"{kind} `{name}`"),
        "Add a migration before this one that creates it, or write IF EXISTS where it is only to be dropped.",
    )


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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
