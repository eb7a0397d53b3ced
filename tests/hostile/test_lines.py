"""Whatever separates lines, reorders text or begins a command stays a part of the text that holds it."""

from __future__ import annotations

import io
import json

import pytest

from prisma_drift.github.log import Log
from prisma_drift.model.report import EmptyProof, Finding, ProjectInfo, Proof, Report
from prisma_drift.model.source import Position
from prisma_drift.model.workflow import Command, inert, one_line, visible
from prisma_drift.report import annotations as workflow
from prisma_drift.report import json as report_json
from prisma_drift.report import sarif, text

SEPARATORS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
ZERO_WIDTH = ["", " ", "\t", "\u00a0", "\u3000", "\u200b", "\ufe0f", "\u00ad", "\u2060", "\ufeff"]
ATTACK = "::set-output name=verdict::in-step"
PROJECT = ProjectInfo("prisma/schema.prisma", "prisma/migrations", "6.19.0", "package.json", "18.6", 3)


def commands_of(log: str) -> list[str]:
    """What the runner would carry out of a log: white space and what has no width in front is passed over."""
    found, stopped = [], ""
    for line in log.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bare = line.lstrip(
            " \t\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u2028\u2029\u3000\u200b\ufe0f\u00ad\u2060\ufeff"
        )
        if stopped:
            stopped = "" if bare == f"::{stopped}::" else stopped
        elif bare.startswith("::stop-commands::"):
            stopped = bare.removeprefix("::stop-commands::")
        elif bare.startswith("::") or "##[" in line:
            found.append(line)
    return found


def finding(name: str) -> Finding:
    return Finding(
        "table-extra", "error", f"public.{name}", f"{name} is only in the migrations.", f"Look at {name}.",
        Position(f"prisma/{name}.prisma", 3, 2), actual=name, table=f"public.{name}", model=name, excerpt=f"{name}\n^",
    )  # fmt: skip


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("gap", ZERO_WIDTH)
def test_a_name_is_never_a_line_of_its_own(separator: str, gap: str) -> None:
    name = f"x{separator}{gap}{ATTACK}{separator}y ##[add-path]z"
    sql, proof = f'DROP TABLE "{name}";\n', Proof(EmptyProof(True, 0))
    report = Report("drift", PROJECT, (finding(name),), corrective_sql=sql, proof=proof)
    plain = text.render((report,), verbose=True)
    assert commands_of(plain) == []
    out = io.StringIO()
    with Log(out) as log:
        log.text(name)
        log.commands(workflow.commands((report,)))
        log.notice(name)
    said = commands_of(out.getvalue())
    assert [line[:7] for line in said] == ["::error", "::notic"]
    assert [line[:7] for line in commands_of(workflow.render((report,)))] == ["::error"]
    for rendered in (report_json.render((report,)), sarif.render((report,))):
        assert commands_of(rendered) == []
        assert not any(separator in line for line in rendered.split("\n"))
    assert json.loads(report_json.render((report,)))["findings"][0]["object"] == f"public.{name}"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_text_keeps_its_words(separator: str) -> None:
    assert one_line(f"a{separator}b").replace("\ufffd", "") == "ab"
    assert visible(f"a{separator}b").split("\n") in (["a", "b"], ["a\ufffdb"])


def test_a_command_is_a_value_and_text_is_never_one() -> None:
    assert inert("::error::x") == "\\::error::x"
    assert inert("a\n \t::error::x") == "a\n \t\\::error::x"
    assert inert("a ##[group]") == "a ##\\[group]"
    assert inert("name: text::jsonb") == "name: text::jsonb"
    assert str(Command("error", "a\nb", (("file", "c,d:e"),))) == "::error file=c%2Cd%3Ae::a%0Ab"
