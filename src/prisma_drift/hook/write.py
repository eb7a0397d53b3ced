"""The migration that is missing: its SQL, its name, and the writing and staging of it."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from ..diff.changes import Change, Diff
from ..diff.rules import Rules
from ..errors import DriftError
from ..migrations.folder import MIGRATION_FILE, order
from ..model.commands import typed
from ..model.workflow import inert, one_line
from ..plan.plan import Plan, build_plan
from .folder import next_name
from .keys import key_of
from .review import Review

_VERBS = {"Create": "add", "Add": "add", "Drop": "drop", "Alter": "alter", "Rename": "rename"}


def missing_plan(review: Review) -> Plan:
    """The changes that no staged migration makes, as far as text alone can tell."""
    coverage = review.coverage
    assert coverage is not None
    rules = Rules(review.project.version, review.project.external_tables, review.project.external_enums)
    actual, expected = coverage.actual, coverage.expected
    difference = Diff(coverage.missing, renames=coverage.left.renames)
    return build_plan(difference, actual, expected, rules, strategy="preserve")


def migration_file(review: Review) -> str:
    """Where the missing migration belongs: after the newest one, named after its first change."""
    coverage = review.coverage
    assert coverage is not None
    newest = max(review.names, key=order, default="")
    name = next_name(newest, _slug(coverage.missing[0]))
    return posixpath.join(review.project.migrations, name, MIGRATION_FILE)


def _slug(change: Change) -> str:
    kind = type(change).__name__
    verb = next((word for start, word in _VERBS.items() if kind.startswith(start)), "change")
    what, *names = key_of(change)
    own = names[0].rpartition(".")[2]
    parts = (verb, *names[1:2], own) if what == "column" else (verb, own, what if what != "table" else "")
    text = re.sub(r"[^a-z0-9]+", "_", "_".join(part for part in parts if part).lower())
    return text.strip("_")[:60] or "change"


def write_missing(review: Review, sql: str, root: Path, tried: str = "") -> None:
    """Writes the missing migration, which was proved, as a whole or not at all, and stages it; `tried` says how."""
    from ..git.run import output
    from ..migrations.writing import write_migration
    from ..pipeline.fix import workshop

    file = migration_file(review)
    folder = posixpath.dirname(file)
    migrations = root / posixpath.dirname(folder)
    write_migration(migrations, posixpath.basename(folder), sql, workshop=workshop(migrations))
    if output("add", "--", file, root=str(root)) is None:
        raise DriftError(
            f"{file} is written, but git will not stage it.", hint=f"Run `git add {typed(file)}`."
        )
    print(f"Written and staged: {one_line(file)}\n{inert(tried)}\nnext: look at it, then git commit")
