"""One SQL statement of a plan, with what it is for and what it may cost."""

from __future__ import annotations

from collections.abc import Iterable

from ...diff.changes import Change
from ...model.hazards import Check, Hazard
from ...model.values import frozen

Applied = tuple[str, str]
"""A named rule under which the SQL is not Prisma's, and the object that it concerns."""


@frozen
class Statement:
    """A statement of the script; its hazards and checks are collected by the plan, in script order."""

    sql: str
    """Without its semicolon; may begin with comment lines of Prisma's."""
    purpose: str = ""
    """What it is for, where the SQL alone does not say it: one line, printed as a comment above it."""
    hazards: tuple[Hazard, ...] = ()
    """Without numbers, which only the whole script gives."""
    checks: tuple[Check, ...] = ()
    changes: tuple[Change, ...] = ()
    """The changes that take effect in this statement: what it loses or fails on is theirs."""
    makes: str = ""
    """Key of the holder that it makes again (model/holders.py)."""


def plain(texts: Iterable[str]) -> list[Statement]:
    """Statements that cost nothing and carry no change of their own."""
    return [Statement(text) for text in texts]
