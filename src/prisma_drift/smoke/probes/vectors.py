"""Probes of embeddings: dimensions, the nearest neighbour, and the indexes that find it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ...model.names import QualifiedName
from ...rows.catalog import literal
from ...rows.values import VECTORS, Kind, value, vector
from ..lab import Column, Lab, VectorIndex, quote, quoted
from ..outcome import Notes
from ..refusal import RefusedError
from ..rows import Rows
from .tables import tell

CLUSTERS, MEMBERS = 3, 6
CLOSE = 1e-3
"""How much farther than the nearest an answer may be: halfvec keeps three digits."""
_DECLARED = re.compile(r'^(?:"?\w+"?\.)?"?(vector|halfvec|sparsevec)"?(?:\((\d+)\))?$', re.IGNORECASE)


def vectors(lab: Lab, rows: Rows, notes: Notes) -> None:
    """Every vector column that the schema declares or the database has."""
    for table, name, kind in _declared(lab):
        object = f"{table}.{name}"
        there = lab.columns.get(table, {}).get(name)
        if there is None:
            what = "the table" if table not in lab.columns else "the column"
            notes.failed(object, f"{what} does not exist; schema.prisma declares {_written(kind)}")
        elif there.type != kind.name or kind.dimensions not in (None, there.kind.dimensions):
            notes.failed(object, f"is {_written(there.kind)}; schema.prisma declares {_written(kind)}")
    for table, columns in lab.columns.items():
        for column in columns.values():
            if column.type in VECTORS and not column.generated:
                _column(lab, rows, notes, table, column)


def _declared(lab: Lab) -> Iterator[tuple[QualifiedName, str, Kind]]:
    for table in lab.expected.tables:
        for column in table.columns:
            found = _DECLARED.match(column.type.text or "")
            if found:
                yield table.name, column.name, Kind(found[1].lower(), int(found[2] or -1))


def _written(kind: Kind) -> str:
    return f"{kind.name}({kind.dimensions})" if kind.dimensions else kind.name


def _column(lab: Lab, rows: Rows, notes: Notes, table: QualifiedName, column: Column) -> None:
    object = f"{table}.{column.name}"
    with lab.trial():
        rows.begin()
        try:
            count = _fill(rows, table, column.name, column.kind)
        except RefusedError as refused:
            tell(notes, object, refused)
            return
        if not count:
            notes.untried(object, "no row keeps the embedding that it is given")
            return
        if column.kind.dimensions and not _refuses(rows, table, column):
            notes.failed(object, f"takes an embedding of {column.kind.dimensions + 1} dimensions")
            return
        notes.tried(object)
        operator = f"OPERATOR({quote(column.type_schema)}.<->)"
        type = f"{quote(column.type_schema)}.{quote(column.type)}"
        for cluster in range(CLUSTERS):
            query = f"{literal(_query(column.kind, cluster))}::{type}"
            sql = f"SELECT ({quote(column.name)} {operator} {query})::float8 FROM {quoted(table)} ORDER BY 1 LIMIT 1"
            found = lab.ask(sql)
            if not found or found[0][0] is None or found[0][0] > CLOSE:
                notes.failed(object, "a search does not find the nearest embedding")
                return


def _query(kind: Kind, cluster: int) -> str:
    """An embedding that only one of the rows equals."""
    return vector(kind, axis=cluster, noise=_noise(2))


def _noise(member: int) -> float:
    return 0.02 * (member + 1)


def _fill(rows: Rows, table: QualifiedName, column: str, kind: Kind) -> int:
    """Rows in clusters; how many kept what they were given. Raises RefusedError."""
    kept = 0
    for cluster in range(CLUSTERS):
        for member in range(MEMBERS):
            given = vector(kind, axis=cluster, noise=_noise(member))
            row = rows.insert(table, {column: given})
            kept += row.values.get(column) is not None
    return kept


def _refuses(rows: Rows, table: QualifiedName, column: Column) -> bool:
    """Whether an embedding of one dimension more is refused."""
    assert column.kind.dimensions
    longer = vector(column.kind, axis=0, noise=0.5, dimensions=column.kind.dimensions + 1)
    try:
        rows.insert(table, {column.name: longer})
    except RefusedError:
        return True
    return False


# ------------------------------------------------------------ indexes


def indexes(lab: Lab, rows: Rows, notes: Notes) -> None:
    """Each index answers a search by its operator, and the answer is as near as the one without it."""
    for index in lab.vector_indexes:
        with lab.trial():
            _index(lab, rows.begin(), notes, index)


def _index(lab: Lab, rows: Rows, notes: Notes, index: VectorIndex) -> None:
    import psycopg

    object = f"{index.schema}.{index.name}"
    table = QualifiedName(index.schema, index.table_name)
    filled = _try_to_fill(lab, rows, notes, index, table, object)
    kind = Kind(index.type, index.typmod)
    sample = (
        vector(kind, axis=0, noise=_noise(2))
        if index.type in VECTORS
        else value(Kind(index.type, index.typmod), 5)
    )
    type = (
        f"{quote(index.type_schema)}.{quote(index.type)}" if index.type_schema != "pg_catalog" else index.type
    )
    distance = (
        f"({index.key} OPERATOR({quote(index.operator_schema)}.{index.operator}) {literal(sample)}::{type})"
    )
    where = f" WHERE ({index.predicate}\n)" if index.predicate else ""
    search = f"SELECT {distance}::float8 FROM {quoted(table)}{where} ORDER BY {distance} LIMIT 1"
    try:
        lab.ask("SET LOCAL search_path = pg_catalog, pg_temp")
        exact = _answer(lab, search, indexed=False)
        used = _used(lab, search)
        found = _answer(lab, search, indexed=True) if filled else exact
    except psycopg.Error as error:
        if lab.connection.closed:
            raise
        notes.untried(object, str(error).partition("\n")[0])
        return
    twins = {one.name for one in lab.vector_indexes if (one.schema, one.table_name, one.key, one.operator) == (index.schema, index.table_name, index.key, index.operator)}  # fmt: skip
    if not used & twins:
        notes.failed(
            object, f"the planner does not use it for {index.operator}, even with every other way closed"
        )
    elif exact is not None and (found is None or found > exact + CLOSE):
        notes.failed(object, "a search by it does not find the nearest embedding")
    else:
        notes.tried(object)


def _try_to_fill(
    lab: Lab, rows: Rows, notes: Notes, index: VectorIndex, table: QualifiedName, object: str
) -> bool:
    """Rows in clusters where the index is over a plain vector column; else what is there has to do."""
    column = lab.columns.get(table, {}).get(index.column_name or "")
    if column is None or column.type not in VECTORS or column.generated:
        return True
    try:
        with lab.connection.transaction():
            return _fill(rows, table, column.name, column.kind) > 0
    except RefusedError:
        # The planner can be asked all the same.
        return False


_CLOSED = ("seqscan", "bitmapscan", "sort", "incremental_sort")


def _answer(lab: Lab, search: str, *, indexed: bool) -> float | None:
    """The nearest row's distance, by the index or without any."""
    with lab.connection.transaction(force_rollback=True):
        for way in _CLOSED if indexed else ("indexscan", "indexonlyscan"):
            lab.ask(f"SET LOCAL enable_{way} = off")
        if indexed:
            # All lists and the widest search: what is to be found is then found.
            lab.ask("SET LOCAL ivfflat.probes = 32768")
            lab.ask("SET LOCAL hnsw.ef_search = 1000")
        rows = lab.ask(search)
        return None if not rows or rows[0][0] is None else float(rows[0][0])


def _used(lab: Lab, search: str) -> set[str]:
    """The indexes that the plan reads, where every other way is closed."""
    with lab.connection.transaction(force_rollback=True):
        for way in _CLOSED:
            lab.ask(f"SET LOCAL enable_{way} = off")
        ((plan,),) = lab.ask(f"EXPLAIN (FORMAT JSON) {search}")
        return set(_names(plan if not isinstance(plan, str) else json.loads(plan)))


def _names(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for one in plan:
            yield from _names(one)
    elif isinstance(plan, dict):
        if "Index Name" in plan:
            yield str(plan["Index Name"])
        for one in plan.values():
            yield from _names(one)
