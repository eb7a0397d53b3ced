"""What was read of a migrations folder earlier, by what the system says of its files: nothing of it is read again while that stands."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from ..cache.store import Store
from ..migrations.glance import Glance, glance
from ..postgres.server.prepared import digest
from . import ahead

if TYPE_CHECKING:
    from ..migrations.history import History
    from ..project import Config

_MANY = 1000
"""Entries from which on a copy of this process looks, and the next call's does before all else: to make one takes as long as
looking at some hundred."""
_NOTED = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{40}) ([0-9]{1,9}) ([0-9a-f]{40})")


def content(history: History) -> str:
    """A digest of all that a report takes from a migrations folder."""
    folder = repr((history.folder, history.lock_provider, history.hygiene))
    return digest(folder, *(word for one in history.migrations for word in (one.name, one.sql)))


class Seen:
    """One project's migrations folder, looked at now; one note of it is kept in the cache."""

    def __init__(self, config: Config, text: str) -> None:
        """`text`: a digest of our own, which decides what is read from a folder."""
        assert config.cache is not None and config.migrations is not None
        self._cache, self._folder, self._root = config.cache, config.migrations, config.root
        self._text = text
        self._name = f"seen-{digest(str(config.migrations), str(config.version))}"
        self._look: Glance | None = None
        folder, root = str(self._folder), str(self._root)
        self._looking = ahead.begun(folder, root)
        self._noted = self._read()
        if self._looking is None and self._noted is not None and self._noted[2] > _MANY:
            ahead.note(self._cache, folder, root)
            self._looking = ahead.Looking(folder, root)
        self._since = self._looking.since if self._looking is not None else time.time_ns()

    def content(self) -> str | None:
        """The digest of what was read when everything looked as it does now; None where that is not known."""
        self._look = self._looking.result() if self._looking is not None else self._glance()
        if self._look is None or self._noted is None or self._noted[0] != self._mark(self._look):
            return None
        return self._noted[1]

    def keep(self, found: str) -> None:
        """Note what was read after `content` was asked, by its digest."""
        look = self._look
        if look is None or not look.settled(self._since):
            return
        again = glance(self._folder, self._root, thorough=True)
        if again is None or again.digest != look.digest:
            return
        words = (self._mark(look), found, str(look.count))
        store = Store.open(self._cache)
        if store is not None:
            store.write(self._name, " ".join((*words, digest(self._name, *words))).encode("ascii"))
            store.close()

    def close(self) -> None:
        if self._looking is not None:
            self._looking.close()

    def _glance(self) -> Glance | None:
        return glance(self._folder, self._root)

    def _mark(self, look: Glance) -> str:
        return digest(self._text, look.digest)

    def _read(self) -> tuple[str, str, int] | None:
        store = Store.open(self._cache, make=False)
        if store is None:
            return None
        try:
            found = _NOTED.fullmatch(store.read(self._name) or b"")
        finally:
            store.close()
        if found is None:
            return None
        mark, read, count, check = (word.decode("ascii") for word in found.groups())
        return (mark, read, int(count)) if digest(self._name, mark, read, count) == check else None
