"""The command line: one door for people, scripts and hooks."""

# A commit hook starts here at every commit: nothing but `sys` may be imported at this level.
from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def entry() -> int:
    """The command `prisma-drift`."""
    return main(sys.argv[1:])


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit status: 0 in step, 2 drift or a blocked commit, 1 an error."""
    command = argv[0] if argv else ""
    try:
        if command == "hook":
            from .hook import main as hook

            return hook(argv[1:])
        if command == "install":
            from .commands.install import main as install

            return install(argv[1:])
        if command == "action":
            from .action import main as action

            return action(argv[1:])
        from .commands.run import run

        return run(argv)
    except KeyboardInterrupt:
        return _INTERRUPTED
