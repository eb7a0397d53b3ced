"""The hook's run once something relevant is staged: options, projects, review, output."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..git.run import staged_changes
from ..model.commands import typed
from ..model.values import replace
from ..model.workflow import inert
from ..project import Flags
from ..project.snapshot import Snapshot, take_snapshot
from .options import Options, from_environment
from .output import Shown, hazard_lines, show
from .problems import Problem, problems_of
from .projects import Project, find_projects
from .review import Review, State, review
from .search import files_with
from .states import base_migrations, moved_from, other_side, state_in

if TYPE_CHECKING:
    from .prove import Offer


def run(argv: Sequence[str], staged: bytes | None) -> int:
    """Check what is staged (`git diff --cached --raw -z`); the exit status."""
    try:
        return _run(_options(argv), staged)
    except DriftError as error:
        show(problems_of(error), (), ())
        return EXIT_ERROR
    except Exception as error:
        if os.environ.get("PRISMA_DRIFT_DEBUG"):
            raise
        message = f"prisma-drift itself failed at this: {type(error).__name__}: {error}."
        hint = "PRISMA_DRIFT_DEBUG=1 shows where; `git commit --no-verify` goes on without the check."
        show([Problem("internal-error", "", 0, message, hint)], (), ())
        return EXIT_ERROR


def _options(argv: Sequence[str]) -> Options:
    options = from_environment(os.environ)
    if not argv:
        return options
    from .arguments import parse

    return parse(argv, options)


def _run(options: Options, staged: bytes | None) -> int:
    snapshot = take_snapshot(staged)
    if snapshot.unmerged:
        path = snapshot.unmerged[0]
        raise DriftError(
            f"{path} is still in conflict.", hint=f"Resolve it, then `git add {path}`.", id="unmerged"
        )
    reviews = [
        one for project in _projects(snapshot, options) if (one := _review(project, snapshot, options))
    ]
    contracts = _contracts(snapshot)
    if not options.write:
        return _report(reviews, options, contracts=contracts)
    offers = _offers(reviews)
    return _report(_written(reviews, offers, snapshot, options), options, offers, contracts)


def _projects(snapshot: Snapshot, options: Options) -> Sequence[Project]:
    flags = Flags(
        path=str(snapshot.repository.root),
        schema=options.schema,
        migrations=options.migrations,
        default_schema=options.default_schema,
        prisma_version=options.version,
    )
    return find_projects(snapshot, flags, os.environ)


def _review(project: Project, snapshot: Snapshot, options: Options) -> Review | None:
    after = state_in(project, snapshot, snapshot.index)
    if not after.schema and not after.folder.migrations:
        return None  # moved elsewhere, where it is looked at, or deleted as a whole
    before = state_in(project, snapshot, snapshot.head)
    if not before.folder.migrations and not before.schema:
        before = moved_from(project, snapshot) or before
    base = base_migrations(project, before.folder, snapshot, options.base)
    other = other_side(project, snapshot)

    def look(state: State) -> Review:
        return review(
            project,
            before,
            state,
            base=base,
            other=other,
            allow_edit=options.allow_edit,
            strict=options.strict,
            search=lambda words: files_with(words, project.migrations),
        )

    found = look(after)
    if found.coverage is None or not (found.coverage.missing or found.coverage.refused):
        return found
    from .unstaged import waiting

    return replace(found, waiting=waiting(found, before, after, snapshot.repository.root, look))


def _contracts(snapshot: Snapshot) -> list[Problem]:
    """What is wrong with projects of Prisma 8, where there may be one."""
    if not snapshot.index.ending(("contract.json", "/ops.json")):
        return []
    from .contract import contract_problems

    return contract_problems(snapshot)


def _offers(reviews: list[Review]) -> dict[str, Offer]:
    """What came of trying the missing migrations, by the project's migrations folder."""
    from .prove import prove_missing

    wanting = [one for one in reviews if one.coverage and one.coverage.missing and not one.waiting]
    return {one.project.migrations: prove_missing(one) for one in wanting}


