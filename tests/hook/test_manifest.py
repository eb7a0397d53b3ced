"""The manifest and the plain scripts say what the command understands."""

from __future__ import annotations

from pathlib import Path

import yaml

from prisma_drift.commands.install import ABOUT, COMMANDS
from prisma_drift.commands.ways import way_of

PROJECT = Path(__file__).parents[2]


def test_the_manifest() -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())}
    assert set(hooks) == {"prisma-drift", "prisma-drift-check"}
    assert hooks["prisma-drift"]["entry"] == f"prisma-drift {COMMANDS['pre-commit']}"
    assert hooks["prisma-drift-check"]["entry"] == f"prisma-drift {COMMANDS['pre-push']}"
    assert hooks["prisma-drift-check"]["stages"] == ["pre-push", "manual"]
    for hook in hooks.values():
        assert (hook["language"], hook["always_run"], hook["pass_filenames"]) == ("python", True, False)


def test_the_scripts_are_those_that_install_writes() -> None:
    for name, command in COMMANDS.items():
        file = PROJECT / "hooks" / name
        assert file.read_text() == way_of("command", PROJECT).script(command, name, ABOUT[name], "block")
        assert file.stat().st_mode & 0o111


def test_every_problem_has_a_page() -> None:
    ids = {
        word
        for file in (PROJECT / "src/prisma_drift/hook").glob("*.py")
        for word in _problem_ids(file.read_text())
    }
    assert len(ids) >= 12
    pages = {page.stem for page in (PROJECT / "docs/findings").glob("*.md")}
    assert ids <= pages, sorted(ids - pages)


def _problem_ids(text: str) -> set[str]:
    import re

    return set(re.findall(r'Problem\(\s*"([a-z-]+)"', text))
