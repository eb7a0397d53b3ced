"""Where the standalone build begins: it becomes the helper that it was asked to be, else the command `prisma-drift`."""

import os
import sys

from prisma_drift.program import asked_for

# What the build's own starter left for itself is no business of the programs that we start: git, Postgres, `npm test`.
_STARTER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def _restore() -> None:
    for name in _STARTER:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif os.environ.get(name) == getattr(sys, "_MEIPASS", None):
            del os.environ[name]
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]


def _start() -> int:
    _restore()
    if asked_for(sys.argv, os.environ) == "supervisor":
        from prisma_drift.postgres.server.supervisor import main

        main(sys.argv[4:])
        return 0
    from prisma_drift.cli import entry

    return entry()


sys.exit(_start())
