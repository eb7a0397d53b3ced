"""The shadow of one project's run: a server that starts when it is needed, and the project's migrated database on it.

Without a cache the server starts at once and every migration is run. With one, it starts with as much of the history as an
earlier run has left; what the catalog said of a whole history is not asked again, and no server starts at all where
nothing else is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..cache.plain import PlainError, dumps, loads
from ..errors import DriftError, ServerError
from ..model.values import frozen, replace
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


class Workplace:
    """One project's shadow; satisfies `Server`."""

    def __init__(self, config: Config, stack: ExitStack, installation: Installation | None = None) -> None:
        """`installation`: whose servers are kept; None where nothing is."""
        from ..postgres.server.server import parse_shadow

        self._config, self._stack = config, stack
        self._settings: ShadowSettings = parse_shadow(
            config.shadow, trusted=not config.shadow_from_file, cache=config.cache
        )
        self._server: Server | None = None
        self._history: History | None = None
        self._memory: Memory | None = None
        self._progress: Progress | None = None
        self._made: Database | None = None
        self._done = 0
        self._past_keeping = False
        self._outside = Outside()
        self._worth_keeping: Applied | None = None
        self._installation = installation
        if installation is None or config.cache is None:
            # Beside the reading of files.
            self._start()

    # what `Server` asks for

    @property
    def kind(self) -> str:
        return self._settings.kind

    @property
    def version(self) -> str:
        if self._server is None and self._memory is not None and self._memory.ran is not None:
            return self._memory.ran.version
        return self._running.version

    def create_database(self, template: Database | None = None) -> Database:
        return self._running.create_database(template)

    def drop_database(self, database: Database) -> None:
        self._running.drop_database(database)

    # the history

    def begin(self, history: History) -> None:
        """Called as soon as the history is read: a server that will be needed starts beside what follows."""
        if self._installation is None or self._config.cache is None:
            return
        self._memory = Memory(self._config.cache, self._config, self._installation, history)
        if self._memory.ran is None:
            self._begin(history)

    def migrate(self, history: History, progress: Progress | None) -> tuple[Outside, Migrated]:
        """Run the history, where it is not known what comes of that. ApplyError where a migration fails."""
        self._history, self._progress = history, progress
        if self._memory is not None and self._memory.ran is not None:
            return self._memory.ran.outside, _Remembered(self, self._memory)
        self._run()
        if self._memory is None:
            return self._outside, Migrated(lambda: self._there)
        return self._outside, _Remembered(self, self._memory)

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
            if not self._settings.origin:
                raise
            # Whatever it was that an earlier run left: this one says what comes of the whole history.
            self._give_up()
            self._go()

    def _go(self) -> None:
        assert self._history is not None
        begun = self._begun()
        server = self._running
        _ahead()
        if begun is None:
            database, before = server.create_database(), None
        else:
            from ..postgres.apply.migrations import Applied

            database = cast("Cluster", server).database(begun.database)
            before = Applied(self._done, database, begun.stand_ins, (), begun.opened, begun.resumable)
            if self._done == len(self._history.migrations):
                self._made, self._outside = database, begun.outside
                # That it answers is all that is left to know.
                database.connect().close()
                return
        since = time.monotonic()
        outside, applied = migrated(
            database,
            texts(self._history),
            default_schema=self._config.default_schema,
            init_sql=self._config.init_sql,
            version=self._config.version,
            schema_file=self._config.shown(self._config.schema),
            on_progress=self._progress,
            before=before,
        )
        if begun is not None:
            outside = replace(begun.outside, roles=applied.stand_ins, settings=applied.settings)
        self._made, self._outside = database, outside
        few = len(self._history.migrations) - self._done < FEW
        if time.monotonic() - since > KEEP_SECONDS * (10 if few else 1):
            self._worth_keeping = applied

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
        memory, applied, database = self._memory, self._worth_keeping, self._made
        if memory is None:
            return
        if database is not None:
            memory.keep_ran(Ran(self.version, self._outside))
        memory.write()
        self._worth_keeping = None
        if applied is None or database is None:
            return
        begun = _Begun(database.name, self._outside, applied.stand_ins, applied.opened, applied.resumable)
        if not cast("Cluster", self._running).keep(
            memory.server(resumable=applied.resumable), {"history": dumps(_Begun, begun).decode("ascii")}
        ):
            self._give_up()

    def _give_up(self) -> None:
        """Go on as if there were no cache, with a new server."""
        self._server = self._made = self._memory = None
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
        total = len(history.migrations)
        quiet = total
        while quiet and not hides(history.migrations[quiet - 1].sql):
            quiet -= 1
        found = self._memory.nearest(lambda count: count == total or count >= quiet)
        self._done = found[1] if found else 0
        self._settings = replace(self._settings, origin=found[0] if found else "")
        self._start()

    def _start(self) -> None:
        from ..postgres.server.server import server

        try:
            self._server = self._stack.enter_context(server(self._settings))
        except ServerError:
            if self._settings.cache is None:
                raise
            self._settings = replace(self._settings, origin="", cache=None)
            self._server = self._stack.enter_context(server(self._settings))


def _ahead() -> None:
    """Load what the run will need anyway: a server that is starting has to be waited for."""
    import psycopg  # noqa: F401

    from ..findings import draw, origins  # noqa: F401
    from ..postgres.apply import migrations, runner, wire  # noqa: F401
    from ..postgres.catalog import introspect, samples  # noqa: F401
    from . import compare, edits, holders, realise  # noqa: F401


class _Remembered(Migrated):
    """A migrated database of which an earlier run may have told what is asked."""

    def __init__(self, workplace: Workplace, memory: Memory) -> None:
        super().__init__(lambda: workplace._there)
        self._workplace, self._memory = workplace, memory

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
