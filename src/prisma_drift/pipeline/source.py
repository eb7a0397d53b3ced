"""Where a schema comes from: files, migrations, a database, or nothing; one way in for both ends of every comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..diff.rules import Rules
from ..errors import DriftError, ProjectError
from ..migrations.folder import MIGRATION_FILE
from ..migrations.history import History, provider_mismatch, read_history
from ..migrations.split import split
from ..model.schema import Schema
from ..model.source import Position
from ..model.values import field, frozen, replace
from ..model.version import LATEST, Version
from ..project.reading import read_schema
from ..psl.files import read_files
from .shadow import Shadow, migrate, texts

if TYPE_CHECKING:
    from ..postgres.catalog.samples import Answer, Sample
    from ..postgres.server.database import Connection, Database
    from ..project import Config
    from ..psl.load import Document


@frozen
class Nothing:
    """A database without anything in it."""


@frozen
class Files:
    """Files in Prisma's language."""

    document: Document


@frozen
class Migrations:
    """A history that is run on the shadow."""

    history: History
    default_schema: str = "public"
    version: Version = LATEST


@frozen
class Migrated:
    """A database of the shadow in which a history has been run."""

    database: Database
    default_schema: str = "public"


@frozen
class LiveDatabase:
    """A database of the user's own, which is only read."""

    url: str = field(repr=False)
    default_schema: str = "public"


SchemaSource = Nothing | Files | Migrations | Migrated | LiveDatabase


@frozen
class Scope:
    """What Prisma takes from the schema files of both ends together."""

    schemas: tuple[str, ...] = ()
    partial_indexes: bool = False
    external_tables: frozenset[str] = frozenset()
    """`schema.table`, managed elsewhere."""


def scope_of(sources: Iterable[SchemaSource], rules: Rules) -> Scope:
    """The schemas and preview features that decide what of a database is looked at."""
    return scope_of_schemas([one.document.schema for one in sources if isinstance(one, Files)], rules)


def scope_of_schemas(schemas: Iterable[Schema], rules: Rules) -> Scope:
    declared = list(schemas)
    features = {name for schema in declared for name in schema.preview_features}
    return Scope(
        tuple(sorted({name for schema in declared for name in schema.schemas})),
        rules.version.partial_indexes and "partialindexes" in features,
        rules.external_tables,
    )


Ask = Callable[[Sequence[str], "Sequence[Sample]"], "list[Answer]"]
"""What Postgres' catalog says of each sample; names are looked up in the schemas given, texts printed relative to the first."""


@frozen
class Side:
    """One end of a comparison, read."""

    schema: Schema
    declared: bool = False
    """By files: what Prisma's language leaves open can be asked of the database at the other end."""
    connection: Connection | None = None
    """To the database that it was read from; open as long as the stack it was opened on."""
    likeness: Callable[[Schema], Connection] | None = None
    """For a database that may only be read: leads to one on the shadow that has what a schema says."""
    read: Callable[[], Schema] | None = None
    """Reads the database again."""
    samples: Ask | None = None
    """What its catalog says of samples, where that may be known without asking it."""

    @property
    def ours(self) -> bool:
        """Whether it lies on the shadow, where things may be tried."""
        return self.connection is not None and self.likeness is None


def open_side(source: SchemaSource, scope: Scope, shadow: Shadow, stack: ExitStack) -> Side:
    """The schema of a source; connections last as long as `stack`. ApplyError where a migration fails."""
    match source:
        case Nothing():
            return Side(Schema(default_schema=""))
        case Files(document):
            return Side(document.schema, declared=True)
        case Migrations(history, default, version):
            database = shadow.server.create_database()
            migrate(database, texts(history), default_schema=default, version=version)
            return open_side(Migrated(database, default), scope, shadow, stack)
        case Migrated(database, default):
            connection = stack.enter_context(database.connect(default_schema=default))
            return side_of(connection, scope, default)
        case LiveDatabase(url, default):
            from ..postgres.server.live import reading_live

            connection = stack.enter_context(reading_live(url, default))
            side = side_of(connection, scope, default, ours=False)
            return replace(side, likeness=shadow.likeness)


