"""A shadow server in a container of the image pgvector/pgvector, through testcontainers."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import tarfile
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ...errors import ServerError
from ...program import helper, standalone
from .database import Database
from .extensions import ALLOWED, NEVER_REAL, stand_in_files
from .roles import ADMIN, ROLE, hand_over_sql, settle, setup_sql, tidy_sql
from .surroundings import BARE, bare_environment

if TYPE_CHECKING:
    from .database import Connection

DEFAULT_MAJOR = 17
IMAGE = "pgvector/pgvector:pg{major}"
START_SECONDS = 90.0
REAPER = Path(__file__).with_name("reaper.py")

_PACKAGE = "Run `pipx inject prisma-drift testcontainers`, or `pip install testcontainers` where pip installed prisma-drift."
_NO_PACKAGE = (
    "The standalone program does not have it: leave --shadow out for its own Postgres 18, choose --shadow local or"
    " --shadow postgresql://…, or install prisma-drift with Python."
)

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "16",
    "max_worker_processes": "0",
    "max_parallel_workers": "0",
    "jit": "off",
    "temp_file_limit": "1GB",
    "client_connection_check_interval": "2s",
}

ALLOW_EXTENSIONS = """
cd /usr/share/postgresql/{major}/extension 2>/dev/null || cd "$(pg_config --sharedir)/extension" || exit 0
for name in {names}; do
  [ -f "$name.control" ] && ! grep -q '^trusted' "$name.control" && echo 'trusted = true' >>"$name.control"
