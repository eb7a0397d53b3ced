"""Problems as text: coloured on a terminal, plain in a pipe, annotations in GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..model.workflow import escape_data, escape_property
from .problems import Problem

_RED, _YELLOW, _BOLD, _DIM, _OFF = "\033[31m", "\033[33m", "\033[1m", "\033[2m", "\033[0m"


class Shown(NamedTuple):
    """A migration that is missing."""

    file: str
    hazards: Sequence[str]
    """What it costs, a line each."""
    sql: str
    """Empty where none is offered."""
    refusal: str = ""
    """Why none is offered."""
    hint: str = ""


def show(problems: Sequence[Problem], missing: Iterable[Shown], advice: Sequence[str]) -> None:
    """Prints the problems, then the migrations to add with what they cost above, then what to run."""
    style = _styled if _colours() else _plain
    lines = []
    for problem in problems:
        lines += _lines(problem, style)
    for one in missing:
        lines += ["", style(_BOLD, f"The migration to add ({one.file}):")]
        if one.hazards:
            lines += ["", *(f"    {hazard}" for hazard in one.hazards)]
        if one.sql:
            lines += ["", *(f"    {line}".rstrip() for line in one.sql.rstrip("\n").split("\n"))]
        else:
            lines += ["", f"    {one.refusal}", *(f"    {line}" for line in one.hint.splitlines())]
    if advice:
        lines += ["", *advice]
    print("\n".join(lines))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for problem in problems:
            print(_annotation(problem))


def _lines(problem: Problem, style: object) -> list[str]:
    assert callable(style)
    mark = style(_YELLOW, "note") if problem.severity == "note" else style(_RED, "error")
    where = f"{problem.file}:{problem.line}" if problem.line else problem.file
    lines = [
        f"{mark} {style(_BOLD, where)}{': ' if where else ''}{problem.message} {style(_DIM, f'[{problem.id}]')}"
    ]
    lines += [f"      {line}".rstrip() for line in problem.excerpt.splitlines()]
    if problem.fix:
        lines.append(f"      {problem.fix}")
    return lines


def _styled(code: str, text: str) -> str:
    return f"{code}{text}{_OFF}"


def _plain(code: str, text: str) -> str:
    return text


def _colours() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _annotation(problem: Problem) -> str:
    """A workflow command; escaped as the runner reads it."""
    level = "notice" if problem.severity == "note" else "error"
    properties = [f"title={escape_property(f'prisma-drift: {problem.id}')}"]
    if problem.file:
        properties.insert(0, f"file={escape_property(problem.file)},line={max(problem.line, 1)}")
    message = problem.message + (f"\n{problem.fix}" if problem.fix else "")
    return f"::{level} {','.join(properties)}::{escape_data(message)}"
