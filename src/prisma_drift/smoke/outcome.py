"""What a probe found: how much it tried, what failed, and what could not be tried."""

from __future__ import annotations

from ..model.values import frozen


@frozen
class Trouble:
    """One thing that does not work, or that could not be tried."""

    object: str
    """`schema.table` or `schema.table.column`, an index, a constraint."""
    message: str


@frozen
class Outcome:
    """One probe."""

    probe: str
    tried: int = 0
    """Things for which there is an answer: columns, rows, values, keys."""
    failures: tuple[Trouble, ...] = ()
    untried: tuple[Trouble, ...] = ()
    """Where no row could be invented that the database takes, or where its answer may have another cause."""
    skipped: bool = False
    """By --skip."""


class Notes:
    """Collects the outcome of one probe."""

    def __init__(self, probe: str) -> None:
        self._probe = probe
        self._tried: set[str] = set()
        self._failures: dict[Trouble, None] = {}
        self._untried: dict[Trouble, None] = {}

    def tried(self, object: str) -> None:
        self._tried.add(object)

    def failed(self, object: str, message: str) -> None:
        self._tried.add(object)
        self._failures[Trouble(object, message)] = None

    def untried(self, object: str, reason: str) -> None:
        self._untried[Trouble(object, reason)] = None

    def outcome(self) -> Outcome:
        return Outcome(self._probe, len(self._tried), tuple(self._failures), tuple(self._untried))
