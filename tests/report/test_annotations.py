"""Workflow commands: what the runner reads back is what was said, whatever a name holds."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from prisma_drift.github.artifact import unpack
from prisma_drift.model.report import Finding, ProjectInfo, Report
from prisma_drift.model.source import Position
from prisma_drift.model.values import replace
from prisma_drift.model.workflow import visible
from prisma_drift.report.annotations import MOST, render

[_ENTRY] = unpack((Path(__file__).parent / "alignment.json").read_bytes())
REPORT = _ENTRY.report
PROJECT = ProjectInfo("prisma/schema.prisma", "prisma/migrations", "6.19.0", "package.json", "18.6", 3)
COMMAND = re.compile(r"::(\w+) ([^:]*(?::(?!:)[^:]*)*)::(.*)", re.DOTALL)


def unescape(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for code, character in pairs:
        text = text.replace(code, character)
    return text


DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands of an output, as the runner splits and unescapes them."""
    found = []
    for line in re.split(r"\r\n|\n|\r", output):
        if line.lstrip().startswith("::"):
            matched = COMMAND.fullmatch(line)
            assert matched, line
            properties = dict(part.split("=", 1) for part in matched[2].split(","))
            found.append(
                (
                    matched[1],
                    {k: unescape(v, PROPERTY) for k, v in properties.items()},
                    unescape(matched[3], DATA),
                )
            )
    return found


def test_a_finding_stands_at_its_line() -> None:
    output = render((REPORT,))
    said = commands(output)
    column = next(one for one in said if "jitterMin" in one[2])
    assert column[0] == "error"
    assert column[1] == {
        "title": "prisma-drift: column-missing",
        "file": "prisma/schema.prisma",
        "line": "18",
        "col": "3",
    }
    assert "dropped by 20240318101500_cleanup:14" in column[2]
    assert (
        output.splitlines()[-1]
        == "✗ prisma/schema.prisma and its 434 migrations disagree: 10 differences in 4 models and 1 table"
    )


def test_what_only_the_migrations_have_stands_where_they_made_it() -> None:
    one = replace(REPORT.findings[0], position=None)
    [(_, properties, _)] = commands(render((replace(REPORT, findings=(one,)),)))
    assert one.origin
    assert (properties["file"], properties["line"]) == (one.origin.file, str(one.origin.line))


def test_no_more_than_the_runner_shows() -> None:
    findings = tuple(Finding("column-missing", "error", f"public.T.c{n}", "Missing.") for n in range(25))
    note = Finding("type-same-in-catalog", "note", "public.T.x", "Same.")
    said = commands(render((Report("drift", PROJECT, (*findings, note)),)))
    errors = [one for one in said if one[0] == "error"]
    assert len(errors) == MOST
    assert errors[-1][2] == f"{25 - MOST + 1} more of 25 findings are in the report."
    assert [one[0] for one in said if one[0] != "error"] == ["notice"]


ODD = st.text(
    alphabet=st.sampled_from(list("%:,=\r\n#[] a025AD;")) | st.characters(codec="utf-8"), max_size=40
)


@given(name=ODD, message=ODD, file=ODD, migration=ODD)
def test_nothing_in_a_repository_becomes_a_command(
    name: str, message: str, file: str, migration: str
) -> None:
    found = (
        Finding("column-missing", "error", name, message, position=Position(file, 2, 3)),
        Finding("column-missing", "warning", name, migration),
    )
    project = replace(PROJECT, schema=file)
    said = commands(render((Report("drift", project, found),)))
    assert [one[0] for one in said] == ["error", "warning"]
    assert said[0][1].get("file", "") == _shown(file)
    assert said[0][2] == _shown(f"{name}: {message}" if name else message)


def _shown(text: str) -> str:
    return re.sub(r"(##+)\[", r"\1\\[", visible(text))
