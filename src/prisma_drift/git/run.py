"""The git program, started in one guarded way: whatever a repository configures, nothing of its choosing runs.

Programs are started with posix_spawn, and only `os` is imported: a pre-commit hook comes by here at every commit, and the
import of `subprocess` alone would take a good part of its time.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SETTINGS = (
    "-c", "core.fsmonitor=false",  # a program of the repository's choosing
    "-c", "core.quotePath=false",  # quoting would hide what a path is
    "-c", "protocol.ext.allow=never",  # a remote that is a program
    "-c", "diff.relative=false",
)  # fmt: skip

_PROGRAMS = frozenset({"GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT"})
"""Variables that name a program to run or a file to write to."""

_NO_HOOKS = ("-c", "core.hooksPath=/dev/null")
"""git runs one when it has written the index."""


def command(*arguments: str, root: str = "", literal: bool = True) -> list[str]:
    """The words that run git in `root` ('': the current folder); `literal`: paths are no patterns."""
    where = ("-C", root) if root else ()
    return [
        "git",
        "--no-pager",
        *(("--literal-pathspecs",) if literal else ()),
        *where,
        *_SETTINGS,
        # The one question about hooks is where they are.
        *(() if arguments[:1] == ("rev-parse",) else _NO_HOOKS),
        *arguments,
    ]


def environment() -> Mapping[str, str]:
    """The caller's, so that a hook's GIT_INDEX_FILE counts; nothing locked, nothing asked, messages in English."""
    kept = {name: value for name, value in os.environ.items() if name not in _PROGRAMS}
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def finished(words: Sequence[str]) -> tuple[int, bytes, bytes]:
    """Exit status, standard output and standard error of a git that reads nothing; FileNotFoundError where there is none."""
    if not hasattr(os, "posix_spawnp"):  # Windows
        import subprocess

        done = subprocess.run(words, capture_output=True, check=False, env=dict(environment()))
        return done.returncode, done.stdout, done.stderr
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    try:
        child = spawn(words, ((out_write, 1), (err_write, 2)))
    except OSError:
        os.close(out_read)
        os.close(err_read)
        raise
    # git says little on standard error: it fits into the pipe while standard output is read.
    output, messages = _all(out_read), _all(err_read)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), output, messages


def output(*arguments: str, root: str = "", literal: bool = True) -> bytes | None:
    """What git prints; None where it fails or is missing."""
    try:
        status, out, _ = finished(command(*arguments, root=root, literal=literal))
    except FileNotFoundError:
        return None
    return out if status == 0 else None


def staged_changes() -> bytes | None:
    """`git diff --cached --raw -z`: blobs and paths of all that is staged; None where git refuses or is missing."""
    how = ("--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules")
    return output("diff", "--cached", *how)


def spawn(words: Sequence[str], ends: Sequence[tuple[int, int]]) -> int:
    """Start a program with each (descriptor, number) of `ends` in place; our copies of them are closed. Its process id."""
    try:
        actions = [(os.POSIX_SPAWN_DUP2, descriptor, number) for descriptor, number in ends]
        return os.posix_spawnp(words[0], list(words), environment(), file_actions=actions)
    finally:
        for descriptor, _ in ends:
            os.close(descriptor)


def _all(descriptor: int) -> bytes:
    chunks = []
    try:
        while chunk := os.read(descriptor, 65536):
            chunks.append(chunk)
    finally:
        os.close(descriptor)
    return b"".join(chunks)
