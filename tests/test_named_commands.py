"""Every command and flag that the program, its documents and its hooks name is one that the program has."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from prisma_drift import cli
from prisma_drift.model.commands import SUBCOMMANDS, as_called

ROOT = Path(__file__).parents[1]
PLACES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "action.yml",
    ".pre-commit-hooks.yaml",
    ".pre-commit-config.yaml",
    "mkdocs.yml",
)
FOLDERS = ("src", "docs", "hooks", "examples", ".github")
KINDS = {".py", ".md", ".yml", ".yaml", ".toml", ".sh", ""}
COMMANDS = (
    "check",
    "fix",
    "diff",
    "gate",
    "backfill",
    "smoke",
    "baseline",
    "hook",
    "install",
    "init",
    "completions",
    "cache",
    "projects",
    "action",
    "help",
    "version",
)


def test_what_is_called_through_a_package_manager_is_every_command() -> None:
    assert sorted(COMMANDS) == sorted(SUBCOMMANDS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("next: prisma-drift fix db   writes the migration", "next: npx prisma-drift fix db   writes the migration"),
        ("Run `prisma-drift check --no-cache`, or `npx prisma-drift fix`.", "Run `npx prisma-drift check --no-cache`, or `npx prisma-drift fix`."),
        ("prisma-drift: the cache", "prisma-drift: the cache"),
        ("~/.local/bin/prisma-drift check", "~/.local/bin/prisma-drift check"),
        ("pipx inject prisma-drift testcontainers", "pipx inject prisma-drift testcontainers"),
        ("uvx --from x prisma-drift check", "uvx --from x prisma-drift check"),
    ],
)  # fmt: skip
def test_a_command_is_printed_as_it_was_called(text: str, shown: str) -> None:
    assert as_called(text, {"PRISMA_DRIFT_RUNNER": "npx"}) == shown
    assert as_called(text, {}) == as_called(text, {"PRISMA_DRIFT_RUNNER": "rm -rf / ;"}) == text


def test_the_next_step_of_a_run_by_npx_is_one_by_npx() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "check", str(ROOT / "examples/alignment-plan")],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PRISMA_DRIFT_RUNNER": "pnpm exec"},
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "next: pnpm exec prisma-drift fix" in done.stdout
    assert done.stdout.count("prisma-drift fix") == done.stdout.count("pnpm exec prisma-drift fix")


_NAMED = re.compile(r"(?<![\w./:-])(?<!inject )(?:npx |uvx |\.venv/bin/)?prisma-drift (?P<rest>[^`\n\"\']+)")
"""The name, as it is typed: not in a path, an address, or a file's name."""
_PROSE = re.compile(
    r"(?:reads|wrote|should|on|met|takes|the|runs|is|itself|failed|authors|at|and|or|with|in|project|has|makes|needs|needed|needed|to|does|says|sets|—|:)\b"
)
"""Words that follow the name where a sentence speaks of the program."""


def _files() -> list[Path]:
    found = [ROOT / place for place in PLACES if (ROOT / place).exists()]
    for folder in FOLDERS:
        found += [file for file in (ROOT / folder).rglob("*") if file.is_file() and file.suffix in KINDS]
    return sorted(found)


def _typed(file: Path) -> str:
    """What a file may give to type: of a Markdown document its code, of all others everything."""
    text = file.read_text("utf-8", "replace")
    if file.suffix != ".md":
        return text
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
    return "\n".join([*blocks, *spans])


def _named(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command that is named, with the flags behind it."""
    for found in _NAMED.finditer(text):
        words = found["rest"].split()
        if not words or not re.match(r"[a-z]", words[0]) or _PROSE.match(words[0]):
            continue
        command = re.match(r"[a-z-]+", words[0])
        assert command is not None
        ends = re.split(r"[|;&]|   ", found["rest"], maxsplit=1)[0]
        yield command[0], re.findall(r"(?<![\w-])--[a-z][a-z-]*", ends)


@cache
def _flags(command: str) -> frozenset[str]:
    """The flags of a command, as its own help lists them."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        cli.main([command, "--help"])
    return frozenset(re.findall(r"--[a-z][a-z-]*", said.getvalue()))


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_is_named_exists(file: Path) -> None:
    for command, flags in _named(_typed(file)):
        assert command in COMMANDS, f"prisma-drift {command}"
        if command not in ("help", "version"):
            assert set(flags) <= _flags(command), f"prisma-drift {command} {flags}"


def test_the_search_sees_what_it_is_for() -> None:
    text = (
        "Run `prisma-drift chek --format json`, then\n    prisma-drift fix --alow x\nprisma-drift is a tool."
    )
    assert list(_named(text)) == [("chek", ["--format"]), ("fix", ["--alow"])]
    named = {command for file in _files() for command, _ in _named(_typed(file))}
    assert named >= {"check", "fix", "diff", "hook", "install"}
