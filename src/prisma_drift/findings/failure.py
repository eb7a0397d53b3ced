"""An error as a report, so that every writer can show it."""

from __future__ import annotations

from ..errors import DriftError, SchemaError
from ..model.report import Finding, ProjectInfo, Report

NO_PROJECT = ProjectInfo(
    schema="", migrations="", prisma="", prisma_source="", postgres="", migration_count=0
)
"""What is known of a project that was not even found."""


def failed(error: DriftError, project: ProjectInfo = NO_PROJECT) -> Report:
    """The report of a run that `error` ended; a schema's error brings all that was found wrong with it."""
    errors = error.told if isinstance(error, SchemaError) else (error,)
    return Report("error", project, tuple(_finding(one, error.id) for one in errors))


def _finding(error: DriftError, id: str) -> Finding:
    return Finding(
        id=error.id if error.id != DriftError.id else id,
        severity="error",
        object="",
        message=error.message,
        hint=error.hint,
        position=error.position,
        excerpt=error.excerpt,
    )
