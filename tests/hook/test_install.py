"""`prisma-drift install` writes the hook where the repository keeps its hooks, once."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml


def install(project: Any, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from prisma_drift.cli import entry; sys.exit(entry())",
            "install",
            *arguments,
        ],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_bare_git(project: Any) -> None:
    assert install(project)[0] == 0
    file = project.root / ".git/hooks/pre-commit"
    assert "exec prisma-drift hook" in file.read_text()
    assert file.stat().st_mode & 0o100
    before = file.read_text()
    code, said = install(project)
    assert (code, "already" in said) == (0, True)
    assert file.read_text() == before
    assert not (project.root / ".git/hooks/pre-push").exists()
    install(project, "--pre-push")
    assert "exec prisma-drift check" in (project.root / ".git/hooks/pre-push").read_text()


def test_an_existing_hook_is_kept(project: Any) -> None:
    file = project.write(".git/hooks/pre-commit", "#!/bin/sh\necho mine\nexit 0\n")
    assert install(project)[0] == 0
    assert file.read_text() == "#!/bin/sh\nprisma-drift hook || exit $?\necho mine\nexit 0\n"
    other = project.write(".git/hooks/pre-commit", "#!/usr/bin/env node\n")
    code, said = install(project)
    assert (code, "no shell script" in said) == (1, True)
    assert other.read_text() == "#!/usr/bin/env node\n"


def test_a_hooks_path_of_its_own(project: Any) -> None:
    project.git("config", "core.hooksPath", "githooks")
    assert install(project)[0] == 0
    assert (project.root / "githooks/pre-commit").exists()


def test_husky(project: Any) -> None:
    file = project.write(".husky/pre-commit", "npm test")
    assert install(project)[0] == 0
    assert file.read_text() == "npm test\nprisma-drift hook\n"
    assert install(project)[0] == 0
    assert file.read_text().count("prisma-drift") == 1


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# my hooks\npre-push:\n  commands:\n    test:\n      run: npm test\n",
        "pre-commit:\n  parallel: true\n  commands:\n    lint:\n      run: npm run lint\n",
        "pre-commit:\n    commands:\n        lint:\n            run: x\n\npre-push:\n    jobs: []\n",
        "pre-commit:\n  jobs:\n    - name: lint\n      run: x\n",
        "pre-commit:\n  parallel: true\n",
    ],
)
def test_lefthook(project: Any, before: str) -> None:
    file = project.write("lefthook.yml", before)
    assert install(project)[0] == 0
    after = yaml.safe_load(file.read_text())
    hook = after["pre-commit"]
    runs = [entry["run"] for entry in (*hook.get("commands", {}).values(), *hook.get("jobs", []))]
    assert "prisma-drift hook" in runs
    for line in before.splitlines():
        assert line in file.read_text()
    text = file.read_text()
    assert install(project)[0] == 0
    assert file.read_text() == text


def test_a_lefthook_file_that_is_not_understood(project: Any) -> None:
    file = project.write("lefthook.yml", "pre-commit: { commands: { lint: { run: x } } }\n")
    code, said = install(project)
    assert code == 1
    assert "run: prisma-drift hook" in said
    assert file.read_text() == "pre-commit: { commands: { lint: { run: x } } }\n"


def test_pre_commit_keeps_its_own(project: Any) -> None:
    project.write(".pre-commit-config.yaml", "repos: []\n")
    code, said = install(project)
    assert (code, "`prisma-drift`" in said) == (1, True)
