"""Something short done in a copy of this process, beside what this one goes on with."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable


class Aside:
    """The bytes that `work` makes, in a copy of this process where that can be. The copy writes nothing but them, and ends with them."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work, self._pid = work, 0
        if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or threading.active_count() > 1:
            return
        try:
            self._answer, answer = os.pipe()
            self._pid = os.fork()
        except OSError:
            return
        if self._pid:
            os.close(answer)
            return
        with contextlib.suppress(BaseException):
            os.write(answer, b"=" + work())
        os._exit(0)

    def result(self) -> bytes:
        """What came of it, at most some hundred bytes; done here where a copy could not."""
        said = self._collected()
        return said[1:] if said.startswith(b"=") else self._work()

    def close(self) -> None:
        """Wait for the copy, where nobody asked what came of it."""
        self._collected()

    def _collected(self) -> bytes:
        if not self._pid:
            return b""
        pid, self._pid = self._pid, 0
        try:
            return os.read(self._answer, 1024)
        finally:
            os.close(self._answer)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
