"""Files opened beneath a folder whose content others wrote: nothing outside it is read or written, whatever links say.

Every component of a path is opened by itself (openat, O_NOFOLLOW), so that no link is followed by the system and none
can be put there in between. For reading, a link is read by us and followed as long as it stays beneath; for writing,
none is followed. Only regular files are opened, and no more of one is read than its reader can use.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

LARGEST = 32 << 20
"""Bytes of one file: the largest schemas and migrations that are known are a tenth of it."""
_MOST_LINKS = 40
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_WALKS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


class OutsideError(OSError):
    """A path or a link that leads out of the folder that it must stay in, or into git's own."""

    def __init__(self, words: str, path: Path | str) -> None:
        super().__init__(errno.EXDEV, words, str(path))


def read(root: Path, path: Path, *, most: int = LARGEST) -> bytes:
    """The bytes of a regular file beneath `root`.

    OutsideError where a link leads elsewhere, another OSError where it is no regular file or larger than `most`.
    """
    parts = inside(root, path)
    if not _WALKS:
        return _plain(root, path, most)
    number = _open(root, list(parts), path)
    with os.fdopen(number, "rb") as file:
        return _content(file.fileno(), path, most)


def read_anywhere(path: Path | str, *, most: int = LARGEST) -> bytes:
    """The bytes of a regular file that a person named: links are followed; the same bounds."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    with os.fdopen(number, "rb") as file:
        return _content(file.fileno(), path, most)


class Reader:
    """Reads the files of one folder beneath `root`, which is opened once; a context manager.

    For many files: each one costs the components below the folder, not all of them from `root`.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder, self._number = root, folder, -1

    def __enter__(self) -> Reader:
        parts = inside(self._root, self._folder)
        if _WALKS and parts:
            with contextlib.suppress(OSError):
                self._number = _open(self._root, list(parts), self._folder, last=_FOLDER)
        return self

    def __exit__(self, *_: object) -> None:
        if self._number >= 0:
            os.close(self._number)

    def read(self, *names: str, most: int = LARGEST) -> bytes:
        """As `read` of the file `names` below the folder."""
        if self._number < 0 or any(map(_special, names)):
            return read(self._root, self._folder.joinpath(*names), most=most)
        here = self._number
        try:
            for name in names[:-1]:
                inner = os.open(name, _FOLDER, dir_fd=here)
                if here != self._number:
                    os.close(here)
                here = inner
            number = os.open(names[-1], _READ, dir_fd=here)
        except OSError:
            # A link, perhaps, or it says in full what is wrong.
            return read(self._root, self._folder.joinpath(*names), most=most)
        finally:
            if here != self._number:
                os.close(here)
        try:
            return _content(number, f"{self._folder}/{'/'.join(names)}", most)
        finally:
            os.close(number)


def _special(name: str) -> bool:
    """Whether a name is more than one component's own, or that of git's folder."""
    return name in ("", ".", "..") or "/" in name or name.lower() == ".git"


def folder(root: Path, path: Path) -> None:
    """OutsideError where the folder `path`, or a link on the way to it, leads out of `root`; nothing where it is missing."""
    parts = inside(root, path)
    if not _WALKS:
        real, top = path.resolve(), root.resolve()
        if real != top and top not in real.parents:
            raise OutsideError("it is a link that leads out of the repository", path)
        return
    try:
        os.close(_open(root, list(parts), path, last=_FOLDER))
    except OutsideError:
        raise
    except OSError:
        return  # whoever reads it will say why it cannot be read


def open_folder(root: Path, path: Path) -> int:
    """A descriptor of a folder beneath `root`; the same errors as of `read`."""
    parts = inside(root, path)
    if not _WALKS or not parts:
        raise OSError(errno.ENOTSUP, "it is not opened step by step", str(path))
    return _open(root, list(parts), path, last=_FOLDER)


def inside(root: Path, path: Path) -> tuple[str, ...]:
    """The parts of `path` below `root`, by its words alone; OutsideError where it lies elsewhere or in `.git`."""
    try:
        parts = Path(os.path.abspath(path)).relative_to(os.path.abspath(root)).parts  # noqa: PTH100
    except ValueError:
        raise OutsideError("it lies outside the repository", path) from None
    if any(part.lower() == ".git" for part in parts):
        raise OutsideError("it lies in git's own folder", path)
    return parts


