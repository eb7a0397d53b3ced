"""The inputs of action.yml as values; they reach the program only as environment."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..errors import DriftError
from ..model.values import frozen

COMMENT = ("always", "on-drift", "never")
WRITE_FIX = ("none", "artifact", "commit")
FAIL_ON = ("never", "error", "drift", "warning")
MODE = ("check", "comment", "fold", "gate")


class InputError(DriftError):
    """An input of the action is not understood."""

    id = "input-invalid"


@frozen
class Inputs:
    """What a workflow may ask for; one field for each input of action.yml."""

    mode: str = "check"
    """check | comment | fold | gate"""
    projects: tuple[str, ...] = (".",)
    working_directory: str = "."
    schema: str = ""
    migrations: str = ""
    default_schema: str = ""
    prisma_version: str = ""
    shadow: str = "embedded"
    config: str = ""
    fail_on: str = ""
    """Empty: what each project's `fail-on` says."""
    comment: str = "on-drift"
    comment_author: str = ""
    write_fix: str = "none"
    fix_name: str = "align"
    annotations: bool = True
    skip_unchanged: bool = True
    smoke: bool = False
    smoke_command: str = ""
    commit_status: str = ""
    report_directory: str = ".prisma-drift"
    token: str = ""


ALL = "PRISMA_DRIFT_INPUTS"
"""The inputs as one JSON object, where a step of a composite action starts the program (host/action.yml)."""


def spread(env: Mapping[str, str]) -> Mapping[str, str]:
    """`env` with each input of ALL as GitHub gives it to a container, `INPUT_FAIL-ON`; InputError where ALL is no object of texts."""
    given = env.get(ALL, "")
    if not given:
        return env
    try:
        inputs = json.loads(given)
        named = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    except (ValueError, AttributeError):
        named = {"": None}
    if not all(isinstance(value, str) for value in named.values()):
        raise InputError(f"{ALL} is no JSON object of texts.", hint="Only host/action.yml sets it.")
    return {**{name: value for name, value in env.items() if name != ALL}, **named}


def read_inputs(env: Mapping[str, str]) -> Inputs:
    """The inputs of `env` (`INPUT_FAIL-ON`…); raises InputError for a value that there is not."""

    def text(name: str, default: str = "") -> str:
        return env.get(f"INPUT_{name.upper()}", "").strip() or default

    def choice(name: str, choices: tuple[str, ...], default: str) -> str:
        value = text(name, default)
        if value not in choices:
            raise InputError(f"The input `{name}` is `{value}`.", hint=f"Choose one of {', '.join(choices)}.")
        return value

    projects = text("projects").replace(",", "\n").split("\n")
    return Inputs(
        mode=choice("mode", MODE, "check"),
        projects=tuple(line.strip() for line in projects if line.strip()) or (".",),
        working_directory=text("working-directory", "."),
        schema=text("schema"),
        migrations=text("migrations"),
        default_schema=text("default-schema"),
        prisma_version=text("prisma-version"),
        # Never what a file of the repository says: that would let a fork choose which server is spoken to.
        shadow=text("shadow", "embedded"),
        config=text("config"),
        fail_on=choice("fail-on", ("", *FAIL_ON), ""),
        comment=choice("comment", COMMENT, "on-drift"),
        comment_author=text("comment-author"),
        write_fix=choice("write-fix", WRITE_FIX, "none"),
        fix_name=text("fix-name", "align"),
        annotations=choice("annotations", ("true", "false"), "true") == "true",
        skip_unchanged=choice("skip-unchanged", ("true", "false"), "true") == "true",
        smoke=choice("smoke", ("true", "false"), "false") == "true",
        smoke_command=text("smoke-command"),
        commit_status=text("commit-status"),
        report_directory=text("report-directory", ".prisma-drift"),
        token=text("token"),
    )
