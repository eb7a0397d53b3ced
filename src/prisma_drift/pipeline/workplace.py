"""The shadow of one project's run: a server that starts when it is needed, and the project's migrated database on it.

Without a cache the server starts at once and every migration is run, beside the reading of the schema. With one, it starts
with as much of the history as an earlier run has left; what the catalog said of a whole history is not asked again, and no
server starts at all where nothing else is needed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..cache.plain import PlainError, dumps, loads
from ..errors import DriftError, ServerError
from ..model.values import frozen, replace
from .early import Early
from .memory import Memory, Ran
from .shadow import Outside, Progress, migrated, texts
from .source import Scope, Side, side_of

if TYPE_CHECKING:
    from ..migrations.history import History
    from ..postgres.apply.migrations import Applied
    from ..postgres.catalog.samples import Answer, Sample
    from ..postgres.server.cluster import Cluster
    from ..postgres.server.database import Connection, Database, Server
    from ..postgres.server.installation import Installation
    from ..postgres.server.server import ShadowSettings
    from ..project import Config

KEEP_SECONDS = 0.15
"""A history that runs faster is run again rather than kept with its server; a few migrations behind what is kept may take
ten times as long."""
FEW = 20
_UNWANTED = 3
"""Databases that are left on a server of our own though nobody wants them any more; more would fill its folder."""
_PRIVATE = ("embedded", "local")
"""Kinds of servers that are ours alone, and go with all that is on them."""


@frozen
class _Begun:
    """What is noted with a server on which a history has run."""

    database: str
    outside: Outside
    stand_ins: tuple[str, ...]
    opened: tuple[tuple[str, ...], ...]
    resumable: bool


class Migrated:
    """A database of the shadow in which migrations have run."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        return self._database()

    def side(self, scope: Scope, default_schema: str, stack: ExitStack) -> Side:
        """What it holds; a connection to it lasts as long as the stack."""
        connection = stack.enter_context(self.database.connect(default_schema=default_schema))
        return side_of(connection, scope, default_schema)

    def keep(self) -> None:
        """Called before anything else is made on the server."""

    def leave(self) -> None:
        """Called where nothing more will be asked of it."""


