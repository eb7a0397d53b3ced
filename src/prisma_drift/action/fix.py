"""The corrective migration as a file in the migrations folder, named so that it comes last."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ..model.values import frozen
from ..pipeline.fix import warnings_block
from .projects import Outcome

_STAMP = re.compile(r"(\d{14})(?:_|$)")
_EARLIEST = "20000101000000"


@frozen
class Fix:
    """A migration to add."""

    path: str
    """Of migration.sql, relative to the repository."""
    sql: str


def fix_of(outcome: Outcome, name: str, committed_at: str) -> Fix | None:
    """The proved corrective migration of a project; None where there is none, or where something has to be decided first.

    `committed_at`: 14 digits of the head commit, so that the same commit gives the same name; may be empty.
    """
    config = outcome.config
    if config is None or config.migrations is None or not outcome.report.corrective_sql.strip():
        return None
    if any(hazard.severity == "error" for hazard in outcome.report.hazards):
        return None
    stamps = [found[1] for entry in config.migrations.iterdir() if (found := _STAMP.match(entry.name))]
    # Prisma runs folders in the order of their names.
    stamp = max(committed_at if _STAMP.fullmatch(committed_at) else _EARLIEST, *map(_next, stamps), _EARLIEST)
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower() or "align"
    folder = f"{stamp}_{plain[:80]}"
    text = warnings_block(outcome.report.hazards) + outcome.report.corrective_sql
    return Fix(f"{config.shown(config.migrations)}/{folder}/migration.sql", text)


def _next(stamp: str) -> str:
    try:
        return (datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC) + timedelta(seconds=1)).strftime(
            "%Y%m%d%H%M%S"
        )
    except (ValueError, OverflowError):
        # Some people number by hand; the next number sorts behind it all the same.
        return str(int(stamp) + 1).zfill(14)
