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


NAMES = ("passwd", "group")
"""Files of the server's folder that name a user who has no name on this machine."""
_WRAPPERS = ("/usr/lib/*/libnss_wrapper.so", "/usr/lib64/libnss_wrapper.so", "/usr/lib/libnss_wrapper.so")
"""Where a package puts the library that has programs read names from files of our own (cwrap.org)."""


def name_giver() -> str:
    """The library that gives this process's user a name for the server's programs; empty where it has one.

    ServerError where it has none and no library can give it one: initdb looks it up and stops without.
    """
    import pwd

    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        found = sorted(str(file) for pattern in _WRAPPERS for file in Path("/").glob(pattern[1:]))
        if found:
            return found[0]
        raise ServerError(
            f"The user {os.geteuid()} has no name on this machine (no line in /etc/passwd), and Postgres' initdb asks for one.",
            hint="Run as a user that has one, or as root, which lets the server run as another; "
            "or name the user: a line `app:x:UID:GID::/tmp:/bin/sh` in /etc/passwd.",
            id="user-unfit",
        ) from None
    return ""


_CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "KILL": 5, "SETGID": 6, "SETUID": 7}
"""What root needs to give files to another user, to write in that one's folder, and to start and end its processes; bits of
capabilities(7)."""


def refuse_powerless(user: tuple[int, int]) -> None:
    """ServerError where this process is root and may still not start a server as `user`: in containers that say so."""
    missing = _missing_capabilities()
    if missing:
        raise ServerError(
            f"Postgres does not run as root, and this root may not start it as another user: it lacks {', '.join(missing)}.",
            hint="Run it as a user of its own that has a name, or give the container the capabilities "
            f"{', '.join(_CAPABILITIES)}.",
            id="user-unfit",
        )
    if not (_mapped("uid_map", user[0]) and _mapped("gid_map", user[1])):
        raise ServerError(
            f"Postgres does not run as root, and the user {user[0]} does not exist in this user namespace.",
            hint="Run it as a user of its own that has a name, or map more users into the container.",
            id="user-unfit",
        )


def _missing_capabilities() -> list[str]:
    """Those that this process lacks; none where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return []
    found = re.search(r"^CapEff:\s*([0-9a-f]+)$", status, re.MULTILINE)
    has = int(found[1], 16) if found else -1
    return [name for name, bit in _CAPABILITIES.items() if not has >> bit & 1]


def _mapped(name: str, number: int) -> bool:
    """Whether the user namespace of this process has a user or group of that number."""
    try:
        rows = [
            [int(part) for part in line.split()] for line in Path("/proc/self", name).read_text().splitlines()
        ]
    except (OSError, ValueError):
        return True
    return not rows or any(first <= number < first + count for first, _, count in rows)
