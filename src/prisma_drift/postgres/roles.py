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
    if major >= 16:
        # roles that it makes are its own to use, as a superuser's are
        statements += [f"ALTER ROLE {ROLE} SET createrole_self_grant = 'set, inherit'"]
    return ";\n".join(statements)


TIDY_SQL = """
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND oid <> 10 AND rolname <> 'postgres' LOOP
    BEGIN
      EXECUTE format('DROP ROLE %I', name);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL;
    END;
  END LOOP;
END $$
"""
"""Removes roles that migrations made and no database needs any more: a later run makes them again."""
