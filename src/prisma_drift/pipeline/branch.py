"""What a branch's own migrations do to tables with rows: replayed from the base, each statement alone, and seen.

Only migrations that the base has not are looked at; the history before them is no news. What is accepted beside a statement or
in prisma-drift.yml is a note, and an acceptance that speaks of nothing is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..git.repository import Repository, top_level
from ..migrations.history import History, Migration
from ..migrations.split import Statement, split
from ..model.hazards import Hazard
from ..model.report import Finding
from ..model.source import Position
from ..model.values import field, frozen, mutable, replace
from ..rows.fill import fill
from ..rows.observe import Fact, Observer, Seen
from ..rows.seen import at_the_end, dropped, hazards, observed
from ..rows.thin import drop_orphans
from .shadow import migrate

if TYPE_CHECKING:
    from ..model.names import QualifiedName
    from ..postgres.server.database import Connection, Database, Server
    from ..project import Config
    from ..rows.catalog import Tables

STALE, SILENT = "acceptance-stale", "acceptance-without-reason"
_ALLOW = re.compile(r"--[ \t]*prisma-drift:[ \t]*allow[ \t]+([a-z][a-z0-9-]*)[ \t]*([^\n]*)")
_TRANSACTION = re.compile(
    r"(?i)(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|set\s+transaction|set\s+constraints)\b"
)
_OF_TRANSACTION = re.compile(
    r"(?is)^(\s*create\s+(?:local\s+|global\s+)?temp(?:orary)?\s+table\b.*?\bon\s+commit\s+)(?:drop|delete\s+rows)\b"
)
_LOCAL = re.compile(r"(?i)^(\s*set\s+)local\b")
_UNMANAGED_INDEX = ("hnsw", "ivfflat", "bloom")


@frozen
class Branch:
    """What a branch adds."""

    findings: tuple[Finding, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    """Those that nobody has accepted, with the migration and what was seen."""
    migrations: tuple[str, ...] = ()
    """Names of its own."""


@frozen
class _Allowed:
    """An acceptance in a migration."""

    id: str
    reason: str
    position: Position
    offset: int


@mutable
class _Found:
    """What one run collects."""

    hazards: list[tuple[Hazard, Migration, Statement]] = field(default_factory=list)
    dropped: list[tuple[Fact, Migration, Statement, Seen]] = field(default_factory=list)
    stopped: str = ""
    emptied: bool = False
    """Whether rows had to be taken away for statements to go on."""


def look_at_branch(config: Config, history: History, shadow: Server) -> Branch:
    """Run the branch's own migrations on tables with rows. DriftError where the base is not known."""
    own = own_migrations(config, history)
    if not own:
        return Branch()
    names = {one.name for one in own}
    database = shadow.create_database()
    try:
        _replay(config, [one for one in history.migrations if one.name not in names], database)
        _fill(database, config, own)
        found, unindexed = _run(database, config, own)
        return _judged(config, own, found, unindexed)
    finally:
        shadow.drop_database(database)


def own_migrations(config: Config, history: History) -> tuple[Migration, ...]:
    """The migrations that the base has not, in their order. DriftError where git does not know it."""
    assert config.base is not None
    top = top_level(config.project)
    if top is None or config.migrations is None:
        raise DriftError(
            f"`--base {config.base}` names a commit, and {config.shown(config.project)} is in no git repository.",
            id="base-unknown",
            hint="Leave --base out, or run inside the repository.",
        )
    repository = Repository(top)
    ancestor = repository.merge_base(config.base)
    if ancestor is None:
        raise DriftError(
            f"Git finds no common ancestor of this branch and `{config.base}`.",
            id="base-unknown",
            hint="Fetch it with its history (actions/checkout: `fetch-depth: 0`), or name another commit.",
        )
    place = config.migrations.resolve().relative_to(top.resolve()).as_posix()
    start = f"{place}/"
    there = {
        blob.path[len(start) :].partition("/")[0]
        for blob in repository.tree(ancestor, place)
        if blob.path.endswith("/migration.sql")
    }
    return tuple(one for one in history.migrations if one.name not in there)


def _replay(config: Config, migrations: Sequence[Migration], database: Database) -> None:
    from ..postgres.apply.migrations import MigrationText

    migrate(
        database,
        [MigrationText(one.name, one.file, one.sql) for one in migrations],
        default_schema=config.default_schema,
        init_sql=config.init_sql,
        version=config.version,
        schema_file=config.shown(config.schema),
    )


