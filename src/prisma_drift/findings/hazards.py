"""Hazards in words: one order and one sentence, for every writer and the hook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..model.hazards import Hazard

if TYPE_CHECKING:
    from ..model.report import Finding, Report

_GRAVITY = {"error": 0, "warning": 1}
_LEAST_FOLDED = 5
_MOST_NAMED = 3
_TOGETHER = {
    "orphans": "foreign keys stop at rows that point to nothing",
    "duplicates": "unique keys stop at rows that have the same in them",
    "nulls": "columns that become required stop at rows without a value",
    "value-refused": "changes of type stop at the first value that does not fit the new type",
    "breaks-application": "names go or change, and a running application that still knows them fails",
}
"""What many hazards of one kind say together; a decision (an error) always stands by itself."""


def ordered(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """The gravest first; alike ones in the order of the script, those that no statement has before them."""
    return tuple(
        sorted(hazards, key=lambda one: (_GRAVITY.get(one.severity, 2), one.statement, one.object, one.id))
    )


def folded(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """In order, for a person to read: of five or more alike, one that counts them and names the first."""
    found = ordered(hazards)
    groups: dict[tuple[str, str, str], list[Hazard]] = {}
    for one in found:
        groups.setdefault((one.id, one.severity, one.hint), []).append(one)
    shown = []
    for one in found:
        alike = groups[one.id, one.severity, one.hint]
        if one.severity == "error" or one.id not in _TOGETHER or len(alike) < _LEAST_FOLDED:
            shown.append(one)
        elif one is alike[0]:
            shown.append(_together(alike))
    return tuple(shown)


def _together(alike: list[Hazard]) -> Hazard:
    first = alike[0]
    names = ", ".join(one.object for one in alike[:_MOST_NAMED])
    message = f"{len(alike)} {_TOGETHER[first.id]}: {names} and {len(alike) - _MOST_NAMED} more."
    return Hazard(first.id, first.severity, "", message, first.hint, first.statement)


def hazard_findings(report: Report) -> tuple[Finding, ...]:
    """The hazards as findings, in their order, on the lines of what their statements mend."""
    # The hook says hazards too, and starts without the values of a report.
    from ..model.report import Finding

    found = []
    for one in ordered(report.hazards):
        near = _near(one, report.findings)
        position, origin = (near.position, near.origin) if near else (None, None)
        found.append(
            Finding(one.id, one.severity, one.object, sentence(one), position=position, origin=origin)
        )
    return tuple(found)


def _near(hazard: Hazard, findings: Iterable[Finding]) -> Finding | None:
    """The finding that the hazard's statement mends: of the same object, else of its table; None where there is none."""
    alike = [one for one in findings if one.object and hazard.object]
    for one in alike:
        if one.object == hazard.object:
            return one
    return next((one for one in alike if hazard.object.startswith(f"{one.object}.")), None)


def sentence(hazard: Hazard) -> str:
    """The hazard on one line: its object, unless the message names it, what happens, what to do."""
    return " ".join(f"{what_happens(hazard)} {hazard.hint}".split())


def what_happens(hazard: Hazard) -> str:
    """What happens, without what to do: for a migration that is written, where the decision is made."""
    named = not hazard.object or hazard.object in hazard.message
    return " ".join((hazard.message if named else f"{hazard.object}: {hazard.message}").split())
