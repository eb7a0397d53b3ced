"""Reports for people at a terminal, as lines of styled pieces; plain text where there is no terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from ..model.counted import counted
from ..model.report import Finding, Report
from ..model.schema import Unmanaged
from . import text_differences, text_mends
from .groups import PLURALS, headline
from .lines import Line, put


def write(reports: Sequence[Report], stream: TextIO, *, verbose: bool = False, color: str = "auto") -> None:
    """Write the reports; `color`: always | never | auto, which is where `stream` is a terminal."""
    write_lines(_lines(reports, verbose=verbose), stream, color=color)


def write_lines(lines: Iterable[Line], stream: TextIO, *, color: str = "auto") -> None:
    """Write lines of styled pieces."""
    put(lines, stream, color)


def render(reports: Sequence[Report], *, verbose: bool = False) -> str:
    """The reports as plain text, one after the other."""
    return plain(_lines(reports, verbose=verbose))


def plain(lines: Iterable[Line]) -> str:
    """The lines without their styles."""
    stream = io.StringIO()
    put(lines, stream, "never")
    return stream.getvalue()


def _lines(reports: Sequence[Report], *, verbose: bool) -> Iterator[Line]:
    for number, report in enumerate(reports):
        if number:
            yield ()
        yield from _report(report, verbose=verbose)


def _report(report: Report, *, verbose: bool) -> Iterator[Line]:
    yield verdict(report)
    if report.verdict == "error":
        for number, one in enumerate(report.findings):
            yield from _error(one, headed=bool(report.project.schema) or number > 0)
        return
    yield from text_differences.section(report, verbose=verbose)
    yield from _others(report, verbose=verbose)
    yield from text_mends.section(report, verbose=verbose)
    yield from _kept(report, verbose=verbose)
    yield ()
    yield ((_ground(report), "dim"),)


def verdict(report: Report) -> Line:
    """The first line, which says it all."""
    project = report.project
    schema = project.schema
    count = counted(project.migration_count, "migration")
    if report.verdict == "in-step":
        return (("✓ ", "good"), (f"{schema} and its {count} agree", "bold"))
    if report.verdict == "error":
        # Before there is a project, the error itself says best what is wrong.
        first = f"{schema} could not be checked" if project.schema else report.findings[0].message
        return (("✗ ", "bad"), (first, "bold"))
    found = report.differences
    if not found:
        problems = sum(one.severity == "error" for one in report.findings)
        return (("✗ ", "bad"), (f"{schema} and its {count} have {counted(problems, 'problem')}", "bold"))
    return (("✗ ", "bad"), (f"{schema} and its {count} disagree: {headline(report, found)}", "bold"))


# ------------------------------------------------------------ errors, warnings, notes


def _error(one: Finding, *, headed: bool) -> Iterator[Line]:
    """Place, message, the line itself, what to do; `headed`: the message is not the headline already."""
    if one.position or headed:
        yield ()
        where = (f"{one.position}:{one.position.column}  ", "code") if one.position else ("", "")
        yield (where, (f"[{one.id}]", "dim"))
    if headed:
        yield from (((line, "bad" if one.severity == "error" else ""),) for line in one.message.split("\n"))
    if one.excerpt:
        yield ()
        yield from (((f"    {line}", "code"),) for line in one.excerpt.rstrip("\n").split("\n"))
    if one.hint:
        if one.excerpt or headed:
            yield ()
        yield (("next: ", "bold"), (one.hint, ""))


HIDDEN = "hidden-by-settings"
"""The note that is never only counted: what the repository's own settings keep from being compared."""


def _others(report: Report, *, verbose: bool) -> Iterator[Line]:
    """Errors that are no differences, and warnings; notes are counted, or listed where asked for."""
    shown = set(map(id, report.differences))
    found = [one for one in report.findings if id(one) not in shown]
    notes = [one for one in found if one.severity == "note" and one.id != HIDDEN]
    for one in found:
        if one in notes and not verbose:
            continue
        yield ()
        mark = {"error": ("✗ ", "bad"), "warning": ("! ", "warn")}.get(one.severity, ("· ", "dim"))
        yield (mark, (" ".join(one.message.split()), ""))
        places = [str(one.position)] if one.position else []
        yield (("  " + " · ".join((*places, one.id)), "dim"),)
        if one.hint:
            yield ((f"  {' '.join(one.hint.split())}", ""),)
    if notes and not verbose:
        yield ()
        yield ((f"{counted(len(notes), 'accepted difference')} (--verbose says which and why)", "dim"),)


# ------------------------------------------------------------ what is kept, and the ground


def _kept(report: Report, *, verbose: bool) -> Iterator[Line]:
    if report.would_drop:
        yield ()
        yield (("Kept, though Prisma's own diff would drop it:", "bold"),)
        for one in report.would_drop:
            why = ", ".join((one.kind, *(reason for reason in one.why if reason != one.kind)))
            yield (("    ", ""), (one.name, ""), (f"  ({why})", "dim"))
    others = [one for one in report.unmanaged if one not in report.would_drop]
    if not others:
        return
    yield ()
    if not verbose:
        text = f"Not compared, since Prisma's language cannot declare it: {_tally(others)} (--verbose lists them)"
        yield ((text, "dim"),)
        return
    yield (("Not compared, since Prisma's language cannot declare it:", "bold"),)
    for one in others:
        yield (("    ", ""), (f"{one.kind} {one.name}", ""))
        yield from (((f"        {line}", "sql"),) for line in one.definition.strip("\n").split("\n") if line)


def _tally(objects: Sequence[Unmanaged]) -> str:
    kinds = Counter(one.kind for one in objects)
    return ", ".join(counted(kinds[kind], kind, PLURALS.get(kind, "")) for kind in sorted(kinds))


def _ground(report: Report) -> str:
    """What the check rested on."""
    project = report.project
    facts = [f"Postgres {project.postgres}"] if project.postgres else []
    if project.prisma:
        source = f" ({project.prisma_source})" if project.prisma_source else ""
        facts.append(f"rules of Prisma {project.prisma}{source}")
    return " · ".join(facts)
