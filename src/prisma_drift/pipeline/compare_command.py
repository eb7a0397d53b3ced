"""`prisma-drift diff`: what turns one of empty, a schema, a migrations folder or a database into another."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ..diff.compare import Rules, diff
from ..errors import EXIT_DRIFT, EXIT_IN_STEP, DriftError
from ..model.schema import Schema
from ..model.values import frozen
from ..model.version import LATEST, Version
from ..plan.plan import build_plan
from ..plan.script import script
from ..plan.summary import summary
from ..psl.load import Document, load, read_files
from .holders import holders_of

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Server


@frozen
class Options:
    """How to compare, and what to print."""

    version: Version = LATEST
    default_schema: str = "public"
    shadow: str = "embedded"
    strategy: str = "plain"
    """plain | preserve"""
    script: bool = False
    """Print SQL, not Prisma's summary in words."""
    warnings: bool = False
    external_tables: frozenset[str] = frozenset()
    external_enums: frozenset[str] = frozenset()


@frozen
class Outcome:
    text: str
    exit_code: int


@frozen
class Side:
    """One end of the comparison."""

    kind: str
    """empty | schema | migrations | database"""
    text: str
    document: Document | None = None


def run(source: str, target: str, options: Options) -> Outcome:
    """Compare `source` (what is there) with `target` (what should be); see Options for what is printed.

    Only a migrations folder needs a server of its own; `empty` and schemas need none. A database given by its URL is
    read in a transaction that is rolled back.
    """
    before, after = _side(source, options), _side(target, options)
    rules = Rules(
        version=options.version,
        external_tables=options.external_tables,
        external_enums=options.external_enums,
    )
    documents = [side.document for side in (before, after) if side.document]
    with ExitStack() as stack:
        reader = _Reader(stack, options, rules, documents)
        actual, connection = reader.schema(before)
        expected, other = reader.schema(after)
        if connection and after.document:
            expected = reader.realised(expected, actual, connection)
        elif other and before.document:
            actual = reader.realised(actual, expected, other)
        difference = diff(actual, expected, rules)
        holders = None
        if connection:
            live = before.kind == "database"
            holders = holders_of(difference, actual, expected, rules, connection, live=live)
    plan = build_plan(difference, actual, expected, rules, strategy=options.strategy, holders=holders)
    text = (
        script(plan, warnings=options.warnings)
        if options.script
        else summary(difference, actual, expected, rules)
    )
    return Outcome(text, EXIT_DRIFT if difference.changes else EXIT_IN_STEP)


def _side(text: str, options: Options) -> Side:
    if text == "empty":
        return Side("empty", text)
    if text.startswith(("postgres://", "postgresql://")):
        return Side("database", text)
    path = Path(text)
    if not path.exists():
        raise DriftError(
            f"There is nothing at {text}.",
            id="target-missing",
            hint="Give `empty`, a schema file or folder, a migrations folder, or a URL postgresql://….",
        )
    if _holds_migrations(path):
        return Side("migrations", text)
    files = read_files(path)
    document = load(files, version=options.version, default_schema=options.default_schema, strict_views=True)
    return Side("schema", text, document)


def _holds_migrations(path: Path) -> bool:
    return path.is_dir() and ((path / "migration_lock.toml").exists() or any(path.glob("*/migration.sql")))


class _Reader:
    """Reads both ends under the same settings: Prisma takes schemas and preview features from both together."""

    def __init__(self, stack: ExitStack, options: Options, rules: Rules, documents: list[Document]) -> None:
        self._stack = stack
        self._options = options
        self._server: Server | None = None
        self._namespaces = tuple(sorted({name for d in documents for name in d.schema.schemas}))
        features = {name for d in documents for name in d.schema.preview_features}
        self._partial = rules.version.partial_indexes and "partialindexes" in features
        self._features = tuple(sorted(features))

    def schema(self, side: Side) -> tuple[Schema, Connection | None]:
        """The end as a Schema, and where it is a database a connection that lives as long as the stack."""
        from ..postgres.server.live import connect_live, schema_of

        if side.document:
            return side.document.schema, None
        if side.kind == "empty":
            return Schema(default_schema=""), None
        if side.kind == "migrations":
            connection, default = self._migrated(side.text), self._options.default_schema
        else:
            default = schema_of(side.text) or self._options.default_schema
            connection = self._stack.enter_context(connect_live(side.text, default))
        return self._introspect(connection, default), connection

    def realised(self, schema: Schema, database: Schema, connection: Connection) -> Schema:
        from .realise import realise

        return realise(schema, database, connection)

    def _introspect(self, connection: Connection, default_schema: str) -> Schema:
        from ..postgres.catalog.introspect import introspect

        return introspect(
            connection,
            default_schema=default_schema,
            schemas=self._namespaces,
            partial_indexes=self._partial,
        )

    def _migrated(self, folder: str) -> Connection:
        from ..migrations.history import read_history
        from ..postgres.apply.migrations import MigrationText, apply
        from ..postgres.server.server import parse_shadow, server

        history = read_history(Path(folder))
        if self._server is None:
            self._server = self._stack.enter_context(server(parse_shadow(self._options.shadow)))
        database = self._server.create_database()
        texts = [MigrationText(m.name, m.file, m.sql) for m in history.migrations]
        apply(database, texts, default_schema=self._options.default_schema)
        return self._stack.enter_context(database.connect(default_schema=self._options.default_schema))
