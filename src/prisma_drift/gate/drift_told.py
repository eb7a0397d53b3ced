"""What was made, changed or dropped by hand, as findings: each with the SQL that puts it back and the one that keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model.report import Finding
from .drift import Difference
from .history import Standing
from .mends import Mends
from .renamed import Renamed

EXTRA = "live-extra"
GONE = "live-missing"
DIFFERENT = "live-different"
INVALID = "live-index-invalid"
NOT_VALID = "live-not-valid"
DISABLED = "live-trigger-disabled"
UNPROTECTED = "live-row-security"
RENAMED = "live-renamed"
UNKNOWN = "live-not-compared"
_LONGEST = 200
_PASSING = ("comment", "partition", "extension")
"""Kinds that come and go without a migration: told, and no reason to close."""
_LOSING = ("table", "column", "materialized view", "sequence", "type", "enum", "schema", "partition", "foreign table")  # fmt: skip


def drift_findings(
    found: Sequence[Difference], mends: Mends, standing: Standing, renames: Sequence[Renamed] = ()
) -> Iterator[Finding]:
    """One finding for each difference that does not only follow from another, and for each rename."""
    for rename in renames:
        yield _renamed(rename)
    for one in found:
        if not one.follows:
            yield _finding(one, mends, standing)


def _renamed(one: Renamed) -> Finding:
    name = one.live.rpartition(".")[2]
    return Finding(
        RENAMED,
        "error",
        one.built,
        f"The {one.kind} {one.built} seems to have been renamed to {name} by hand: {one.evidence}.",
        f"Put it back: {one.undo}; Or keep it, in a migration that you mark as applied: {one.keep};",
        table=one.built.rpartition(".")[0] if one.kind != "table" else one.built,
    )


def not_compared(standing: Standing) -> Finding:
    lost = ", ".join(
        f"`{m.row.name}`" for m in standing.missing if m.original is None and not m.squashed_into
    )
    return Finding(
        UNKNOWN,
        "warning",
        "",
        f"The database is not compared with what its migrations build: nobody knows what {lost} did.",
        "Restore it first, then look again.",
    )


def _finding(one: Difference, mends: Mends, standing: Standing) -> Finding:
    thing, (kind, name) = one.thing, one.key
    what = f"The {kind} {name}"
    id, severity, message = DIFFERENT, "error", ""
    if one.built is None:
        id, message = EXTRA, f"{what} is in the database, and no migration that ran there makes it."
    elif one.live is None:
        id, message = GONE, f"{what}, which the migrations make, is not in the database."
        if kind == "row level security":
            id, message = (
                UNPROTECTED,
                f"Row level security of {name} is off in the database; the migrations turn it on.",
            )
    elif one.only_state and one.live.state == "invalid":
        id, message = (
            INVALID,
            f"The index {name} is invalid in the database: Postgres keeps it up and never uses it.",
        )
    elif one.only_state and one.live.state == "not valid":
        id, message = (
            NOT_VALID,
            f"{what} is NOT VALID in the database: rows from before it was never held against it.",
        )
    elif one.only_state and kind == "trigger" and one.live.state == "disabled":
        id, message = DISABLED, f"The trigger {name} is disabled in the database."
    elif one.only_state and kind == "constraint":
        severity = "warning"
        message = f"{what} has been validated in the database; the migrations leave it NOT VALID."
    else:
        message = (
            f"{what} is `{_short(one.live.definition, one.live.state)}` in the database, "
            f"and `{_short(one.built.definition, one.built.state)}` by the migrations that ran there."
        )
    if kind in _PASSING and not (kind == "extension" and one.live is None):
        severity = "note"
    return Finding(id, severity, name, message, _hint(one, id, mends, standing), table=thing.table)


def _hint(one: Difference, id: str, mends: Mends, standing: Standing) -> str:
    thing = one.thing
    back, keep = mends.restore.of(one.key), mends.adopt.of(one.key)
    if id == INVALID:
        return f"Build it again, outside of a transaction: REINDEX INDEX CONCURRENTLY {thing.identity};"
    said = []
    if back:
        loses = one.built is None and thing.kind in _LOSING
        said.append(f"Put it back{' (what is in it goes)' if loses else ''}: {back}")
    if keep:
        said.append(f"Or keep it, in a migration that you mark as applied: {keep}")
    if not said:
        said.append("No SQL is proved for it: mend it by hand.")
    failed = [row.name for row in standing.failed]
    if failed:
        said.append(f"It may be what `{failed[0]}` left behind when it failed.")
    return " ".join(said)


def _short(text: str, state: str) -> str:
    words = " ".join((text + (f" ({state})" if state else "")).split()).replace("`", "'")
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
