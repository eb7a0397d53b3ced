"""A migrations folder that looks as it did is not read again; one that holds anything else never looks so."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cache_edits import TABLE, Project

from prisma_drift.migrations import glance as glances
from prisma_drift.migrations.glance import glance
from prisma_drift.migrations.history import History, read_history
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check, recall
from prisma_drift.project import Config

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which file system it is")
TICK_SECONDS = 0.02
"""Longer than one tick of the clock that files get their times from."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three migrations."""
    made = tmp_path / "project/migrations"
    for number in range(3):
        (made / f"{number}_m").mkdir(parents=True)
        (made / f"{number}_m/migration.sql").write_text(f"SELECT {number};\n")
    (made / "migration_lock.toml").write_text('provider = "postgresql"\n')
    if glance(made) is None:
        pytest.skip("the temporary folder's file system is none that is known")
    time.sleep(TICK_SECONDS)
    return made


def _same_size(folder: Path) -> None:
    file = folder / "1_m/migration.sql"
    facts = file.stat()
    file.write_text("SELECT 9;\n")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _renamed_over(folder: Path) -> None:
    file = folder / "1_m/migration.sql"
    facts = file.stat()
    other = folder.parent / "other"
    other.write_text("SELECT 9;\n")
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    held = file.parent.stat()
    other.rename(file)
    os.utime(file.parent, ns=(held.st_atime_ns, held.st_mtime_ns))


def _swapped(folder: Path) -> None:
    first, second, other = folder / "1_m/migration.sql", folder / "2_m/migration.sql", folder.parent / "other"
    first.rename(other)
    second.rename(first)
    other.rename(second)


def _written_through_a_link(folder: Path) -> None:
    other = folder.parent / "other"
    os.link(folder / "1_m/migration.sql", other)
    other.write_text("SELECT 9;\n")
    other.unlink()


def _mapped(folder: Path) -> None:
    import mmap

    with (folder / "1_m/migration.sql").open("r+b") as file, mmap.mmap(file.fileno(), 0) as held:
        held[7:8] = b"9"


def _behind_a_link(folder: Path, name: str) -> None:
    (folder / name).rename(folder.parent / "moved")
    (folder / name).symlink_to(folder.parent / "moved")


EDITS: dict[str, Callable[[Path], object]] = {
    "same-size": _same_size,
    "renamed-over": _renamed_over,
    "swapped": _swapped,
    "through-a-link": _written_through_a_link,
    "mapped": _mapped,
    "longer": lambda folder: (folder / "1_m/migration.sql").write_text("SELECT 10;\n"),
    "lock": lambda folder: (folder / "migration_lock.toml").write_text('provider = "postgresqk"\n'),
    "no-lock": lambda folder: (folder / "migration_lock.toml").unlink(),
    "stray": lambda folder: (folder / "stray.sql").write_text(""),
    "stray-inside": lambda folder: (folder / "1_m/stray.sql").write_text(""),
    "unreadable": lambda folder: (folder / "1_m/migration.sql").chmod(0),
    "renamed": lambda folder: (folder / "1_m").rename(folder / "4_m"),
    "another-name": lambda folder: (folder / "1_m/migration.sql").rename(folder / "1_m/Migration.sql"),
    "a-folder-more": lambda folder: (folder / "3_m").mkdir(),
    "a-link": lambda folder: (folder / "3_m").symlink_to(folder / "1_m"),
    "for-a-link": lambda folder: _behind_a_link(folder, "1_m"),
    "file-for-a-link": lambda folder: _behind_a_link(folder, "1_m/migration.sql"),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_looks_otherwise(folder: Path, name: str) -> None:
    before = glance(folder, folder.parent)
    assert before is not None and before == glance(folder, folder.parent, thorough=True)
    EDITS[name](folder)
    after = glance(folder, folder.parent)
    assert after is None or after.digest != before.digest


@pytest.mark.parametrize("name", ["a-link", "for-a-link", "file-for-a-link", "a-folder-more", "another-name"])
def test_what_a_look_cannot_tell(folder: Path, name: str) -> None:
    EDITS[name](folder)
    assert glance(folder, folder.parent) is None


def test_no_more_is_held_than_so_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glances, "MOST", 4)
    assert glance(folder) is not None
    (folder / "README").touch()
    assert glance(folder) is None


