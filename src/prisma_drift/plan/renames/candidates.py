"""Pairs of what goes and what comes, how sure it is that both are one, and which of them are settled by that."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from enum import IntEnum
from typing import Generic, TypeVar

from ...model.values import frozen

E = TypeVar("E", bound=Hashable)


class Grade(IntEnum):
    """What the evidence amounts to."""

    NONE = 0
    FAINT = 1
    """Nothing speaks against it: offered where nothing else comes into question."""
    POSSIBLE = 2
    """Something speaks for it: offered."""
    LIKELY = 3
    """Sure, unless another pair with one of the two is at least possible."""
    CERTAIN = 4
    """Sure, unless another pair with one of the two is certain too."""


@frozen
class Candidate(Generic[E]):
    """Something that goes and something that comes."""

    source: E
    target: E
    grade: Grade
    reason: str = ""
    """The evidence, as half a sentence."""


@frozen
class Settled(Generic[E]):
    """What is decided, and what is only offered."""

    sure: tuple[Candidate[E], ...] = ()
    open: tuple[Candidate[E], ...] = ()


def settle(candidates: Iterable[Candidate[E]]) -> Settled[E]:
    """The pairs that are sure, and those that stay open; two that compete are never sure."""
    left = [c for c in candidates if c.grade is not Grade.NONE]
    sure: list[Candidate[E]] = []
    while found := [c for c in left if _stands_alone(c, left)]:
        sure += found
        left = [c for c in left if not any(_shares(c, one) for one in found)]
    faint = [c for c in left if c.grade is Grade.FAINT and not any(_rivals(c, left))]
    return Settled(tuple(sure), tuple(c for c in left if c.grade >= Grade.POSSIBLE or c in faint))


def _stands_alone(candidate: Candidate[E], others: Sequence[Candidate[E]]) -> bool:
    if candidate.grade < Grade.LIKELY:
        return False
    least = Grade.CERTAIN if candidate.grade is Grade.CERTAIN else Grade.POSSIBLE
    return all(rival.grade < least for rival in _rivals(candidate, others))


def _rivals(candidate: Candidate[E], others: Iterable[Candidate[E]]) -> list[Candidate[E]]:
    return [one for one in others if one is not candidate and _shares(one, candidate)]


def _shares(one: Candidate[E], other: Candidate[E]) -> bool:
    return one.source == other.source or one.target == other.target
