"""Proves the corrective migration once more, on a copy whose tables are filled with invented rows.

Up to three times: on all rows, where it may stop; without the rows that a check says would stop it, where it may lose what
is told; without any that a check counts, where every value has to be kept. Values are compared before and after, whatever
the plan says of itself: a loss that nobody was told of is a mistake of ours, and such a migration is not shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..diff import changes as c
from ..diff.base_types import ENUM, base_type
from ..diff.rules import Rules
from ..diff.subject import subject
from ..model.counted import counted
from ..model.hazards import NOTHING_PROVED, Check, Hazard
from ..model.names import QualifiedName
from ..model.report import PopulatedProof
from ..model.schema import Column
from ..model.types import Arity
from ..model.values import field, frozen, mutable, replace
from ..rows.candidates import Hints
from ..rows.catalog import Key, Tables, quote, quoted
from ..rows.content import Content, contents
from ..rows.edges import several
from ..rows.fill import Filled, fill
from ..rows.kept import Loss, Tally, compare
from ..rows.same import same, understood
from ..rows.thin import counts, drop_orphans, forget_orphans, sample, thin, without_triggers
from ..rows.values import Kind
from ..rows.watch import watch
from .moves import FIRES, TELLS_LOSS, TELLS_STOP, Route, route, table_of

if TYPE_CHECKING:
    from ..plan.steps import Fill
    from ..postgres.apply.batches import Batch
    from ..postgres.apply.runner import ServerMessage
    from ..postgres.server.database import Connection, Database, Server
    from .compare import Comparison

ZONE = "America/New_York"
"""The session's zone while the migration runs: nothing may depend on it."""
_ROUNDS = 4
"""Times that rows are taken away for checks that count each other's rows anew."""
MOST_TOLD = 5
"""Losses in one message."""
_TRANSACTION = re.compile(r"(?i)(?:begin|commit|set\s+constraints)\b")
_OF_THEIR_OWN = ("random", "nextval", "uuid", "now(", "current_", "clock_", "gen_")
"""Words in an expression that gives another value each time."""
_PG_NAMES = {
    "smallint": "int2", "integer": "int4", "bigint": "int8", "boolean": "bool", "real": "float4", "double precision": "float8",
    "timestamp without time zone": "timestamp", "timestamp with time zone": "timestamptz", "time without time zone": "time",
    "time with time zone": "timetz", "character varying": "varchar", "character": "bpchar", "bit varying": "varbit",
}  # fmt: skip


def prove_on_rows(
    shadow: Server,
    migrated: Database,
    comparison: Comparison,
    rules: Rules,
    *,
    seed: Callable[[Database], None] | None = None,
) -> PopulatedProof:
    """Run a plan, whose proof on empty tables holds, on tables with rows; `seed` puts some there before they are filled."""
    import psycopg

    way = route(comparison.difference.changes, comparison.actual, comparison.plan)
    copy = shadow.create_database(template=migrated)
    try:
        if seed is not None:
            seed(copy)
        with _connected(copy, comparison) as connection:
            tables = Tables(connection)
            filled = fill(
                connection,
                way.touched,
                hints=_hints(comparison, way),
                counters=_counters(comparison, way),
                tables=tables,
            )
            sample(connection, filled.rows, tables)
        stage = _Stage(shadow, copy, comparison, rules, way, tables, filled)
        found = stage.proof()
        return stage.with_observations(found) if found.holds else found
    except psycopg.Error as error:
        words = " ".join((error.diag.message_primary or str(error)).split())
        return PopulatedProof(skipped=f"it could not be tried on rows: {words}")
    finally:
        shadow.drop_database(copy)


def why_not(comparison: Comparison, proof: PopulatedProof) -> Hazard:
    """What the proof on rows met, as the hazard of a migration that is not offered."""
    name = proof.lost[0] if proof.lost else str(subject(comparison.difference.changes[0]).name)
    message = f"Tried on a copy of the shadow database with rows: {proof.error}"
    hint = "This is a mistake of the program: report it. Write the migration by hand (`npx prisma migrate dev --create-only`)."
    return Hazard(NOTHING_PROVED, "error", name, message, hint)


@contextmanager
def _connected(database: Database, comparison: Comparison) -> Iterator[Connection]:
    with database.connect(default_schema=comparison.actual.default_schema) as connection:
        connection.pgconn.notice_handler = None
        connection.execute(f"SET statement_timeout = '{int(database.statement_timeout)}s'".encode())
        yield connection


