"""From the changes between two schemas to findings: one for each thing that a person would mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from ..diff import changes as c
from ..diff.changes import Change, Diff
from ..diff.named_after import is_named_after
from ..diff.unbuildable import RULE as UNBUILDABLE
from ..model.edit import SchemaLines, merge
from ..model.report import Finding, Mend, Origin
from ..model.schema import ForeignKey, Schema, Table, Unmanaged
from ..model.source import Position
from ..model.values import frozen, replace
from ..psl.edit.declare import ground
from ..psl.load import Document
from .changes import drafts_of, paired
from .draft import Draft, Sides
from .mends import schema_sides
from .words import ABSENT

WOULD_DROP = "would-drop"
"""The note of an object that Prisma's own diff would have dropped: reported as kept, not as a finding."""


@frozen
class Evidence:
    """What speaks for mending one side rather than the other."""

    first: str
    """sql | schema: the mend to offer first."""
    why: str


def findings(
    difference: Diff,
    *,
    actual: Schema,
    expected: Schema,
    origins: Mapping[str, Origin] | Callable[[str], Origin | None] | None = None,
    document: Document | None = None,
    evidence: Mapping[str, Evidence] | None = None,
) -> tuple[Finding, ...]:
    """Every difference as a finding, sorted by file, line, object and id.

    `origins` and `evidence` are asked by Finding.object: `public.Workspace.jitterMin`, `public.Tag.Tag_name_key`
    (indexes and constraints stand under their table), `public.Role.ADMIN`, `vector` for an extension. With a
    `document` each finding that the schema could declare away carries the lines for it.
    """
    origin_of = origins if callable(origins) else (origins or {}).get
    sides = Sides(actual, expected)
    base = ground(document, actual) if document is not None and difference.changes else None
    drafts = (*_drafts(difference, sides), *_notes(difference, sides))
    lines = schema_sides([draft.changes for draft in drafts], base) if base else [()] * len(drafts)
    found = []
    for draft, own in zip(drafts, lines, strict=True):
        one = draft.finding
        origin = next((o for o in map(origin_of, (one.object, *draft.keys)) if o is not None), None)
        mends = _mends(own, (evidence or {}).get(one.object))
        message = one.message
        if origin is not None and origin.action in ("dropped", "renamed") and one.actual == ABSENT:
            message += f" Migration `{origin.migration}` {origin.action} it."
        found.append(replace(one, message=message, origin=origin, mends=mends))
    return tuple(sorted(found, key=sort_key))


def sort_key(finding: Finding) -> tuple[str, int, str, str]:
    """File, line, object, id; what has no place in a file comes first."""
    where = finding.position
    return (where.file if where else "", where.line if where else 0, finding.object, finding.id)


def schema_lines(found: tuple[Finding, ...]) -> tuple[SchemaLines, ...]:
    """The schema-side mends of all findings as one edit: each line once, in order of file and line."""
    return merge(lines for one in found for mend in one.mends for lines in mend.lines)


def would_drop(difference: Diff, actual: Schema) -> tuple[Unmanaged, ...]:
    """The unmanaged objects that Prisma's own diff would have dropped."""
    named = {note.object for note in difference.notes if note.rule == WOULD_DROP}
    return tuple(one for one in actual.unmanaged if one.name in named)


def _mends(lines: tuple[SchemaLines, ...], evidence: Evidence | None) -> tuple[Mend, ...]:
    if not lines:
        return ()
    first = evidence.first if evidence else "sql"
    why = evidence.why if evidence else ""
    mends = (
        Mend("schema", lines=lines, why=why if first == "schema" else ""),
        Mend("sql", why=why if first == "sql" else ""),
    )
    return mends if first == "schema" else mends[::-1]


def _notes(difference: Diff, sides: Sides) -> Iterator[Draft]:
    for note in difference.notes:
        if note.rule == WOULD_DROP:
            continue
        table, position = _owner(note.object, sides)
        one = Finding(
            note.rule,
            "warning" if note.rule == UNBUILDABLE else "note",
            note.object,
            note.message,
            position=position,
            table=str(table.name) if table else "",
            model=table.model if table else "",
        )
        yield Draft(one, ())


