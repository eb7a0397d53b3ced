"""The repository as git knows it: the index and the commits it grows from, as paths and blob ids. No work tree is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import DriftError
from ..git import Repository, top_level
from ..model.values import field, mutable
from . import git_output

Tree = dict[str, str]
"""Path, relative to the repository's top folder, with `/` → blob id."""

_SYMLINK, _SUBMODULE = "120000", "160000"
_GLOBS = (
    "*.prisma",
    "*.sql",
    "**/migration_lock.toml",
    "**/package.json",
    "**/prisma.config.*",
    "**/prisma7.config.*",
    "**/*prisma-drift.y*ml",
)
"""What can matter: pathspecs of git, from the top."""


class Staged(NamedTuple):
    """One staged change against HEAD."""

    path: str
    status: str
    before: str
    """Blob id in HEAD; zeros where there was no such file."""
    after: str


@mutable
class Snapshot:
    """The index and HEAD, as far as projects are concerned."""

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


def take_snapshot(raw: bytes | None) -> Snapshot:
    """Everything that the check needs to know of what is staged; `raw` is the output of `git diff --cached --raw -z`."""
    root = top_level(Path.cwd())
    if root is None or raw is None:
        raise DriftError(
            "Nothing can be checked here: this is no git work tree, or git refuses to read it.",
            hint="Run the hook inside the repository; `git diff --cached` says more.",
            id="git-failed",
        )
    repository = Repository(root)
    staged = parse_staged(raw)
    index = _listing()
    head = dict(index)
    for change in staged:
        head.pop(change.path, None)
        if change.before.strip("0"):
            head[change.path] = change.before
    unmerged = tuple(sorted(change.path for change in staged if change.status == "U"))
    return Snapshot(repository, index, head, staged, _merge_head(root), unmerged)


def parse_staged(raw: bytes) -> tuple[Staged, ...]:
    """The records of `git diff --raw -z`, links and submodules left out."""
    fields = raw.split(b"\0")[:-1]
    found = []
    for facts, path in zip(fields[::2], fields[1::2], strict=True):
        before_mode, after_mode, before, after, status = os.fsdecode(facts).lstrip(":").split(" ")
        if {before_mode, after_mode} & {_SYMLINK, _SUBMODULE}:
            continue
        found.append(Staged(os.fsdecode(path), status[:1], before, after))
    return tuple(found)


def _listing() -> Tree:
    """The staged files that can matter. In conflict, our side stands for the file until it is resolved."""
    patterns = (f":(top,glob){pattern if '/' in pattern else '**/' + pattern}" for pattern in _GLOBS)
    out = git_output(("git", "ls-files", "--stage", "-z", "--full-name", "--", *patterns)) or b""
    tree: Tree = {}
    for record in out.split(b"\0")[:-1]:
        facts, _, path = os.fsdecode(record).partition("\t")
        mode, id, stage = facts.split(" ")
        if stage in "02" and mode not in (_SYMLINK, _SUBMODULE):
            tree[path] = id
    return tree


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
