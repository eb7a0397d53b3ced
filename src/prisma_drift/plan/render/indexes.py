"""CREATE INDEX, DROP INDEX, ALTER INDEX."""

from __future__ import annotations

from ...diff.changes import CreateIndex, DropIndex, RenameIndex
from ...diff.sides import from_catalog
from ...model.schema import Index, IndexColumn, Table
from .context import Context
from .names import Names, quote
from .statement import Applied, Statement


def create_index(change: CreateIndex, context: Context) -> str:
    """A declared index; one that the schema cannot declare, by the catalog's own definition."""
    catalog = change.index.catalog
    if (
        catalog is not None
        and catalog.definition
        and change.index.position is None
        and not context.rules.faithful
    ):
        return catalog.definition
    return index_sql(change.index, change.table, context.names)


def index_sql(index: Index, table: Table, names: Names) -> str:
    """An index in Prisma's words."""
    kind = "UNIQUE INDEX" if index.unique else "INDEX"
    using = "" if index.method == "btree" else f" USING {index.method.upper()} "
    columns = ", ".join(map(_column_sql, index.columns))
    where = f" WHERE {_predicate_sql(index, table)}" if index.predicate is not None else ""
    return f"CREATE {kind} {quote(index.name)} ON {names.new(table)}{using}({columns}){where}"


def _predicate_sql(index: Index, table: Table) -> str:
    """A predicate in parentheses, which the catalog's have already."""
    text = index.predicate or ""
    return text if from_catalog(table) and text.startswith("(") else f"({text})"


def _column_sql(column: IndexColumn) -> str:
    opclass = f" {column.opclass.name}" if column.opclass is not None else ""
    return f"{quote(column.name)}{opclass}{' ' + column.sort.upper() if column.sort else ''}"


def drop_index(change: DropIndex, context: Context) -> tuple[list[Statement], list[Applied]]:
    """An index that backs a UNIQUE constraint goes with the constraint: Postgres refuses DROP INDEX on it."""
    table, index = change.table.actual, change.index
    if context.corrects and index.catalog is not None and index.catalog.constraint == "u":
        owner = context.names.dropped(table)
        statement = f"ALTER TABLE {owner} DROP CONSTRAINT {quote(index.name)}"
        return [Statement(statement, changes=(change,))], [
            ("drop-unique-constraint", f"{table.name.schema}.{index.name}")
        ]
    return [Statement(f"DROP INDEX {context.names.dropped(table, index.name)}", changes=(change,))], []


def rename_index(change: RenameIndex, names: Names) -> str:
    return f"ALTER INDEX {names.beside(change.table, change.actual.name)} RENAME TO {quote(change.expected.name)}"
