"""Where Prisma's own changes fail on Postgres or lose what they need not: one rule a file, each with a decision page.

A rule takes the changes and gives back changes, with (rule, object) for every place where it did something. What a
rule can do within one statement stands with the renderer of that statement instead.
"""

from __future__ import annotations

from ...diff.changes import Change
from ..render.context import Context
from ..steps import Applied
from .foreign_key_schema import note_other_schema
from .inconvertible import recreate_inconvertible
from .keys_in_use import release_keys_in_use
from .lost_indexes import recreate_lost_indexes
from .needed_extensions import create_needed_extensions
from .outside_keys import release_outside_keys
from .primary_key_rename import drop_redundant_rename

_RULES = (
    note_other_schema,
    create_needed_extensions,
    drop_redundant_rename,
    recreate_inconvertible,
    recreate_lost_indexes,
    release_keys_in_use,
    release_outside_keys,
)


def correct(changes: tuple[Change, ...], context: Context) -> tuple[tuple[Change, ...], list[Applied]]:
    """All corrections, one after the other."""
    applied: list[Applied] = []
    for rule in _RULES:
        changes, noted = rule(changes, context)
        applied += noted
    return changes, applied
