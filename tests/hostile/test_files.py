"""A checkout's files are opened beneath it: no link leads out, nothing but regular files, no more of one than can be used."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from prisma_drift.beneath import OutsideError, Writer, read, read_anywhere
from prisma_drift.errors import DriftError
from prisma_drift.pipeline.source import read_project
from prisma_drift.project import Flags, load_config

from .inputs import SECRET
from .repositories import HEAD, LINKS, link, project

SCHEMA = HEAD + "model A {\n  id Int @id\n}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return project(tmp_path / "repository")


@pytest.mark.parametrize("kind", LINKS)
def test_a_repository_cannot_have_other_files_read(repository: Path, kind: str) -> None:
    LINKS[kind](repository)
    begun = time.monotonic()
    with pytest.raises(DriftError) as raised:
        for config in load_config(Flags(path=str(repository)), {}):
            read_project(config)
    error = raised.value
    assert SECRET not in error.message + error.hint + error.excerpt
    assert time.monotonic() - begun < 60  # a read of /dev/zero would never end


def test_links_that_stay_in_the_repository_are_followed(repository: Path) -> None:
    (repository / "shared").mkdir()
    (repository / "prisma/schema.prisma").rename(repository / "shared/real.prisma")
    link("prisma/schema.prisma", "../shared/real.prisma")(repository)
    [config] = load_config(Flags(path=str(repository)), {})
    assert read_project(config)[0].schema.tables
    link("prisma/schema.prisma", str(repository / "shared/real.prisma"))(repository)
    assert read_project(config)[0].schema.tables
    link("by-another-name", str(repository))(repository.parent)
    [config] = load_config(Flags(path=str(repository.parent / "by-another-name")), {})
    assert read_project(config)[0].schema.tables


def test_a_person_may_name_any_schema(repository: Path) -> None:
    other = repository.parent / "outside" / "other.prisma"
    other.write_text(SCHEMA)
    [config] = load_config(
        Flags(path=str(repository), schema=str(other), migrations=str(repository / "prisma/migrations")), {}
    )
    assert read_project(config)[0].schema.tables


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read(tmp_path, tmp_path / "a", most=5) == b"12345"
    with pytest.raises(OSError, match="larger"):
        read(tmp_path, tmp_path / "a", most=4)
    with pytest.raises(OSError, match="regular"):
        read_anywhere("/dev/zero")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "", "a/", ".git/config", "a//b"])
def test_a_name_does_not_lead_the_writer_away(tmp_path: Path, name: str) -> None:
    with Writer(tmp_path, tmp_path / "out") as writer, pytest.raises(OSError):
        writer.write(name, b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_the_writer_follows_no_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "victim").write_text("mine")
    root = tmp_path / "root"
    root.mkdir()
    for place in ("out", "in/out"):
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).symlink_to(elsewhere)
        with pytest.raises(OutsideError), Writer(root, root / place):
            pass
    (root / "real").mkdir()
    (root / "real" / "fix").symlink_to(elsewhere)
    (root / "real" / "report.json").symlink_to(elsewhere / "victim")
    with Writer(root, root / "real") as writer:
        writer.write("report.json", b"ours")
        writer.write("deep/er/file", b"ours")
        with pytest.raises(OutsideError):
            writer.write("fix/a", b"x")
    assert sorted(p.name for p in elsewhere.iterdir()) == ["victim"]
    assert (elsewhere / "victim").read_text() == "mine"
    assert not (root / "real" / "report.json").is_symlink()
    assert (root / "real" / "deep" / "er" / "file").read_bytes() == b"ours"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_root_get_the_owner_of_the_checkout_and_nothing_else_does(tmp_path: Path) -> None:
    root, mine = tmp_path / "root", tmp_path / "mine"
    (root / "out").mkdir(parents=True)
    mine.write_text("x")
    os.chown(root, 1234, 1234)
    (root / "out" / "link").symlink_to(mine)
    os.link(mine, root / "out" / "hard")
    with Writer(root, root / "out") as writer:
        writer.write("fix/a", b"x")
    assert (root / "out/fix/a").stat().st_uid == (root / "out/fix").stat().st_uid == 1234
    assert mine.stat().st_uid == 0
