"""A baseline where the history itself cannot be run: from a live database, which is read, or from the schema alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..diff.rules import Rules
from ..errors import DriftError
from ..migrations.facts import Neutral
from ..migrations.history import History
from ..migrations.statements import read
from ..model.values import frozen, replace
from ..pipeline.check import migrate_project
from ..pipeline.source import read_project
from ..postgres.catalog.reader import quote
from .archive import Entry
from .dump import dump, dump_at
from .facts import key
from .model import Baseline
from .run import cut, new_migration, new_name
from .script import compose
from .shape import in_prismas_words

if TYPE_CHECKING:
    from ..migrations.history import Migration
    from ..pipeline.shadow import Progress
    from ..postgres.server.database import Database, Server
    from ..project import Config

_GRANTS = frozenset({"ACL", "ACL LANGUAGE", "DEFAULT ACL"})
_UNDECLARABLE = frozenset(
    {"view", "materialized", "function", "procedure", "trigger", "policy", "rule", "aggregate"}
)
_KINDS = {"materialized": "materialized view"}
_FROM_DATABASE = (
    "owners, grants and roles: they belong to the server, and are not taken over",
    "rows: what an empty database needs belongs into a seed",
)
_MOST = 20


def from_database(config: Config, url: str, on_progress: Progress | None = None) -> Baseline:
    """One migration that builds what the database at `url` holds in the project's schemas, proved on the shadow.

    The database is read by pg_dump, in a read-only transaction that waits ten seconds for a lock. DriftError where it
    cannot be had; its password is in no message.
    """
    from ..postgres.server.live import refuse_ambiguous, schema_of, without_password
    from ..postgres.server.server import parse_shadow, server
    from ..postgres.server.url import read_url

    refuse_ambiguous(url)
    document, history = read_project(config)
    config = replace(config, default_schema=schema_of(url) or config.default_schema)
    schemas = {config.default_schema, *document.schema.schemas}
    parameters = {"connect_timeout": "15", **read_url(url)[0]}
    parameters.setdefault("dbname", parameters.get("user", "postgres"))
    try:
        there = dump_at(parameters, "--lock-wait-timeout=10s")
    except DriftError as error:
        raise DriftError(
            without_password(error.message, url),
            id="database-unreachable",
            hint="Check the URL, and that its role may read every table's definition.",
        ) from None
    with server(parse_shadow(config.shadow, trusted=not config.shadow_from_file)) as shadow:
        blank = shadow.create_database()
        given = {key(entry) for entry in dump(blank)}
        shadow.drop_database(blank)
        entries = [entry for entry in _mine(there, schemas) if key(entry) not in given]
        name, replaced = _place(config, history)
        bench = _Bench(shadow, config, history, name, len(replaced), entries, schemas, given)
        made = Baseline(
            name, bench.text(entries), replaced, (), (), len(entries),
            unknown=(*_FROM_DATABASE, *_elsewhere(there, schemas)),
        )  # fmt: skip
        try:
            new = bench.build(entries, on_progress)
        except DriftError as error:
            said = f"the new migration does not apply: {error.message} {error.excerpt}".strip()
            return replace(made, troubles=(said,))
        rules = Rules(config.version)
        shaped = in_prismas_words(
            entries, new, config.default_schema, document.schema, rules, bench.different_names
        )
        return replace(made, sql=bench.text(shaped), troubles=tuple(bench.differences(shaped)))


@frozen
class _Bench:
    """Where a migration of a dump's entries is tried."""

    shadow: Server
    config: Config
    history: History
    name: str
    """Of the migration."""
    count: int
    """Of the migrations that it replaces."""
    entries: Sequence[Entry]
    """What is wanted."""
    schemas: set[str]
    given: set[tuple[str, str, str, str]]
    """What an empty database has."""

    def text(self, tried: Sequence[Entry]) -> str:
        return compose(tried, count=self.count, role="", last=_refreshed(self.entries))

    def build(self, tried: Sequence[Entry], on_progress: Progress | None = None) -> Database:
        alone = new_migration(self.name, self.text(tried))
        database = self.shadow.create_database()
        migrate_project(self.config, replace(self.history, migrations=(alone,)), database, on_progress)
        return database

    def different_names(self, tried: Sequence[Entry]) -> frozenset[str] | None:
        try:
            return frozenset(f"{schema}.{tag}" for _, schema, tag in self._different(tried))
        except DriftError:
            return None

    def differences(self, tried: Sequence[Entry]) -> Iterator[str]:
        """What is not the same in a new database, for people."""
        for kind, schema, tag in self._different(tried):
            yield (
                f"{kind} {schema}.{tag} is not the same in a new database"
                if schema
                else (f"{kind} {tag} is not the same in a new database")
            )

    def _different(self, tried: Sequence[Entry]) -> list[tuple[str, str, str]]:
        """Kind, schema and tag."""
        new = self.build(tried)
        try:
            wanted = Counter(map(key, self.entries))
            built = Counter(
                one for entry in _mine(dump(new), self.schemas) if (one := key(entry)) not in self.given
            )
        finally:
            self.shadow.drop_database(new)
        return [(kind, schema, tag) for kind, schema, tag, _ in sorted((wanted - built) | (built - wanted))]


