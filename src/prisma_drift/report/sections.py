"""The sections of a comment, each from a Report to Markdown; what has nothing to say gives an empty text."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable

from ..findings.hazards import folded, sentence
from ..findings.proved import proved
from ..findings.words import ABSENT
from ..model.counted import counted
from ..model.edit import SchemaLines
from ..model.report import Finding, Origin, Report
from ..model.schema import Unmanaged
from ..model.source import Position
from ..model.values import frozen, replace
from .escape import breakable, code, fence, link, path_url, prose, shorten
from .groups import KINDS, LEGEND, PLURALS, Group, groups, headline, label, only, sign, tally
from .mermaid import mermaid
from .next import commands

INLINE_SQL_LINES = 40
"""A longer migration is folded away."""
OPEN_HAZARDS = 6
"""Hazards that stand open; the others are folded."""
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
    artifact: str = ""
    """The corrective migration's file in the report directory, which a workflow keeps as its artifact; empty where none was written."""
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
    found = report.differences
    many = headline(report, found) if found else counted(len(_errors(report)), "problem")
    count = counted(project.migration_count, "migration")
    return f"### ✗ {schema} and its {count} disagree: {many}"


def _errors(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity == "error"]


# ------------------------------------------------------------ what to do


def next_step(report: Report, context: Context) -> str:
    """What to do now, in one or two sentences with the command, and how the migration was tried; or that nothing is proved."""
    if context.committed and report.corrective_sql.strip():
        return f"**Next:** nothing to type: this branch has the migration since {code(context.committed[:12])}; pull it."
    words = [] if context.project_path in ("", ".") else [_one_line(context.project_path)]
    name = _one_line(context.fix_name)
    found = commands(report, words)
    parts = []
    for number, one in enumerate(found):
        named = f" --name {shlex.quote(name)}" if one.side == "migration" and name != "align" else ""
        start = f"**Next:** {code(one.command + named)}"
        if number:
            parts.append(f"If the {_OTHERS[one.side]} instead: {code(one.command + named)}.")
        elif one.side == "migration":
            parts.append(f"{start} {_writes(report)}")
        else:
            parts.append(f"{start} {one.does} (the lines below){_why_schema(report)}.")
    text = " ".join(parts)
    if not report.corrective_sql.strip():
        refusal = _refusal(report)
        text = f"{refusal}\n\n{text}" if refusal and text else refusal or text
    if context.artifact and report.corrective_sql.strip():
        where = link("the run's report directory", context.run_url)
        text += f" It is ready as {code(context.artifact)} in {where}."
    first = found[0].side if found else ""
    return f"{text}\n\n{_tried(report)}" if first == "migration" else text


def _writes(report: Report) -> str:
    if any(hazard.severity == "error" for hazard in report.hazards):
        return "writes the migration below, once you have decided what is marked ✗: it names the flag."
    return "writes the migration below."


def _tried(report: Report) -> str:
    """How the migration was tried, as a sentence."""
    said = proved(report.proof)
    return prose(f"{said[:1].upper()}{said[1:]}.")


_OTHERS = {"migration": "schema is right", "schema": "migrations are right"}


def _why_schema(report: Report) -> str:
    reasons = sorted({one.mends[0].why for one in report.differences if one.mends and one.mends[0].why})
    return f": {prose(shorten(reasons[0], 300))}" if len(reasons) == 1 else ""


def _refusal(report: Report) -> str:
    """That there is no migration; the hazards say why."""
    return "**No corrective migration is offered**, since none is proved." if report.hazards else ""


# ------------------------------------------------------------ what differs


MANY = 60
"""Differences from which on the table only counts."""
_MOST_IN_CELL = 12
_MOST_ORIGINS = 3


def models(report: Report, context: Context, most: int) -> str:
    """A row for each model, with its changes in one cell; at most `most` rows."""
    found = groups(report.differences)
    if not found:
        return ""
    many = len(report.differences) > MANY
    rows = ["| model | migrations → schema |", "|---|---|"]
    rows += [_model_row(group, context, many=many) for group in found[:most]]
    if len(found) > most:
        left = sum(len(group.findings) for group in found[most:])
        rows.append(f"| … {len(found) - most} more | {counted(left, 'difference')} |")
    signs = " · ".join(f"{_MARK[mark]} {what}" for mark, what in LEGEND[:2])
    return "\n".join(rows) + f"\n\n<sub>{signs}</sub>"


