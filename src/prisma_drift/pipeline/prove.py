"""Proves the corrective migration on a copy of the migrated database, and learns from Postgres what does not fit.

Nothing may be left to change after it, and nothing that the schema cannot declare may be gone without a hazard that says so.
Where Postgres refuses to carry an index or a check over to a column's new type, the plan is made again with those set
aside; where one that was set aside cannot be made again, the plan says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..diff.changes import (
    AddForeignKey,
    AlterColumn,
    DropForeignKey,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
)
from ..diff.rules import Rules
from ..diff.subject import subject
from ..errors import DriftError
from ..model.counted import counted
from ..model.hazards import NOTHING_PROVED, Hazard
from ..model.holders import Holders
from ..model.report import EmptyProof
from ..model.schema import Schema, Unmanaged
from ..model.values import frozen, replace
from ..plan.plan import build_plan
from ..plan.release import asked
from ..plan.release.fates import REBUILT_BY_POSTGRES
from ..plan.release.hazards import LOST

if TYPE_CHECKING:
    from ..plan.plan import Statement
    from ..postgres.server.database import Connection, Database, Server
    from .compare import Comparison

_TRIES = 25
"""Plans are made anew at most so often; each time with at least one object more set aside."""
_NAMED_BY_PLACE = frozenset(["comment", "collation"])
"""Kinds whose names are those of other objects, with which they may rightly go."""


_HOLDERS = ("2BP01", "0A000")
"""Postgres refuses since something depends on the object: by a drop, by a change of type."""
_RECREATE = (
    "Write the migration by hand (`npx prisma migrate dev --create-only`): drop what stands in the way first, "
    "and make it again after."
)
_NOWHERE = (
    "The schema names what no migration makes: create it in a migration (`npx prisma migrate dev --create-only`), in front of"
    " the statement that needs it, or take it out of the schema."
)
_BY_HAND = "Write the migration by hand (`npx prisma migrate dev --create-only`), and check again."


@frozen
class _Attempt:
    proof: EmptyProof
    left: tuple[Unmanaged, ...] = ()
    """What the schema cannot declare, after the migration."""
    culprit: Statement | None = None
    """The statement that failed."""
    said: str = ""


def mend(
    shadow: Server,
    migrated: Database,
    comparison: Comparison,
    expected: Schema,
    rules: Rules,
    strategy: str,
    *,
    others: frozenset[str] = frozenset(),
) -> tuple[Comparison, EmptyProof | None, frozenset[str]]:
    """The comparison with the plan that came out, its proof (None where none can be tried), and the names of the unmanaged
    objects that go with it.

    `others`: objects by name of which differences may stay, since the comparison leaves them out.
    """
    attempt = None
    for _ in range(_TRIES):
        if comparison.plan.obstacles:
            return comparison, None, frozenset()
        attempt = _attempt(shadow, migrated, comparison, expected, rules, others)
        learned = _learned(attempt, comparison)
        if attempt.proof.applied or learned is None or strategy != "preserve":
            break
        plan = build_plan(
            comparison.difference,
            comparison.actual,
            comparison.expected,
            rules,
            strategy=strategy,
            holders=learned,
        )
        plan = replace(plan, renames=comparison.plan.renames)
        comparison = replace(comparison, plan=plan, holders=learned)
    told = frozenset(hazard.object for hazard in comparison.plan.hazards if hazard.id == LOST)
    if attempt is not None and not attempt.proof.holds:
        plan = comparison.plan
        comparison = replace(
            comparison, plan=replace(plan, beside=(*plan.beside, _why_not(attempt, comparison)))
        )
    if attempt is None or not attempt.proof.applied:
        return comparison, attempt.proof if attempt else None, told
    kept = {(one.kind, one.name) for one in attempt.left}
    renamed = tuple(f"{name}." for name in _renamed(comparison))
    gone = {
        one.name
        for one in comparison.actual.unmanaged
        if (one.kind, one.name) not in kept and not f"{one.name}.".startswith(renamed)
    }
    return comparison, attempt.proof, told | gone


def _why_not(attempt: _Attempt, comparison: Comparison) -> Hazard:
    """What the proof met, as the hazard of a migration that is not offered."""
    changes, tried = comparison.difference.changes, attempt.culprit.changes if attempt.culprit else ()
    about = subject(next((one for one in changes if one in tried), changes[0]))
    error = attempt.proof.error.rstrip(".")
    message = f"Tried on a copy of the shadow database: {error}."
    return Hazard(NOTHING_PROVED, "error", str(about.name), message, attempt.proof.hint)


def _renamed(comparison: Comparison) -> Iterator[str]:
    """Names now of the tables and columns that have others afterwards, under which their parts are then to be found."""
    for change in comparison.difference.changes:
        found = subject(change)
        both = found.actual is not None and found.expected is not None
        if both and found.kind in ("table", "column") and found.actual != found.expected:
            yield str(found.actual)


def _renamed_parts(comparison: Comparison) -> Iterator[str]:
    """Names now of the indexes and keys that the plan gives others, and of keys that the schema no longer declares."""
    changes = comparison.difference.changes
    added = {(c.table.name, c.key.columns) for c in changes if isinstance(c, AddForeignKey)}
    for change in changes:
        if isinstance(change, DropForeignKey) and (change.table.name, change.key.columns) not in added:
            yield f"{change.table.name}.{change.key.name}"
        if isinstance(change, RenameIndex):
            yield f"{change.table.actual.name.schema}.{change.actual.name}"
            yield f"{change.table.expected.name.schema}.{change.actual.name}"
        elif isinstance(change, RenameForeignKey | RenamePrimaryKey):
            yield f"{change.table.actual.name}.{change.actual.name}"
            yield f"{change.table.expected.name}.{change.actual.name}"


def _attempt(
    shadow: Server,
    migrated: Database,
    comparison: Comparison,
    expected: Schema,
    rules: Rules,
    others: frozenset[str],
) -> _Attempt:
    """Apply the corrective migration to a copy of the migrated database and look again."""
    from ..postgres.apply.migrations import MigrationText, apply
    from .compare import look_again

    copy = shadow.create_database(template=migrated)
    try:
        corrective = MigrationText("corrective migration", "migration.sql", comparison.sql)
        try:
            apply(copy, [corrective], default_schema=expected.default_schema, version=rules.version)
        except DriftError as error:
            proof = _failed(error, len(comparison.difference.changes))
            culprit, said = _culprit(shadow, migrated, comparison)
            return _Attempt(proof, culprit=culprit, said=said)
        with copy.connect(default_schema=expected.default_schema) as connection:
            after, difference = look_again(connection, expected, rules)
            lost = _lost(comparison, after.unmanaged, after)
            lost += _changed(comparison, connection)
        left = [one for one in difference.changes if str(subject(one).name) not in others]
        residual = len(left)
        return _Attempt(_looked(residual, lost), after.unmanaged)
    finally:
        shadow.drop_database(copy)


def _culprit(shadow: Server, migrated: Database, comparison: Comparison) -> tuple[Statement | None, str]:
    """The statement that fails when they run one by one, and Postgres' words.

    The position in the server's message does not tell: where Postgres rebuilds an index, it is one in that index's text.
    """
    from ..postgres.apply.runner import run_all

    statements = comparison.plan.statements
    copy = shadow.create_database(template=migrated)
    try:
        with copy.connect(default_schema=comparison.actual.default_schema) as connection:
            connection.pgconn.notice_handler = None
            texts = [b"BEGIN", *(one.sql.encode("utf-8", "surrogatepass") for one in statements)]
            failure = run_all(connection, texts, copy.statement_timeout)
        if failure is None or not failure.number:
            return None, ""
        return statements[failure.number - 1], failure.message.primary
    finally:
        shadow.drop_database(copy)


def _failed(error: DriftError, changes: int) -> EmptyProof:
    """Postgres' own words, with what it says stands in the way."""
    from ..postgres.apply.migrations import ApplyError

    if not isinstance(error, ApplyError):
        return EmptyProof(False, changes, error.message, error.hint or _BY_HAND)
    state = f" ({error.sqlstate})" if error.sqlstate else ""
    words = f"{error.server_message or error.message}{state}. {error.server_detail}"
    # The general hint is for a migration of the history, which this is not.
    known = error.hint if error.id != ApplyError.id else _BY_HAND
    if error.id.endswith("-missing-in-history") or error.id == "schema-missing":
        known = _NOWHERE
    held = error.sqlstate in _HOLDERS and error.id in ("dependents-in-the-way", ApplyError.id)
    hint = _RECREATE if held else known
    return EmptyProof(False, changes, " ".join(words.split()), hint)


