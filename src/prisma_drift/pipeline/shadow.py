"""What is made on the shadow server: the migrated database, and a likeness of a database that may only be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from ..model.schema import Schema, Table
from ..model.values import frozen, replace
from ..model.version import LATEST, Version

if TYPE_CHECKING:
    from ..migrations.history import History
    from ..postgres.apply.migrations import Applied, MigrationText
    from ..postgres.server.database import Connection, Database, Server

Progress = Callable[[int, int, str], None]
"""Called with (number, total, name) before each migration is applied."""

_NEEDED = ("domain", "type", "function", "aggregate", "sequence", "collation")
"""Kinds of unmanaged objects that a column's type or default, or an index, may name."""


class Shadow:
    """A shadow server that starts when something is first needed of it, and lasts as long as the stack."""

    def __init__(self, settings: str, stack: ExitStack) -> None:
        self._settings = settings
        self._stack = stack

    @cached_property
    def server(self) -> Server:
        from ..postgres.server.server import parse_shadow, server

        return self._stack.enter_context(server(parse_shadow(self._settings)))

    def likeness(self, read: Schema) -> Connection:
        """A connection to a likeness of what was read from a database that may only be read."""
        database = likeness(self.server, read)
        return self._stack.enter_context(database.connect(default_schema=read.default_schema))


@frozen
class Outside:
    """What is there though no migration made it."""

    tables: frozenset[str] = frozenset()
    """`schema.table`, made by the init script."""
    enums: frozenset[str] = frozenset()
    objects: frozenset[tuple[str, str]] = frozenset()
    """(kind, name) of what else the init script made, as `Unmanaged` has them."""
    roles: tuple[str, ...] = ()
    """Stand-ins for roles that no migration makes, sorted."""
    settings: tuple[str, ...] = ()
    """Settings of their own role or database that the migrations made, and that were undone."""


def migrate(
    database: Database,
    migrations: Sequence[MigrationText],
    *,
    default_schema: str,
    init_sql: str = "",
    version: Version = LATEST,
    schema_file: str = "prisma/schema.prisma",
    on_progress: Progress | None = None,
) -> Outside:
    """Run every migration as that `version` of Prisma does. ApplyError where one fails."""
    outside, _ = migrated(
        database,
        migrations,
        default_schema=default_schema,
        init_sql=init_sql,
        version=version,
        schema_file=schema_file,
        on_progress=on_progress,
    )
    return outside


def migrated(
    database: Database,
    migrations: Sequence[MigrationText],
    *,
    default_schema: str,
    init_sql: str,
    version: Version,
    schema_file: str,
    on_progress: Progress | None,
    before: Applied | None = None,
    to_be_resumed: bool = False,
) -> tuple[Outside, Applied]:
    """The same, behind what has been run `before`, and what the next run needs to go on from there."""
    from ..postgres.apply.migrations import apply

    outside = Outside()

    def scripted() -> None:
        nonlocal outside
        outside = _outside(database, default_schema)

    applied = apply(
        database,
        migrations,
        default_schema=default_schema,
        init_sql=init_sql,
        version=version,
        schema_file=schema_file,
        after_init=scripted,
        before=before,
        progress=on_progress,
        to_be_resumed=to_be_resumed,
    )
    return replace(outside, roles=applied.stand_ins, settings=applied.settings), applied


def texts(history: History) -> list[MigrationText]:
    """The files of a history, to be run."""
    from ..postgres.apply.migrations import MigrationText

    return [MigrationText(m.name, m.file, m.sql) for m in history.migrations]


def _outside(database: Database, default_schema: str) -> Outside:
    """All that a database holds, of every schema."""
    from ..postgres.catalog.introspect import introspect

    with database.connect() as connection:
        names = connection.execute(
            b"SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
        found = introspect(
            connection, default_schema=default_schema, schemas=tuple(str(name) for (name,) in names)
        )
    return Outside(
        frozenset(str(table.name) for table in found.tables),
        frozenset(str(enum.name) for enum in found.enums),
        frozenset((one.kind, one.name) for one in found.unmanaged),
    )


def likeness(shadow: Server, read: Schema) -> Database:
    """A new database with what `read` has that samples of its columns and indexes may name: schemas, extensions, enums,
    types, functions, sequences, and tables without their constraints.

    What cannot be made there (an extension that the shadow lacks, and what uses it) is left out; a sample that needs it
    is then refused, and its text compared.
    """
    database = shadow.create_database()
    with database.connect(default_schema=read.default_schema) as connection:
        connection.execute("SET check_function_bodies = off")
        connection.execute("SET statement_timeout = '10s'")
        waiting = list(_statements(read))
        # In rounds, since a type may need a function, and a function a table's type.
        while waiting:
            left = [sql for sql in waiting if not _made(connection, sql)]
            if len(left) == len(waiting):
                break
            waiting = left
        for table in read.tables:
            _complete(connection, table)
    return database


def _statements(read: Schema) -> Iterator[str]:
    from ..postgres.catalog.reader import quote

    schemas = {table.name.schema for table in read.tables} | {enum.name.schema for enum in read.enums}
    schemas |= {*read.schemas, read.default_schema} | {x.schema for x in read.extensions if x.schema}
    for name in sorted(schemas - {"", "public", "pg_catalog"}):
        yield f"CREATE SCHEMA IF NOT EXISTS {quote(name)}"
    for extension in read.extensions:
        place = f" SCHEMA {quote(extension.schema)}" if extension.schema else ""
        yield f"CREATE EXTENSION IF NOT EXISTS {quote(extension.name)}{place}"
    for enum in read.enums:
        values = ", ".join(_literal(value) for value in enum.values)
        yield f"CREATE TYPE {quote(enum.name.schema)}.{quote(enum.name.name)} AS ENUM ({values})"
    for sequence, _ in read.sequences:
        yield f"CREATE SEQUENCE IF NOT EXISTS {quote(sequence.schema)}.{quote(sequence.name)}"
    for one in read.unmanaged:
        if one.kind in _NEEDED and one.definition:
            yield one.definition
    for table in read.tables:
        columns = ", ".join(
            f"{quote(column.name)} {column.catalog.type}" for column in table.columns if column.catalog
        )
        yield f"CREATE TABLE {quote(table.name.schema)}.{quote(table.name.name)} ({columns})"


def _complete(connection: Connection, table: Table) -> None:
    """A table of which a column cannot be made gets the others: an index of theirs can be tried all the same."""
    from ..postgres.catalog.reader import quote

    name = f"{quote(table.name.schema)}.{quote(table.name.name)}"
    if not _made(connection, f"CREATE TABLE {name} ()"):
        return
    for column in table.columns:
        if column.catalog:
            _made(connection, f"ALTER TABLE {name} ADD COLUMN {quote(column.name)} {column.catalog.type}")


def _made(connection: Connection, sql: str) -> bool:
    import psycopg

    try:
        # Asking for binary results makes psycopg send one statement, so that no text can carry a second one.
        connection.execute(sql.encode(), binary=True)
    except psycopg.DatabaseError:
        if connection.closed:
            raise
        return False
    return True


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
