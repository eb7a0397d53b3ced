"""Where each difference comes from: the migration statements behind the objects that a Diff names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diff import changes as c
from ..diff.changes import Change, Diff
from ..migrations.provenance import HasSql, Target, trace
from ..model.names import QualifiedName
from ..model.report import Origin
from ..model.schema import Table


def origins(difference: Diff, migrations: Sequence[HasSql], default_schema: str) -> dict[str, Origin]:
    """The origin of each object, by its name in findings (`public.Tag`, `public.Tag.name`, `public.Role.ADMIN`)."""
    named = [pair for change in difference.changes for pair in _targets(change)]
    traces = trace([target for _, target in named], migrations, default_schema)
    found: dict[str, Origin] = {}
    for key, target in named:
        origin = traces[target]
        if origin is not None and key not in found:
            found[key] = Origin(origin.migration, origin.file, origin.line, origin.action)
    return found


def _targets(change: Change) -> Iterator[tuple[str, Target]]:
    """What to trace for one change: the object itself, and for what a table lost, its old name."""
    match change:
        case c.CreateSchema():
            yield change.name, Target("schema", change.name)
        case c.CreateExtension() | c.DropExtension():
            yield change.extension.name, Target("extension", change.extension.name)
        case c.AlterExtension():
            yield change.expected.name, Target("extension", change.expected.name)
        case c.CreateEnum() | c.DropEnum():
            yield str(change.enum.name), Target("enum", change.enum.name.name, change.enum.name.schema)
        case c.AlterEnum():
            name = change.actual.name
            for value in (*change.added, *change.removed):
                yield f"{name}.{value}", Target("enum value", value, name.schema, name.name)
        case c.CreateTable() | c.DropTable():
            yield str(change.table.name), Target("table", change.table.name.name, change.table.name.schema)
        case c.AddColumn() | c.DropColumn():
            yield _part("column", change.table.actual, change.column.name)
        case c.AlterColumn():
            yield _part("column", change.table.actual, change.actual.name)
        case c.AddPrimaryKey() | c.DropPrimaryKey():
            yield _part("constraint", change.table.actual, change.key.name)
        case c.RenamePrimaryKey() | c.RenameForeignKey():
            yield _renamed("constraint", change.table.actual, change.actual.name, change.expected.name)
        case c.RenameIndex():
            yield _renamed("index", change.table.actual, change.actual.name, change.expected.name)
        case c.CreateIndex() | c.DropIndex():
            table = change.table if isinstance(change, c.CreateIndex) else change.table.actual
            yield _part("index", table, change.index.name)
        case c.AddForeignKey() | c.DropForeignKey():
            yield _part("constraint", change.table, change.key.name)


def _part(kind: str, table: Table, name: str) -> tuple[str, Target]:
    return f"{table.name}.{name}", _target(kind, table.name, name)


def _renamed(kind: str, table: Table, actual: str, expected: str) -> tuple[str, Target]:
    """Findings go under the name that the schema expects; the migrations know the other one."""
    return f"{table.name}.{expected}", _target(kind, table.name, actual)


def _target(kind: str, table: QualifiedName, name: str) -> Target:
    return Target(kind, name, table.schema, table.name)
