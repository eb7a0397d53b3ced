"""A git repository read through the git program: trees, the index, blobs, the merge base. Nothing is ever written.

Programs are started with posix_spawn rather than subprocess, whose import alone would take a good part of the time
that a pre-commit hook may.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import DriftError
from .model.values import frozen

INDEX = ""
"""The index, where a revision is asked for: `git show :path`."""
_BASES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_CHUNK = 100
"""Object ids sent to `cat-file` before its answers are read: they must fit into a pipe unread (16 KiB on macOS)."""
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


class GitError(DriftError):
    """git is not there, or refused."""

    id = "git-failed"


@frozen(order=True)
class Blob:
    """A file in a tree or in the index."""

    path: str
    """Relative to the repository's top folder, with `/`."""
    id: str
    mode: str
    """As git writes it: 100644, 100755, 120000 (a link), 160000 (a submodule)."""


@frozen(order=True)
class StagedChange:
    """A file whose staged state differs from HEAD's."""

    path: str
    status: str
    """A (added), D (deleted), M (modified), T (type changed), U (not merged)"""


@frozen(order=True)
class RemovedLine:
    """A line that the merge base has and the working tree has not (or not in this form)."""

    path: str
    line: int
    """1-based, in the merge base's file."""
    text: str


def top_level(path: Path) -> Path | None:
    """The top folder of the working tree that holds `path`; None outside of any. Needs no git program."""
    start = Path(os.path.abspath(path))  # noqa: PTH100 (links are kept)
    for place in (start, *start.parents):
        mark = place / ".git"
        if mark.is_file() or (mark / "HEAD").exists():
            return place
    return None


