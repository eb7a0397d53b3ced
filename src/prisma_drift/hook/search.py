"""Words searched for in what is staged, by git: it reads a long history faster than we could be given it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..git.run import command, finished

WordSearch = Callable[[Sequence[str]], frozenset[str] | None]
"""Words → the files that hold one of them; None where that cannot be told."""

_NONE_FOUND = 1


def files_with(words: Sequence[str], folder: str) -> frozenset[str] | None:
    """The staged files below a folder that hold one of the words, in whatever case; None where git cannot tell.

    Paths are from the repository's top, as `folder` is.
    """
    wanted = [argument for word in words for argument in ("-e", word)]
    how = ("--cached", "--full-name", "--no-color", "-l", "-z", "-i", "-w", "-F")
    where = f":(top,literal){folder}"
    status, out, _ = finished(command("grep", *how, *wanted, "--", where, literal=False))
    if status not in (0, _NONE_FOUND):
        return None
    return frozenset(path.decode("utf-8", "surrogateescape") for path in out.split(b"\0")[:-1])
