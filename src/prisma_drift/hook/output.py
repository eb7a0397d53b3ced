"""Problems as text: coloured on a terminal, plain in a pipe, annotations in GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..model.workflow import Command, inert, one_line
from .problems import Problem

if TYPE_CHECKING:
    from ..model.hazards import Hazard
    from ..model.terminal import Line, Piece

_CODES = {"bad": "31", "warn": "33", "bold": "1", "command": "1", "dim": "2"}


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
    lines: list[Line] = [line for problem in problems for line in _lines(problem)]
    for one in missing:
        lines += [(), ((f"The migration to add ({inert(one_line(one.file))}):", "bold"),)]
        if one.hazards:
            lines += [(), *((("    ", ""), (inert(one_line(hazard)), "warn")) for hazard in one.hazards)]
        if one.sql:
            sql = inert(one.sql).rstrip("\n").split("\n")
            lines += [(), *((("    ", ""), (line, "sql")) for line in sql)]
        else:
            words = (one.refusal, *one.hint.split("\n")) if one.hint else (one.refusal,)
            lines += [(), *((("    ", ""), (inert(one_line(word)), "")) for word in words)]
    if advice:
        lines += [(), *(_advice(number, one) for number, one in enumerate(advice))]
    try:
        _print(lines)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for problem in problems:
                print(_command(problem))
        sys.stdout.flush()
    except OSError as error:
        # The verdict stays what it is where nobody reads it; Python must not fail at it again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"prisma-drift: standard output cannot be written: {error.strerror}.\n")


def hazard_lines(hazards: Iterable[Hazard]) -> list[str]:
    """A line each, the gravest first, in the words that every report has for them."""
    from ..findings.hazards import folded, sentence

    return [f"{hazard.severity}: {sentence(hazard)} [{hazard.id}]" for hazard in folded(hazards)]


def _lines(problem: Problem) -> Iterator[Line]:
    mark: Piece = ("note", "warn") if problem.severity == "note" else ("error", "bad")
    where = inert(one_line(f"{problem.file}:{problem.line}" if problem.line else problem.file))
    # Messages may have several lines of their own.
    first, *more = inert(problem.message).split("\n")
    end: Line = ((" ", ""), (f"[{problem.id}]", "dim"))
    head: Line = (mark, (" ", ""), (where, "bold"), (f"{': ' if where else ''}{first}", ""))
    yield (*head, *(() if more else end))
    for number, line in enumerate(more, 1):
        yield ((line, ""), *(end if number == len(more) else ()))
    for line in inert(problem.excerpt).rstrip("\n").split("\n"):
        if line:
            yield (("      ", ""), (line, "code"))
    for line in inert(problem.fix).split("\n") if problem.fix else ():
        yield (
            ("      ", ""),
            (line, "command" if line.startswith(("git ", "npx ", "prisma-drift ")) else ""),
        )


def _advice(number: int, text: str) -> Line:
    """What to type, and behind a gap what it does."""
    typed, gap, does = text.partition("   ")
    return (("      ", "") if number else ("next: ", "bold"), (typed, "command"), (gap + does, ""))


def _print(lines: Iterable[Line]) -> None:
    """Broken at words and coloured for a terminal, plain for anything else."""
    from ..model.commands import as_called
    from ..model.terminal import wants_colour, wrapped

    terminal = sys.stdout.isatty()
    coloured = wants_colour(os.environ.get("PRISMA_DRIFT_COLOR", ""), terminal, os.environ)
    width = 0
    if terminal:
        import shutil

        width = shutil.get_terminal_size().columns
    for written in lines:
        whole = tuple((as_called(text), style) for text, style in written)
        for line in wrapped(whole, width) if terminal else (whole,):
            print("".join(_styled(text, style, coloured) for text, style in line).rstrip())


def _styled(text: str, style: str, coloured: bool) -> str:
    return f"\033[{_CODES[style]}m{text}\033[0m" if coloured and style in _CODES and text.strip() else text


def _command(problem: Problem) -> Command:
    level = "notice" if problem.severity == "note" else "error"
    place = (("file", problem.file), ("line", str(max(problem.line, 1)))) if problem.file else ()
    message = problem.message + (f"\n{problem.fix}" if problem.fix else "")
    return Command(level, message, (*place, ("title", f"prisma-drift: {problem.id}")))
