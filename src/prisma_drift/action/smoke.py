"""The action's smoke test: the probes on what the migrations build, and a command of the workflow's own on that database."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..github.log import Log
from ..model.values import frozen
from ..model.workflow import visible
from ..project import Config
from ..report.escape import fence
from ..report.smoke import lines
from .projects import Outcome

_SECRET = ("INPUT_", "ACTIONS_", "GITHUB_TOKEN")
"""How the variables begin that a command which runs a pull request's code must not have."""


@frozen
class Smoked:
    """What came of one project's smoke test."""

    path: str
    text: str
    """For the log and the summary; one line for each probe."""
    code: int
    """0 all well; 2 a probe, or the command, failed; 1 it could not be made."""


def smoke(outcomes: Sequence[Outcome], command: str, log: Log) -> list[Smoked]:
    """A smoke test of each project whose check could be made; a proved mend runs behind its migrations."""
    found = []
    for outcome in outcomes:
        if outcome.config is None or outcome.report.verdict not in ("in-step", "drift"):
            continue
        try:
            one = _smoke(outcome.path, outcome.config, bool(outcome.report.corrective_sql), command, log)
        except DriftError as error:
            one = Smoked(outcome.path, f"✗ {error.message}\n  {error.hint}", EXIT_ERROR)
            log.text(one.text)
        found.append(one)
    return found


def _smoke(path: str, config: Config, mended: bool, command: str, log: Log) -> Smoked:
    from ..smoke.command import run_command
    from ..smoke.run import Wanted, environment_of, probe, ready

    wanted = Wanted(from_fix=mended)
    with ready(config, wanted) as stands:
        tried = probe(stands, wanted)
        text = "\n".join(lines(stands, tried, hints=False))
        log.text(text)
        if any(one.failures for one in tried):
            return Smoked(path, text, EXIT_DRIFT)
        if not command:
            return Smoked(path, text, EXIT_IN_STEP)
        # Its output is the job's own: no command of the runner's is read from it here (see Log).
        plain = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
        status = run_command(_words(command), environment_of(stands), base=plain)
        sign = "✗" if status else "✓"
        said = f"{sign} {command}: exit status {status}"
        log.text(said)
        return Smoked(path, f"{text}\n{said}", EXIT_DRIFT if status else EXIT_IN_STEP)


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise DriftError(
            f"The input `smoke-command` cannot be read: {error}.",
            id="input-invalid",
            hint="Write it as it is typed, with every quote closed.",
        ) from None
    if not words:
        raise DriftError(
            "The input `smoke-command` is empty.",
            id="input-invalid",
            hint="Write a command, or leave it out.",
        )
    return words


def summary(smoked: Sequence[Smoked]) -> str:
    """For the job's summary."""
    return "".join(f"\n\n### Smoke test\n\n{fence(visible(one.text), 'text')}\n" for one in smoked)