@frozen
class Repository:
    """A working tree by its top folder; each method runs one git program."""

    root: Path

    def head(self) -> str | None:
        """The commit of HEAD; None before the first commit."""
        status, out, _ = self._try("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return out.decode().strip() if status == 0 else None

    def tree(self, revision: str, *under: str) -> tuple[Blob, ...]:
        """The files of a tree-ish below the paths `under` (all where none is given), sorted by path."""
        entries = self._records("ls-tree", "-r", "-z", "--full-tree", revision, "--", *under)
        blobs: list[Blob] = []
        for entry in entries:
            facts, _, path = entry.partition("\t")
            mode, _, id = facts.split(" ")
            blobs.append(Blob(path, id, mode))
        return tuple(sorted(blobs))

    def index(self, *under: str) -> tuple[Blob, ...]:
        """The staged files below the paths `under`, sorted; a file in conflict is left out."""
        blobs: list[Blob] = []
        for entry in self._records("ls-files", "--stage", "-z", "--full-name", "--", *under):
            facts, _, path = entry.partition("\t")
            mode, id, stage = facts.split(" ")
            if stage == "0":
                blobs.append(Blob(path, id, mode))
        return tuple(sorted(blobs))

    def staged(self, *under: str) -> tuple[StagedChange, ...]:
        """What is staged against HEAD below the paths `under`, sorted by path; before the first commit, everything."""
        arguments = ("diff-index", "--cached", "--name-status", "-z", "--no-renames", "HEAD", "--", *under)
        status, out, err = self._try(*arguments)
        if status != 0:
            if self.head() is None:
                return tuple(StagedChange(blob.path, "A") for blob in self.index(*under))
            raise _failed(arguments, err)
        fields = _split(out)
        return tuple(
            sorted(StagedChange(path, code) for code, path in zip(fields[::2], fields[1::2], strict=True))
        )

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The bytes of each blob, by id, through one `cat-file --batch`."""
        wanted = sorted(set(ids))
        found: dict[str, bytes] = {}
        if not wanted:
            return found
        with _spawned(self._command("cat-file", "--batch")) as (stdin, stdout):
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                stdin.write("".join(f"{id}\n" for id in chunk).encode())
                stdin.flush()
                for id in chunk:
                    found[id] = _blob(stdout, id)
        return found

    def show(self, revision: str, path: str) -> bytes | None:
        """A file's bytes at a revision, or staged (INDEX); None where it is not there."""
        status, out, _ = self._try("cat-file", "blob", f"{revision}:{path}")
        return out if status == 0 else None

    def merge_base(self, ref: str) -> str | None:
        """The best common ancestor of HEAD and `ref`; None where there is none (or history is cut short)."""
        status, out, _ = self._try("merge-base", "HEAD", ref)
        return out.decode().strip() if status == 0 else None

    def commits_touching(self, path: str, most: int) -> tuple[str, ...]:
        """The newest commits of HEAD's history that changed something below `path`, newest first."""
        status, out, _ = self._try(
            "log", f"--max-count={most}", "--format=%H", "--end-of-options", "HEAD", "--", path
        )
        return tuple(out.decode().split()) if status == 0 else ()

    def default_base(self) -> str | None:
        """The branch that work is probably merged into: origin's HEAD, else main or master, origin's first."""
        refs = dict(
            line.split(" ", 1)
            for line in self._run("for-each-ref", "--format=%(refname) %(symref)", *_BASES)
            .decode()
            .splitlines()
        )
        return next((refs[name] or name for name in _BASES if name in refs), None)

    def removed_in_branch(self, path: str, base: str | None = None) -> tuple[RemovedLine, ...]:
        """Lines of `path` (a file or folder) that went since the branch left `base`, working tree included.

        A changed line counts as removed. Empty where there is no base or no common ancestor.
        """
        ref = base or self.default_base()
        ancestor = self.merge_base(ref) if ref else None
        if ancestor is None:
            return ()
        options = (
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--no-prefix",
        )
        return tuple(_removed(self._run("diff", *options, ancestor, "--", path)))

    def _command(self, *arguments: str) -> list[str]:
        # The monitor is a program of the repository's choosing, and quoting would hide what a path is.
        settings = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
        return ["git", "--literal-pathspecs", "-C", str(self.root), *settings, *arguments]

    def _try(self, *arguments: str) -> tuple[int, bytes, bytes]:
        return _run(self._command(*arguments))

    def _run(self, *arguments: str) -> bytes:
        status, out, err = self._try(*arguments)
        if status != 0:
            raise _failed(arguments, err)
        return out

    def _records(self, *arguments: str) -> list[str]:
        return _split(self._run(*arguments))


def _split(out: bytes) -> list[str]:
    return [os.fsdecode(record) for record in out.split(b"\0")[:-1]]


def _failed(arguments: Sequence[str], err: bytes) -> GitError:
    words = err.decode("utf-8", "replace").strip().splitlines()
    said = words[0].removeprefix("fatal: ") if words else "it gave no reason"
    hint = "Run the same command by hand to see more."
    if "dubious ownership" in said:
        hint = "The folder belongs to another user: `git config --global --add safe.directory <folder>`."
    return GitError(f"git {arguments[0]} failed: {said}", hint=hint)


def _blob(stdout: BinaryIO, id: str) -> bytes:
    header = stdout.readline().split()
    if len(header) != 3:
        raise GitError(
            f"git has no object {id}.",
            hint="A shallow or partial clone may lack it: fetch more of the history.",
        )
    size = int(header[2])
    content = stdout.read(size)
    stdout.read(1)
    return content


def _removed(patch: bytes) -> Iterator[RemovedLine]:
    """Reads a patch by the line counts of its hunk headers, so that no content can be taken for a header."""
    path = ""
    old = new = number = 0
    for raw in patch.split(b"\n"):
        if old or new:
            if raw.startswith(b"-") and old:
                yield RemovedLine(path, number, raw[1:].decode("utf-8", "replace").rstrip("\r"))
                old, number = old - 1, number + 1
            elif raw.startswith(b"+"):
                new -= 1
        elif raw.startswith(b"--- "):
            path = os.fsdecode(raw[4:].rstrip(b"\t"))
        elif hunk := _HUNK.match(raw):
            number = int(hunk[1])
            old, new = int(hunk[2] or 1), int(hunk[3] or 1)


def _environment() -> dict[str, str]:
    """The caller's, so that a hook's GIT_INDEX_FILE counts; nothing locked, nothing asked, messages in English."""
    return os.environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _run(command: list[str]) -> tuple[int, bytes, bytes]:
    """Exit status, standard output and standard error of a program that reads nothing."""
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    with os.fdopen(out_read, "rb") as out, os.fdopen(err_read, "rb") as err:
        pid = _spawn(command, ((out_write, 1), (err_write, 2)))
        # git says little on standard error: it fits into the pipe while standard output is read.
        return _finish(pid, out, err)


def _finish(pid: int, out: BinaryIO, err: BinaryIO) -> tuple[int, bytes, bytes]:
    try:
        output, messages = out.read(), err.read()
    finally:
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), output, messages


@contextmanager
def _spawned(command: list[str]) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A program's standard input and output; it ends with the block, as its input closes."""
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    with os.fdopen(out_read, "rb") as stdout:
        stdin = os.fdopen(in_write, "wb")
        try:
            pid = _spawn(command, ((in_read, 0), (out_write, 1)))
        except GitError:
            stdin.close()
            raise
        try:
            yield stdin, stdout
        finally:
            stdin.close()
            stdout.read()
            os.waitpid(pid, 0)


def _spawn(command: list[str], ends: tuple[tuple[int, int], ...]) -> int:
    """Start `command` with each (descriptor, number) of `ends` in place; our copies of them are closed."""
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for fd, number in ends]
        return os.posix_spawnp(command[0], command, _environment(), file_actions=actions)
    except FileNotFoundError:
        raise GitError(
            "git is not installed.", hint="Install git: the hook reads the index through it."
        ) from None
    finally:
        for fd, _ in ends:
            os.close(fd)
