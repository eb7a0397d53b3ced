"""The action's gate: production is looked at before a job deploys to it. The URL comes from the job's environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..findings.failure import failed
from ..github.event import Event
from ..github.log import Log
from ..github.outputs import write_outputs, write_summary
from ..model.gate import Gate
from ..model.values import replace
from ..model.workflow import command
from ..report import gate as writer
from ..report.annotations import commands
from ..report.paths import relative_to, with_paths
from .inputs import InputError, Inputs
from .projects import Outcome, locate

VARIABLES = ("DIRECT_URL", "DATABASE_URL")


def gate(inputs: Inputs, event: Event, env: Mapping[str, str], log: Log) -> int:
    """Look at each project's database; 0 open, 2 closed, 1 error.

    Never for a pull request of a fork: whoever wrote its migrations would choose what is asked of production.
    """
    if event.pull_request is not None and event.fork:
        raise InputError(
            "`mode: gate` does not run for a pull request of a fork.",
            hint="Run it where production is deployed to: on push, in a job with `environment: production`.",
        )
    url = next((env[name] for name in VARIABLES if env.get(name)), "")
    if not url.startswith(("postgres://", "postgresql://")):
        raise InputError(
            "`mode: gate` has no database to look at.",
            hint="Give the step `env: DATABASE_URL: ${{ secrets.DATABASE_URL }}`, a URL that begins with postgresql://.",
        )
    log.commands(command("add-mask", word) for word in _secrets(url))
    workspace = Path(env.get("GITHUB_WORKSPACE") or ".").resolve()
    gates = [
        one for project in inputs.projects for one in _project(inputs, workspace, env, project, url, log)
    ]
    log.text(writer.render(gates, "text"))
    if inputs.annotations:
        log.commands(commands([one.report for one in gates]))
    try:
        write_summary(env.get("GITHUB_STEP_SUMMARY", ""), writer.render(gates, "markdown"))
    except OSError as error:
        log.notice(f"The job summary could not be written: {error.strerror}.")
    words = {one.verdict for one in gates}
    verdict = next((word for word in ("error", "closed") if word in words), "open")
    outputs = {
        "verdict": verdict,
        "drift-count": str(
            sum(finding.severity == "error" for one in gates for finding in one.report.findings)
        ),
        "report-json": writer.render(gates, "json"),
    }
    for name in write_outputs(env.get("GITHUB_OUTPUT", ""), outputs):
        log.notice(f"The output {name} is too large and left empty.")
    if inputs.fail_on == "never":
        return EXIT_IN_STEP
    if "error" in words:
        return EXIT_ERROR
    warned = inputs.fail_on == "warning" and any(one.report.warned for one in gates)
    return EXIT_DRIFT if "closed" in words or warned else EXIT_IN_STEP


def _project(
    inputs: Inputs, workspace: Path, env: Mapping[str, str], project: str, url: str, log: Log
) -> list[Gate]:
    from ..gate.run import Choice, run

    found = locate(inputs, workspace, env, project)
    if isinstance(found, Outcome):
        return [Gate(found.report)]
    gates = []
    for config in found:
        try:
            outcome = run(config, url, Choice(samples=False))
            gates.append(outcome.gate)
        except DriftError as error:
            gates.append(Gate(failed(error)))
    return [replace(one, report=with_paths(one.report, relative_to(workspace))) for one in gates]


def _secrets(url: str) -> list[str]:
    """The URL and its password, as they are written and as they are meant: the runner hides them wherever they come up."""
    login = url.partition("://")[2].rpartition("@")[0]
    password = login.partition(":")[2]
    return [word for word in dict.fromkeys((url, password, unquote(password))) if len(word) > 3]
