"""The roles of a private server, and what the one that runs migrations may do."""

from __future__ import annotations

ADMIN = "prisma_drift_admin"
"""The bootstrap superuser; has a random password, and no migration runs as it."""

ROLE = "postgres"
"""Runs the migrations. It is no superuser; its name is the one that dumps and hosted databases have as owner."""

SETTINGS = (
    "session_replication_role",
    "log_statement",
    "log_min_duration_statement",
    "log_min_messages",
    "log_duration",
    "track_functions",
    "track_io_timing",
    "lc_messages",
)
"""Superusers' settings that migrations and dumps set, and that harm nobody."""


def setup_sql(major: int) -> str:
    """One message that makes the role in `template1`, so that every new database has what it needs."""
    statements = [
        # BYPASSRLS and CREATEDB only so that it may make roles that have them
        f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEROLE CREATEDB BYPASSRLS NOREPLICATION",
        f"GRANT pg_monitor TO {ROLE} WITH ADMIN OPTION",
        # whoever owns plpgsql may comment on it, as every dump does
        "DROP EXTENSION plpgsql",
        f"GRANT CREATE ON DATABASE template1 TO {ROLE}",
        f"SET ROLE {ROLE}",
        "CREATE EXTENSION plpgsql WITH SCHEMA pg_catalog",
        "RESET ROLE",
        f"REVOKE CREATE ON DATABASE template1 FROM {ROLE}",
    ]
    if major >= 15:
        statements += [f"GRANT SET ON PARAMETER {', '.join(SETTINGS)} TO {ROLE}"]
    else:
        statements += [f"ALTER SCHEMA public OWNER TO {ROLE}"]
    statements += [_self_grant(major)] if major >= 16 else []
    return ";\n".join(statements)


def tidy_sql(major: int) -> str:
    """Undoes what migrations did to the server itself: roles that no database needs any more, settings of the role."""
    return f"""
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND oid <> 10 AND rolname <> '{ROLE}' LOOP
    BEGIN
      EXECUTE format('DROP ROLE %I', name);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL;
    END;
  END LOOP;
END $$;
ALTER ROLE {ROLE} RESET ALL;
{_self_grant(major)}"""  # noqa: S608  constants


def _self_grant(major: int) -> str:
    """Roles that it makes are its own to use, as a superuser's are; before 16 they are anyway."""
    return f"ALTER ROLE {ROLE} SET createrole_self_grant = 'set, inherit'" if major >= 16 else ""


OWNED_CATALOGS = {
    "pg_class": "relowner",
    "pg_collation": "collowner",
    "pg_foreign_data_wrapper": "fdwowner",
    "pg_opclass": "opcowner",
    "pg_operator": "oprowner",
    "pg_opfamily": "opfowner",
    "pg_proc": "proowner",
    "pg_ts_config": "cfgowner",
    "pg_ts_dict": "dictowner",
    "pg_type": "typowner",
}
"""Catalogs of things that extensions bring, and the column of their owner."""


def hand_over_sql() -> str:
    """Makes the role the owner of what trusted extensions made as the administrator, so that it may move them.

    Postgres asks for that in ALTER EXTENSION … SET SCHEMA. The bootstrap superuser's ownership is noted nowhere else.
    """
    return ";\n".join(
        f"UPDATE pg_catalog.{catalog} SET {column} = '{ROLE}'::regrole WHERE {column} = 10 AND oid IN"  # noqa: S608  constants
        f" (SELECT objid FROM pg_catalog.pg_depend WHERE deptype = 'e' AND classid = 'pg_catalog.{catalog}'::regclass)"
        for catalog, column in OWNED_CATALOGS.items()
    )
