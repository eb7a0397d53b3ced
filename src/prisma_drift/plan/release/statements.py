"""The statements that take an object away and make it again, and those that keep a sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...diff.changes import AlterColumn
from ...model.names import QualifiedName
from ...model.schema import CatalogColumn
from ...model.types import Arity
from ..render.context import Context
from ..render.names import Names
from ..render.sequences import named_by_schema
from ..render.statement import Statement
from ..render.types import type_sql
from ..steps import Step
from .fates import Fate, falls
from .hazards import loss_of
from .held import Taken


def kept_sequences(all_taken: Iterable[Taken], context: Context) -> list[tuple[Taken, Statement]]:
    """Sequences that would go with a column that owns them, though a default of the schema counts with them."""
    found = []
    for one in all_taken:
        for sequence, owner in context.actual.sequences:
            falls = owner == one.words if one.column else owner.startswith(f"{one.words}.")
            if one.how in ("dropped", "recreated") and falls and named_by_schema(sequence, context.expected):
                name = f"{quoted(sequence.schema)}.{quoted(sequence.name)}"
                purpose = f"a default of the schema counts with {sequence}, so it stays"
                found.append((one, Statement(f"ALTER SEQUENCE {name} OWNED BY NONE", purpose)))
    return found


def drop(fate: Fate, fates: dict[str, Fate]) -> list[Statement]:
    """Nothing for what falls with another holder, or with a column that the plan drops."""
    holder = fate.holder
    if any(other.falls and other.key in fates for other in holder.objects):
        return []
    if not fate.lost:
        what = ", ".join(dict.fromkeys(cause.words for cause in fate.causes))
        return [Statement(holder.drop, purpose=f"{holder.name} depends on {what}: it is made again below")]
    if falls(fate) and not fate.steps_aside:
        return []
    return [Statement(holder.drop, hazards=(loss_of(fate),))]


def create(fate: Fate, folded: dict[str, AlterColumn], names: Names) -> Iterator[Statement]:
    if fate.lost or not fate.steps_aside:
        return
    holder, definition = fate.holder, fate.definition or fate.holder.definition
    change = folded.get(holder.key)
    if change is not None and change.actual.catalog is not None:
        definition = _generated(change, change.actual.catalog, names)
    for text in (definition, *holder.after):
        yield Statement(text, makes=holder.key)


def folded_into(steps: Sequence[Step], fates: Iterable[Fate]) -> dict[str, AlterColumn]:
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
        f"ALTER TABLE {names.altered(change.table)} ADD COLUMN {quoted(change.actual.name)} "
        f"{type_sql(change.expected.type, names)} GENERATED ALWAYS AS ({catalog.generated}) {kind}{tight}"
    )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
