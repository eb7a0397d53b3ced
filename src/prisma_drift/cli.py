"""The command line: one door for people, scripts and hooks."""

# A commit hook starts here at every commit: nothing but `sys` may be imported at this level.
from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
_OBJECTS = 1_000_000
"""How many objects are made between two searches for garbage: values are no circles, and searching them took a tenth of a run."""
_ACTION = """\
usage: prisma-drift action

The GitHub Action's entry point: checks the pull request's projects, comments on it, and sets the job's outputs.
It takes no flags: everything comes from the job's environment (docs/action.md). To check a folder in the
container instead: docker run --rm -v "$PWD:/repo" IMAGE check"""


def entry() -> int:
    """The command `prisma-drift`."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        _stand_in()
    is_hook = sys.argv[1:2] == ["hook"]
    if not is_hook:
        import gc

        gc.set_threshold(_OBJECTS, 20, 100)
    status = main(sys.argv[1:])
    _end(status)
    return status


def _stand_in() -> None:
    """Puts the null device where the caller closed a standard stream (`>&-`, some editors' git): the next file or socket that
    is opened would get its number, and what is printed.
    """
    import os

    while (number := os.open(os.devnull, os.O_RDWR)) < 3:
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _end(status: int) -> None:
    """Ends the process at once: to take apart all that was loaded and read would cost a tenth of its time.

    Whatever has to be stopped or tidied has been by now: each is a `with` block somewhere in `main`. Returns where the
    output cannot be written, which Python says in its own way.
    """
    import os

    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError:
        return
    os._exit(status)


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
        if command == "check":
            from .pipeline.ahead import begin

            begin(argv)
        from .commands.run import run

        return run(argv)
    except KeyboardInterrupt:
        sys.stderr.write("prisma-drift: stopped; nothing of it is left behind.\n")
        return _INTERRUPTED
