"""What was seen of a statement as hazards: each rule asks what Postgres did, none what the text looks like."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.hazards import Hazard, Observed
from .observe import Fact, Seen, Touched

INDEX_BUILD, INDEX_DROP, VECTOR_BUILD = "index-build-blocks-writes", "index-drop-blocks", "vector-index-build"
FOREIGN_KEY, CHECK, UNIQUE, NOT_NULL = (
    "foreign-key-scans",
    "check-scans",
    "unique-build-blocks",
    "not-null-scans",
)
REQUIRED = "column-required"
REWRITE, DIMENSIONS, ROWS = "table-rewrite", "vector-dimension-change", "rows-changed-in-migration"
BREAKS, UNINDEXED, DROPPED = "breaks-application", "foreign-key-without-index", "unmanaged-dropped"
FAILS = {
    "23502": "nulls",
    "23505": "duplicates",
    "23503": "orphans",
    "23514": "value-refused",
    "22P02": "value-refused",
    "22003": "value-refused",
    "22001": "value-refused",
    "22007": "value-refused",
    "22008": "value-refused",
    "22000": "value-refused",
    "42804": "value-refused",
}
"""By SQLSTATE: the hazard of a statement that rows have stopped."""
_STRONG = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_VECTORS = ("hnsw", "ivfflat")
_SAFE_INDEX = "Build it with CREATE INDEX CONCURRENTLY in a migration that holds nothing else: Prisma sends a file of one statement outside of a transaction."


def observed(seen: Seen) -> Observed:
    """What was seen, for a report."""
    return Observed(seen.lock, seen.rewrites, seen.scans, seen.rows)


def hazards(seen: Seen, number: int, migration: str = "") -> tuple[Hazard, ...]:
    """The hazards of one statement, of tables that were there before; equal ones once."""
    if seen.error:
        id = REQUIRED if seen.failed_new and seen.sqlstate == "23502" else FAILS.get(seen.sqlstate)
        if id is None:
            return ()
        message = f"Run on tables with invented rows, it stops: {seen.error} ({seen.sqlstate})."
        hint = "Where rows like that may be there, mend or move them first, in the same migration."
        return (Hazard(id, "warning", seen.failed_table, message, hint, number, migration, observed(seen)),)
    found = []
    for id, severity, object, message, hint in (*_of_facts(seen), *_of_tables(seen)):
        found.append(Hazard(id, severity, object, message, hint, number, migration, observed(seen)))
    return tuple(dict.fromkeys(found))


Said = tuple[str, str, str, str, str]
"""id, severity, object, message, hint"""


def _of_facts(seen: Seen) -> Iterator[Said]:
    tables = {one.table: one for one in seen.tables}
    constrained = {fact.name for fact in seen.facts if fact.kind == "constraint added"}
    gone = {fact.table for fact in seen.facts if fact.kind == "column dropped"}
    for fact in seen.facts:
        table = tables.get(fact.table, Touched(fact.table))
        match fact.kind:
            case "index added":
                if fact.name.rpartition(".")[2] not in constrained:
                    yield from _index(fact, table, seen)
            case "index dropped":
                if table.lock == "AccessExclusiveLock" and fact.table not in gone:
                    message = f"Dropping the index {fact.name} takes {_article(table.lock)} on {fact.table}: every query on it waits until the transaction ends."
                    hint = "DROP INDEX CONCURRENTLY in a migration that holds nothing else keeps readers and writers going."
                    yield INDEX_DROP, "note", fact.name, message, hint
            case "constraint added":
                yield from _constraint(fact, table)
            case "required" if table.scanned and not table.rewritten:
                message = f"Making {fact.table}.{fact.name} required reads all of {fact.table} under {_article(table.lock)}: nobody reads or writes meanwhile."
                hint = f'Add CHECK ("{fact.name}" IS NOT NULL) NOT VALID, validate it in the next migration, then SET NOT NULL, which sees that it holds, and drop the check.'
                yield NOT_NULL, "warning", f"{fact.table}.{fact.name}", message, hint
            case "type changed" if not fact.fresh and any(
                f"{name}(" in fact.detail for name in ("vector", "halfvec", "sparsevec")
            ):
                message = f"{fact.table}.{fact.name} gets another type ({fact.detail}): vectors of other dimensions stop it, and each has to be computed anew."
                hint = "Add a column with the new dimensions, fill it with new embeddings, and then drop the old one."
                yield DIMENSIONS, "warning", f"{fact.table}.{fact.name}", message, hint
            case "emptied":
                message = f"All rows of {fact.table} are deleted."
                yield ROWS, "warning", fact.table, message, "Make sure that nobody needs them."
            case "column renamed" | "column dropped" if fact.fresh:
                pass  # no application knows it yet
            case "column renamed" | "table renamed":
                name = f"{fact.table}.{fact.name}" if fact.kind == "column renamed" else fact.name
                message = f"A running application that still knows {name} fails once it is {fact.detail}."
                hint = "Deploy the new version of the application with it, or add the new name beside the old one first."
                yield BREAKS, "warning", name, message, hint
            case "column dropped" | "table dropped":
                name = f"{fact.table}.{fact.name}" if fact.kind == "column dropped" else fact.name
                message = f"A running application that still reads {name} fails from then on, and its values are gone."
                yield (
                    BREAKS,
                    "note",
                    name,
                    message,
                    "Deploy the version of the application that does without it first.",
                )


def _index(fact: Fact, table: Touched, seen: Seen) -> Iterator[Said]:
    if table.lock in _STRONG and not seen.concurrent:
        message = f"Building the index {fact.name} holds {_article(table.lock)} on {fact.table}: nobody can write to it meanwhile."
        yield INDEX_BUILD, "warning", fact.name, message, _SAFE_INDEX
    if fact.detail in _VECTORS:
        message = f"Building {_article(fact.detail)} index over all rows of {fact.table} takes long, and is many times slower where it does not fit into maintenance_work_mem."
        hint = "Raise maintenance_work_mem for the session that builds it, build it CONCURRENTLY, and after the rows are there."
        yield VECTOR_BUILD, "warning", fact.name, message, hint


def _constraint(fact: Fact, table: Touched) -> Iterator[Said]:
    name = f"{fact.table}.{fact.name}"
    if not table.scanned or table.lock not in _STRONG:
        return
    under = f"reads all of {fact.table} under {_article(table.lock)}"
    later = "Add it NOT VALID, and VALIDATE CONSTRAINT in the next migration, which lets others write."
    match fact.detail:
        case "foreign key":
            yield (
                FOREIGN_KEY,
                "warning",
                name,
                f"Adding the foreign key {fact.name} {under}: nobody can write to either table meanwhile.",
                later,
            )
        case "check":
            yield (
                CHECK,
                "warning",
                name,
                f"Adding the check {fact.name} {under}: nobody reads or writes meanwhile.",
                later,
            )
        case "unique" | "primary key" | "exclusion":
            message = f"Adding the constraint {fact.name} builds an index and {under}: nobody reads or writes meanwhile."
            hint = "Build the unique index CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX."
            yield UNIQUE, "warning", name, message, hint


def _of_tables(seen: Seen) -> Iterator[Said]:
    for table in seen.tables:
        if table.rewritten:
            facts = [one for one in seen.facts if one.table == table.table]
            why = [
                f"{one.name} changes its type ({one.detail})" for one in facts if one.kind == "type changed"
            ]
            why = why or [
                f"{one.name} gets a value in each row" for one in facts if one.kind == "column added"
            ]
            because = f", since {' and '.join(why[:3])}" if why else ""
            message = f"{table.table} is written anew as a whole, with all its indexes, under {_article(table.lock or 'AccessExclusiveLock')}{because}: nobody reads or writes meanwhile."
            hint = "Add a new column without a volatile default, fill it in batches, and let the application change over."
            yield REWRITE, "warning", table.table, message, hint
        elif (changed := table.rows - table.inserted) > 1 and changed * 10 >= table.of:
            # A condition that one row meets, by its key, is no reason to worry. New rows lock nothing that anybody waits for.
            many = changed * 2 > table.of
            whole = "most rows" if many else "a part of the rows"
            message = f"It changes {whole} of {table.table} ({changed} of the {max(table.of, changed)} that were invented) in one transaction: each stays locked until it ends."
            hint = "On a large table, do it in batches outside of the migration."
            yield ROWS, "warning" if many else "note", table.table, message, hint


def at_the_end(unindexed: tuple[Fact, ...] | list[Fact]) -> Iterator[Said]:
    """What only shows when all statements have run."""
    for fact in unindexed:
        columns = ", ".join(fact.columns)
        message = f"No index begins with the column{'s' if len(fact.columns) > 1 else ''} {columns} of the foreign key {fact.name}: each delete or change of a parent reads all of {fact.table}."
        hint = f"Declare `@@index([{columns}])`, unless parents stay and the table is small."
        yield UNINDEXED, "note", f"{fact.table}.{fact.name}", message, hint


def dropped(fact: Fact) -> Said:
    """An object that no schema declares, and that is gone when all statements have run."""
    name = f"{fact.table}.{fact.name}" if fact.table and fact.detail != "view" else fact.name
    message = f"The {fact.detail} {name} is dropped: no schema declares it, so that no check will miss it."
    hint = (
        "Make sure that it is meant; Prisma's own migrations drop indexes that its language cannot declare."
    )
    return DROPPED, "warning", name, message, hint


def _article(word: str) -> str:
    return f"an {word}" if word[:1] in "AEIO" or word == "hnsw" else f"a {word}"
