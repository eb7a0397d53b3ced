"""From a drifting project to the migration that mends it, or to what has to be decided first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import DriftError
from ..findings.hazards import ordered, what_happens
from ..git.repository import Repository, top_level
from ..migrations.folder import order
from ..migrations.naming import next_name
from ..migrations.writing import write_migration
from ..model.counted import counted
from ..model.hazards import Hazard, Rename
from ..model.report import Report
from ..model.values import frozen
from ..plan.renames.costs import told
from ..project import Config
from . import check
from .shadow import Progress

WORKSHOP = "prisma-drift"
"""Folder in git's own folder where a migration is made before it is moved into place."""
_MOST_NAMED = 5


@frozen
class Choice:
    """What was decided beforehand."""

    name: str = "align"
    """What the migration is called after its time."""
    allow: tuple[str, ...] = ()
    """Hazards that may be: `data-loss` everywhere, `data-loss:User.name` or `data-loss:public.User.name` on one object."""
    base: str | None = None
    """The branch that this one will be merged into; None: git is asked for it."""


@frozen
class Refusal:
    """Something that has to be decided or done before the migration may be written."""

    id: str
    """The hazard's or the finding's id."""
    message: str
    hint: str
    """What to type or to do."""
    allow: str = ""
    """What `--allow` takes to go on; empty where nothing but doing it helps."""


@frozen
class Fix:
    """What would be written, or why not."""

    report: Report
    text: str = ""
    """The migration: proved SQL, with what is told of it in front; empty where there is none to write."""
    folder: str = ""
    """The name of its folder."""
    refusals: tuple[Refusal, ...] = ()
    offers: tuple[str, ...] = ()
    """What may be renames, as `--rename` takes them; only where each has one way to be."""
    unused: tuple[str, ...] = ()
    """What was allowed and applies to nothing."""
    seen: frozenset[str] = frozenset()
    """What lay in the migrations folder when the check began."""


def plan_fix(config: Config, choice: Choice, *, on_progress: Progress | None = None) -> Fix:
    """Check a project and say what a fix of it would write; nothing is written."""
    seen = _entries(config.migrations)
    report = check.run(config, on_progress=on_progress)
    if report.verdict != "drift" or config.migrations is None:
        return Fix(report)
    if not report.corrective_sql:
        return Fix(report, refusals=(_nothing_proved(report),))
    decided = [
        _decision(hazard, choice.allow) for hazard in ordered(report.hazards) if hazard.severity == "error"
    ]
    refusals = (*_lacking(config, choice.base), *(open for open in decided if open is not None))
    newest = max(seen, key=lambda name: order(name, config.version), default="")
    return Fix(
        report,
        text=warnings_block(report.hazards) + report.corrective_sql,
        folder=next_name(newest, choice.name, version=config.version),
        refusals=refusals,
        offers=offers_of(report.renames),
        unused=tuple(word for word in choice.allow if not any(_allows(word, h) for h in report.hazards)),
        seen=seen,
    )


def write_fix(config: Config, fix: Fix) -> Path:
    """Write the migration; the path of its file. Refusals are the caller's to heed.

    DriftError `migration-exists` where the folder is no longer the one that was checked: the same mend may be in it.
    """
    assert config.migrations is not None and fix.text
    came = sorted(_entries(config.migrations) - fix.seen)
    if came:
        raise DriftError(
            f"{config.shown(config.migrations / came[0])} was written while this ran, so nothing is written beside it.",
            id="migration-exists",
            hint="Run the same command again: it takes in what is there now.",
        )
    return write_migration(config.migrations, fix.folder, fix.text, workshop=workshop(config.migrations))


def _entries(migrations: Path | None) -> frozenset[str]:
    if migrations is None:
        return frozenset()
    with contextlib.suppress(OSError):
        return frozenset(entry.name for entry in migrations.iterdir() if entry.is_dir())
    return frozenset()


def workshop(migrations: Path) -> Path | None:
    """Where to make a migration before it is moved into place; None outside a repository."""
    top = top_level(migrations)
    git = top / ".git" if top else None
    return git / WORKSHOP if git is not None and git.is_dir() else None


def warnings_block(hazards: Iterable[Hazard]) -> str:
    """What is told of a migration as the comment that `prisma migrate dev` writes in front of one; empty for none."""
    said = [what_happens(hazard) for hazard in ordered(hazards) if hazard.severity != "note"]
    if not said:
        return ""
    # A name may hold what ends a comment.
    lines = "".join(f"  - {text.replace('*/', '* /').replace('/*', '/ *')}\n" for text in dict.fromkeys(said))
    return f"/*\n  Warnings:\n\n{lines}\n*/\n"


def offers_of(renames: Sequence[Rename]) -> tuple[str, ...]:
    """The open renames; none where two of them meet, since only a person can choose then."""
    open = [rename for rename in renames if not rename.sure]
    alone = len({one.source for one in open}) == len({one.target for one in open}) == len(open)
    return tuple(told(one) for one in open) if alone else ()


def _nothing_proved(report: Report) -> Refusal:
    empty = report.proof.empty
    rows = report.proof.populated
    error = (empty.error if empty else "") or (rows.error if rows else "")
    why = f" What was tried failed: {' '.join(error.split())}" if error else ""
    return Refusal(
        "nothing-proved",
        f"No migration is proved to mend this, so none is written.{why}",
        "Write it by hand from what `prisma-drift check` lists, then check again.",
    )


def _decision(hazard: Hazard, allow: Sequence[str]) -> Refusal | None:
    """The decision that a hazard leaves open; None where it is made."""
    if any(_allows(word, hazard) for word in allow):
        return None
    return Refusal(hazard.id, hazard.message, hazard.hint, f"{hazard.id}:{hazard.object}")


def _allows(word: str, hazard: Hazard) -> bool:
    """Whether `--allow word` speaks of the hazard; an object may be named without its schema."""
    id, _, object = word.partition(":")
    return id == hazard.id and (not object or hazard.object == object or hazard.object.endswith(f".{object}"))


def _lacking(config: Config, named: str | None) -> tuple[Refusal, ...]:
    """Migrations that the base branch has gained since this branch left it: a new one has to come after them."""
    assert config.migrations is not None
    top = top_level(config.migrations)
    if top is None:
        return ()
    repository = Repository(top)
    try:
        base = named or repository.default_base()
        ancestor = repository.merge_base(base) if base else None
        if base is None or ancestor is None:
            return ()
        place = config.migrations.resolve().relative_to(top.resolve()).as_posix()
        gained = _migrations(repository, base, place) - _migrations(repository, ancestor, place)
    except (DriftError, ValueError):
        if named:
            raise
        return ()
    missing = sorted(name for name in gained if not (config.migrations / name).exists())
    if not missing:
        return ()
    branch = base.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    names = ", ".join(missing[:_MOST_NAMED]) + more
    return (
        Refusal(
            "base-ahead",
            f"{branch} has {counted(len(missing), 'migration')} that this branch lacks: {names}. "
            "One written now would come before or beside them.",
            f"git merge {branch}",
        ),
    )


def _migrations(repository: Repository, revision: str, place: str) -> set[str]:
    start = f"{place}/"
    return {
        blob.path[len(start) :].partition("/")[0]
        for blob in repository.tree(revision, place)
        if blob.path.endswith("/migration.sql")
    }