_MARK = {"+": "+", "-": "−", "~": "~"}


def _model_row(group: Group, context: Context, *, many: bool) -> str:
    where = group.findings[0].position
    name = breakable(group.name) if group.name else "the database"
    head = f"enum {name}" if group.kind == "enum" else name
    if where is not None and group.name:
        head = link(head, context.url(where.file, where.line))
    cell = [tally(group).replace("- ", "− ")] if many else _changes(group)
    cell += _origins(group, context)
    return f"| **{head}** | {'<br>'.join(cell)} |"


def _changes(group: Group) -> list[str]:
    """The changes of a model, a line for each sign; of columns the names alone."""
    lines = []
    for mark in ("+", "-"):
        items = [_item(one, mark) for one in group.findings if sign(one) == mark]
        if items:
            lines.append(f"{_MARK[mark]} {', '.join(_cut(items))}")
    items = [
        f"{_what(one)} {_side(one.actual)} → {_side(one.expected)}"
        for one in group.findings
        if sign(one) == "~"
    ]
    return [*lines, *_cut(items)]


def _what(one: Finding) -> str:
    """The name of what differs; the kind of what has none of its own in a schema is a word."""
    said = label(one)
    return said if said in KINDS else breakable(said)


def _cut(items: list[str]) -> list[str]:
    if len(items) <= _MOST_IN_CELL:
        return items
    return [*items[:_MOST_IN_CELL], f"… {len(items) - _MOST_IN_CELL} more"]


def _item(one: Finding, mark: str) -> str:
    side = one.expected if mark == "+" else one.actual
    if one.id.partition("-")[0] in ("column", "vector"):
        return breakable(label(one))
    before, says = only(one, shorten(side, LONGEST_CELL))
    if before.startswith("the whole "):
        return f"the whole {before.removeprefix('the whole ')}"
    kind, _, name = before.rpartition(" ")
    # `index name @@index(…)`: what only the database has goes by its name there.
    named = one.expected == ABSENT and kind in ("index", "foreign key", "primary key")
    words = f"{kind} {breakable(name)}" if named else prose(before, cell=True)
    return f"{words} {breakable(says)}".strip()


def _origins(group: Group, context: Context) -> list[str]:
    """The statements that made it so, once for each migration; none where nothing was traced."""
    first: dict[tuple[str, str], Origin] = {}
    for one in group.findings:
        if one.origin is not None:
            first.setdefault((one.origin.action, one.origin.migration), one.origin)
    said = [_origin(one, context) for one in list(first.values())[:_MOST_ORIGINS]]
    if len(first) > _MOST_ORIGINS:
        said.append(f"… {len(first) - _MOST_ORIGINS} more")
    return [f"<sub>{', '.join(said)}</sub>"] if said else []


def _origin(one: Origin, context: Context) -> str:
    label = breakable(f"{shorten(one.migration, LONGEST_CELL)}:{one.line}")
    return f"{prose(one.action, cell=True)} by {link(label, context.url(one.file, one.line))}"


def _side(text: str) -> str:
    return breakable(shorten(text, LONGEST_CELL)) or "–"


def every(report: Report, context: Context, most: int) -> str:
    """Every difference as a list, folded: place, both sides, cause."""
    items = []
    found = [(group, one) for group in groups(report.differences) for one in group.findings]
    last = None
    for group, one in found[:most]:
        if group is not last:
            items.append(f"- **{prose(group.title)}**")
            last = group
        mark = sign(one)
        if mark == "~":
            text = f"{label(one) if label(one) in KINDS else code(label(one))}: {_code(one.actual)} → {_code(one.expected)}"
        else:
            before, says = only(one, shorten(one.expected if mark == "+" else one.actual))
            column = one.id.partition("-")[0] in ("column", "vector")
            text = f"{code(before) if column else prose(before)} {code(says)}".strip()
        place = f" ({_place(one.position, context)})" if one.position and one.expected != ABSENT else ""
        cause = f", {_origin(one.origin, context)}" if one.origin else ""
        # An item that begins with a plus would be a list of its own.
        items.append(f"  - {_MARK[mark].replace('+', chr(92) + '+')} {text}{place}{cause}")
    if len(found) > most:
        items.append(f"- … {len(found) - most} more")
    title = f"Every difference, as a list ({len(found)})"
    return details(title, "\n".join(items)) if items and most else ""


def _code(text: str) -> str:
    return code(shorten(text, LONGEST_CELL)) or "–"


