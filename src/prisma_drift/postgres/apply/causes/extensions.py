"""Extensions that the shadow lacks, or that no migration creates."""

from __future__ import annotations

import re

from ....model.extensions import owner
from ...server.extensions import ALLOWED
from .case import Case, Cause, listed

MISNAMED = {
    "pgvector": "vector",
    "pg_vector": "vector",
    "uuid": "uuid-ossp",
    "uuid_ossp": "uuid-ossp",
    "ossp": "uuid-ossp",
    "pg_crypto": "pgcrypto",
    "trgm": "pg_trgm",
    "pgtrgm": "pg_trgm",
    "btreegin": "btree_gin",
    "btreegist": "btree_gist",
    "pg_unaccent": "unaccent",
    "ci_text": "citext",
    "timescale": "timescaledb",
    "pgcron": "pg_cron",
}
"""Names that people write, and the extension's own."""

HOMES = {
    "postgis": "the image postgis/postgis",
    "postgis_topology": "the image postgis/postgis",
    "postgis_raster": "the image postgis/postgis",
    "postgis_tiger_geocoder": "the image postgis/postgis",
    "timescaledb": "the image timescale/timescaledb",
    "timescaledb_toolkit": "the image timescale/timescaledb-ha",
    "vectorscale": "the image timescale/timescaledb-ha",
    "ai": "the image timescale/timescaledb-ha",
    "pgroonga": "the image groonga/pgroonga",
    "pg_search": "the image paradedb/paradedb",
    "pg_cron": "a server with pg_cron installed and preloaded",
    "citus": "the image citusdata/citus",
    "age": "the image apache/age",
    "pgsodium": "Supabase (supabase/postgres)",
    "supabase_vault": "Supabase (supabase/postgres)",
    "pg_graphql": "Supabase (supabase/postgres)",
    "pgjwt": "Supabase (supabase/postgres)",
    "pg_net": "Supabase (supabase/postgres)",
    "pgmq": "Supabase (supabase/postgres)",
    "http": "Supabase (supabase/postgres)",
    "wrappers": "Supabase (supabase/postgres)",
    "pg_jsonschema": "Supabase (supabase/postgres)",
    "hypopg": "Supabase (supabase/postgres)",
    "index_advisor": "Supabase (supabase/postgres)",
    "plv8": "Supabase (supabase/postgres)",
    "pg_uuidv7": "Neon, or a server with pg_uuidv7 installed",
    "vchord": "the image tensorchord/vchord-postgres",
    "vectors": "the image tensorchord/pgvecto-rs",
}
"""Where an extension can be had that is not part of Postgres."""

CONTRIB = frozenset(
    {"xml2", "sslinfo", "pageinspect", "pg_walinspect", "pg_surgery", "pg_logicalinspect", "file_fdw"}
)


def stand_in(case: Case) -> Cause | None:
    found = case.find(r"^(\w+\(\)) of (\S+) is a stand-in here")
    if not found:
        return None
    if found[2] in ("dblink", "postgres_fdw"):
        words = f"Nothing on the shadow connects to other servers, so {found[1]} of {found[2]} does nothing."
        hint = "Guard the call so that it is skipped on an empty database."
    else:
        words = f"The embedded Postgres has no OpenSSL, so {found[1]} of {found[2]} cannot be computed."
        hint = (
            "Check with a server that has the real extension: --shadow container or --shadow postgresql://…."
        )
    return Cause("extension-stand-in", words, hint)


def version_unavailable(case: Case) -> Cause | None:
    created = case.find(r'extension "(.+)" has no installation script nor update path for version "(.+?)"')
    updated = case.find(r'extension "(.+)" has no update path from version "(?:.+?)" to version "(.+?)"')
    found = created or updated
    if not found:
        return None
    has = case.names("SELECT default_version FROM pg_available_extensions WHERE name = %s", found[1])
    said = (
        f"The shadow server has `{found[1]}` {has[0]}, not {found[2]}."
        if has
        else f"The shadow server has no {found[2]} of it."
    )
    without = (
        f'CREATE EXTENSION IF NOT EXISTS "{found[1]}"' if created else f'ALTER EXTENSION "{found[1]}" UPDATE'
    )
    return Cause(
        "extension-version",
        said,
        f"Write {without} without a version, or check with a server that has it: --shadow postgresql://….",
    )


