"""Reports at the terminal: whole texts that a person has read, and what may never be missing from them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.findings.failure import failed
from prisma_drift.github.artifact import unpack
from prisma_drift.model.hazards import Hazard
from prisma_drift.model.report import EmptyProof, Finding, Mend, ProjectInfo, Proof, Report, SchemaLines
from prisma_drift.model.schema import Unmanaged
from prisma_drift.model.source import Position
from prisma_drift.model.terminal import Line, wants_colour, wrapped
from prisma_drift.model.values import replace
from prisma_drift.report import text
from prisma_drift.report.paths import from_here, relative_to, with_paths

GOLDENS = Path(__file__).parents[1] / "goldens"
[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report
PROJECT = ProjectInfo("prisma/schema.prisma", "prisma/migrations", "6.19.0", "package.json", "18.6", 435)
BROKEN = Report(
    "error",
    PROJECT,
    (
        Finding(
            "migration-failed",
            "error",
            "2024_x",
            'Migration `2024_x` does not apply: relation "Tag" does not exist (42P01).',
            "Create the table first.",
            Position("prisma/migrations/2024_x/migration.sql", 3, 12),
            excerpt='DROP TABLE "Tag";\n           ^',
        ),
    ),
)
PROVED = Proof(EmptyProof(True, 0))
IN_STEP = Report("in-step", PROJECT, unmanaged=REPORT.unmanaged, would_drop=REPORT.would_drop)
CASES = {
    "drift": ((REPORT,), False),
    "drift-verbose": ((REPORT,), True),
    "in-step": ((IN_STEP,), False),
    "error": ((BROKEN,), False),
    "several": ((replace(IN_STEP, unmanaged=(), would_drop=()), BROKEN), False),
}


@pytest.mark.parametrize("name", CASES)
def test_whole_texts(name: str) -> None:
    reports, verbose = CASES[name]
    assert text.render(reports, verbose=verbose) == (GOLDENS / f"{name}.txt").read_text("utf-8")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_colours_and_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "500")
    stream = Terminal()
    text.write((REPORT,), stream)
    shown = stream.getvalue()
    assert "\x1b[" in shown
    plain = "".join(
        part.partition("m")[2] if number else part for number, part in enumerate(shown.split("\x1b["))
    )
    assert [line.rstrip() for line in plain.splitlines()] == text.render((REPORT,)).splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_breaks_at_words_and_indents_what_follows(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    text.write((replace(REPORT, hazards=HAZARDS),), stream, color="never")
    whole = text.render((replace(REPORT, hazards=HAZARDS),)).splitlines()
    shown = stream.getvalue().splitlines()
    assert [word for line in shown for word in line.split()] == [
        word for line in whole for word in line.split()
    ]
    # What is copied stays whole: SQL, and the lines of the schema.
    assert all(line in whole for line in shown if len(line) > width)
    broken = [line for line in shown if line not in whole]
    assert not broken or any(line.startswith("  ") for line in broken)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ((("  ! ", "warn"), ("one two three four five six seven eight nine ten", "")), ["  ! one two three four five six seven eight", "    nine ten"]),
        ((("next: ", "bold"), ("prisma-drift fix --allow data-loss:public.User.name", "command"), ("   writes it", "")), ["next: prisma-drift fix --allow data-loss:public.User.name", "        writes it"]),
        ((("      schema.prisma:12 · dropped by 2024_cleanup:14 · column-missing", ""),), ["      schema.prisma:12", "        · dropped by 2024_cleanup:14", "        · column-missing"]),
        ((("+", ""), (" only here   ", ""), ("-", ""), (" only there   ", ""), ("~", ""), (" in both, differently", "")), ["+ only here   - only there", "  ~ in both, differently"]),
        ((("next: ", "bold"), ("prisma-drift fix", "command"), ("   writes the migration for the rest", "")), ["next: prisma-drift fix", "        writes the migration for the rest"]),
        ((("    ", ""), ("SELECT count(*) FROM a_table WHERE something IS NULL", "sql")), ["    SELECT count(*) FROM a_table WHERE", "      something IS NULL"]),
        ((("    ", ""), ("SELECT 1 WHERE some_thing = 'a b c d e f g h i j k'", "sql")), ["    SELECT 1 WHERE some_thing =", "      'a b c d e f g h i j k'"]),
        ((("    ", ""), ("SELECT 1 WHERE some_thing = -- a b c d e f g h i", "sql")), ["    SELECT 1 WHERE some_thing = -- a b c d e f g h i"]),
        ((("    ", ""), ("  @@index([a, b, c, d, e, f, g, h, i, j, k, l, m])", "code")), ["      @@index([a, b, c, d, e, f, g, h, i, j, k, l, m])"]),
        ((("  ! ", "warn"), ("accept the loss of it: `prisma-drift fix --allow x`.", "")), ["  ! accept the loss of it:", "    `prisma-drift fix --allow x`."]),
        ((("x" * 60, ""),), ["x" * 45, f"  {'x' * 15}"]),
    ],
)  # fmt: skip
def test_where_a_line_breaks(line: Line, shown: list[str]) -> None:
    assert ["".join(text for text, _ in one) for one in wrapped(line, 45)] == shown


@pytest.mark.parametrize(
    ("asked", "terminal", "environment", "coloured"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", False, {"CLICOLOR_FORCE": "1"}, True),
        ("auto", True, {"CLICOLOR": "0"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
    ],
)
def test_when_there_are_colours(
    asked: str, terminal: bool, environment: dict[str, str], coloured: bool
) -> None:
    assert wants_colour(asked, terminal, environment) is coloured


def test_all_of_80_differences_or_the_rest_as_a_number() -> None:
    """In groups of ten: none is passed over without a word."""
    found = tuple(
        replace(one, object=f"public.T{n // 10}.c{n}", table=f"public.T{n // 10}", model=f"T{n // 10}")
        for n, one in enumerate(many(80).findings)
    )
    shown = text.render((replace(many(80), findings=found),))
    assert sum(line.startswith("  + ") for line in shown.splitlines()) == 40
    assert "… 40 more (--verbose)" in shown
    whole = text.render((replace(many(80), findings=found),), verbose=True)
    assert sum(line.startswith("  + ") for line in whole.splitlines()) == 80


def test_a_pipe_sees_none_and_needs_no_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rich", None)
    stream = io.StringIO()
    text.write((REPORT,), stream)
    assert stream.getvalue() == text.render((REPORT,))
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("applied", [True, False])
def test_what_was_not_proved_is_not_offered(applied: bool) -> None:
    rejected = replace(
        REPORT,
        proof=Proof(EmptyProof(applied, 2, "no such type", "Mend it.")),
        corrective_sql="",
        rejected_sql=REPORT.corrective_sql,
        hazards=(*HAZARDS, WHY),
    )
    shown = text.render((rejected,), verbose=True)
    assert f"{WHY.message} Mend it." in shown
    assert "no migration is offered" in shown
    assert "ALTER TABLE" not in shown
    assert "✗ public.T.b: Goes.  [data-loss]" in shown


WHY = Hazard("nothing-proved", "error", "public.T", "Tried on a copy: public.T has no such type.", "Mend it.")
HAZARDS = (
    Hazard("nulls", "warning", "public.T.a", "Fails on\nNULL.", "Count them.", 2),
    Hazard("data-loss", "error", "public.T.b", "Goes."),
)


def test_hazards_stand_above_the_sql_the_gravest_first() -> None:
    shown = text.render((replace(REPORT, hazards=HAZARDS),))
    order = ("✗ public.T.b: Goes.", "! public.T.a: Fails on NULL. Count them.  [nulls]", "    ALTER TABLE")
    places = [shown.index(part) for part in order]
    assert places == sorted(places)


def many(number: int) -> Report:
    found = tuple(
        Finding(
            "column-missing",
            "error",
            f"public.T.c{n}",
            "Missing.",
            position=Position("s.prisma", n + 1),
            table="public.T",
            model="T",
            actual="–",
            expected="Int",
        )
        for n in range(number)
    )
    lines = tuple(SchemaLines("s.prisma", n, "  x Int") for n in range(number))
    return Report(
        "drift",
        PROJECT,
        found,
        corrective_sql="SELECT 1;\n" * number,
        schema_lines=lines,
        proof=Proof(EmptyProof(True, 0)),
    )


def test_a_large_report_stays_on_two_screens_and_says_what_it_leaves_out() -> None:
    short = text.render((many(300),))
    assert "300 differences" in short
    assert "… 260 more (--verbose)" in short
    assert "… 250 more lines" in short
    assert "lines of the schema would mend it (--verbose lists them)" in short
    assert short.count("\n") < 300
    whole = text.render((many(300),), verbose=True)
    assert "c299" in whole
    assert "more" not in whole


def test_the_likelier_mend_comes_first() -> None:
    extra = Finding(
        "index-extra",
        "error",
        "public.T.i",
        "Extra.",
        table="public.T",
        model="T",
        actual="@@index([a])",
        expected="–",
    )
    lines = SchemaLines("s.prisma", 3, "  @@index([a])")

    def order(mends: tuple[Mend, ...]) -> list[int]:
        report = Report(
            "drift", PROJECT, (replace(extra, mends=mends),), (), "DROP INDEX i;\n", (lines,), PROVED
        )
        shown = text.render((report,))
        return [shown.index("If the migrations are right"), shown.index("If the schema is right")]

    schema, sql = Mend("schema", lines=(lines,), why="it was made by hand"), Mend("sql")
    assert order((schema, sql)) == sorted(order((schema, sql)))
    assert order((sql, schema)) == sorted(order((sql, schema)), reverse=True)


def test_notes_are_counted_and_warnings_shown() -> None:
    note = Finding("type-same-in-catalog", "note", "public.T.a", "The same.")
    warning = Finding("name-case", "warning", "x", "Look here.", "Do this.", Position("m/x/migration.sql", 1))
    report = replace(IN_STEP, findings=(note, warning), unmanaged=(), would_drop=())
    shown = text.render((report,))
    assert "1 accepted difference" in shown
    assert "The same." not in shown
    assert "! Look here." in shown
    assert "m/x/migration.sql:1" in shown
    assert "Do this." in shown
    assert "The same." in text.render((report,), verbose=True)


def test_what_is_not_compared_is_tallied_or_listed() -> None:
    policies = tuple(Unmanaged("policy", f"public.T.p{n}", "CREATE POLICY …") for n in range(2))
    report = replace(IN_STEP, unmanaged=policies, would_drop=())
    assert "2 policies" in text.render((report,))
    assert "CREATE POLICY" in text.render((report,), verbose=True)


def test_an_error_without_a_project_is_its_own_headline() -> None:
    shown = text.render((failed(DriftError("There is no x.", hint="Make one.")),))
    assert shown == "✗ There is no x.\nnext: Make one.\n"


def test_paths_as_typed_here(tmp_path: Path) -> None:
    report = with_paths(REPORT, relative_to(tmp_path))
    assert report == REPORT
    absolute = with_paths(REPORT, lambda path: f"{tmp_path}/{path}")
    assert "prisma/schema.prisma" in str(absolute.findings)
    assert str(tmp_path) in str(absolute.findings)
    assert with_paths(absolute, relative_to(tmp_path)) == REPORT
    inside = with_paths(REPORT, from_here(str(tmp_path), tmp_path / "prisma"))
    assert inside.project.schema == "schema.prisma"
    assert {one.position.file for one in inside.findings if one.position} <= {
        "schema.prisma",
        "migrations/20240101000000_init/migration.sql",
    }
    assert with_paths(REPORT, from_here(str(tmp_path), tmp_path / "other")) == REPORT


def test_drift_that_is_no_difference_is_a_problem() -> None:
    wrong = Finding("migration-edited", "error", "2024_x", "Edited.")
    report = Report("drift", PROJECT, (wrong,))
    assert text.render((report,)).startswith("✗ prisma/schema.prisma and its 435 migrations have 1 problem\n")


def test_a_name_cannot_command_the_terminal() -> None:
    bad = replace(REPORT.findings[0], object="public.T.\x1b[2J", message="a\rb", expected="x\x9by")
    shown = text.render((replace(REPORT, findings=(bad,)),))
    assert not {character for character in shown if character < " " and character != "\n"}
    assert "\x9b" not in shown


def test_every_error_has_its_message_where_there_is_no_project() -> None:
    from prisma_drift.errors import DriftError, SchemaError
    from prisma_drift.findings.failure import failed

    error = SchemaError(
        (
            DriftError("The first.", excerpt="a"),
            DriftError("The second.", excerpt="b"),
            DriftError("The third."),
        )
    )
    shown = text.render((failed(error),))
    assert [shown.count(words) for words in ("The first.", "The second.", "The third.")] == [1, 1, 1]
