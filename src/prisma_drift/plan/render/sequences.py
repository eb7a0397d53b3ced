"""The sequences behind autoincrement columns: their names, and who else uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diff.changes import AlterColumn, TablePair
from ...model.names import QualifiedName
from ...model.schema import Column, Schema, Table
from ...model.types import Arity, DbGenerated, Sequence
from .context import Context
from .names import quote
from .types import SERIAL

Rule = tuple[str, str]
"""A rule of ours and the object that it applies to."""
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")


def new_sequence(change: AlterColumn, context: Context, *, quoted: bool = False) -> str:
    """The name of the sequence for a column that begins to count: Prisma writes it in lower case, unquoted.

    With `quoted`, a name that Postgres would not take as it stands is put between quotes.
    """
    table = change.table.expected
    schema = context.names.expected_schema(table)
    name = f"{table.name.name}_{change.expected.name}_seq".lower()
    if not quoted:
        return f"{quote(schema.lower())}.{name}" if schema else name
    name = serial_name(table.name.name, change.expected.name).lower()
    name = name if _PLAIN_NAME.match(name) else quote(name)
    return f"{quote(schema)}.{name}" if schema else name


def sequence_of(column: Column) -> str | None:
    """The name, without schema, of the sequence that a column counts with; empty where a schema file says no name."""
    return column.default.name if isinstance(column.default, Sequence) else None


def still_used(change: AlterColumn, name: str, expected: Schema) -> bool:
    """Prisma's question whether another expected column has the sequence of this name."""
    return any(
        sequence_of(column) == name
        for table in expected.tables
        for column in table.columns
        if (table.name, column.name) != (change.table.expected.name, change.expected.name)
    )


_NEXT_VALUE = re.compile(r"""nextval\s*\(\s*(?:cast\s*\(\s*)?'((?:[^']|'')*)'""", re.IGNORECASE)
_NAME = re.compile(r"""(?:("(?:[^"]|"")*"|[^".]+)\.)?("(?:[^"]|"")*"|[^".]+)\Z""")


def named_by_schema(sequence: QualifiedName, expected: Schema) -> bool:
    """Whether a default of the expected schema counts with the sequence in its own words: `nextval('"x"'::regclass)`."""
    for table in expected.tables:
        for column in table.columns:
            text = column.default.text if isinstance(column.default, DbGenerated) else None
            for written in _NEXT_VALUE.findall(text or ""):
                found = _NAME.match(written.replace("''", "'"))
                parts = [_folded(part) for part in found.groups()] if found else []
                if parts and parts[1] == sequence.name and parts[0] in ("", sequence.schema):
                    return True
    return False


def _folded(part: str | None) -> str:
    """A written identifier as Postgres keeps it."""
    if part is None:
        return ""
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.strip().lower()


def owned_sequence(change: AlterColumn, context: Context) -> QualifiedName:
    """The sequence that goes when a column stops counting."""
    return default_sequence_name(change.table, change.actual, context)


def default_sequence_name(pair: TablePair, column: Column, context: Context) -> QualifiedName:
    """A column's sequence with its schema: the one it owns, else the one of its default, else Postgres' own name."""
    owner = f"{pair.actual.name}.{column.name}"
    for sequence, owned_by in context.actual.sequences:
        if owned_by == owner:
            return sequence
    name = sequence_of(column) or serial_name(pair.actual.name.name, column.name)
    found = [sequence for sequence, _ in context.actual.sequences if sequence.name == name]
    return found[0] if len(found) == 1 else QualifiedName(pair.actual.name.schema, name)


def counters(table: Table, columns: Iterable[Column], context: Context) -> list[tuple[str, Rule]]:
    """What new columns that count up need beyond SERIAL, each with its rule: it takes NULL away, and there is none for `oid`."""
    found: list[tuple[str, Rule]] = []
    altered = f"ALTER TABLE {context.names.new(table)} ALTER COLUMN"
    for column in columns if context.corrects else ():
        native = column.type.native
        if not column.autoincrement or native is None:
            continue
        at = f"{table.name}.{column.name}"
        if native.name not in SERIAL:
            schema = context.names.expected_schema(table)
            name = quote(serial_name(table.name.name, column.name))
            name = f"{quote(schema)}.{name}" if schema else name
            written = name.replace("'", "''")
            owner = f"{context.names.new(table)}.{quote(column.name)}"
            rule = ("counter-without-serial", at)
            found.append((f"CREATE SEQUENCE {name}", rule))
            found.append((f"{altered} {quote(column.name)} SET DEFAULT nextval('{written}')", rule))
            found.append((f"ALTER SEQUENCE {name} OWNED BY {owner}", rule))
        elif column.type.arity is Arity.NULLABLE:
            found.append((f"{altered} {quote(column.name)} DROP NOT NULL", ("counter-allows-null", at)))
    return found


def serial_name(table: str, column: str) -> str:
    """The name that Postgres gives the sequence of a SERIAL column, at most 63 bytes (makeObjectName)."""
    parts = [table.encode(), column.encode()]
    room = 63 - len("__seq")
    while len(parts[0]) + len(parts[1]) > room:
        longer = 0 if len(parts[0]) > len(parts[1]) else 1
        parts[longer] = parts[longer][:-1]
    return "_".join(part.decode(errors="ignore") for part in parts) + "_seq"
