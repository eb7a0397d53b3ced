"""One text sent to a server whose answer is thrown away as it comes: rows, notices and long messages take no memory here.

libpq keeps every row of a simple query, and every byte of a message, until it is whole: a migration that selects would
fill the client's memory. Between two of its own queries libpq reads nothing, so the same socket can be used beside it.
Source of the format: "Message Formats" in Postgres' documentation, protocol 3.
"""

from __future__ import annotations

import select
import socket
import struct
from typing import NamedTuple

LONGEST_FIELD = 8192
"""Bytes kept of one field of an error."""
_CHUNK = 1 << 18
_REFUSAL = b"a migration has no rows to send\0"


class Answer(NamedTuple):
    """What is kept of an answer."""

    error: dict[str, str] | None
    """The fields of the first error by their letters (C: the state, M: the message…), long ones cut."""
    status: str
    """I idle | T in a transaction | E in a failed one; empty where the connection was lost."""
    copied: bool = False
    """A COPY exchanged rows with the client."""


def simple_query(line: socket.socket, text: bytes) -> Answer:
    """Send `text` as one message of the simple protocol, and read to the end of the answer."""
    try:
        _send(line, b"Q" + struct.pack("!i", len(text) + 5) + text + b"\0")
    except OSError:
        # It may have said why before it closed.
        return _lost(_Reader(line))
    return _answer(line, _Reader(line))


def _answer(line: socket.socket, reader: _Reader) -> Answer:
    error: dict[str, str] | None = None
    copied = False
    while True:
        head = reader.take(5)
        if len(head) < 5:
            return Answer(error or _LOST, "", copied)
        kind, left = head[:1], struct.unpack("!i", head[1:])[0] - 4
        if kind == b"Z":
            return Answer(error, reader.take(left).decode("ascii", "replace"), copied)
        if kind == b"E":
            found = _fields(reader, left)
            error = error or found
            continue
        if kind in b"GHW":
            copied = True
        reader.skip(left)
        if kind == b"G":
            _send(line, b"f" + struct.pack("!i", len(_REFUSAL) + 4) + _REFUSAL)


_LOST = {"M": "server closed the connection unexpectedly"}


def _lost(reader: _Reader) -> Answer:
    while len(head := reader.take(5)) == 5:
        left = struct.unpack("!i", head[1:])[0] - 4
        if head[:1] == b"E":
            return Answer(_fields(reader, left), "")
        reader.skip(left)
    return Answer(_LOST, "")


def _fields(reader: _Reader, left: int) -> dict[str, str]:
    """The fields of an ErrorResponse of `left` bytes."""
    found: dict[str, str] = {}
    letter, kept, size = "", bytearray(), 0
    while left > 0:
        part = reader.some(min(left, _CHUNK))
        if not part:
            break
        left -= len(part)
        at = 0
        while at < len(part):
            if not letter:
                letter = chr(part[at])
                at += 1
                continue
            end = part.find(b"\0", at)
            stop = end if end >= 0 else len(part)
            kept += part[at : min(stop, at + max(0, LONGEST_FIELD - len(kept)))]
            size += stop - at
            at = stop + 1
            if end >= 0:
                cut = f"… ({size - len(kept)} more bytes, cut)" if size > len(kept) else ""
                found.setdefault(letter, kept.decode("utf-8", "ignore" if cut else "replace") + cut)
                letter, kept, size = "", bytearray(), 0
    return found


def _send(line: socket.socket, data: bytes) -> None:
    view = memoryview(data)
    poll = select.poll()
    poll.register(line, select.POLLOUT)
    while view:
        poll.poll()
        try:
            view = view[line.send(view) :]
        except (BlockingIOError, InterruptedError):
            continue


class _Reader:
    """What comes from a socket that does not block, a piece at a time."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._poll = select.poll()
        self._poll.register(line, select.POLLIN)
        self._held = memoryview(b"")

    def some(self, most: int) -> bytes:
        """At least one byte and no more than `most`; nothing at the end."""
        if not self._held:
            self._held = memoryview(self._receive())
        part, self._held = bytes(self._held[:most]), self._held[most:]
        return part

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes; fewer at the end."""
        if len(self._held) >= count:
            part, self._held = bytes(self._held[:count]), self._held[count:]
            return part
        parts = []
        while count and (part := self.some(count)):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        while count > len(self._held):
            count -= len(self._held)
            self._held = memoryview(self._receive())
            if not self._held:
                return
        self._held = self._held[count:]

    def _receive(self) -> bytes:
        while True:
            self._poll.poll()
            try:
                return self._line.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError:
                return b""
