"""Real repositories: the index, trees, blobs, the merge base, and what a branch took out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from prisma_drift.git import (
    INDEX,
    GitError,
    RemovedLine,
    Repository,
    StagedChange,
    top_level,
)


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
    assert Repository(tmp_path / "linked").head() is not None
    outside = tmp_path / "outside"
    outside.mkdir()
    assert top_level(outside) is None


def test_before_the_first_commit_everything_staged_is_new(repository: Repository) -> None:
    assert repository.head() is None
    save(repository, "p/a.txt", "one")
    save(repository, "b.txt", "two")
    git(repository.root, "add", "p/a.txt")
    assert repository.staged() == (StagedChange("p/a.txt", "A"),)
    assert repository.staged("q") == ()
    assert repository.show(INDEX, "p/a.txt") == b"one"
    assert repository.show("HEAD", "p/a.txt") is None


def test_the_index_and_trees_give_the_same_blobs(repository: Repository) -> None:
    head = commit(repository, **{"p/ü “odd” name.sql": "a", "p/b": "b", "q/c": "c"})
    assert repository.head() == head
    assert [b.path for b in repository.tree("HEAD", "p")] == ["p/b", "p/ü “odd” name.sql"]
    assert repository.tree("HEAD") == repository.index()
    save(repository, "p/b", "changed but not staged")
    assert repository.tree("HEAD") == repository.index()
    git(repository.root, "add", "-A")
    assert repository.tree("HEAD", "q") == repository.index("q")
    assert repository.tree("HEAD", "p") != repository.index("p")
    assert repository.show(INDEX, "p/b") == b"changed but not staged"
    assert repository.show("HEAD", "p/b") == b"b"
    assert repository.show("HEAD", "p") is None


def test_names_with_glob_characters_are_taken_literally(repository: Repository) -> None:
    commit(repository, **{"p[a]/x": "1", "pa/x": "2"})
    assert [b.path for b in repository.index("p[a]")] == ["p[a]/x"]


def test_staged_changes_have_a_status_each_and_renames_are_two(repository: Repository) -> None:
    commit(repository, a="1\n2\n3\n", b="b", c="c")
    git(repository.root, "mv", "a", "renamed")
    git(repository.root, "rm", "-q", "b")
    save(repository, "c", "changed")
    save(repository, "d", "new")
    git(repository.root, "add", "c", "d")
    assert repository.staged() == (
        StagedChange("a", "D"),
        StagedChange("b", "D"),
        StagedChange("c", "M"),
        StagedChange("d", "A"),
        StagedChange("renamed", "A"),
    )


def test_the_index_that_a_hook_is_given_counts(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, a="1")
    save(repository, "b", "2")
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.root / ".git" / "other"))
    git(repository.root, "add", "b")
    assert [b.path for b in repository.index()] == ["b"]
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert [b.path for b in repository.index()] == ["a"]


def test_many_and_large_blobs_come_through_one_process(repository: Repository) -> None:
    files = {f"f{n}": f"{n}\n" for n in range(400)}
    files |= {"empty": "", "large": "x" * 3_000_000, "no-end": "a\n\nb"}
    commit(repository, **files)
    blobs = repository.index()
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


def test_lines_that_a_branch_took_out_are_found(repository: Repository) -> None:
    commit(
        repository,
        **{
            "s/schema.prisma": "model A {\n  id Int\n  name String\n-- odd\n  last Int\n}\n",
            "s/b": "one\r\ntwo\r\n",
        },
    )
    git(repository.root, "checkout", "-q", "-b", "work")
    assert repository.removed_in_branch("s") == ()
    commit(repository, **{"s/schema.prisma": "model A {\n  id Int\n  last Int\n  more Int\n}\n"})
    save(repository, "s/b", "two\r\n")
    expected = (
        RemovedLine("s/b", 1, "one"),
        RemovedLine("s/schema.prisma", 3, "  name String"),
        RemovedLine("s/schema.prisma", 4, "-- odd"),
    )
    assert repository.removed_in_branch("s") == expected
    assert repository.removed_in_branch("s/schema.prisma", "main") == expected[1:]
    assert repository.removed_in_branch("s", "nowhere") == ()


def test_a_deleted_file_and_a_file_without_a_last_newline(repository: Repository) -> None:
    commit(repository, a="one\ntwo", b="x\n")
    git(repository.root, "checkout", "-q", "-b", "work")
    git(repository.root, "rm", "-q", "b")
    save(repository, "a", "one")
    assert repository.removed_in_branch(".") == (
        RemovedLine("a", 1, "one"),
        RemovedLine("a", 2, "two"),
        RemovedLine("b", 1, "x"),
    )


def test_failures_are_errors_with_a_next_step(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GitError, match="ls-tree failed") as caught:
        repository.tree("nowhere")
    assert caught.value.hint
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitError, match="not installed"):
        repository.index()
    with pytest.raises(GitError, match="not installed"):
        repository.contents(["0" * 40])


def test_no_descriptor_is_left_open(repository: Repository) -> None:
    commit(repository, a="1")
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        repository.contents(b.id for b in repository.index())
        repository.show("HEAD", "nowhere")
    assert len(list(Path("/dev/fd").iterdir())) == before
