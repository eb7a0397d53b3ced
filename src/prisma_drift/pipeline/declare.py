"""From a drifting project to a schema that declares what its migrations build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..findings.findings import findings, schema_lines
from ..model.edit import SchemaLines, apply
from ..model.report import Report
from ..model.values import frozen, replace
from ..project import Config
from ..project.whole import write_whole
from ..psl.load import Document, load
from .check import migrate_project
from .compare import compare
from .examine import examine, rules_of
from .shadow import Progress
from .source import read_project
from .workplace import Migrated

if TYPE_CHECKING:
    from ..postgres.server.database import Database

_MOST_ROUNDS = 8
"""Edits that meet in one line are made one after the other."""


@frozen
class Declared:
    """The schema's files as they would have to be, and what would still differ then."""

    report: Report
    """Of the project with the new files: in step, or with the differences that no line can end."""
    files: Mapping[str, str]
    """Path (as reports show it) → new text, of the files that change."""
    lines: int = 0
    """How many lines are added, changed or removed."""


def plan_declaration(config: Config, *, on_progress: Progress | None = None) -> Declared:
    """Check a project, edit its schema in memory until nothing more can be declared, and check that."""
    from ..postgres.server.server import parse_shadow, server

    with server(parse_shadow(config.shadow, trusted=not config.shadow_from_file)) as shadow:
        document, history = read_project(config)
        database = shadow.create_database()
        config = migrate_project(config, history, database, on_progress)
        first = document
        lines = 0
        for _ in range(_MOST_ROUNDS):
            edits = _edits(config, document, database)
            if not edits:
                break
            document = _edited(config, document, edits)
            lines += sum(
                max(edit.replaces, 0 if edit.removes else edit.text.count("\n") + 1) for edit in edits
            )
        report = examine(config, document, history, shadow, Migrated(lambda: database))
    before = {file.path: file.text for file in first.files}
    files = {file.path: file.text for file in document.files if file.text != before[file.path]}
    return Declared(report, files, lines)


def write_declaration(config: Config, declared: Declared) -> None:
    """Write the files, each as a whole."""
    for shown, text in declared.files.items():
        try:
            write_whole(config.root / shown, text)
        except OSError as error:
            raise DriftError(
                f"{shown} cannot be written: {error.strerror or error}.",
                id="output-unwritable",
                hint="Give yourself the right to write there, or free space.",
            ) from error


def _edits(config: Config, document: Document, database: Database) -> tuple[SchemaLines, ...]:
    with database.connect(default_schema=config.default_schema) as connection:
        found = compare(connection, document.schema, rules_of(config))
    told = findings(found.difference, actual=found.actual, expected=found.expected, document=document)
    return apart(schema_lines(told))


def apart(edits: tuple[SchemaLines, ...]) -> tuple[SchemaLines, ...]:
    """The edits that do not meet an earlier one in the same lines of a file; the others wait for the next round."""
    kept: list[SchemaLines] = []
    ends: dict[str, int] = {}
    for edit in edits:
        taken = ends.get(edit.file, -1)
        if edit.after_line < taken:
            continue
        kept.append(edit)
        ends[edit.file] = max(taken, edit.after_line + edit.replaces)
    return tuple(kept)


def _edited(config: Config, document: Document, edits: tuple[SchemaLines, ...]) -> Document:
    files = [
        replace(file, text=apply(file.text, own))
        if (own := [edit for edit in edits if edit.file == file.path])
        else file
        for file in document.files
    ]
    return load(files, version=config.version, default_schema=config.default_schema)
