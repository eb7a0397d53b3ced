"""Reads the table of contents of a pg_dump archive in its custom format: each object's statement, in dependency order.

The format is that of Postgres' pg_backup_archiver.c (`ReadHead`, `ReadToc`), archive versions 1.14 (Postgres 12) to 1.16
(17 and 18). Unlike the text form it cannot be confused by what a function's body or a comment says.
"""

from __future__ import annotations

from ..errors import DriftError
from ..model.values import frozen

OLDEST, NEWEST = (1, 14), (1, 16)
_CUSTOM = 1


@frozen
class Entry:
    """One object, or one thing about an object."""

    kind: str
    """TABLE, INDEX, FK CONSTRAINT, COMMENT, ACL…, as pg_dump has it."""
    schema: str
    """Empty where the object is in none."""
    tag: str
    """Its name, perhaps with that of its table, or its arguments."""
    definition: str
    """SQL; may hold several statements, and may be empty."""
    owner: str
    drop: str
    """The statement that would drop it; empty where it has none."""

    @property
    def name(self) -> str:
        """For people: `INDEX public.User_email_key`."""
        return f"{self.kind} {self.schema}.{self.tag}" if self.schema else f"{self.kind} {self.tag}"


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._int_size = 4

    def take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) != count:
            raise ValueError("it ends too early")
        self._at += count
        return found

    def byte(self) -> int:
        return self.take(1)[0]

    def integer(self) -> int:
        negative = self.byte()
        value = int.from_bytes(self.take(self._int_size), "little")
        return -value if negative else value

    def text(self) -> str | None:
        length = self.integer()
        return None if length < 0 else self.take(length).decode()

    def entries(self) -> list[Entry]:
        if self.take(5) != b"PGDMP":
            raise ValueError("it is no archive")
        version = (self.byte(), self.byte())
        self.byte()
        if not OLDEST <= version <= NEWEST:
            raise ValueError(f"its version is {version[0]}.{version[1]}")
        self._int_size = self.byte()
        offset_size = self.byte()
        if self.byte() != _CUSTOM:
            raise ValueError("it has another format")
        if version >= (1, 15):
            self.byte()
        else:
            self.integer()
        for _ in range(7):
            self.integer()
        for _ in range(3):
            self.text()
        return [self._entry(version, offset_size) for _ in range(self.integer())]

    def _entry(self, version: tuple[int, int], offset_size: int) -> Entry:
        self.integer()  # its number
        self.integer()  # whether it has data
        self.text()  # its catalog
        self.text()  # its oid
        tag, kind = self.text() or "", self.text() or ""
        self.integer()  # its section
        definition, drop = self.text() or "", self.text() or ""
        self.text()  # a COPY statement
        schema = self.text() or ""
        self.text()  # its tablespace
        self.text()  # its access method
        if version >= (1, 16):
            self.integer()  # its kind of relation
        owner = self.text() or ""
        self.text()  # whether it has oids
        while self.text() is not None:  # what it depends on
            pass
        self.take(1 + offset_size)
        return Entry(kind, schema, tag, definition, owner, drop)


def read_archive(data: bytes) -> list[Entry]:
    """The entries of an archive in the order in which they have to be made. DriftError where it cannot be read."""
    try:
        return _Reader(data).entries()
    except (ValueError, IndexError) as error:
        raise DriftError(
            f"What pg_dump wrote cannot be read: {error}.",
            id="dump-failed",
            hint="Use the embedded shadow: --shadow embedded.",
        ) from None
