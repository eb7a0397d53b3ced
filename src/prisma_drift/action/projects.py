"""The projects of a run: where they are, whether the change concerns them, and what the check says of each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..errors import DriftError, ProjectError
from ..findings.failure import NO_PROJECT, failed
from ..git.repository import Repository, top_level
from ..github.artifact import SKIPPED
from ..model.report import Finding, Report
from ..model.source import Position
from ..model.values import frozen, replace
from ..project import Config, Flags, load_config
from ..project.accepted import NAME as ACCEPTED
from ..project.accepted import find_accepted
from ..project.settings import NAMES as SETTINGS
from ..report.paths import relative_to, with_paths
from .inputs import Inputs
from .redirected import redirecting

_MANIFESTS = {
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "prisma-drift.yml",
    "prisma-drift.yaml",
    ".prisma-drift.yml",
    ACCEPTED,
}
"""Files that say which Prisma a project has, or how it is to be checked."""
_SAYS_WHAT = re.compile(
    "|".join(map(re.escape, (*SETTINGS, ACCEPTED)))
    + r"|prisma7?\.config\.[cm]?[jt]s|\.config/prisma7?(?:\.config)?\.[cm]?[jt]s"
)
"""Names, from the project's folder or one above, of files that say what is compared and where it lies."""
_READ_BY_NAME = _MANIFESTS | {".env", "schema.prisma", "migration.sql", "migration_lock.toml"}


@frozen
class Outcome:
    """What came of one project."""

    path: str
    """Its folder, as the command line takes it."""
    report: Report
    config: Config | None = None
    """None where the settings could not be read."""


def locate(
    inputs: Inputs, workspace: Path, env: Mapping[str, str], project: str
) -> tuple[Config, ...] | Outcome:
    """The settings of one line of `projects`, or the Outcome that says why there are none."""
    base = workspace / inputs.working_directory
    path = base / project
    try:
        _inside(path, workspace)
        _refuse_links(path, workspace)
        flags = Flags(
            path=str(path),
            schema=_under(path, inputs.schema),
            migrations=_under(path, inputs.migrations),
            default_schema=inputs.default_schema or None,
            prisma_version=inputs.prisma_version or None,
            shadow=inputs.shadow,
            config=str(base / inputs.config) if inputs.config else None,
        )
        configs = load_config(flags, env)
        for config in configs:
            _guard(config, workspace)
        return tuple(_rooted(config, workspace) for config in configs)
    except DriftError as error:
        return Outcome(project, _failed(error, workspace, _shown(path, workspace)))


def since(config: Config, commit: str) -> Config:
    """The config that has the branch's own migrations looked at, where git knows the commit that it is based on.

    A checkout without history (`fetch-depth: 1`) does not; the check goes on without.
    """
    top = top_level(config.project) if commit and config.base is None and config.migrations else None
    if top is None:
        return config
    try:
        known = Repository(top).merge_base(commit) is not None
    except DriftError:
        known = False
    return replace(config, base=commit) if known else config


def check(config: Config, run: Callable[[Config], Report]) -> Outcome:
    path = config.shown(config.project)
    try:
        return Outcome(path, run(config), config)
    except DriftError as error:
        return Outcome(path, _failed(error, config.root, config.shown(config.schema)), config)


def settings_changed(outcome: Outcome, changed: frozenset[str] | None, *, proposal: bool) -> Outcome:
    """With a finding where the very change that is checked also changes what is checked: the settings are the branch's own.

    `changed`: None where the changed files are not known; `proposal`: a pull request or merge group, which somebody
    could stop.
    """
    config = outcome.config
    if config is None:
        return outcome
    if changed is None:
        names = _hiding(config) if proposal else []
        said = "Whether this change also changes {}, which {} what is compared and what is accepted, is not known here."
    else:
        names = _changed_settings(config, changed)
        said = "This change also changes {}, which {} what is compared and what is accepted."
    if not names:
        return outcome
    finding = Finding(
        "settings-changed",
        "warning",
        "",
        said.format(", ".join(names), "says" if len(names) == 1 else "say"),
        "Look at what it leaves out now (`tables.external`, `enums.external`, `projects`, `init-shadow-db`, accepted findings)"
        " and which schema it names before you merge.",
        position=Position(names[0], 1),
    )
    return replace(outcome, report=replace(outcome.report, findings=(*outcome.report.findings, finding)))