def from_schema(config: Config) -> Baseline:
    """One migration that builds what the schema declares; what the history's text made beside it is named."""
    from ..pipeline.diff import Request, as_script, run

    _, history = read_project(config)
    name, replaced = _place(config, history)
    request = Request("empty", str(config.schema), config.version, config.default_schema, config.shadow)
    found = run(request)
    return Baseline(
        name, as_script(found), replaced, (), (), len(found.plan.steps), unknown=tuple(_undeclared(history))
    )


def _place(config: Config, history: History) -> tuple[str, tuple[Migration, ...]]:
    if not history.migrations:
        return "0_baseline", ()
    replaced, kept = cut(history, None)
    return new_name(replaced, kept, config), replaced


def _mine(entries: Sequence[Entry], schemas: set[str]) -> Iterator[Entry]:
    """What lies in the project's schemas, with these schemas and the extensions; nobody's owner or grant."""
    for entry in entries:
        named = entry.tag in schemas if entry.kind == "SCHEMA" else entry.kind == "EXTENSION"
        if entry.kind not in _GRANTS and (entry.schema in schemas or (not entry.schema and named)):
            yield replace(entry, owner="")


def _elsewhere(entries: Sequence[Entry], schemas: set[str]) -> Iterator[str]:
    """What is left out because it lies outside the project's schemas."""
    out = Counter(
        entry.schema
        for entry in entries
        if entry.schema and entry.schema not in schemas and entry.kind not in _GRANTS
    )
    for schema, count in sorted(out.items())[:_MOST]:
        yield f"the schema {schema}, which the datasource does not name: {count} of its objects are left out"
    loose = sorted(
        {
            f"{entry.kind.lower()} {entry.tag}"
            for entry in entries
            if not entry.schema and entry.kind not in {*_GRANTS, "SCHEMA", "EXTENSION", "COMMENT"}
        }
    )
    for one in loose[:_MOST]:
        yield f"the {one}, which belongs to no schema: it is left out"


def _refreshed(entries: Sequence[Entry]) -> list[str]:
    """A view of an empty database may be filled: a query of it fails otherwise."""
    return [
        f"REFRESH MATERIALIZED VIEW {quote(entry.schema)}.{quote(entry.tag)};"
        for entry in entries
        if entry.kind == "MATERIALIZED VIEW"
    ]


def _undeclared(history: History) -> Iterator[str]:
    """What the old texts make that no schema declares: whether it is still there only a database could tell."""
    for migration in history.migrations:
        for reading in read(migration.sql):
            for fact in reading.facts:
                if isinstance(fact, Neutral) and fact.verb == "create" and fact.kind in _UNDECLARABLE:
                    yield f"whether the {_KINDS.get(fact.kind, fact.kind)} {fact.name} of {migration.file}:{reading.statement.line} is still needed"
