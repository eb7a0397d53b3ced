"""What becomes of each object that holds something which a plan changes: it stays, steps aside, or is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...diff.changes import DropForeignKey, DropIndex
from ...model.holders import Holder, Holders
from ...model.values import field, mutable, replace
from ..render.context import Context
from ..steps import Step
from .fits import definition_for
from .held import Taken

REBUILT_BY_POSTGRES = frozenset(
    ["index", "check", "exclusion", "unique", "primary key", "foreign key", "statistics"]
)
"""Kinds that follow a column's change of type by themselves, as long as they fit."""
_EXPENDABLE = frozenset(["index", "statistics"])
"""Kinds that hold no rule and no rows: one that no longer fits goes, and is told."""


@mutable
class Fate:
    """What becomes of one holder."""

    holder: Holder
    causes: list[Taken] = field(default_factory=list)
    steps_aside: bool = False
    """It is dropped and made again."""
    lost: str = ""
    """Why it cannot come back; empty where it can."""
    definition: str = ""
    """That of an index for its column's new type."""


def fates_of(all_taken: Iterable[Taken], made: frozenset[str], context: Context) -> dict[str, Fate]:
    """By key: what is touched directly, then what depends on what is dropped."""
    holders = context.holders or Holders()
    unfit = dict(holders.unfit)
    fates: dict[str, Fate] = {}
    for one in all_taken:
        if one.how == "dropped" and not context.preserve:
            # What cannot come back is dropped only where somebody is told.
            continue
        for holder in holders.found:
            if _held(holder, one):
                _touch(fates.setdefault(holder.key, Fate(holder)), one, made, context)
    fates = {key: fate for key, fate in fates.items() if fate.steps_aside or fate.lost}
    pending = list(fates)
    while pending:
        needed = fates[pending.pop(0)]
        for holder in holders.found:
            if not any(other.key == needed.holder.key for other in holder.objects):
                continue
            fate = fates.setdefault(holder.key, Fate(holder))
            had = (fate.steps_aside, fate.lost, len(fate.causes))
            fate.causes = list(dict.fromkeys([*fate.causes, *needed.causes]))
            fate.steps_aside = fate.steps_aside or needed.steps_aside
            fate.lost = fate.lost or (f"the {needed.holder.kind} {needed.holder.name}" if needed.lost else "")
            if had != (fate.steps_aside, fate.lost, len(fate.causes)):
                pending.append(holder.key)
    for key, reason in unfit.items():
        if key in fates and not fates[key].lost and fates[key].holder.kind in _EXPENDABLE:
            fates[key].lost = reason
    return fates


def _held(holder: Holder, taken: Taken) -> bool:
    if taken.how == "rebuilt":
        # Columns' defaults are dropped and set again with the enum itself.
        return taken.name in holder.enums and holder.kind != "default"
    return any(held.table == taken.name and held.column == taken.column for held in holder.columns)


def _touch(fate: Fate, taken: Taken, made: frozenset[str], context: Context) -> None:
    """`made`: names of the indexes that the plan itself creates."""
    holder = fate.holder
    released = context.holders.released if context.holders is not None else ()
    by_itself = holder.kind in REBUILT_BY_POSTGRES and holder.key not in released
    if taken.how == "dropped":
        if not taken.column and (holder.table == taken.name or _falls_with(holder, taken)):
            # A part of the table, whose loss is the table's.
            return
        fate.lost = fate.lost or f"the {'column' if taken.column else 'table'} {taken.words}"
    elif taken.how == "recreated":
        if holder.kind in ("primary key", "foreign key"):
            # The differ's own changes make them again.
            return
        if holder.kind in ("index", "unique"):
            # The plan makes again what fits any type (corrections/lost_indexes.py), and what the schema declares.
            if _own_name(holder) in made:
                return
            fate.lost = fate.lost or f"the column {taken.words}, which is made anew"
        else:
            fate.steps_aside = True
    elif taken.how == "rebuilt":
        fate.steps_aside = True
    else:
        if holder.kind == "index" and taken.becomes is not None:
            extensions = (*context.actual.extensions, *context.expected.extensions)
            fits = definition_for(_with(holder, fate.definition), taken.column, taken.becomes, extensions)
            if fits is None:
                fate.steps_aside = True
                fate.lost = fate.lost or (
                    f"no {holder.method} index with its operator class serves the new type of {taken.words}"
                )
            elif fits != (fate.definition or holder.definition):
                fate.steps_aside = True
                fate.definition = fits
        # Postgres makes extended statistics anew without their target.
        if not by_itself or (holder.kind == "statistics" and holder.after):
            fate.steps_aside = True
    fate.causes.append(taken)


def _own_name(holder: Holder) -> str:
    table = holder.table
    if table is None:
        return holder.name
    return holder.name.removeprefix(f"{table.schema}." if holder.kind == "index" else f"{table}.")


def _with(holder: Holder, definition: str) -> Holder:
    return replace(holder, definition=definition) if definition else holder


def falls(fate: Fate) -> bool:
    """Whether it goes by itself with what it is lost with."""
    gone = [cause for cause in fate.causes if cause.how in ("dropped", "recreated")]
    return any(_falls_with(fate.holder, cause) for cause in gone)


def _falls_with(holder: Holder, taken: Taken) -> bool:
    return any(
        held.falls and held.table == taken.name and held.column == taken.column for held in holder.columns
    )


def gone_anyway(steps: Sequence[Step]) -> set[str]:
    """Keys of indexes and foreign keys that the plan drops as changes of their own."""
    found = set()
    for step in steps:
        for change in step.changes:
            if isinstance(change, DropIndex):
                table = change.table.actual.name
                found |= {f"index {table.schema}.{change.index.name}", f"unique {table}.{change.index.name}"}
            elif isinstance(change, DropForeignKey):
                found.add(f"foreign key {change.table.name}.{change.key.name}")
    return found


def in_order(fates: dict[str, Fate]) -> list[Fate]:
    """What is needed before what needs it; else by kind and name, so that the order never varies."""
    found: list[Fate] = []
    placed: set[str] = set()
    waiting = sorted(fates.values(), key=lambda fate: (_place(fate.holder.kind), fate.holder.name))
    while waiting:
        ready = next(
            (f for f in waiting if all(o.key in placed or o.key not in fates for o in f.holder.objects)),
            waiting[0],
        )
        waiting.remove(ready)
        placed.add(ready.holder.key)
        found.append(ready)
    return found


_ORDER = (
    "generated column",
    "primary key",
    "unique",
    "exclusion",
    "index",
    "check",
    "foreign key",
    "statistics",
    "function",
)


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
