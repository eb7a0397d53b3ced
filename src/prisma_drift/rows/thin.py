"""Takes rows away until a count is zero: what is left is a database on which nothing that is counted stands in the way.

A check only says how many rows it minds. Each row is taken away for a moment, on the server; where the count falls by that,
it stays away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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


def thin(connection: Connection, check: str, tables: Sequence[QualifiedName]) -> None:
    """Delete rows of `tables`, in this order, until `check` (a SELECT of one count) is zero, as far as that helps.

    Runs in the caller's transaction; psycopg.Error where the check cannot be run.
    """
    with without_triggers(connection):
        for table in tables:
            if not counted(connection, check):
                return
            connection.execute(_statement(check, table).encode())


@contextmanager
def without_triggers(connection: Connection) -> Iterator[None]:
    """No trigger fires and no foreign key is looked at, in the transaction that is open."""
    connection.execute(b"SET LOCAL session_replication_role = replica")
    yield
    connection.execute(b"SET LOCAL session_replication_role = origin")


def forget_orphans(connection: Connection, keys: Sequence[Key], tables: Tables) -> None:
    """Let rows that would be orphans under `keys`, which are not there yet, point to nothing, or delete them."""
    # What changes its type in the same migration cannot be compared yet.
    keys = [key for key in keys if _comparable(key, tables)]
    loose = [key for key in keys if not any(tables.columns[key.table][name].not_null for name in key.columns)]
    with without_triggers(connection):
        for key in loose:
            listed = ", ".join(f"{quote(name)} = NULL" for name in key.columns)
            connection.execute(f"UPDATE {quoted(key.table)} AS c SET {listed} WHERE {_orphan(key)}".encode())
        drop_orphans(connection, keys)


def _comparable(key: Key, tables: Tables) -> bool:
    own, other = tables.columns[key.table], tables.columns[key.references]
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    return all(own[ours].base_type == other[theirs].base_type for ours, theirs in pairs)


def _orphan(key: Key) -> str:
    """True of a row `c` that points to nothing."""
    pairs = " AND ".join(
        f"p.{quote(theirs)} = c.{quote(ours)}"
        for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)
    )
    set_ = " AND ".join(f"c.{quote(ours)} IS NOT NULL" for ours in key.columns)
    return f"{set_} AND NOT EXISTS (SELECT 1 FROM {quoted(key.references)} AS p WHERE {pairs})"


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


def counts(connection: Connection, checks: Sequence[str]) -> list[int]:
    """What each of several checks counts, in one message."""
    if not checks:
        return []
    listed = ", ".join(f"({check})" for check in checks)
    found = connection.execute(f"SELECT {listed}".encode()).fetchone() or ()
    return [int(str(one)) for one in found]


def drop_orphans(connection: Connection, keys: Sequence[Key]) -> None:
    """Delete rows that point to nothing, and then those that pointed to them; in one message."""
    if not keys:
        return
    deletes = "\n".join(
        f"DELETE FROM {quoted(key.table)} AS c WHERE {_orphan(key)}; GET DIAGNOSTICS n = ROW_COUNT; gone := gone + n;"
        for key in keys
    )
    body = f"DECLARE gone bigint; n bigint; BEGIN FOR i IN 1..10 LOOP gone := 0;\n{deletes}\nEXIT WHEN gone = 0; END LOOP; END"
    tag = "$rows$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    connection.execute(f"DO {tag} {body} {tag}".encode())
