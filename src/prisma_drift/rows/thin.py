"""Takes rows away until a count is zero: what is left is a database on which nothing that is counted stands in the way.

A check only says how many rows it minds. Each row is taken away for a moment, on the server; where the count falls by that,
it stays away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..model.names import QualifiedName
from .catalog import Key, Tables, literal, quote, quoted

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

_THIN = """
DO $thin$
DECLARE
  minded bigint; left_over bigint; place record;
BEGIN
  EXECUTE {check} INTO minded;
  IF minded > 0 THEN
    FOR place IN SELECT t.tableoid AS part, t.ctid AS at FROM {table} AS t ORDER BY t.tableoid, t.ctid DESC LOOP
      BEGIN
        EXECUTE 'DELETE FROM {inner} AS t WHERE t.tableoid = $1 AND t.ctid = $2' USING place.part, place.at;
        EXECUTE {check} INTO left_over;
        IF left_over >= minded THEN
          RAISE EXCEPTION 'stays' USING ERRCODE = 'P0999';
        END IF;
        minded := left_over;
      EXCEPTION WHEN SQLSTATE 'P0999' THEN NULL;
      END;
      EXIT WHEN minded = 0;
    END LOOP;
  END IF;
END
$thin$"""


def thin(
    connection: Connection, checks: Sequence[str], tables: Sequence[QualifiedName], keys: Iterable[Key]
) -> tuple[int, ...]:
    """Delete rows of `tables` until each of `checks` (a SELECT of one count) is zero; what they count then.

    Children whose parent went go too. Runs in the caller's transaction; psycopg.Error where a check cannot be run.
    """
    keys = list(keys)
    connection.execute(b"SET LOCAL session_replication_role = replica")
    counts: tuple[int, ...] = ()
    for _ in range(3):
        for check in checks:
            for table in tables:
                if not counted(connection, check):
                    break
                connection.execute(_statement(check, table).encode())
        drop_orphans(connection, keys)
        counts = tuple(counted(connection, check) for check in checks)
        if not any(counts):
            break
    connection.execute(b"SET LOCAL session_replication_role = origin")
    return counts


def _statement(check: str, table: QualifiedName) -> str:
    name = quoted(table)
    inner = name.replace("'", "''")
    return _THIN.replace("{check}", literal(check)).replace("{table}", name).replace("{inner}", inner)


MOST_ROWS = 400
"""Rows of a table that are compared; a seed or a migration may have written any number."""


def sample(connection: Connection, tables: Iterable[QualifiedName], catalog: Tables) -> None:
    """Delete what is too much to look at, and what pointed to it."""
    names = list(tables)
    cut = False
    with connection.transaction():
        connection.execute(b"SET LOCAL session_replication_role = replica")
        for name in names:
            kept = f"ARRAY(SELECT k.ctid FROM {quoted(name)} AS k LIMIT {MOST_ROWS})"
            many = f"(SELECT count(*) FROM (SELECT 1 FROM {quoted(name)} LIMIT {MOST_ROWS + 1}) AS m) > {MOST_ROWS}"
            sql = f"DELETE FROM {quoted(name)} AS t WHERE {many} AND t.ctid <> ALL ({kept})"
            cut |= connection.execute(sql.encode()).rowcount > 0
        if cut:
            drop_orphans(connection, [key for name in names for key in catalog.keys[name]])


def counted(connection: Connection, check: str) -> int:
    """What a check counts."""
    found = connection.execute(check.encode()).fetchone()
    return int(str(found[0])) if found else 0


def drop_orphans(connection: Connection, keys: Sequence[Key]) -> None:
    """Delete rows that point to nothing, and then those that pointed to them."""
    for _ in range(10):
        gone = 0
        for key in keys:
            pairs = " AND ".join(
                f"p.{quote(theirs)} = c.{quote(ours)}"
                for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)
            )
            set_ = " AND ".join(f"c.{quote(ours)} IS NOT NULL" for ours in key.columns)
            sql = (
                f"DELETE FROM {quoted(key.table)} AS c WHERE {set_} AND NOT EXISTS"
                f" (SELECT 1 FROM {quoted(key.references)} AS p WHERE {pairs})"
            )
            gone += max(connection.execute(sql.encode()).rowcount, 0)
        if not gone:
            return