def _fill(database: Database, config: Config, own: Sequence[Migration]) -> None:
    """Rows in the tables whose names the migrations hold, and in their parents."""
    from ..rows.catalog import Tables
    from .seeds import seeded

    try:
        seeded(config, database)
    except DriftError:
        # A seed of the settings may be written for what the branch adds.
        if not config.seed_from_file:
            raise
    text = "\n".join(one.sql for one in own)
    words = set(re.findall(r"[\w$]+", text)) | set(re.findall(r'"([^"]+)"', text))
    lower = {word.lower() for word in words}
    with database.connect(default_schema=config.default_schema) as connection:
        connection.pgconn.notice_handler = None
        tables = Tables(connection)
        wanted = [name for name in tables.columns if name.name in words or name.name in lower]
        wanted += [
            key.table
            for name in wanted
            for keys in tables.keys.values()
            for key in keys
            if key.references == name
        ]
        fill(connection, wanted, tables=tables)


def _run(database: Database, config: Config, own: Sequence[Migration]) -> tuple[_Found, list[Fact]]:
    found = _Found()

    def connect() -> Connection:
        connection = database.connect(default_schema=config.default_schema)
        connection.pgconn.notice_handler = None
        connection.execute(f"SET statement_timeout = '{int(database.statement_timeout)}s'".encode())
        return connection

    observer = Observer(connect)
    try:
        keys = observer.keys()
        for migration in own:
            statements = split(migration.sql)
            for statement in statements:
                seen = _seen(observer, statement, migration, found)
                if seen is None:
                    return found, []
                for fact in seen.facts:
                    index = fact.kind == "index dropped" and fact.detail in _UNMANAGED_INDEX
                    if (fact.kind == "dropped" or index) and not fact.fresh:
                        fact = replace(fact, detail="index") if index else fact
                        found.dropped.append((fact, migration, statement, seen))
            # Prisma sends each file on a connection that knows no temporary tables of others.
            observer.connection.execute(b"DISCARD TEMP")
        left = observer.names()
        found.dropped = [one for one in found.dropped if f"{one[0].detail} {_object(one[0])}" not in left]
        return found, observer.unindexed(keys)
    finally:
        observer.close()


def _object(fact: Fact) -> str:
    return f"{fact.table}.{fact.name}" if fact.table and fact.detail not in ("index", "view") else fact.name


def _seen(observer: Observer, statement: Statement, migration: Migration, found: _Found) -> Seen | None:
    """Run a statement; where rows stop it, once more without the rows. None where that does not help either."""
    if _TRANSACTION.match(statement.text):
        # Each statement is looked at alone, whatever the file says of its transactions.
        return Seen(statement.text)
    text = _alone(statement.text)
    seen = observer.run(text)
    if seen.error:
        # Rows that were taken away may be what a later statement lacks: from then on nobody knows whose fault it is.
        told = () if found.emptied else hazards(seen, statement.line, migration.name)
        named = _named(observer, seen, statement)
        if len(named) == 1:
            told = tuple(one if one.object else replace(one, object=str(named[0])) for one in told)
        found.emptied = True
        found.hazards += [(hazard, migration, statement) for hazard in told]
        _emptied(observer, seen, statement)
        seen = observer.run(text)
        if seen.error:
            found.stopped = f"{migration.name}: {seen.error}"
            return None
    found.hazards += [(one, migration, statement) for one in hazards(seen, statement.line, migration.name)]
    return seen


def _alone(text: str) -> str:
    """A statement whose effect would end with its transaction, so that it lasts for those behind it in the file."""
    return _LOCAL.sub(r"\1", _OF_TRANSACTION.sub(r"\1preserve rows", text))


def _named(
    observer: Observer, seen: Seen, statement: Statement, tables: Tables | None = None
) -> list[QualifiedName]:
    """The tables whose names stand in a statement, and the one that it failed on."""
    from ..rows.catalog import Tables as Catalog

    words = set(re.findall(r"[\w$]+", statement.text)) | set(re.findall(r'"([^"]+)"', statement.text))
    lower = {word.lower() for word in words}
    return [
        name
        for name in (tables or Catalog(observer.connection)).columns
        if str(name) == seen.failed_table or name.name in words or name.name in lower
    ]


