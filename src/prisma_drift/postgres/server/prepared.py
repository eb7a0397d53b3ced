"""Servers that were prepared earlier: stopped data folders in the cache, and what must be the same for one to be used."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from ...cache.store import Store
from ...model.values import field, frozen
from ...program import build_facts, standalone
from .configuration import CONFIGURATION, LOOPBACK
from .installation import Installation
from .packing import PackError, about, pack
from .roles import setup_sql

_FORMAT = "1"
_PACKAGE = Path(__file__).parents[2]
_SOURCES = (
    "",
    "cache",
    "migrations",
    "model",
    "pipeline",
    "postgres/apply",
    "postgres/catalog",
    "postgres/server",
    "postgres/server/standins",
)
"""Folders of this package on whose text it depends what a prepared server holds, and what is read from it."""


@frozen
class Origin:
    """A whole data folder in the cache, open."""

    name: str
    descriptor: int
    password: str
    """The administrator's, of that data folder alone."""
    spare: str = ""
    """A database that nothing has been run on."""
    about: Mapping[str, object] = field(default_factory=dict)
    """What else was noted with it."""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


class Prepared:
    """The prepared servers of one installation."""

    def __init__(self, cache: Path, installation: Installation) -> None:
        self._cache = cache
        self._installation = installation

    @cached_property
    def blank(self) -> str:
        """The name of the server on which nothing has been run."""
        return f"blank-{digest(fingerprint(self._installation))}"

    def find(self, name: str = "") -> Origin | None:
        """A prepared server of that name, else a blank one; None where there is none that is whole."""
        store = Store.open(self._cache, make=False)
        if store is None:
            return None
        try:
            return (_opened(store, name) if name else None) or _opened(store, self.blank)
        finally:
            store.close()

    def remove(self, origin: Origin) -> None:
        """Take a prepared server out of the cache."""
        store = Store.open(self._cache, make=False)
        if store is not None:
            store.remove(origin.name)
            store.close()

    def keep(self, name: str, data: Path, about: Mapping[str, object]) -> bool:
        """Keep a stopped server; False where that cannot be, and nothing is left of it then."""
        store = Store.open(self._cache)
        if store is None:
            return False
        try:
            return store.fill(name, lambda put: pack(str(data), dict(about), put))
        except PackError:
            return False
        finally:
            store.close()


def _opened(store: Store, name: str) -> Origin | None:
    descriptor = store.open_entry(name)
    if descriptor is None:
        return None
    try:
        # All of it is read and checked by who unpacks it.
        noted = about(descriptor)
        password = str(noted.pop("password"))
        spare = str(noted.pop("spare", ""))
    except (PackError, OSError, KeyError):
        os.close(descriptor)
        store.remove(name)
        return None
    return Origin(name, descriptor, password, spare, noted)


def digest(*words: str) -> str:
    """40 hex digits of texts, each by itself."""
    made = hashlib.blake2b(digest_size=20)
    for word in words:
        data = word.encode("utf-8", "surrogatepass")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def chain(first: Iterable[str], links: Iterable[tuple[str, str]]) -> list[str]:
    """A digest of `first`, then one of each link with all before it."""
    keys = [digest(*first)]
    for name, text in links:
        keys.append(digest(keys[-1], name, text))
    return keys


def fingerprint(installation: Installation) -> str:
    """What a prepared server depends on: the machine, the server's files and those of its extensions, our own settings
    and our own text. A file is known by its size and the time of its last change."""
    machine = os.uname()
    words = [
        _FORMAT,
        machine.sysname,
        machine.machine,
        str(installation.bin),
        *_facts(installation.bin, ("postgres", "initdb")),
        *_listed(installation.extensions, (".control", ".sql")),
        *_listed(installation.library, (".so", ".dylib")),
        CONFIGURATION,
        LOOPBACK,
        setup_sql(installation.major),
        *own_text(),
    ]
    return digest(*words)


def all_text() -> list[str]:
    """Every file of this package, and of what it reads SQL with."""
    found = []
    for folder, folders, _ in os.walk(_PACKAGE):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        found += [folder, *_listed(Path(folder), (".py", ".sql", ".pyc", ".control"))]
    spec = importlib.util.find_spec("sqlglot")
    if spec is not None and spec.origin:
        place = Path(spec.origin).parent
        found += [str(place), *_listed(place, (".py", ".pyc", ".so"))]
    return found if len(found) > 3 else own_text()


def own_text() -> list[str]:
    """The files of this package that decide what is found; in the standalone build, which holds them, what it says of itself."""
    if standalone():
        return [build_facts()]
    return [
        fact
        for folder in _SOURCES
        for fact in _listed(_PACKAGE / folder, (".py", ".sql", ".pyc", ".control"))
    ]


def _facts(folder: Path, names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        with contextlib.suppress(OSError):
            facts = (folder / name).stat()
            found.append(f"{name} {facts.st_size} {facts.st_mtime_ns}")
    return found


def _listed(folder: Path, endings: tuple[str, ...]) -> list[str]:
    """Name, size and time of each file; sorted."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(endings):
                facts = entry.stat()
                found.append(f"{entry.name} {facts.st_size} {facts.st_mtime_ns}")
    return sorted(found)
