"""Sends texts to a server one after another, bounded in time and open to Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ...model.values import frozen

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

    from ..server.database import Connection

TICK_SECONDS = 0.1
GRACE_SECONDS = 3.0
"""How long a statement may take to heed its cancellation."""

QUERY_CANCELED = "57014"
COPY_REFUSED = "08P01"


@frozen
class ServerMessage:
    """An error as the server reports it; fields that it does not send are empty."""

    sqlstate: str
    """Five characters; empty where the connection was lost."""
    primary: str
    detail: str = ""
    hint: str = ""
    context: str = ""
    position: int = 0
    """1-based character of the text sent; 0 where the server does not say."""
    internal_query: str = ""
    object_name: str = ""
    """The constraint's or column's name, where the server sends one."""


@frozen
class Failure:
    """The text that failed, and why."""

    number: int
    """Index in the texts."""
    message: ServerMessage
    timed_out: bool = False
    begun: int = 0
    """Index of the text with which the transaction began that the failure undid; `number` where there was none before."""


def run_all(
    connection: Connection,
    texts: Sequence[bytes],
    limit: float,
    started: Callable[[int], None] | None = None,
    left_open: Callable[[int], bool] | None = None,
) -> Failure | None:
    """Sends each text whole, as one message of the simple protocol; stops at the first failure.

    `left_open` is told the number of each text after which a transaction is open, and says whether to stop there.

    `limit`: seconds that one text may take. `started` is told the number of each text before it is sent.
    The texts are sent from a thread: libpq waits without an ear for signals, and somebody has to keep the time.
    """
    worker = _Worker(connection.pgconn, texts, started, left_open)
    worker.start()
    try:
        while not worker.ended.wait(TICK_SECONDS):
            if worker.late(limit) and not worker.canceled:
                worker.canceled = True
                with contextlib.suppress(Exception):
                    connection.pgconn.get_cancel().cancel()
            elif worker.late(limit + GRACE_SECONDS):
                hang_up(connection)
    except BaseException:
        hang_up(connection)
        raise
    finally:
        worker.join()
    if worker.error:
        raise worker.error
    return worker.failure


def hang_up(connection: Connection) -> None:
    """Cuts the connection under a statement that is running; the server notices by itself."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


class _Worker(threading.Thread):
    """Sends the texts; the thread that made it keeps the time."""

    def __init__(
        self,
        pgconn: PGconn,
        texts: Sequence[bytes],
        started: Callable[[int], None] | None,
        left_open: Callable[[int], bool] | None,
    ) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.canceled = False
        self.failure: Failure | None = None
        self.error: BaseException | None = None
        self._pgconn = pgconn
        self._texts = texts
        self._on_start, self._left_open = started, left_open
        self._since = time.monotonic()

    def late(self, limit: float) -> bool:
        return time.monotonic() - self._since > limit

    def run(self) -> None:
        try:
            self.failure = self._send()
        except BaseException as error:
            self.error = error
        finally:
            self.ended.set()

    def _send(self) -> Failure | None:
        if self._pgconn.ssl_in_use:
            return self._send_by_libpq()
        from .wire import simple_query

        started = self._on_start
        begun = 0
        with socket.socket(fileno=os.dup(self._pgconn.socket)) as line:
            for number, text in enumerate(self._texts):
                self._since = time.monotonic()
                if started:
                    started(number)
                answer = simple_query(line, text)
                if answer.error is None and not answer.copied:
                    if answer.status == "I":
                        begun = number + 1
                    elif self._left_open and self._left_open(number):
                        return None
                    continue
                message = _message(answer.error or {}, lost=not answer.status)
                timed_out = self.canceled and message.sqlstate in (QUERY_CANCELED, "")
                return Failure(number, message, timed_out, begun)
        return None

    def _send_by_libpq(self) -> Failure | None:
        """Over TLS only libpq can read what comes: rows are kept until their text is done."""
        from psycopg.pq import ExecStatus, TransactionStatus

        send, started = self._pgconn.exec_, self._on_start
        begun = 0
        fine = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.EMPTY_QUERY)
        for number, text in enumerate(self._texts):
            self._since = time.monotonic()
            if started:
                started(number)
            result = send(text)
            if result.status in fine:
                if self._pgconn.transaction_status == TransactionStatus.IDLE:
                    begun = number + 1
                elif self._left_open and self._left_open(number):
                    return None
                continue
            if result.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
                result = _refuse_copy(self._pgconn, result)
            message = read_message(result, self._pgconn)
            timed_out = self.canceled and message.sqlstate in (QUERY_CANCELED, "")
            return Failure(number, message, timed_out, begun)
        return None


def _message(fields: Mapping[str, str], *, lost: bool) -> ServerMessage:
    """An error from its fields ("Error and Notice Message Fields" in Postgres' documentation)."""
    primary = fields.get("M", "")
    if not fields.get("C"):
        if lost:
            return ServerMessage("", primary)
        return ServerMessage(
            COPY_REFUSED, primary or "COPY exchanges rows with the client, and a migration has none"
        )
    position = fields.get("P", "")
    return ServerMessage(
        sqlstate=fields["C"],
        primary=primary,
        detail=fields.get("D", ""),
        hint=fields.get("H", ""),
        context=fields.get("W", ""),
        position=int(position) if position.isdigit() else 0,
        internal_query=fields.get("q", ""),
        object_name=fields.get("n", "") or fields.get("c", ""),
    )


def _refuse_copy(pgconn: PGconn, result: PGresult) -> PGresult:
    """Ends a COPY that waits for the client: a migration file has no client that could send rows."""
    from psycopg.pq import ExecStatus

    if result.status == ExecStatus.COPY_IN:
        pgconn.put_copy_end(b"a migration has no rows to send")
    last = result
    while following := pgconn.get_result():
        last = following
        if last.status == ExecStatus.COPY_OUT:
            while pgconn.get_copy_data(0)[0] > 0:
                pass
    return last


def read_message(result: PGresult, pgconn: PGconn) -> ServerMessage:
    """The error in a result."""
    from psycopg.pq import ConnStatus, DiagnosticField

    def text(field: DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode("utf-8", "replace")

    primary = text(DiagnosticField.MESSAGE_PRIMARY)
    if not primary:
        lost = pgconn.status != ConnStatus.OK
        raw = pgconn.error_message.decode("utf-8", "replace").strip().partition("\n")[0] if lost else ""
        return ServerMessage(
            "" if lost else COPY_REFUSED,
            raw or "COPY exchanges rows with the client, and a migration has none",
        )
    return ServerMessage(
        sqlstate=text(DiagnosticField.SQLSTATE),
        primary=primary,
        detail=text(DiagnosticField.MESSAGE_DETAIL),
        hint=text(DiagnosticField.MESSAGE_HINT),
        context=text(DiagnosticField.CONTEXT),
        position=int(text(DiagnosticField.STATEMENT_POSITION) or 0),
        internal_query=text(DiagnosticField.INTERNAL_QUERY),
        object_name=text(DiagnosticField.CONSTRAINT_NAME) or text(DiagnosticField.COLUMN_NAME),
    )
