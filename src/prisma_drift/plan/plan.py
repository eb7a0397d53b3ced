"""Changes become a plan: ordered steps of SQL, with what to warn of and the named rules that were applied."""

from __future__ import annotations

from collections.abc import Sequence

from ..diff.changes import AlterColumn, Diff, Note
from ..diff.rules import Rules
from ..diff.sides import is_catalog
from ..diff.stored_names import with_stored_names
from ..diff.unbuildable import why_unbuildable
from ..model.hazards import Check, Hazard, Rename
from ..model.holders import Holders
from ..model.names import QualifiedName
from ..model.schema import Schema
from ..model.values import frozen, replace
from .corrections import correct
from .corrections.needed_extensions import extensions_there
from .free_names import free_names_first
from .hazards import with_costs
from .hazards.costs import with_its_version
from .in_the_way import objects_in_the_way
from .order import order
from .preserve import preserve_columns, preserve_steps
from .release import around, release
from .renames.costs import with_rename_costs
from .renames.rows import with_rows
from .render.context import Context, Conversion
from .render.names import Names
from .render.step import render
from .steps import Statement, Step
from .warnings import unexecutable_texts, warning_texts

__all__ = ["Plan", "Statement", "Step", "build_plan"]


@frozen
class Plan:
    """What to run, in order, and what to know of it."""

    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    """Prisma's texts on what may be lost or fail, in step order."""
    unexecutable: tuple[str, ...] = ()
    """Prisma's texts on steps that fail if there is data, in step order; then our own on what cannot work at all."""
    rules_applied: tuple[tuple[str, str], ...] = ()
    """(rule, object) for each place where the SQL is not Prisma's."""
    renames: tuple[Rename, ...] = ()
    """Objects under a new name: sure ones are moved by the plan, the others are offered."""
    obstacles: tuple[Hazard, ...] = ()
    """Why the steps cannot work, object by object; where there are any, the steps are not offered."""

    beside: tuple[Hazard, ...] = ()
    """What cannot work and is left out of the steps, or may stand in their way."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in script order."""
        return tuple(statement for step in self.steps for statement in step.statements)

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """What the statements may cost, in script order: each with its statement's number, equal ones once."""
        found = {hazard: hazard for hazard in (*self.obstacles, *self.beside)}
        for number, statement in enumerate(self.statements, start=1):
            for hazard in statement.hazards:
                found.setdefault(hazard, replace(hazard, statement=number))
        return tuple(found.values())

    @property
    def checks(self) -> tuple[Check, ...]:
        """What to count on a live database before the script is run, in script order, equal ones once."""
        checks = (check for statement in self.statements for check in statement.checks)
        return tuple(dict.fromkeys(map(with_its_version, checks)))


def build_plan(
    difference: Diff,
    actual: Schema,
    expected: Schema,
    rules: Rules,
    *,
    strategy: str = "plain",
    holders: Holders | None = None,
) -> Plan:
    """The SQL that turns `actual` into `expected`.

    `strategy` "plain" does as Prisma does wherever Prisma's SQL works; "preserve" keeps data that "plain" would lose.
    `holders` is what depends on the columns, tables and enums that change, where a catalog could be asked.
    """
    if is_catalog(actual) and not rules.faithful:
        expected = with_stored_names(expected)
    names = Names(actual, expected, rules.version)
    preserve = strategy == "preserve" and not rules.faithful
    corrects = preserve or (is_catalog(actual) and not rules.faithful)
    changes, applied = difference.changes, []
    converted: dict[tuple[QualifiedName, str], Conversion] = {}
    if any(isinstance(change, AlterColumn) for change in changes):
        from .conversions import conversions  # most plans retype nothing, and the hook counts every import

        converted = conversions(changes, names, extensions_there(actual))
    context = Context(actual, expected, rules, names, preserve, corrects, converted, holders)
    if context.preserve:
        changes, kept = preserve_columns(changes, context)
        applied += kept
    if context.corrects:
        changes, corrected = correct(changes, context)
        applied += corrected
    impossible: list[Note] = []
    if context.corrects:
        extensions = (*actual.extensions, *expected.extensions)
        notes = [why_unbuildable(change, extensions) for change in changes]
        changes = tuple(change for change, note in zip(changes, notes, strict=True) if note is None)
        impossible = [note for note in notes if note is not None]
        applied += [(note.rule, note.object) for note in impossible]
    blocks: Sequence[Step] = order(changes, context)
    if context.corrects:
        blocks, freed = free_names_first(blocks)
        applied += freed
    released = release(blocks, context)
    applied += released.applied
    steps = []
    for block in blocks:
        changes = tuple(change for change in block.changes if change not in released.folded)
        statements, noted = render(changes, context) if changes else ([], [])
        step = replace(block, changes=changes, statements=tuple(statements))
        applied += noted
        if context.preserve:
            step, noted = preserve_steps(step, context)
            applied += noted
        steps.append(with_rows(step, context))
    steps = with_costs(
        [step for step in around(steps, released, whole=context.preserve) if step.statements], context
    )
    steps = with_rename_costs(steps, difference)
    held = objects_in_the_way(steps, context) if context.corrects and holders is None else []
    applied += [("object-in-the-way", name) for name, _ in held]
    return Plan(
        tuple(steps),
        warning_texts(steps, context),
        (
            *unexecutable_texts(steps, context),
            *(note.message for note in impossible),
            *(text for _, text in held),
            *(hazard.message for hazard in released.obstacles),
        ),
        tuple(applied),
        renames=difference.renames,
        obstacles=released.obstacles if context.preserve else (),
        beside=(
            *(Hazard(note.rule, "error", note.object, note.message) for note in impossible),
            *(Hazard("object-in-the-way", "error", name, text) for name, text in held),
        ),
    )
