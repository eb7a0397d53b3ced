"""Time in tests: growth and generous bounds, tried again where a busy machine got in between, so that only the code can fail them."""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES = 6


def processor_seconds(call: Callable[[], object]) -> float:
    """Processor time of one call in this process."""
    started = time.process_time()
    call()
    return time.process_time() - started


def ends_within(seconds: float, call: Callable[[], object]) -> None:
    """Fails where no try of `call` ends within this much processor time: one try is enough where nothing disturbs it."""
    seen: list[float] = []
    while not seen or (min(seen) >= seconds and len(seen) < TRIES):
        seen.append(processor_seconds(call))
    assert min(seen) < seconds, f"{min(seen):.2f} s at best of {len(seen)} tries"


def grows_with_its_input(call: Callable[[int], object], small: int, large: int, slack: float = 4) -> None:
    """Fails where the larger input takes more than `slack` times its share, in each of several pairs of tries."""
    allowed = large / small * slack
    seen: list[float] = []
    while not seen or (min(seen) >= allowed and len(seen) < TRIES):
        floor = max(min(processor_seconds(lambda: call(small)) for _ in range(2)), 0.002)
        seen.append(processor_seconds(lambda: call(large)) / floor)
    assert min(seen) < allowed, f"{min(seen):.0f} times the time for {large // small} times the input"
