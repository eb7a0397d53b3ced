"""What a commit gives another name, seen between HEAD's schema and the staged one: only where a migration is missing."""

from __future__ import annotations

from collections.abc import Callable

from ..diff.compare import diff
from ..diff.rules import Rules
from ..model.values import replace
from ..plan.renames.edits import History, declarations
from ..plan.renames.stage import Hints, complete, find_renames
from .coverage import Coverage
from .keys import key_of
from .lowering import Files
from .projects import Project


def hints_of(project: Project, edit: tuple[Files, Files]) -> Hints:
    """What is told in the settings, and the edit that the commit is."""
    config = project.config
    return Hints(config.renames, _edit(project, *edit), shared=bool(config.name))


def _edit(project: Project, before: Files, after: Files) -> Callable[[frozenset[str]], History]:
    def read(_: frozenset[str]) -> History:
        return History(
            tuple(declarations([text for _, text in texts], project.version) for texts in (after, before))
        )

    return read


def with_renames(coverage: Coverage, rules: Rules, hints: Hints) -> Coverage:
    """What is missing, with what has another name as a rename.

    Not where the history accounts for a part, or statements that cannot be read may: there the whole is not known.
    """
    if coverage.unsure or coverage.opaque or coverage.refused or not coverage.missing:
        return coverage
    whole = diff(coverage.actual, coverage.expected, rules).changes
    if {key_of(change) for change in whole} != {key_of(change) for change in coverage.missing}:
        return coverage
    renaming = find_renames(coverage.actual, coverage.expected, rules, hints)
    if not renaming.renames:
        return coverage
    left = complete(diff(renaming.actual, coverage.expected, rules), renaming)
    return replace(coverage, actual=renaming.actual, left=left)
