"""What a plan may cost, as values: hazards, checks that count them on a live database, and renames that were told or seen."""

from __future__ import annotations

from .values import frozen

NOTHING_PROVED = "nothing-proved"
"""What was tried did not hold, and why."""


@frozen
class Observed:
    """What a statement was seen to do on filled tables."""

    lock: str = ""
    """The strongest lock on an existing table: `AccessExclusiveLock`."""
    rewrites: bool = False
    scans: bool = False
    rows: int = 0
    """Rows of existing tables that it inserted, changed or deleted."""


@frozen
class Hazard:
    """Something to know of a statement before it is run: what it loses, may fail on, stops, or cannot do."""

    id: str
    """kebab-case; each has a page docs/findings/<id>.md."""
    severity: str
    """error (a decision is open, or it cannot work) | warning | note"""
    object: str
    """`public.User.name`"""
    message: str
    hint: str = ""
    statement: int = 0
    """Number of the statement in the script, from 1; 0 where it belongs to none."""
    migration: str = ""
    """The branch's own migration that holds the statement; empty for the corrective one."""
    observed: Observed | None = None


@frozen
class Check:
    """A read-only SELECT of one count: the rows of a live database on which the migration would fail or lose something."""

    id: str
    object: str
    breaks: str
    """fails (nothing is changed then) | loses"""
    message: str
    sql: str


@frozen
class Rename:
    """An object under a new name: what the plan moves instead of dropping it and adding another."""

    source: str
    """`public.User.name`"""
    target: str
    sure: bool
    """Sure ones are in the plan; the others are offered."""
    reason: str
