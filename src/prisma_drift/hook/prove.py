"""The missing migration, tried before it is written: on a database of our own in which the staged migrations have run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..diff.changes import Diff
from ..diff.rules import Rules
from ..diff.subject import subject
from ..errors import DriftError
from ..findings.hazards import ordered
from ..model.commands import typed
from ..model.hazards import Hazard
from ..model.report import PopulatedProof, Proof
from ..model.values import frozen, replace
from .keys import key_of
from .projects import Project
from .renames import hints_of
from .review import Review

if TYPE_CHECKING:
    from ..plan.plan import Plan
    from ..postgres.server.database import Database, Server


@frozen
class Offer:
    """A migration that was proved, or why there is none."""

    sql: str = ""
    """Empty where none is offered."""
    hazards: tuple[Hazard, ...] = ()
    """The gravest first."""
    refusal: str = ""
    hint: str = ""
    tried: str = ""
    """What was tried, in a sentence."""


def prove_missing(review: Review) -> Offer:
    """The migration for the changes that no staged migration makes, with proof; a server of our own runs meanwhile."""
    from ..postgres.server.server import parse_shadow, server

    try:
        with server(parse_shadow("embedded")) as shadow:
            database = shadow.create_database()
            rules = _migrate(review, database)
            return _proved(review, rules, shadow, database)
    except DriftError as error:
        where = f"{error.position}: " if error.position else ""
        return Offer(refusal=f"It could not be tried. {where}{error.message}", hint=error.hint)


def _migrate(review: Review, database: Database) -> Rules:
    """Run the staged migrations; the project's rules, with what its init script makes as external."""
    from ..pipeline.shadow import migrate
    from ..postgres.apply.migrations import MigrationText

    texts = [MigrationText(path.split("/")[-2], path, sql) for path, sql in review.texts.items()]
    project = review.project
    outside = migrate(
        database,
        texts,
        default_schema=project.default_schema,
        init_sql=project.config.init_sql,
        version=project.version,
    )
    return Rules(
        project.version,
        project.external_tables | outside.tables,
        project.external_enums | outside.enums,
    )


def _proved(review: Review, rules: Rules, shadow: Server, database: Database) -> Offer:
    from ..findings.proved import proved
    from ..pipeline.compare import compare
    from ..pipeline.fix import warnings_block
    from ..pipeline.populated import prove_on_rows, why_not
    from ..pipeline.prove import mend
    from ..plan.plan import build_plan

    assert review.coverage is not None
    project, expected = review.project, review.coverage.expected
    hints = hints_of(project, review.edit)
    with database.connect(default_schema=project.default_schema) as connection:
        whole = compare(connection, expected, rules, strategy="preserve", hints=hints)
    # What differed before this commit is not this migration's to change.
    missing = {key_of(change) for change in review.coverage.missing}
    mine = tuple(change for change in whole.difference.changes if key_of(change) in missing)
    others = frozenset(str(subject(change).name) for change in whole.difference.changes if change not in mine)
    if not mine:
        return Offer(refusal="Run on a database, the staged migrations make these changes already.")
    difference = Diff(mine, whole.difference.notes, whole.difference.renames)
    plan = build_plan(
        difference, whole.actual, whole.expected, rules, strategy="preserve", holders=whole.holders
    )
    comparison = replace(whole, difference=difference, plan=plan)
    comparison, proof, _ = mend(shadow, database, comparison, expected, rules, "preserve", others=others)
    hazards = ordered(comparison.plan.hazards)
    if proof is None or not proof.holds:
        return Offer("", hazards, "None is proved.")
    populated = PopulatedProof(skipped="--no-rows")
    if project.config.rows:
        # The seed of the settings is that of the work tree, not of what is staged.
        populated = prove_on_rows(shadow, database, comparison, rules)
        if not populated.holds:
            return Offer("", (why_not(comparison, populated), *hazards), "None is proved.")
    open = tuple(
        dict.fromkeys(f"{hazard.id}:{hazard.object}" for hazard in hazards if hazard.severity == "error")
    )
    if open:
        return Offer(
            "", hazards, "Something has to be decided first.", _decide(project, open, comparison.plan)
        )
    tried = f"It was {proved(Proof(proof, populated))}."
    return Offer(warnings_block(hazards) + comparison.sql, hazards, tried=tried)


def _decide(project: Project, open: tuple[str, ...], plan: Plan) -> str:
    """The commands that decide what is open."""
    from ..pipeline.fix import offers_of

    start = f"prisma-drift fix{place_of(project)}"
    loss = f"{start}{''.join(f' --allow {typed(one)}' for one in open)}"
    offers = offers_of(plan.renames)
    if not offers:
        return f"next, if all of it may be: {loss}"
    renames = "".join(f" --rename {typed(one)}" for one in offers)
    return f"next, if they are the same under new names: {start}{renames}\nor, if what is lost may be lost: {loss}"


def place_of(project: Project) -> str:
    """How `fix` is told of the project from the repository's top; empty where it finds it itself."""
    usual = ("prisma/schema.prisma", "schema.prisma", "prisma/schema", "prisma")
    return "" if project.schema in usual else f" {typed(project.schema)}"