def test_a_link_beside_a_migration_is_looked_for(folder: Path) -> None:
    """Whether it is a stray file depends on where it leads, and that may change without it."""
    (folder / "1_m/other.sql").symlink_to(folder.parent / "elsewhere")
    assert glance(folder, folder.parent, thorough=True) is None


def test_a_folder_that_a_link_leads_out_to_is_not_looked_at(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "migrations").symlink_to(folder)
    assert glance(root / "migrations", root) is None
    assert glance(root / "migrations", None) is not None


def test_only_local_file_systems_that_keep_the_times(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.path.realpath(tmp_path)

    def mounted(*mounts: tuple[str, str]) -> bool:
        table = tmp_path / "mountinfo"
        table.write_text(
            "".join(f"22 1 8:1 / {place} rw shared:1 - {system} /dev/x rw\n" for place, system in mounts)
        )
        monkeypatch.setattr(glances, "_MOUNTS", str(table))
        return glance(folder) is not None

    assert mounted(("/", "ext4"))
    assert not mounted(("/", "nfs4"))
    assert not mounted(("/", "ext4"), (real, "fuse.sshfs"))
    assert not mounted(("/", "ext4"), (real, "tmpfs"))
    assert mounted(("/", "nfs4"), (real, "xfs"))
    assert not mounted(("/", "ext4"), (real, "xfs"), (real, "9p"))
    assert mounted(("/", "ext4"), (f"{real}x", "9p"))
    assert not mounted(("/", "ext4"), (f"{real}/project/migrations/1_m", "ext4"))
    assert not mounted()


def test_what_changed_lately_may_change_again_unseen(folder: Path) -> None:
    look = glance(folder)
    assert look is not None
    second = 10**9
    assert not look.settled(look.newest + 59 * second)
    assert look.settled(look.newest + 61 * second)
    assert not look.settled(look.newest - second)  # of a clock that was set back


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A project in step, and a cache of its own."""
    monkeypatch.setattr(glances, "SETTLED_SECONDS", 0.0)
    made = Project(tmp_path / "project", random.Random(1))
    made.migrations = [("20240101000000_m", TABLE.format(n=0))]
    made.models = {}
    config = made.config(tmp_path / "cache")
    config.schema.write_text(
        config.schema.read_text()
        + "model T0 {\n  id Int @id @default(autoincrement())\n  a String @default(dbgenerated(\"lower('X')\"))\n  b Int?\n}\n"
    )
    if glance(tmp_path / "project") is None and not glances._local(os.path.realpath(tmp_path)):
        pytest.skip("the temporary folder's file system is none that is known")
    time.sleep(TICK_SECONDS)
    return replace(config, rows=False)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path | str]:
    """The folders that were read."""
    found: list[Path | str] = []

    def noted(folder: Path | str, *more: object, **named: object) -> History:
        found.append(folder)
        return read_history(folder, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(recall, "read_history", noted)
    return found


def test_a_folder_that_looks_the_same_is_not_read(config: Config, reads: list[Path | str]) -> None:
    first = check.run(config)
    assert len(reads) == 1
    assert check.run(config) == first and len(reads) == 1
    assert config.migrations is not None
    (config.migrations / "20240101000000_m/other.sql").write_text("")
    second = check.run(config)
    assert len(reads) == 2
    assert {*second.findings} > {*first.findings} and "stray-sql-file" in {one.id for one in second.findings}
    assert second == check.run(replace(config, cache=None))


def test_what_is_new_is_read_until_it_is_settled(
    config: Config, reads: list[Path | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glances, "SETTLED_SECONDS", 3600.0)
    first = check.run(config)
    assert check.run(config) == first
    assert len(reads) == 2


@pytest.mark.parametrize("how", ["cut", "foreign-digest", "empty"])
def test_a_note_that_is_not_whole_is_none(config: Config, reads: list[Path | str], how: str) -> None:
    first = check.run(config)
    assert config.cache is not None
    (note,) = config.cache.glob("seen-*")
    text = note.read_bytes()
    note.write_bytes(
        {"cut": text[:-1], "foreign-digest": text[:41] + b"0" * 40 + text[81:], "empty": b""}[how]
    )
    assert check.run(config) == first and len(reads) == 2
    assert note.read_bytes() == text


def test_an_edit_between_the_look_and_the_reading(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read then is noted under a look that never comes again."""
    assert config.migrations is not None
    file = config.migrations / "20240101000000_m/migration.sql"
    text = file.read_text()

    def edited(folder: Path | str, *more: object, **named: object) -> History:
        file.write_text(text.replace('"b" INTEGER', '"c" INTEGER'))
        return read_history(folder, *more, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(recall, "read_history", edited)
        drift = check.run(config)
    assert drift.verdict == "drift"
    time.sleep(TICK_SECONDS)
    for wanted, verdict in ((text, "in-step"), (file.read_text(), "drift"), (text, "in-step")):
        file.write_text(wanted)
        time.sleep(TICK_SECONDS)
        for _ in range(2):
            assert check.run(config).verdict == verdict


def test_a_schema_saved_while_it_is_checked(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of the later one is not kept for the earlier."""
    text = config.schema.read_text()

    def edited(folder: Path | str, *more: object, **named: object) -> History:
        config.schema.write_text(text.replace("b Int?", "c Int?"))
        return read_history(folder, *more, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(recall, "read_history", edited)
        assert check.run(config).verdict == "drift"
    config.schema.write_text(text)
    assert check.run(config).verdict == "in-step"


def test_a_copy_of_the_process_looks(tmp_path: Path) -> None:
    """In a process of its own: this one may have threads, and is not copied then."""
    program = (
        "import os; from prisma_drift.pipeline.aside import Aside; here = os.getpid();"
        "one = Aside(lambda: str(os.getpid()).encode()); said = one.result(); one.close();"
        "failed = Aside(lambda: 1 / 0 if os.getpid() != here else b'here').result();"
        "left = Aside(lambda: b'x'); left.close();"
        "print(said != str(here).encode(), failed.decode())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    alone = len(os.sched_getaffinity(0)) < 2
    assert done.stdout == f"{not alone} here\n"


_PROGRAM = """
import os, sys
from prisma_drift.migrations import glance
from prisma_drift.pipeline import ahead, recall, seen
glance.SETTLED_SECONDS = 0.0
seen._MANY = 0
read = recall.read_history
def noted(*words, **named):
    print("read", file=sys.stderr)
    return read(*words, **named)
recall.read_history = noted
begin = ahead.begin
def begun(argv):
    begin(argv)
    print("begun" if ahead._CALL.looking else "not begun", file=sys.stderr)
ahead.begin = begun
from prisma_drift.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_call_begins_with_the_folder_that_it_had_the_last_time(config: Config, tmp_path: Path) -> None:
    environment = {**os.environ, "PRISMA_DRIFT_CACHE": str(config.cache), "PYTHONWARNINGS": "error"}
    environment.pop("GITHUB_ACTIONS", None)

    def call(*words: str) -> tuple[str, list[str]]:
        command = [sys.executable, "-c", _PROGRAM, "check", str(config.root), "--quiet", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode in (0, 2), done.stderr
        return done.stdout, done.stderr.split("\n")[:-1]

    first, said = call()
    assert said == ["not begun", "read"]
    assert call() == (first, ["not begun"])
    assert call() == (first, ["begun"])
    assert call("--format", "text")[1] == ["not begun"]
    # A folder that the note names is looked at, and nothing else is made of it.
    (note, _) = sorted((tmp_path / "cache").glob("ahead-*"), key=lambda one: one.stat().st_mtime_ns)
    note.write_bytes(b"/etc\0/")
    assert call() == (first, ["begun"])
    for content in (b"", b"/nowhere", b"\0", b"\0\0\0", b"\xff\0\xff"):
        note.write_bytes(content)
        assert call()[0] == first
    call()
    assert config.migrations is not None
    (config.migrations / "20240101000000_m/migration.sql").write_text(TABLE.format(n=1))
    time.sleep(TICK_SECONDS)
    drift, said = call()
    assert said == ["begun", "read"] and drift != first
    assert drift == call("--no-cache")[0]
