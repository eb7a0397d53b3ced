"""The sections of a comment, each from a Report to Markdown; what has nothing to say gives an empty text."""

from __future__ import annotations

import re
import shlex
from collections import Counter

from ..findings.hazards import ordered, sentence
from ..model.counted import counted
from ..model.report import Finding, Report
from ..model.schema import Unmanaged
from ..model.source import Position
from ..model.values import frozen
from .escape import code, fence, link, path_url, prose, shorten
from .mermaid import mermaid

INLINE_SQL_LINES = 40
"""A longer migration is folded away."""
MOST_NAMED = 40
"""Objects named in one list before `and n more`."""
LONGEST_CELL = 120


@frozen
class Context:
    """Where a comment is going to stand; every field may be empty, and then what it is for is left out."""

    repository_url: str = ""
    """`https://github.com/owner/name`, of the repository that holds the commit."""
    commit: str = ""
    """The head commit that links point to."""
    run_url: str = ""
    """The run whose summary and artifact hold the whole report."""
    project_path: str = "."
    """The project's folder, for the commands."""
    fix_name: str = "align"
    committed: str = ""
    """The commit that adds the corrective migration, where one was pushed."""
    foreign: bool = False
    """The report was made by a run that others control (a fork's)."""

    def url(self, file: str, line: int = 0) -> str:
        if not self.repository_url or not self.commit or not file or file.startswith(("/", "..")):
            return ""
        return f"{self.repository_url}/blob/{self.commit}/{path_url(file)}" + (f"#L{line}" if line else "")


def verdict(report: Report, context: Context) -> str:
    """The first line, which says it all."""
    project = report.project
    schema = link(code(project.schema), context.url(project.schema))
    if report.verdict == "in-step":
        return f"✓ {schema} and its {counted(project.migration_count, 'migration')} agree."
    if report.verdict == "error":
        return f"### ✗ {schema} could not be checked"
    differences = [finding for finding in report.findings if finding.severity == "error"]
    groups = {finding.model or finding.table for finding in differences} - {""}
    where = f" in {counted(len(groups), 'model')}" if groups else ""
    return f"### ✗ {schema} and its migrations disagree: {counted(len(differences), 'difference')}{where}"


def differences(report: Report, context: Context, most: int) -> str:
    """What differs, as a table grouped by model; at most `most` rows."""
    found = [finding for finding in report.findings if _tabular(finding)]
    if not found:
        return ""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.model or finding.table, []).append(finding)
    rows = ["| | migrations → schema |", "|---|---|"]
    left = most
    for name in sorted(groups, key=lambda name: (name == "", name)):
        if not left:
            break
        shown = groups[name][:left]
        left -= len(shown)
        rows.append(f"| **{code(shorten(name, LONGEST_CELL), cell=True) or 'the database'}** | |")
        rows += [_row(finding, context) for finding in shown]
    if len(found) > most:
        rows.append(f"| … and {counted(len(found) - most, 'more difference', 'more differences')} | |")
    return "\n".join(rows)


def _tabular(finding: Finding) -> bool:
    return finding.severity == "error" and bool(finding.actual or finding.expected)


def _row(finding: Finding, context: Context) -> str:
    name = _short_name(finding)
    where = finding.position
    cause = since(finding, context)
    cells = (
        (link(name, context.url(where.file, where.line)) if where else name)
        + (f"<br><sub>{cause}</sub>" if cause else ""),
        f"{_side(finding.actual)} → {_side(finding.expected)}",
    )
    return "| " + " | ".join(cells) + " |"


def _short_name(finding: Finding) -> str:
    if finding.table and finding.object == finding.table:
        return "the table"
    name = finding.object.removeprefix(finding.table + ".") if finding.table else finding.object
    table = finding.table.rpartition(".")[2]
    if table and name.startswith(table + "_"):
        # Index and constraint names begin with their table's, which stands above.
        name = name.removeprefix(table + "_")
    return code(shorten(name, LONGEST_CELL), cell=True) or code(finding.id, cell=True)


