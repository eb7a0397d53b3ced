"""The hook at a terminal: lines end at words, and what is copied stays whole."""

from __future__ import annotations

import io

import pytest

from prisma_drift.hook.output import Shown, show
from prisma_drift.hook.problems import Problem

SQL = 'ALTER TABLE "User" ADD COLUMN     "slogan" TEXT;\n'
PROBLEM = Problem(
    "migration-missing", "prisma/schema.prisma", 19, "User.slogan is new (TEXT), and no staged migration does it.",
    "git add prisma/migrations/20240101000000_a_migration_of_a_long_name/migration.sql",
)  # fmt: skip
ADVICE = "prisma-drift hook --write   tries it on a database of its own, writes and stages it"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    show([PROBLEM], [Shown("prisma/migrations/1_a/migration.sql", (), SQL)], [ADVICE])
    return stream.getvalue().split("\n")


def test_a_terminal_gets_lines_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(Terminal(), monkeypatch)
    assert lines[0] == "error prisma/schema.prisma:19: User.slogan is new"
    assert f"      {PROBLEM.fix}" in lines, "a command is one line, however long"
    assert lines[-3:] == ["next: prisma-drift hook --write   tries it on a", "        database of its own, writes and stages it", ""]  # fmt: skip


def test_a_pipe_gets_them_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(io.StringIO(), monkeypatch)
    assert lines[0].endswith("no staged migration does it. [migration-missing]")
    assert lines[-2:] == [f"next: {ADVICE}", ""]
    assert f"    {SQL.rstrip()}" in lines