def _changed_settings(config: Config, changed: frozenset[str]) -> list[str]:
    own = {config.shown(config.settings)} if config.settings else set()
    places = [config.shown(place) for place in (config.project, *config.project.parents)]
    heads = ["" if place == "." else f"{place}/" for place in places if not place.startswith("..")]
    found = (
        name
        for name in changed
        if name in own
        or any(name.startswith(head) and _SAYS_WHAT.fullmatch(name[len(head) :]) for head in heads)
    )
    return sorted({*found, *redirecting(config, changed)})


def _hiding(config: Config) -> list[str]:
    """The files that keep something from being compared, or from counting."""
    accepted = find_accepted(config)
    found = [config.settings] if config.settings and _leaves_out(config) else []
    return [config.shown(file) for file in (*found, *([accepted] if accepted else []))]


def _leaves_out(config: Config) -> bool:
    return bool(config.external_tables or config.external_enums or config.init_sql)


def _failed(error: DriftError, root: Path, schema: str) -> Report:
    return with_paths(failed(error, replace(NO_PROJECT, schema=schema)), relative_to(root))


def skipped(config: Config) -> Outcome:
    """The outcome of a project of which nothing is changed."""
    project = replace(NO_PROJECT, schema=config.shown(config.schema), name=config.name)
    return Outcome(config.shown(config.project), Report(SKIPPED, project), config)


def concerned(config: Config, changed: frozenset[str]) -> bool:
    """Whether any changed file can change what the check says of the project."""
    places = [config.shown(config.schema)]
    if config.migrations is not None:
        places.append(config.shown(config.migrations))
    elif config.schema.is_file():
        places.append(config.shown(config.schema.parent))
    for name in changed:
        base = name.rpartition("/")[2]
        if base in _MANIFESTS or base.startswith("prisma.config.") or name.startswith(".github/"):
            return True
        if any(name == place or name.startswith(place + "/") or place == "." for place in places):
            return True
    return False


def _rooted(config: Config, workspace: Path) -> Config:
    """With the checkout as root also where it came without git's folder (actions/checkout without a git program)."""
    return config if (config.root / ".git").exists() else replace(config, root=workspace)


def _under(path: Path, given: str) -> str | None:
    return str(path / given) if given else None


def _shown(path: Path, workspace: Path) -> str:
    return Path(os.path.relpath(path, workspace)).as_posix()


def _inside(path: Path, workspace: Path) -> None:
    """Refuse what lies outside the checkout or in git's own folder, which holds the job's token."""
    resolved, top = path.resolve(), workspace.resolve()
    if resolved != top and top not in resolved.parents:
        raise ProjectError(
            f"{_shown(path, workspace)} leads out of the repository.",
            id="path-outside",
            hint="Schema, migrations and settings must lie in the checkout; links out of it are not followed.",
        )
    if ".git" in resolved.relative_to(top).parts:
        raise ProjectError(
            f"{_shown(path, workspace)} leads into git's own folder.",
            id="path-outside",
            hint="Schema, migrations and settings must be files of the repository.",
        )


def _refuse_links(project: Path, workspace: Path) -> None:
    """Refuse links out of the checkout among the files that are read by name, from the project up to the top."""
    folder = project if project.is_dir() else project.parent
    while folder not in (workspace.parent, folder.parent):
        for link in _links(folder):
            name = link.name
            if name in _READ_BY_NAME or name.endswith(".prisma") or name.startswith("prisma.config."):
                _inside(link, workspace)
        folder = folder.parent


def _guard(config: Config, workspace: Path) -> None:
    """Refuse a schema or migrations folder of which anything lies elsewhere."""
    for place in filter(None, (config.schema, config.migrations, config.settings)):
        _inside(place, workspace)
        for folder, _, _ in os.walk(place):
            for link in _links(Path(folder)):
                _inside(link, workspace)


def _links(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(Path(entry.path) for entry in entries if entry.is_symlink())
    except OSError:
        return
