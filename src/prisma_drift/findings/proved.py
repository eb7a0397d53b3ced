"""What was tried before a migration is shown, in one sentence: the same words wherever it is told."""

from __future__ import annotations

from ..model.counted import counted
from ..model.report import PopulatedProof, Proof

MOST_NAMED = 3
"""Tables without rows that are named."""
MOST_SAID = 120
"""Characters of what Postgres said."""


def proved(proof: Proof) -> str:
    """`tried on a copy of the shadow database: nothing is left to change; …`"""
    rows = _rows(proof.populated) if proof.populated is not None else ""
    return f"tried on a copy of the shadow database: nothing is left to change{'; ' if rows else ''}{rows}"


def _rows(found: PopulatedProof) -> str:
    if found.skipped:
        return f"not tried on rows ({found.skipped})"
    parts = []
    if found.rows_before:
        where = f"on {counted(found.rows_before, 'invented row')} in {counted(found.tables, 'table')}"
        parts.append(
            f"{where}, all values but those told of are kept"
            if found.told
            else f"{where}, all values are kept"
        )
    if found.stopped:
        parts.append("on rows that the checks count it stops, and changes nothing")
    if found.stopped_by:
        said = found.stopped_by
        said = said if len(said) <= MOST_SAID else f"{said[: MOST_SAID - 1]}…"
        parts.append(f"on invented rows it stops, as a warning says it may ({said}), and changes nothing")
    if found.rewritten:
        more = len(found.rewritten) - MOST_NAMED
        named = ", ".join(found.rewritten[:MOST_NAMED])
        parts.append(
            f"it rewrites {named}{f' and {more} more' if more > 0 else ''}, which nobody can read or write meanwhile"
        )
    if found.not_observed:
        parts.append(
            f"locks and rewrites were looked at before its statement {found.not_observed[0]} only, which does not run alone"
        )
    if found.not_populated:
        named = ", ".join(table for table, _ in found.not_populated[:MOST_NAMED])
        more = len(found.not_populated) - MOST_NAMED
        parts.append(f"tried without rows in {named}{f' and {more} more' if more > 0 else ''}")
    return "; ".join(parts)
