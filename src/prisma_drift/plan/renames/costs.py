"""What renames cost: the application that still uses the old names; and what is dropped although it may be a rename."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...diff.changes import (
    AlterEnum,
    Change,
    Diff,
    DropColumn,
    DropTable,
    MoveTable,
    RenameColumn,
    RenameEnum,
    RenameEnumValue,
    RenameTable,
)
from ...model.hazards import Hazard, Rename
from ...model.values import replace
from ..render.statement import Statement
from ..steps import Step

LINKS = "links-replaced"
BREAKS, LOSS, REFUSED = "breaks-application", "data-loss", "value-refused"
_MOST_OFFERS = 3
BY_STRUCTURE = "it links the same two tables, and nothing else comes into question"
"""The reason of a rename that only the links' structure speaks for (links.py)."""


def with_rename_costs(steps: Iterable[Step], difference: Diff) -> list[Step]:
    """The steps, whose statements say what renames break, and what may be a rename and is dropped all the same."""
    open_ones = [rename for rename in difference.renames if not rename.sure]
    now = {
        str(change.expected.name): change.rename.source
        for change in difference.changes
        if isinstance(change, MoveTable | RenameTable | RenameEnum) and change.rename is not None
    }
    return [
        replace(step, statements=tuple(_statement(one, open_ones, now) for one in step.statements))
        for step in steps
    ]


def _statement(statement: Statement, open_ones: Sequence[Rename], now: dict[str, str]) -> Statement:
    hazards = [hazard for change in statement.changes for hazard in _hazards(change, open_ones, now)]
    if not hazards:
        return statement
    # Ours says more than a plain loss of the same object.
    own = {(hazard.id, hazard.object) for hazard in hazards}
    rest = [hazard for hazard in statement.hazards if (hazard.id, hazard.object) not in own]
    return replace(statement, hazards=(*hazards, *rest))


def _hazards(change: Change, open_ones: Sequence[Rename], now: dict[str, str]) -> list[Hazard]:
    match change:
        case MoveTable() | RenameTable() | RenameColumn() | RenameEnum() | RenameEnumValue():
            if change.rename is None:
                return []
            return [_breaks(change, change.rename), *by_structure(change.rename)]
        case DropTable(table):
            return _offers(str(table.name), "table", open_ones)
        case DropColumn(pair, column):
            name = str(pair.actual.name)
            return _offers(f"{now.get(name, name)}.{column.name}", "column", open_ones)
        case AlterEnum(enum):
            owner = now.get(str(enum.name), str(enum.name))
            found = [_offers(f"{owner}.{value}", "value", open_ones) for value in change.removed]
            return [hazard for offers in found for hazard in offers]
        case _:
            return []


def _breaks(change: Change, rename: Rename) -> Hazard:
    kind = "enum" if isinstance(change, RenameEnum | RenameEnumValue) else "table"
    what = f"A running application that still knows {rename.source} fails once it is {rename.target}."
    if kind == "enum":
        what = f"A running application that still writes {rename.source} fails once it is {rename.target}."
    return Hazard(
        BREAKS, "warning", rename.source, what, "Deploy the new version of the application with it."
    )


def by_structure(rename: Rename) -> list[Hazard]:
    """To look at, where nothing but foreign keys says that two tables hold the same links."""
    if rename.reason != BY_STRUCTURE:
        return []
    message = f"The links of {rename.source} become those of {rename.target}: {rename.reason}."
    hint = f"If {rename.target} means something else, empty it after the migration; nothing else has these links."
    return [Hazard(LINKS, "warning", rename.source, message, hint)]


def _offers(name: str, kind: str, open_ones: Sequence[Rename]) -> list[Hazard]:
    """One hazard for what goes, which names each thing that it may be from now on."""
    found = [rename for rename in open_ones if rename.source == name][:_MOST_OFFERS]
    if not found:
        return []
    import shlex

    targets = " or ".join(rename.target for rename in found)
    flags = " or ".join(f"`prisma-drift fix --rename {shlex.quote(told(rename))}`" for rename in found)
    reasons = found[0].reason if len(found) == 1 else "; ".join(f"{r.target}: {r.reason}" for r in found)
    if kind == "value":
        message = f"The value {name} goes, and may be {targets} under its new name ({reasons}). Rows that hold it stop the migration."
        return [Hazard(REFUSED, "warning", name, message, f"If it is the same value, type {flags}.")]
    lost = "rows" if kind == "table" else "values"
    message = (
        f"The {kind} {name} is dropped with its {lost}, and may be {targets} under its new name ({reasons})."
    )
    return [
        Hazard(LOSS, "error", name, message, f"If it is the same {kind}, type {flags}; its {lost} stay then.")
    ]


def told(rename: Rename) -> str:
    """A rename as it is told: the names without the schema where both have the same one."""
    (source_schema, source), (target_schema, target) = (
        (name.partition(".")[0], name.partition(".")[2]) for name in (rename.source, rename.target)
    )
    if source_schema == target_schema:
        return f"{source}={target}"
    return f"{rename.source}={rename.target}"
