"""A repository as git knows it: the index and commits as trees of paths and blob ids, read as Files. No work tree is read.

What belongs to the machine and not to the commit is the exception: a `.env` and what is installed in `node_modules` are
read from the disk where git has none, as Prisma would (docs/decisions/0200).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..beneath import read_anywhere
from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..git.run import output
from ..model.values import field, mutable
from .files import of_the_machine

_LINK, _SUBMODULE = "12", "16"
"""How the modes of links and submodules begin, in a listing."""


class Staged(NamedTuple):
    """One staged change against HEAD."""

    path: str
    status: str
    before: str
    """Blob id in HEAD; zeros where there was no such file."""
    after: str


class Tree:
    """The files of the index or of a commit: path from the repository's top, with `/`, → blob id.

    Looked up in git's own listing (`mode … id …\\tpath`, NUL after each, sorted): of most files of a repository nothing is
    ever asked. `changes` lie over it: what another tree has instead, None where it has nothing.
    """

    def __init__(self, listing: bytes, changes: Mapping[str, str | None] | None = None) -> None:
        self._listing = b"\0" + listing
        self._changes = changes or {}
        self._ending: dict[tuple[bytes, ...], dict[str, str]] = {}

    def get(self, path: str) -> str | None:
        """The id of a file; None where there is none."""
        if path in self._changes:
            return self._changes[path]
        name = os.fsencode(path)
        at = self._listing.find(b"\t" + name + b"\0")
        if at < 0:
            return None
        record = self._listing[self._listing.rfind(b"\0", 0, at) + 1 : at + 1 + len(name)]
        return dict(_entries(record)).get(path)

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def __getitem__(self, path: str) -> str:
        found = self.get(path)
        if found is None:
            raise KeyError(path)
        return found

    def below(self, folder: str) -> dict[str, str]:
        """All files below a folder, sorted by path."""
        start = folder + "/" if folder else ""
        mark = b"\t" + os.fsencode(start)
        first, last = self._listing.find(mark), self._listing.rfind(mark)
        found: dict[str, str] = {}
        if first >= 0:
            begin = self._listing.rfind(b"\0", 0, first) + 1
            end = self._listing.find(b"\0", last)
            found = {path: id for path, id in _entries(self._listing[begin:end]) if path.startswith(start)}
        return self._changed(found, lambda path: path.startswith(start))

    def has_folder(self, folder: str) -> bool:
        """Whether any file lies below it."""
        if not self._changes:
            return b"\t" + os.fsencode(folder) + b"/" in self._listing
        return bool(self.below(folder))

    def ending(self, endings: tuple[str, ...]) -> dict[str, str]:
        """All files whose names end so, sorted by path."""
        wanted = tuple(os.fsencode(one) for one in endings)
        if wanted not in self._ending:
            records = [one for one in self._listing.split(b"\0") if one.endswith(wanted)]
            found = dict(_entries(b"\0".join(records)))
            self._ending[wanted] = self._changed(found, lambda path: path.endswith(endings))
        return self._ending[wanted]

    def _changed(self, found: dict[str, str], wanted: Callable[[str], bool]) -> dict[str, str]:
        changes = {path: id for path, id in self._changes.items() if wanted(path)}
        if not changes:
            return found
        merged: dict[str, str | None] = {**found, **changes}
        return {path: id for path, id in sorted(merged.items()) if id is not None}


def _entries(listing: bytes) -> Iterable[tuple[str, str]]:
    """(path, id) of the records of `ls-files --stage` or `ls-tree`; links, submodules and other sides of a conflict left out."""
    for record in os.fsdecode(listing).split("\0"):
        facts, _, path = record.partition("\t")
        if not path or facts.startswith((_LINK, _SUBMODULE)):
            continue
        _, one, other = facts.split(" ")
        if one == "blob":
            yield path, other
        elif other in "02":
            yield path, one


@mutable
class Snapshot:
    """The index and HEAD, and what is staged between them."""

    repository: Repository
    index: Tree
    head: Tree
    staged: tuple[Staged, ...]
    merging: str | None
    """The commit that is being merged."""
    unmerged: tuple[str, ...]
    _contents: dict[str, bytes] = field(default_factory=dict)

    def read(self, ids: Iterable[str]) -> None:
        """Fetches blobs, in one go."""
        wanted = {id for id in ids if id not in self._contents}
        self._contents.update(self.repository.contents(wanted))

    def has(self, id: str) -> bool:
        """Whether a blob has been fetched."""
        return id in self._contents

    def bytes(self, id: str) -> bytes:
        if id not in self._contents:
            self.read((id,))
        return self._contents[id]

    def text(self, id: str, path: str) -> str:
        """A blob as text; raises DriftError where it is not UTF-8."""
        try:
            return self.bytes(id).decode()
        except UnicodeDecodeError as error:
            raise DriftError(
                f"{path} as it is staged is not UTF-8 (byte {error.start}).", hint="Save the file as UTF-8."
            ) from None

    def commit(self, revision: str, *under: str) -> Tree:
        """The tree of a commit, or what it has below some paths."""
        return tree_of(self.repository, revision, *under)


class GitFiles:
    """The index or a commit as Files."""

    def __init__(self, snapshot: Snapshot, tree: Tree) -> None:
        self.snapshot, self.tree = snapshot, tree
        self._top = str(snapshot.repository.root)

    def inside(self, path: Path) -> str | None:
        """The path from the repository's top; None where it lies outside."""
        whole = str(path)
        if whole == self._top:
            return ""
        return (
            whole[len(self._top) + 1 :].replace(os.sep, "/") if whole.startswith(self._top + os.sep) else None
        )

    def is_file(self, path: Path, /) -> bool:
        inside = self.inside(path)
        if inside is None:
            return False
        return inside in self.tree or (of_the_machine(path) and path.is_file())

    def is_dir(self, path: Path, /) -> bool:
        inside = self.inside(path)
        return inside is not None and (not inside or self.tree.has_folder(inside))

    def read(self, path: Path, /) -> bytes:
        inside = self.inside(path)
        id = self.tree.get(inside) if inside else None
        if id is not None:
            return self.snapshot.bytes(id)
        if inside and of_the_machine(path):
            return read_anywhere(path)
        raise FileNotFoundError(2, "No such file in git", str(path))

    def below(
        self,
        folder: Path,
        endings: tuple[str, ...],
        enter: Callable[[str], bool],
        depth: int | None = None,
        /,
    ) -> list[Path]:
        inside = self.inside(folder)
        if inside is None:
            return []
        start = inside + "/" if inside else ""
        found: list[tuple[list[str], str]] = []
        for path in self.tree.ending(endings):
            if path.startswith(start):
                parts = path[len(start) :].split("/")
                if (depth is None or len(parts) - 1 <= depth) and all(map(enter, parts[:-1])):
                    found.append((parts, path))
        return [Path(self._top, path) for _, path in sorted(found)]


