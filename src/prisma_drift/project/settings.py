"""What prisma-drift.yml may say, as a value, and where that file is."""

from __future__ import annotations

from pathlib import Path

from ..model.source import Position
from ..model.values import field, frozen
from .files import Files

NAMES = ("prisma-drift.yml", "prisma-drift.yaml", ".prisma-drift.yml")
STRATEGIES = ("plain", "preserve")
FAIL_ON = ("error", "warning")


@frozen
class Settings:
    """What one file says, or one entry of its `projects`; None and empty stand for keys that are not there."""

    file: Path | None = None
    name: str = ""
    path: Path | None = None
    """The project's folder, for an entry of `projects`."""
    schema: Path | None = None
    migrations: Path | None = None
    default_schema: str | None = None
    prisma_version: str | None = None
    shadow: str | None = None
    strategy: str | None = None
    fail_on: str | None = None
    renames: tuple[str, ...] | None = None
    """`OLD=NEW`, each."""
    init_shadow_db: str | None = None
    seed: Path | None = None
    allow: tuple[tuple[str, str, int], ...] | None = None
    """(`ID` or `ID:OBJECT`, the reason, its line)"""
    external_tables: tuple[str, ...] | None = None
    external_enums: tuple[str, ...] | None = None
    backfill: tuple[tuple[str, str], ...] | None = None
    """(`Model.field`, SQL expression)"""
    projects: tuple[Settings, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)
    """Line of each key that is there."""

    def position(self, key: str) -> Position:
        return Position(str(self.file), self.lines.get(key, 1))


def find_settings(files: Files, folder: Path, top: Path) -> Path | None:
    """The nearest prisma-drift.yml, from `folder` up to `top`."""
    for place in (folder, *folder.parents):
        for name in NAMES:
            if files.is_file(place / name):
                return place / name
        if place == top:
            break
    return None
