"""A private Postgres server: made, started, used through a socket and removed again, all in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ...errors import ServerError
from ...model.values import replace
from ...program import helper
from .configuration import settings_text
from .database import Database
from .extensions import write_control_files
from .folder import choose_base, give_away, new_name
from .installation import (
    NAMES,
    Installation,
    name_giver,
    reachable_by_others,
    refuse_powerless,
    unprivileged_user,
)
from .leftovers import STAMP, bury, stamp, sweep
from .overlay import lay_over, placed
from .prepared import Origin, Prepared
from .roles import ADMIN, ROLE, hand_over_sql, settle, setup_sql, tidy_sql

if TYPE_CHECKING:
    from .database import Connection

SUPERVISOR = Path(__file__).with_name("supervisor.py")
START_SECONDS = 120.0
FAILURE_SECONDS = 0.5
"""How long after a connection broke the supervisor may take to notice why."""
OLDEST_MAJOR = 13
"""Before 13 no extension can be created without superuser rights."""
SOCKET_PORT = 5432
"""Part of the socket's name where nobody can reach the server but through it."""
CONTROL_PATH_SINCE = 18
"""The first major version whose extensions may stand in other folders."""


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Cluster:
    """A server of one's own, from an Installation; satisfies `Server`. Starting happens beside whatever follows."""

    def __init__(
        self,
        kind: str,
        installation: Installation,
        *,
        statement_timeout: float,
        disk_limit: int,
        loopback: bool = False,
        cache: Path | None = None,
        origin: str = "",
    ) -> None:
        """`cache`: the folder where prepared servers are kept; `origin`: the name of one there to begin with."""
        if installation.major < OLDEST_MAJOR:
            raise ServerError(
                f"Postgres {installation.major} is too old to hold the shadow database; {OLDEST_MAJOR} is the oldest.",
                hint="Choose another version or another shadow with --shadow.",
            )
        self.kind = kind
        self._statement_timeout = statement_timeout
        self._installation = installation
        self._disk_limit = disk_limit
        self._password = os.urandom(18).hex()
        self._client_password = os.urandom(18).hex()
        self._port = free_port() if loopback else SOCKET_PORT
        self._loopback = loopback
        self._admin: Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._root = Path()
        self._count = 0
        self._failure = ""
        self._set_up = self._ready = self._resting = False
        self._spare = ""
        self._prepared = Prepared(cache, installation) if cache else None
        self._origin: Origin | None = None
        self._wanted = origin
        self._lock = threading.RLock()

    def __enter__(self) -> Cluster:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # what `Server` asks for

    @property
    def version(self) -> str:
        return str(self._connected().info.parameter_status("server_version")).split()[0]

    def create_database(self, template: Database | None = None) -> Database:
        with self._lock:
            admin = self._connected()
            self._count += 1
            if self._spare and template is None:
                name, self._spare = self._spare, ""
                return self.database(name)
            # A migration can make databases, too: it does not know this name.
            name = f"prisma_drift_shadow_{self._count}_{os.urandom(4).hex()}"
            source = template.name if template else "template1"
            # copying files beats writing them through the log, and by far where they lie in memory
            strategy = " STRATEGY = FILE_COPY" if self._installation.major >= 15 else ""
            admin.execute(f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE "{source}"{strategy}'.encode())
            return self.database(name)

    def database(self, name: str) -> Database:
        """A database of that name, which stands on this server."""
        return Database(
            name,
            {"host": str(self._root), "port": str(self._port), "user": ROLE, "client_encoding": "UTF8"},
            kind=self.kind,
            statement_timeout=self._statement_timeout,
            failure=self.failure,
            hand_over=self._hand_over,
            step_aside=self._step_aside,
            settle=self._settle,
            awake=self._awake,
        )

    @property
    def origin(self) -> Origin | None:
        """The prepared server that this one began with; None where it was initialised anew."""
        return self._origin

    def keep(self, name: str, about: Mapping[str, object]) -> bool:
        """Keep the server as it is in the cache under `name`; nobody may be connected. It goes on when it is next needed.

        Nothing is kept where there is no cache, or no room in it. False where the server could not be stopped as it should,
        and is gone.
        """
        with self._lock:
            if self._prepared is None:
                return True
            if not self._rest():
                return False
            self._prepared.keep(name, self._root / "data", {**about, "password": self._password})
            return True

    def drop_database(self, database: Database) -> None:
        with self._lock:
            admin = self._connected()
            admin.execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)'.encode())
            admin.execute(tidy_sql(self._installation.major).encode())

    def client_url(self, database: Database) -> str:
        """A URL for other programs of this machine: TCP, and a password of this server's own.

        It is set here, since a migration may have given the role another one.
        """
        assert self._loopback
        password = self._client_password
        self._connected().execute(f"ALTER ROLE {ROLE} LOGIN PASSWORD '{password}'".encode())
        login = {"host": "127.0.0.1", "port": str(self._port), "user": ROLE, "password": password}
        return replace(database, parameters=login).url

    def failure(self) -> str:
        """Reads what the supervisor said last; it says nothing between `ready` and the server's end."""
        if not self._failure and self._process:
            said = self._listen(FAILURE_SECONDS)
            self._failure = self._explain(said) if said else ""
        return self._failure

    def leave(self) -> None:
        """Begin to stop the server; `close` waits for its end."""
        with self._lock, contextlib.suppress(OSError):
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()

    def close(self) -> None:
        """Stops the server and removes its folder; returns when both are done.

        Another thread may still ask something of the server: it is told the truth, that there is none any more, before its
        connections are closed.
        """
        process, self._process = self._process, None
        if self._origin is not None:
            self._origin.close()
        if process is not None and process.stdin is not None and process.stdout is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
            self._await_end(process)
            process.stdout.close()
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def _await_end(self, process: subprocess.Popen[bytes]) -> None:
        while True:
            try:
                process.wait()
                if self._root.exists():
                    # The supervisor was killed itself.
                    bury(self._root)
                return
            except KeyboardInterrupt:
                continue

    # start

    def _start(self) -> None:
        if self._prepared is not None and self._origin is None:
            self._origin = self._prepared.find(self._wanted)
            if self._origin is not None:
                self._password, self._spare = self._origin.password, self._origin.spare
                self._set_up = True
        user = unprivileged_user()
        names = ""
        if user is None:
            names = name_giver()
        else:
            refuse_powerless(user)
        original = self._installation
        hidden = user is not None and not reachable_by_others(original.bin / "postgres")
        overlay = hidden or original.major < CONTROL_PATH_SINCE
        base, limit = choose_base(user is not None, self._disk_limit, programs=overlay)
        sweep(base, {os.geteuid(), *((user[0],) if user else ())})
        self._root = base / new_name()
        running = placed(original, self._root / "programs") if overlay else original
        words, environment = helper(str(SUPERVISOR), bare=True)
        if names:
            environment = {**(environment or os.environ), "LD_PRELOAD": names}
            environment |= {f"NSS_WRAPPER_{name.upper()}": f"{self._root}/{name}" for name in NAMES}
        # the supervisor is there before the folder is, so that no end of this process can leave the folder behind
        try:
            self._process = subprocess.Popen(
                [
                    *words,
                    str(self._root),
                    *map(str, user or (-1, -1)),
                    str(limit),
                    str(self._origin.descriptor if self._origin else -1),
                    *self._initdb_command(running if hidden else original),
                    "--",
                    *self._postgres_command(running),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment,
                start_new_session=True,
                pass_fds=(self._origin.descriptor,) if self._origin else (),
            )
            self._root.mkdir(mode=0o700)
            (self._root / STAMP).write_text(stamp(os.getpid(), self._process.pid))
            if overlay:
                lay_over(original, self._root / "programs", copy=hidden)
            else:
                write_control_files(original, self._root / "extension")
            self._write_settings(overlay=overlay, named=bool(names))
            if user:
                give_away(self._root, user)
            assert self._process.stdin is not None
            self._process.stdin.write(b"go\n")
            self._process.stdin.flush()
        except OSError as error:
            self.close()
            raise ServerError(
                f"The shadow server's folder {self._root} cannot be made: {error.strerror or error}.",
                hint="Free some space, or set TMPDIR to a folder that can be written.",
            ) from error
        except BaseException:
            self.close()
            raise

    def _initdb_command(self, installation: Installation) -> Sequence[str]:
        command = [
            str(installation.bin / "initdb"),
            f"--pgdata={self._root}/data",
            f"--username={ADMIN}",
            f"--pwfile={self._root}/password",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        if installation.major >= 14:
            command.append("--no-instructions")
        if installation.major >= 16:
            # Its own servers would leave segments in /dev/shm where they are killed.
            command.append("--set=dynamic_shared_memory_type=mmap")
            # What it starts for itself is small, and writes no zeros beforehand.
            command += ["--set=shared_buffers=16MB", "--set=max_connections=20", "--set=wal_init_zero=off"]
        if installation.major >= 18:
            command.append("--no-data-checksums")
        return command

    def _postgres_command(self, installation: Installation) -> Sequence[str]:
        return [
            str(installation.bin / "postgres"),
            "-D",
            f"{self._root}/data",
            "-c",
            f"config_file={self._root}/postgresql.conf",
        ]

    def _write_settings(self, *, overlay: bool, named: bool) -> None:
        root = self._root
        control_path = None if overlay else root
        files = {
            "postgresql.conf": settings_text(
                root, self._installation.major, control_path, self._port if self._loopback else None
            ),
            "pg_hba.conf": f"local all {ADMIN} scram-sha-256\nlocal all {ROLE} trust\nlocal all all reject\n"
            + (f"host all {ROLE} 127.0.0.1/32 scram-sha-256\n" if self._loopback else ""),
            "password": self._password,
        }
        if named:
            files |= {
                "passwd": f"server:x:{os.geteuid()}:{os.getegid()}::/nonexistent:/bin/false\n",
                "group": f"server:x:{os.getegid()}:\n",
            }
        for name, text in files.items():
            with os.fdopen(os.open(root / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)

    def _connected(self) -> Connection:
        """The administrator's connection; waits for the server where it is not up yet."""
        with self._lock:
            if self._admin is None:
                import psycopg  # while the server is starting

                self._wake()
                if not self._ready:
                    self._await_start()
                    self._ready = True
                try:
                    self._admin = self._connect_admin("template1")
                    if not self._set_up:
                        self._admin.execute(setup_sql(self._installation.major).encode())
                        self._set_up = True
                        if self._prepared is not None:
                            return self._prepare()
                except psycopg.Error as error:
                    raise ServerError(
                        f"The shadow server does not answer: {str(error).strip()}.",
                        hint="Run again; if it persists, choose another shadow with --shadow.",
                    ) from error
            return self._admin

    def _prepare(self) -> Connection:
        """Keeps the server before anything has been run on it, with a first database that the next one need not make."""
        assert self._prepared is not None
        spare = self.create_database().name
        self.keep(self._prepared.blank, {"spare": spare})
        self._spare = spare
        return self._connected()

    def _await_start(self) -> None:
        """Waits for the server; one that was prepared and does not start is taken out of the cache, a blank one made anew."""
        try:
            self._await_ready()
        except ServerError:
            if self._origin is None or self._prepared is None:
                raise
            self._prepared.remove(self._origin)
            if self._origin.name != self._prepared.blank:
                raise
            self.close()
            self._prepared = self._origin = None
            self._set_up, self._spare = False, ""
            self._start()
            self._await_ready()

    def _rest(self) -> bool:
        """Stops the server so that its files are whole; False where that failed, and the server is gone then."""
        self._connected()
        self._step_aside()
        self._tell(b"rest\n")
        self._ready, self._resting = False, True
        if self._listen(START_SECONDS) == "resting":
            return True
        self._resting = False
        self.close()
        return False

    def _wake(self) -> None:
        if self._resting:
            self._resting = False
            self._tell(b"go\n")

    def _awake(self) -> None:
        if self._resting or not self._ready:
            self._connected()

    def _tell(self, word: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(word)
            self._process.stdin.flush()

    def _connect_admin(self, database: str) -> Connection:
        import psycopg
        from psycopg.conninfo import make_conninfo

        from .surroundings import BARE, bare_environment

        login = {"host": str(self._root), "port": str(self._port), "user": ADMIN, "password": self._password}
        with bare_environment():
            words = make_conninfo("", **BARE, **login, dbname=database, options="-c search_path=pg_catalog")
            return psycopg.connect(words, autocommit=True)

    def _step_aside(self) -> None:
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None

    def _settle(self, database: str) -> tuple[str, ...]:
        with self._lock:
            return settle(self._connected(), database, self._installation.major)

    def _hand_over(self, database: str) -> None:
        with self._connect_admin(database) as connection:
            connection.execute(hand_over_sql().encode())

    def _listen(self, seconds: float) -> str:
        """The supervisor's next word; empty where it says none in that time."""
        import select

        assert self._process is not None
        assert self._process.stdout is not None
        poll = select.poll()
        poll.register(self._process.stdout, select.POLLIN)
        heard = os.read(self._process.stdout.fileno(), 100) if poll.poll(seconds * 1000) else b""
        return heard.decode().strip()

    def _await_ready(self) -> None:
        if self._process is None:
            raise ServerError(
                "The shadow server is not running.", hint="This is a mistake of the program; report it."
            )
        said = self._listen(START_SECONDS) or ("slow" if self._process.poll() is None else "gone")
        if said != "ready":
            raise ServerError(
                self._explain(said),
                hint="Free some space or memory, set TMPDIR to another folder, or choose another shadow with --shadow.",
            )

    def _explain(self, said: str) -> str:
        try:
            log = (self._root / "log").read_text(errors="replace")
        except OSError:
            log = ""
        lines = [
            line
            for line in log.splitlines()
            if any(w in line for w in ("FATAL", "PANIC", "error", "could not"))
        ]
        detail = f": {lines[-1].strip()}" if lines else ""
        return {
            "slow": f"The shadow server did not start within {START_SECONDS:.0f} seconds{detail}.",
            "gone": f"The process that watches over the shadow server was killed{detail}.",
            "failed initdb": f"The shadow server's data cannot be initialised{detail}.",
            "failed disk": "The shadow database grew beyond its limit of disk space and was stopped.",
        }.get(said, f"The shadow server stopped{detail}.")
