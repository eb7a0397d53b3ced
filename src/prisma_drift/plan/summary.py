"""A difference in words: the text of `prisma migrate diff` without `--script`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from ..diff import changes as c
from ..diff.defaults import database_default
from ..diff.rules import Rules
from ..diff.sides import from_catalog, is_catalog
from ..diff.stored_names import with_stored_names
from ..model.schema import Column, Enum, Schema
from ..model.types import Arity, DateTimeText, DbGenerated, EnumLabel, Family, JsonText, Now, Scalar, Value
from ..model.types import Sequence as SequenceDefault
from .order import order
from .render.context import Context
from .render.names import Names

NOTHING = "No difference detected.\n"

_SECTIONS = (
    "altered extension",
    "dropped extension",
    "created extension",
    "added schema",
    "added enum",
    "added table",
    "removed enum",
    "removed table",
    "changed enum",
    "changed table",
)
_TITLES = {
    "added schema": "[+] Added Schemas",
    "added enum": "[+] Added enums",
    "added table": "[+] Added tables",
    "removed enum": "[-] Removed enums",
    "removed table": "[-] Removed tables",
}
"""What comes and goes, listed under one title."""
_EXTENSIONS = {"dropped extension": "[-] Removed extensions", "created extension": "[+] Added extensions"}
"""The same, but Prisma repeats the title for each."""


_InTable = (
    c.TableChange
    | c.RenameColumn
    | c.CreateIndex
    | c.DropIndex
    | c.RenameIndex
    | c.AddForeignKey
    | c.DropForeignKey
    | c.RenameForeignKey
)
"""What changes within one table."""


def summary(difference: c.Diff, actual: Schema, expected: Schema, rules: Rules | None = None) -> str:
    """What changes, grouped by kind and object.

    `rules` are those of the comparison. By version new schemas are not spoken of, so a summary may be empty.
    """
    if not difference.changes:
        return NOTHING
    rules = rules or Rules()
    if is_catalog(actual) and not rules.faithful:
        expected = with_stored_names(expected)
    context = Context(actual, expected, rules, Names(actual, expected, rules.version))
    found: dict[tuple[int, str], list[str]] = {}
    for step in order(difference.changes, context):
        for change in step.changes:
            if isinstance(change, c.CreateSchema) and not rules.version.summarises_schemas:
                continue
            for section, name, lines in _entries(change):
                # What comes and goes is listed in step order; what changes has a section by name.
                listed = section in _TITLES
                entry = found.setdefault((_SECTIONS.index(section), "" if listed else name), [])
                entry.extend([f"  - {name}"] if listed else lines)
    return "".join(_section(_SECTIONS[at], name, found[at, name]) for at, name in sorted(found, key=_by_name))


def _by_name(key: tuple[int, str]) -> tuple[int, bytes]:
    return key[0], key[1].encode()


def _section(section: str, name: str, lines: list[str]) -> str:
    title = _TITLES.get(section)
    if title is None:
        kind = section.rpartition(" ")[2]
        title = _EXTENSIONS.get(section) or f"[*] Changed the `{name}` {kind}"
    return f"\n{title}\n" + "".join(f"{line}\n" for line in lines)


def _entries(change: c.Change) -> Iterator[tuple[str, str, list[str]]]:
    """(section, name, lines) of one change."""
    match change:
        case c.CreateSchema(name):
            yield "added schema", name, []
        case c.CreateExtension(extension):
            yield "created extension", extension.name, [f"  - {extension.name}"]
        case c.DropExtension(extension):
            yield "dropped extension", extension.name, [f"  - {extension.name}"]
        case c.AlterExtension(_, extension):
            yield "altered extension", extension.name, []
        case c.CreateEnum(enum):
            yield "added enum", enum.name.name, []
        case c.DropEnum(enum):
            yield "removed enum", enum.name.name, []
        case c.AlterEnum(actual, _, added, removed):
            lines = [f"  [+] Added variant `{v}`" for v in added]
            yield "changed enum", actual.name.name, lines + [f"  [-] Removed variant `{v}`" for v in removed]
        case c.CreateTable(table):
            yield "added table", table.name.name, []
        case c.DropTable(table):
            yield "removed table", table.name.name, []
        case c.RenameEnum(actual, expected):
            yield "changed enum", actual.name.name, [f"  [*] Renamed to `{_new_name(actual, expected)}`"]
        case c.RenameEnumValue(actual, _, before, after):
            yield "changed enum", actual.name.name, [f"  [*] Renamed variant `{before}` to `{after}`"]
        case c.MoveTable(table, moved):
            yield "changed table", table.name.name, [f"  [*] Moved to schema `{moved.name.schema}`"]
        case c.RenameTable(table, renamed):
            yield "changed table", table.name.name, [f"  [*] Renamed to `{renamed.name.name}`"]
        case _:
            table_name, line = _table_line(change)
            yield "changed table", table_name, [line]


def _new_name(actual: Enum, expected: Enum) -> str:
    """The new name, with its schema where that is another one."""
    return str(expected.name) if actual.name.schema != expected.name.schema else expected.name.name


def _table_line(change: _InTable) -> tuple[str, str]:
    """The table's name and the line about one change in it."""
    match change:
        case c.CreateIndex(table, index):
            kind = "unique index" if index.unique else "index"
            return table.name.name, f"  [+] Added {kind} on columns ({_list(i.name for i in index.columns)})"
        case c.DropIndex(pair, index):
            kind = "unique index" if index.unique else "index"
            columns = _list(i.name for i in index.columns)
            return pair.actual.name.name, f"  [-] Removed {kind} on columns ({columns})"
        case c.RenameIndex(pair, actual, expected):
            return pair.actual.name.name, f"  [*] Renamed index `{actual.name}` to `{expected.name}`"
        case c.AddForeignKey(table, key):
            return table.name.name, f"  [+] Added foreign key on columns ({_list(key.columns)})"
        case c.DropForeignKey(table, key):
            return table.name.name, f"  [-] Removed foreign key on columns ({_list(key.columns)})"
        case c.RenameForeignKey(pair, actual_key, expected_key):
            renamed = f'  [*] Renamed the foreign key "{actual_key.name}" to "{expected_key.name}"'
            return pair.actual.name.name, renamed
        case c.DropPrimaryKey(pair, primary):
            return (
                pair.actual.name.name,
                f"  [-] Dropped the primary key on columns ({_list(primary.columns)})",
            )
        case c.RenamePrimaryKey(pair, primary, _):
            return (
                pair.actual.name.name,
                f"  [*] Renamed the primary key on columns ({_list(primary.columns)})",
            )
        case c.AddPrimaryKey(pair, primary):
            # The stray line is Prisma's own.
            return pair.actual.name.name, f"  [+] Added primary key on columns ({_list(primary.columns)})\n)"
        case c.AddColumn(pair, column):
            return pair.actual.name.name, f"  [+] Added column `{column.name}`"
        case c.DropColumn(pair, column):
            return pair.actual.name.name, f"  [-] Removed column `{column.name}`"
        case c.AlterColumn(pair):
            return pair.actual.name.name, _altered(change)
        case c.RenameColumn(pair, had, wanted):
            return pair.actual.name.name, f"  [*] Renamed column `{had.name}` to `{wanted.name}`"
        case _:
            assert_never(change)