def take_snapshot(raw: bytes | None) -> Snapshot:
    """Everything that the check needs to know of what is staged; `raw` is the output of `git diff --cached --raw -z`."""
    root = top_level(Path.cwd())
    if root is None or raw is None:
        raise DriftError(
            "Nothing can be checked here: this is no git work tree, or git refuses to read it.",
            hint="Run the hook inside the repository; `git status` says what git refuses.",
            id="git-failed",
        )
    staged = parse_staged(raw)
    # Of files in conflict, our side stands for each until it is resolved.
    listing = output("ls-files", "--stage", "-z", "--full-name", root=str(root)) or b""
    before = {change.path: change.before if change.before.strip("0") else None for change in staged}
    unmerged = tuple(sorted(change.path for change in staged if change.status == "U"))
    return Snapshot(
        Repository(root), Tree(listing), Tree(listing, before), staged, _merge_head(root), unmerged
    )


def parse_staged(raw: bytes) -> tuple[Staged, ...]:
    """The records of `git diff --raw -z`, links and submodules left out."""
    fields = raw.split(b"\0")[:-1]
    found = []
    for facts, path in zip(fields[::2], fields[1::2], strict=True):
        before_mode, after_mode, before, after, status = os.fsdecode(facts).lstrip(":").split(" ")
        if {before_mode[:2], after_mode[:2]} & {_LINK, _SUBMODULE}:
            continue
        found.append(Staged(os.fsdecode(path), status[:1], before, after))
    return tuple(found)


def tree_of(repository: Repository, revision: str, *under: str) -> Tree:
    """The tree of a commit, or what it has below some paths; empty where there is no such commit."""
    words = ("ls-tree", "-r", "-z", "--full-tree", revision, "--", *under)
    return Tree(output(*words, root=str(repository.root)) or b"")


def _merge_head(root: Path) -> str | None:
    """The other side of a merge in progress, read from git's folder, since that costs no process."""
    folder = root / ".git"
    try:
        if folder.is_file():  # a worktree or a submodule
            folder = root / folder.read_text().partition(":")[2].strip()
        lines = (folder / "MERGE_HEAD").read_text().split()
    except OSError:
        return None
    return lines[0] if lines else None
