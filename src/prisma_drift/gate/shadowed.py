"""What the applied migrations build on the shadow, held against the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..migrations.facts import CreateSchema
from ..migrations.history import History, Migration
from ..migrations.statements import read
from ..model.report import Finding
from ..model.values import frozen
from ..pipeline.check import migrate_project
from ..pipeline.shadow import Progress
from ..postgres.catalog.inventory import Inventory, read_inventory
from ..project import Config
from .drift import Difference, differences
from .drift_told import drift_findings
from .history import Standing
from .live import named_holders
from .mends import Mends, mends, with_renames
from .renamed import Renamed, rename_like
from .reprint import same_in_other_words

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Database, Server

_MAKES_SCHEMA = re.compile(r"create\s+schema", re.IGNORECASE)


@frozen
class Drift:
    """The database against what has run there."""

    live: Inventory
    built: Inventory
    database: Database
    """On the shadow, with what has run."""
    config: Config
    """With what the init script made, which nobody compares."""
    differences: tuple[Difference, ...] = ()
    """Those that the renames leave."""
    renames: tuple[Renamed, ...] = ()
    mends: Mends = Mends()
    findings: tuple[Finding, ...] = ()
    read: Callable[[Connection], Inventory] | None = None
    """Reads another database in the same way."""


def scope_of(config: Config, declared: Sequence[str], standing: Standing) -> tuple[str, ...]:
    """The schemas that are the project's own: the URL's, those it declares, those that its migrations make."""
    found = {config.default_schema, *declared}
    for _, sql in standing.applied:
        if _MAKES_SCHEMA.search(sql):
            found |= {
                fact.name for reading in read(sql) for fact in reading.facts if isinstance(fact, CreateSchema)
            }
    return tuple(sorted(found, key=str.encode))


def look_for_drift(
    config: Config,
    standing: Standing,
    schemas: Sequence[str],
    live: Connection,
    shadow: Server,
    on_progress: Progress | None = None,
) -> Drift:
    """Build what has run, and compare. ApplyError where a migration that ran does not run again."""
    database = shadow.create_database()
    ran = tuple(
        Migration(migration.name, migration.folder, migration.file, sql)
        for migration, sql in standing.applied
    )
    folder = str(config.migrations or "")
    config = migrate_project(config, History(folder, ran), database, on_progress)
    default = config.default_schema

    def inventory(connection: Connection) -> Inventory:
        return read_inventory(
            connection,
            default,
            schemas,
            outside_tables=config.external_tables,
            outside_objects=config.external_objects,
        )

    with named_holders(live):
        here = inventory(live)
    with database.connect(default_schema=default) as connection:
        there = inventory(connection)
        if not differences(here, there):
            return Drift(here, there, database, config, read=inventory)
        with connection.transaction(force_rollback=True):
            undone = rename_like(connection, inventory, here, there)
            found = differences(here, undone.inventory)
            found = differences(here, undone.inventory, same_in_other_words(connection, found))
            ways = Mends()
            if found:
                ways = mends(connection, inventory, default, here, undone.inventory, found)
            ways = with_renames(ways, undone.renames)
    told = tuple(drift_findings(found, ways, standing, undone.renames))
    return Drift(here, there, database, config, found, undone.renames, ways, told, inventory)
