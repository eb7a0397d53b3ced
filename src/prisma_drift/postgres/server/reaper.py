"""Removes a container when the process that started it is gone; a script.

Waits for the end of standard input, whose other end only the parent holds, then removes the container NAME and its
volumes. The parent removes it itself where it can: then there is nothing left to do here.

Arguments: NAME
"""

import contextlib
import signal
import sys
import time

TRIES = 20


def main(name: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if sys.stdin.read() == "done":
        return
    from docker.client import from_env
    from docker.errors import APIError

    client = from_env()
    for _ in range(TRIES):
        # a container that was being made when the parent ended appears a moment later
        with contextlib.suppress(APIError):
            client.containers.get(name).remove(force=True, v=True)
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1])