def _place(position: Position, context: Context) -> str:
    label = code(f"{shorten(position.file, LONGEST_CELL)}:{position.line}", cell=True)
    return link(label, context.url(position.file, position.line))


def notices(report: Report, context: Context, most: int) -> str:
    """Errors, warnings and notes that are no rows of the table, as a list with excerpts."""
    shown = set(map(id, report.differences))
    others = [finding for finding in report.findings if id(finding) not in shown]
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
    found = folded(report.hazards)
    lines = [
        f"> {_MARKS.get(one.severity, '·')} {prose(shorten(sentence(one), 1000))}" for one in found[:most]
    ]
    more = [f"> … and {len(found) - most} more"] if len(found) > most else []
    if len(lines) <= OPEN_HAZARDS + 1:
        return "\n>\n".join([*lines, *more])
    # A long list would hide the table below it.
    left = [*lines[OPEN_HAZARDS:], *more]
    title = f"{len(found) - OPEN_HAZARDS} more that it costs or stops at"
    return "\n>\n".join(lines[:OPEN_HAZARDS]) + "\n\n" + details(title, "\n>\n".join(left))


_MARKS = {"error": "✗", "warning": "⚠"}


# ------------------------------------------------------------ the mends


def corrective(report: Report, context: Context) -> str:
    """The corrective migration: open where it is the likelier mend and short, else folded; empty where none is proved."""
    if not report.corrective_sql.strip():
        return ""
    block = fence(report.corrective_sql, "sql")
    lines = report.corrective_sql.strip("\n").count("\n") + 1
    if report.likely == "schema":
        title = f"If the schema is right instead: the migration ({counted(lines, 'line')} of SQL)"
        return details(title, "\n\n".join(filter(None, (_tried(report), hazards(report, _ALL), block))))
    if lines > INLINE_SQL_LINES:
        return details(f"The migration ({counted(lines, 'line')} of SQL)", block)
    return f"**The migration**\n\n{block}"


_ALL = 1_000_000


def _one_line(text: str) -> str:
    return " ".join(text.split())


def schema_side(report: Report, context: Context) -> str:
    """The lines that would make the schema say what the migrations build: open where they are the likelier mend."""
    if not report.schema_lines:
        return ""
    blocks = []
    for lines in _together(report.schema_lines):
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
    some = sum(any(mend.kind == "schema" for mend in one.mends) for one in report.findings)
    part = (
        f", for {some} of the {len(report.differences)} differences"
        if 0 < some < len(report.differences)
        else ""
    )
    reasons: dict[str, list[str]] = {}
    for finding in report.differences:
        for mend in finding.mends[:1]:
            if mend.kind == "schema" and mend.why:
                reasons.setdefault(mend.why, []).append(finding.object)
    # One reason for all has been told with the command.
    if reasons and not (report.likely == "schema" and _why_schema(report)):
        body += "\n\nThis way round looks right, since\n\n" + "\n".join(
            f"- {prose(shorten(why, 500))}: {', '.join(map(code, _cut(objects)))}"
            for why, objects in sorted(reasons.items())
        )
    count = sum((one.was if one.removes else one.text).count("\n") + 1 for one in report.schema_lines)
    if report.likely == "schema":
        if count > INLINE_SQL_LINES:
            return details(f"The schema's lines ({count}{part})", body)
        return f"**The schema's lines**{part}\n\n{body}"
    return details(f"If the migrations are right instead: {counted(count, 'line')} of the schema{part}", body)


def _together(edits: Iterable[SchemaLines]) -> tuple[SchemaLines, ...]:
    """Lines that are added at one place as one edit."""
    made: list[SchemaLines] = []
    for one in edits:
        last = made[-1] if made else None
        if (
            last
            and not (last.replaces or one.replaces)
            and (last.file, last.after_line) == (one.file, one.after_line)
        ):
            made[-1] = replace(last, text=f"{last.text}\n{one.text}")
        else:
            made.append(one)
    return tuple(made)


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
            + ", ".join(
                f"{prose(counted(kinds[kind], kind, PLURALS.get(kind, '')))}" for kind in sorted(kinds)[:12]
            )
        )
    text = f"<sub>{' · '.join(facts)}</sub>"
    if context.foreign:
        text += "\n\n<sub>Reported by a fork's own run: read it as you read the fork's code.</sub>"
    return text


def details(summary: str, body: str) -> str:
    """A folded part; `summary` is plain text of our own, `body` Markdown."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
