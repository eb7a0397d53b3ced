"""Every setting and every flag acts: something in the program reads it."""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

import pytest

from prisma_drift.commands.parser import parser
from prisma_drift.model.values import fields_of
from prisma_drift.project import Config, Flags
from prisma_drift.project.settings import Settings
from prisma_drift.project.settings_reader import KEYS

SOURCE = Path(__file__).parents[2] / "src/prisma_drift"
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def reads(of: str, *, outside: str = "-", inside: str = "") -> set[str]:
    """Names read from values that go by the name `of`: `config.quiet`, `self.config.quiet`, `getattr(config, "quiet")`."""
    found: set[str] = set()
    for path, tree in TREES.items():
        place = path.relative_to(SOURCE).as_posix()
        if place.startswith(outside) or not place.startswith(inside):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and named(node.value) == of:
                found.add(node.attr)
            if isinstance(node, ast.Call) and named(node.func) in ("getattr", "chosen"):
                # `chosen` is how diff reads a flag or its variable.
                subject = named(node.args[0]) if named(node.func) == "getattr" else "options"
                names = [
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                found |= set(names[:1]) if subject == of else set()
    return found


def named(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def commands() -> dict[str, argparse.ArgumentParser]:
    [made] = [one for one in parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return {name: made.choices[name] for name in ("check", "diff", "fix", "gate", "backfill")}


@pytest.mark.parametrize(("command", "parsed"), commands().items(), ids=list(commands()))
def test_every_flag_has_a_reader(command: str, parsed: argparse.ArgumentParser) -> None:
    flags = {action.dest for action in parsed._actions if action.dest != "help"}
    assert len(flags) > 5
    shared = reads("options", inside="commands/common.py") | reads("options", inside="commands/output.py")
    assert flags - shared - reads("options", inside=f"commands/{command}.py") == set()


def test_every_common_flag_reaches_the_settings() -> None:
    assert set(fields_of(Flags)) - reads("flags") == set()


def test_every_setting_reaches_the_config_and_every_value_of_it_a_reader() -> None:
    assert len(KEYS) > 10
    names = set(fields_of(Settings)) - {"file", "lines"}
    assert names - (reads("settings") | reads("entry") | reads("over")) == set()
    assert set(fields_of(Config)) - reads("config", outside="project/") == set()


def test_the_test_finds_what_nobody_reads() -> None:
    assert "no_cache" not in reads("options") | reads("flags") | reads("config")
