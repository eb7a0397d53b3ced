"""Runs the user's command with the test database in its environment, as if it had been typed: output, signals, exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from ..errors import DriftError

FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_PR_SET_PDEATHSIG = 1


def run_command(
    words: Sequence[str], variables: Mapping[str, str], *, base: Mapping[str, str] | None = None
) -> int:
    """With `base`, that environment instead of ours below the variables. The command's exit status; 128 + n where signal n ended it, as shells say it. DriftError where it cannot be run."""
    child: subprocess.Popen[bytes] | None = None
    waiting: list[int] = []

    def forward(number: int, frame: FrameType | None) -> None:
        if number in (signal.SIGINT, signal.SIGQUIT) and _from_terminal():
            return  # it has it already
        if child is None:
            waiting.append(number)
        else:
            child.send_signal(number)

    before = {number: signal.signal(number, forward) for number in FORWARDED}
    try:
        child = _start(words, {**(os.environ if base is None else base), **variables})
        for number in waiting:
            child.send_signal(number)
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def _start(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    sys.stdout.flush()
    try:
        # No shell reads the words.
        return subprocess.Popen(list(words), env=dict(environment), preexec_fn=_ends_with_us())  # noqa: PLW1509
    except (OSError, ValueError) as error:
        raise DriftError(
            f"`{words[0]}` cannot be run: {getattr(error, 'strerror', None) or error}.",
            id="command-not-run",
            hint="Write the command behind `--` as it is typed, such as `-- npm test`.",
        ) from None


def _from_terminal() -> bool:
    """Whether a key at the terminal sends its signal to the command as well as to us."""
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _ends_with_us() -> Callable[[], object] | None:
    """Asks Linux to end the command when this process is killed; elsewhere it meets a database that has gone."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(143)

    return ask