@frozen
class _Run:
    """What came of one run."""

    fails: int
    """Rows that checks counted which say that it stops."""
    loses: frozenset[str]
    """Objects of which checks counted rows that lose something."""
    failure: ServerMessage | None
    tally: Tally
    wrong: tuple[Loss, ...]


@mutable
class _Stage:
    """The runs of one plan on one filled copy."""

    shadow: Server
    copy: Database
    comparison: Comparison
    rules: Rules
    way: Route
    tables: Tables
    filled: Filled
    sent: list[Batch] = field(default_factory=list)
    """The migration's messages, as Prisma sends them."""

    def proof(self) -> PopulatedProof:
        from ..postgres.apply.batches import batches

        self.sent = batches([self.comparison.sql], self.rules.version)
        plan = self.comparison.plan
        fails = [check for check in plan.checks if check.breaks == "fails"]
        run = self._run(())
        stopped = run.failure is not None and run.fails > 0
        alarm = run.fails and not stopped
        wrong = [*run.wrong]
        if run.fails and not wrong:
            with _connected(self.copy, self.comparison) as connection, connection.transaction():
                self._thin(connection, fails)
            run = self._run(())
            wrong += run.wrong
        told = self._told(run.loses) if run.failure is None else set()
        if run.loses and not wrong:
            run = self._run(plan.checks)
            wrong += run.wrong
        not_populated = [(str(name), why) for name, why in self.filled.not_populated]
        refused = run.failure if run.failure is not None and not run.fails and not wrong else None
        if run.failure is not None and refused is None and not wrong:
            # It stops as a check says: only nobody has seen it apply.
            object = fails[0].object if fails else str(min(self.filled.rows, default=""))
            not_populated.append(
                (object, f"without rows that stop the migration, as told: {run.failure.primary}")
            )
        return PopulatedProof(
            applied=run.failure is None,
            tables=len(self.filled.rows),
            rows_before=run.tally.rows_before,
            rows_after=run.tally.rows_after,
            values_kept=run.tally.values,
            values_changed=len(wrong),
            not_populated=tuple(not_populated),
            error=_words(wrong),
            lost=tuple(dict.fromkeys(loss.object for loss in wrong if loss.object)),
            stopped=stopped,
            stopped_by=" ".join(refused.primary.split()) if refused else "",
            told=tuple(sorted(told)),
            needless=("a check counted rows, and yet the migration did not stop",) if alarm else (),
        )

    def with_observations(self, found: PopulatedProof) -> PopulatedProof:
        """The proof with what each statement was seen to do when it ran alone, on the rows that do not stop it; the last
        thing that is done to the copy."""
        from ..migrations.split import split

        texts = [
            [part.text for part in split(one.sql) if not _TRANSACTION.match(part.text)]
            for one in self.comparison.plan.statements
        ]
        with _connected(self.copy, self.comparison) as connection:
            seen = watch(connection, texts)
        return replace(found, observed=seen.observed, rewritten=seen.rewritten, not_observed=seen.stopped)

    def _run(self, without: Sequence[Check]) -> _Run:
        """One run on the copy without the rows that these checks count."""
        from ..postgres.apply.batches import again

        found = self._once(without)
        if found.failure is not None and len(self.sent) == 1:
            apart = again(self.sent[0], found.failure.sqlstate, self.rules.version)
            if apart:
                # What one transaction does not allow: this Prisma sends each statement in its own.
                self.sent = apart
                found = self._once(without)
        return found

    def _once(self, without: Sequence[Check], *, to_its_end: bool = False) -> _Run:
        """With `to_its_end` values are read although checks count rows that stop it: it has been seen not to stop."""
        checks = self.comparison.plan.checks
        with self._stage() as connection:
            if without:
                self._thin(connection, without)
            found = zip(checks, counts(connection, [one.sql for one in checks]), strict=True)
            counted_rows = [(check, number) for check, number in found if number]
            fails = sum(number for check, number in counted_rows if check.breaks == "fails")
            loses = frozenset(check.object for check, _ in counted_rows if check.breaks == "loses")
            if fails and not to_its_end:
                failure = self._apply(connection)
                if failure is not None:
                    return _Run(fails, loses, failure, Tally(), ())
            else:
                return self._whole(connection, fails, loses)
        return self._once(without, to_its_end=True)

    def _whole(self, connection: Connection, fails: int, loses: frozenset[str]) -> _Run:
        """The values before, the migration, and the values after."""
        before = contents(connection, self.filled.rows)
        wanted = self._wanted(connection)
        failure = self._apply(connection)
        if failure is not None:
            wrong: list[Loss] = []
            if not fails and not self._may_stop(failure):
                said = f"it stops, though no check counted a row: {failure.primary} ({failure.sqlstate})"
                wrong = [Loss("", said)]
            return _Run(fails, loses, failure, Tally(), tuple(wrong))
        names = [moved for name in before if (moved := self.way.moves.table(name)) is not None]
        after = contents(connection, [*names, *(one.target for one in self.way.copied)])
        tally = self._compare(connection, before, after, loses)
        wrong = [*tally.losses, *self._unfilled(connection, wanted, after)]
        return _Run(fails, loses, None, tally, tuple(wrong))

    @contextmanager
    def _stage(self) -> Iterator[Connection]:
        """The filled copy within a transaction that is undone; or a copy of its own, where the migration ends transactions."""
        if len(self.sent) == 1:
            with _connected(self.copy, self.comparison) as connection:
                connection.execute(b"BEGIN")
                yield connection
                connection.execute(b"ROLLBACK")
            return
        own = self.shadow.create_database(template=self.copy)
        try:
            with _connected(own, self.comparison) as connection:
                connection.execute(b"BEGIN")
                yield connection
        finally:
            self.shadow.drop_database(own)

    def _apply(self, connection: Connection) -> ServerMessage | None:
        """Send the migration as Prisma would; why it stops, None where it does not."""
        from ..postgres.apply.runner import run_all

        texts = [batch.text.encode("utf-8", "surrogatepass") for batch in self.sent]
        if len(texts) == 1:
            connection.execute(f"SET LOCAL TimeZone = '{ZONE}'".encode())
            # What waits for the end of the transaction is looked at as it would be there.
            texts.append(b"SET CONSTRAINTS ALL IMMEDIATE")
        else:
            connection.execute(b"COMMIT")
            connection.execute(f"SET TimeZone = '{ZONE}'".encode())
        failure = run_all(connection, texts, self.copy.statement_timeout)
        if len(self.sent) > 1:
            connection.execute(b"ROLLBACK")
            connection.execute(b"BEGIN")
        return failure.message if failure else None

    def _thin(self, connection: Connection, checks: Sequence[Check]) -> None:
        """Take away the rows that any of these checks counts."""
        names = sorted(self.filled.rows)
        keys = self._keys()
        for _ in range(_ROUNDS):
            found = counts(connection, [check.sql for check in checks])
            counting = [check for check, number in zip(checks, found, strict=True) if number]
            if not counting:
                return
            if any(check.id == "orphans" for check in counting):
                # Rows that point to each other do not go one by one.
                forget_orphans(connection, self._new_keys(), self.tables)
                found = counts(connection, [check.sql for check in counting])
                counting = [check for check, number in zip(counting, found, strict=True) if number]
            for check in counting:
                first = table_of(check.object, names)
                thin(connection, check.sql, sorted(names, key=partial(self._nearness, first)))
            with without_triggers(connection):
                drop_orphans(connection, keys)

    def _new_keys(self) -> list[Key]:
        """The foreign keys that the plan adds, by the names before it."""
        found = []
        for change in self.comparison.difference.changes:
            if not isinstance(change, c.AddForeignKey) or change.actual_table is None:
                continue
            ours, theirs = change.actual_table.name, change.key.references
            table, parent = self.way.before.get(ours, ours), self.way.before.get(theirs, theirs)
            columns = [self.way.columns_before.get((ours, one), one) for one in change.key.columns]
            referenced = [
                self.way.columns_before.get((theirs, one), one) for one in change.key.referenced_columns
            ]
            there = self.tables.columns
            if set(columns) <= set(there.get(table, ())) and set(referenced) <= set(there.get(parent, ())):
                found.append(
                    Key(
                        table.schema,
                        table.name,
                        change.key.name,
                        columns,
                        parent.schema,
                        parent.name,
                        referenced,
                    )
                )
        return found

    def _nearness(self, first: QualifiedName | None, name: QualifiedName) -> tuple[bool, bool, QualifiedName]:
        return name != first, name not in self.way.touched, name

    def _keys(self) -> list[Key]:
        return [
            key
            for name in self.filled.rows
            for key in self.tables.keys[name]
            if key.references in self.filled.rows
        ]

    def _key(self, table: QualifiedName) -> list[str]:
        """The columns of its primary key; none where it has none."""
        return [name for unique in self.tables.uniques[table] if unique.is_primary for name in unique.columns]

    def _told(self, loses: frozenset[str]) -> set[str]:
        """Objects whose loss was announced: by a check that counted rows, or by a hazard for which there is none."""
        plan = self.comparison.plan
        counted = Counter(check.object for check in plan.checks if check.breaks == "loses")
        # Of an object that loses two things one may be counted, and the other not.
        hazards = Counter(
            one.object for one in plan.hazards if one.id in TELLS_LOSS and one.severity != "note"
        )
        return set(loses) | set(hazards - counted)

    def _may_stop(self, failure: ServerMessage) -> bool:
        """Whether a hazard says that it may stop, where no query can tell."""
        counted = {check.object for check in self.comparison.plan.checks if check.breaks == "fails"}
        return any(
            one.id in TELLS_STOP and one.severity != "note" and one.object not in counted
            for one in self.comparison.plan.hazards
        )

    def _compare(
        self,
        connection: Connection,
        before: Mapping[QualifiedName, Content],
        after: Mapping[QualifiedName, Content],
        loses: frozenset[str],
    ) -> Tally:
        told = self._told(loses)
        fired = {one.object for one in self.comparison.plan.hazards if one.id == FIRES}
        sources = {one.source for one in self.way.copied}
        held = {name: found for name, found in before.items() if name not in sources}
        tally = compare(
            held,
            after,
            self.way.moves,
            told,
            more_rows=bool(fired),
            ask=cache(partial(understood, connection)),
        )
        writes = {table_of(object, before) for object in fired}
        tally.losses = [loss for loss in tally.losses if table_of(loss.object, before) not in writes]
        for one in self.way.copied:
            tally.rows_before += len(before[one.source].rows) if one.source in before else 0
            if str(one.source) not in told and one.source in before:
                self._copied(one.source, one.columns, before[one.source], after.get(one.target), tally)
        return tally

    def _copied(
        self,
        source: QualifiedName,
        columns: Sequence[tuple[str, str]],
        was: Content,
        now: Content | None,
        tally: Tally,
    ) -> None:
        """Each link of the old table is to be found in the new one."""
        if now is None:
            tally.losses.append(Loss(str(source), "the table that takes its rows over is not there"))
            return
        tally.rows_after += len(now.rows)
        places = [
            (was.columns.index(old), now.columns.index(new)) for old, new in columns if new in now.columns
        ]
        had = {tuple(row[old] for old, _ in places) for row in was.rows}
        have = {tuple(row[new] for _, new in places) for row in now.rows}
        tally.values += len(had & have) * len(places)
        if lacking := sorted(map(repr, had - have)):
            tally.losses.append(
                Loss(str(source), f"the link {lacking[0]} is gone, and {len(lacking) - 1} more")
            )

    # ------------------------------------------------------------ columns that are filled

    def _wanted(self, connection: Connection) -> list[tuple[Fill, list[tuple[Any, ...]]]]:
        """What each column that the plan fills shall hold, by the rows' keys; where that can be asked beforehand."""
        import psycopg

        found = []
        for one in (one for step in self.comparison.plan.steps for one in step.fills):
            owner = self.way.before.get(one.table, one.table)
            keys = self._key(owner)
            own = any(word in one.value.lower() for word in _OF_THEIR_OWN)
            if not one.value or not keys or owner not in self.filled.rows or own:
                continue
            there = self.way.columns_before.get((one.table, one.column), one.column)
            renamed = "".join(
                f", {quote(old)} AS {quote(new)}"
                for (table, new), old in sorted(self.way.columns_before.items())
                if table == one.table
            )
            empty = f"{quote(there)} IS NULL" if there in self.tables.columns[owner] else "true"
            listed = ", ".join(f"t.{quote(name)}::text" for name in keys)
            sql = f"SELECT ({one.value})::text, {listed} FROM (SELECT *{renamed} FROM {quoted(owner)}) AS t WHERE {empty}"  # noqa: S608
            try:
                with connection.transaction():
                    found.append((one, connection.execute(sql.encode()).fetchall()))
            except psycopg.Error:
                if connection.closed:
                    raise
        return found

    def _unfilled(
        self,
        connection: Connection,
        wanted: Sequence[tuple[Fill, list[tuple[Any, ...]]]],
        after: Mapping[QualifiedName, Content],
    ) -> Iterator[Loss]:
        for one, rows in wanted:
            owner = self.way.before.get(one.table, one.table)
            moved = self.way.moves.table(owner)
            now = after.get(moved) if moved is not None else None
            place = now.place(one.column) if now else None
            keys = self._key(owner)
            places = [now.place(self.way.moves.columns.get((owner, c), c)) for c in keys] if now else []
            if now is None or place is None or None in places:
                continue
            held = {tuple(row[p] for p in places if p is not None): row[place] for row in now.rows}
            if len(held) < len(now.rows):
                continue  # the rows of tables that inherit from it are among them, under keys of their own
            for value, *key in rows:
                stands = held.get(tuple(key), "")
                if value is None or tuple(key) not in held:
                    continue
                if stands is None or not same(str(value), "text", stands, now.types[place]):
                    yield Loss(
                        f"{owner}.{one.column}", f"it was to be filled with `{value}`, and holds {stands!r}"
                    )
                    break


