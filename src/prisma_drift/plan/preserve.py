"""Keeping data where Prisma's way would lose it."""

from __future__ import annotations

from ..diff.changes import Change
from .options import Context
from .steps import Applied, Step


def preserve_columns(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], list[Applied]]:
    return changes, []


def preserve_steps(step: Step, context: Context) -> tuple[Step, list[Applied]]:
    return step, []
