"""Hazards in words: one order and one sentence, for every writer and the hook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..model.hazards import Hazard

if TYPE_CHECKING:
    from ..model.report import Finding, Report

_GRAVITY = {"error": 0, "warning": 1}


def ordered(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """The gravest first; alike ones in the order of the script, those that no statement has before them."""
    return tuple(
        sorted(hazards, key=lambda one: (_GRAVITY.get(one.severity, 2), one.statement, one.object, one.id))
    )


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
