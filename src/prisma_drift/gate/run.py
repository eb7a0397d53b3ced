"""The gate's table of contents: one database read in one transaction, held against what the project says has run there."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..findings.accepted import accept, parse_allow
from ..findings.findings import sort_key
from ..model.gate import Acceptance, Gate
from ..model.report import Finding, Report
from ..model.values import frozen, replace
from ..pipeline.check import failed_report
from ..pipeline.examine import examine, project_info
from ..pipeline.shadow import Progress
from ..pipeline.source import read_project, shown
from ..pipeline.workplace import Migrated
from ..project import Config
from ..project.accepted import read_accepted
from .drift_told import not_compared
from .environment import environment_findings, roles_needed
from .history import Standing, standing
from .live import Server, read_history, read_server
from .originals import originals
from .preflight import Preflight, blockers, counted, preflight
from .search_path import search_path_findings
from .shadowed import Drift, look_for_drift, scope_of
from .told import history_findings

if TYPE_CHECKING:
    from ..postgres.server.database import Connection


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
        return Outcome(Gate(failed_report(config, lost)))
    except DriftError as error:
        return Outcome(Gate(failed_report(config, error)))


def _run(config: Config, url: str, choice: Choice, on_progress: Progress | None) -> Outcome:
    from ..postgres.apply.migrations import ApplyError
    from ..postgres.server.live import Limits, reading_live, schema_of
    from ..postgres.server.server import parse_shadow
    from ..postgres.server.server import server as shadow_server

    acceptances = (*read_accepted(config), *map(parse_allow, choice.allow))
    config = replace(config, default_schema=schema_of(url) or config.default_schema)
    schema = config.default_schema
    with ExitStack() as stack:
        # The server starts in the background while the files and the database are read.
        shadow = stack.enter_context(
            shadow_server(parse_shadow(config.shadow, trusted=not config.shadow_from_file))
        )
        document, history = read_project(config)
        limits = Limits(lock=5, statement=choice.statement_seconds, idle=600)
        live = stack.enter_context(reading_live(url, schema, limits))
        server, there = read_server(live), read_history(live, schema)
        now = standing(history, there.rows, originals(config), deploying=bool(there.holders))
        found = [*history_findings(config, schema, there, now)]
        drift, ahead, checked = None, Preflight(), None
        if now.applied and now.known:
            schemas = scope_of(config, document.schema.schemas, now)
            try:
                drift = look_for_drift(config, now, schemas, live, shadow, on_progress)
            except ApplyError as error:
                return _half(config, error, found, acceptances, now, server.version)
            found += drift.findings
            ahead = look_ahead(drift, now, live, server, shadow.version, samples=choice.samples)
            found += ahead.findings
            if ahead.built is not None:
                migrated = drift.database
                checked = examine(drift.config, document, history, shadow, Migrated(lambda: migrated))
                found += checked.findings
                if not now.pending:
                    ahead = replace(ahead, counts=(*ahead.counts, *counted(live, checked.checks)))
        elif now.applied:
            found.append(not_compared(now))
        return _concluded(
            config, found, acceptances, now, server.version, drift, ahead, checked, shadow.version
        )


def _half(
    config: Config,
    error: DriftError,
    found: Sequence[Finding],
    acceptances: Sequence[Acceptance],
    now: Standing,
    version: str,
) -> Outcome:
    """What the history alone says, where what has run does not run on the shadow: the error stays the verdict."""
    failed = failed_report(config, error)
    told = accept(found, acceptances, datetime.date.today().isoformat())
    report = replace(failed, findings=(*failed.findings, *_shown(config, told.findings)))
    pending = tuple(migration.name for migration in now.pending)
    return Outcome(
        Gate(report, accepted=told.accepted, server=version, pending=pending, applied=len(now.applied))
    )


def _shown(config: Config, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """In their order, with places as reports show them."""
    return tuple(
        sorted((replace(one, position=shown(config, one.position)) for one in findings), key=sort_key)
    )


def look_ahead(
    drift: Drift, now: Standing, live: Connection, server: Server, shadow_version: str, *, samples: bool
) -> Preflight:
    """What the pending migrations would meet, and what of the server they need."""
    assert drift.read is not None
    default = drift.config.default_schema
    with drift.database.connect(default_schema=default) as connection:
        had = set(roles_needed(connection))
    ahead = preflight(
        drift.config, now.pending, drift.database, drift.built, drift.live, live, drift.read,
        server_major=server.major, samples=samples,
    )  # fmt: skip
    with drift.database.connect(default_schema=default) as connection:
        roles = sorted(set(roles_needed(connection)) - had)
    made = " ".join(m.sql.lower() for m in now.pending if "create role" in m.sql.lower())
    roles = [role for role in roles if role.lower() not in made]
    around = environment_findings(server, shadow_version, now.pending, live, roles, drift.built, ahead.built)
    waits = blockers(live, drift.live, now.pending, [size.table for size in ahead.sizes])
    paths = search_path_findings(live, now.pending, drift.live, drift.built, default)
    return replace(ahead, findings=(*ahead.findings, *around, *waits, *paths))


def _concluded(
    config: Config,
    found: Sequence[Finding],
    acceptances: Sequence[Acceptance],
    now: Standing,
    version: str,
    drift: Drift | None,
    ahead: Preflight,
    checked: Report | None,
    shadow_version: str,
) -> Outcome:
    today = datetime.date.today().isoformat()
    outcome = accept(found, acceptances, today)
    findings = _shown(config, outcome.findings)
    closed = any(one.severity == "error" for one in findings)
    verdict, project = (
        "drift" if closed else "in-step",
        project_info(config, len(now.applied) + len(now.pending), shadow_version),
    )
    report = Report(verdict, project, findings)
    if checked is not None and any(one.severity == "error" for one in checked.findings):
        report = replace(checked, verdict=verdict, project=project, findings=findings)
    gate = Gate(
        report,
        accepted=outcome.accepted,
        restore_sql=drift.mends.restore.sql if drift else "",
        adopt_sql=drift.mends.adopt.sql if drift else "",
        counts=ahead.counts,
        sizes=ahead.sizes,
        works=ahead.works,
        server=version,
        pending=tuple(migration.name for migration in now.pending),
        applied=len(now.applied),
    )
    return Outcome(gate, tuple(f"{a.id}:{a.object}" if a.object else a.id for a in outcome.unused))
