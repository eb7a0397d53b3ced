"""The rows of tables as texts, read in UTC, so that two readings can be held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..model.names import QualifiedName
from ..model.values import frozen
from .catalog import quote, quoted

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

Row = tuple[str | None, ...]

_COLUMNS = b"""
WITH RECURSIVE domains (oid, base, typmod) AS (
  SELECT oid, typbasetype, typtypmod FROM pg_catalog.pg_type WHERE typtype = 'd'
  UNION ALL
  SELECT domains.oid, t.typbasetype, t.typtypmod FROM domains JOIN pg_catalog.pg_type AS t ON t.oid = domains.base WHERE t.typtype = 'd'
)
SELECT n.nspname::text, c.relname::text, a.attname::text, CASE WHEN d.oid IS NULL THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
    ELSE pg_catalog.format_type(d.base, d.typmod) END, a.attgenerated <> '',
  coalesce(a.attnum = ANY (x.indkey::pg_catalog.int2[]), false)
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN domains AS d ON d.oid = a.atttypid
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type AS b WHERE b.oid = d.base AND b.typtype = 'd')
LEFT JOIN pg_catalog.pg_index AS x ON x.indrelid = c.oid AND x.indisprimary
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND (n.nspname, c.relname) IN (
  SELECT s, t FROM ROWS FROM (pg_catalog.unnest(%s::pg_catalog.text[]), pg_catalog.unnest(%s::pg_catalog.text[])) AS u(s, t))
ORDER BY 1, 2, a.attnum"""


MOST_BYTES = 100_000
"""Of a value that is read as it is; of a longer one only the checksum."""


@frozen
class Content:
    """What one table holds."""

    columns: tuple[str, ...]
    """Without generated ones, which follow from the others."""
    types: tuple[str, ...]
    """As SQL, below domains, in the order of the columns."""
    key: tuple[str, ...]
    """Columns of the primary key."""
    rows: tuple[Row, ...]
    """In the order in which they lie on disk."""

    def place(self, column: str) -> int | None:
        return self.columns.index(column) if column in self.columns else None


def contents(connection: Connection, tables: Iterable[QualifiedName]) -> dict[QualifiedName, Content]:
    """What the tables hold; those that are not there are left out. Leaves the session in UTC within its transaction."""
    names = sorted(set(tables))
    connection.execute(b"SET LOCAL TimeZone = 'UTC'")
    described: dict[QualifiedName, list[tuple[str, str, bool, bool]]] = {}
    for schema, table, *rest in connection.execute(
        _COLUMNS, [[name.schema for name in names], [name.name for name in names]]
    ).fetchall():
        described.setdefault(QualifiedName(str(schema), str(table)), []).append(tuple(rest))  # type: ignore[arg-type]
    found = {}
    for name, columns in described.items():
        kept = [(column, type) for column, type, generated, _ in columns if not generated]
        listed = ", ".join(_text(column) for column, _ in kept) or "NULL"
        rows = connection.execute(
            f"SELECT {listed} FROM {quoted(name)} AS t ORDER BY t.tableoid, t.ctid".encode()
        ).fetchall()
        found[name] = Content(
            tuple(column for column, _ in kept),
            tuple(type for _, type in kept),
            tuple(column for column, _, _, key in columns if key),
            tuple(tuple(None if one is None else str(one) for one in row) for row in rows),
        )
    return found


def _text(column: str) -> str:
    text = f"t.{quote(column)}::pg_catalog.text"
    return (
        f"CASE WHEN octet_length({text}) > {MOST_BYTES} THEN 'md5 ' || pg_catalog.md5({text}) ELSE {text} END"
    )