def side_of(
    connection: Connection,
    scope: Scope,
    default_schema: str,
    *,
    ours: bool = True,
    known: Schema | None = None,
) -> Side:
    """What a connection leads to; `ours`: of the shadow. `known`: what was read of it earlier."""
    from ..postgres.catalog.introspect import introspect

    read = partial(
        introspect,
        connection,
        default_schema=default_schema,
        schemas=scope.schemas,
        partial_indexes=scope.partial_indexes,
        external=scope.external_tables,
        ours=ours,
    )
    return Side(known or read(), connection=connection, read=read)


def parse_source(text: str, *, version: Version, default_schema: str) -> SchemaSource:
    """A source as the command line names it: `empty`, a URL, a migrations folder, a schema file or folder."""
    if text == "empty":
        return Nothing()
    if text.startswith(("postgres://", "postgresql://")):
        from ..postgres.server.live import schema_of

        return LiveDatabase(text, schema_of(text) or default_schema)
    path = Path(text)
    if not path.exists():
        raise DriftError(
            f"There is nothing at {text}.",
            id="target-missing",
            hint="Give `empty`, a schema file or folder, a migrations folder, or a URL postgresql://….",
        )
    if _holds_migrations(path):
        return Migrations(read_history(path, version), default_schema, version)
    from ..psl.load import load, require_datasource

    files = read_files(path)
    document = load(files, version=version, default_schema=default_schema, strict_views=True, gates=True)
    return Files(require_datasource(document))


def _holds_migrations(path: Path) -> bool:
    return path.is_dir() and ((path / "migration_lock.toml").exists() or any(path.glob("*/migration.sql")))


def read_project(
    config: Config,
    first: Callable[[History], None] | None = None,
    read: History | None = None,
) -> tuple[Document, History]:
    """A project's schema and its migrations, as they stand on disk, with paths as reports show them.

    `first` is told the history as soon as it is read, before the schema is. Of two errors the schema's is raised. `read`: the
    history, where it was read already.
    """
    found, refused = read, None
    if first is not None and read is not None:
        first(_shown(config, read))
    elif first is not None and config.migrations is not None:
        try:
            found = read_history(config.migrations, config.version, root=config.root)
        except DriftError as error:
            refused = error
        else:
            first(_shown(config, found))
    document = read_schema(config)
    _refuse_unknown_fields(config, document)
    if config.migrations is None:
        raise ProjectError(
            f"No migrations folder was found for {config.shown(config.schema)}.",
            id="migrations-missing",
            hint="Name it with --migrations, or make the first migration with `npx prisma migrate dev`.",
        )
    if refused is not None:
        raise refused
    found = found or read_history(config.migrations, config.version, root=config.root)
    history = _shown(config, found)
    mismatch = provider_mismatch(history, document.datasource.provider) if document.datasource else None
    if mismatch:
        raise ProjectError(mismatch.message, hint=mismatch.hint, position=mismatch.position, id=mismatch.id)
    return document, history


def _refuse_unknown_fields(config: Config, document: Document) -> None:
    """`backfill:` may name fields of the schema alone; what several projects share may be another one's."""
    if config.name or not config.backfill:
        return
    known = {f"{t.model}.{c.field or c.name}" for t in document.schema.tables if t.model for c in t.columns}
    for name, expression in config.backfill:
        several = len(list(split(f"SELECT ({expression})"))) != 1
        if name in known and not several:
            continue
        from difflib import get_close_matches

        close = get_close_matches(name, sorted(known), 1)
        hint = f"Did you mean `{close[0]}`?" if close else "Write `Model.field`, as schema.prisma names them."
        raise ProjectError(
            f"`backfill.{name}` is more than one SQL expression."
            if several
            else f"`backfill.{name}` is no field of the schema that has a column.",
            id="settings-invalid",
            hint="Write one expression over the row, as after SET in an UPDATE." if several else hint,
            position=Position(config.shown(config.settings), 1) if config.settings else None,
        )


def _shown(config: Config, history: History) -> History:
    base = config.shown(history.folder)
    start = "" if base == "." else f"{base}/"
    migrations = tuple(
        replace(m, folder=f"{start}{m.name}", file=f"{start}{m.name}/{MIGRATION_FILE}")
        for m in history.migrations
    )
    hygiene = tuple(replace(h, position=shown(config, h.position) or h.position) for h in history.hygiene)
    return replace(history, migrations=migrations, hygiene=hygiene)


def shown(config: Config, position: Position | None) -> Position | None:
    """A position with its path as reports show it."""
    if position is None or not Path(position.file).is_absolute():
        return position
    return replace(position, file=config.shown(position.file))
