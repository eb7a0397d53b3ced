"""Probes of single tables: rows, enum values, generated columns, triggers, row-level security."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...model.names import QualifiedName
from ...model.schema import Table
from ...model.types import Arity
from ..lab import Lab, quote, quoted
from ..outcome import Notes
from ..refusal import RefusedError, refusal
from ..rows import Row, Rows

if TYPE_CHECKING:
    import psycopg

    from ...model.schema import Column


def rows(lab: Lab, rows: Rows, notes: Notes) -> None:
    """A row into every table that the schema has, and read back by its key."""
    for table in lab.expected.tables:
        name = str(table.name)
        with lab.trial():
            try:
                row = rows.begin().insert(table.name)
                if _count(lab, row) == 1:
                    notes.tried(name)
                else:
                    notes.untried(name, "a trigger or rule changes its key")
            except RefusedError as refused:
                tell(notes, name, refused)


def tell(notes: Notes, object: str, refused: RefusedError, prefix: str = "") -> None:
    """A refusal as a failure where it is certain, else as something that could not be tried."""
    if refused.certain:
        notes.failed(object, f"{prefix}{refused.reason}")
    else:
        notes.untried(object, f"{prefix}{refused.reason}")


def _count(lab: Lab, row: Row) -> int:
    (found,) = lab.ask(f"SELECT count(*) FROM {quoted(row.table)} WHERE {row.where}")
    return int(found[0])


def enums(lab: Lab, rows: Rows, notes: Notes) -> None:
    """Each value of an enum into each column that has it."""
    values = {enum.name: enum.values for enum in lab.expected.enums}
    for table in lab.expected.tables:
        for column in table.columns:
            if column.type.enum in values:
                for value in values[column.type.enum]:
                    _store(lab, rows, notes, table, column, value)


def _store(lab: Lab, rows: Rows, notes: Notes, table: Table, column: Column, value: str) -> None:
    object = f"{table.name}.{column.name}"
    given = value
    if column.type.arity is Arity.LIST:
        given = '{"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    with lab.trial():
        try:
            rows.begin().insert(table.name, {column.name: given})
            notes.tried(f"{object} {value}")
        except RefusedError as refused:
            if refused.sqlstate == "22P02" and _lacks(lab, table.name, column.name, value):
                notes.failed(object, f"does not take the value {value}: {refused.reason}")
            else:
                notes.untried(object, refused.reason)


def _lacks(lab: Lab, table: QualifiedName, column: str, value: str) -> bool:
    """Whether the column's type is an enum without that value."""
    found = lab.columns.get(table, {}).get(column)
    if found is None or found.labels:
        return found is not None and value not in found.labels
    labels = lab.ask(
        "SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e JOIN pg_catalog.pg_type AS t ON t.typelem = e.enumtypid"
        " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace WHERE t.typname = $1 AND n.nspname = $2",
        [found.type, found.type_schema],
    )
    return bool(labels) and (value,) not in labels


def generated(lab: Lab, rows: Rows, notes: Notes) -> None:
    """A generated column has what its expression gives."""
    for name, columns in lab.columns.items():
        for column in columns.values():
            if not column.generated or column.expression is None:
                continue
            object = f"{name}.{column.name}"
            with lab.trial():
                try:
                    row = rows.begin().insert(name)
                    lab.ask("SET LOCAL search_path = pg_catalog, pg_temp")
                    same = lab.ask(
                        f"SELECT {quote(column.name)}::text IS NOT DISTINCT FROM ({column.expression}\n)::text"
                        f" FROM {quoted(name)} WHERE {row.where}"
                    )
                except RefusedError as refused:
                    tell(notes, object, refused)
                    continue
                except _error() as error:
                    notes.untried(object, str(error).partition("\n")[0])
                    continue
                if same == [(True,)]:
                    notes.tried(object)
                else:
                    notes.failed(object, f"is not what its expression gives: {column.expression}")


def triggers(lab: Lab, rows: Rows, notes: Notes) -> None:
    """Writes to tables that have triggers: insert, an update that changes nothing, delete."""
    for name in sorted({QualifiedName(one.schema, one.table_name) for one in lab.triggers}):
        names = ", ".join(
            sorted(
                {one.name for one in lab.triggers if (one.schema, one.table_name) == (name.schema, name.name)}
            )
        )
        with lab.trial():
            try:
                row = rows.begin().insert(name)
            except RefusedError as refused:
                tell(notes, str(name), refused, f"INSERT with the triggers {names}: ")
                continue
            column = _plain_column(lab, name)
            works = _write(lab, rows, notes, row, f"UPDATE {quoted(name)} SET {quote(column)} = {quote(column)}", names) if column else True  # fmt: skip
            if _write(lab, rows, notes, row, f"DELETE FROM {quoted(name)}", names) and works:
                notes.tried(str(name))


def _plain_column(lab: Lab, table: QualifiedName) -> str:
    return next((c.name for c in lab.columns[table].values() if not c.generated and c.identity != "a"), "")


def _write(lab: Lab, rows: Rows, notes: Notes, row: Row, sql: str, names: str) -> bool:
    try:
        with lab.connection.transaction():
            lab.ask(f"{sql} WHERE {row.where}")
    except _error() as error:
        if lab.connection.closed:
            raise
        refused = refusal(lab, error, rows.table(row.table), {})
        # Without a place in a trigger's code it is a foreign key or a rule that refuses.
        certain = refused.certain and "function" in refused.reason and refused.sqlstate != "23502"
        verb = sql.partition(" ")[0]
        told = RefusedError(refused.reason, certain=certain, sqlstate=refused.sqlstate)
        tell(notes, str(row.table), told, f"{verb} with the triggers {names}: ")
        return False
    return True


def _error() -> type[psycopg.Error]:
    import psycopg

    return psycopg.Error


_SESSION = re.compile(
    r"(?i)current_setting|current_user|session_user|current_role|\b(?:auth|request)\.|\bjwt\b|[(\s]to\b"
)


def row_security(lab: Lab, rows: Rows, notes: Notes) -> None:
    """Where row-level security binds the owner too, the owner still reads and writes, or a policy says who else does."""
    secured = lab.ask(
        "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
        " ON n.oid = c.relnamespace WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity"
    )
    for schema, table in secured:
        # Its owner is not bound by it: Postgres' own rule.
        notes.tried(f"{schema}.{table}")
    for one in lab.forced:
        name = QualifiedName(one.schema, one.table_name)
        if one.has_policies:
            notes.untried(
                str(name),
                "it binds its owner by policies, which may ask for more than a plain connection has",
            )
        else:
            notes.failed(
                str(name),
                "FORCE ROW LEVEL SECURITY without any policy: nobody but a role with BYPASSRLS reads or writes a row",
            )
