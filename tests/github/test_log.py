"""Nothing that a repository can write reaches the runner as a command, an output or an environment variable."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prisma_drift.github.log import Log
from prisma_drift.github.outputs import write_outputs, write_summary
from prisma_drift.model.workflow import command

INJECTIONS = (
    "::error::gotcha",
    "::set-output name=x::y",
    "::add-path::/tmp/evil",
    "::set-env name=LD_PRELOAD::/tmp/evil.so",
    "##[add-path]/tmp/evil",
    "a\n::stop-commands::x",
    "a\r\n::error::b",
    "::endgroup::",
    "%0A::error::x",
)


def commands_seen(text: str) -> list[str]:
    """The commands that the runner would carry out, by its own rules (ActionCommandManager)."""
    found = []
    stopped = ""
    for line in re.split(r"\r\n|\n|\r", text):
        stripped = line.lstrip()
        if stopped:
            if stripped == f"::{stopped}::":
                stopped = ""
            continue
        if match := re.match(r"::stop-commands::(.+)", stripped):
            stopped = match[1]
        elif re.match(r"::[\w-]+.*?::", stripped) or "##[" in line:
            found.append(stripped)
    return found


lines = st.one_of(st.sampled_from(INJECTIONS), st.text(max_size=40))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines, max_size=5), lines)
def test_only_our_own_commands_are_seen(texts: list[str], message: str) -> None:
    out = io.StringIO()
    with Log(out) as log:
        for text in texts:
            log.text(text)
        log.warning(message)
        out.write("".join(texts) + " without a line end")
    seen = commands_seen(out.getvalue())
    assert len(seen) == 1
    assert seen[0].startswith("::warning title=prisma-drift::")


def test_every_stop_has_a_word_of_its_own() -> None:
    out = io.StringIO()
    with Log(out) as log:
        log.notice("a")
        log.notice("b")
    words = re.findall(r"::stop-commands::(\w+)", out.getvalue())
    assert len(set(words)) == 3 and all(len(word) == 48 for word in words)


def test_properties_cannot_end_themselves() -> None:
    assert (
        str(command("error", "a\nb", file="x,line=1::y\n", title=""))
        == "::error file=x%2Cline=1%3A%3Ay%0A::a%0Ab"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["verdict", "report-json", "corrective-sql"]), lines, min_size=1))
def test_an_output_cannot_begin_another(
    tmp_path_factory: pytest.TempPathFactory, outputs: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("out") / "output"
    write_outputs(str(path), outputs)
    read = parse_file_command(path.read_text(encoding="utf-8"))
    assert set(read) == set(outputs)
    for name, value in outputs.items():
        expected = value.replace("\r\n", "\n").replace("\r", "\n")
        assert read[name] == expected.encode("utf-8", "replace").decode()


def parse_file_command(text: str) -> dict[str, str]:
    """The runner's own reading of a file command (FileCommandManager, lines split at line feeds)."""
    out: dict[str, str] = {}
    rows = iter(text.split("\n"))
    for row in rows:
        if not row:
            continue
        name, word = row.split("<<", 1)
        value = []
        for line in rows:
            if line == word:
                break
            value.append(line)
        out[name] = "\n".join(value)
    return out


def test_a_value_with_a_heredoc_of_its_own_is_just_text(tmp_path: Path) -> None:
    path = tmp_path / "output"
    hostile = "EOF\nverdict<<EOF\nin-step\nEOF\nghadelimiter_0"
    write_outputs(str(path), {"corrective-sql": hostile, "verdict": "drift"})
    assert parse_file_command(path.read_text()) == {"corrective-sql": hostile, "verdict": "drift"}


def test_outputs_that_are_too_large_are_named_and_empty(tmp_path: Path) -> None:
    path = tmp_path / "output"
    assert write_outputs(str(path), {"report-json": "x" * 400_001, "verdict": "drift"}) == ("report-json",)
    assert parse_file_command(path.read_text()) == {"report-json": "", "verdict": "drift"}


def test_no_files_no_harm() -> None:
    assert write_outputs("", {"verdict": "drift"}) == ()
    write_summary("", "text")
