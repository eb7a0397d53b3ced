"""Names that Prisma gives to keys and indexes where none is written, cut to what Postgres allows.

Prisma cuts `table_column_column` from the right as a whole; Postgres' own rule, which shortens both parts, is
another. The limit counts bytes of UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterable

LIMIT = 63


def cut_bytes(text: str, size: int) -> str:
    """The longest beginning of `text` of at most `size` bytes; whole characters only."""
    if text.isascii():
        return text[:size]
    return text.encode("utf-8", "surrogatepass")[:size].decode("utf-8", "ignore")


def byte_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _joined(table: str, columns: Iterable[str]) -> str:
    return f"{table}_{'_'.join(columns)}"


def primary_key(table: str) -> str:
    return f"{cut_bytes(table, LIMIT - 5)}_pkey"


def unique(table: str, columns: Iterable[str]) -> str:
    return f"{cut_bytes(_joined(table, columns), LIMIT - 4)}_key"


def index(table: str, columns: Iterable[str]) -> str:
    return f"{cut_bytes(_joined(table, columns), LIMIT - 4)}_idx"


def foreign_key(table: str, columns: Iterable[str]) -> str:
    return f"{cut_bytes(_joined(table, columns), LIMIT - 5)}_fkey"


def join_table(relation: str) -> str:
    """The table of an implicit many-to-many relation; here the limit counts characters."""
    return f"_{relation}"[:LIMIT]


def join_primary_key(table: str) -> str:
    return f"{table[: LIMIT - 8]}_AB_pkey"


def join_unique(table: str) -> str:
    """Before Prisma 6."""
    return f"{table[: LIMIT - 10]}_AB_unique"


def join_index(table: str) -> str:
    return f"{table[: LIMIT - 8]}_B_index"


def join_foreign_key(table: str, side: str) -> str:
    """`side` is A or B."""
    return f"{cut_bytes(table, LIMIT - 7)}_{side}_fkey"
