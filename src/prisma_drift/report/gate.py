"""A gate in every format: for people, as JSON, as Markdown, as SARIF and as annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from ..findings.findings import sort_key
from ..model.counted import counted
from ..model.gate import Count, Gate
from ..model.report import Finding
from ..model.workflow import inert, one_line, visible
from . import annotations as workflow_commands
from . import json, sarif, text
from .escape import code, fence, json_text, prose
from .lines import Line, line_of

FORMATS = ("text", "json", "markdown", "sarif", "github")
_MARKS = {"error": ("✗ ", "bad"), "warning": ("! ", "warn")}
_GRAVITY = {"error": 0, "warning": 1}


def verdict(gate: Gate) -> str:
    """The first line, which says it all."""
    schema = gate.report.project.schema
    if gate.verdict == "error":
        return f"✗ {schema or 'the project'}: the gate could not look"
    if gate.verdict == "open":
        pending = f", {counted(len(gate.pending), 'migration')} to deploy" if gate.pending else ""
        return f"✓ {schema}: the gate is open{pending}"
    errors = sum(one.severity == "error" for one in gate.report.findings)
    return f"✗ {schema}: the gate is closed by {counted(errors, 'finding')}"


def render(gates: Sequence[Gate], format: str, *, verbose: bool = False) -> str:
    """The gates in one of FORMATS."""
    if format == "json":
        return _as_json(gates)
    if format == "markdown":
        return "\n".join(markdown(gate) for gate in gates)
    if format == "sarif":
        return sarif.render([gate.report for gate in gates])
    if format == "github":
        return _workflow(gates)
    return text.plain(_lines(gates, verbose=verbose))


def write(gates: Sequence[Gate], stream: TextIO, *, verbose: bool = False, color: str = "auto") -> None:
    """For people at a terminal."""
    text.write_lines(_lines(gates, verbose=verbose), stream, color=color)


# ------------------------------------------------------------ text


def _lines(gates: Sequence[Gate], *, verbose: bool) -> Iterator[Line]:
    for number, gate in enumerate(gates):
        if number:
            yield ()
        for line in _gate(gate, verbose=verbose):
            yield tuple((visible(text), style) for text, style in line)


def _gate(gate: Gate, *, verbose: bool) -> Iterator[Line]:
    first = verdict(gate)
    yield ((first[:2], "good" if gate.verdict == "open" else "bad"), (first[2:], "bold"))
    notes = 0
    for one in by_gravity(gate.report.findings):
        if one.severity == "note" and not verbose:
            notes += 1
            continue
        yield ()
        yield (_MARKS.get(one.severity, ("· ", "dim")), (" ".join(one.message.split()), ""))
        places = [str(one.position)] if one.position else []
        yield (("  " + " · ".join((*places, one.id, *([one.object] if one.object else []))), "dim"),)
        if one.hint:
            yield ((f"  {' '.join(one.hint.split())}", ""),)
    yield from _counts(gate, verbose=verbose)
    yield from _works(gate, verbose=verbose)
    for title, sql in _sql(gate):
        yield ()
        yield ((title, "bold"),)
        yield ()
        yield from (((f"    {line}", "code"),) for line in sql.rstrip("\n").split("\n"))
    if notes:
        yield ()
        yield ((f"{counted(notes, 'note')} (--verbose lists them)", "dim"),)
    ground = _ground(gate)
    if ground:
        yield ()
        yield ((ground, "dim"),)
    yield ()
    yield line_of(f"next: {_next(gate)}")


def _next(gate: Gate) -> str:
    if gate.verdict != "open":
        return "do what stands below each ✗, then run this again"
    return "npx prisma migrate deploy   runs what is pending" if gate.pending else "nothing to do"


def by_gravity(findings: Sequence[Finding]) -> list[Finding]:
    """Errors, warnings, notes; alike ones in their order."""
    return sorted(findings, key=lambda one: (_GRAVITY.get(one.severity, 2), *sort_key(one)))


def _counts(gate: Gate, *, verbose: bool) -> Iterator[Line]:
    shown = [one for one in gate.counts if verbose or one.rows or one.why]
    if not gate.counts:
        return
    yield ()
    safe = sum(one.rows == 0 for one in gate.counts)
    yield (
        (
            f"Counted on the database: {counted(len(gate.counts), 'check')}, {safe} of them 0.",
            "bold",
        ),
    )
    for one in shown:
        mark = ("  ✓ ", "good") if one.rows == 0 else ("  ✗ ", "bad") if one.rows else ("  ? ", "warn")
        yield (mark, (_count(one), ""))
        if one.samples:
            yield ((f"      {'; '.join(one.samples)}", "dim"),)


def _works(gate: Gate, *, verbose: bool) -> Iterator[Line]:
    """What is rewritten or read under a lock; with all else where it is asked for."""
    shown = [one for one in gate.works if verbose or one.scans]
    if not shown:
        return
    yield ()
    yield (("What is pending locks:", "bold"),)
    for one in shown:
        does = ", rewrites it" if one.rewrites else ", reads all of it" if one.scans else ""
        rows = f"about {counted(one.rows, 'row')}" if one.rows >= 0 else "no estimate of its rows"
        yield (("    ", ""), (f"{one.table} ({rows}): {one.lock}{does} [{one.migration}:{one.line}]", ""))


def _count(one: Count) -> str:
    number = "not counted" if one.rows is None else str(one.rows)
    why = f" ({one.why})" if one.why else ""
    where = f" [{one.migration}]" if one.migration else ""
    return f"{number}: {one.check.message}{where}{why}"


def _sql(gate: Gate) -> Iterator[tuple[str, str]]:
    if gate.restore_sql:
        yield "Puts back what was changed by hand (tried on a likeness of the database):", gate.restore_sql
    if gate.adopt_sql:
        yield (
            "Or keep it: a migration of this, then `npx prisma migrate resolve --applied NAME` (tried likewise):",
            gate.adopt_sql,
        )
    if gate.report.corrective_sql:
        yield (
            "What the schema lacks in the migrations (`prisma-drift fix` writes it):",
            gate.report.corrective_sql,
        )


def _ground(gate: Gate) -> str:
    project = gate.report.project
    facts = [f"database: Postgres {gate.server}"] if gate.server else []
    facts += [f"shadow: Postgres {project.postgres}"] if project.postgres else []
    facts += [counted(gate.applied, "applied migration")] if gate.server else []
    return " · ".join(facts)


def _workflow(gates: Sequence[Gate]) -> str:
    """Workflow commands, then the verdicts as plain lines."""
    lines = [str(one) for one in workflow_commands.commands([gate.report for gate in gates])]
    lines += [inert(one_line(verdict(gate))) for gate in gates]
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------ JSON


def _as_json(gates: Sequence[Gate]) -> str:
    bodies = [_body(gate) for gate in gates]
    top = dict(bodies[0])
    if len(bodies) > 1:
        words = {gate.verdict for gate in gates}
        top["verdict"] = next((word for word in ("error", "closed") if word in words), "open")
        top["projects"] = bodies
    return json_text({"version": json.VERSION, **top})


def _body(gate: Gate) -> dict[str, object]:
    return {
        **json.body(gate.report),
        "verdict": gate.verdict,
        "gate": {
            "server": gate.server,
            "applied": gate.applied,
            "pending": list(gate.pending),
            "accepted": [
                {
                    "id": finding.id,
                    "object": finding.object,
                    "reason": one.reason,
                    "owner": one.owner,
                    "until": one.until,
                }
                for finding, one in gate.accepted
            ],
            "counts": [
                {
                    "id": one.check.id,
                    "object": one.check.object,
                    "breaks": one.check.breaks,
                    "message": one.check.message,
                    "sql": one.check.sql,
                    "rows": one.rows,
                    "samples": list(one.samples),
                    "why": one.why,
                    "migration": one.migration,
                }
                for one in gate.counts
            ],
            "locks": [
                {
                    "migration": one.migration,
                    "line": one.line,
                    "table": one.table,
                    "lock": one.lock,
                    "rewrites": one.rewrites,
                    "scans": one.scans,
                    "rows": one.rows,
                    "bytes": one.bytes,
                }
                for one in gate.works
            ],
            "sizes": [{"table": one.table, "rows": one.rows, "bytes": one.bytes} for one in gate.sizes],
            "restore_sql": gate.restore_sql,
            "adopt_sql": gate.adopt_sql,
        },
    }


# ------------------------------------------------------------ Markdown


def markdown(gate: Gate) -> str:
    """For a job's summary or an issue."""
    parts = [f"### {prose(verdict(gate))}"]
    listed = []
    for one in by_gravity(gate.report.findings):
        mark = {"error": "✗", "warning": "!"}.get(one.severity, "·")
        hint = f" {prose(one.hint)}" if one.hint else ""
        listed.append(f"* {mark} {prose(one.message)} ({code(one.id)}){hint}")
    if listed:
        parts.append("\n".join(listed))
    counts = [one for one in gate.counts if one.rows or one.why]
    if counts:
        parts.append(
            "\n".join(
                f"* {prose(_count(one))}" + (f": {code('; '.join(one.samples))}" if one.samples else "")
                for one in counts
            )
        )
    for title, sql in _sql(gate):
        parts.append(f"<details><summary>{prose(title)}</summary>\n\n{fence(sql, 'sql')}\n\n</details>")
    ground = _ground(gate)
    if ground:
        parts.append(prose(ground))
    return "\n\n".join(parts) + "\n"
