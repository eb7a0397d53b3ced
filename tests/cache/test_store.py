"""The cache's folder and files: whole or not there, the user's own or not used, bounded, and nothing else is touched."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from prisma_drift.cache.place import outside, place
from prisma_drift.cache.store import LIMIT, Store

NAME, OTHER = f"read-{'a' * 40}", f"read-{'b' * 40}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "prisma-drift"


def opened(root: Path, limit: int = LIMIT) -> Store:
    store = Store.open(root, limit=limit)
    assert store is not None
    return store


def test_what_is_written_is_read(root: Path) -> None:
    store = opened(root)
    assert store.write(NAME, b"text")
    assert store.read(NAME) == b"text"
    assert store.names() == {NAME}
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o750, 0o755])
def test_a_folder_that_others_reach_is_not_used(root: Path, mode: int) -> None:
    opened(root).close()
    root.chmod(mode)
    assert Store.open(root) is None


def test_a_link_is_not_used(root: Path, tmp_path: Path) -> None:
    opened(root).write(NAME, b"text")
    link = tmp_path / "link"
    link.symlink_to(root)
    assert Store.open(link) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_somebody_else_is_not_used(root: Path) -> None:
    store = opened(root)
    store.write(NAME, b"text")
    os.chown(root / NAME, 65534, 65534)
    assert store.read(NAME) is None
    os.chown(root, 65534, 65534)
    assert Store.open(root) is None


def test_entries_that_others_reach_are_not_read(root: Path, tmp_path: Path) -> None:
    store = opened(root)
    store.write(NAME, b"text")
    (root / NAME).chmod(0o644)
    assert store.read(NAME) is None
    (root / NAME).chmod(0o600)
    assert store.read(NAME) == b"text"
    os.link(root / NAME, tmp_path / "second")
    assert store.read(NAME) is None
    (root / OTHER).symlink_to(tmp_path / "second")
    assert store.read(OTHER) is None
    os.mkfifo(root / f"read-{'c' * 40}", 0o600)
    assert store.read(f"read-{'c' * 40}") is None


def test_what_fails_in_the_middle_leaves_nothing(root: Path) -> None:
    store = opened(root)
    store.write(NAME, b"old")

    def failing(put: object) -> None:
        put(b"new")  # type: ignore[operator]
        raise OSError("the disk is full")

    assert not store.fill(NAME, failing)
    assert store.read(NAME) == b"old"
    assert [one.name for one in root.iterdir()] == [NAME]


def test_the_least_recently_used_goes(root: Path) -> None:
    store = opened(root, limit=300_000)
    names = [f"data-{number:040x}" for number in range(4)]
    for number, name in enumerate(names[:3]):
        assert store.write(name, os.urandom(90_000))
        os.utime(root / name, (number, number))
    assert store.read(names[0]) is not None
    assert store.write(names[3], os.urandom(90_000))
    assert store.names() == {names[0], names[2], names[3]}


def test_an_entry_larger_than_all_is_not_kept(root: Path) -> None:
    store = opened(root, limit=1000)
    assert not store.write(NAME, bytes(2000))
    assert list(root.iterdir()) == []


def test_clear_takes_entries_alone(root: Path) -> None:
    store = opened(root)
    store.write(NAME, b"text")
    (root / "README").write_text("the user's own")
    (root / "new-1-0123456789abcdef").write_text("unfinished")
    assert store.clear() == 1
    assert [one.name for one in root.iterdir()] == ["README"]


def test_unfinished_files_go_after_a_while(root: Path) -> None:
    store = opened(root)
    for name, age in (("new-1-0123456789abcdef", 3600), ("new-2-0123456789abcdef", 0)):
        (root / name).write_text("unfinished")
        os.utime(root / name, (time.time() - age, time.time() - age))
    store.write(NAME, b"text")
    assert {one.name for one in root.iterdir()} == {NAME, "new-2-0123456789abcdef"}


def test_where_it_is() -> None:
    home = {"HOME": "/home/me"}
    assert place({"XDG_CACHE_HOME": "/c", **home}) == Path("/c/prisma-drift")
    assert place({"XDG_CACHE_HOME": "relative", **home}) == place(home)
    assert place({}) is None
    assert place({"PRISMA_DRIFT_CACHE": "off", **home}) is None
    assert place({"PRISMA_DRIFT_CACHE": "/mine", **home}) == Path("/mine")


def test_github_gets_none_unless_asked() -> None:
    job = {"HOME": "/home/runner", "GITHUB_ACTIONS": "true"}
    assert place(job) is None
    assert place({**job, "PRISMA_DRIFT_CACHE": "/cache"}) == Path("/cache")


def test_nothing_inside_a_repository(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    assert outside(tmp_path / "cache", repository)
    assert not outside(repository / ".cache", repository)
    link = tmp_path / "link"
    link.symlink_to(repository)
    assert not outside(link / "cache", repository)
