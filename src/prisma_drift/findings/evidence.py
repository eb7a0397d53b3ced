"""Which side to mend first: what git says of the objects that the migrations have and the schema lacks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ..diff.changes import AlterEnum, Change, Diff
from ..diff.compare import Rules, diff
from ..diff.subject import subject
from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..model.schema import Schema
from ..project import Config
from ..psl.load import SchemaFile, load
from .findings import Evidence

_BRANCH = "this branch took it out of the schema"
_PURPOSE = "a migration made it on purpose, and this branch did not take it out of the schema"


def evidence(config: Config, difference: Diff, expected: Schema) -> Mapping[str, Evidence]:
    """For each object that only the migrations have, by its name in findings: the mend to offer first, and why.

    The drop comes first where the schema at the merge base still declared the object, so that this branch took it out.
    Otherwise the declaration does, since somebody wrote a migration for it.
    """
    extra = {key for change in difference.changes for key in _extras(change)}
    if not extra:
        return {}
    before = _schema_at_base(config)
    removed: set[str] = set()
    if before is not None:
        since = diff(before, expected, Rules(version=config.version))
        removed = {key for change in since.changes for key in _extras(change)}
    return {
        key: Evidence("sql", _BRANCH) if key in removed else Evidence("schema", _PURPOSE)
        for key in sorted(extra)
    }


def _extras(change: Change) -> tuple[str, ...]:
    """The names, as in findings, of what a change takes away."""
    if isinstance(change, AlterEnum):
        return tuple(f"{change.actual.name}.{value}" for value in change.removed)
    about = subject(change)
    return (str(about.name),) if about.expected is None and about.kind != "extension" else ()


def _schema_at_base(config: Config) -> Schema | None:
    """The schema where this branch left the base branch; None where git or that schema cannot say."""
    top = top_level(config.schema)
    if top is None:
        return None
    repository = Repository(top)
    try:
        ref = repository.default_base()
        base = repository.merge_base(ref) if ref else None
        if base is None:
            return None
        path = config.schema.resolve().relative_to(top.resolve()).as_posix()
        blobs = [
            blob
            for blob in repository.tree(base, path)
            if blob.path.endswith(".prisma") and not _in_migrations(config, top, blob.path)
        ]
        texts = repository.contents(blob.id for blob in blobs)
        files = [SchemaFile(blob.path, texts[blob.id].decode()) for blob in blobs]
        if not files:
            return None
        return load(files, version=config.version, default_schema=config.default_schema).schema
    except (DriftError, UnicodeDecodeError, ValueError):
        return None


def _in_migrations(config: Config, top: Path, path: str) -> bool:
    if config.migrations is None:
        return False
    inside = PurePosixPath(path)
    try:
        return inside.is_relative_to(config.migrations.resolve().relative_to(top.resolve()).as_posix())
    except ValueError:
        return False
