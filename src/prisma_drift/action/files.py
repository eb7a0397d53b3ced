"""What a run leaves in the report directory, for an artifact, for code scanning and for a later workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..beneath import Writer
from ..errors import DriftError
from ..github.artifact import Entry, pack
from ..model.workflow import one_line
from ..report.markdown import render
from ..report.sections import Context
from .projects import Outcome

REPORTS = "prisma-drift.json"
"""The reports as values, for a workflow that posts the comment."""


class ReportDirectoryError(DriftError):
    """The report directory cannot be written."""

    id = "report-directory"


def combined_sql(outcomes: Sequence[Outcome]) -> str:
    """The corrective migrations, one after the other."""
    found = [(outcome.path, outcome.report.corrective_sql) for outcome in outcomes]
    found = [(path, sql) for path, sql in found if sql.strip()]
    if len(found) == 1:
        return found[0][1]
    # A line feed in a folder's name must not end the comment.
    return "\n".join(f"-- Project: {one_line(path)}\n{sql}" for path, sql in found)


def write_files(
    workspace: Path,
    directory: Path,
    outcomes: Sequence[Outcome],
    contexts: Sequence[Context],
    *,
    fixes: Mapping[str, str],
    skipped: Sequence[Outcome] = (),
) -> None:
    """Write everything into `directory`, beneath `workspace`; `fixes`: path of each migration in the repository to its SQL.

    Of `skipped` projects only the fact is kept, for a workflow that posts the comment.
    """
    from ..report.json import render as render_json
    from ..report.sarif import render as render_sarif

    reports = [outcome.report for outcome in outcomes]
    files = {
        REPORTS: pack([Entry(one.path, one.report) for one in (*outcomes, *skipped)]).decode(),
        "report.json": render_json(reports) if reports else "",
        "report.sarif": render_sarif(reports) if reports else "",
        "report.md": "\n".join(
            render(report, context) for report, context in zip(reports, contexts, strict=True)
        ),
        "corrective.sql": combined_sql(outcomes),
        **{f"fix/{path}": sql for path, sql in fixes.items()},
    }
    try:
        # Beside the repository's own files, as root, on the runner: no link of a checkout may lead the writer elsewhere.
        with Writer(workspace, directory) as writer:
            for name, text in files.items():
                if text:
                    writer.write(name, text.encode("utf-8", "replace"))
    except OSError as error:
        raise ReportDirectoryError(
            f"The report directory cannot be written: {error.strerror}.",
            hint="Set the input `report-directory` to a folder of the workspace that can be written, and that no link leads to.",
        ) from error