class Workplace:
    """One project's shadow; satisfies `Server`."""

    def __init__(
        self,
        config: Config,
        stack: ExitStack,
        installation: Installation | None = None,
        progress: Progress | None = None,
    ) -> None:
        """`installation`: whose servers are kept; None where nothing is. It lasts as long as the stack."""
        from ..postgres.server.server import parse_shadow

        self._config, self._progress = config, progress
        self._settings: ShadowSettings = parse_shadow(
            config.shadow, trusted=not config.shadow_from_file, cache=config.cache
        )
        self._server: Server | None = None
        self._history: History | None = None
        self._memory: Memory | None = None
        self._made: Database | None = None
        self._done, self._partable = 0, False
        self._version = ""
        self._unwanted: list[Database] = []
        self._past_keeping = self._resumable = self._parted = False
        self._outside = Outside()
        self._worth_keeping: Applied | None = None
        self._installation = installation
        self._early: Early[None] | None = None
        self._servers, self._ended, self._lock = ExitStack(), False, threading.Lock()
        stack.callback(self._close)
        if installation is None or config.cache is None:
            # Beside the reading of files.
            self._start()

    # what `Server` asks for

    @property
    def kind(self) -> str:
        return self._settings.kind

    @property
    def version(self) -> str:
        if not self._version:
            known = self._memory.ran if self._server is None and self._memory is not None else None
            self._version = known.version if known is not None else self._running.version
        return self._version

    def create_database(self, template: Database | None = None) -> Database:
        return self._running.create_database(template)

    def drop_database(self, database: Database) -> None:
        if self.kind not in _PRIVATE:
            return self._running.drop_database(database)
        # On a server that goes soon to drop one takes longer than to leave it: Postgres writes out all that it holds first.
        self._unwanted.append(database)
        if len(self._unwanted) > _UNWANTED:
            self._running.drop_database(self._unwanted.pop(0))
        return None

    # the history

    def begin(self, history: History) -> None:
        """Called as soon as the history is read: where a server is needed, it is run there beside what follows."""
        self._history = history
        if self._installation is not None and self._config.cache is not None:
            self._memory = Memory(self._config.cache, self._config, self._installation, history)
            if self._memory.ran is not None:
                return
            self._begin(history)
        # On a server of somebody else's nothing may be made any more by the time that it is tidied.
        if self.kind in _PRIVATE:
            # What it takes to talk to a server comes first: nothing else that is loaded is waited for by it.
            import psycopg  # noqa: F401

            from ..postgres.apply import migrations, runner, wire  # noqa: F401

            self._early = Early(self._run)

    def migrate(self, history: History) -> tuple[Outside, Migrated]:
        """Run the history that `begin` was told of, where it is not known what comes of that. ApplyError where a migration fails."""
        self._history = history
        if self._memory is not None and self._memory.ran is not None:
            return self._memory.ran.outside, _Remembered(self, self._memory)
        _ahead()
        if self._early is None:
            self._run()
        else:
            self._early.result()
        if self._memory is None:
            return self._outside, _Fresh(self)
        return self._outside, _Remembered(self, self._memory)

    def finish(self) -> None:
        """Nothing more is asked of the server: it ends beside what follows."""
        from ..postgres.server.cluster import Cluster

        if self._config.base is None and self._worth_keeping is None and isinstance(self._server, Cluster):
            self._server.leave()

    def _close(self) -> None:
        with self._lock:
            self._ended = True
        self._servers.close()
        if self._early is not None:
            self._early.abandon()

    @property
    def _there(self) -> Database:
        """The migrated database; made where it is not there."""
        if self._made is None:
            self._run()
            if self._past_keeping:
                self.keep()
        assert self._made is not None
        return self._made

    def _run(self) -> None:
        assert self._history is not None
        if self._server is None:
            self._begin(self._history)
        try:
            self._go()
        except DriftError:
            if not self._settings.origin and not self._parted:
                raise
            # Whatever it was that an earlier run left: this one says what comes of the whole history.
            self._give_up()
            self._go()

    def _go(self) -> None:
        assert self._history is not None
        total = len(self._history.migrations)
        begun = self._begun()
        before: Applied | None = None
        if begun is None:
            self._done = 0
            database = self._running.create_database()
        else:
            from ..postgres.apply.migrations import Applied

            database = cast("Cluster", self._running).database(begun.database)
            before = Applied(self._done, database, begun.stand_ins, (), begun.opened, begun.resumable)
            self._outside = begun.outside
            if self._done == total:
                # That it answers is all that is left to know.
                database.connect().close()
                self._made = database
                return
        memory = self._memory
        # The first run of a history has no copy of its server to wait for: most are never asked for again.
        between = memory.met(self._done + 1) if memory and memory.ran is None and self._partable else 0
        if memory and between:
            before, slow = self._further(database, before, between)
            if slow and not self._keep_server(memory.server(between, resumable=True), before):
                self._give_up()
                self._go()
                return
            self._parted = True
        applied, slow = self._further(database, before, total)
        self._made = database
        if slow and memory and memory.ran is not None:
            self._worth_keeping = applied

    def _further(self, database: Database, before: Applied | None, count: int) -> tuple[Applied, bool]:
        """Run what is behind `before` of the first `count` migrations; whether that took long enough to keep what came of it."""
        assert self._history is not None
        since, done = time.monotonic(), before.count if before else 0
        outside, applied = migrated(
            database,
            texts(self._history)[:count],
            default_schema=self._config.default_schema,
            init_sql=self._config.init_sql,
            version=self._config.version,
            schema_file=self._config.shown(self._config.schema),
            on_progress=self._progress,
            before=before,
            to_be_resumed=self._partable,
        )
        if before is not None:
            outside = replace(self._outside, roles=applied.stand_ins, settings=applied.settings)
        self._outside, self._resumable = outside, applied.resumable
        few = count - done < FEW
        return applied, time.monotonic() - since > KEEP_SECONDS * (10 if few else 1)

    def _begun(self) -> _Begun | None:
        """What the server began with; None where that is nothing of this history. ServerError where it cannot be told."""
        if not self._settings.origin:
            return None
        origin = cast("Cluster", self._running).origin
        if origin is None or origin.name != self._settings.origin:
            # It was not whole, or is gone: the server is a new one.
            self._settings = replace(self._settings, origin="")
            return None
        assert self._history is not None
        try:
            found: _Begun = loads(_Begun, str(origin.about["history"]).encode("ascii"))
        except (PlainError, LookupError, ValueError) as error:
            raise ServerError(f"What was kept does not say what it is: {error}.") from error
        if not found.resumable and self._done < len(self._history.migrations):
            raise ServerError("Nothing can be run behind what was kept.")
        return found

    def keep(self) -> None:
        """Keep what came of the history; nothing else was done on the server yet, and nobody is connected."""
        self._past_keeping = True
        memory, applied = self._memory, self._worth_keeping
        if memory is None:
            return
        if self._made is not None:
            memory.keep_ran(Ran(self.version, self._outside, self._resumable))
        memory.write()
        self._worth_keeping = None
        if applied is None:
            return
        name = memory.server(applied.count, resumable=applied.resumable)
        if not self._keep_server(name, applied):
            self._give_up()

    def _keep_server(self, name: str, applied: Applied) -> bool:
        """Keep the server on which that was applied; False where it is gone, or nothing can be run on it any more."""
        begun = _Begun(
            applied.database.name, self._outside, applied.stand_ins, applied.opened, applied.resumable
        )
        about = {"history": dumps(_Begun, begun).decode("ascii")}
        return cast("Cluster", self._running).keep(name, about)

    def _give_up(self) -> None:
        """Go on as if there were no cache, with a new server."""
        self._server = self._made = self._memory = None
        self._parted = self._partable = False
        self._settings = replace(self._settings, origin="", cache=None)
        self._start()

    # the server

    @property
    def _running(self) -> Server:
        if self._server is None:
            self._start()
        assert self._server is not None
        return self._server

    def _begin(self, history: History) -> None:
        """Start the server with what there is of the history."""
        from ..postgres.apply.session import hides

        assert self._memory is not None
        # Whether any beginning of the history may be gone on with: what one text keeps for its session another may ask for.
        self._partable = not any(
            hides(text) for text in (self._config.init_sql, *(m.sql for m in history.migrations))
        )
        found = self._memory.nearest(beginnings=self._partable)
        self._done = found[1] if found else 0
        self._settings = replace(self._settings, origin=found[0] if found else "")
        self._start()

    def _start(self) -> None:
        from ..postgres.server.server import server

        with self._lock:
            if self._ended:
                raise ServerError("The run has ended.")
            try:
                self._server = self._servers.enter_context(server(self._settings))
            except ServerError:
                if self._settings.cache is None:
                    raise
                self._settings = replace(self._settings, origin="", cache=None)
                self._server = self._servers.enter_context(server(self._settings))


