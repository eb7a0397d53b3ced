"""Problems as text: coloured on a terminal, plain in a pipe, annotations in GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..model.workflow import Command, inert, one_line
from .problems import Problem

if TYPE_CHECKING:
    from ..model.hazards import Hazard

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
        lines += ["", style(_BOLD, f"The migration to add ({inert(one_line(one.file))}):")]
        if one.hazards:
            lines += ["", *(style(_YELLOW, f"    {inert(one_line(hazard))}") for hazard in one.hazards)]
        if one.sql:
            lines += ["", *(f"    {line}".rstrip() for line in inert(one.sql).rstrip("\n").split("\n"))]
        else:
            words = (one.refusal, *one.hint.split("\n")) if one.hint else (one.refusal,)
            lines += ["", *(f"    {inert(one_line(word))}" for word in words)]
    if advice:
        lines += [
            "",
            *(f"{'      ' if number else style(_BOLD, 'next: ')}{one}" for number, one in enumerate(advice)),
        ]
    print("\n".join(lines))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for problem in problems:
            print(_command(problem))


def hazard_lines(hazards: Iterable[Hazard]) -> list[str]:
    """A line each, the gravest first, in the words that every report has for them."""
    from ..findings.hazards import folded, sentence

    return [f"{hazard.severity}: {sentence(hazard)} [{hazard.id}]" for hazard in folded(hazards)]


def _lines(problem: Problem, style: object) -> list[str]:
    assert callable(style)
    mark = style(_YELLOW, "note") if problem.severity == "note" else style(_RED, "error")
    where = inert(one_line(f"{problem.file}:{problem.line}" if problem.line else problem.file))
    # Messages may have several lines of their own.
    message = inert(problem.message)
    lines = [f"{mark} {style(_BOLD, where)}{': ' if where else ''}{message} {style(_DIM, f'[{problem.id}]')}"]
    lines += [f"      {line}".rstrip() for line in inert(problem.excerpt).rstrip("\n").split("\n") if line]
    if problem.fix:
        lines.append(f"      {inert(problem.fix)}")
    return lines


def _styled(code: str, text: str) -> str:
    return f"{code}{text}{_OFF}"


def _plain(code: str, text: str) -> str:
    return text


def _colours() -> bool:
    from ..model.terminal import wants_colour

    return wants_colour(os.environ.get("PRISMA_DRIFT_COLOR", ""), sys.stdout.isatty(), os.environ)


def _command(problem: Problem) -> Command:
    level = "notice" if problem.severity == "note" else "error"
    place = (("file", problem.file), ("line", str(max(problem.line, 1)))) if problem.file else ()
    message = problem.message + (f"\n{problem.fix}" if problem.fix else "")
    return Command(level, message, (*place, ("title", f"prisma-drift: {problem.id}")))