def _owner(name: str, sides: Sides) -> tuple[Table | None, Position | None]:
    """The table that an object's qualified name belongs to, and the best place for it in the schema."""
    for table in sides.expected.tables:
        prefix = f"{table.name}."
        if name.startswith(prefix):
            own = name.removeprefix(prefix)
            part = table.column(own) or next((index for index in table.indexes if index.name == own), None)
            return table, (part.position if part else None) or table.position
    for table in sides.actual.tables:
        if any(name == f"{table.name.schema}.{index.name}" for index in table.indexes):
            known = sides.expected.table(table.name)
            return known or table, known.position if known else None
    return None, None


def _drafts(difference: Diff, sides: Sides) -> Iterator[Draft]:
    """One draft for each change, but one for a change and its other half, and none for what only follows."""
    changes = [change for change in difference.changes if not _follows(change, difference.changes)]
    drops: dict[object, list[Change]] = {}
    for change in changes:
        if isinstance(
            change, c.DropIndex | c.DropForeignKey | c.DropPrimaryKey | c.DropExtension | c.DropTable
        ):
            drops.setdefault(_place(change), []).append(change)
    halves: dict[int, Change] = {}
    for change in changes:
        candidates = drops.get(_place(change), [])
        half = next((drop for drop in candidates if drop is not change and _halves(drop, change)), None)
        if half is not None:
            candidates.remove(half)
            halves[id(change)] = half
    done = {id(half) for half in halves.values()}
    for change in changes:
        if id(change) in halves:
            yield paired(halves[id(change)], change, sides)
        elif id(change) not in done:
            yield from drafts_of(change, sides)


def _place(change: Change) -> object:
    """Where the other half of a change is to be looked for: its table, or its extension's name."""
    match change:
        case c.CreateIndex() | c.AddForeignKey() | c.DropForeignKey():
            return change.table.name
        case c.DropIndex() | c.AddPrimaryKey() | c.DropPrimaryKey():
            return change.table.expected.name
        case c.CreateExtension() | c.DropExtension():
            return change.extension.name
        case c.CreateTable(_, rows):
            return None if rows is None else rows.source.name
        case c.DropTable(table):
            return table.name
        case (
            c.CreateSchema()
            | c.AlterExtension()
            | c.CreateEnum()
            | c.AlterEnum()
            | c.DropEnum()
            | c.RenameEnum()
            | c.RenameEnumValue()
            | c.MoveTable()
            | c.RenameTable()
            | c.AddColumn()
            | c.DropColumn()
            | c.AlterColumn()
            | c.RenameColumn()
            | c.RenamePrimaryKey()
            | c.RenameIndex()
            | c.RenameForeignKey()
        ):
            return None
        case _:
            assert_never(change)


def _follows(change: Change, changes: tuple[Change, ...]) -> bool:
    """Whether the change only follows from another one: parts of new or dropped tables, of retyped columns."""
    match change:
        case c.CreateIndex():
            return change.actual_table is None or change.recreated
        case c.AddForeignKey():
            return change.actual_table is None or _has_key(change.actual_table, change.key)
        case c.DropForeignKey():
            return change.expected_table is None or _has_key(change.expected_table, change.key)
        case c.DropPrimaryKey() | c.AddPrimaryKey():
            before, after = change.table.actual.primary_key, change.table.expected.primary_key
            return before is not None and after is not None and before.columns == after.columns
        case c.RenamePrimaryKey() | c.RenameIndex() | c.RenameForeignKey():
            return is_named_after(change, changes)
        case _:
            return False


def _has_key(table: Table, key: ForeignKey) -> bool:
    """Whether the other side has the very same foreign key: a column of it changes its type."""
    return any(key.shape == other.shape for other in table.foreign_keys)


def _halves(before: Change, after: Change) -> bool:
    """Whether a drop and an addition in the same place are the same thing before and after."""
    match (before, after):
        case (c.DropIndex(), c.CreateIndex()):
            alike = [k.name for k in before.index.columns] == [k.name for k in after.index.columns]
            return before.index.name == after.index.name or alike
        case (c.DropForeignKey(), c.AddForeignKey()):
            return before.key.columns == after.key.columns
        case (c.DropPrimaryKey(), c.AddPrimaryKey()) | (c.DropExtension(), c.CreateExtension()):
            return True
        case (c.DropTable(), c.CreateTable()):
            return after.rows is not None and after.rows.source.name == before.table.name
        case (c.DropIndex(), c.AddPrimaryKey()):
            # What Prisma made before 6.0 of an implicit many-to-many relation.
            columns = tuple(k.name for k in before.index.columns)
            return after.table.expected.join_table and before.index.unique and columns == after.key.columns
        case _:
            return False
