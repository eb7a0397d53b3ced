"""`prisma-drift install` writes the hook where the repository keeps its hooks, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
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


OWN = str(Path(sys.executable).parent / "prisma-drift")
NAMED = (
    "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n  name  String?\n}\n"
)


def with_tool(project: Any, tmp_path: Path) -> None:
    """`prisma-drift` on the PATH, outside of any environment."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "prisma-drift").symlink_to(OWN)
    project.environment["PATH"] = f"{folder}:{project.environment['PATH']}"


def committed(project: Any) -> str:
    """What git says of a commit of a schema edit without its migration, and whether it was made."""
    project.schema(NAMED)
    project.stage()
    return str(project.git("commit", "-qm", "x", check=False))


def test_bare_git(project: Any) -> None:
    """Found by git although the PATH does not have it."""
    project.environment["PATH"] = "/usr/bin:/bin"
    code, said = install(project)
    assert code == 0, said
    assert f"calls `{OWN}`, which works here" in said
    assert said.splitlines()[-1].startswith("next: ")
    file = project.root / ".git/hooks/pre-commit"
    assert f"exec {OWN} hook" in file.read_text()
    assert "User.name is new" in committed(project)
    assert file.stat().st_mode & 0o100
    before = file.read_text()
    code, said = install(project)
    assert (code, "already" in said) == (0, True)
    assert file.read_text() == before
    assert not (project.root / ".git/hooks/pre-push").exists()
    install(project, "--pre-push")
    assert f"exec {OWN} check" in (project.root / ".git/hooks/pre-push").read_text()


@pytest.mark.parametrize("missing", ["block", "warn"])
def test_an_existing_hook_is_kept(project: Any, missing: str) -> None:
    file = project.write(".git/hooks/pre-commit", "#!/bin/sh\necho mine\nexit 0\n")
    file.chmod(0o755)
    assert install(project, "--missing", missing)[0] == 0
    lines = file.read_text().splitlines()
    assert (lines[0], lines[2:]) == ("#!/bin/sh", ["echo mine", "exit 0"])
    said = committed(project)
    assert "User.name is new" in said
    assert "mine" not in said


@pytest.mark.parametrize("manager", ["bare", "existing", "husky"])
@pytest.mark.parametrize("missing", ["block", "warn"])
def test_a_tool_that_is_gone_blocks_or_warns(
    project: Any, tmp_path: Path, manager: str, missing: str
) -> None:
    with_tool(project, tmp_path)
    if manager == "husky":
        project.write(".husky/pre-commit", "true\n").chmod(0o755)
        project.git("config", "core.hooksPath", ".husky")
    elif manager == "existing":
        project.write(".git/hooks/pre-commit", "#!/bin/sh\necho mine\n").chmod(0o755)
    assert install(project, "--missing", missing)[0] == 0
    (tmp_path / "bin/prisma-drift").unlink()
    project.environment["PATH"] = "/usr/bin:/bin"
    said = committed(project)
    assert "pipx install git+https://github.com/prisma-drift/prisma-drift" in said
    made = "x" in project.git("log", "-1", "--format=%s")
    assert made == (missing == "warn")


@pytest.mark.parametrize("way", ["npx", "uvx", "container"])
def test_a_way_that_does_not_work_is_not_written(project: Any, way: str) -> None:
    project.environment["PATH"] = "/usr/bin:/bin"
    project.environment |= {"npm_config_offline": "true", "UV_OFFLINE": "1"}
    code, said = install(project, "--run", way, "--image", "no-such-image.invalid/prisma-drift")
    assert code == 1
    assert "does not work here, so no hook is written" in said
    assert "This way needs: " in said
    assert not (project.root / ".git/hooks/pre-commit").exists()


def test_an_environment_inside_the_repository_is_named_from_its_top(project: Any) -> None:
    from prisma_drift.commands.ways import way_of

    assert way_of("path", Path(sys.executable).parents[1]).words == ("bin/prisma-drift",)


@pytest.mark.parametrize("shared", [True, False])
def test_a_dependency_of_the_project_is_called_where_it_is_installed(project: Any, shared: bool) -> None:
    project.write("package.json", '{"devDependencies": {"prisma-drift": "^0.1.0"}}')
    program = project.write(
        "node_modules/.bin/prisma-drift", f'#!/bin/sh\nexec "{sys.executable}" -m prisma_drift "$@"\n'
    )
    program.chmod(0o755)
    file = project.write(".husky/pre-commit", "") if shared else project.root / ".git/hooks/pre-commit"
    code, said = install(project)
    assert code == 0 and "calls `node_modules/.bin/prisma-drift`, which works here" in said
    assert "node_modules/.bin/prisma-drift hook" in file.read_text()