def _side(text: str) -> str:
    return "–" if text in ("", "–") else code(shorten(text, LONGEST_CELL), cell=True)


def since(finding: Finding, context: Context) -> str:
    """The statement that made it so; empty where it was not traced (the schema alone says it, or all differ)."""
    origin = finding.origin
    if origin is not None:
        # A day is enough to tell migrations apart in a narrow column; the link leads to the very line.
        short = re.sub(r"^(\d{8})\d{6}_", r"\1_", origin.migration)
        label = code(f"{shorten(short, 60)}:{origin.line}", cell=True)
        return f"{prose(origin.action, cell=True)} by {link(label, context.url(origin.file, origin.line))}"
    return ""


def _place(position: Position, context: Context) -> str:
    label = code(f"{shorten(position.file, LONGEST_CELL)}:{position.line}", cell=True)
    return link(label, context.url(position.file, position.line))


def notices(report: Report, context: Context, most: int) -> str:
    """Errors, warnings and notes that are no rows of the table, as a list with excerpts."""
    others = [finding for finding in report.findings if not _tabular(finding)]
    items = []
    for finding in others[:most]:
        mark = _MARKS.get(finding.severity, "·")
        where = finding.position or (
            Position(finding.origin.file, finding.origin.line) if finding.origin else None
        )
        text = f"- {mark} {prose(shorten(finding.message, 1000))}"
        if where is not None:
            text += f" ({_place(where, context)})"
        if finding.hint:
            text += f"<br>{prose(shorten(finding.hint, 1000))}"
        if finding.excerpt:
            block = fence("\n".join(shorten(line) for line in finding.excerpt.split("\n")[:12]))
            text += "\n\n" + "\n".join(f"  {line}".rstrip() for line in block.split("\n"))
        items.append(text)
    if len(others) > most:
        items.append(f"- … and {len(others) - most} more")
    return "\n".join(items)


def diagram(report: Report) -> str:
    """The changed part as an entity-relationship diagram, folded."""
    drawn = mermaid(report.diagram)
    return details("As a diagram", fence(drawn, "mermaid")) if drawn else ""


def hazards(report: Report, most: int) -> str:
    """What the corrective migration costs, or why there is none; at most `most` of them, the gravest first."""
    found = ordered(report.hazards)
    lines = [
        f"> {_MARKS.get(one.severity, '·')} {prose(shorten(sentence(one), 1000))}" for one in found[:most]
    ]
    if len(found) > most:
        lines.append(f"> … and {len(found) - most} more")
    return "\n>\n".join(lines)


_MARKS = {"error": "✗", "warning": "⚠"}


def corrective(report: Report, context: Context) -> str:
    """The corrective migration and what was proved of it; where none is proved, why, and no SQL."""
    if not report.corrective_sql.strip():
        return proof(report)
    block = fence(report.corrective_sql, "sql")
    lines = report.corrective_sql.strip("\n").count("\n") + 1
    if lines > INLINE_SQL_LINES:
        block = details(f"{lines} lines of SQL", block)
    return f"{proof(report)}\n\n{block}"


def proof(report: Report) -> str:
    """What was proved of the corrective migration, in one sentence."""
    if report.corrective_sql.strip():
        return "**Corrective migration**, applied to a copy of the shadow database: nothing left to change."
    empty = report.proof.empty
    if empty is None and not report.hazards:
        return ""
    refusal = "**No corrective migration is offered**, since none is proved."
    if empty is None:
        return refusal
    why = prose(shorten(f"{empty.error} {empty.hint}", 1000))
    return f"{refusal} Tried on a copy of the shadow database: {why}"


