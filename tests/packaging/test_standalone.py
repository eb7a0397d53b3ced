"""The standalone program: a helper only for itself, and with PRISMA_DRIFT_WHOLE=1 a real build that is tried as a user would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from prisma_drift import program
from prisma_drift.program import HELPERS, VARIABLE, WORD, asked_for, helper, restart_command

ROOT = Path(__file__).parents[2]


def test_from_python_a_script_is_a_file() -> None:
    assert helper("/x/supervisor.py", bare=True) == ([sys.executable, "-I", "-S", "/x/supervisor.py"], None)
    assert helper("/x/reaper.py") == ([sys.executable, "/x/reaper.py"], None)
    assert restart_command()[0] == sys.executable


def test_the_standalone_program_asks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    words, environment = helper("/x/supervisor.py", bare=True)
    assert environment is not None and words[:3] == [sys.executable, WORD, "supervisor"]
    assert asked_for([*words, "ROOT"], environment) == "supervisor"
    assert VARIABLE not in environment, "what a helper starts knows nothing of it"


@pytest.mark.parametrize(
    ("argv", "environment"),
    [
        (["p", WORD, "supervisor", "1"], {}),
        (["p", WORD, "supervisor", ""], {VARIABLE: ""}),
        (["p", WORD, "supervisor", "1"], {VARIABLE: "2"}),
        (["p", WORD, "os", "1"], {VARIABLE: "1"}),
        (["p", "check", WORD, "supervisor", "1"], {VARIABLE: "1"}),
        (["p", WORD], {VARIABLE: "1"}),
        (["p"], {VARIABLE: "1"}),
    ],
)
def test_neither_words_nor_a_variable_alone_make_a_helper(
    argv: list[str], environment: dict[str, str]
) -> None:
    assert asked_for(argv, environment) == ""
    assert VARIABLE not in environment


def test_each_helper_is_entered_by_the_build() -> None:
    entry = (ROOT / "packaging/standalone/entry.py").read_text("utf-8")
    for name in HELPERS:
        assert f'"{name}"' in entry and f"server.{name} import main" in entry


def test_no_other_place_starts_python() -> None:
    """What is started with sys.executable must be what the standalone program can be."""
    found = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src").rglob("*.py")
        if re.search(r"sys\.executable", file.read_text("utf-8"))
    }
    assert found == {"prisma_drift/program.py", "prisma_drift/commands/ways.py"}
    assert program.standalone() is False


def test_the_image_and_the_build_leave_the_same_extensions_out() -> None:
    trim = (ROOT / "docker/trim.sh").read_text("utf-8")
    (listed,) = re.findall(r"for module in (.*?); do", trim, re.DOTALL)
    build = (ROOT / "packaging/standalone/build.py").read_text("utf-8")
    own = build.partition("EXTENSIONS_LEFT_OUT = ")[2].partition('"""')[0].replace(".split()", "")
    assert set(re.findall(r"\w+", own)) == set(re.findall(r"\w+", listed))


@pytest.mark.slow
def test_a_build_works(standalone: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "packaging/standalone/trial.py", standalone],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_build_has_no_links_and_keeps_its_size(standalone: Path) -> None:
    files = [file for file in standalone.rglob("*") if not file.is_dir()]
    assert not [file for file in files if file.is_symlink()]
    assert sum(file.stat().st_size for file in files) < 90_000_000
    facts = json.loads((standalone / "build.json").read_text("utf-8"))
    assert facts["sha256"] and (sys.platform != "linux" or re.fullmatch(r"2\.\d+", facts["glibc"]))


@pytest.mark.slow
def test_the_hidden_word_is_no_command(standalone: Path) -> None:
    command = [
        str(standalone / "prisma-drift"),
        WORD,
        "supervisor",
        "x",
        "/nowhere",
        "-1",
        "-1",
        "1",
        "-1",
        "--",
        "x",
    ]
    done = subprocess.run(
        command, env=os.environ | {VARIABLE: "y"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr
