"""What to type where something differs: the same commands in the same order for every writer."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ..model.report import Report
from ..model.values import frozen

_USUAL = ("prisma/schema.prisma", "schema.prisma", "prisma/schema", "prisma")


@frozen
class Next:
    """A command, and what it does in a few words."""

    side: str
    """migration | schema"""
    command: str
    does: str


def commands(report: Report, words: Sequence[str] | None = None) -> tuple[Next, ...]:
    """The commands that mend a project, the likelier side first; empty where none does.

    `words` say where the project is and what else was asked for; None: as it is found from the repository's top.
    """
    if report.verdict != "drift":
        return ()
    if words is None:
        schema = _one_line(report.project.schema)
        words = [] if schema in _USUAL else [schema]
    sides = []
    if report.corrective_sql.strip():
        open = any(hazard.severity == "error" for hazard in report.hazards)
        does = "writes the migration (asks first what may be lost)" if open else "writes the migration"
        sides.append(Next("migration", shlex.join(["prisma-drift", "fix", *words]), does))
    if report.schema_lines:
        does = "edits the schema to say what the migrations build"
        sides.append(Next("schema", shlex.join(["prisma-drift", "fix", "--schema", *words]), does))
    if report.likely == "schema":
        sides.reverse()
    return tuple(sides)


def _one_line(text: str) -> str:
    return " ".join(text.split())
