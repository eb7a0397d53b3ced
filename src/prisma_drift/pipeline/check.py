"""The main pipeline: do the migrations build what schema.prisma says, and if not, what mends it?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..diff.changes import Diff
from ..diff.compare import Rules, diff
from ..errors import DriftError, ProjectError
from ..findings.failure import failed
from ..migrations.history import History, provider_mismatch, read_history
from ..migrations.split import split
from ..model.holders import Holders
from ..model.report import Finding, ProjectInfo, Proof, Report
from ..model.schema import Schema
from ..model.source import Position
from ..model.values import field, frozen, replace
from ..plan.plan import Plan, build_plan
from ..plan.script import script
from ..psl.load import Document, load, read_files

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Database, Server
    from ..project import Config

Progress = Callable[[int, int, str], None]
"""Called with (number, total, name) before each migration is applied."""


@frozen
class Comparison:
    """What one comparison of a migrated database with a schema found."""

    actual: Schema
    expected: Schema
    """Realised: with the catalog's word for what Prisma's language leaves open."""
    difference: Diff
    plan: Plan
    """With Prisma's own steps (strategy plain) or those that keep data (preserve)."""
    holders: Holders = field(default_factory=Holders)
    """What depends on the columns, tables and enums that change."""

    @property
    def sql(self) -> str:
        """Empty where nothing differs, and where something makes the plan impossible."""
        return script(self.plan) if self.difference.changes and not self.plan.obstacles else ""


def run(config: Config, *, on_progress: Progress | None = None, strategy: str = "preserve") -> Report:
    """Check one project. Errors of the project come back as a Report with the verdict `error`.

    Nothing outlives the call: no server, no directory, no change to a file of the project.
    """
    from ..postgres.server.server import parse_shadow, server

    try:
        # The server starts in the background while the files are read.
        with server(parse_shadow(config.shadow)) as shadow:
            document, history = read(config)
            database = shadow.create_database()
            try:
                migrate(config, history, database, on_progress)
            except DriftError as error:
                return _failed(config, error, history, shadow.version)
            return examine(config, document, history, shadow, database, strategy=strategy)
    except DriftError as error:
        return _failed(config, error)


def read(config: Config) -> tuple[Document, History]:
    """The schema and the migrations, as they stand on disk."""
    files = [replace(file, path=config.shown(file.path)) for file in read_files(config.schema)]
    document = load(files, version=config.version, default_schema=config.default_schema)
    _refuse_unknown_fields(config, document)
    if config.migrations is None:
        raise ProjectError(
            f"No migrations folder was found for {config.shown(config.schema)}.",
            id="migrations-missing",
            hint="Name it with --migrations, or make the first migration with `prisma migrate dev`.",
        )
    history = _relative(config, read_history(config.migrations))
    mismatch = provider_mismatch(history, document.datasource.provider) if document.datasource else None
    if mismatch:
        raise ProjectError(mismatch.message, hint=mismatch.hint, position=mismatch.position, id=mismatch.id)
    return document, history


def _refuse_unknown_fields(config: Config, document: Document) -> None:
    """`backfill:` may name fields of the schema alone; what several projects share may be another one's."""
    if config.name or not config.backfill:
        return
    known = {f"{t.model}.{c.field or c.name}" for t in document.schema.tables if t.model for c in t.columns}
    for name, expression in config.backfill:
        several = len(list(split(f"SELECT ({expression})"))) != 1
        if name in known and not several:
            continue
        from difflib import get_close_matches

        close = get_close_matches(name, sorted(known), 1)
        hint = f"Did you mean `{close[0]}`?" if close else "Write `Model.field`, as schema.prisma names them."
        raise ProjectError(
            f"`backfill.{name}` is more than one SQL expression."
            if several
            else f"`backfill.{name}` is no field of the schema that has a column.",
            id="settings-invalid",
            hint="Write one expression over the row, as after SET in an UPDATE." if several else hint,
            position=Position(config.shown(config.settings), 1) if config.settings else None,
        )


def _relative(config: Config, history: History) -> History:
    """The history with its paths as reports show them."""
    migrations = tuple(
        replace(m, folder=config.shown(m.folder), file=config.shown(m.file)) for m in history.migrations
    )
    hygiene = tuple(replace(h, position=_shown(config, h.position) or h.position) for h in history.hygiene)
    return replace(history, migrations=migrations, hygiene=hygiene)