def _open(root: Path, parts: list[str], path: Path, *, last: int = _READ) -> int:
    """A descriptor of the file that `parts` lead to from `root`, through links that stay beneath it."""
    stack = [os.open(root, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))]
    todo, links = parts[::-1], 0
    try:
        while todo:
            name = todo.pop()
            if name == ".":
                continue
            if name == "..":
                if len(stack) == 1:
                    raise OutsideError("it is a link that leads out of the repository", path)
                os.close(stack.pop())
                continue
            if name.lower() == ".git":
                raise OutsideError("it is a link that leads into git's own folder", path)
            kind = os.stat(name, dir_fd=stack[-1], follow_symlinks=False).st_mode
            if stat.S_ISLNK(kind):
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, "too many links, one behind the other", str(path))
                target = os.readlink(name, dir_fd=stack[-1])
                if target.startswith("/"):
                    while len(stack) > 1:
                        os.close(stack.pop())
                    target = _below(root, target, path)
                todo += [part for part in target.split("/")[::-1] if part]
            elif todo:
                stack.append(os.open(name, _FOLDER, dir_fd=stack[-1]))
            else:
                return os.open(name, last, dir_fd=stack[-1])
        raise OSError(errno.EISDIR, "it is a folder", str(path))
    finally:
        for number in stack:
            os.close(number)


def _below(root: Path, target: str, path: Path) -> str:
    """An absolute link's target from `root`, under either of the names that the root goes by."""
    for top in (os.path.abspath(root), os.path.realpath(root)):  # noqa: PTH100
        if target == top or target.startswith(top.rstrip("/") + "/"):
            return target[len(top.rstrip("/")) :].lstrip("/") or "."
    raise OutsideError("it is a link that leads out of the repository", path)


def _plain(root: Path, path: Path, most: int) -> bytes:
    """Where the system has no openat: checked by the resolved path."""
    real, top = path.resolve(strict=True), root.resolve()
    if top not in real.parents:
        raise OutsideError("it is a link that leads out of the repository", path)
    inside(top, real)
    return read_anywhere(real, most=most)


def _content(number: int, path: Path | str, most: int) -> bytes:
    facts = os.fstat(number)
    if stat.S_ISDIR(facts.st_mode):
        raise OSError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    # A file of /proc states no size, and one may grow while it is read; of most there is one part and no more.
    first = os.read(number, min(facts.st_size, most) + 1) if facts.st_size else b""
    if len(first) == facts.st_size and 0 < facts.st_size <= most:
        return first
    parts, left = [first], most + 1 - len(first)
    while left and (part := os.read(number, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    if not left:
        raise OSError(errno.EFBIG, f"it is larger than {most >> 20} MiB", str(path))
    return b"".join(parts)


class Writer:
    """Writes files beneath a folder without following a link; a context manager.

    The folder itself is made, component by component, below `root`, which is trusted. New files and folders get the
    owner of `root` where this process is root, through their descriptors.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._parts = root, inside(root, folder)
        self._owner: tuple[int, int] | None = None
        self._number = -1

    def __enter__(self) -> Writer:
        top = os.open(self._root, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        if os.geteuid() == 0:
            facts = os.fstat(top)
            self._owner = facts.st_uid, facts.st_gid
        try:
            self._number = self._enter(top, self._parts)
        finally:
            if self._number != top:
                os.close(top)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._number)

    def write(self, name: str, data: bytes) -> None:
        """Replace the file `name` (with `/` for folders below) by one with `data`."""
        *folders, last = name.split("/")
        if not last or {"", ".", "..", ".git"} & {*folders, last}:
            raise OutsideError("it leads out of the folder to write to", name)
        folder = self._enter(self._number, tuple(folders))
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(last, dir_fd=folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
            with os.fdopen(os.open(last, flags, 0o644, dir_fd=folder), "wb") as file:
                file.write(data)
                self._give(file.fileno())
        finally:
            if folder != self._number:
                os.close(folder)

    def _enter(self, start: int, parts: tuple[str, ...]) -> int:
        """A descriptor of the folder `parts` below `start`, made where it is missing; `start` itself for none."""
        here = start
        for part in parts:
            made = False
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=here)
                made = True
            try:
                inner = os.open(part, _FOLDER, dir_fd=here)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise OutsideError("a link or a file stands where a folder should be", part) from None
                raise
            finally:
                if here != start:
                    os.close(here)
            here = inner
            if made:
                self._give(here)
        return here

    def _give(self, number: int) -> None:
        if self._owner is not None:
            os.fchown(number, *self._owner)
