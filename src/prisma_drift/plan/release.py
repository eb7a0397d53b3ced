"""Lets what holds a column fast step aside: dropped before the column changes, made again as it was behind it.

Postgres refuses to retype or drop a column under a view, a policy, a trigger, a generated column, a function; and what it
rebuilds by itself (indexes, checks, keys) it may find not to fit. Who depends on whom is read from the catalog
(model/holders.py), so nothing here guesses from texts. What cannot come back is told, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..diff.changes import AlterColumn, Change, CreateIndex, DropForeignKey, DropIndex
from ..model.hazards import Hazard
from ..model.holders import Holder, Holders
from ..model.names import QualifiedName
from ..model.schema import CatalogColumn
from ..model.types import Arity
from ..model.values import field, frozen, mutable, replace
from .fits import definition_for
from .held import Taken, taken
from .render.context import Context
from .render.names import Names
from .render.sequences import named_by_schema
from .render.statement import Applied, Statement
from .render.types import type_sql
from .steps import Step

RULE = "holders-step-aside"
SEQUENCE_KEPT = "sequence-named-by-schema"
LOST = "object-lost"
IN_THE_WAY = "object-in-the-way"

REBUILT_BY_POSTGRES = frozenset(
    ["index", "check", "exclusion", "unique", "primary key", "foreign key", "statistics"]
)
"""Kinds that follow a column's change of type by themselves, as long as they fit."""
_EXPENDABLE = frozenset(["index", "statistics"])
"""Kinds that hold no rule and no rows: one that no longer fits goes, and is told."""


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


@mutable
class _Fate:
    """What becomes of one holder."""

    holder: Holder
    causes: list[Taken] = field(default_factory=list)
    steps_aside: bool = False
    """It is dropped and made again."""
    lost: str = ""
    """Why it cannot come back; empty where it can."""
    definition: str = ""
    """That of an index for its column's new type."""


def release(steps: Sequence[Step], context: Context) -> Release:
    """All that the steps' columns, tables and enums are held by."""
    if not context.corrects:
        return Release()
    all_taken = taken(steps, context)
    kept = _kept_sequences(all_taken, context)
    made = frozenset(
        change.index.name for step in steps for change in step.changes if isinstance(change, CreateIndex)
    )
    fates = _fates(all_taken, made, context)
    gone = _gone_anyway(steps)
    fates = {key: fate for key, fate in fates.items() if key not in gone}
    order = _in_order(fates)
    obstacles = [hazard for fate in order for hazard in _obstacles(fate, context)]
    if obstacles:
        return Release(obstacles=tuple(obstacles))
    folded = _folded(steps, order)
    drops = {fate.holder.key: _drop(fate, fates) for fate in order}
    at = [cause.step for fate in order for cause in fate.causes if fate.steps_aside or drops[fate.holder.key]]
    at += [one.step for one, _ in kept]
    return Release(
        first=min(at, default=0),
        last=max(at, default=-1),
        before=(
            *(statement for _, statement in kept),
            *(statement for fate in reversed(order) for statement in drops[fate.holder.key]),
        ),
        after=tuple(statement for fate in order for statement in _create(fate, folded, context.names)),
        losses=tuple(
            (fate.causes[0], _loss(fate)) for fate in order if fate.lost and not drops[fate.holder.key]
        ),
        folded=tuple(folded.values()),
        applied=(
            *((RULE, fate.holder.name) for fate in order if fate.steps_aside and not fate.lost),
            *((SEQUENCE_KEPT, one.words) for one, _ in kept),
        ),
    )


def _kept_sequences(all_taken: Iterable[Taken], context: Context) -> list[tuple[Taken, Statement]]:
    """Sequences that would go with a column that owns them, though a default of the schema counts with them."""
    found = []
    for one in all_taken:
        for sequence, owner in context.actual.sequences:
            falls = owner == one.words if one.column else owner.startswith(f"{one.words}.")
            if one.how in ("dropped", "recreated") and falls and named_by_schema(sequence, context.expected):
                name = f"{_quoted(sequence.schema)}.{_quoted(sequence.name)}"
                purpose = f"a default of the schema counts with {sequence}, so it stays"
                found.append((one, Statement(f"ALTER SEQUENCE {name} OWNED BY NONE", purpose)))
    return found


def _fates(all_taken: Iterable[Taken], made: frozenset[str], context: Context) -> dict[str, _Fate]:
    """By key: what is touched directly, then what depends on what is dropped."""
    holders = context.holders or Holders()
    unfit = dict(holders.unfit)
    fates: dict[str, _Fate] = {}
    for one in all_taken:
        if one.how == "dropped" and not context.preserve:
            # What cannot come back is dropped only where somebody is told.
            continue
        for holder in holders.found:
            if _held(holder, one):
                _touch(fates.setdefault(holder.key, _Fate(holder)), one, made, context)
    fates = {key: fate for key, fate in fates.items() if fate.steps_aside or fate.lost}
    pending = list(fates)
    while pending:
        needed = fates[pending.pop(0)]
        for holder in holders.found:
            if not any(other.key == needed.holder.key for other in holder.objects):
                continue
            fate = fates.setdefault(holder.key, _Fate(holder))
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


def _held(holder: Holder, one: Taken) -> bool:
    if one.how == "rebuilt":
        # Columns' defaults are dropped and set again with the enum itself.
        return one.name in holder.enums and holder.kind != "default"
    return any(held.table == one.name and held.column == one.column for held in holder.columns)


