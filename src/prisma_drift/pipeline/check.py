"""The main pipeline: do the migrations build what schema.prisma says, and if not, what mends it?"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..findings.failure import failed
from ..migrations.history import History
from ..model.report import Report
from ..model.source import Position
from ..model.values import replace
from ..project.values import Note
from .recall import Recall
from .shadow import Outside, Progress, migrate, texts
from .source import read_project, shown
from .workplace import Workplace

if TYPE_CHECKING:
    from ..postgres.server.database import Database, Server
    from ..project import Config


def run(
    config: Config,
    *,
    on_progress: Progress | None = None,
    strategy: str = "preserve",
    recall: Recall | None = None,
) -> Report:
    """Check one project. Errors of the project come back as a Report with the verdict `error`.

    `recall`: what is known of it, where that was looked up already.
    Nothing outlives the call: no server, no directory, no change to a file of the project.
    """
    recall = recall or Recall(config, strategy)
    if recall.report is not None:
        return accepted(config, recall.report)
    try:
        with ExitStack() as stack:
            # A server that is needed starts in the background while the files are read.
            shadow = Workplace(config, stack, recall.installation, on_progress)
            document, history = read_project(config, shadow.begin, recall.history)
            # By now a server is at work, which has to be waited for.
            from .examine import GitAsked, examine

            asked = GitAsked()
            try:
                outside, migrated = shadow.migrate(history)
                config = with_outside(config, outside, history)
            except DriftError as error:
                return failed_report(config, error, history, shadow.version)
            report = examine(config, document, history, shadow, migrated, strategy=strategy, asked=asked)
            recall.keep(report, asked_git=asked.yes)
            if config.base is not None:
                report = _with_branch(config, history, shadow, report)
            return accepted(config, report)
    except DriftError as error:
        return failed_report(config, error)


def _with_branch(config: Config, history: History, shadow: Server, report: Report) -> Report:
    """The report with what the branch's own migrations do to tables with rows."""
    from ..findings.findings import sort_key
    from .branch import look_at_branch

    branch = look_at_branch(config, history, shadow)
    found = [replace(one, position=shown(config, one.position)) for one in branch.findings]
    findings = tuple(sorted((*report.findings, *found), key=sort_key))
    return replace(report, findings=findings, branch=branch.hazards)


def accepted(config: Config, report: Report) -> Report:
    """The report with what prisma-drift.accepted.yml accepts as notes; nothing is left to mend where all of it is."""
    from ..project.accepted import read_accepted

    entries = read_accepted(config)
    if not entries:
        return report
    import datetime

    from ..findings.accepted import accept, of_check
    from ..findings.findings import sort_key

    judged = [one.id for one in entries if of_check(one.id)]
    outcome = accept(report.findings, entries, datetime.date.today().isoformat(), judged=judged)
    findings = tuple(sorted(outcome.findings, key=sort_key))
    if report.verdict != "drift" or any(one.severity == "error" for one in findings):
        return replace(report, findings=findings)
    return Report("in-step", report.project, findings, unmanaged=report.unmanaged, branch=report.branch)


def migrate_project(
    config: Config, history: History, database: Database, on_progress: Progress | None = None
) -> Config:
    """Run a project's migrations on a database of the shadow. ApplyError where one fails.

    The config comes back with what is there though no migration made it: what the init script makes is external, and
    roles that had to be made are noted.
    """
    outside = migrate(
        database,
        texts(history),
        default_schema=config.default_schema,
        init_sql=config.init_sql,
        version=config.version,
        schema_file=config.shown(config.schema),
        on_progress=on_progress,
    )
    return with_outside(config, outside, history)


def with_outside(config: Config, outside: Outside, history: History) -> Config:
    """The config with what is there though no migration of the history made it."""
    return replace(
        config,
        external_tables=config.external_tables | outside.tables,
        external_enums=config.external_enums | outside.enums,
        external_objects=config.external_objects | outside.objects,
        from_script=outside.tables | outside.enums,
        notes=(*config.notes, *_stand_ins(outside.roles), *_role_settings(outside.settings, history)),
    )


_ROLE_SETTING = re.compile(
    r"\b(?:alter\s+(?:role|user|database)\b[^;]*\b(?:set|connection|login|valid|allow_connections)|revoke\b[^;]*\bon\s+database)",
    re.IGNORECASE,
)


def _role_settings(settings: tuple[str, ...], history: History) -> tuple[Note, ...]:
    """What migrations set for the very role or database that they run in: nothing that the shadow is asked may rest on it."""
    if not settings:
        return ()
    position = None
    for one in history.migrations:
        for found in _ROLE_SETTING.finditer(one.sql):
            position = Position(one.file, one.sql.count("\n", 0, found.start()) + 1)
    shown = ", ".join(settings[:10])
    return (
        Note(
            "role-settings",
            "warning",
            f"The migrations change the role that runs them, or its database ({shown}); the check goes on without that.",
            "Such a setting also holds for the application, and stays on the server: set it where roles are made, not in a migration.",
            position,
        ),
    )


def _stand_ins(roles: tuple[str, ...]) -> tuple[Note, ...]:
    if not roles:
        return ()
    shown = ", ".join(f"`{role}`" for role in roles[:10]) + (
        f" and {len(roles) - 10} more" if roles[10:] else ""
    )
    one = len(roles) == 1
    return (
        Note(
            "role-stand-in",
            "note",
            f"No migration creates the role{'' if one else 's'} {shown}: the shadow had {'a stand-in' if one else 'stand-ins'}.",
            f"Make sure that every database which runs these migrations has {'it' if one else 'them'}; roles belong to a server.",
        ),
    )


def failed_report(
    config: Config, error: DriftError, history: History | None = None, postgres: str = ""
) -> Report:
    """An error of the project as a report, with paths as reports show them."""
    from .examine import project_info

    count = len(history.migrations) if history else 0
    report = failed(error, project_info(config, count, postgres))
    top = f"{config.root}{os.sep}"
    found = tuple(
        replace(
            one,
            object=getattr(error, "migration", ""),
            message=one.message.replace(top, ""),
            position=shown(config, one.position),
        )
        for one in report.findings
    )
    return replace(report, findings=found)