def _words(wrong: Sequence[Loss]) -> str:
    if not wrong:
        return ""
    shown = "; ".join(
        f"{loss.object}: {loss.message}" if loss.object else loss.message for loss in wrong[:MOST_TOLD]
    )
    more = f"; and {counted(len(wrong) - MOST_TOLD, 'more value')}" if wrong[MOST_TOLD:] else ""
    return f"{shown}{more}."


def _hints(comparison: Comparison, way: Route) -> Hints:
    """What columns get that change their type: values that the new type reads, too."""
    found: dict[tuple[QualifiedName, str], Sequence[str]] = {}
    for change in comparison.difference.changes:
        if isinstance(change, c.AddForeignKey) and change.actual_table is not None:
            # Both sides draw from the same values: some that no parent has.
            owner = change.actual_table.name
            for column in change.key.columns:
                there = way.columns_before.get((owner, column), column)
                found.setdefault(
                    (way.before.get(owner, owner), there), _orphans(change.actual_table.column(column))
                )
            continue
        if not isinstance(change, c.AlterColumn) or change.actual.type.arity is Arity.LIST:
            continue
        owner = change.table.actual.name
        name = way.columns_before.get((owner, change.actual.name), change.actual.name)
        target = base_type(change.expected)
        if base_type(change.actual) not in (
            "text",
            "character varying",
            "character",
            "citext",
            "json",
            "jsonb",
        ):
            continue
        values = _readable(change, target, comparison)
        if base_type(change.actual) in ("json", "jsonb"):
            import json

            values = [one if one[:1] in "[{0123456789-" else json.dumps(one) for one in values]
        catalog = change.actual.catalog
        if catalog is not None and (size := _size(catalog.type)):
            values = [one for one in values if len(one) <= size]
        found[way.before.get(owner, owner), name] = values
    return found


