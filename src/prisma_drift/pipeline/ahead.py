"""A look at the migrations folder that the same call looked at the last time, begun before anything else is loaded.

Where the folder is, only the settings say, and they take longer to be read than many thousand files to be looked at. What an
earlier run noted is a guess: the look is used where the settings then name that very folder, and thrown away elsewhere.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from ..cache.place import place
from ..cache.store import Store
from ..migrations.glance import Glance, glance
from .aside import Aside


class Looking:
    """A look that goes on in a copy of this process."""

    def __init__(self, folder: str, root: str) -> None:
        self.since = time.time_ns()
        self._folder, self._root = folder, root
        self._aside = Aside(self._told)

    def result(self) -> Glance | None:
        """What came of it."""
        told = self._aside.result()
        if not told:
            return None
        made, newest, count = told.decode("ascii").split()
        return Glance(made, int(newest), int(count))

    def close(self) -> None:
        self._aside.close()

    def is_of(self, folder: str, root: str) -> bool:
        return (folder, root) == (self._folder, self._root)

    def _told(self) -> bytes:
        look = glance(self._folder, Path(self._root))
        return b"" if look is None else f"{look.digest} {look.newest} {look.count}".encode("ascii")


class _Call:
    """What is known of this call of the program."""

    name = ""
    """Of its note in the cache; empty where nothing is noted."""
    looking: Looking | None = None


_CALL = _Call()


def begin(argv: Sequence[str]) -> None:
    """Look, where an earlier call with these words in this folder left a note of a folder with many migrations."""
    cache = place(os.environ)
    if cache is None or sys.platform != "linux":
        return
    try:
        words = "\0".join((os.getcwd(), *argv))  # noqa: PTH109
    except OSError:
        return
    _CALL.name = f"ahead-{blake2b(words.encode('utf-8', 'surrogateescape'), digest_size=20).hexdigest()}"
    store = Store.open(cache, make=False)
    if store is None:
        return
    try:
        note = store.read(_CALL.name)
    finally:
        store.close()
    folder, parted, root = (note or b"").decode("utf-8", "surrogateescape").partition("\0")
    if parted and folder and root and "\0" not in root:
        _CALL.looking = Looking(folder, root)


def begun(folder: str, root: str) -> Looking | None:
    """The look that `begin` began, once, where it is of that folder."""
    looking, _CALL.looking = _CALL.looking, None
    if looking is not None and not looking.is_of(folder, root):
        looking.close()
        return None
    return looking


def note(cache: Path, folder: str, root: str) -> None:
    """Have the next call with these words begin with this folder."""
    store = Store.open(cache) if _CALL.name else None
    if store is not None:
        store.write(_CALL.name, f"{folder}\0{root}".encode("utf-8", "surrogateescape"))
        store.close()
