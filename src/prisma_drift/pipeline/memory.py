"""What earlier runs of a history found out: servers on which it has run, and what their catalogs said; all of it in the cache.

Each migration has a key made of all before it: the server and its extensions, our own text, Prisma's version, the init
script, names and contents in their order. Equal keys stand for equal databases, so that what was read of one is true of the
other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache.plain import PlainError, dumps, loads
from ..cache.store import Store
from ..model.schema import CatalogColumn, CatalogIndex, Schema
from ..model.values import frozen
from ..postgres.server.prepared import chain, digest, fingerprint
from .shadow import Outside

if TYPE_CHECKING:
    from ..migrations.history import History
    from ..postgres.catalog.samples import Answer, Sample
    from ..postgres.server.installation import Installation
    from ..project import Config
    from .source import Scope

_ANSWERS = tuple[CatalogColumn | CatalogIndex, ...]


@frozen
class Ran:
    """A history that has run to its end."""

    version: str
    """The server's."""
    outside: Outside
    """What it met beside what the migrations made."""
    resumable: bool = False
    """Whether more can be run behind it on another connection."""


class Memory:
    """What is known of one project's history. Nothing is ever wrong for want of it; nothing here raises."""

    def __init__(self, cache: Path, config: Config, installation: Installation, history: History) -> None:
        self._cache = cache
        first = (
            fingerprint(installation),
            config.default_schema,
            str(config.version),
            config.init_sql,
        )
        self._keys = chain(first, ((one.name, one.sql) for one in history.migrations))
        self._kept: dict[str, tuple[object, object]] = {}
        self.ran: Ran | None = self._recall(f"ran-{self.key}", Ran)

    @property
    def key(self) -> str:
        """Of the whole history."""
        return self._keys[-1]

    def server(self, count: int, *, resumable: bool) -> str:
        """The name of the server on which so many migrations have run; whether more can be run behind them is part of that."""
        return f"{'data' if resumable else 'whole'}-{self._keys[count]}"

    def nearest(self, *, beginnings: bool) -> tuple[str, int] | None:
        """The server on which the whole history has run, or with `beginnings` the longest part of it from its first
        migration on, and how many migrations that are.
        """
        store = Store.open(self._cache, make=False)
        if store is None:
            return None
        names = store.names()
        store.close()
        total = len(self._keys) - 1
        whole = self.server(total, resumable=False)
        if whole in names:
            return whole, total
        for count in range(total, 0 if beginnings else max(total - 1, 0), -1):
            name = f"data-{self._keys[count]}"
            if name in names:
                return name, count
        return None

    def met(self, fewest: int) -> int:
        """How many of the migrations, at least `fewest`, an earlier run had as its whole history, on behind which more can
        be run; 0 where there is no such run."""
        store = Store.open(self._cache, make=False)
        if store is None:
            return 0
        names = store.names()
        store.close()
        for count in range(len(self._keys) - 1, max(fewest, 1) - 1, -1):
            name = f"ran-{self._keys[count]}"
            if name in names and (ran := self._recall(name, Ran)) is not None and ran.resumable:
                return count
        return 0

    def schema(self, scope: Scope, default_schema: str) -> Schema | None:
        """What the catalog said within a scope."""
        found: Schema | None = self._recall(self._scoped(scope, default_schema), Schema)
        return found

    def keep_schema(self, scope: Scope, default_schema: str, schema: Schema) -> None:
        self._kept[self._scoped(scope, default_schema)] = (Schema, schema)

    def answers(self, path: Sequence[str], samples: Sequence[Sample]) -> list[Answer] | None:
        """What the catalog said of samples."""
        found: Sequence[Answer] | None = self._recall(self._asked(path, samples), _ANSWERS)
        return None if found is None else list(found)

    def keep_answers(self, path: Sequence[str], samples: Sequence[Sample], answers: Sequence[Answer]) -> None:
        """Only where each was accepted: a refusal may be for want of time."""
        if all(one is not None for one in answers):
            self._kept[self._asked(path, samples)] = (_ANSWERS, tuple(answers))

    def keep_ran(self, ran: Ran) -> None:
        if self.ran is None:
            self._kept[f"ran-{self.key}"] = (Ran, ran)

    def write(self) -> None:
        """Write what was kept since the last time."""
        if not self._kept:
            return
        store = Store.open(self._cache)
        if store is not None:
            for name, (kind, value) in self._kept.items():
                with contextlib.suppress(PlainError):
                    store.write(name, dumps(kind, value))
            store.close()
        self._kept = {}

    def _scoped(self, scope: Scope, default_schema: str) -> str:
        external = sorted(scope.external_tables)
        words = (self.key, default_schema, repr(scope.schemas), repr(scope.partial_indexes), repr(external))
        return f"read-{digest(*words)}"

    def _asked(self, path: Sequence[str], samples: Sequence[Sample]) -> str:
        return f"asked-{digest(self.key, repr(list(path)), repr(list(samples)))}"

    def _recall(self, name: str, kind: object) -> Any:
        store = Store.open(self._cache, make=False)
        if store is None:
            return None
        try:
            text = store.read(name)
            return None if text is None else loads(kind, text)
        except PlainError:
            store.remove(name)
            return None
        finally:
            store.close()