def _emptied(observer: Observer, seen: Seen, statement: Statement) -> None:
    """Delete the rows of the tables that a statement names, so that those behind it can be looked at."""
    from ..rows.catalog import Tables, quoted

    connection = observer.connection
    tables = Tables(connection)
    named = _named(observer, seen, statement, tables)
    with connection.transaction():
        connection.execute(b"SET LOCAL session_replication_role = replica")
        for name in named or list(tables.columns):
            connection.execute(f"DELETE FROM {quoted(name)}".encode())  # noqa: S608
        drop_orphans(connection, [key for keys in tables.keys.values() for key in keys])


# ------------------------------------------------------------ accepted


def _judged(config: Config, own: Sequence[Migration], found: _Found, unindexed: Sequence[Fact]) -> Branch:
    """Findings at their statements; what is accepted becomes a note."""
    hazards = [*found.hazards]
    for fact, migration, statement, seen in found.dropped:
        hazards.append(
            (Hazard(*dropped(fact), statement.line, migration.name, observed(seen)), migration, statement)
        )
    for said in at_the_end(list(unindexed)):
        place = _place_of(own, said[2])
        if place is not None:
            hazards.append((Hazard(*said, place[1].line, place[0].name), *place))
    notes = {one.name: list(_allowed(one)) for one in own}
    statements = {one.name: split(one.sql) for one in own}
    used: set[_Allowed] = set()
    settled: set[str] = set()
    findings, open = [], []
    for hazard, migration, statement in dict.fromkeys(hazards):
        reason = ""
        for note in notes[migration.name]:
            if note.id == hazard.id and note.reason and _about(note, statements[migration.name]) == statement:
                used.add(note)
                reason = note.reason
        for word, why, _ in config.allow:
            if _allows(word, hazard):
                settled.add(word)
                reason = reason or why
        position = Position(migration.file, statement.line)
        message = f"{hazard.message} Accepted: {reason}" if reason else hazard.message
        severity = "note" if reason else hazard.severity
        findings.append(Finding(hazard.id, severity, hazard.object, message, hazard.hint, position=position))
        if not reason:
            open.append(hazard)
    findings += _stale(config, notes, used, settled)
    if found.stopped:
        text = f"The branch's migrations could not be looked at to their end: {found.stopped}."
        findings.append(
            Finding("branch-not-observed", "note", "", text, "What stands before it was looked at.")
        )
    return Branch(tuple(findings), tuple(open), tuple(one.name for one in own))


def _place_of(own: Sequence[Migration], object: str) -> tuple[Migration, Statement] | None:
    """The last statement of the branch that names a constraint."""
    name = object.rpartition(".")[2]
    for migration in reversed(own):
        for statement in reversed(split(migration.sql)):
            if name in statement.text:
                return migration, statement
    return None


def _allowed(migration: Migration) -> Iterable[_Allowed]:
    for match in _ALLOW.finditer(migration.sql):
        line = migration.sql.count("\n", 0, match.start()) + 1
        yield _Allowed(match[1], match[2].strip(), Position(migration.file, line), match.start())


def _about(note: _Allowed, statements: Sequence[Statement]) -> Statement | None:
    """The statement that an acceptance stands in, before, or behind on the same line."""
    line = note.position.line
    for statement in statements:
        last = statement.line + statement.text.count("\n")
        if statement.line <= line <= last:
            return statement
    return next((one for one in statements if one.offset > note.offset), None)


def _allows(word: str, hazard: Hazard) -> bool:
    id, _, object = word.partition(":")
    return id == hazard.id and (not object or hazard.object == object or hazard.object.endswith(f".{object}"))


def _stale(
    config: Config, notes: dict[str, list[_Allowed]], used: set[_Allowed], settled: set[str]
) -> Iterable[Finding]:
    for note in (note for listed in notes.values() for note in listed):
        if not note.reason:
            text = f"The acceptance of {note.id} gives no reason, and counts for nothing."
            yield Finding(
                SILENT, "warning", "", text, "Write the reason behind the id.", position=note.position
            )
        elif note not in used:
            text = f"The statement has no hazard {note.id}, which is accepted here."
            yield Finding(STALE, "warning", "", text, "Take the acceptance out.", position=note.position)
    for word, _, line in config.allow:
        if word not in settled and config.settings is not None:
            text = f"`allow: {word}` speaks of nothing that this branch adds."
            position = Position(config.shown(config.settings), line)
            yield Finding(
                STALE, "note", "", text, "Take it out where it is not needed any more.", position=position
            )


__all__ = ["Branch", "look_at_branch", "own_migrations"]
