"""What lies in the work tree and would mend the commit if it were staged: asked only where something is missing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path

from ..migrations.folder import MIGRATION_FILE
from ..model.values import replace
from .folder import Texts
from .projects import Project
from .review import Review, State

_MOST = 4_000_000
"""Bytes of a file that are read."""


def waiting(
    found: Review, before: State, after: State, root: Path, review: Callable[[State], Review]
) -> tuple[str, ...]:
    """The paths to stage for less to be missing than `found` says; empty where nothing in the work tree helps.

    `review` is the review of another staged state.
    """
    assert found.coverage is not None
    migrations = _migrations(found.project, before, after, root)
    schema = _schema(after, root)
    fewest = len(found.coverage.missing) + len(found.coverage.refused)
    best: tuple[str, ...] = ()
    for wanted in (migrations, schema, migrations | schema):
        if not wanted:
            continue
        state = _with(after, found.project, wanted)
        again = review(state).coverage
        left = len(again.missing) + len(again.refused) if again else 0
        if left < fewest:
            fewest, best = left, tuple(sorted(wanted))
    return best


def _with(after: State, project: Project, texts: Mapping[str, str]) -> State:
    """The staged state, if these files (path → text) were staged too."""
    folder = after.folder
    names = {folder.file(name): name for name in folder.migrations}
    names |= {
        path: posixpath.basename(posixpath.dirname(path))
        for path in texts
        if path.endswith(f"/{MIGRATION_FILE}")
    }

    def read(path: str) -> str:
        return texts[path] if path in texts else folder.migrations[names[path]]

    migrations = Texts({name: path for path, name in names.items()}, read)
    ids = {name: id for name, id in folder.ids.items() if folder.file(name) not in texts}
    schema = tuple((path, texts.get(path, text)) for path, text in after.schema)
    return State(schema, replace(folder, migrations=migrations, ids=ids))


def _migrations(project: Project, before: State, after: State, root: Path) -> dict[str, str]:
    """Migrations of the work tree that are not staged, or not as they are now; those of HEAD left out."""
    found = {}
    try:
        names = sorted(entry.name for entry in (root / project.migrations).iterdir())
    except OSError:
        return {}
    for name in names:
        if name in before.folder.migrations:
            continue
        path = after.folder.file(name)
        text = _read(root / path)
        if text is not None and text != after.folder.migrations.get(name):
            found[path] = text
    return found


def _schema(after: State, root: Path) -> dict[str, str]:
    texts = {path: _read(root / path) for path, _ in after.schema}
    return {
        path: text for path, staged in after.schema if (text := texts[path]) is not None and text != staged
    }


def _read(path: Path) -> str | None:
    """A file's text; None where it is none to read."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