def _looked(residual: int, lost: tuple[str, ...]) -> EmptyProof:
    """What a migration that applies has left to do, and what it has taken along."""
    words = [f"{counted(residual, 'difference')} would be left after it."] if residual else []
    words += [f"These would be gone without a word: {', '.join(lost)}."] if lost else []
    return EmptyProof(True, residual, " ".join(words), _BY_HAND if words else "", lost)


def _learned(attempt: _Attempt, comparison: Comparison) -> Holders | None:
    """What the failure says of the objects that hold something; None where it says nothing new."""
    holders, culprit = comparison.holders, attempt.culprit
    if culprit is None:
        return None
    if culprit.makes:
        if culprit.makes in dict(holders.unfit):
            return None
        return replace(holders, unfit=(*holders.unfit, (culprit.makes, attempt.said)))
    touched = {
        (change.table.actual.name, change.actual.name)
        for change in culprit.changes
        if isinstance(change, AlterColumn)
    }
    if not touched:
        return None
    more = {
        holder.key
        for holder in holders.found
        if holder.kind in REBUILT_BY_POSTGRES
        and any((held.table, held.column) in touched for held in holder.columns)
    } - holders.released
    return replace(holders, released=holders.released | more) if more else None


def _changed(comparison: Comparison, connection: Connection) -> tuple[str, ...]:
    """What was made again, but not with all that it had: its comments, grants, owner, state."""
    made = {statement.makes for statement in comparison.plan.statements if statement.makes}
    if not made:
        return ()
    from ..postgres.catalog.holders import holders

    actual = comparison.actual
    names = [name for change in comparison.difference.changes for name in asked(change, actual)]
    found = {one.key: one for one in holders(connection, names, default_schema=actual.default_schema).found}
    had = [one for one in comparison.holders.found if one.key in made]
    return tuple(one.key for one in had if one.key not in found or found[one.key].after != one.after)


def _lost(comparison: Comparison, left: tuple[Unmanaged, ...], after: Schema) -> tuple[str, ...]:
    """Unmanaged objects that are gone though nobody was told, and whose table still stands."""
    told = {hazard.object for hazard in comparison.plan.hazards}
    kept = {(one.kind, one.name) for one in left}
    tables = {str(table.name) for table in after.tables}
    before = {str(table.name) for table in comparison.actual.tables}
    told |= set(_renamed_parts(comparison))
    return tuple(
        f"{one.kind} {one.name}"
        for one in comparison.actual.unmanaged
        if (one.kind, one.name) not in kept
        and one.kind not in _NAMED_BY_PLACE
        and one.name not in told
        and (not one.table or one.table in tables or one.table not in before)
    )
