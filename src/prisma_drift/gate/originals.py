"""The text of a migration as it ran, sought in the repository's history by the checksum that the database kept."""

from __future__ import annotations

from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..git.run import output
from ..migrations.folder import MIGRATION_FILE
from ..migrations.history import Migration
from ..project import Config
from .history import Original, Text

_MOST = 200
"""Versions of one file that are looked at."""


def originals(config: Config) -> Original:
    """Looks a text up in every branch that the repository has; None where it has none, or git is missing."""
    folder = config.migrations
    top = top_level(folder) if folder else None
    if folder is None or top is None:
        return lambda name, checksum: None
    try:
        place = folder.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:
        return lambda name, checksum: None

    def found(name: str, checksum: str) -> Text | None:
        if "/" in name or name in ("", ".", "..") or "\n" in name or "\0" in name:
            return None
        path = f"{place}/{name}/{MIGRATION_FILE}"
        out = output(
            "log",
            "--all",
            "--diff-filter=AM",
            f"--max-count={_MOST}",
            "--format=%H",
            "--",
            path,
            root=str(top),
        )
        commits = (out or b"").decode("ascii", "replace").split()
        try:
            texts = Repository(top).contents(f"{commit}:{path}" for commit in commits)
        except DriftError:
            return None
        for commit in commits:
            sql = texts[f"{commit}:{path}"].decode("utf-8", "replace")
            if Migration(name, "", "", sql).matches(checksum):
                return Text(sql, commit)
        return None

    return found
