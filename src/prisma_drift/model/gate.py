"""What a gate has to say of a live database, beside the findings of a report."""

from __future__ import annotations

from .hazards import Check
from .report import Finding, Report
from .source import Position
from .values import field, frozen


@frozen
class Acceptance:
    """A finding that somebody has decided to live with."""

    id: str
    object: str = ""
    """Empty: wherever it is found."""
    reason: str = ""
    owner: str = ""
    until: str = ""
    """YYYY-MM-DD, the last day; empty for good."""
    position: Position | None = None
    """In the acceptance file; None for a flag."""


@frozen
class Count:
    """A check, counted on the live database."""

    check: Check
    rows: int | None = None
    """None where it was not counted."""
    samples: tuple[str, ...] = ()
    """Keys of some of the rows: `id = 7`."""
    why: str = ""
    """Why it was not counted."""
    migration: str = ""
    """The pending migration that it is about; empty for the corrective one."""


@frozen
class TableSize:
    """A table that a pending migration works on."""

    table: str
    rows: int
    """Postgres' own estimate; -1 where it has none."""
    bytes: int
    """With indexes and what is stored apart; -1 where that could not be read."""


@frozen
class Work:
    """What a pending statement does to a table that is there."""

    migration: str
    line: int
    table: str
    lock: str
    """The strongest one: `AccessExclusiveLock`."""
    rewrites: bool
    scans: bool
    """All rows are read, or written, under the lock."""
    rows: int
    """Postgres' own estimate; -1 where it has none."""
    bytes: int
    advice: str = ""
    """How to do it without holding up others."""


@frozen
class Gate:
    """The outcome for one project and one database."""

    report: Report
    """`drift` stands for closed, `in-step` for open; accepted findings are not among its findings."""
    accepted: tuple[tuple[Finding, Acceptance], ...] = ()
    counts: tuple[Count, ...] = ()
    sizes: tuple[TableSize, ...] = ()
    works: tuple[Work, ...] = ()
    """In the order of a deploy."""
    restore_sql: str = ""
    """Undoes what was made by hand; tried on a likeness of the database on the shadow. Empty where none is proved."""
    adopt_sql: str = ""
    """A migration that makes by itself what was made by hand, tried likewise."""
    server: str = ""
    """The live server's version, `16.4`."""
    pending: tuple[str, ...] = ()
    applied: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> str:
        """open | closed | error"""
        return {"in-step": "open", "drift": "closed"}.get(self.report.verdict, "error")
