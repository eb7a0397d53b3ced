"""A Report as GitHub-flavoured Markdown: the pull request's comment, and the job summary."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ..model.counted import counted
from ..model.report import Report
from ..model.values import frozen, replace
from . import sections as s
from .escape import code, link
from .sections import Context

COMMENT_LIMIT = 65_536
"""Characters of an issue comment's body, counted here in UTF-16 units, the larger of what a server may count."""
SUMMARY_LIMIT = 1024 * 1024
"""Bytes of one step's job summary."""
_ROWS = (250, 200, 150, 120, 90, 60, 40, 20)
_ALL = 1_000_000
_NOTE_ROOM = 400
"""Characters of the note that names what was shortened, without the run's address."""


@frozen
class Section:
    """One part of a comment in several lengths."""

    title: str
    """How the note names it where it is shortened or left out."""
    usefulness: int
    """The lowest is shortened first; 0 is never touched."""
    variants: tuple[str, ...]
    """Fullest first; an empty last one means that it can be left out."""


@frozen
class Rendered:
    """A text that fits, and what did not."""

    text: str
    shortened: tuple[str, ...] = ()
    """Titles of the sections that were shortened or left out, in the order of the text."""


def render(report: Report, context: Context | None = None) -> str:
    """The whole report, however long."""
    return fit(parts(report, context or Context()), limit=_ALL * 1_000, measure=len).text + "\n"


def comment(report: Report, context: Context) -> Rendered:
    """The report within GitHub's limit for a comment, with room for the hidden marker."""
    return fit(parts(report, context), limit=COMMENT_LIMIT - 256, measure=utf16, run_url=context.run_url)


def summary(reports: Sequence[tuple[Report, Context]], limit: int = SUMMARY_LIMIT) -> str:
    """Every project's report within the limit of a job summary, in bytes; each gets an equal share."""
    share = limit // max(len(reports), 1) - 16
    texts = [fit(parts(report, context), limit=share, measure=utf8).text for report, context in reports]
    return "\n\n".join(texts) + "\n"


