"""A git repository read through the git program: trees, the index, blobs, the merge base. Nothing is ever written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import DriftError
from ..model.commands import typed
from ..model.values import frozen
from .run import command, finished, spawn

_BASES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_CHUNK = 100
"""Object ids sent to `cat-file` before its answers are read: they must fit into a pipe unread (16 KiB on macOS)."""


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

    def tree(self, revision: str, *under: str) -> tuple[Blob, ...]:
        """The files of a tree-ish below the paths `under` (all where none is given), sorted by path."""
        entries = self._records("ls-tree", "-r", "-z", "--full-tree", revision, "--", *under)
        blobs: list[Blob] = []
        for entry in entries:
            facts, _, path = entry.partition("\t")
            mode, _, id = facts.split(" ")
            blobs.append(Blob(path, id, mode))
        return tuple(sorted(blobs))

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The bytes of each blob, by id, through one `cat-file --batch`."""
        wanted = sorted(set(ids))
        found: dict[str, bytes] = {}
        if not wanted:
            return found
        with _spawned(command("cat-file", "--batch", root=str(self.root))) as (stdin, stdout):
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                stdin.write("".join(f"{id}\n" for id in chunk).encode())
                stdin.flush()
                for id in chunk:
                    found[id] = _blob(stdout, id)
        return found

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

    def state(self) -> str:
        """HEAD and every ref, and where the history ends in a shallow clone: what all answers but of the index depend on."""
        head = self._try("rev-parse", "--verify", "--quiet", "HEAD")[1]
        refs = self._run("for-each-ref", "--format=%(refname) %(objectname) %(symref)")
        shallow = (
            self._run("rev-parse", "--is-shallow-repository", "--git-path", "shallow").decode().split("\n")
        )
        ends = b""
        if shallow[0] == "true":
            ends = Path(self.root, shallow[1]).read_bytes()
        return (head + refs + ends).decode("utf-8", "replace")

    def default_base(self) -> str | None:
        """The branch that work is probably merged into: origin's HEAD, else main or master, origin's first."""
        refs = dict(
            line.split(" ", 1)
            for line in self._run("for-each-ref", "--format=%(refname) %(symref)", *_BASES)
            .decode()
            .splitlines()
        )
        return next((refs[name] or name for name in _BASES if name in refs), None)

    def _try(self, *arguments: str) -> tuple[int, bytes, bytes]:
        try:
            return finished(command(*arguments, root=str(self.root)))
        except FileNotFoundError:
            raise _not_installed() from None

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
        folder = said.rpartition(" at ")[2].strip("'")
        hint = (
            f"The folder belongs to another user: `git config --global --add safe.directory {typed(folder)}`."
        )
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


def _not_installed() -> GitError:
    return GitError("git is not installed.", hint="Install git: the hook reads the index through it.")


@contextmanager
def _spawned(words: list[str]) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A program's standard input and output; it ends with the block, as its input closes."""
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    with os.fdopen(out_read, "rb") as stdout:
        stdin = os.fdopen(in_write, "wb")
        try:
            pid = spawn(words, ((in_read, 0), (out_write, 1)))
        except FileNotFoundError:
            stdin.close()
            raise _not_installed() from None
        try:
            yield stdin, stdout
        finally:
            stdin.close()
            stdout.read()
            os.waitpid(pid, 0)