def migrate(
    config: Config, history: History, database: Database, on_progress: Progress | None = None
) -> None:
    """Run every migration on the shadow database. ApplyError where one fails."""
    from ..postgres.apply.migrations import MigrationText, apply

    apply(
        database,
        [MigrationText(m.name, m.file, m.sql) for m in history.migrations],
        default_schema=config.default_schema,
        init_sql=config.init_sql,
        progress=on_progress,
    )


def compare(
    connection: Connection, expected: Schema, rules: Rules, *, strategy: str = "preserve"
) -> Comparison:
    """Hold a database against a schema."""
    from ..postgres.catalog.introspect import introspect
    from .holders import holders_of
    from .realise import realise

    actual = introspect(
        connection,
        default_schema=expected.default_schema,
        schemas=expected.schemas,
        partial_indexes=rules.version.partial_indexes and "partialindexes" in expected.preview_features,
    )
    realised = realise(expected, actual, connection)
    difference = diff(actual, realised, rules)
    holders = holders_of(difference, actual, realised, rules, connection)
    plan = build_plan(difference, actual, realised, rules, strategy=strategy, holders=holders)
    return Comparison(actual, realised, difference, plan, holders or Holders())


def examine(
    config: Config,
    document: Document,
    history: History,
    shadow: Server,
    database: Database,
    *,
    strategy: str = "preserve",
) -> Report:
    """Compare a migrated database with the schema and put what differs into a report."""
    from ..findings.draw import build_diagram
    from ..findings.evidence import evidence
    from ..findings.findings import findings, schema_lines, sort_key, would_drop
    from ..findings.origins import origins
    from .prove import mend

    rules = rules_of(config)
    with database.connect(default_schema=config.default_schema) as connection:
        comparison = compare(connection, document.schema, rules, strategy=strategy)
    proof, lost = None, frozenset[str]()
    if comparison.difference.changes:
        comparison, proof, lost = mend(shadow, database, comparison, document.schema, rules, strategy)
    difference, actual, expected = comparison.difference, comparison.actual, comparison.expected
    changed = bool(difference.changes)
    holds = proof is not None and proof.holds
    found = findings(
        difference,
        actual=actual,
        expected=expected,
        origins=origins(difference, history.migrations, config.default_schema),
        document=document,
        evidence=evidence(config, difference, document.schema),
    )
    return Report(
        verdict="drift" if changed else "in-step",
        project=_project(config, len(history.migrations), shadow.version),
        findings=tuple(sorted((*found, *_untidy(history)), key=sort_key)),
        unmanaged=tuple(one for one in actual.unmanaged if one.name not in lost),
        corrective_sql=comparison.sql if holds else "",
        rejected_sql="" if holds else comparison.sql,
        hazards=comparison.plan.hazards if changed else (),
        checks=comparison.plan.checks if changed else (),
        renames=comparison.plan.renames if changed else (),
        schema_lines=schema_lines(found),
        proof=Proof(empty=proof),
        would_drop=tuple(one for one in would_drop(difference, actual) if one.name not in lost),
        diagram=build_diagram(difference, actual, expected),
    )


def rules_of(config: Config) -> Rules:
    """The differ's rules for a project."""
    return Rules(
        version=config.version,
        external_tables=config.external_tables,
        external_enums=config.external_enums,
        backfill=config.backfill,
    )


def _untidy(history: History) -> tuple[Finding, ...]:
    return tuple(
        Finding(h.id, h.severity, h.object, h.message, h.hint, position=h.position) for h in history.hygiene
    )


def _project(config: Config, count: int, postgres: str) -> ProjectInfo:
    return ProjectInfo(
        schema=config.shown(config.schema),
        migrations=config.shown(config.migrations) if config.migrations else "",
        prisma=str(config.version),
        prisma_source=config.version_source,
        postgres=postgres,
        migration_count=count,
        root=str(config.root),
        name=config.name,
    )


def _failed(config: Config, error: DriftError, history: History | None = None, postgres: str = "") -> Report:
    """An error of the project as a report, with paths as reports show them."""
    count = len(history.migrations) if history else 0
    report = failed(error, _project(config, count, postgres))
    top = f"{config.root}{os.sep}"
    found = tuple(
        replace(
            one,
            object=getattr(error, "migration", ""),
            message=one.message.replace(top, ""),
            position=_shown(config, one.position),
        )
        for one in report.findings
    )
    return replace(report, findings=found)


def _shown(config: Config, position: Position | None) -> Position | None:
    if position is None or not Path(position.file).is_absolute():
        return position
    return replace(position, file=config.shown(position.file))
