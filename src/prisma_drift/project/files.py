"""Where a project's files are read from: the disk here, git's index or a commit in `snapshot`. Discovery asks nothing else."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..beneath import OutsideError, inside, read, read_anywhere
from ..errors import ProjectError


class Files(Protocol):
    """A tree of files. Paths are absolute, also where the tree is git's: a project is the same value from each."""

    def is_file(self, path: Path, /) -> bool: ...

    def is_dir(self, path: Path, /) -> bool:
        """Whether it is a folder; git knows those that hold a file."""
        ...

    def read(self, path: Path, /) -> bytes:
        """A file's bytes; OSError where there is none or it cannot be read, ProjectError where it must not be."""
        ...

    def below(
        self,
        folder: Path,
        endings: tuple[str, ...],
        enter: Callable[[str], bool],
        depth: int | None = None,
        /,
    ) -> list[Path]:
        """The files below `folder` whose names end in one of `endings`, sorted by their parts.

        `enter` tells by its name whether a folder is looked into, `depth` how many folders deep.
        """
        ...


class Disk:
    """The files as they lie on disk; beneath `root`, no link that leads out of it is followed."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    def is_file(self, path: Path, /) -> bool:
        return _ask(path.is_file)

    def is_dir(self, path: Path, /) -> bool:
        return _ask(path.is_dir)

    def read(self, path: Path, /) -> bytes:
        try:
            if self._root is None or of_the_machine(path):
                return read_anywhere(path)
            try:
                inside(self._root, path)
            except OutsideError:
                return read_anywhere(
                    path
                )  # a person named it: what a repository's file names was refused before
            return read(self._root, path)
        except OSError as error:
            raise refused(path, error) from None

    def below(
        self,
        folder: Path,
        endings: tuple[str, ...],
        enter: Callable[[str], bool],
        depth: int | None = None,
        /,
    ) -> list[Path]:
        found: list[Path] = []
        top = len(folder.parts)
        for place, names, files in os.walk(folder):
            here = Path(place)
            names[:] = [name for name in names if enter(name)]
            if depth is not None and len(here.parts) - top >= depth:
                names.clear()
            found += [here / name for name in files if name.endswith(endings)]
        return sorted(found)


def _ask(question: Callable[[], bool]) -> bool:
    """A path that is too long for any file names none."""
    try:
        return question()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


DISK = Disk()
_MACHINE = ".env"
_INSTALLED = "/node_modules/"


def of_the_machine(path: Path) -> bool:
    """Whether a file belongs to the machine rather than to the repository: links out of it are usual there."""
    return path.name == _MACHINE or _INSTALLED in path.as_posix()


def confined(files: Files, root: Path) -> Files:
    """The same files, of the disk those alone that lie beneath `root`."""
    return Disk(root) if isinstance(files, Disk) else files


def refused(path: Path, error: OSError) -> Exception:
    """What to raise for a file that is there and must not be read; the error itself for any other reason."""
    words = error.strerror or str(error)
    if isinstance(error, OutsideError):
        return ProjectError(
            f"{path} is not read: {words}.",
            hint="Put the file itself there, or name the other one by a flag: --schema, --migrations, --config.",
            id="path-outside",
        )
    if error.errno in (errno.EFBIG, errno.EINVAL):
        return ProjectError(
            f"{path} is not read: {words}.",
            hint="Schemas, migrations and settings are small regular files: name the right one.",
            id="file-refused",
        )
    return error


def exists(files: Files, path: Path) -> bool:
    """Whether there is a file or a folder."""
    return files.is_file(path) or files.is_dir(path)


def text_of(files: Files, path: Path) -> str:
    """A file's text for looking into: a byte order mark left out, what is not UTF-8 replaced. OSError where there is none."""
    return files.read(path).decode("utf-8-sig", "replace")