def unavailable(case: Case) -> Cause | None:
    found = case.find(
        r'extension "(.+)" is not available|permission denied to create extension "(.+)"|extension control file ".*/(.+)\.control"'
    )
    if not found:
        return None
    name = next(group for group in found.groups() if group)
    right = MISNAMED.get(name.lower())
    if right:
        return Cause(
            "extension-unavailable",
            f"There is no extension `{name}`; its name is `{right}`.",
            f'Write CREATE EXTENSION IF NOT EXISTS "{right}".',
        )
    server, hint = _server(case), _where(case, name)
    refused = "permission denied" in case.primary
    words = (
        f"{server} does not let migrations create `{name}`."
        if refused
        else f"{server} does not have `{name}`."
    )
    return Cause("extension-unavailable", words, hint)


def _server(case: Case) -> str:
    return {"embedded": "The embedded Postgres", "container": "The container's Postgres"}.get(
        case.database.kind, "The shadow server"
    )


def _where(case: Case, name: str) -> str:
    """Where an extension can be had that the shadow lacks."""
    if name in HOMES:
        return f"It comes with {HOMES[name]}: start that and check with --shadow postgresql://…."
    if case.database.kind == "local" and name in ALLOWED:
        return "Install it beside the local Postgres, or check with --shadow embedded, which has it."
    if case.database.kind != "container" and name in ALLOWED | CONTRIB:
        return "Check with --shadow container, which has Postgres' own extensions and pgvector, or with --shadow postgresql://…."
    return "Check with a server that has it: --shadow postgresql://…."


def not_created(case: Case) -> Cause | None:
    """An object of a known extension is missing, because nothing has created the extension, or in another schema."""
    name = _owner(case)
    if not name:
        return None
    homes = case.names(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = %s",
        name,
    )
    if homes:
        return Cause(
            "extension-not-created",
            f"The extension `{name}` is in the schema `{homes[0]}`, and the search_path is `{case.default_schema}` alone.",
            f"Write the object's name with its schema (`{homes[0]}.…`).",
        )
    earlier, later = case.stated(
        rf'create\s+extension\s+(if\s+not\s+exists\s+)?"?{re.escape(name)}"?(?![\w-])'
    )
    if later and later[0] != case.files[case.number].name:
        words = f"It belongs to the extension `{name}`, which {listed(later[:1])} creates, later than this migration."
    elif earlier:
        words = f"It belongs to the extension `{name}`, which {listed(earlier[-1:])} creates, but which is gone by now."
    else:
        words = f"It belongs to the extension `{name}`, which no migration creates before."
    hint = f'Put CREATE EXTENSION IF NOT EXISTS "{name}" into the first migration that needs it.'
    without = lacking(case, name)
    words += f" {_server(case)} does not have it." if without else ""
    return Cause("extension-not-created", words, hint + without)


def lacking(case: Case, name: str, *, said: bool = True) -> str:
    """Where to get an extension that the shadow's server has not, behind another sentence; empty where it has it.

    `said`: that the server has it not.
    """
    if case.names("SELECT name FROM pg_available_extensions WHERE name = %s", name):
        return ""
    return f" {'' if said else f'{_server(case)} does not have it. '}{_where(case, name)}"


def _owner(case: Case) -> str:
    """The extension that owns the missing object."""
    if case.sqlstate not in ("42704", "42883", "42P01"):
        return ""
    found = case.find(r'data type (\w+) has no default operator class for access method "(gist|gin)"')
    if found:
        return "btree_gist" if found[2] == "gist" else "btree_gin" if found[1] not in ("text",) else "pg_trgm"
    found = case.find(
        r'(type|function|operator class|access method|text search dictionary|foreign-data wrapper) "?([\w.]+)"?.* does not exist'
    )
    if not found:
        return ""
    return owner(found[1], found[2].rpartition(".")[2].lower())
