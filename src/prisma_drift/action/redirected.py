"""Whether a change leads the check to another schema: by `prisma.schema` of a package.json, held against where it branched off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..project import Config
from ..project.files import Disk
from ..project.prisma_config import read_package

NAME = "package.json"


def redirecting(config: Config, changed: frozenset[str]) -> Iterator[str]:
    """The changed package.json files, as reports show them, that name another schema than before.

    Where git does not know the commit that the change is based on (`fetch-depth: 1`), those that name one at all.
    """
    for folder in (config.project, *config.project.parents):
        file = folder / NAME
        shown = config.shown(file)
        if shown in changed and _schema(_now(config, file)) != _before(config, file):
            yield shown


def _now(config: Config, file: Path) -> object:
    try:
        return read_package(Disk(config.root), file)
    except DriftError:
        return None


def _before(config: Config, file: Path) -> object:
    top = top_level(config.project) if config.base else None
    if top is None or config.base is None:
        return None
    repository = Repository(top)
    try:
        base = repository.merge_base(config.base)
        blobs = repository.tree(base, file.relative_to(top).as_posix()) if base else ()
        texts = repository.contents(blob.id for blob in blobs)
        return _schema(json.loads(text)) if (text := next(iter(texts.values()), b"")) else None
    except (DriftError, ValueError, RecursionError):
        return None


def _schema(package: object) -> object:
    """`prisma.schema` of what a package.json holds; None where it names none."""
    prisma = package.get("prisma") if isinstance(package, dict) else None
    return prisma.get("schema") if isinstance(prisma, dict) else None