def _touch(fate: _Fate, one: Taken, made: frozenset[str], context: Context) -> None:
    """`made`: names of the indexes that the plan itself creates."""
    holder = fate.holder
    released = context.holders.released if context.holders is not None else ()
    by_itself = holder.kind in REBUILT_BY_POSTGRES and holder.key not in released
    if one.how == "dropped":
        if not one.column and (holder.table == one.name or _falls_with(holder, one)):
            # A part of the table, whose loss is the table's.
            return
        fate.lost = fate.lost or f"the {'column' if one.column else 'table'} {one.words}"
    elif one.how == "recreated":
        if holder.kind in ("primary key", "foreign key"):
            # The differ's own changes make them again.
            return
        if holder.kind in ("index", "unique"):
            # The plan makes again what fits any type (corrections/lost_indexes.py), and what the schema declares.
            if _own_name(holder) in made:
                return
            fate.lost = fate.lost or f"the column {one.words}, which is made anew"
        else:
            fate.steps_aside = True
    elif one.how == "rebuilt":
        fate.steps_aside = True
    else:
        if holder.kind == "index" and one.becomes is not None:
            extensions = (*context.actual.extensions, *context.expected.extensions)
            fits = definition_for(_with(holder, fate.definition), one.column, one.becomes, extensions)
            if fits is None:
                fate.steps_aside = True
                fate.lost = fate.lost or (
                    f"no {holder.method} index with its operator class serves the new type of {one.words}"
                )
            elif fits != (fate.definition or holder.definition):
                fate.steps_aside = True
                fate.definition = fits
        if not by_itself:
            fate.steps_aside = True
    fate.causes.append(one)


def _own_name(holder: Holder) -> str:
    table = holder.table
    if table is None:
        return holder.name
    return holder.name.removeprefix(f"{table.schema}." if holder.kind == "index" else f"{table}.")


def _with(holder: Holder, definition: str) -> Holder:
    return replace(holder, definition=definition) if definition else holder


def _falls(fate: _Fate) -> bool:
    """Whether it goes by itself with what it is lost with."""
    gone = [cause for cause in fate.causes if cause.how in ("dropped", "recreated")]
    return any(_falls_with(fate.holder, cause) for cause in gone)


def _falls_with(holder: Holder, one: Taken) -> bool:
    return any(held.falls and held.table == one.name and held.column == one.column for held in holder.columns)


def _gone_anyway(steps: Sequence[Step]) -> set[str]:
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


def _obstacles(fate: _Fate, context: Context) -> Iterator[Hazard]:
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


def _loss(fate: _Fate) -> Hazard:
    """What goes for good."""
    holder = fate.holder
    if fate.lost.startswith(("the ", "no ")):
        message = f"The {holder.kind} `{holder.name}` goes"
        message += f" with {fate.lost}." if fate.lost.startswith("the ") else f": {fate.lost}."
    else:
        message = f"The {holder.kind} `{holder.name}` goes, since it does not fit the new type: {fate.lost}."
    severity = "warning" if _falls(fate) or holder.kind in REBUILT_BY_POSTGRES else "error"
    return Hazard(LOST, severity, holder.name, message, hint=f"It was made by: {holder.definition};")


def _in_order(fates: dict[str, _Fate]) -> list[_Fate]:
    """What is needed before what needs it; else by kind and name, so that the order never varies."""
    found: list[_Fate] = []
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


def _drop(fate: _Fate, fates: dict[str, _Fate]) -> list[Statement]:
    """Nothing for what falls with another holder, or with a column that the plan drops."""
    holder = fate.holder
    if any(other.falls and other.key in fates for other in holder.objects):
        return []
    if not fate.lost:
        what = ", ".join(dict.fromkeys(cause.words for cause in fate.causes))
        return [Statement(holder.drop, purpose=f"{holder.name} depends on {what}: it is made again below")]
    if _falls(fate) and not fate.steps_aside:
        return []
    return [Statement(holder.drop, hazards=(_loss(fate),))]


def _create(fate: _Fate, folded: dict[str, AlterColumn], names: Names) -> Iterator[Statement]:
    if fate.lost or not fate.steps_aside:
        return
    holder, definition = fate.holder, fate.definition or fate.holder.definition
    change = folded.get(holder.key)
    if change is not None and change.actual.catalog is not None:
        definition = _generated(change, change.actual.catalog, names)
    for text in (definition, *holder.after):
        yield Statement(text, makes=holder.key)


def _folded(steps: Sequence[Step], fates: Iterable[_Fate]) -> dict[str, AlterColumn]:
    """By key of a generated column that is made anew: the change of it that its new definition says already."""
    columns: dict[tuple[QualifiedName | None, str], str] = {
        (fate.holder.table, fate.holder.column): fate.holder.key
        for fate in fates
        if fate.holder.kind == "generated column" and fate.steps_aside
    }
    found = {}
    for step in steps:
        for change in step.changes:
            if isinstance(change, AlterColumn):
                key = columns.get((change.table.actual.name, change.actual.name))
                if key is not None:
                    found[key] = change
    return found


def _generated(change: AlterColumn, catalog: CatalogColumn, names: Names) -> str:
    kind = "VIRTUAL" if catalog.generated_kind == "v" else "STORED"
    tight = " NOT NULL" if change.expected.type.arity is Arity.REQUIRED else ""
    return (
        f"ALTER TABLE {names.altered(change.table)} ADD COLUMN {_quoted(change.actual.name)} "
        f"{type_sql(change.expected.type, names)} GENERATED ALWAYS AS ({catalog.generated}) {kind}{tight}"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def around(steps: Sequence[Step], released: Release) -> list[Step]:
    """The rendered steps with what steps aside for them, in one transaction: half of it would leave objects missing."""
    found = [_with_losses(step, at, released) for at, step in enumerate(steps)]
    if not released.before and not released.after:
        return found
    for at, step in enumerate(found):
        inner = tuple(s for s in step.statements if s.sql not in ("BEGIN", "COMMIT"))
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
