"""Objects that exist, but not where the statement looks for them."""

from __future__ import annotations

import re

from ....migrations.split import split
from .case import Case, Cause, identifier, unquoted

_HOSTED = frozenset(
    {"auth", "storage", "extensions", "realtime", "vault", "graphql", "graphql_public", "cron", "net"}
)


def restricted_search_path(case: Case) -> Cause | None:
    """Postgres 17 and later run functions of indexes and materialized views under `pg_catalog, pg_temp`."""
    within = re.search(r'(?:SQL|PL/pgSQL) function "?([\w.]+)', case.message.context)
    missing = case.find(r'(function|relation|type|operator) "?([\w.$]+)')
    if case.sqlstate not in ("42883", "42P01", "42704") or not within or not missing or case.major < 17:
        return None
    if not re.match(
        r"(?is)create\s+(unique\s+)?index|create\s+materialized|refresh|reindex|cluster|alter", case.statement
    ):
        return None
    schema, name = unquoted(missing[2])
    if schema:
        return None
    schemas = case.names(
        "SELECT DISTINCT n.nspname FROM pg_namespace n WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND ("
        "EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND p.proname = %s)"
        " OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = %s)"
        " OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = n.oid AND t.typname = %s)) ORDER BY 1",
        name,
        name,
        name,
    )
    if not schemas:
        return None
    home = schemas[0]
    return Cause(
        "search-path-restricted",
        f"`{name}` stands in the schema `{home}`, but since Postgres 17 an index or a materialized view is built with"
        f" search_path `pg_catalog, pg_temp`, and the function `{within[1]}` names it without a schema.",
        f"Add SET search_path = {home} to that function, or write the schema before each name in it (`{home}.{name}`). Servers"
        " before 17 still apply it as it is: --shadow container:16.",
    )


_SETS_PATH = re.compile(
    r"(?i)set\s+(?:session\s+)?search_path\b|select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'search_path'"
)


def search_path_changed(case: Case) -> Cause | None:
    """A name without a schema is not found, since a statement before has emptied or changed the path, as pg_dump does."""
    found = case.find(r'^(?:relation|table|view|sequence|type|function) "?([^"(]+)')
    unnamed = case.sqlstate == "3F000" and case.primary.startswith("no schema has been selected")
    if not unnamed and (case.sqlstate not in ("42P01", "42704", "42883") or not found or "." in found[1]):
        return None
    setting = None
    for file in case.files[: case.number + 1]:
        for statement in split(file.sql):
            if _SETS_PATH.match(statement.text):
                setting = file, statement
    if setting is None:
        return None
    if not unnamed:
        there = (
            case.names(
                "SELECT n.nspname FROM pg_namespace n WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND ("
                "EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = %s)"
                " OR EXISTS (SELECT FROM pg_type t WHERE t.typnamespace = n.oid AND t.typname = %s)"
                " OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND p.proname = %s)) ORDER BY 1",
                *[found[1]] * 3,
            )
            if found
            else []
        )
        if case.default_schema not in there:
            return None
    file, statement = setting
    text = " ".join(statement.text.split())[:100]
    return Cause(
        "search-path-changed",
        f"`{text};` ({file.file}:{statement.line}) has changed the search_path, so that names without a schema are not found in"
        f" `{case.default_schema}` any more: it holds for every file after it too.",
        f"Remove line {statement.line} of {file.file}"
        + (
            ": pg_dump writes it, and Prisma needs none."
            if "set_config" in text
            else ", or set the path back at the end of that file."
        ),
    )


def default_schema(case: Case) -> Cause | None:
    """A schema's name in the SQL that is only the default schema's name of the project's own URL."""
    schema = missing_schema(case)
    if (
        not schema
        or schema in _HOSTED
        or case.stated(rf"create\s+schema\s+(if\s+not\s+exists\s+)?{identifier(schema)}") != ([], [])
    ):
        return None
    qualifier = rf'(?:"{re.escape(schema)}"|{re.escape(schema)})\s*\.\s*"?([\w$]+)'
    tables = {name for file in case.files for name in re.findall(qualifier, file.sql)}
    for table in sorted(tables):
        pattern = (
            rf'create\s+table\s+(if\s+not\s+exists\s+)?("{re.escape(table)}"|{re.escape(table)}(?![\w$.]))'
        )
        earlier, later = case.stated(pattern)
        if earlier or later:
            return Cause(
                "default-schema",
                f"The migration names the schema `{schema}`, while `{(earlier or later)[0]}` creates the table `{table}`"
                f" without one: the history was written with `{schema}` as the default schema.",
                f"Run with --default-schema '{schema}', as the `?schema=` of the project's database URL has it.",
            )
    return None


def missing_schema(case: Case) -> str:
    """The schema that does not exist: named in the message, or in front of the relation that it names."""
    found = case.find(r'^schema "(.+)" does not exist')
    if found and case.sqlstate == "3F000":
        return found[1]
    found = case.find(r'(?:relation|table|type|index) "(.+)" does not exist')
    if not found:
        return ""
    schema, _ = unquoted(found[1])
    return (
        schema if schema and not case.names("SELECT 1 FROM pg_namespace WHERE nspname = %s", schema) else ""
    )
