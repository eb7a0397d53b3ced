"""Where a project's files are read from: the disk here, git's index or a commit in `snapshot`. Discovery asks nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """A tree of files. Paths are absolute, also where the tree is git's: a project is the same value from each."""

    def is_file(self, path: Path, /) -> bool: ...

    def is_dir(self, path: Path, /) -> bool:
        """Whether it is a folder; git knows those that hold a file."""
        ...

    def read(self, path: Path, /) -> bytes:
        """A file's bytes; OSError where there is none or it cannot be read."""
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
    """The files as they lie on disk."""

    def is_file(self, path: Path, /) -> bool:
        return path.is_file()

    def is_dir(self, path: Path, /) -> bool:
        return path.is_dir()

    def read(self, path: Path, /) -> bytes:
        return path.read_bytes()

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


DISK = Disk()


def exists(files: Files, path: Path) -> bool:
    """Whether there is a file or a folder."""
    return files.is_file(path) or files.is_dir(path)


def text_of(files: Files, path: Path) -> str:
    """A file's text for looking into: a byte order mark left out, what is not UTF-8 replaced. OSError where there is none."""
    return files.read(path).decode("utf-8-sig", "replace")
