"""What a live server lacks of what pending migrations need: extensions, roles, and a time zone that decides what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..migrations.facts import CreateExtension
from ..migrations.history import Migration
from ..migrations.statements import read
from ..model.report import Finding
from ..model.source import Position
from ..postgres.catalog.inventory import Inventory
from .live import Server

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

OTHER_MAJOR = "server-other-major"
LACKING = "live-extension-unavailable"
ROLE = "live-role-missing"
ZONE = "time-zone"
_HNSW = re.compile(r"\busing\s+\"?hnsw\"?", re.IGNORECASE)


def environment_findings(
    server: Server,
    shadow_version: str,
    pending: Sequence[Migration],
    live: Connection,
    roles: Sequence[str],
    first: Inventory | None,
    after: Inventory | None,
) -> Iterator[Finding]:
    """`roles`: those that the pending migrations give rights or objects to, and do not make."""
    major = shadow_version.partition(".")[0]
    if major.isdigit() and int(major) != server.major:
        yield Finding(
            OTHER_MAJOR,
            "note",
            "",
            f"The database is on Postgres {server.version}, the shadow on {shadow_version}.",
            f"`--shadow container:{server.major}` tries everything on the same major version.",
        )
    yield from _extensions(pending, live)
    there = {str(row[0]) for row in live.execute("SELECT rolname FROM pg_catalog.pg_roles")}
    for role in roles:
        if role not in there:
            yield Finding(
                ROLE,
                "error",
                role,
                f"A pending migration needs the role {role}, which the server does not have.",
                "Make it there first: CREATE ROLE …;",
            )
    if (
        first is not None
        and after is not None
        and server.time_zone.upper() not in ("UTC", "ETC/UTC", "GMT", "ETC/GMT")
    ):
        yield from _time_zone(server, first, after)


def _extensions(pending: Sequence[Migration], live: Connection) -> Iterator[Finding]:
    wanted: dict[str, tuple[Migration, int]] = {}
    hnsw: Migration | None = None
    for migration in pending:
        if "extension" in migration.sql.lower():
            for reading in read(migration.sql):
                for fact in reading.facts:
                    if isinstance(fact, CreateExtension):
                        wanted.setdefault(fact.name, (migration, fact.line))
        if hnsw is None and _HNSW.search(migration.sql):
            hnsw = migration
    available = {
        str(row[0]): str(row[1] or row[2] or "")
        for row in live.execute(
            "SELECT name, installed_version, default_version FROM pg_catalog.pg_available_extensions"
        )
    }
    for name, (migration, line) in sorted(wanted.items()):
        if name not in available:
            yield Finding(
                LACKING,
                "error",
                name,
                f"The pending migration `{migration.name}` creates the extension {name}, which the server does not have.",
                "Install it on the server, or take a server that has it.",
                position=Position(migration.file, line),
            )
    version = available.get("vector", "")
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if hnsw is not None and numbers and numbers < (0, 5):
        yield Finding(
            LACKING,
            "error",
            "vector",
            f"The pending migration `{hnsw.name}` builds an HNSW index; pgvector {version} of the server has none (0.5.0 brought it).",
            "Update pgvector on the server: ALTER EXTENSION vector UPDATE;",
            position=Position(hnsw.file, 1),
        )


def _time_zone(server: Server, first: Inventory, after: Inventory) -> Iterator[Finding]:
    for oid, columns in first.columns.items():
        for number, column in columns.items():
            then = after.columns.get(oid, {}).get(number)
            kinds = {("with" if "with time zone" in c.type else "without") for c in (column, then) if c}
            if (
                then is None
                or "timestamp" not in column.type
                or "timestamp" not in then.type
                or len(kinds) < 2
            ):
                continue
            table = after.tables[oid]
            name = f"{table.schema}.{table.name}.{then.name}"
            yield Finding(
                ZONE,
                "warning",
                name,
                f"A pending migration turns {name} from {column.type} into {then.type}: the values are taken to be times of "
                f"{server.time_zone}, the server's time zone.",
                "Say which zone is meant: USING … AT TIME ZONE 'UTC'.",
            )


def roles_needed(shadow: Connection) -> list[str]:
    """The roles that objects of the shadow's database refer to, but the one that runs migrations and its administrator."""
    found = shadow.execute(
        "SELECT DISTINCT r.rolname FROM pg_catalog.pg_shdepend AS d JOIN pg_catalog.pg_roles AS r ON r.oid = d.refobjid"
        " WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass"
        " AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
        " AND r.rolname <> current_user AND r.rolname NOT LIKE 'pg\\_%' AND r.oid <> 10"
    )
    return sorted(str(row[0]) for row in found)
