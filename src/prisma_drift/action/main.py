"""One run of the action, from its environment to its exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..bounds import bound_time, unbound_time
from ..errors import EXIT_ERROR, DriftError
from ..findings.hazards import hazard_findings
from ..github.changes import changed_files
from ..github.client import Client, GitHubError
from ..github.event import Event, read_event
from ..github.log import Log
from ..github.outputs import write_outputs, write_summary
from ..model.report import Report
from ..model.workflow import Command
from ..report.markdown import summary
from ..report.sections import Context
from . import publish
from .files import combined_sql, write_files
from .fix import Fix, fix_of
from .inputs import Inputs, read_inputs, spread
from .projects import Outcome, check, concerned, locate, settings_changed, since
from .projects import skipped as skipped_outcome
from .verdict import drift_count, exit_code, sentence, verdict_of

if TYPE_CHECKING:
    from ..project import Config
    from .smoke import Smoked

Run = Callable[["Config"], Report]


def run(env: Mapping[str, str], *, check_one: Run | None = None) -> int:
    """Run with the environment `env`; returns the exit status: 0 in step, 2 drift, 1 error."""
    with Log(sys.stdout) as log:
        try:
            env = spread(env)
            bound_time(env)
            inputs = read_inputs(env)
            event = read_event(env)
            if inputs.mode == "gate":
                from .gate import gate

                return gate(inputs, event, env, log)
            if inputs.mode == "fold":
                from .fold import fold

                return fold(inputs, event, client_of(inputs, event, env), env, log)
            if event.name == "workflow_run" or inputs.mode == "comment":
                from .companion import companion

                return companion(inputs, event, client_of(inputs, event, env), env, log)
            return _check(inputs, event, env, log, check_one or _checker(log))
        except DriftError as error:
            log.error(publish.said(error))
            return error.exit_code
        except MemoryError:
            log.error(
                "prisma-drift needed more memory than it may have: something in the repository is too large."
            )
            return EXIT_ERROR
        except Exception as error:  # a traceback helps nobody who reads a job's log
            log.error(f"prisma-drift failed: {type(error).__name__}: {error}. Please report this.")
            return EXIT_ERROR
        finally:
            unbound_time()


def client_of(inputs: Inputs, event: Event, env: Mapping[str, str]) -> Client | None:
    """A client of the API; None without a token."""
    if not inputs.token:
        return None
    return Client(
        event.api_url,
        inputs.token,
        timeout=_seconds(env, "PRISMA_DRIFT_API_TIMEOUT", 20.0),
        patience=_seconds(env, "PRISMA_DRIFT_API_PATIENCE", 90.0),
    )


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    try:
        return max(0.1, float(env.get(name) or default))
    except ValueError:
        return default


def _checker(log: Log) -> Run:
    from ..pipeline.check import run as check_run

    def progress(number: int, total: int, name: str) -> None:
        if number == 1:
            log.text(f"Applying {total} migrations …")

    return lambda config: check_run(config, on_progress=progress, strategy=config.strategy)


def _check(inputs: Inputs, event: Event, env: Mapping[str, str], log: Log, run_one: Run) -> int:
    workspace = Path(env.get("GITHUB_WORKSPACE") or ".").resolve()
    client = client_of(inputs, event, env)
    if client is None:
        log.notice(
            "There is no token: no comment is written. Verdict, summary and annotations do not need one."
        )
    outcomes, passed = _outcomes(inputs, event, client, workspace, env, log, run_one)
    reports = [outcome.report for outcome in outcomes]
    verdict, code = verdict_of(reports), exit_code(outcomes, inputs.fail_on)

    smoked: list[Smoked] = []
    if inputs.smoke:
        from .smoke import smoke

        smoked = smoke(outcomes, inputs.smoke_command, log)
    if inputs.fail_on != "never":
        codes = {code, *(one.code for one in smoked)}
        code = EXIT_ERROR if EXIT_ERROR in codes else max(codes)
    unbound_time()
    fixes, committed = _fixes(inputs, event, client, outcomes, log)
    contexts = [_context(inputs, event, outcome, committed, fixes) for outcome in outcomes]
    for outcome in outcomes:
        log.text(_plain(outcome.report))
    if inputs.annotations:
        log.commands(_annotations(reports))
    _tell(env, outcomes, contexts, smoked, log)
    directory = workspace / inputs.report_directory
    kept = _keep(workspace, directory, outcomes, contexts, fixes, passed, log)

    url = ""
    if client is not None:
        if inputs.comment != "never" and event.pull_request is not None:
            wanted = [
                publish.comment_of(outcome.report, context, inputs.comment)
                for outcome, context in zip(outcomes, contexts, strict=True)
            ]
            posted = publish.post_comments(
                client,
                event,
                [*wanted, *(publish.comment_of(one.report, Context(), inputs.comment) for one in passed)],
                author=inputs.comment_author,
                token=inputs.token,
                notice=log.notice,
            )
            url = next((one.url for one in posted if one.url), "")
        if inputs.commit_status and event.sha:
            publish.post_status(
                client,
                event,
                inputs.commit_status,
                verdict=verdict,
                failed=code != 0,
                description=sentence(reports),
                notice=log.notice,
            )
    outputs = {
        "verdict": verdict,
        "drift-count": str(drift_count(reports)),
        "report-json": _json(reports),
        "corrective-sql": combined_sql(outcomes),
        "comment-url": url,
        "report-directory": inputs.report_directory if kept else "",
        "fix-commit": committed,
    }
    for name in write_outputs(env.get("GITHUB_OUTPUT", ""), outputs):
        log.notice(f"The output {name} is too large and left empty; the report directory holds it.")
    log.text(sentence(reports))
    return code


def _outcomes(
    inputs: Inputs,
    event: Event,
    client: Client | None,
    workspace: Path,
    env: Mapping[str, str],
    log: Log,
    run_one: Run,
) -> tuple[list[Outcome], list[Outcome]]:
    """What was checked, and which projects were passed over because nothing of theirs is changed."""
    changed = _changed(inputs, event, client, log)
    proposal = event.pull_request is not None or event.name == "merge_group"
    outcomes: list[Outcome] = []
    skipped: list[Outcome] = []
    seen: set[Path] = set()
    for project in inputs.projects:
        found = locate(inputs, workspace, env, project)
        if isinstance(found, Outcome):
            outcomes.append(found)
            continue
        for config in found:
            for other in config.skipped:
                log.text(f"{other.path} is not checked: {other.reason}.")
            if config.schema in seen:
                continue
            seen.add(config.schema)
            if inputs.skip_unchanged and changed is not None and not concerned(config, changed):
                log.text(f"{config.shown(config.schema)} is not checked: nothing of it is changed.")
                skipped.append(skipped_outcome(config))
            else:
                looked_at = since(config, event.base_sha) if proposal else config
                outcomes.append(settings_changed(check(looked_at, run_one), changed, proposal=proposal))
    return outcomes, skipped


def _changed(inputs: Inputs, event: Event, client: Client | None, log: Log) -> frozenset[str] | None:
    if client is None:
        return None
    try:
        return changed_files(client, event)
    except (GitHubError, AttributeError, TypeError) as error:
        why = publish.said(error) if isinstance(error, DriftError) else ""
        log.text(f"The changed files are not known, so everything is checked. {why}")
        return None


def _context(
    inputs: Inputs, event: Event, outcome: Outcome, committed: str, fixes: Mapping[str, str]
) -> Context:
    config = outcome.config
    place = f"{config.shown(config.migrations)}/" if config and config.migrations else None
    own = next((path for path in fixes if place and path.startswith(place)), "")
    return Context(
        repository_url=event.head_url if event.head_repository else "",
        commit=event.sha,
        run_url=event.run_url,
        project_path=outcome.path,
        fix_name=inputs.fix_name,
        committed=committed if own else "",
        artifact=f"fix/{own}" if own else "",
    )


def _fixes(
    inputs: Inputs, event: Event, client: Client | None, outcomes: Sequence[Outcome], log: Log
) -> tuple[dict[str, str], str]:
    """The corrective migrations as files, and the commit that adds them where one was pushed."""
    if inputs.write_fix == "none" or not any(outcome.report.corrective_sql.strip() for outcome in outcomes):
        return {}, ""
    time = publish.head_time(client, event) if client is not None else ""
    fixes: list[Fix] = []
    for outcome in outcomes:
        fix = fix_of(outcome, inputs.fix_name, time)
        if fix is not None:
            fixes.append(fix)
    committed = ""
    if inputs.write_fix == "commit" and fixes:
        if client is None:
            log.notice("The corrective migration is not committed: there is no token.")
        else:
            committed = publish.push_fixes(client, event, fixes, log.notice)
    return {fix.path: fix.sql for fix in fixes}, committed


def _tell(
    env: Mapping[str, str],
    outcomes: Sequence[Outcome],
    contexts: Sequence[Context],
    smoked: Sequence[Smoked],
    log: Log,
) -> None:
    pairs = [(outcome.report, context) for outcome, context in zip(outcomes, contexts, strict=True)]
    try:
        text = summary(pairs) if pairs else "✓ Neither schema nor migrations are changed.\n"
        if smoked:
            from .smoke import summary as smoke_summary

            text += smoke_summary(smoked)
        write_summary(env.get("GITHUB_STEP_SUMMARY", ""), text)
    except OSError as error:
        log.notice(f"The job summary could not be written: {error.strerror}.")


def _keep(
    workspace: Path,
    directory: Path,
    outcomes: Sequence[Outcome],
    contexts: Sequence[Context],
    fixes: Mapping[str, str],
    skipped: Sequence[Outcome],
    log: Log,
) -> bool:
    try:
        write_files(workspace, directory, outcomes, contexts, fixes=fixes, skipped=skipped)
    except DriftError as error:
        log.notice(publish.said(error))
        return False
    return True


def _annotations(reports: Sequence[Report]) -> Sequence[Command]:
    from ..report.annotations import commands

    return commands(reports)


def _json(reports: Sequence[Report]) -> str:
    from ..report.json import render

    return render(reports) if reports else ""


def _plain(report: Report) -> str:
    """The report for people who read the log."""
    lines = [f"{report.project.schema}: {report.verdict}"]
    for finding in report.findings:
        where = f"{finding.position}: " if finding.position else ""
        lines.append(f"  {finding.severity} [{finding.id}] {where}{finding.message}")
        lines += [f"    {line}" for line in finding.excerpt.split("\n") if line]
        if finding.hint:
            lines.append(f"    {finding.hint}")
    lines += [f"  {hazard.severity} [{hazard.id}] {hazard.message}" for hazard in hazard_findings(report)]
    return "\n".join(lines)