done
pwd
"""
"""Lets a role that owns its database create the extensions; prints their folder."""


class ContainerServer:
    """A server in a container of one's own; satisfies `Server`."""

    kind = "container"

    def __init__(self, major: int | None, statement_timeout: float, disk_limit: int) -> None:
        self._major = major or DEFAULT_MAJOR
        self._statement_timeout = statement_timeout
        self._disk_limit = disk_limit
        self._passwords = {ADMIN: os.urandom(18).hex(), ROLE: os.urandom(18).hex()}
        self._name = "prisma-drift-" + os.urandom(6).hex()
        self._container: Any = None
        self._reaper: subprocess.Popen[bytes] | None = None
        self._admin: Connection | None = None
        self._address: dict[str, str] = {}
        self._template = "template1"
        self._count = 0

    def __enter__(self) -> ContainerServer:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        return str(self._connected().info.parameter_status("server_version")).split()[0]

    def create_database(self, template: Database | None = None) -> Database:
        self._count += 1
        name = f"prisma_drift_shadow_{self._count}"
        strategy = " STRATEGY = FILE_COPY" if self._major >= 15 else ""
        source = f'"{template.name}"' if template else self._template
        self._connected().execute(
            f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE {source}{strategy}'.encode()
        )
        return Database(
            name,
            {**self._address, "user": ROLE, "password": self._passwords[ROLE]},
            kind=self.kind,
            statement_timeout=self._statement_timeout,
            failure=self.failure,
            hand_over=self._hand_over,
            settle=self._settle,
        )

    def drop_database(self, database: Database) -> None:
        self._connected().execute(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)'.encode())
        self._connected().execute(tidy_sql(self._major).encode())

    def failure(self) -> str:
        try:
            self._container.get_wrapped_container().reload()
            status = self._container.get_wrapped_container().status
        except Exception:
            return "The container is gone."
        return (
            "" if status == "running" else "The container stopped; its disk or memory limit may be reached."
        )

    def close(self) -> None:
        """Removes the container and its volumes."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        container, self._container = self._container, None
        removed = container is None
        if container is not None:
            with contextlib.suppress(Exception):
                container.stop(force=True, delete_volume=True)
                removed = True
        reaper, self._reaper = self._reaper, None
        if reaper and reaper.stdin:
            with contextlib.suppress(OSError):
                if removed:
                    reaper.stdin.write(b"done")
                reaper.stdin.close()
            reaper.wait()

    def _start(self) -> None:
        # the reaper below does what testcontainers' own would, without an image of its own
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        try:
            from testcontainers.core.container import DockerContainer
        except ImportError:
            raise ServerError(
                "The container shadow needs the package testcontainers.",
                hint=_NO_PACKAGE if standalone() else _PACKAGE,
            ) from None
        image = IMAGE.format(major=self._major)
        words, environment = helper(str(REAPER))
        self._reaper = subprocess.Popen(
            [*words, self._name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        data = "/var/lib/postgresql/data" if self._major < 18 else "/var/lib/postgresql"
        try:
            container = (
                DockerContainer(image)
                .with_name(self._name)
                .with_env("POSTGRES_USER", ADMIN)
                .with_env("POSTGRES_PASSWORD", self._passwords[ADMIN])
                .with_env("POSTGRES_INITDB_ARGS", "--no-sync --encoding=UTF8 --locale=C")
                .with_exposed_ports(5432)
                .with_command(
                    ["postgres", *(x for key, value in self._settings() for x in ("-c", f"{key}={value}"))]
                )
            )
            limits: dict[str, Any] = {"mem_limit": self._disk_limit + (2 << 30)}
            if hasattr(container, "with_tmpfs_mount"):
                container.with_tmpfs_mount(data, f"size={self._disk_limit}")
            else:  # older versions of testcontainers pass it on
                limits["tmpfs"] = {data: f"size={self._disk_limit}"}
            container.with_kwargs(**limits)
            self._container = container
            container.start()
        except Exception as error:
            raise ServerError(
                f"A container of {image} cannot be started: {str(error).strip() or type(error).__name__}.",
                hint="Check that Docker runs (`docker info`) and that the image can be pulled, or use --shadow embedded.",
            ) from error
        self._address = {
            "host": container.get_container_host_ip(),
            "port": str(container.get_exposed_port(5432)),
            "client_encoding": "UTF8",
        }
        self._admin = self._connect_admin()
        self._allow_extensions()
        self._admin.execute(setup_sql(self._major).encode())
        self._admin.execute(f"ALTER ROLE {ROLE} PASSWORD '{self._passwords[ROLE]}'".encode())
        if self._admin.info.parameter_status("server_encoding") != "UTF8":
            # an image whose entry point has its own idea of initdb's arguments
            self._template = "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"

    def _settings(self) -> list[tuple[str, str]]:
        return [
            (k, v) for k, v in SETTINGS.items() if self._major >= 14 or not k.startswith("client_connection")
        ]

    def _connect_admin(self) -> Connection:
        """Waits for the server: the image's first, temporary one listens on no port."""
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._login("template1")
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self.failure():
                    logs = b"".join(self._container.get_logs()).decode(errors="replace").strip().splitlines()
                    raise ServerError(
                        f"The server in the container did not start: {logs[-1] if logs else error}.",
                        hint=f"Look at the image by itself, `docker run --rm -e POSTGRES_PASSWORD=x {IMAGE.format(major=self._major)}`, or use --shadow embedded.",
                    ) from error
                time.sleep(0.05)

    def _login(self, database: str) -> Connection:
        import psycopg
        from psycopg.conninfo import make_conninfo

        login = {
            "user": ADMIN,
            "password": self._passwords[ADMIN],
            "dbname": database,
            "connect_timeout": "5",
        }
        login["options"] = "-c search_path=pg_catalog"
        with bare_environment():
            words = make_conninfo("", **{**BARE, **login, **self._address})
            return psycopg.connect(words, autocommit=True)

    def _settle(self, database: str) -> tuple[str, ...]:
        return settle(self._connected(), database, self._major)

    def _hand_over(self, database: str) -> None:
        with self._login(database) as connection:
            connection.execute(hand_over_sql().encode())

    def _allow_extensions(self) -> None:
        wrapped = self._container.get_wrapped_container()
        script = ALLOW_EXTENSIONS.format(major=self._major, names=" ".join(sorted(ALLOWED - NEVER_REAL)))
        code, output = wrapped.exec_run(["sh", "-c", script], user="0")
        folder = output.decode().strip()
        if code or not folder.startswith("/"):
            return
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in stand_in_files(NEVER_REAL):
                tar.add(path, path.name, filter=_world_readable)
        wrapped.put_archive(folder, packed.getvalue())

    def _connected(self) -> Connection:
        if self._admin is None:
            raise RuntimeError("the server is used outside of its with block")
        return self._admin


def _world_readable(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mode, info.uid, info.gid = 0o644, 0, 0
    return info
