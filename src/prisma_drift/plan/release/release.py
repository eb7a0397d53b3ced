"""From the steps of a plan to what happens around them."""

from __future__ import annotations

from collections.abc import Sequence

from ...diff.changes import Change, CreateIndex
from ...model.hazards import Hazard
from ...model.values import frozen, replace
from ..render.context import Context
from ..render.statement import Applied, Statement
from ..steps import Step
from .held import Taken, taken

RULE = "holders-step-aside"
SEQUENCE_KEPT = "sequence-named-by-schema"


@frozen
class Release:
    """What happens around the steps, from the first of them to the last."""

    first: int = 0
    last: int = -1
    before: tuple[Statement, ...] = ()
    after: tuple[Statement, ...] = ()
    losses: tuple[tuple[Taken, Hazard], ...] = ()
    """What goes by itself with a dropped column."""
    obstacles: tuple[Hazard, ...] = ()
    """What makes the plan impossible."""
    folded: tuple[Change, ...] = ()
    """Changes of generated columns that are part of their new definitions."""
    applied: tuple[Applied, ...] = ()


def release(steps: Sequence[Step], context: Context) -> Release:
    """All that the steps' columns, tables and enums are held by."""
    all_taken = taken(steps, context) if context.corrects else []
    if not all_taken:
        return Release()
    # Most plans take nothing away, and the hook counts every import.
    from .checks import live_checks
    from .fates import fates_of, gone_anyway, in_order
    from .hazards import loss_of, obstacles_of
    from .statements import create, drop, folded_into, kept_sequences

    kept = kept_sequences(all_taken, context)
    made = frozenset(
        change.index.name for step in steps for change in step.changes if isinstance(change, CreateIndex)
    )
    fates = fates_of(all_taken, made, context)
    gone = gone_anyway(steps)
    fates = {key: fate for key, fate in fates.items() if key not in gone}
    order = in_order(fates)
    obstacles = [hazard for fate in order for hazard in obstacles_of(fate, context)]
    if obstacles:
        return Release(obstacles=tuple(obstacles))
    folded = folded_into(steps, order)
    drops = {fate.holder.key: drop(fate, fates) for fate in order}
    at = [cause.step for fate in order for cause in fate.causes if fate.steps_aside or drops[fate.holder.key]]
    at += [one.step for one, _ in kept]
    before = [
        *(statement for _, statement in kept),
        *(statement for fate in reversed(order) for statement in drops[fate.holder.key]),
    ]
    if before:
        before[0] = replace(before[0], checks=live_checks(order))
    return Release(
        first=min(at, default=0),
        last=max(at, default=-1),
        before=tuple(before),
        after=tuple(statement for fate in order for statement in create(fate, folded, context.names)),
        losses=tuple(
            (fate.causes[0], loss_of(fate)) for fate in order if fate.lost and not drops[fate.holder.key]
        ),
        folded=tuple(folded.values()),
        applied=(
            *((RULE, fate.holder.name) for fate in order if fate.steps_aside and not fate.lost),
            *((SEQUENCE_KEPT, one.words) for one, _ in kept),
        ),
    )


_BOUNDS = ("BEGIN", "COMMIT")


def around(steps: Sequence[Step], released: Release, *, whole: bool = True) -> list[Step]:
    """The rendered steps with what steps aside for them, in one transaction: half of it would leave objects missing.

    `whole`: so is a script whose steps have a transaction of their own, as the rebuilding of an enum has: behind its
    COMMIT a later statement could fail, and half of the script would stay.
    """
    found = [_with_losses(step, at, released) for at, step in enumerate(steps)]
    parts = whole and any(s.sql in _BOUNDS for step in steps for s in step.statements)
    if not released.before and not released.after and not parts:
        return found
    for at, step in enumerate(found):
        inner = tuple(s for s in step.statements if s.sql not in _BOUNDS)
        before = released.before if at == released.first else ()
        after = released.after if at == released.last else ()
        found[at] = replace(step, statements=(*before, *inner, *after))
    filled = [at for at, step in enumerate(found) if step.statements]
    first = found[filled[0]]
    found[filled[0]] = replace(first, statements=(Statement("BEGIN"), *first.statements))
    last = found[filled[-1]]
    found[filled[-1]] = replace(last, statements=(*last.statements, Statement("COMMIT")))
    return found


def _with_losses(step: Step, at: int, released: Release) -> Step:
    """Each statement with the hazards of what goes by itself in it."""
    statements = list(step.statements)
    for cause, hazard in released.losses:
        if cause.step == at and statements:
            place = next(
                (n for n, s in enumerate(statements) if cause.change in s.changes), len(statements) - 1
            )
            statements[place] = replace(statements[place], hazards=(*statements[place].hazards, hazard))
    return replace(step, statements=tuple(statements))
