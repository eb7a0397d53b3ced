"""A way to a database that listens, and that may be cut: what a client sends is written down query by query."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, urlsplit

from prisma_drift.postgres.server.database import Database

_SSL, _GSS = 80877103, 80877104


class Wire:
    """Listens on a port of this machine and passes on to a database. `url` is the database by way of it."""

    def __init__(self, database: Database, *, cut: int = 0, after: bool = False, password: str = "") -> None:
        """`cut`: the query at which both ends are closed, 1 the first; `after`: only when the server has got it."""
        self.queries: list[str] = []
        self._cut, self._after = cut, after
        self._lock = threading.Lock()
        parts = urlsplit(database.url)
        host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
        port = parts.port or 5432
        self._target = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        login = f"{parts.username}:{quote(password, safe='')}" if password else str(parts.username)
        self.url = f"postgresql://{login}@127.0.0.1:{self._listening.getsockname()[1]}{parts.path}"
        self._open: list[socket.socket] = [self._listening]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET)
            server.connect(self._target)
            with self._lock:
                self._open += [client, server]
            threading.Thread(target=self._asked, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answered, args=(server, client), daemon=True).start()

    def _asked(self, client: socket.socket, server: socket.socket) -> None:
        try:
            # The first message has no type: the parameters, or the question whether the server speaks TLS.
            while True:
                head = _read(client, 4)
                body = _read(client, struct.unpack("!I", head)[0] - 4)
                if struct.unpack("!I", body[:4])[0] in (_SSL, _GSS):
                    client.sendall(b"N")
                    continue
                server.sendall(head + body)
                break
            while True:
                kind, size = _read(client, 1), _read(client, 4)
                body = _read(client, struct.unpack("!I", size)[0] - 4)
                if kind in (b"Q", b"P"):
                    text = body.split(b"\0")[0 if kind == b"Q" else 1]
                    self.queries.append(text.decode())
                    if len(self.queries) == self._cut and not self._after:
                        break
                server.sendall(kind + size + body)
                if self._cut and len(self.queries) >= self._cut and kind in (b"Q", b"S"):
                    break
        except OSError:
            pass
        for one in (client, server):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _answered(server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := server.recv(65536):
                client.sendall(part)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def _read(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = source.recv(size - len(found))
        if not part:
            raise OSError
        found += part
    return found


@contextmanager
def wire(database: Database, *, cut: int = 0, after: bool = False, password: str = "") -> Iterator[Wire]:
    """The way, closed at the end."""
    way = Wire(database, cut=cut, after=after, password=password)
    try:
        yield way
    finally:
        way.close()
