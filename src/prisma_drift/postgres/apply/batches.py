"""What of a migration file is sent to the server at once: all of it, or statement by statement, as a release of Prisma does.

Until 7.7 the shadow database gets each file whole. Since 7.8 Prisma cuts it into statements, each in a transaction of its
own, where its parser (sqlparser 0.61, PostgreSQL dialect) knows every one; a file with one that it does not know is
still sent whole. Where no statement can notice the difference, the file is sent whole, which is faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...migrations.separable import separable
from ...migrations.split import Statement, split
from ...model.values import frozen
from ...model.version import Version


@frozen
class Batch:
    """One message to the server."""

    file: int
    """Index of its file."""
    text: str
    offset: int = 0
    """Where it begins, in characters from the start of the file."""
    statement: Statement | None = None
    """Where it is one of the file's statements; None where it is the file, or several statements of it."""


_SENSITIVE = re.compile(
    r"""(?ix)
    \b(?: set\s+local | on\s+commit | set\s+constraints | set_config | pg_temp | deferrable | deferred | \w*xact_lock\w*
        | begin | start\s+transaction | commit | end | rollback | abort | savepoint )\b
    """
)
"""Words of statements for which it matters how long a transaction lasts."""
_SIGNS = (
    *("local", "commit", "constraints", "set_config", "pg_temp", "deferr", "xact_lock", "begin"),
    *("transaction", "end", "rollback", "abort", "savepoint"),
)
"""Of which a text that holds such words has one: found many times faster."""
_WRITES = re.compile(r"(?i)\b(?:insert|update|delete|merge|truncate)\b")
_ENDS = re.compile(r"(?i)(?:commit|end|rollback|abort)\b(?!\s+(?:to|prepared)\b)")
_TRANSACTION_CODES = ("25001", "55P04", "55006")
"""What cannot be within a transaction, or not after what else it did: there a file is sent again, statement by statement."""


def batches(texts: Sequence[str], version: Version, skip: int = 0) -> list[Batch]:
    """The messages that build a shadow database from files in their order, but for the first `skip`, which have run.

    A file that ends transactions itself is cut behind each such end, which changes nothing, but tells what was kept.
    """
    found: list[Batch] = []
    deferred = False
    for number, text in enumerate(texts):
        lowered = text.lower()
        if number < skip:
            deferred = deferred or "deferr" in lowered
            continue
        sensitive = any(sign in lowered for sign in _SIGNS) and bool(_SENSITIVE.search(text))
        notices = sensitive or (deferred and bool(_WRITES.search(text)))
        deferred = deferred or "deferr" in lowered
        pieces = separable(text) if version.shadows_by_statement and notices else ()
        found += _pieces(number, pieces) if pieces else _segments(number, text, notices)
    return found


def again(batch: Batch, sqlstate: str, version: Version) -> list[Batch]:
    """The file of a batch that failed whole, as statements, where the one transaction may be why; else nothing."""
    if batch.statement is not None or sqlstate not in _TRANSACTION_CODES or not version.shadows_by_statement:
        return []
    return _pieces(batch.file, separable(batch.text)) if not batch.offset else []


def _pieces(number: int, pieces: Sequence[Statement]) -> list[Batch]:
    return [Batch(number, piece.text, piece.offset, piece) for piece in pieces]


def _segments(number: int, text: str, notices: bool) -> list[Batch]:
    found: list[Batch] = []
    start = 0
    for statement in split(text) if notices else ():
        if _ENDS.match(statement.text):
            found.append(Batch(number, text[start : statement.end_offset], start))
            start = statement.end_offset
    rest = text[start:]
    if not found or rest.strip(" \t\r\n;"):
        found.append(Batch(number, rest, start))
    return found
