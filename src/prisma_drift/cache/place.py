"""Where the cache is, and when there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "PRISMA_DRIFT_CACHE"
"""`off`, or the folder to use in place of the user's own."""
OFF = frozenset({"off", "no", "none", "false", "0"})
_NAME = "prisma-drift"


def place(environment: Mapping[str, str]) -> Path | None:
    """The cache folder, which need not exist; None where nothing is to be kept.

    Where GitHub runs jobs there is none unless the variable names one: what a job of a pull request leaves must never
    be read by another.
    """
    asked = environment.get(VARIABLE, "").strip()
    if asked.lower() in OFF:
        return None
    if asked:
        return Path(asked) if Path(asked).is_absolute() else None
    if environment.get("GITHUB_ACTIONS"):
        return None
    home = _home(environment)
    return home / _NAME if home else None


def outside(folder: Path, repository: Path) -> bool:
    """Whether nothing that a repository holds can lie in the folder: a checkout makes files that belong to the user, too."""
    try:
        real, top = os.path.realpath(folder), os.path.realpath(repository)
    except OSError:
        return False
    return os.path.commonpath([real, top]) != top


def _home(environment: Mapping[str, str]) -> Path | None:
    """The user's cache folder, as the XDG base directory specification has it; on macOS where Apple's has it."""
    named = environment.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named)
    home = environment.get("HOME", "")
    if not Path(home).is_absolute():
        return None
    return Path(home) / ("Library/Caches" if sys.platform == "darwin" else ".cache")
