"""The roles of a private server, and what the one that runs migrations may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .database import Connection

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
    "track_counts",
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


def settle(admin: Connection, database: str, major: int) -> tuple[str, ...]:
    """Undoes what migrations did to the settings and rights to connect of their role and database; says what it was."""
    found = admin.execute(
        "SELECT unnest(setconfig) FROM pg_catalog.pg_db_role_setting WHERE setrole = %s::regrole"
        " OR setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = %s)",
        [ROLE, database],
    ).fetchall()
    changed = [str(text) for (text,) in found if not str(text).startswith("createrole_self_grant=")]
    limits = admin.execute(
        "SELECT d.datconnlimit <> -1 OR d.datacl IS NOT NULL OR NOT d.datallowconn, r.rolconnlimit <> -1 OR NOT r.rolcanlogin"
        " OR r.rolvaliduntil IS NOT NULL FROM pg_catalog.pg_database AS d, pg_catalog.pg_roles AS r"
        " WHERE d.datname = %s AND r.rolname = %s",
        [database, ROLE],
    ).fetchone()
    changed += ["a limit of connections"] if limits and any(limits) else []
    if changed:
        name = '"' + database.replace('"', '""') + '"'
        admin.execute(
            f"""
            ALTER ROLE {ROLE} RESET ALL;
            ALTER DATABASE {name} RESET ALL;
            ALTER ROLE {ROLE} IN DATABASE {name} RESET ALL;
            ALTER ROLE {ROLE} LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity';
            ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true CONNECTION LIMIT -1;
            GRANT ALL ON DATABASE {name} TO {ROLE};
            {_self_grant(major)}""".encode()
        )
    return tuple(sorted(set(changed)))