def commands(report: Report, context: Context) -> str:
    """How to take the corrective migration."""
    if not report.corrective_sql.strip():
        return ""
    if context.committed:
        return f"**Taken**: this branch has the migration since {code(context.committed[:12])}."
    path = "" if context.project_path in ("", ".") else shlex.quote(_one_line(context.project_path)) + " "
    command = f"prisma-drift fix {path}--name {shlex.quote(_one_line(context.fix_name))}"
    return f"Take it:\n\n{fence(command, 'sh')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def schema_side(report: Report, context: Context) -> str:
    """The lines that would make the schema say what the migrations build, as the alternative."""
    if not report.schema_lines:
        return ""
    blocks = []
    for lines in report.schema_lines:
        where = link(code(lines.file), context.url(lines.file, max(lines.after_line, 1)))
        if lines.replaces:
            last = lines.after_line + lines.replaces
            first = lines.after_line + 1
            span = f"line {first}" if last == first else f"lines {first} to {last}"
            head = f"{where}, {'without' if lines.removes else 'instead of'} {span}:"
        else:
            head = f"{where}, {f'after line {lines.after_line}' if lines.after_line else 'at the top'}:"
        blocks.append(f"{head}\n\n{fence(lines.was if lines.removes else lines.text, 'prisma')}")
    body = "\n\n".join(blocks)
    reasons = sorted(
        {
            f"- {code(finding.object)}: {prose(shorten(mend.why, 500))}"
            for finding in report.findings
            for mend in finding.mends[:1]
            if mend.kind == "schema" and mend.why
        }
    )
    if reasons:
        body += "\n\nThis way round looks right for\n\n" + "\n".join(reasons[:MOST_NAMED])
    return details("Or, if the migrations are right and the schema is behind: its lines", body)


def kept(report: Report, *, definitions: bool) -> str:
    """The unmanaged objects that Prisma's own diff would have dropped."""
    if not report.would_drop:
        return ""
    named = _named(report.would_drop)
    text = f"**Kept, though Prisma's own diff would drop it**: {named}"
    if definitions and any(unmanaged.definition for unmanaged in report.would_drop):
        sql = "\n".join(unmanaged.definition.rstrip("\n") for unmanaged in report.would_drop)
        text += "\n\n" + details("Their definitions", fence(sql, "sql"))
    return text


def unmanaged(report: Report) -> str:
    """The other objects that the schema language cannot declare, folded."""
    others = [one for one in report.unmanaged if one not in report.would_drop]
    if not others:
        return ""
    named = "\n".join(f"- {code(one.name)}" + _why(one) for one in others[:MOST_NAMED])
    if len(others) > MOST_NAMED:
        named += f"\n- … and {len(others) - MOST_NAMED} more"
    title = f"{counted(len(others), 'object')} that the schema language cannot declare, left as they are"
    return details(title, named)


def _named(objects: tuple[Unmanaged, ...]) -> str:
    shown = "; ".join(f"{code(one.name)}{_why(one)}" for one in objects[:MOST_NAMED])
    return shown + (f"; and {len(objects) - MOST_NAMED} more" if len(objects) > MOST_NAMED else "")


def _why(one: Unmanaged) -> str:
    words = ", ".join((one.kind, *one.why)) if one.kind not in one.why else ", ".join(one.why)
    return f" ({prose(words)})" if words else ""


def footer(report: Report, context: Context) -> str:
    """What the check rested on."""
    project = report.project
    facts = []
    ran = f" on Postgres {prose(project.postgres)}" if project.postgres else ""
    facts.append(counted(project.migration_count, "migration") + ran)
    if project.prisma:
        source = project.prisma_source
        facts.append(f"Prisma {prose(project.prisma)} rules" + (f" ({prose(source)})" if source else ""))
    kinds = Counter(one.kind for one in report.unmanaged if one.kind not in ("index",))
    if kinds:
        facts.append(
            "not compared: "
            + ", ".join(f"{prose(counted(kinds[kind], kind))}" for kind in sorted(kinds)[:12])
        )
    text = f"<sub>{' · '.join(facts)}</sub>"
    if context.foreign:
        text += "\n\n<sub>Reported by a fork's own run: read it as you read the fork's code.</sub>"
    return text


def details(summary: str, body: str) -> str:
    """A folded part; `summary` is plain text of our own, `body` Markdown."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
