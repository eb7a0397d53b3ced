"""The projects that a commit concerns, found as every other command finds them: in the index, else in HEAD."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import ProjectError
from ..migrations.folder import LOCK_FILE, MIGRATION_FILE
from ..model.values import frozen
from ..model.version import Version
from ..project import Config, Flags, load_config
from ..project.datasource import POSTGRES
from ..project.locate import entered
from ..project.snapshot import GitFiles, Snapshot, Tree

_READ = (".prisma", "package.json", *(f"prisma{major}.config.{end}" for major in ("", "7") for end in ("js", "ts", "mjs", "cjs", "mts", "cts")), "prisma-drift.yml", "prisma-drift.yaml", LOCK_FILE)  # fmt: skip
"""What finding the projects reads; fetched in one go."""
_KNOWN = ("project-no-schema", "prisma-8-contract")
"""No project of ours, and no error: nothing there, or one of Prisma 8's, which has rules of its own (contract)."""


@frozen
class Project:
    """A project as the commit sees it: paths are from the repository's top, with `/`."""

    config: Config
    schema: str
    """The schema file or folder."""
    migrations: str
    """The migrations folder."""

    @property
    def version(self) -> Version:
        return self.config.version

    @property
    def default_schema(self) -> str:
        return self.config.default_schema

    @property
    def external_tables(self) -> frozenset[str]:
        return self.config.external_tables

    @property
    def external_enums(self) -> frozenset[str]:
        return self.config.external_enums

    def holds(self, path: str) -> bool:
        """Whether a file is of its schema or of its migrations."""
        if path.startswith(self.migrations + "/") or path == self.schema:
            return True
        return path.endswith(".prisma") and (self.schema == "." or path.startswith(self.schema + "/"))


def find_projects(
    snapshot: Snapshot, flags: Flags, environment: Mapping[str, str], paths: Sequence[str] | None = None
) -> tuple[Project, ...]:
    """The Postgres projects with migrations that hold any of `paths` (all that is staged, where None), sorted by folder.

    ProjectError where one of them cannot be told.
    """
    staged = [change.path for change in snapshot.staged] if paths is None else paths
    left = [path for path in staged if _matters(path, snapshot.index)]
    changed = (change for change in snapshot.staged if _matters(change.path, snapshot.index))
    ids = {id for change in changed for id in (change.before, change.after) if id.strip("0")}
    snapshot.read(ids.union(snapshot.index.ending(_READ).values()))
    found: dict[str, Project] = {}
    for tree in (snapshot.index, snapshot.head):
        if not left:
            break
        for project in _in_tree(snapshot, tree, flags, environment, left):
            found.setdefault(project.migrations, project)
        left = [path for path in left if not any(project.holds(path) for project in found.values())]
    return tuple(found[key] for key in sorted(found) if found[key].config.provider in POSTGRES)


def project_at(snapshot: Snapshot, tree: Tree, project: Project) -> Project | None:
    """The project of the same migrations in another tree, where its schema may lie elsewhere."""
    found = _in_tree(snapshot, tree, Flags(), {}, [f"{project.migrations}/{LOCK_FILE}"])
    return next((one for one in found if one.migrations == project.migrations), None)


def _matters(path: str, index: Tree) -> bool:
    """Whether a file may be of a project: by its name, or since it lies in a folder of a migrations folder."""
    if path.endswith((".prisma", ".sql", "/" + LOCK_FILE)):
        return True
    above = posixpath.dirname(posixpath.dirname(path))
    return bool(above) and f"{above}/{LOCK_FILE}" in index


def _in_tree(
    snapshot: Snapshot, tree: Tree, flags: Flags, environment: Mapping[str, str], paths: Sequence[str]
) -> list[Project]:
    """The projects of one tree that hold any of the paths: those found from the top, then those around each path."""
    snapshot.read(tree.ending(_READ).values())
    files = GitFiles(snapshot, tree)
    root = snapshot.repository.root
    found: list[Project] = []
    failure: ProjectError | None = None
    try:
        configs = load_config(flags, environment, files)
        found = _projects(configs, files)
        chosen = _chooses(flags, environment, configs)
    except ProjectError as error:
        if _chooses(flags, environment, ()):
            if error.id in _KNOWN and tree is snapshot.head:
                return []
            raise
        failure, chosen = (None if error.id in _KNOWN else error), False
    seen: set[str] = set()
    for path in () if chosen else paths:
        folder = posixpath.dirname(path)
        while folder and not tree.has_folder(folder):
            folder = posixpath.dirname(folder)
        if not all(map(entered, folder.split("/"))) and folder:
            continue
        if folder in seen or any(project.holds(path) for project in found):
            continue
        seen.add(folder)
        try:
            around = load_config(_at(flags, root / folder), environment, files)
        except ProjectError as error:
            if error.id not in _KNOWN and _has_migrations(tree, folder, path):
                raise
            continue
        known = {project.migrations for project in found}
        found += [one for one in _projects(around, files) if one.migrations not in known]
    if failure and any(not any(project.holds(path) for project in found) for path in paths):
        raise failure
    return [project for project in found if any(map(project.holds, paths))]


def _at(flags: Flags, folder: Path) -> Flags:
    from ..model.values import replace

    return replace(flags, path=str(folder))


def _has_migrations(tree: Tree, folder: str, path: str) -> bool:
    return path.endswith("/" + MIGRATION_FILE) or tree.has_folder(posixpath.join(folder, "migrations"))


def _projects(configs: Sequence[Config], files: GitFiles) -> list[Project]:
    found = []
    for config in configs:
        schema = files.inside(config.schema)
        migrations = files.inside(config.migrations) if config.migrations else None
        if schema is not None and migrations:
            found.append(Project(config, schema or ".", migrations))
    return found


def _chooses(flags: Flags, environment: Mapping[str, str], configs: Sequence[Config]) -> bool:
    """Whether somebody said which projects there are: then no other is looked for."""
    named = flags.schema or environment.get("PRISMA_DRIFT_SCHEMA")
    return bool(named) or any(config.chosen for config in configs)
