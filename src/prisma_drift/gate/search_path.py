"""Extensions that stand in a schema in which `prisma migrate` does not look: it has the URL's schema alone in its search_path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..migrations import facts as f
from ..migrations.history import Migration
from ..migrations.statements import read
from ..model.report import Finding
from ..model.source import Position
from ..postgres.catalog.inventory import Inventory
from ..postgres.catalog.reader import quote

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

PATH = "search-path"


def search_path_findings(
    live: Connection, pending: Sequence[Migration], here: Inventory, built: Inventory, default: str
) -> Iterator[Finding]:
    """For each extension that a pending migration names something of, without a schema, and that stands elsewhere than on the shadow."""
    for (kind, name), thing in sorted(here.things.items()):
        other = built.things.get((kind, name))
        if kind != "extension" or other is None or other.definition == thing.definition:
            continue
        schema = thing.definition.removeprefix("in schema ")
        if schema in (default, "pg_catalog"):
            continue
        members = _members(live, name)
        use = next((u for migration in pending for u in _uses(migration, members)), None)
        if use is not None:
            migration, line, word = use
            yield Finding(
                PATH,
                "error",
                name,
                f"The pending migration `{migration.name}` names `{word}` without a schema. The extension {name} stands in the "
                f"schema {schema} of this database, and `prisma migrate` looks in {default} alone.",
                f"Move it: ALTER EXTENSION {quote(name)} SET SCHEMA {quote(default)};",
                position=Position(migration.file, line),
            )


def _members(live: Connection, extension: str) -> set[str]:
    """The names of an extension's types and operator classes."""
    found = live.execute(
        "SELECT coalesce(t.typname, o.opcname)::pg_catalog.text FROM pg_catalog.pg_depend AS d"
        " JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass"
        " LEFT JOIN pg_catalog.pg_type AS t ON t.oid = d.objid AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass"
        " LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = d.objid AND d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass"
        " WHERE x.extname = %s AND d.deptype = 'e' AND coalesce(t.typname, o.opcname) IS NOT NULL",
        [extension],
    )
    return {str(row[0]) for row in found}


def _uses(migration: Migration, members: set[str]) -> Iterator[tuple[Migration, int, str]]:
    for reading in read(migration.sql):
        for fact in reading.facts:
            types: list[f.TypeName] = []
            match fact:
                case f.CreateTable():
                    types = [c.type for c in fact.columns]
                case f.AddColumn():
                    types = [fact.column.type]
                case f.AlterColumnType():
                    types = [fact.type]
                case f.CreateIndex():
                    for key in fact.keys:
                        if key.opclass in members and f".{key.opclass}" not in key.text.replace('"', ""):
                            yield migration, fact.line, str(key.opclass)
            for type in types:
                if type.schema is None and type.name in members:
                    yield migration, reading.statement.line, type.name
