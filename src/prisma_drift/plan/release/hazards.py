"""What is told of the objects that cannot come back."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.hazards import Hazard
from ...model.holders import Holder, Holders
from ..render.context import Context
from .fates import REBUILT_BY_POSTGRES, Fate, falls

LOST = "object-lost"
IN_THE_WAY = "object-in-the-way"


def obstacles_of(fate: Fate, context: Context) -> Iterator[Hazard]:
    holder, cause = fate.holder, fate.causes[0]
    unfit = dict((context.holders or Holders()).unfit).get(holder.key, "")
    declared = _declared(holder, context) and bool(fate.lost)
    if declared:
        why = f"The schema declares it, and it is computed from what goes: {fate.lost}."
    elif holder.obstacle:
        why = f"{holder.obstacle}, so it is neither dropped nor made again here."
    elif unfit and not fate.lost:
        why = f"As it is now it does not fit what the column becomes: {unfit}."
    else:
        return
    verb = {"dropped": "is dropped", "rebuilt": "is rebuilt"}.get(cause.how, "changes its type")
    yield Hazard(
        IN_THE_WAY,
        "error",
        holder.name,
        f"The {holder.kind} `{holder.name}` depends on `{cause.words}`, which {verb}. {why}",
        hint=_recipe(holder),
    )


def _declared(holder: Holder, context: Context) -> bool:
    if holder.kind != "generated column" or holder.table is None:
        return False
    table = context.expected.table(holder.table)
    return table is not None and table.column(holder.column) is not None


def _recipe(holder: Holder) -> str:
    if not holder.drop:
        return "Change it so that it no longer depends on that, in a migration before this one."
    text = f"Drop it in a migration before this one, and make it anew, as it shall be, in one after it: {holder.drop};"
    return f"{text} {holder.definition};" if holder.definition else text


def loss_of(fate: Fate) -> Hazard:
    """What goes for good."""
    holder = fate.holder
    if fate.lost.startswith(("the ", "no ")):
        message = f"The {holder.kind} `{holder.name}` goes"
        message += f" with {fate.lost}." if fate.lost.startswith("the ") else f": {fate.lost}."
    else:
        message = f"The {holder.kind} `{holder.name}` goes, since it does not fit the new type: {fate.lost}."
    severity = "warning" if falls(fate) or holder.kind in REBUILT_BY_POSTGRES else "error"
    return Hazard(LOST, severity, holder.name, message, hint=f"It was made by: {holder.definition};")
