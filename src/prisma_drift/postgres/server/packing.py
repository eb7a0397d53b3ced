# ruff: noqa: PTH102, PTH118, PTH123
"""A stopped server's data folder as one file, and back; imports little, since the supervisor unpacks at every start.

The file: equal contents once and without the zeros at their end, then a list of folders and files (JSON), then where that
list begins, its length, and checksums of both. A file that was cut short, or whose bytes changed, is not read.
"""

from __future__ import annotations

import json
import os
import re
import stat
import struct
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MAGIC = b"prisma_drift data 1\n"
_END = struct.Struct("<QQII8s")
_MARK = b"packed 1"
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_LEFT_OUT = ("postmaster.pid", "postmaster.opts", "postgresql.conf", "pg_hba.conf")
"""What a server writes at its start, and settings that ours do not read."""
MOST_FILES = 60_000
LARGEST_FILE = 1 << 30
"""Bytes of one file of a data folder: Postgres cuts larger ones."""


class PackError(Exception):
    """A file that is no whole pack, or a folder that cannot be packed."""


def pack(data: str, about: dict[str, object], put: Callable[[bytes], None]) -> None:
    """Hand the data folder of a stopped server to `put`, piece by piece. PackError where it holds a link, OSError."""
    if os.path.lexists(os.path.join(data, "postmaster.pid")):
        raise PackError("the server runs")
    folders: list[str] = []
    files: list[tuple[str, int, int]] = []
    blobs: list[tuple[int, int]] = []
    known: dict[bytes, int] = {}
    put(MAGIC)
    at, check = len(MAGIC), 0
    for path, facts in _walk(data):
        if stat.S_ISDIR(facts.st_mode):
            folders.append(path)
            continue
        if not stat.S_ISREG(facts.st_mode) or len(files) >= MOST_FILES or facts.st_size > LARGEST_FILE:
            raise PackError(f"{path} is no file of a data folder")
        descriptor = os.open(os.path.join(data, path), os.O_RDONLY | os.O_NOFOLLOW)
        with open(descriptor, "rb") as file:
            content = file.read()
        stored = content.rstrip(b"\0")
        if stored not in known:
            known[stored] = len(blobs)
            blobs.append((at, len(stored)))
            put(stored)
            at, check = at + len(stored), zlib.crc32(stored, check)
        files.append((path, len(content), known[stored]))
    listed = json.dumps({"about": about, "folders": folders, "files": files, "blobs": blobs}).encode()
    put(listed)
    put(_END.pack(at, len(listed), check, zlib.crc32(listed), _MARK))


def _walk(data: str, below: str = "") -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(os.path.join(data, below)) as entries:
        found = sorted(entries, key=lambda one: one.name)
    for one in found:
        path = f"{below}/{one.name}" if below else one.name
        if path in _LEFT_OUT:
            continue
        if not _NAME.fullmatch(path):
            raise PackError(f"{path!r} is no name in a data folder")
        facts = one.stat(follow_symlinks=False)
        yield path, facts
        if stat.S_ISDIR(facts.st_mode):
            yield from _walk(data, path)


def about(descriptor: int) -> dict[str, object]:
    """What was noted with a pack, of which no more than that is read and checked. PackError where it is none."""
    size = os.fstat(descriptor).st_size
    if size < len(MAGIC) + _END.size:
        raise PackError("no pack")
    end = _read(descriptor, size - _END.size, size)
    start, length, _, check_list, mark = _END.unpack(end)
    if mark != _MARK or start + length + _END.size != size or start < len(MAGIC):
        raise PackError("cut short")
    return dict(_manifest(_read(descriptor, start, start + length), check_list)["about"])


class Pack:
    """A whole pack, read from a descriptor. PackError where it is none; the descriptor stays open."""

    def __init__(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        content = _read(descriptor, 0, size)
        if size < len(MAGIC) + _END.size or not content.startswith(MAGIC):
            raise PackError("no pack")
        start, length, check, check_list, mark = _END.unpack_from(content, size - _END.size)
        if mark != _MARK or start + length + _END.size != size or start < len(MAGIC):
            raise PackError("cut short")
        view = memoryview(content)
        if zlib.crc32(view[len(MAGIC) : start]) != check:
            raise PackError("changed")
        manifest = _manifest(bytes(view[start : start + length]), check_list)
        try:
            self._folders = [_checked(name) for name in manifest["folders"]]
            self._files = [(_checked(name), int(long), int(blob)) for name, long, blob in manifest["files"]]
            self._blobs = [view[at : at + long] for at, long in manifest["blobs"]]
        except (ValueError, TypeError, LookupError) as error:
            raise PackError(str(error)) from error

    def unpack(self, data: str) -> None:
        """Make the folder `data` anew, for its user alone."""
        os.mkdir(data, 0o700)
        for name in self._folders:
            os.mkdir(f"{data}/{name}", 0o700)
        for name, long, blob in self._files:
            stored = self._blobs[blob]
            if not 0 <= long <= LARGEST_FILE or len(stored) > long:
                raise PackError(f"{name} is too short")
            made = os.open(f"{data}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            try:
                rest = stored
                while rest:
                    rest = rest[os.write(made, rest) :]
                if len(stored) < long:
                    os.truncate(made, long)
            finally:
                os.close(made)


def _checked(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name.split("/"):
        raise PackError(f"{name!r} is no name in a data folder")
    return name


def _manifest(listed: bytes, check: int) -> dict[str, Any]:
    if zlib.crc32(listed) != check:
        raise PackError("changed")
    try:
        found = json.loads(listed)
        if not isinstance(found, dict) or not isinstance(found["about"], dict):
            raise PackError("no pack")
    except (ValueError, LookupError, RecursionError) as error:
        raise PackError(str(error)) from error
    return found


def _read(descriptor: int, at: int, end: int) -> bytes:
    parts = []
    while at < end:
        part = os.pread(descriptor, end - at, at)
        if not part:
            raise PackError("cut short")
        parts.append(part)
        at += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
