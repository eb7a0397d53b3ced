"""`prisma-drift hook`: no schema edit without its migration, told from the git index alone, without a database.

Every commit starts here, most with nothing to check: until something relevant is known to be staged, only `os`
may be imported, and one git process may run.
"""

from __future__ import annotations

from ..git.run import staged_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_RELEVANT = (
    b".prisma",
    b".sql",
    b"/migration_lock.toml",
    b"contract.json",
    b"contract.ts",
    b"/ops.json",
    b"/migration.json",
)
"""The last four are Prisma 8's."""
_SWITCHES = ("--strict", "--write")


def main(argv: Sequence[str]) -> int:
    """Check what is staged; the exit status: 0 it may be committed, 2 it may not, 1 an error."""
    staged = staged_changes()
    if staged is not None and not _is_relevant(staged) and all(word in _SWITCHES for word in argv):
        return 0
    import gc

    gc.disable()  # the process is short: collecting its garbage would cost a tenth of its time
    from .command import run

    return run(argv, staged)


def _is_relevant(staged: bytes) -> bool:
    return any(path.endswith(_RELEVANT) or _in_a_migration(path) for path in staged.split(b"\0")[1::2])


def _in_a_migration(path: bytes) -> bool:
    """Whether the file's folder has the look of a migration's: a folder without SQL in it stops Prisma."""
    _, _, folder = path.rpartition(b"/")[0].rpartition(b"/")
    return folder[:4].isdigit() or b"migrations/" in path
