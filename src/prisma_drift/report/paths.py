"""The paths in a report: all of them relative to one folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..model.edit import SchemaLines
from ..model.report import Finding, Report
from ..model.source import Position
from ..model.values import replace

Shown = Callable[[str], str]
"""How a path is to be written."""


def relative_to(root: Path | str) -> Shown:
    """Absolute paths relative to `root`, with `/`; what is relative already stays as it is."""

    def shown(path: str) -> str:
        return Path(os.path.relpath(path, root)).as_posix() if Path(path).is_absolute() else path

    return shown


def from_here(root: str, here: Path) -> Shown:
    """Paths relative to `root` as someone at `here` would write them; unchanged where that leads upwards."""

    def shown(path: str) -> str:
        relative = Path(os.path.relpath(Path(root, path), here)).as_posix()
        return path if relative.startswith("../") else relative

    return shown


def with_paths(report: Report, shown: Shown) -> Report:
    """The same report with every path of a file written by `shown`."""
    project = report.project
    return replace(
        report,
        project=replace(
            project,
            schema=shown(project.schema) if project.schema else "",
            migrations=shown(project.migrations) if project.migrations else "",
        ),
        findings=tuple(_finding(one, shown) for one in report.findings),
        schema_lines=tuple(_lines(one, shown) for one in report.schema_lines),
    )


def _finding(finding: Finding, shown: Shown) -> Finding:
    return replace(
        finding,
        position=_position(finding.position, shown),
        origin=replace(finding.origin, file=shown(finding.origin.file)) if finding.origin else None,
        mends=tuple(
            replace(mend, lines=tuple(_lines(x, shown) for x in mend.lines)) for mend in finding.mends
        ),
    )


def _position(position: Position | None, shown: Shown) -> Position | None:
    return replace(position, file=shown(position.file)) if position else None


def _lines(schema_lines: SchemaLines, shown: Shown) -> SchemaLines:
    return replace(schema_lines, file=shown(schema_lines.file))