def _ahead() -> None:
    """Load what the run will need anyway: a server that works has to be waited for."""
    from ..findings import draw, evidence, findings, origins  # noqa: F401
    from ..postgres.catalog import introspect, samples  # noqa: F401
    from . import compare, edits, holders, realise  # noqa: F401


class _Fresh(Migrated):
    """A migrated database of which nothing is known or kept."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(lambda: workplace._there)
        self._workplace = workplace

    def leave(self) -> None:
        self._workplace.finish()


class _Remembered(_Fresh):
    """A migrated database of which an earlier run may have told what is asked."""

    def __init__(self, workplace: Workplace, memory: Memory) -> None:
        super().__init__(workplace)
        self._memory = memory

    def side(self, scope: Scope, default_schema: str, stack: ExitStack) -> Side:
        def connect() -> Connection:
            return stack.enter_context(self.database.connect(default_schema=default_schema))

        known = self._memory.schema(scope, default_schema)
        connection = connect() if known is None else cast("Connection", _Later(connect))
        side = side_of(connection, scope, default_schema, known=known)
        if known is None:
            self._memory.keep_schema(scope, default_schema, side.schema)
        return replace(side, samples=partial(self._samples, connection))

    def _samples(
        self, connection: Connection, path: Sequence[str], samples: Sequence[Sample]
    ) -> list[Answer]:
        from ..postgres.catalog.samples import read_samples

        known = self._memory.answers(path, samples)
        if known is None:
            known = read_samples(connection, path, samples)
            self._memory.keep_answers(path, samples, known)
        return known

    def keep(self) -> None:
        self._workplace.keep()


class _Later:
    """A connection that is made when it is first used."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._made: Connection | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._connect()
        return getattr(self._made, name)
