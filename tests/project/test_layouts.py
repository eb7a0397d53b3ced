"""Each layout is found, and found alike on disk, in git's index and in a commit: one Config, one word on the schema."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from layouts import FORMS, LAYOUTS, Layout

from prisma_drift.errors import DriftError
from prisma_drift.git.repository import Repository
from prisma_drift.git.run import output
from prisma_drift.hook.projects import find_projects
from prisma_drift.project import Config, Flags, load_config
from prisma_drift.project.datasource import POSTGRES
from prisma_drift.project.files import DISK, Files
from prisma_drift.project.reading import read_schema
from prisma_drift.project.snapshot import GitFiles, Snapshot, Tree, tree_of

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared"


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRISMA_DRIFT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *identity, *words], check=True, capture_output=True)


def views(root: Path) -> Iterator[tuple[str, Files]]:
    """The same tree on disk, in the index, and in a commit that another index lies over."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A", "-f")
    repository = Repository(root)
    yield "disk", DISK
    index = Tree(output("ls-files", "--stage", "-z", "--full-name", root=str(root)) or b"")
    yield "index", GitFiles(Snapshot(repository, index, index, (), None, ()), index)
    git(root, "commit", "-q", "--no-verify", "-m", "x")
    git(root, "rm", "-q", "-r", "--cached", ".")
    commit = tree_of(repository, "HEAD")
    yield "commit", GitFiles(Snapshot(repository, commit, commit, (), None, ()), commit)


def found(root: Path, flags: Flags, files: Files) -> tuple[tuple[Config, ...], list[str]]:
    try:
        configs = load_config(flags, {}, files)
    except DriftError as error:
        return (), [f"error {error.id}"]
    lines: list[str] = []
    for config in configs:
        migrations = config.shown(config.migrations) if config.migrations else "nothing"
        lines.append(f"{config.shown(config.schema)} -> {migrations}")
        lines += [f"skip {one.path}: {one.reason}" for one in config.skipped]
        lines += [f"note {note.id}: {note.message.replace(f'{root}/', '')}" for note in config.notes]
        lines += [f"external {name}" for name in sorted(config.external_tables)]
        lines += [f"init {config.init_sql.strip()}"] if config.init_sql else []
        lines += [f"default schema {config.default_schema}"] if config.default_schema != "public" else []
        if config.version_source not in ("default", "package.json"):
            lines.append(f"version {config.version} of {config.version_source}")
    return configs, lines


def verdict(config: Config, files: Files) -> object:
    """What is said of the schema: its tables, or why it is refused."""
    try:
        return read_schema(config, files).schema
    except DriftError as error:
        return error.id, error.message, error.position


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_a_layout_is_found_alike_everywhere(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in layout.files.items():
        if name.startswith(".git/"):
            continue
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(FORMS.get(text, text))
    monkeypatch.chdir(tmp_path)
    flags = Flags(path=str(tmp_path / layout.at), **layout.flags)  # type: ignore[arg-type]
    seen = []
    for where, files in views(tmp_path):
        configs, lines = found(tmp_path, flags, files)
        assert sorted(lines) == sorted(layout.expected), where
        seen.append((configs, [verdict(config, files) for config in configs]))
        if isinstance(files, GitFiles) and layout.at == "." and configs:
            assert hooked(files, flags) == [one for one in configs if one.migrations and _postgres(one)]
    assert seen[0] == seen[1] == seen[2]


def hooked(files: GitFiles, flags: Flags) -> list[Config]:
    """The projects that the hook looks at where everything is staged."""
    snapshot = files.snapshot
    projects = find_projects(snapshot, flags, {}, list(snapshot.index.ending((".prisma", ".sql", ".toml"))))
    return sorted((one.config for one in projects), key=lambda one: (one.project, one.schema))


def _postgres(config: Config) -> bool:
    return config.provider in POSTGRES


def projects_of(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*") if place.is_dir()) if folder.is_dir() else []


@pytest.mark.parametrize(
    "source",
    [
        *(pytest.param(place, id=f"example {place.name}") for place in projects_of(ROOT / "examples")),
        *(
            pytest.param(place, id=f"{kind} {place.name}", marks=pytest.mark.shared)
            for kind in ("cases", "corpus")
            for place in projects_of(SHARED / kind)
        ),
    ],
)
def test_a_project_is_read_alike_everywhere(source: Path, tmp_path: Path) -> None:
    """Every project there is: the examples, small cases, and real ones; their schemas validate alike."""
    shutil.copytree(source, tmp_path, dirs_exist_ok=True, copy_function=shutil.copyfile, symlinks=True)
    for place, _, _ in os.walk(tmp_path):
        Path(place).chmod(0o755)
    seen = []
    for _, files in views(tmp_path):
        configs, lines = found(tmp_path, Flags(path=str(tmp_path)), files)
        folders = [
            set(files.below(one.migrations, ("",), lambda name: True)) if one.migrations else None
            for one in configs
        ]
        seen.append((configs, lines, [verdict(config, files) for config in configs], folders))
    assert seen[0] == seen[1] == seen[2]


def test_there_are_enough_layouts_and_each_has_its_name() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS) >= 60
