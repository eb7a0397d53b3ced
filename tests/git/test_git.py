"""Real repositories: the index, trees, blobs, the merge base, and what a branch took out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prisma_drift.git.repository import GitError, Repository, top_level
from prisma_drift.git.run import output


def git(root: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=n", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(root), *settings, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "a folder"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return Repository(root)


def save(repository: Repository, path: str, content: bytes | str) -> None:
    file = repository.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit(repository: Repository, **files: str) -> str:
    for path, content in files.items():
        save(repository, path, content)
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "--allow-empty", "-m", "x")
    return git(repository.root, "rev-parse", "HEAD")


def test_the_top_folder_is_found_from_below_and_in_a_linked_tree(
    repository: Repository, tmp_path: Path
) -> None:
    save(repository, "a/b/c.txt", "")
    assert top_level(repository.root / "a" / "b") == repository.root
    commit(repository, x="1")
    git(repository.root, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    assert top_level(tmp_path / "linked") == tmp_path / "linked"
    outside = tmp_path / "outside"
    outside.mkdir()
    assert top_level(outside) is None


def test_many_and_large_blobs_come_through_one_process(repository: Repository) -> None:
    files = {f"f{n}": f"{n}\n" for n in range(400)}
    files |= {"empty": "", "large": "x" * 3_000_000, "no-end": "a\n\nb"}
    commit(repository, **files)
    blobs = repository.tree("HEAD")
    contents = repository.contents(b.id for b in blobs)
    assert {b.path: contents[b.id].decode() for b in blobs} == files
    assert repository.contents([]) == {}
    with pytest.raises(GitError, match="no object 0000"):
        repository.contents(["0" * 40])


def test_the_base_branch_is_guessed_from_origin_first(repository: Repository, tmp_path: Path) -> None:
    assert repository.default_base() is None
    first = commit(repository, a="1")
    assert repository.default_base() == "refs/heads/main"
    clone = Repository(tmp_path / "clone")
    git(tmp_path, "clone", "-q", str(repository.root), str(clone.root))
    assert clone.default_base() == "refs/remotes/origin/main"
    git(clone.root, "checkout", "-q", "-b", "work")
    commit(clone, b="2")
    assert clone.merge_base("refs/remotes/origin/main") == first
    assert clone.merge_base("nowhere") is None


def test_a_tree_gives_its_blobs_by_literal_paths(repository: Repository) -> None:
    commit(repository, **{"p/ü “odd” name.sql": "a", "p/b": "b", "q/c": "c", "p[a]/x": "1", "pa/x": "2"})
    assert [b.path for b in repository.tree("HEAD", "p")] == ["p/b", "p/ü “odd” name.sql"]
    assert [b.path for b in repository.tree("HEAD", "p[a]")] == ["p[a]/x"]
    save(repository, "p/b", "changed but not committed")
    (blob,) = repository.tree("HEAD", "p/b")
    assert repository.contents([blob.id]) == {blob.id: b"b"}


def test_no_program_of_the_repository_runs(repository: Repository, tmp_path: Path) -> None:
    """The file system monitor is a program that the repository's own settings name."""
    commit(repository, a="1")
    mark = tmp_path / "ran"
    program = tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    program.chmod(0o755)
    git(repository.root, "config", "core.fsmonitor", str(program))
    subprocess.run(["git", "-C", str(repository.root), "status"], check=True, capture_output=True)
    assert mark.exists()  # so the trap works
    mark.unlink()
    root = str(repository.root)
    for words in (
        ("diff", "--cached", "--raw"),
        ("ls-files", "--stage"),
        ("add", "--", "a"),
        ("grep", "--cached", "1"),
    ):
        output(*words, root=root)
    repository.tree("HEAD")
    repository.default_base()
    assert not mark.exists()


def test_failures_are_errors_with_a_next_step(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GitError, match="ls-tree failed") as caught:
        repository.tree("nowhere")
    assert caught.value.hint
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitError, match="not installed"):
        repository.tree("HEAD")
    with pytest.raises(GitError, match="not installed"):
        repository.contents(["0" * 40])


def test_no_descriptor_is_left_open(repository: Repository) -> None:
    commit(repository, a="1")
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        repository.contents(b.id for b in repository.tree("HEAD"))
    assert len(list(Path("/dev/fd").iterdir())) == before
