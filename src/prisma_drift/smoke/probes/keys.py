"""Probes of keys: the same values twice, orphans, and what happens to children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.names import QualifiedName
from ...model.schema import ForeignKey, Table
from ..lab import Lab, quote, quoted
from ..outcome import Notes
from ..refusal import RefusedError
from ..rows import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORPHAN = "23503"
_RESTRICTED = ("23503", "23001")
_DUPLICATE = "23505"


def uniques(lab: Lab, rows: Rows, notes: Notes) -> None:
    """A second row with the same values in a declared key."""
    for table in lab.expected.tables:
        keys = [(table.primary_key.name, table.primary_key.columns)] if table.primary_key else []
        keys += [
            (index.name, tuple(column.name for column in index.columns))
            for index in table.indexes
            if index.unique and index.predicate is None
        ]
        for name, columns in keys:
            _twice(lab, rows, notes, table, f"{table.name} ({', '.join(columns)})", columns, name)


def _twice(
    lab: Lab, rows: Rows, notes: Notes, table: Table, object: str, columns: Sequence[str], name: str
) -> None:
    with lab.trial():
        try:
            first = rows.begin().insert(table.name, _filled(lab, rows, table, columns))
            same = {column: first.values.get(column) for column in columns}
            if None in same.values():
                notes.untried(object, "one of its columns stays empty")
                return
        except RefusedError as refused:
            notes.untried(object, refused.reason)
            return
        try:
            second = rows.insert(table.name, same, fresh=len(columns) > 0)
        except RefusedError as refused:
            if refused.sqlstate == _DUPLICATE:
                notes.tried(object)
            else:
                notes.untried(object, refused.reason)
            return
        if all(second.values.get(column) == value for column, value in same.items()):
            notes.failed(object, f"takes the same values twice; schema.prisma declares {name}")
        else:
            notes.untried(object, "a trigger changes its values")


def _filled(lab: Lab, rows: Rows, table: Table, columns: Sequence[str]) -> dict[str, str | None]:
    """Values for those columns of a key that would stay empty: NULL is never the same as NULL."""
    links = {name for key in rows.keys_of(table) for name in key.columns}
    given: dict[str, str | None] = {}
    for key in rows.keys_of(table):
        if set(key.columns) <= set(columns) and len(key.columns) == 1 and key.references != table.name:
            parent = rows.insert(key.references)
            given[key.columns[0]] = parent.values.get(key.referenced_columns[0])
    for name in columns:
        column = table.column(name)
        if name not in links and column is not None and column.default is None:
            made = rows.next_value(table.name, name)
            if made is not None:
                given[name] = made
    return given


def foreign_keys(lab: Lab, rows: Rows, notes: Notes) -> None:
    """A child without its parent, and a parent without its child."""
    if lab.expected.relation_mode == "prisma":
        return
    for table in lab.expected.tables:
        for key in table.foreign_keys:
            object = f"{table.name} ({', '.join(key.columns)})"
            # What becomes of a child in its parent's own table depends on the rest of the tree.
            if _orphan(lab, rows, notes, table, key, object) and key.references != table.name:
                _delete(lab, rows, notes, table, key, object)


def _nowhere(rows: Rows, key: ForeignKey) -> dict[str, str | None] | None:
    """Values that no parent has."""
    given = {
        ours: rows.next_value(key.references, theirs)
        for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)
    }
    return None if None in given.values() else given


def _orphan(lab: Lab, rows: Rows, notes: Notes, table: Table, key: ForeignKey, object: str) -> bool:
    """Whether the key refuses an orphan, so that its other half is worth a try."""
    with lab.trial():
        given = _nowhere(rows, key)
        if given is None or _has_constant(lab, key):
            notes.untried(object, "no value is known that no parent has")
            return False
        try:
            row = _unlinked(rows.begin(), table, key, given)
        except RefusedError as refused:
            if refused.sqlstate == _ORPHAN:
                notes.tried(object)
                return True
            notes.untried(object, refused.reason)
            return False
        if any(row.values.get(name) != value for name, value in given.items()) and not _is_stored(
            lab, row, given
        ):
            notes.untried(object, "a trigger changes its values")
            return False
        if _is_there(lab, key, given):
            # Another key over the same columns has made it.
            notes.untried(object, "another foreign key needs the same parent")
            return False
        notes.failed(
            object,
            f"takes a row without its parent in {key.references.name}; schema.prisma declares {key.name}",
        )
        return False


def _is_there(lab: Lab, key: ForeignKey, given: dict[str, str | None]) -> bool:
    """Whether the parent of the orphan exists."""
    wanted = {theirs: given[ours] for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)}
    where = " AND ".join(f"{quote(name)} = ${n}" for n, name in enumerate(wanted, 1))
    sql = f"SELECT 1 FROM {quoted(key.references)} WHERE {where} LIMIT 1"
    return bool(lab.ask(sql, list(wanted.values())))


def _has_constant(lab: Lab, key: ForeignKey) -> bool:
    """Whether a referenced column has values of a closed set only, such as an enum's."""
    columns = lab.columns.get(key.references, {})
    return any((found := columns.get(name)) and (found.labels or found.type in ("bool", "json", "jsonb")) for name in key.referenced_columns)  # fmt: skip