@pytest.mark.parametrize(
    "package", ["{", "[]", '{"devDependencies": ["prisma-drift"]}', '{"name": "prisma-drift"}', "[" * 100_000]
)
def test_a_package_file_that_names_no_dependency_changes_nothing(project: Any, package: str) -> None:
    from prisma_drift.commands.ways import depends_on_it

    project.write("package.json", package)
    assert not depends_on_it(project.root)


def test_a_hook_of_another_kind_is_left_alone(project: Any) -> None:
    other = project.write(".git/hooks/pre-commit", "#!/usr/bin/env node\n")
    code, said = install(project)
    assert (code, "no shell script" in said) == (1, True)
    assert other.read_text() == "#!/usr/bin/env node\n"


def test_a_hooks_path_of_its_own(project: Any) -> None:
    project.git("config", "core.hooksPath", "githooks")
    assert install(project)[0] == 0
    assert (project.root / "githooks/pre-commit").exists()


def test_husky(project: Any, tmp_path: Path) -> None:
    with_tool(project, tmp_path)
    file = project.write(".husky/pre-commit", "npm test")
    assert install(project)[0] == 0
    first, line = file.read_text().splitlines()
    assert first == "npm test"
    assert line.startswith("command -v prisma-drift ") and line.endswith("; prisma-drift hook")
    assert install(project)[0] == 0
    assert file.read_text().count("; prisma-drift hook") == 1


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
def test_lefthook(project: Any, tmp_path: Path, before: str) -> None:
    with_tool(project, tmp_path)
    file = project.write("lefthook.yml", before)
    assert install(project)[0] == 0
    after = yaml.safe_load(file.read_text())
    hook = after["pre-commit"]
    runs = [entry["run"] for entry in (*hook.get("commands", {}).values(), *hook.get("jobs", []))]
    assert any(run.endswith("; prisma-drift hook") for run in runs)
    for line in before.splitlines():
        assert line in file.read_text()
    text = file.read_text()
    assert install(project)[0] == 0
    assert file.read_text() == text


def test_a_lefthook_file_that_is_not_understood(project: Any, tmp_path: Path) -> None:
    with_tool(project, tmp_path)
    file = project.write("lefthook.yml", "pre-commit: { commands: { lint: { run: x } } }\n")
    code, said = install(project)
    assert code == 1
    assert "; prisma-drift hook" in said
    assert file.read_text() == "pre-commit: { commands: { lint: { run: x } } }\n"


def test_pre_commit_keeps_its_own(project: Any) -> None:
    project.write(".pre-commit-config.yaml", "repos: []\n")
    code, said = install(project)
    assert (code, "yours to edit: nothing is written" in said) == (2, True)
    lines = said[said.index("  - repo:") : said.index("\n\nnext: pre-commit install")]
    (repo,) = yaml.safe_load(f"repos:\n{lines}")["repos"]
    assert repo["repo"].startswith("https://") and repo["rev"] == "main", (
        "a checkout's commit may be nobody's"
    )
    assert repo["hooks"] == [{"id": "prisma-drift"}]
    project.write(".pre-commit-config.yaml", f"repos:\n{lines}\n")
    assert install(project)[0] == 0


@pytest.mark.parametrize(
    ("origin", "revision"),
    [
        (None, "v1.2.3"),
        ('{"url": "file:///clone", "dir_info": {"editable": true}}', "main"),
        ('{"url": "https://x.example", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}', "abc123"),
        ('{"url": "https://x.example/prisma_drift-1.2.3-py3-none-any.whl", "archive_info": {}}', "v1.2.3"),
    ],
)
def test_the_revision_is_one_that_others_can_fetch(
    origin: str | None, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pip writes down where a package came from."""
    from prisma_drift.commands import ways

    folder = tmp_path / "prisma_drift-1.2.3.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: prisma-drift\nVersion: 1.2.3\n")
    if origin:
        (folder / "direct_url.json").write_text(origin)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert ways.revision() == revision
