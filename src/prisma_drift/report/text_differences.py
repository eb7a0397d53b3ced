"""What differs, at the terminal: grouped by model, a sign, both sides, the place and the cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..findings.words import ABSENT
from ..model.report import Finding, Origin, Report
from .groups import LEGEND, groups, label, only, sign
from .lines import Line, Piece

MOST_FINDINGS = 40
"""Differences before the rest is only counted; --verbose shows all."""


def section(report: Report, *, verbose: bool) -> Iterator[Line]:
    found = report.differences
    if not found:
        return
    left = len(found) if verbose else MOST_FINDINGS
    for group in groups(found):
        if left <= 0:
            break
        yield ()
        yield ((group.title, "bold"),)
        for one in group.findings[:left]:
            yield from _difference(one)
        left -= len(group.findings[:left])
    more = len(found) - MOST_FINDINGS
    if more > 0 and not verbose:
        yield ()
        yield ((f"… {more} more (--verbose)", "dim"),)
    yield ()
    pieces: list[Piece] = []
    for mark, what in LEGEND:
        pieces += [(mark, _STYLES[mark]), (f" {what}   ", "dim")]
    yield tuple(pieces)
    yield from _explanations(found)


_STYLES = {"+": "good", "-": "bad", "~": "changed"}


_TOLD = {
    "join-table-key": "Before 6.0 Prisma gave these tables a unique index, since 6.0 a primary key: part of the upgrade."
    " No row is touched.",
    "enum-value-extra": "Taking a value away fails while rows still use it.",
}
"""What cannot be seen from the two sides alone."""


def _explanations(found: Sequence[Finding]) -> Iterator[Line]:
    ids = {one.id for one in found}
    for id, text in _TOLD.items():
        if id in ids:
            yield ()
            yield ((f"{id}: ", "dim"), (text, ""))


def _difference(one: Finding) -> Iterator[Line]:
    mark = sign(one)
    if mark == "~":
        text = f"{label(one)}: {_side(one.actual)} → {_side(one.expected)}"
    else:
        text = " ".join(filter(None, only(one, _side(one.expected if mark == "+" else one.actual))))
    yield ((f"  {mark} ", _STYLES[mark]), (text, ""))
    yield (("      " + " · ".join((*_places(one), one.id)), "dim"),)


def _side(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:99] + "…"


def _places(one: Finding) -> tuple[str, ...]:
    where = (str(one.position),) if one.position and one.expected != ABSENT else ()
    return (*where, *((_since(one.origin),) if one.origin else ()))


def _since(one: Origin) -> str:
    return f"{one.action} by {one.migration}:{one.line}"
