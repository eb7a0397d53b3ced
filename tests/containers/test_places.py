"""Places where a server cannot simply be started: users without a name, root without its capabilities, odd environments."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.containers, pytest.mark.slow]

SCHEMA = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\n\nmodel A {\n  id Int @id\n}\n'
TABLE = 'CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\n'
NAMED = "app:x:12345:12345::/tmp:/bin/sh\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A project that anybody may read."""
    folder = Path("/tmp") / f"prisma-place-{os.getpid()}"
    migration = folder / "prisma/migrations/20240101000000_a"
    migration.mkdir(parents=True)
    (folder / "prisma/schema.prisma").write_text(SCHEMA)
    (migration.parent / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (migration / "migration.sql").write_text(TABLE)
    (folder / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\n" + NAMED)
    yield folder
    shutil.rmtree(folder)


def check(image: str, place: Path, *flags: str) -> tuple[int, str]:
    entry = ("--entrypoint", "prisma-drift")
    command = [
        "docker",
        "run",
        "--rm",
        "--network",
        "none",
        "-v",
        f"{place}:{place}:ro",
        *flags,
        *entry,
        image,
    ]
    done = subprocess.run(
        [*command, "check", str(place)], capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("user", ["12345:12345", "12345:0"])
def test_a_user_without_a_name_is_given_one(image: str, place: Path, user: str) -> None:
    code, said = check(image, place, "--user", user)
    assert code == 0, said


def test_a_user_with_a_name_of_its_own_keeps_it(image: str, place: Path) -> None:
    code, said = check(image, place, "--user", "12345", "-v", f"{place}/passwd:/etc/passwd:ro")
    assert code == 0, said


@pytest.mark.parametrize(
    "missing",
    [
        ("SETUID",),
        ("SETGID",),
        ("CHOWN",),
        ("KILL",),
        ("DAC_OVERRIDE",),
        ("SETUID", "SETGID", "CHOWN"),
        ("ALL",),
    ],
    ids="-".join,
)
def test_root_without_its_capabilities_is_told_so(image: str, place: Path, missing: tuple[str, ...]) -> None:
    code, said = check(image, place, *(f"--cap-drop={name}" for name in missing))
    assert code == 1 and "user-unfit" in said, said
    assert "another user" in said and "space" not in said
    assert all(name in said.partition("lacks")[2].partition("\n")[0] for name in missing if name != "ALL")


@pytest.mark.parametrize(
    "flags",
    [
        ("--read-only", "--tmpfs", "/tmp"),
        ("--read-only", "--tmpfs", "/tmp:noexec"),
        ("--security-opt", "no-new-privileges"),
        ("--memory", "512m"),
        ("--pids-limit", "64"),
        ("--shm-size", "1m"),
        ("--shm-size", "4g"),
        ("--user", "65534"),
        ("--user", "1"),
        ("--cap-drop=ALL", "--user", "65534"),
        (
            "--cap-drop=ALL",
            *(f"--cap-add={name}" for name in ("SETUID", "SETGID", "CHOWN", "KILL", "DAC_OVERRIDE")),
        ),
        ("--init",),
    ],
    ids=" ".join,
)
def test_it_works_in_places_that_are_narrow(image: str, place: Path, flags: tuple[str, ...]) -> None:
    code, said = check(image, place, *flags)
    assert code == 0, said


ODD = {
    "PGSERVICE": "nowhere",
    "PGSERVICEFILE": "/nowhere",
    "PGREQUIREAUTH": "gss",
    "PGGSSENCMODE": "require",
    "PGSSLMODE": "verify-full",
    "PGHOST": "192.0.2.1",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGDATABASE": "nowhere",
    "PGPASSFILE": "/nowhere",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGTARGETSESSIONATTRS": "standby",
    "PGCHANNELBINDING": "require",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGCONNECT_TIMEOUT": "x",
    "PGDATA": "/nowhere",
    "LC_ALL": "xx_XX",
    "LANG": "C",
    "TZ": "Nowhere/Land",
    "PYTHONPATH": "/nowhere",
    "LD_LIBRARY_PATH": "/nowhere",
    "TMPDIR": "/nowhere",
}


def test_the_environment_of_a_job_does_not_matter(image: str, place: Path) -> None:
    code, said = check(
        image, place, *(flag for name, value in ODD.items() for flag in ("-e", f"{name}={value}"))
    )
    assert code == 0, said
