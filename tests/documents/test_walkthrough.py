"""The commands that README and the step-by-step guide show print what is shown below them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from walkthrough import DOCUMENTS, Stage, fits, played, shortened, stage


@pytest.fixture
def on() -> Iterator[Stage]:
    with stage() as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_print_what_is_shown(document: Path, on: Stage) -> None:
    _, wrong = played(document, on)
    assert wrong == [], "run: python tests/documents/walkthrough.py --write"


@pytest.mark.slow
def test_a_wrong_output_is_found(on: Stage, tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("```console\n$ echo one\ntwo\n```\n\n<!-- run\nfalse\n-->\n")
    with pytest.raises(AssertionError, match="a hidden block failed"):
        played(document, on)
    document.write_text("```console\n$ echo one\ntwo\n```\n")
    text, wrong = played(document, on)
    assert text == "```console\n$ echo one\none\n```\n"
    assert len(wrong) == 1


@pytest.mark.slow
def test_dry_run_prints_the_sql_that_check_shows(on: Stage) -> None:
    shown = json.loads(on.run("prisma-drift check examples/alignment-plan --json --quiet"))["corrective_sql"]
    printed = on.run("prisma-drift fix examples/alignment-plan --dry-run --quiet")
    assert shown.strip() and printed.endswith(shown.strip())


def test_left_out_lines() -> None:
    assert fits("a\nb\nc", "a\n…\nc\n")
    assert fits("a\nc", "a\n  …\nc")
    assert not fits("a\nb\nd", "a\n…\nc")
    assert not fits("a\nb", "a")
    assert shortened("a\nb\nc\nd", "x\n…\ny") == "a\n…\nd"
