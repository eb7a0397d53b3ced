"""Findings that somebody has decided to live with: they stay listed, and close nothing until their day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..model.gate import Acceptance
from ..model.report import Finding
from ..model.values import frozen, replace

EXPIRED = "acceptance-expired"
STALE = "acceptance-stale"


_ALSO_COUNTED = frozenset(
    ["nulls", "duplicates", "orphans", "column-required", "value-refused", "check-refused", "data-loss", "count-failed",
     "lock-waits", "long-lock", "search-path", "time-zone", "server-other-major"]
)  # fmt: skip


def of_check(id: str) -> bool:
    """Whether `check` could find it too: the others are found in live databases alone."""
    return not id.startswith(("deploy-", "history-", "live-")) and id not in _ALSO_COUNTED


@frozen
class Outcome:
    """Findings with what is accepted among them."""

    findings: tuple[Finding, ...]
    """All of them; accepted ones are notes that say so, and what is wrong with the file is among them."""
    accepted: tuple[tuple[Finding, Acceptance], ...] = ()
    unused: tuple[Acceptance, ...] = ()
    """Of the command line, those that speak of nothing."""


def parse_allow(word: str) -> Acceptance:
    """`ID` or `ID:OBJECT`, as --allow takes it."""
    id, _, object = word.partition(":")
    return Acceptance(id, object)


def speaks_of(acceptance: Acceptance, finding: Finding) -> bool:
    """Whether it accepts the finding; an object may be named without its schema."""
    object = acceptance.object
    return acceptance.id == finding.id and (
        not object or finding.object == object or finding.object.endswith(f".{object}")
    )


def accept(
    findings: Sequence[Finding],
    acceptances: Sequence[Acceptance],
    today: str,
    *,
    judged: Iterable[str] | None = None,
) -> Outcome:
    """Apply the acceptances to errors and warnings.

    `today`: YYYY-MM-DD. `judged`: the ids that this run could have found, for which an acceptance that speaks of nothing is
    stale; None: all.
    """
    known = None if judged is None else frozenset(judged)
    left: list[Finding] = []
    accepted: list[tuple[Finding, Acceptance]] = []
    used: set[int] = set()
    for finding in findings:
        spoken = [a for a in acceptances if finding.severity != "note" and speaks_of(a, finding)]
        used.update(map(id, spoken))
        holding = next((a for a in spoken if not a.until or a.until >= today), None)
        if holding is None:
            left.append(finding)
        else:
            accepted.append((finding, holding))
            left.append(replace(finding, severity="note", message=f"{finding.message} ({_words(holding)})"))
    for one in acceptances:
        if one.position is None:
            continue
        what = f"{one.id}:{one.object}" if one.object else one.id
        if id(one) not in used:
            if known is None or one.id in known:
                left.append(_stale(one, what))
        elif one.until and one.until < today:
            left.append(_expired(one, what))
    unused = tuple(one for one in acceptances if one.position is None and id(one) not in used)
    return Outcome(tuple(left), tuple(accepted), unused)


def _words(one: Acceptance) -> str:
    if one.position is None:
        return "accepted on the command line"
    by = f" by {one.owner}" if one.owner else ""
    until = f" until {one.until}" if one.until else ""
    why = f": {one.reason}" if one.reason else ""
    return f"accepted{by}{until}{why}"


def _stale(one: Acceptance, what: str) -> Finding:
    return Finding(
        STALE,
        "warning",
        what,
        f"`{what}` is accepted, and there is no such finding any more.",
        "Take the entry out.",
        position=one.position,
    )


def _expired(one: Acceptance, what: str) -> Finding:
    return Finding(
        EXPIRED,
        "warning",
        what,
        f"The acceptance of `{what}` ended on {one.until}.",
        "Mend what it is about, or give it another day and a reason.",
        position=one.position,
    )
