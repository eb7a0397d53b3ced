"""Work that is begun before its result is asked for, on a thread of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

_SWITCH_SECONDS = 0.00005
"""How long a thread whose answer has come may have to wait for one that computes: a history is hundreds of answers, and
Python's own 5 ms for each would be longer than they take."""
_ABANDONED_SECONDS = 30.0


class Early(Generic[T]):
    """What `work` returns or raises, which has begun."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._made: list[T] = []
        self._error: BaseException | None = None
        self._before = sys.getswitchinterval()
        self._thread = threading.Thread(target=self._run, daemon=True)
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._made.append(self._work())
        except BaseException as error:
            self._error = error

    def result(self) -> T:
        """Waits for it."""
        self._thread.join()
        sys.setswitchinterval(self._before)
        if self._error is not None:
            raise self._error
        return self._made[0]

    def abandon(self) -> None:
        """Waits for its end, whatever that is; what it works on was taken away, so that it comes soon."""
        self._thread.join(_ABANDONED_SECONDS)
        sys.setswitchinterval(self._before)


@contextmanager
def begun(work: Callable[[], T]) -> Iterator[Early[T]]:
    """Work that has begun; the block does not end before it."""
    early = Early(work)
    try:
        yield early
    finally:
        early.abandon()