def _unlinked(rows: Rows, table: Table, key: ForeignKey, given: dict[str, str | None]) -> Row:
    """A row whose parent by `key` is not looked for; its other parents are."""
    with rows.without(table.name, key.columns, key.references):
        return rows.insert(table.name, given)


def _is_stored(lab: Lab, row: Row, given: dict[str, str | None]) -> bool:
    where = " AND ".join(f"{quote(name)} = ${n}" for n, name in enumerate(given, 1))
    return bool(lab.ask(f"SELECT 1 FROM {quoted(row.table)} WHERE {where} LIMIT 1", list(given.values())))


def _delete(lab: Lab, rows: Rows, notes: Notes, table: Table, key: ForeignKey, object: str) -> None:
    """Deletes a parent and looks what has become of its child."""
    with lab.trial():
        try:
            parent = rows.begin().insert(key.references, fresh=True)
            given = {ours: parent.values.get(theirs) for ours, theirs in zip(key.columns, key.referenced_columns, strict=True)}  # fmt: skip
            if None in given.values():
                notes.untried(object, "a column of its parent stays empty")
                return
            child = rows.insert(table.name, given)
        except RefusedError as refused:
            notes.untried(object, refused.reason)
            return
        state, constraint = _refusal(lab, parent)
        if state:
            ours = constraint == _name(lab, table, key)
            if key.on_delete in ("CASCADE", "SET NULL") and ours and state in _RESTRICTED:
                notes.failed(
                    object,
                    f"keeps its parent in {key.references.name} from being deleted; schema.prisma declares ON DELETE {key.on_delete}",
                )
            return
        if _there(lab, parent.table, parent.where):
            notes.untried(object, "a trigger or rule keeps its parent")
            return
        _fate(lab, notes, key, child, given, object)


def _fate(
    lab: Lab, notes: Notes, key: ForeignKey, child: Row, given: dict[str, str | None], object: str
) -> None:
    """What has become of the child of a deleted parent."""
    if not _there(lab, child.table, child.where):
        return
    if _is_stored(lab, child, given):
        notes.failed(object, f"keeps a row whose parent in {key.references.name} was deleted")
    elif key.on_delete == "CASCADE":
        notes.failed(
            object, "empties its column when the parent is deleted; schema.prisma declares ON DELETE CASCADE"
        )


def _refusal(lab: Lab, parent: Row) -> tuple[str, str]:
    """SQLSTATE and constraint where the parent cannot be deleted; empty where it can."""
    import psycopg

    try:
        with lab.connection.transaction():
            lab.ask(f"DELETE FROM {quoted(parent.table)} WHERE {parent.where}")
            lab.ask("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        if lab.connection.closed:
            raise
        return error.sqlstate or "?", error.diag.constraint_name or ""
    return "", ""


def _name(lab: Lab, table: Table, key: ForeignKey) -> str:
    """What the database calls the key over these columns; the only one, else nothing."""
    found = [
        one.name
        for one in lab.keys.get(table.name, ())
        if tuple(one.columns) == key.columns and one.references == key.references
    ]
    return found[0] if len(found) == 1 else ""


def _there(lab: Lab, table: QualifiedName, where: str) -> bool:
    return bool(lab.ask(f"SELECT 1 FROM {quoted(table)} WHERE {where} LIMIT 1"))
