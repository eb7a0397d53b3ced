"""The settings as values: what was asked for (Flags) and what was found (Config)."""

from __future__ import annotations

import os
from pathlib import Path

from ..model.source import Position
from ..model.values import frozen
from ..model.version import Version


@frozen
class Flags:
    """The common flags of the command line; None stands for a flag that was not given."""

    path: str | None = None
    """A project folder, a schema folder or a schema file; the current folder where None."""
    schema: str | None = None
    migrations: str | None = None
    default_schema: str | None = None
    prisma_version: str | None = None
    shadow: str | None = None
    config: str | None = None
    quiet: bool | None = None
    strategy: str | None = None
    """plain | preserve"""
    renames: tuple[str, ...] = ()
    """`OLD=NEW`, each as it was given to --rename."""
    base: str | None = None
    """The commit or branch from which on migrations are the branch's own."""
    rows: bool | None = None
    """False with --no-rows: a mend is not tried on rows."""
    seed: str | None = None
    """As it was given to --seed."""
    cache: str | None = None
    """`off` with --no-cache; a folder in place of the user's own."""


@frozen
class Skipped:
    """A folder that looked like a project and is not checked."""

    path: str
    """Relative to the repository."""
    reason: str


@frozen
class Note:
    """Something about where a project was found that its owner should know."""

    id: str
    """kebab-case; each has a page docs/findings/<id>.md."""
    severity: str
    """warning | note"""
    message: str
    hint: str = ""
    position: Position | None = None


@frozen
class Config:
    """Everything one project's run needs to know."""

    root: Path
    """The repository's top folder, or the project where there is no repository: paths in reports are relative to it."""
    project: Path
    """The project's folder."""
    name: str
    """Its name among several (from prisma-drift.yml, else its path); empty where there is just one."""
    schema: Path
    """The schema file, or the folder of a schema in several files; it exists."""
    migrations: Path | None
    """The migrations folder; None where none was found and none was named."""
    provider: str
    """What its datasource names, as it is written; empty where there is no datasource block."""
    default_schema: str
    """Postgres' schema for models without @@schema: `?schema=` of the database's URL, else `public`."""
    version: Version
    """The version of Prisma whose rules are followed."""
    version_source: str
    """Where it came from: a flag, the environment, a file's name, or `default`."""
    version_certain: bool = False
    """It is the one that runs: said by a person, exact in package.json, locked or installed. Not the least of a range."""
    shadow: str = "embedded"
    """embedded | local | container[:MAJOR] | a postgres URL"""
    shadow_from_file: bool = False
    """The repository's settings name it, not a person: a URL then gets no PG* variable and no password file."""
    init_sql: str = ""
    """SQL to run on the shadow before the first migration (`migrations.initShadowDb`)."""
    external_tables: frozenset[str] = frozenset()
    """Tables that Prisma is told to leave alone (`tables.external`): `table` or `schema.table`."""
    external_enums: frozenset[str] = frozenset()
    external_objects: frozenset[tuple[str, str]] = frozenset()
    """(kind, name) of what else is not the migrations': what the init script made, known once it has run."""
    from_script: frozenset[str] = frozenset()
    """Those of the external tables and enums that the init script made."""
    backfill: tuple[tuple[str, str], ...] = ()
    """(`Model.field`, SQL expression): what stands in a column that becomes required, where nothing else says it."""
    strategy: str = "preserve"
    """plain | preserve"""
    renames: tuple[str, ...] = ()
    """Told renames, `OLD=NEW`: those of the settings file, then those of the command line."""
    base: str | None = None
    """Where the branch began: what its own migrations do to tables with rows is looked at."""
    allow: tuple[tuple[str, str, int], ...] = ()
    """(`ID` or `ID:OBJECT`, the reason, its line in the settings): hazards of the branch that are accepted."""
    rows: bool = True
    """Whether a mend is tried on tables with rows, too."""
    seed: Path | None = None
    """SQL whose rows are there before invented ones are added."""
    seed_from_file: bool = False
    """The repository's settings name it, not a person: no link in it leads elsewhere, and a run does not end at it."""
    fail_on: str = "error"
    """error | warning: `warning` lets warnings fail a run that finds no drift."""
    quiet: bool = False
    cache: Path | None = None
    """The folder of what earlier runs found out; None: every run starts from nothing."""
    settings: Path | None = None
    """The prisma-drift.yml that was read."""
    chosen: bool = False
    """A flag or the settings file named it, rather than the places where projects are sought."""
    notes: tuple[Note, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    """On the first of several: what looked like a project and was passed over."""

    def shown(self, path: Path | str) -> str:
        """`path` as reports write it: relative to `root`, with `/`."""
        return Path(os.path.relpath(path, self.root)).as_posix()
