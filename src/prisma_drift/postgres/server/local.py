"""The Postgres programs that are installed on this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ...errors import ServerError
from .embedded import read_prefix
from .installation import Installation, major_version

PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/usr/libexec/postgresql*",  # Alpine
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/local/lib/postgresql*/bin",  # MacPorts
)


def find_local(major: int | None = None) -> Installation:
    """The newest installation, or the one of that major version; ServerError where there is none."""
    found: dict[int, Installation] = {}
    for folder in candidates():
        version = major_version(folder / "postgres")
        if version is not None and version not in found and (major is None or version == major):
            installation = read_installation(folder, version)
            if installation:
                found[version] = installation
    if found:
        return found[max(found)]
    wanted = f"Postgres {major}" if major else "Postgres"
    raise ServerError(
        f"No programs of a {wanted} server were found on this machine.",
        hint="Install them (on Debian: apt-get install postgresql), put their folder into PATH, or use --shadow embedded.",
    )


def candidates() -> list[Path]:
    """Folders that hold a server's programs: those in PATH first, then the usual places."""
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry.startswith("/")]
    for pattern in PLACES:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    # a link in PATH leads to the folder that the program itself starts from
    resolved = (
        (folder / "postgres").resolve().parent for folder in folders if (folder / "postgres").exists()
    )
    return [folder for folder in dict.fromkeys(resolved) if (folder / "initdb").exists()]


def read_installation(folder: Path, major: int) -> Installation | None:
    """The installation whose programs stand in `folder`, as its pg_config says, or else by its layout."""
    try:
        run = subprocess.run(
            [str(folder / "pg_config"), "--bindir", "--sharedir", "--pkglibdir"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        programs, share, library = (Path(line) for line in run.stdout.splitlines())
        if (share / "postgres.bki").exists() and programs.resolve() == folder:
            return Installation(folder, share, library, major)
    except (OSError, ValueError, subprocess.SubprocessError):
        pass
    debian = Path(f"/usr/share/postgresql/{major}")
    if (debian / "postgres.bki").exists() and str(folder) == f"/usr/lib/postgresql/{major}/bin":
        return Installation(folder, debian, folder.parent / "lib", major)
    return read_prefix(folder.parent)