def _written(
    reviews: list[Review], offers: Mapping[str, Offer], snapshot: Snapshot, options: Options
) -> list[Review]:
    """Writes and stages the missing migrations that were proved, then looks again."""
    from .write import write_missing

    ready = [
        one for one in reviews if one.project.migrations in offers and offers[one.project.migrations].sql
    ]
    for missing in ready:
        offer = offers[missing.project.migrations]
        print(inert("\n".join(hazard_lines(offer.hazards))), end="\n" if offer.hazards else "")
        write_missing(missing, offer.sql, snapshot.repository.root, offer.tried)
    if not ready:
        return reviews
    again = take_snapshot(staged_changes())
    return [one for project in _projects(again, options) if (one := _review(project, again, options))]


def _report(
    reviews: Sequence[Review],
    options: Options,
    offers: Mapping[str, Offer] | None = None,
    contracts: Sequence[Problem] = (),
) -> int:
    problems = list(contracts)
    shown: list[Shown] = []
    for one in reviews:
        problems += one.problems
        if one.coverage is None:
            continue
        if one.coverage.missing or one.coverage.refused:
            from .words import describe

            problems += describe(one.coverage, one.project)
        if one.coverage.missing and not one.waiting:
            shown.append(_shown(one, (offers or {}).get(one.project.migrations)))
        if not options.quiet or options.strict:
            problems += _unreadable(one, options)
    if not problems:
        return EXIT_IN_STEP
    stops = any(problem.severity == "error" for problem in problems)
    advice = _advice(reviews, problems, bool(shown) and not options.write) if stops else ()
    show(problems, shown, advice)
    sys.stdout.flush()
    return EXIT_DRIFT if stops else EXIT_IN_STEP


def _shown(review: Review, offer: Offer | None) -> Shown:
    """The missing migration, or why its SQL is not offered: it may be only where nothing can stand in its way."""
    from .held import may_be_held
    from .write import migration_file, missing_plan

    assert review.coverage is not None
    file = migration_file(review)
    if offer is not None:
        return Shown(file, hazard_lines(offer.hazards), "", f"It is not written. {offer.refusal}", offer.hint)
    plan = missing_plan(review)
    hazards = hazard_lines(plan.hazards)
    held = may_be_held(
        review.coverage.missing, review.texts, lambda words: files_with(words, review.project.migrations)
    )
    if held is not None:
        why = (
            f"Its SQL is not shown untried: {held.words} ({held.file}:{held.line}) may hold on to {held.on}."
        )
        return Shown(file, hazards, "", why)
    from ..plan.script import script

    return Shown(file, hazards, script(plan))


def _unreadable(review: Review, options: Options) -> list[Problem]:
    """What cannot be read statically: a note, or with --strict a reason to stop."""
    assert review.coverage is not None
    severity = "error" if options.strict else "note"
    found = []
    for opaque, place in review.coverage.opaque:
        message = f"Cannot tell what this does without running it ({opaque.reason}); `prisma-drift check` in CI will."
        found.append(Problem("migration-unreadable", place.file, place.line, message, "", severity))
    return found


def _advice(reviews: Sequence[Review], problems: Sequence[Problem], has_sql: bool) -> tuple[str, ...]:
    """What to type, a line each; empty where every problem has said it."""
    lines = [
        f"the work tree has what is missing, but it is not staged: git add {' '.join(map(typed, one.waiting))}"
        for one in reviews
        if one.waiting
    ]
    if has_sql:
        lines.append("prisma-drift hook --write   tries it on a database of its own, writes and stages it")
    ids = {one.id for one in problems if one.severity == "error"}
    if ids & {"migration-edited", "migration-renamed", "migration-deleted"}:
        lines.append('if history must change: PRISMA_DRIFT_ALLOW_EDIT="why" git commit')
    return tuple(lines)
