"""The comment: what it says, in which lengths, and that nothing in a repository can bend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from prisma_drift.github.artifact import unpack
from prisma_drift.model.diagram import Diagram, DiagramColumn, DiagramLink, DiagramTable
from prisma_drift.model.hazards import Hazard
from prisma_drift.model.report import (
    EmptyProof,
    Finding,
    Mend,
    Origin,
    ProjectInfo,
    Proof,
    Report,
    SchemaLines,
)
from prisma_drift.model.schema import Unmanaged
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.report import markdown
from prisma_drift.report.markdown import COMMENT_LIMIT, SUMMARY_LIMIT
from prisma_drift.report.sections import Context

ALIGNMENT = unpack((Path(__file__).parent / "alignment.json").read_bytes())[0].report
CONTEXT = Context(
    repository_url="https://github.com/acme/flow",
    commit="0123456789abcdef0123456789abcdef01234567",
    run_url="https://github.com/acme/flow/actions/runs/1",
)
GOLDEN = Path(__file__).parent / "alignment.md"
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_the_alignment_plan_as_a_comment() -> None:
    assert markdown.comment(ALIGNMENT, CONTEXT).text + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_in_step_is_one_line() -> None:
    report = Report("in-step", replace(ALIGNMENT.project, migration_count=435))
    assert (
        markdown.comment(report, Context()).text == "✓ `prisma/schema.prisma` and its 435 migrations agree."
    )


def test_a_migration_that_does_not_apply_is_shown_with_its_line() -> None:
    finding = Finding(
        "migration-failed",
        "error",
        "2024_x",
        'relation "Tag" does not exist',
        "Mend it.",
        Position("prisma/migrations/2024_x/migration.sql", 3, 12),
        excerpt='DROP TABLE "Tag";\n           ^',
    )
    text = markdown.comment(Report("error", ALIGNMENT.project, (finding,)), CONTEXT).text
    assert text.startswith("### ✗ ")
    assert "could not be checked" in text
    assert 'DROP TABLE "Tag";' in text
    assert "migration.sql#L3" in text


@pytest.mark.parametrize("applied", [True, False])
def test_what_was_not_proved_is_not_offered(applied: bool) -> None:
    rejected = replace(
        ALIGNMENT,
        proof=Proof(EmptyProof(applied, 2, "no such type", "Mend it.")),
        corrective_sql="",
        rejected_sql=ALIGNMENT.corrective_sql,
        hazards=(*HAZARDS, WHY),
    )
    text = markdown.comment(rejected, CONTEXT).text
    assert "**No corrective migration is offered**" in text
    assert "has no such type" in text and "Mend it" in text
    assert "ALTER TABLE" not in text
    assert "`prisma-drift fix`" not in text
    assert text.index("No corrective migration") < text.index("Goes.") < text.index("| model |")


WHY = Hazard("nothing-proved", "error", "public.T", "Tried on a copy: public.T has no such type.", "Mend it.")
HAZARDS = (
    Hazard("nulls", "warning", "public.T.a", "Fails on @all.", "Count them.", 2),
    Hazard("data-loss", "error", "public.T.b", "Goes."),
)


def test_hazards_stand_above_the_sql_the_gravest_first() -> None:
    text = markdown.comment(replace(ALIGNMENT, hazards=HAZARDS), CONTEXT).text
    places = [
        text.index(part)
        for part in ("**Next:**", "> ✗ `public.T.b`", "> ⚠ `public.T.a`", "| model |", "ALTER TABLE")
    ]
    assert places == sorted(places)
    assert "Fails on `@all`. Count them." in text
    many = replace(ALIGNMENT, hazards=HAZARDS * 3000)
    assert "… and " in markdown.comment(many, CONTEXT).text


def test_many_hazards_do_not_hide_the_table() -> None:
    many = tuple(
        Hazard("data-loss", "error", f"public.T.c{n:02}", f"c{n:02} goes.", f"Keep c{n:02}.")
        for n in range(12)
    )
    text = markdown.comment(replace(ALIGNMENT, hazards=many), CONTEXT).text
    folded = text[text.index("<details><summary>") :]
    assert folded.startswith("<details><summary>6 more that it costs or stops at</summary>")
    assert (
        text.index("c05 goes.") < text.index("<details>") < text.index("c06 goes.") < text.index("| model |")
    )
    few = markdown.comment(replace(ALIGNMENT, hazards=many[:7]), CONTEXT).text
    assert "more that it costs" not in few


def test_sections_with_nothing_to_say_are_absent() -> None:
    bare = Report("drift", ALIGNMENT.project, ALIGNMENT.findings[:1])
    text = markdown.comment(bare, CONTEXT).text
    for absent in ("Corrective", "Kept", "diagram", "Take it", "cannot declare", "mermaid"):
        assert absent not in text


def test_a_pushed_migration_replaces_the_command() -> None:
    text = markdown.comment(ALIGNMENT, replace(CONTEXT, committed="fedcba9876543210")).text
    assert "this branch has the migration since `fedcba987654`" in text
    assert "prisma-drift fix" not in text


def test_a_migration_in_the_report_directory_is_named() -> None:
    text = markdown.comment(ALIGNMENT, replace(CONTEXT, artifact="fix/m/2024_align/migration.sql")).text
    assert "It is ready as `fix/m/2024_align/migration.sql` in [the run's report directory]" in text


def test_the_command_comes_first_and_the_likelier_mend_stands_open() -> None:
    text = markdown.comment(ALIGNMENT, CONTEXT).text
    assert text.split("\n\n")[1].startswith("**Next:** `prisma-drift fix` writes the migration below")
    assert text.index("ALTER TABLE") < text.index(
        "<details><summary>If the migrations are right instead: 2 lines"
    )
    declared = markdown.comment(DECLARED, CONTEXT).text
    assert declared.split("\n\n")[1].startswith("**Next:** `prisma-drift fix --schema` edits the schema")
    folded = declared.index(
        "<details><summary>If the schema is right instead: the migration (16 lines of SQL)"
    )
    assert declared.index("**The schema's lines**") < folded < declared.index("ALTER TABLE")
    assert declared.index("Goes.") > folded


DECLARED = replace(
    ALIGNMENT,
    findings=tuple(
        replace(one, mends=(Mend("schema", why="added by hand"), Mend("sql")))
        for one in ALIGNMENT.differences
    ),
    hazards=(Hazard("data-loss", "error", "public.T.b", "Goes."),),
)


def test_a_model_has_one_row_and_its_cause_once() -> None:
    (row,) = [
        line
        for line in markdown.comment(ALIGNMENT, CONTEXT).text.split("\n")
        if line.startswith("| **[`Workspace`]")
    ]
    assert "+ `jitterMin`, `jitterMax`, `providerSettings`<br>" in row
    assert row.count("dropped by") == 1


def test_many_differences_are_counted_by_model() -> None:
    text = markdown.comment(_large(194, 400, 0), CONTEXT).text
    assert text.startswith("### ✗ ")
    assert "194 differences in 28 models" in text
    assert "+ 7 columns<br>" in text
    assert text.count("\n| **") == 28
    assert "<summary>The migration (400 lines of SQL)</summary>" in text
    assert "<summary>Every difference, as a list (194)</summary>" in text


def test_a_long_name_may_break_in_a_narrow_column() -> None:
    from prisma_drift.report.escape import breakable

    assert breakable("20240318101500_cleanup:14") == "<code>20240318101500\\_<wbr>cleanup:14</code>"
    assert breakable("providerSettingsOfAll") == "<code>provider<wbr>Settings<wbr>Of<wbr>All</code>"
    assert breakable("short") == "`short`"
    for text in (
        "a <b>very</b> long name of it",
        "https://example.org/aaaaaaaa",
        "www.example.org.aaaaaaa",
        "@everyone_in_the_world_of_it",
    ):
        assert breakable(text) == f"`{text}`"


def test_a_project_folder_cannot_extend_the_command() -> None:
    text = markdown.comment(ALIGNMENT, replace(CONTEXT, project_path="a; rm -rf ~\n```")).text
    assert "prisma-drift fix 'a; rm -rf ~ ```'" in text.split("\n\n")[1]


def test_the_digest_ignores_the_run_and_sees_the_rest() -> None:
    first = markdown.digest(ALIGNMENT, CONTEXT)
    assert first == markdown.digest(ALIGNMENT, replace(CONTEXT, run_url="https://example.test/2"))
    assert first != markdown.digest(replace(ALIGNMENT, findings=ALIGNMENT.findings[1:]), CONTEXT)
    assert re.fullmatch(r"[0-9a-f]{16}", first)


def _large(differences: int, sql_lines: int, unmanaged: int) -> Report:
    findings = tuple(
        Finding(
            "column-missing",
            "error",
            f"public.T{number // 7}.column_{number}_{'x' * 40}",
            "missing",
            position=Position("prisma/schema.prisma", number + 1),
            origin=Origin(
                "20240101000000_init",
                "prisma/migrations/20240101000000_init/migration.sql",
                number,
                "dropped",
            ),
            table=f"public.T{number // 7}",
            model=f"T{number // 7}",
            actual="–",
            expected="String",
        )
        for number in range(differences)
    )
    return replace(
        ALIGNMENT,
        findings=findings,
        corrective_sql="ALTER TABLE x ADD COLUMN y text;\n" * sql_lines,
        unmanaged=tuple(Unmanaged("index", f"public.i{n}", "CREATE INDEX") for n in range(unmanaged)),
    )


@pytest.mark.parametrize(
    ("report", "left_out"),
    [
        (_large(20, 1_500, 10), set()),
        (_large(20, 1_700, 10), {"the list"}),
        (_large(20, 1_825, 10), {"the list", "the diagram"}),
        (_large(20, 1_842, 10), {"the list", "the diagram", "unmanaged objects"}),
        # One section that can never fit does not cost the others.
        (_large(20, 5_000, 10), {"the corrective migration"}),
        (_large(2_000, 5_000, 10), {"the corrective migration", "differences", "the list"}),
    ],
)
def test_what_is_too_long_loses_the_least_useful_first_and_says_so(
    report: Report, left_out: set[str]
) -> None:
    rendered = markdown.comment(report, CONTEXT)
    assert markdown.utf16(rendered.text) <= COMMENT_LIMIT
    assert set(rendered.shortened) == left_out
    assert ("Shortened to fit" in rendered.text) == bool(left_out)
    if left_out:
        assert f"({CONTEXT.run_url})" in rendered.text


def test_the_summary_keeps_within_a_mebibyte_for_all_projects() -> None:
    large = _large(3_000, 60_000, 3_000)
    text = markdown.summary([(large, CONTEXT), (large, CONTEXT)])
    assert len(text.encode()) <= SUMMARY_LIMIT
    assert len(markdown.summary([(_large(500, 5_000, 0), CONTEXT)])) > COMMENT_LIMIT


texts = st.one_of(
    st.sampled_from(
        [
            "@everyone",
            "</details>",
            "<img src=x>",
            "[a](//b)",
            "`",
            "```",
            "|",
            "\\|",
            "\n\n# h",
            "-->",
            "http://x.y",
            "🐘" * 300,
        ]
    ),
    st.text(max_size=60),
)
lines = st.integers(min_value=1, max_value=9999)
places = st.one_of(st.none(), st.builds(Position, texts, lines))
severities = st.sampled_from(["error", "warning", "note"])
findings = st.builds(
    Finding,
    id=texts,
    severity=severities,
    object=texts,
    message=texts,
    hint=texts,
    position=places,
    origin=st.one_of(st.none(), st.builds(Origin, texts, texts, lines, texts)),
    mends=st.lists(st.builds(Mend, st.sampled_from(["sql", "schema"]), why=texts), max_size=2).map(tuple),
    excerpt=texts,
    table=texts,
    model=texts,
    actual=texts,
    expected=texts,
)
unmanaged_objects = st.lists(st.builds(Unmanaged, texts, texts, texts, texts), max_size=3).map(tuple)
hazards = st.lists(st.builds(Hazard, texts, severities, texts, texts, texts, lines), max_size=3).map(tuple)
columns = st.builds(DiagramColumn, texts, texts, texts)
diagrams = st.builds(
    Diagram,
    st.lists(st.builds(DiagramTable, texts, texts, st.lists(columns, max_size=3).map(tuple)), max_size=3).map(
        tuple
    ),
    st.lists(st.builds(DiagramLink, texts, texts, texts), max_size=2).map(tuple),
)
reports = st.builds(
    Report,
    verdict=st.sampled_from(["in-step", "drift", "error"]),
    project=st.builds(ProjectInfo, texts, texts, texts, texts, texts, lines),
    findings=st.lists(findings, max_size=4).map(tuple),
    unmanaged=unmanaged_objects,
    corrective_sql=texts,
    schema_lines=st.lists(st.builds(SchemaLines, texts, lines, texts), max_size=2).map(tuple),
    proof=st.just(Proof(EmptyProof(True, 0))),
    hazards=hazards,
    would_drop=unmanaged_objects,
    diagram=diagrams,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports)
def test_no_repository_content_becomes_markup(report: Report) -> None:
    no_markup(report)
    sql, error = report.corrective_sql, EmptyProof(False, 3, report.project.name, report.project.schema)
    no_markup(replace(report, corrective_sql="", rejected_sql=sql, proof=Proof(error)))


def no_markup(report: Report) -> None:
    text = markdown.comment(report, CONTEXT).text
    assert markdown.utf16(text) <= COMMENT_LIMIT
    opened = 0
    for token in MARKDOWN.parse(text):
        for inner in (token, *(token.children or [])):
            if inner.type == "link_open":
                assert str(inner.attrs["href"]).startswith(CONTEXT.repository_url)
            if inner.type in ("html_inline", "html_block"):
                tags = re.findall(r"<[^>]*>", inner.content)
                assert set(tags) <= {
                    "<details>",
                    "</details>",
                    "<summary>",
                    "</summary>",
                    "<sub>",
                    "</sub>",
                    "<br>",
                    "<code>",
                    "</code>",
                    "<wbr>",
                }
                opened += tags.count("<details>") - tags.count("</details>")
            if inner.type == "text":
                assert not re.search(r"[@<>$]|http|www\.", inner.content)
            assert inner.type != "image"
    assert opened == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(diagrams)
def test_no_name_leaves_the_diagram(diagram: Diagram) -> None:
    from prisma_drift.report.mermaid import mermaid

    for line in mermaid(diagram).split("\n")[1:]:
        entity = r'  "[^"{}%;<>]+"(\["[^"{}%;<>]+"\])?( \{)?'
        column = r'    [\w()\[\]]+ [\w()\[\]]+( PK| FK| PK, FK)?( "[^"{}%;<>]+")?'
        link = r'  "[^"]+" (\|\||\|o)(--|\.\.)o\{ "[^"]+" : "[^"]+"'
        assert re.fullmatch(f"{entity}|{column}|{link}|  }}", line), line
