"""Reports for people at a terminal, as lines of styled pieces; plain text where there is no terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from ..model.edit import SchemaLines
from ..model.schema import Unmanaged
from ..model.source import Position
from .escape import visible
from .model import Finding, Origin, Report
from .sections import counted
from .words import ABSENT

Piece = tuple[str, str]
"""Text, and how it looks: '' | dim | bold | good | bad | changed | warn | code."""
Line = tuple[Piece, ...]

MOST_FINDINGS = 40
MOST_SQL = 60
MOST_LINES = 40
"""Lines of a section before the rest is only counted; --verbose shows all."""

_STYLES = {
    "dim": "dim",
    "bold": "bold",
    "good": "green",
    "bad": "red",
    "changed": "yellow",
    "warn": "yellow",
    "code": "cyan",
}


def write(reports: Sequence[Report], stream: TextIO, *, verbose: bool = False) -> None:
    """Write the reports, in colour where `stream` is a terminal."""
    if not stream.isatty():
        stream.write(render(reports, verbose=verbose))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in _lines(reports, verbose=verbose):
        console.print(Text.assemble(*((text, _STYLES.get(style, "")) for text, style in line)))


def render(reports: Sequence[Report], *, verbose: bool = False) -> str:
    """The reports as plain text, one after the other."""
    return "".join(
        "".join(text for text, _ in line).rstrip() + "\n" for line in _lines(reports, verbose=verbose)
    )


def _lines(reports: Sequence[Report], *, verbose: bool) -> Iterator[Line]:
    for number, report in enumerate(reports):
        if number:
            yield ()
        for line in _report(report, verbose=verbose):
            # Names come from a repository: no control character of theirs reaches the terminal.
            yield tuple((visible(text), style) for text, style in line)


def _report(report: Report, *, verbose: bool) -> Iterator[Line]:
    yield verdict(report)
    if report.verdict == "error":
        for one in report.findings:
            yield from _error(one, headed=bool(report.project.schema))
        return
    yield from _differences(report, verbose=verbose)
    yield from _others(report, verbose=verbose)
    yield from _mends(report, verbose=verbose)
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
    found = differences(report)
    if not found:
        problems = sum(one.severity == "error" for one in report.findings)
        return (("✗ ", "bad"), (f"{schema} and its {count} have {counted(problems, 'problem')}", "bold"))
    groups = {one.model or one.table for one in found} - {""}
    noun = "table" if any(one.table and not one.model for one in found) else "model"
    where = f" in {counted(len(groups), noun)}" if groups else ""
    return (
        ("✗ ", "bad"),
        (f"{schema} and its {count} disagree: {counted(len(found), 'difference')}{where}", "bold"),
    )


def differences(report: Report) -> list[Finding]:
    """The findings that hold the two sides against each other."""
    return [one for one in report.findings if one.severity == "error" and (one.actual or one.expected)]


# ------------------------------------------------------------ what differs


def _differences(report: Report, *, verbose: bool) -> Iterator[Line]:
    found = differences(report)
    if not found:
        return
    left = len(found) if verbose else MOST_FINDINGS
    for name, group in _groups(found):
        if left <= 0:
            break
        yield ()
        yield ((name, "bold"),)
        for one in group[:left]:
            yield from _difference(one)
        left -= len(group)
    if left < 0:
        yield ()
        yield (
            (f"… and {counted(-left, 'more difference', 'more differences')} (--verbose shows all)", "dim"),
        )
    yield ()
    yield (
        ("+", "good"),
        (" only in the schema   ", "dim"),
        ("-", "bad"),
        (" only in the migrations   ", "dim"),
        ("~", "changed"),
        (" migrations → schema", "dim"),
    )
    yield from _explanations(found)


_TOLD = {
    "join-table-key": "Before 6.0 Prisma gave these tables a unique index, since 6.0 a primary key: part of the upgrade."
    " No row is touched.",
    "enum-value-extra": "Taking a value away fails while rows still use it.",
}
"""What cannot be seen from the two sides alone."""


def _explanations(found: list[Finding]) -> Iterator[Line]:
    ids = {one.id for one in found}
    for id, text in _TOLD.items():
        if id in ids:
            yield ()
            yield ((f"{id}: ", "dim"), (text, ""))


def _groups(found: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """By model in the order of the schema; what the schema does not have comes after, the database itself last."""
    groups: dict[str, list[Finding]] = {}
    for one in sorted(found, key=lambda one: (one.position is None, one.position or Position("", 0))):
        groups.setdefault(_group_name(one), []).append(one)
    loose = groups.pop("", None)
    return [*groups.items(), *([("The database", loose)] if loose else [])]


def _group_name(one: Finding) -> str:
    table = one.table.rpartition(".")[2]
    schema = one.table.rpartition(".")[0]
    shown = one.table if schema not in ("", "public") else table
    if one.model:
        return f"{one.model} (table {shown})" if table and shown != one.model else one.model
    if not table:
        return f"enum {one.object.rpartition('.')[2]}" if one.id in ("enum-missing", "enum-extra") else ""
    return JOIN_TABLES if one.id == "join-table-key" else shown


JOIN_TABLES = "Tables of implicit many-to-many relations"


def _difference(one: Finding) -> Iterator[Line]:
    name = label(one)
    if one.actual == ABSENT:
        sign, style, text = "+", "good", _only(one, name, _side(one.expected))
    elif one.expected == ABSENT:
        sign, style, text = "-", "bad", _only(one, name, _side(one.actual))
    else:
        sign, style, text = "~", "changed", f"{name}: {_side(one.actual)} → {_side(one.expected)}"
    yield ((f"  {sign} ", style), (text, ""))
    yield (("      " + " · ".join((*_places(one), one.id)), "dim"),)


def _only(one: Finding, name: str, side: str) -> str:
    """What only one side has."""
    if one.id in ("table-missing", "table-extra", "enum-missing", "enum-extra"):
        # Its name stands above, and a model's name says no more.
        return f"the whole {name}" + ("" if side.startswith("model ") else f" ({side})")
    return side if name == "index" else f"{name} {side}"


def _side(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:99] + "…"


_KINDS = {
    "table": "table",
    "enum": "enum",
    "extension": "extension",
    "schema": "database schema",
    "index": "index",
    "foreign": "foreign key",
    "primary": "primary key",
}


def label(one: Finding) -> str:
    """What a difference is about, in a word or two: `jitterMin`, `index`, `value ADMIN`."""
    name = one.object.removeprefix(one.table + ".") if one.table else one.object
    kind = one.id.partition("-")[0]
    if one.id == "join-table-key":
        return one.table.rpartition(".")[2]
    if one.id.startswith("enum-value"):
        return "value"
    if kind not in _KINDS:
        return name
    # An object that only the database has goes by its name there; those of the schema by what they say.
    named = kind in ("index", "foreign", "primary") and one.expected == ABSENT
    return f"{_KINDS[kind]} {name}" if named else _KINDS[kind]


def _places(one: Finding) -> tuple[str, ...]:
    where = (str(one.position),) if one.position and one.expected != ABSENT else ()
    return (*where, *((_since(one.origin),) if one.origin else ()))


def _since(one: Origin) -> str:
    return f"{one.action} by {one.migration}:{one.line}"


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


def _others(report: Report, *, verbose: bool) -> Iterator[Line]:
    """Errors that are no differences, and warnings; notes are counted, or listed where asked for."""
    shown = set(map(id, differences(report)))
    found = [one for one in report.findings if id(one) not in shown]
    notes = [one for one in found if one.severity == "note"]
    for one in found:
        if one.severity == "note" and not verbose:
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


# ------------------------------------------------------------ the mends


def _mends(report: Report, *, verbose: bool) -> Iterator[Line]:
    """Both ways out; the one that the evidence speaks for comes first."""
    sql = list(_corrective(report, verbose=verbose))
    schema = list(_schema_side(report, verbose=verbose))
    leading = [one.mends[0].kind for one in report.findings if one.mends]
    # One migration mends all: it steps back only where every difference looks like the schema's fault.
    if leading.count("schema") == len(differences(report)):
        yield from (*schema, *sql)
    else:
        yield from (*sql, *schema)


def _corrective(report: Report, *, verbose: bool) -> Iterator[Line]:
    text = report.corrective_sql.strip("\n")
    if not text:
        return
    lines = text.split("\n")
    yield ()
    yield (("If the schema is right", "bold"), (_proof(report), ""))
    yield ()
    shown = lines if verbose or len(lines) <= MOST_SQL else lines[: MOST_SQL - 10]
    yield from (((f"    {line}", "code"),) for line in shown)
    if len(shown) < len(lines):
        more = f"    … {len(lines) - len(shown)} more lines: prisma-drift check --script --strategy preserve"
        yield ((more, "dim"),)


def _proof(report: Report) -> str:
    empty = report.proof.empty
    if empty is None:
        return ", this migration should mend it (it has not been tried):"
    if not empty.applied:
        why = f": {' '.join(empty.error.split())}" if empty.error else "."
        return f", a migration has to mend it. This one failed on a copy of the shadow database{why}"
    if empty.residual:
        left = counted(empty.residual, "difference")
        return f", this migration mends a part; tried on a copy of the shadow database, it leaves {left}:"
    return ", this migration mends it (tried on a copy of the shadow database: nothing left to change):"


def _schema_side(report: Report, *, verbose: bool) -> Iterator[Line]:
    if not report.schema_lines:
        return
    some = sum(any(mend.kind == "schema" for mend in one.mends) for one in report.findings)
    count = len(differences(report))
    what = "declare it" if some in (0, count) else f"declare {some} of the {count} differences"
    yield ()
    yield (("If the migrations are right", "bold"), (f", these lines {what}:", ""))
    left = 1_000_000 if verbose else MOST_LINES
    for number, edit in enumerate(report.schema_lines):
        if left <= 0:
            rest = counted(len(report.schema_lines) - number, "more place")
            yield ((f"    … and {rest} (--verbose shows all)", "dim"),)
            return
        if edit.replaces or number == 0 or _where(edit) != _where(report.schema_lines[number - 1]):
            yield ()
            yield ((f"    {_where(edit)}", "dim"),)
        sign, style = ("~", "changed") if edit.replaces else ("+", "good")
        for line in edit.text.split("\n"):
            yield ((f"    {sign} ", style), (line, "code"))
            left -= 1
    reasons = sorted(
        {m.why for one in report.findings for m in one.mends[:1] if m.why and m.kind == "schema"}
    )
    if reasons:
        yield ()
        yield ((f"    Likely so: {'; '.join(reasons)}.", "dim"),)


def _where(edit: SchemaLines) -> str:
    if edit.replaces:
        return f"{edit.file}:{edit.after_line + 1}"
    return f"{edit.file}, " + (f"after line {edit.after_line}" if edit.after_line else "at the top")


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
        yield from (((f"        {line}", "code"),) for line in one.definition.strip("\n").split("\n") if line)


def _tally(objects: Sequence[Unmanaged]) -> str:
    kinds = Counter(one.kind for one in objects)
    return ", ".join(counted(kinds[kind], kind) for kind in sorted(kinds))


def _ground(report: Report) -> str:
    """What the check rested on."""
    project = report.project
    facts = [f"Postgres {project.postgres}"] if project.postgres else []
    if project.prisma:
        source = f" ({project.prisma_source})" if project.prisma_source else ""
        facts.append(f"rules of Prisma {project.prisma}{source}")
    return " · ".join(facts)
