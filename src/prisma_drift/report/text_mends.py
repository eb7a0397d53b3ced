"""Both ways out at the terminal: the corrective migration with its proof, and the lines for the schema."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings.hazards import folded, sentence
from ..findings.proved import proved
from ..model.counted import counted
from ..model.edit import SchemaLines
from ..model.report import Report
from .lines import Line

MOST_SQL = 60
MOST_LINES = 40
"""Lines before the rest is only counted; --verbose shows all."""
MOST_SECOND = 8
"""Lines of the side that comes second."""
_SIGNS = {(False, False): ("+", "good"), (False, True): ("~", "changed"), (True, True): ("-", "bad")}
"""By whether an edit removes lines and whether it replaces any."""


def section(report: Report, *, verbose: bool) -> Iterator[Line]:
    """Both ways out; the one that the evidence speaks for comes first."""
    if report.likely == "schema":
        yield from _schema_side(report, verbose=verbose, first=True)
        yield from _corrective(report, verbose=verbose)
    else:
        yield from _corrective(report, verbose=verbose)
        yield from _schema_side(report, verbose=verbose, first=False)


def _corrective(report: Report, *, verbose: bool) -> Iterator[Line]:
    text = report.corrective_sql.strip("\n")
    if not text:
        yield from _refused(report)
        return
    yield ()
    yield (("If the schema is right", "bold"), (f", this migration mends it ({proved(report.proof)}):", ""))
    yield from _hazards(report)
    lines = text.split("\n")
    yield ()
    shown = lines if verbose or len(lines) <= MOST_SQL else lines[: MOST_SQL - 10]
    yield from (((f"    {line}", "sql"),) for line in shown)
    if len(shown) < len(lines):
        more = (
            f"    … {len(lines) - len(shown)} more lines (--verbose shows them, --script has the SQL alone)"
        )
        yield ((more, "dim"),)


def _refused(report: Report) -> Iterator[Line]:
    """Why there is no migration."""
    if not report.hazards:
        return
    yield ()
    yield (("If the schema is right", "bold"), (": no migration is offered, since none is proved.", ""))
    yield from _hazards(report)


def _hazards(report: Report) -> Iterator[Line]:
    """What the migration costs, above it."""
    if report.hazards:
        yield ()
    for one in folded(report.hazards):
        mark = {"error": ("  ✗ ", "bad"), "warning": ("  ! ", "warn")}.get(one.severity, ("  · ", "dim"))
        yield (mark, (sentence(one), "" if one.severity == "note" else "warn"), (f"  [{one.id}]", "dim"))


def _schema_side(report: Report, *, verbose: bool, first: bool) -> Iterator[Line]:
    """The lines for the schema; only counted where they stand second and are many."""
    if not report.schema_lines:
        return
    some = sum(any(mend.kind == "schema" for mend in one.mends) for one in report.findings)
    count = len(report.differences)
    what = "mend it" if some in (0, count) else f"mend {some} of the {count} differences"
    yield ()
    lines = sum(_length(edit) for edit in report.schema_lines)
    if not (first or verbose) and lines > MOST_SECOND:
        told = f", {counted(lines, 'line')} of the schema would {what} (--verbose lists them)"
        yield (("If the migrations are right", "bold"), (told, ""))
        return
    yield (("If the migrations are right", "bold"), (f", these lines of the schema {what}:", ""))
    left = 1_000_000 if verbose else MOST_LINES
    for number, edit in enumerate(report.schema_lines):
        if left <= 0:
            rest = counted(len(report.schema_lines) - number, "more place")
            yield ((f"    … and {rest} (--verbose shows all)", "dim"),)
            return
        if edit.replaces or number == 0 or _where(edit) != _where(report.schema_lines[number - 1]):
            yield ()
            yield ((f"    {_where(edit)}", "dim"),)
        sign, style = _SIGNS[edit.removes, bool(edit.replaces)]
        for line in (edit.was if edit.removes else edit.text).split("\n"):
            yield ((f"    {sign} ", style), (line, "code"))
            left -= 1
    reasons = sorted(
        {m.why for one in report.findings for m in one.mends[:1] if m.why and m.kind == "schema"}
    )
    if reasons:
        yield ()
        yield ((f"    Likely so: {'; '.join(reasons)}.", "dim"),)


def _length(edit: SchemaLines) -> int:
    return (edit.was if edit.removes else edit.text).count("\n") + 1


def _where(edit: SchemaLines) -> str:
    if edit.replaces:
        return f"{edit.file}:{edit.after_line + 1}"
    return f"{edit.file}, " + (f"after line {edit.after_line}" if edit.after_line else "at the top")
