"""What git has of a project's schema: the versions between which some names came and went, newest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..plan.renames.edits import History, declarations
from ..psl.load import SchemaFile

if TYPE_CHECKING:
    from ..project import Config

_MOST = 60
"""How many commits that touched the schema are looked at."""
_LARGEST = 4_000_000
"""Characters of one version beyond which the history is left alone."""


def history_reader(config: Config, now: Iterable[SchemaFile]) -> Callable[[frozenset[str]], History]:
    """Reads the history on demand; an empty one where git has none, or cannot be asked."""
    current = tuple(file.text for file in now)

    def read(names: frozenset[str]) -> History:
        try:
            versions = [current, *_committed(config, names)]
        except (DriftError, UnicodeDecodeError, ValueError):
            versions = [current]
        kept = _turning_points(versions, names)
        return History(tuple(declarations(texts, config.version) for texts in kept))

    return read


def _committed(config: Config, names: frozenset[str]) -> list[tuple[str, ...]]:
    """The texts at each commit that touched the schema, newest first, back to one that mentions all names that it may."""
    top = top_level(config.schema)
    if top is None:
        return []
    repository = Repository(top)
    path = config.schema.resolve().relative_to(top.resolve()).as_posix()
    migrations = None
    if config.migrations is not None and config.migrations.resolve().is_relative_to(top.resolve()):
        migrations = config.migrations.resolve().relative_to(top.resolve()).as_posix()
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for commit in repository.commits_touching(path, _MOST):
        blobs = [
            blob
            for blob in repository.tree(commit, path)
            if blob.path.endswith(".prisma")
            and not (migrations and PurePosixPath(blob.path).is_relative_to(migrations))
        ]
        contents = repository.contents(blob.id for blob in blobs)
        texts = tuple(contents[blob.id].decode() for blob in blobs)
        if sum(map(len, texts)) > _LARGEST:
            break
        found.append(texts)
        seen |= _mentioned(texts, names)
        if seen == names:
            break
    return found


def _turning_points(versions: list[tuple[str, ...]], names: frozenset[str]) -> list[tuple[str, ...]]:
    """The versions on both sides of each edit by which a name came or went."""
    sets = [_mentioned(texts, names) for texts in versions]
    last = len(versions) - 1
    return [
        texts
        for at, texts in enumerate(versions)
        if at == 0 or sets[at] != sets[at - 1] or (at < last and sets[at] != sets[at + 1])
    ]


def _mentioned(texts: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """The names that stand in a version; of a join table, those that it is made of."""
    words = {word for text in texts for word in re.findall(r"[^\W]+", text)}
    return frozenset(name for name in names if name in words or _parts(name) <= words)


def _parts(name: str) -> set[str]:
    """The words of a text that a name may stand for: `_PostToUser` is made of Post and User, `a-b` is written with quotes."""
    if name.startswith("_"):
        return set(name[1:].split("To"))
    return set(re.findall(r"[^\W]+", name)) or {name}
