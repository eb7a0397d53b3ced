"""A checkout's files are opened beneath it: no link leads out, nothing but regular files, no more of one than can be used."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift.beneath import OutsideError, Writer, read, read_anywhere
from prisma_drift.errors import DriftError
from prisma_drift.pipeline.source import read_project
from prisma_drift.project import Flags, load_config

SECRET = "s3cr3t_word"
SCHEMA = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\nmodel A {\n  id Int @id\n}\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    folder = root / "prisma" / "migrations" / "20240101000000_a"
    folder.mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git" / "config").write_text(f"[http]\n\textraheader = {SECRET}\n")
    (root / "prisma" / "schema.prisma").write_text(SCHEMA)
    (root / "prisma" / "migrations" / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "migration.sql").write_text('CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n')
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text(f"{SECRET} {{\n")
    (outside / "schema.prisma").write_text(f"model {SECRET} {{\n")
    return root


def link(path: Path, target: str) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def pipe(root: Path) -> None:
    (root / "prisma/schema.prisma").unlink()
    os.mkfifo(root / "prisma/schema.prisma")


def two_links(root: Path) -> None:
    link(root / "x", "../outside")
    link(root / "prisma/schema.prisma", "../x/schema.prisma")


def large(root: Path) -> None:
    with (root / "prisma/schema.prisma").open("wb") as file:
        file.truncate(4 << 30)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "settings-from-proc": lambda root: link(root / "prisma-drift.yml", "/proc/self/environ"),
    "settings-from-git": lambda root: link(root / "prisma-drift.yml", ".git/config"),
    "settings-from-outside": lambda root: link(root / "prisma-drift.yml", "../outside/file"),
    "settings-name-git": lambda root: (root / "prisma-drift.yml").write_text("schema: .git/config\n"),
    "settings-name-env": lambda root: (
        (root / ".env").write_text(f"{SECRET}=1\n"), (root / "prisma-drift.yml").write_text("schema: .env\n")
    ),
    "settings-name-proc": lambda root: (root / "prisma-drift.yml").write_text("schema: /proc/self/environ\n"),
    "settings-name-outside": lambda root: (root / "prisma-drift.yml").write_text("schema: ../outside/schema.prisma\n"),
    "settings-name-folder": lambda root: (root / "prisma-drift.yml").write_text("migrations: ../outside\n"),
    "package-names-proc": lambda root: (root / "package.json").write_text('{"prisma":{"schema":"/proc/self/environ"}}'),
    "package-names-outside": lambda root: (root / "package.json").write_text('{"prisma":{"schema":"../outside/schema.prisma"}}'),
    "package-is-link": lambda root: link(root / "package.json", "../outside/file"),
    "config-names-outside": lambda root: (root / "prisma.config.ts").write_text(
        'export default { schema: "../outside/schema.prisma" };'
    ),
    "config-is-link": lambda root: link(root / "prisma.config.ts", "../outside/file"),
    "schema-zero": lambda root: link(root / "prisma/schema.prisma", "/dev/zero"),
    "schema-tty": lambda root: link(root / "prisma/schema.prisma", "/dev/tty"),
    "schema-stdin": lambda root: link(root / "prisma/schema.prisma", "/dev/stdin"),
    "schema-proc": lambda root: link(root / "prisma/schema.prisma", "/proc/self/environ"),
    "schema-outside": lambda root: link(root / "prisma/schema.prisma", "../../outside/schema.prisma"),
    "schema-outside-absolute": lambda root: link(root / "prisma/schema.prisma", str(root.parent / "outside/schema.prisma")),
    "schema-two-links": two_links,
    "schema-loop": lambda root: link(root / "prisma/schema.prisma", "schema.prisma"),
    "schema-git": lambda root: link(root / "prisma/schema.prisma", "../.git/config"),
    "schema-pipe": pipe,
    "schema-large": large,
    "folder-outside": lambda root: link(root / "prisma", "../outside"),
    "migrations-outside": lambda root: link(root / "prisma/migrations", "../../outside"),
    "migrations-git": lambda root: link(root / "prisma/migrations", "../.git"),
    "migration-outside": lambda root: link(root / "prisma/migrations/20240101000000_a/migration.sql", "../../../../outside/file"),
    "migration-zero": lambda root: link(root / "prisma/migrations/20240101000000_a/migration.sql", "/dev/zero"),
    "lock-outside": lambda root: link(root / "prisma/migrations/migration_lock.toml", "../../../outside/file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_repository_cannot_have_other_files_read(repository: Path, kind: str) -> None:
    HOSTILE[kind](repository)
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
    link(repository / "prisma/schema.prisma", "../shared/real.prisma")
    [config] = load_config(Flags(path=str(repository)), {})
    assert read_project(config)[0].schema.tables
    link(repository / "prisma/schema.prisma", str(repository / "shared/real.prisma"))
    assert read_project(config)[0].schema.tables
    link(repository.parent / "by-another-name", str(repository))
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
