"""The gate's table of contents: one database read in one transaction, held against what the project says has run there."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..findings.accepted import accept, parse_allow
from ..findings.failure import failed
from ..findings.findings import sort_key
from ..model.gate import Gate
from ..model.report import Finding, ProjectInfo, Report
from ..model.values import frozen, replace
from ..pipeline.shadow import Progress
from ..pipeline.source import read_project, shown
from ..project import Config
from ..project.accepted import read_accepted
from .history import Standing, standing
from .live import read_history, read_server
from .originals import originals
from .told import history_findings

if TYPE_CHECKING:
    pass


@frozen
class Choice:
    """What was decided beforehand."""

    allow: tuple[str, ...] = ()
    """`ID` or `ID:OBJECT`, each."""
    samples: bool = True
    """Whether keys of rows may be shown."""
    statement_seconds: float = 60


@frozen
class Outcome:
    """A gate, and what was allowed in vain."""

    gate: Gate
    unused: tuple[str, ...] = ()


def run(config: Config, url: str, choice: Choice, *, on_progress: Progress | None = None) -> Outcome:
    """Look at one project's database. Errors come back as a gate with the verdict `error`; the URL is in none of them."""
    import psycopg

    from ..postgres.server.live import without_password

    try:
        return _run(config, url, choice, on_progress)
    except psycopg.Error as error:
        words = without_password((str(error).strip().splitlines() or [type(error).__name__])[0], url)
        lost = DriftError(
            f"The database stopped answering: {words}.",
            id="database-unreachable",
            hint="Nothing was written there. Run the gate again; a lock that somebody holds, or a slow query, may be the reason.",
        )
        return Outcome(Gate(_failed(config, lost)))
    except DriftError as error:
        return Outcome(Gate(_failed(config, error)))


def _run(config: Config, url: str, choice: Choice, on_progress: Progress | None) -> Outcome:
    from ..postgres.server.live import Limits, reading_live, schema_of

    acceptances = (*read_accepted(config), *map(parse_allow, choice.allow))
    _, history = read_project(config)
    schema = schema_of(url) or config.default_schema
    with ExitStack() as stack:
        limits = Limits(lock=5, statement=choice.statement_seconds, idle=600)
        live = stack.enter_context(reading_live(url, schema, limits))
        server = read_server(live)
        there = read_history(live, schema)
        now = standing(history, there.rows, originals(config), deploying=bool(there.holders))
        found = [*history_findings(config, schema, there, now)]
    return _concluded(config, found, acceptances, now, server.version)


def _concluded(
    config: Config, found: Sequence[Finding], acceptances: Sequence[object], now: Standing, version: str
) -> Outcome:
    today = datetime.date.today().isoformat()
    outcome = accept(found, acceptances, today)  # type: ignore[arg-type]
    findings = tuple(
        sorted((replace(one, position=shown(config, one.position)) for one in outcome.findings), key=sort_key)
    )
    closed = any(one.severity == "error" for one in findings)
    gate = Gate(
        Report("drift" if closed else "in-step", _project(config, now), findings),
        accepted=outcome.accepted,
        server=version,
        pending=tuple(migration.name for migration in now.pending),
        applied=len(now.applied),
    )
    return Outcome(gate, tuple(f"{a.id}:{a.object}" if a.object else a.id for a in outcome.unused))


def _project(config: Config, now: Standing | None = None) -> ProjectInfo:
    return ProjectInfo(
        schema=config.shown(config.schema),
        migrations=config.shown(config.migrations) if config.migrations else "",
        prisma=str(config.version),
        prisma_source=config.version_source,
        postgres="",
        migration_count=len(now.applied) + len(now.pending) if now else 0,
        root=str(config.root),
        name=config.name,
    )


def _failed(config: Config, error: DriftError) -> Report:
    report = failed(error, _project(config))
    findings = tuple(replace(one, position=shown(config, one.position)) for one in report.findings)
    return replace(report, findings=findings)
