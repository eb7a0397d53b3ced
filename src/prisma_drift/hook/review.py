"""One project's staged state against the commit before: what stops the commit, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..diff.changes import (
    AddColumn,
    AlterEnum,
    Change,
    CreateEnum,
    CreateTable,
    DropColumn,
    DropEnum,
    DropTable,
)
from ..diff.rules import Rules
from ..migrations.folder import order
from ..model.schema import Schema
from ..model.values import field, frozen
from ..model.version import Version
from ..replay.effect import StagedSql
from .coverage import Coverage, History, cover, cover_rewritten
from .folder import Folder, Texts, changed_names, check_folder
from .lowering import Files, lower_both
from .problems import Problem
from .projects import Project
from .search import WordSearch


@frozen
class State:
    """A project at one point: the texts of its schema files, and its migrations folder."""

    schema: Files
    """Sorted by path."""
    folder: Folder


@frozen
class Review:
    """The outcome for one project."""

    project: Project
    problems: tuple[Problem, ...]
    """Of the migrations folder; those of the schema are in `coverage`."""
    coverage: Coverage | None
    """None where neither the schema nor its migrations change."""
    names: tuple[str, ...] = ()
    """Of all migrations that there are, on the base branch too."""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """The staged migrations in the order in which they run: path → SQL, read when it is asked for."""
    edit: tuple[Files, Files] = field(default=((), ()), repr=False, compare=False)
    """The schema files before and after: what is renamed shows in how they were edited."""
    waiting: tuple[str, ...] = ()
    """Files of the work tree that would make less be missing, if they were staged."""


_REWRITTEN = ("migration-edited", "migration-renamed", "migration-deleted")


def review(
    project: Project,
    before: State,
    after: State,
    *,
    base: Mapping[str, str] | None = None,
    other: State | None = None,
    allow_edit: str = "",
    strict: bool = False,
    search: WordSearch | None = None,
) -> Review:
    """Check the step from `before` (HEAD) to `after` (the index).

    `base`: the base branch's migrations; None where HEAD is the base. `other`: the side being merged.
    `allow_edit`: why history may change, '' where it may not. `strict`: see check_folder. `search`: see History.
    """
    theirs = other.folder.migrations if other is not None else {}
    problems = check_folder(before.folder, after.folder, base, theirs, allow_edit, strict)
    edited = changed_names(before.folder, after.folder)
    added = [name for name in after.folder.migrations if name not in before.folder.migrations]
    same_schema = _same_texts(before, after)
    if not after.schema or (same_schema and not edited and not added):
        return Review(project, problems, None)
    names = tuple(sorted({*after.folder.migrations, *(base or ())}))
    stopped = any(one.id in _REWRITTEN and one.severity == "error" for one in problems)
    coverage = _coverage(project, before, after, bool(edited) and not stopped, search)
    if other is not None and (coverage.missing or coverage.refused):
        # What the other side did wrong shows against our parent only, what we did wrong against theirs only.
        also = _coverage(project, other, after, False, None)
        coverage = coverage if also.missing or also.refused else also
    texts = Texts(
        {after.folder.file(name): name for name in _ordered(after.folder, project.version)},
        after.folder.migrations.__getitem__,
    )
    edit = before.schema, after.schema
    if project.config.renames or _may_rename(coverage.missing):
        from .renames import hints_of, with_renames

        coverage = with_renames(coverage, _rules(project), hints_of(project, edit))
    return Review(project, problems, coverage, names, texts, edit)


def _may_rename(changes: Iterable[Change]) -> bool:
    """Whether something goes and something comes: most commits only add, and need not know how renames are found."""
    goes = comes = False
    for change in changes:
        goes |= isinstance(change, DropTable | DropColumn | DropEnum) or (
            isinstance(change, AlterEnum) and bool(change.removed)
        )
        comes |= isinstance(change, CreateTable | AddColumn | CreateEnum) or (
            isinstance(change, AlterEnum) and bool(change.added)
        )
    return goes and comes


def _rules(project: Project) -> Rules:
    return Rules(project.version, project.external_tables, project.external_enums)


def _same_texts(before: State, after: State) -> bool:
    return [text for _, text in before.schema] == [text for _, text in after.schema]


def _coverage(
    project: Project,
    before: State,
    after: State,
    rewritten: bool,
    search: WordSearch | None,
) -> Coverage:
    rules, version = _rules(project), project.version
    old = () if _same_texts(before, after) else before.schema
    found, expected = lower_both(old, after.schema, version, project.default_schema)
    # Where HEAD's schema is the same or cannot be read, the commit is taken not to change it.
    actual = found if isinstance(found, Schema) and (old or not before.schema) else expected
    if rewritten:
        return cover_rewritten(
            actual, expected, _sql(before.folder, version), _sql(after.folder, version), rules
        )
    known = before.folder.migrations
    staged = [_one(after.folder, name) for name in _ordered(after.folder, version) if name not in known]
    return cover(actual, expected, staged, rules, History(lambda: _sql(before.folder, version), search))


def _sql(folder: Folder, version: Version) -> list[StagedSql]:
    return [_one(folder, name) for name in _ordered(folder, version)]


def _one(folder: Folder, name: str) -> StagedSql:
    return StagedSql(name, folder.file(name), folder.migrations[name])


def _ordered(folder: Folder, version: Version) -> list[str]:
    return sorted(folder.migrations, key=lambda name: order(name, version))
