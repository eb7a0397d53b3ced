"""Bounds on a whole run: how long it may take, and in a job how much address space it may have."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from .errors import DriftError

VARIABLE = "PRISMA_DRIFT_TIMEOUT"
SECONDS = 600.0
"""One migration may take 300 seconds; real histories of hundreds take less than 20 together."""
_AGAIN_SECONDS = 5.0
"""Where something holds on to the error, it comes again."""
ADDRESS_SPACE = 1536 << 20


class RunTimeoutError(DriftError):
    """The whole run took too long."""

    id = "run-timeout"


def bound_time(environment: Mapping[str, str]) -> None:
    """From now on the run may take PRISMA_DRIFT_TIMEOUT seconds; RunTimeoutError in the main thread then. 0: no bound."""
    wanted = environment.get(VARIABLE, "")
    try:
        seconds = float(wanted) if wanted else SECONDS
    except ValueError:
        raise DriftError(
            f"{VARIABLE} is {wanted!r}.", hint="Set it to a number of seconds.", id="usage"
        ) from None
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise RunTimeoutError(
            f"The run took longer than {seconds:g} seconds and was stopped.",
            hint=f"See which migration takes long; {VARIABLE} sets another number of seconds for the whole run.",
        )

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(0.0, seconds), _AGAIN_SECONDS)


def unbound_time() -> None:
    """The run is over; what is left to do is short."""
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_REAL, 0)


def bound_memory() -> None:
    """What this process may take from the machine; programs that it starts for the server are bounded by themselves."""
    if sys.platform == "linux":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY or soft > ADDRESS_SPACE:
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, hard))