def together(
    reports: Sequence[tuple[Report, Context]], run_url: str = "", limit: int = COMMENT_LIMIT - 256
) -> tuple[str, str]:
    """One comment for many projects, and its digest: a table of all, then each that is not in step, in equal shares of the room."""
    bad = [(report, context) for report, context in reports if report.verdict != "in-step"]
    head = f"✓ All {counted(len(reports), 'project')} agree with their migrations."
    if bad:
        head = f"### ✗ {len(bad)} of {counted(len(reports), 'project')} {'needs' if len(bad) == 1 else 'need'} a look"
    rows = [_row(report, context) for report, context in (*bad, *(one for one in reports if one not in bad))]
    more = [f"| and {len(rows) - _MOST_ROWS} more | ✓ |"] if len(rows) > _MOST_ROWS else []
    table = "\n".join(["| project | |", "|---|---|", *rows[:_MOST_ROWS], *more]) if bad else ""
    room = limit - utf16(head) - utf16(table) - _NOTE_ROOM
    shown = bad[: max(1, room // _LEAST_SHARE)]
    share = room // max(len(shown), 1) - 16
    texts = [
        fit(parts(report, context), limit=share, measure=utf16, run_url=run_url).text
        for report, context in shown
    ]
    rest = ""
    if len(bad) > len(shown):
        rest = f"The other {len(bad) - len(shown)} are told in {link('the summaries of their jobs', run_url) if run_url else 'the summaries of their jobs'}."
    text = "\n\n".join(part for part in (head, table, *texts, rest) if part)
    still = "\n\n".join((head, table, *(digest(report, context) for report, context in bad)))
    return text, hashlib.sha256(still.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_MOST_ROWS = 256
_LEAST_SHARE = 3_000
"""Characters that a project's part needs to be of use."""


def _row(report: Report, context: Context) -> str:
    project = report.project
    name = link(code(project.schema or context.project_path, cell=True), context.url(project.schema))
    told = {"in-step": "✓", "error": "✗ could not be checked"}.get(report.verdict, "")
    return f"| {name} | {told or '✗ ' + counted(max(1, len(report.differences)), 'difference')} |"


def digest(report: Report, context: Context) -> str:
    """16 hex digits that stay the same as long as a reader would see the same; which run said so does not count."""
    text = comment(report, replace(context, run_url="")).text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def utf16(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def parts(report: Report, context: Context) -> tuple[Section, ...]:
    """A report's sections in reading order. In step there is one line, and what else was noticed."""
    head = Section("the verdict", 0, (s.verdict(report, context),))
    noticed = Section("notices", 7, tuple(s.notices(report, context, most) for most in (_ALL, 40, 10, 3)))
    if report.verdict == "in-step":
        return head, noticed
    if report.verdict == "error":
        return head, noticed, Section("the footer", 0, (s.footer(report, context),))
    migration = Section("the corrective migration", 6, (s.corrective(report, context), ""))
    schema = Section("the schema's lines", 5, (s.schema_side(report, context), ""))
    # The likelier mend comes first, and is the last to go.
    mends = (migration, schema)
    if report.likely == "schema":
        mends = (replace(schema, usefulness=6), replace(migration, usefulness=5))
    # They are the migration's: where that is folded, so are they.
    folded = report.likely == "schema" and bool(report.corrective_sql.strip())
    hazards = ("",) if folded else tuple(s.hazards(report, most) for most in (_ALL, 40, 10, 3))
    return (
        head,
        Section("what to do", 0, (s.next_step(report, context),)),
        Section("hazards", 9, hazards),
        Section("differences", 8, tuple(s.models(report, context, most) for most in (_ALL, *_ROWS))),
        noticed,
        *mends,
        Section("the list", 1, tuple(s.every(report, context, most) for most in (_ALL, *_ROWS, 0))),
        Section("the diagram", 2, (s.diagram(report), "")),
        Section(
            "objects that Prisma would drop",
            4,
            (s.kept(report, definitions=True), s.kept(report, definitions=False)),
        ),
        Section("unmanaged objects", 3, (s.unmanaged(report), "")),
        Section("the footer", 0, (s.footer(report, context),)),
    )


def fit(
    sections: Sequence[Section], *, limit: int, measure: Callable[[str], int], run_url: str = ""
) -> Rendered:
    """The fullest text within `limit`: the least useful section is shortened step by step, then the next."""
    at = [0] * len(sections)
    order = sorted(
        (number for number, section in enumerate(sections) if section.usefulness),
        key=lambda number: sections[number].usefulness,
    )
    sizes = [[measure(variant) for variant in section.variants] for section in sections]

    def size() -> int:
        return sum(sizes[number][at[number]] + 2 for number in range(len(sections)))

    room = 0 if size() <= limit else _NOTE_ROOM + len(run_url)
    for number in order:
        while size() + room > limit and at[number] + 1 < len(sections[number].variants):
            at[number] += 1
    # One large section may have driven out smaller ones in vain: what fits again comes back, most useful first.
    for number in reversed(order):
        while (
            at[number] and size() + sizes[number][at[number] - 1] - sizes[number][at[number]] + room <= limit
        ):
            at[number] -= 1
    shortened = tuple(
        section.title
        for number, section in enumerate(sections)
        if section.variants[at[number]] != section.variants[0]
    )
    texts = [section.variants[at[number]] for number, section in enumerate(sections)]
    if shortened:
        whole = link("the run's summary and artifact", run_url)
        # Above the footer: what to do comes first.
        texts.insert(
            len(texts) - 1, f"Shortened to fit: {', '.join(shortened)}. The whole report is in {whole}."
        )
    return Rendered("\n\n".join(text for text in texts if text), shortened)
