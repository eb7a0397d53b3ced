"""Files in a folder that is the user's alone: written whole or not at all, checked before they are read, bounded in size."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..model.values import frozen

LIMIT = 512 << 20
"""Bytes that all entries may hold together; the least recently used go first."""
LARGEST = 256 << 20
"""Bytes of one entry."""
_FREE = 512 << 20
"""Bytes that a write leaves free on the disk, whatever else wants them."""
_FOREIGN = 0o077
"""Mode bits that let somebody else in."""
_ENTRY = re.compile(r"[a-z]{2,12}-[0-9a-f]{40}")
_UNFINISHED = re.compile(r"new-[0-9]+-[0-9a-f]{16}")
_UNFINISHED_SECONDS = 600.0
"""The age from which an unfinished file is one of a run that was killed."""


@frozen
class Entry:
    """One file of the cache."""

    name: str
    size: int
    """Bytes on disk."""
    used: float
    """When it was last written or read, in seconds since 1970."""


class Store:
    """The entries of one folder, all reached through one descriptor of it, so that nobody can put another in its place.

    Nothing here raises OSError: what cannot be read is not there, what cannot be written is not kept.
    """

    def __init__(self, root: Path, descriptor: int, limit: int = LIMIT) -> None:
        self.root, self._folder, self._limit = root, descriptor, limit

    @staticmethod
    def open(root: Path, *, make: bool = True, limit: int = LIMIT) -> Store | None:
        """The cache in a folder; None where it is not this user's alone, a link, or cannot be made."""
        try:
            if make and not root.is_dir():
                root.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    root.mkdir(mode=0o700)
            folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        facts = os.fstat(folder)
        if facts.st_uid != os.geteuid() or facts.st_mode & _FOREIGN:
            os.close(folder)
            return None
        return Store(root, folder, limit)

    def close(self) -> None:
        os.close(self._folder)

    def names(self) -> frozenset[str]:
        """The names of all entries, unchecked."""
        try:
            return frozenset(name for name in os.listdir(self._folder) if _ENTRY.fullmatch(name))  # noqa: PTH208  a descriptor
        except OSError:
            return frozenset()

    def open_entry(self, name: str) -> int | None:
        """A descriptor of an entry, which counts as used now; None where there is none to be trusted."""
        try:
            found = os.open(
                name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=self._folder
            )
        except OSError:
            return None
        facts = os.fstat(found)
        fine = (
            stat.S_ISREG(facts.st_mode)
            and facts.st_uid == os.geteuid()
            and not facts.st_mode & _FOREIGN
            and facts.st_nlink == 1
            and facts.st_size <= LARGEST
        )
        if not fine:
            os.close(found)
            return None
        with contextlib.suppress(OSError):
            os.utime(found)
        return found

    def read(self, name: str) -> bytes | None:
        """The bytes of an entry; None where there is none to be trusted."""
        found = self.open_entry(name)
        if found is None:
            return None
        try:
            with os.fdopen(found, "rb") as file:
                return file.read()
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> bool:
        """Keep an entry, in place of one of that name; False where it could not be written, and nothing of it is left."""
        return self.fill(name, lambda put: put(content))

    def fill(self, name: str, filling: Callable[[Callable[[bytes], None]], None]) -> bool:
        """The same for one in pieces, which `filling` hands over; its own errors come through."""
        assert _ENTRY.fullmatch(name), name
        temporary = f"new-{os.getpid()}-{os.urandom(8).hex()}"
        try:
            made = os.open(
                temporary,
                os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
                0o600,
                dir_fd=self._folder,
            )
        except OSError:
            return False
        try:
            try:
                filling(self._putter(made))
            finally:
                os.close(made)
            os.rename(temporary, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError:
            self._unlink(temporary)
            return False
        except BaseException:
            self._unlink(temporary)
            raise
        self.prune()
        return True

    def _putter(self, made: int) -> Callable[[bytes], None]:
        room = os.fstatvfs(made)
        left = min(LARGEST, self._limit, room.f_bavail * room.f_frsize - _FREE)

        def put(part: bytes) -> None:
            nonlocal left
            left -= len(part)
            if left < 0:
                raise OSError("there is no room for it")
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(made, rest) :]

        return put

    def remove(self, name: str) -> bool:
        assert _ENTRY.fullmatch(name), name
        return self._unlink(name)

    def entries(self) -> list[Entry]:
        """All entries, the most recently used first."""
        found = [Entry(name, size, used) for name, size, used in self._files() if _ENTRY.fullmatch(name)]
        return sorted(found, key=lambda one: (-one.used, one.name))

    def prune(self) -> None:
        """Remove what is over the limit, and what runs that were killed have left unfinished."""
        now = time.time()
        for name, _, used in list(self._files()):
            if _UNFINISHED.fullmatch(name) and now - used > _UNFINISHED_SECONDS:
                self._unlink(name)
        held = 0
        for one in self.entries():
            held += one.size
            if held > self._limit:
                self._unlink(one.name)

    def clear(self) -> int:
        """Remove every entry, and nothing else; how many there were."""
        removed = 0
        for name, _, _ in list(self._files()):
            if _UNFINISHED.fullmatch(name):
                self._unlink(name)
            elif _ENTRY.fullmatch(name):
                removed += self._unlink(name)
        return removed

    def _files(self) -> Iterator[tuple[str, int, float]]:
        with contextlib.suppress(OSError), os.scandir(self._folder) as found:
            for one in found:
                with contextlib.suppress(OSError):
                    facts = one.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode):
                        yield one.name, facts.st_blocks * 512, facts.st_mtime

    def _unlink(self, name: str) -> bool:
        try:
            os.unlink(name, dir_fd=self._folder)
        except OSError:
            return False
        return True