def _list(names: Iterator[str] | tuple[str, ...]) -> str:
    return ", ".join(names)


def _altered(change: c.AlterColumn) -> str:
    said = ", ".join(_column_changes(change))
    if change.cast is c.Cast.NOT_CASTABLE:
        return f"  [*] Column `{change.actual.name}` would be dropped and recreated ({said})"
    return f"  [*] Altered column `{change.actual.name}` ({said})"


def _column_changes(change: c.AlterColumn) -> Iterator[str]:
    if change.arity:
        yield f"changed from {_arity(change.actual)} to {_arity(change.expected)}"
    if change.default:
        before = _default(change.actual, from_catalog(change.table.actual))
        after = _default(change.expected, from_catalog(change.table.expected))
        yield f"default changed from `{before}` to `{after}`"
    if change.cast is not None:
        yield "type changed"
    if change.autoincrement:
        gone = change.actual.autoincrement
        yield "column is no longer autoincrementing" if gone else "column became autoincrementing"


def _arity(column: Column) -> str:
    names = {Arity.REQUIRED: "Required", Arity.NULLABLE: "Nullable", Arity.LIST: "List"}
    return names[column.type.arity]


def _default(column: Column, read: bool) -> str:
    """A default as the debug form of Prisma's own type; one that was read from a database knows fewer types."""
    default = database_default(column)
    match default:
        case None:
            return "None"
        case Now():
            return "Some(Now)"
        case DbGenerated(text):
            return f"Some(DbGenerated({'None' if text is None else f'Some({_string(text)})'}))"
        case SequenceDefault(name):
            return f"Some(Sequence({_string(name)}))"
        case Value(value):
            if isinstance(value, tuple):
                items = ", ".join(_constant(item, column, read) for item in value)
                return f"Some(Value(List([{items}])))"
            return f"Some(Value({_constant(value, column, read)}))"
    return "None"


def _constant(value: Scalar, column: Column, read: bool) -> str:
    match value:
        case bool():
            return f"Boolean({'true' if value else 'false'})"
        case int():
            big = column.type.family is Family.BIGINT and not read
            return f"{'BigInt' if big else 'Int'}({value})"
        case Decimal():
            return f'Float(BigDecimal("{value:f}"))'
        case bytes():
            return f"Bytes([{', '.join(map(str, value))}])"
        case EnumLabel(label):
            return f"Enum({_string(label)})"
        case JsonText(text):
            return f"{'String' if read else 'Json'}({_string(text)})"
        case DateTimeText(text):
            moment, _, zone = text.rpartition(" ")
            return f"DateTime({moment.replace(' ', 'T')}{zone})"
        case str():
            return f"String({_string(value)})"


def _string(text: str) -> str:
    """A string in Rust's debug form."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'
