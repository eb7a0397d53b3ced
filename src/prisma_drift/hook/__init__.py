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
    if not any(ending + b"\0" in staged for ending in _RELEVANT):
        return False
    return any(path.endswith(_RELEVANT) for path in staged.split(b"\0")[1::2])
