"""A Postgres installation on this machine: where its programs, extensions and libraries stand."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from ...errors import ServerError
from ...model.values import frozen


@frozen
class Installation:
    """The folders of one version of Postgres."""

    bin: Path
    """Holds `initdb` and `postgres`."""
    share: Path
    """Holds `postgres.bki`, `extension/`, `timezonesets/`…"""
    library: Path
    """Holds the modules of extensions, `$libdir`."""
    major: int
    bundled: tuple[Path, ...] = ()
    """Folders of shared libraries that came with the programs, which look for them relative to themselves."""

    @property
    def extensions(self) -> Path:
        return self.share / "extension"


def major_version(postgres: Path) -> int | None:
    """The major version that `postgres --version` states; None where the program does not run."""
    try:
        run = subprocess.run(
            [str(postgres), "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env={"LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", run.stdout)
    return int(found[1]) if found else None


def reachable_by_others(path: Path) -> bool:
    """Whether any user of the machine can read and run `path` (each folder above it has its x bit for all)."""
    try:
        resolved = path.resolve(strict=True)
        if resolved.stat().st_mode & 0o005 != 0o005:
            return False
        return all(folder.stat().st_mode & 0o001 for folder in resolved.parents)
    except OSError:
        return False


def unprivileged_user() -> tuple[int, int] | None:
    """The (uid, gid) that the server runs as: None for this process's own, another one's where this is root.

    Postgres refuses to run as root, and initdb wants a user that has a name.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return entry.pw_uid, entry.pw_gid
    return 65534, 65534


def refuse_nameless() -> None:
    """ServerError where this process's user has no name: initdb looks it up and stops without one."""
    import pwd

    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise ServerError(
            f"The user {os.geteuid()} has no name on this machine (no line in /etc/passwd), and Postgres' initdb asks for one.",
            hint="Run as a user that has one, or as root, which lets the server run as another; "
            "or name the user: a line `app:x:UID:GID::/tmp:/bin/sh` in /etc/passwd.",
            id="user-unfit",
        ) from None
