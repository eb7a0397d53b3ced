"""Changes become a plan: ordered steps of SQL, with what to warn of and the named rules that were applied."""

from __future__ import annotations

from collections.abc import Sequence

from ..diff.changes import Change, Diff, Note
from ..diff.rules import Rules
from ..diff.sides import is_catalog
from ..diff.stored_names import with_stored_names
from ..diff.unbuildable import why_unbuildable
from ..model.schema import Schema
from ..model.values import frozen
from .corrections import correct
from .free_names import free_names_first
from .in_the_way import objects_in_the_way
from .options import Context
from .order import order
from .preserve import preserve_columns, preserve_steps
from .render.names import Names
from .render.step import render_step
from .steps import Step
from .warnings import unexecutable_texts, warning_texts

__all__ = ["Plan", "Step", "build_plan"]


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


def build_plan(
    difference: Diff, actual: Schema, expected: Schema, rules: Rules, *, strategy: str = "plain"
) -> Plan:
    """The SQL that turns `actual` into `expected`.

    `strategy` "plain" does as Prisma does wherever Prisma's SQL works; "preserve" keeps data that "plain" would lose.
    """
    if is_catalog(actual) and not rules.faithful:
        expected = with_stored_names(expected)
    names = Names(actual, expected, rules.version)
    preserve = strategy == "preserve" and not rules.faithful
    corrects = preserve or (is_catalog(actual) and not rules.faithful)
    context = Context(actual, expected, rules, names, preserve, corrects)
    changes, applied = difference.changes, []
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
    steps = []
    for block in blocks:
        step, noted = render_step(block, context)
        applied += noted
        if context.preserve:
            step, noted = preserve_steps(step, context)
            applied += noted
        if step.statements:
            steps.append(step)
    held = objects_in_the_way(steps, context) if context.corrects else []
    applied += [("object-in-the-way", name) for name, _ in held]
    return Plan(
        tuple(steps),
        warning_texts(steps, context),
        (
            *unexecutable_texts(steps, context),
            *(note.message for note in impossible),
            *(text for _, text in held),
        ),
        tuple(applied),
    )


def planned_changes(plan: Plan) -> tuple[Change, ...]:
    """All changes that a plan makes, in its order."""
    return tuple(change for step in plan.steps for change in step.changes)
