"""The command line: one door for people, scripts and hooks."""

# A commit hook starts here at every commit: nothing but `sys` may be imported at this level.
from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
_ACTION = """\
usage: prisma-drift action

The GitHub Action's entry point: checks the pull request's projects, comments on it, and sets the job's outputs.
It takes no flags: everything comes from the job's environment (docs/action.md). To check a folder in the
container instead: docker run --rm --entrypoint prisma-drift -v "$PWD:/repo" -w /repo IMAGE check"""


def entry() -> int:
    """The command `prisma-drift`."""
    return main(sys.argv[1:])


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit status: 0 in step, 2 drift or a blocked commit, 1 an error."""
    command = argv[0] if argv else ""
    if command == "help" and argv[1:2] and argv[1] in ("hook", "install", "action"):
        command, argv = argv[1], [argv[1], "--help"]
    try:
        if command == "hook":
            from .hook import main as hook

            return hook(argv[1:])
        if command == "install":
            from .commands.install import main as install

            return install(argv[1:])
        if command == "action":
            if any(word in ("-h", "--help") for word in argv[1:]):
                print(_ACTION)
                return 0
            from .action import main as action

            return action(argv[1:])
        from .commands.run import run

        return run(argv)
    except KeyboardInterrupt:
        sys.stderr.write("prisma-drift: stopped; nothing of it is left behind.\n")
        return _INTERRUPTED