def _orphans(column: Column | None) -> Sequence[str]:
    """A value of its type that stands in no invented key."""
    if column is None or column.type.arity is Arity.LIST:
        return ()
    return {
        "smallint": ("31999",),
        "integer": ("987654321",),
        "bigint": ("987654321",),
        "text": ("orphan",),
        "uuid": ("0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",),
    }.get(base_type(column), ())


def _counters(comparison: Comparison, way: Route) -> set[tuple[QualifiedName, str]]:
    """Columns that begin to count, behind what is there; one at the end of its type could not."""
    return {
        (
            way.before.get(change.table.actual.name, change.table.actual.name),
            way.columns_before.get((change.table.actual.name, change.actual.name), change.actual.name),
        )
        for change in comparison.difference.changes
        if isinstance(change, c.AlterColumn) and change.autoincrement
    }


def _size(type: str) -> int:
    base, _, rest = type.partition("(")
    return int(rest.rstrip(")")) if base.startswith("character") and rest.rstrip(")").isdigit() else 0


def _readable(change: c.AlterColumn, target: str, comparison: Comparison) -> list[str]:
    if target == ENUM and change.expected.type.enum is not None:
        enum = comparison.expected.enum(change.expected.type.enum)
        return list(enum.values) if enum is not None else []
    size = change.expected.catalog.type if change.expected.catalog else change.expected.type.text
    digits = size.partition("(")[2].partition(")")[0]
    typmod = int(digits) if digits.isdigit() and target in ("vector", "halfvec", "sparsevec", "bit") else -1
    kind = Kind(_PG_NAMES.get(target, target), typmod)
    return [one for one in several(kind, 8) if len(one) < 4000][:12]
