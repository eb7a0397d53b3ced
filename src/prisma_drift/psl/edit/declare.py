"""The lines that make a schema declare what a database has and the schema lacks.

Whether the schema is valid with them is for `is_valid` to say: most are, so callers ask once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import SchemaError
from ...model.edit import SchemaLines, apply, merge
from ...model.names import QualifiedName
from ...model.schema import Column, Enum, ForeignKey, Index, PrimaryKey, Table
from ..load import Document, SchemaFile, load
from ..syntax.ast import Model, layout
from .columns import columns_at
from .compose import (
    Ground,
    Parts,
    back_parts,
    column_parts,
    declarable,
    enum_text,
    forward_parts,
    ground,
    id_text,
    index_text,
    known_table,
    list_parts,
    model_of,
    model_text,
    unique_columns,
    value_text,
)
from .naming import Pairing, Relation

__all__ = ["Ground", "ground"]

Lines = Iterator[SchemaLines]
Seen = set[tuple[object, ...]]
"""What is declared already by the lines so far, so that two objects may need each other."""


def column(base: Ground, table: Table, name: str) -> tuple[SchemaLines, ...]:
    """A field for the column; like all of these with whatever else it needs."""
    return merge(_column(base, table, name, set()))


def index(base: Ground, table: Table, index: Index) -> tuple[SchemaLines, ...]:
    """An @@index or @@unique."""
    return merge(_index(base, table, index, set()))


def primary_key(base: Ground, table: Table, key: PrimaryKey) -> tuple[SchemaLines, ...]:
    """An @@id."""
    return merge(_primary_key(base, table, key, set()))


def foreign_key(base: Ground, table: Table, key: ForeignKey) -> tuple[SchemaLines, ...]:
    """A relation: a field on both sides."""
    found = [one for one in base.names.relations if one.key == key and one.table.name == table.name]
    return merge(line for one in found for line in _relation(base, one, set()))


def enum(base: Ground, enum: Enum) -> tuple[SchemaLines, ...]:
    return merge(_enum(base, enum.name, set()))


def enum_value(base: Ground, enum: Enum, label: str) -> tuple[SchemaLines, ...]:
    """A value, after the one that it follows in the database."""
    block = base.document.enum(base.names.enums[enum.name])
    if block is None:
        return ()
    place = layout(block)
    known = {value.name.name: value for value in block.values}
    after = place.last_member_line
    for before in enum.values[: enum.values.index(label)]:
        written = known.get(base.names.values[enum.name][before])
        if written is not None:
            after = written.span.line
    text = place.indent + value_text(base, enum, label)
    return (SchemaLines(block.span.source.path, after, text),)


def table(base: Ground, table: Table) -> tuple[SchemaLines, ...]:
    """A model, or the two list fields of an implicit many-to-many table."""
    return merge(_table(base, table.name, set()))


def is_valid(base: Ground, lines: tuple[SchemaLines, ...]) -> bool:
    """Whether the schema stays valid with the lines in it."""
    try:
        load(edited(base.document, lines), version=base.version, default_schema=base.actual.default_schema)
    except SchemaError:
        return False
    return True


def edited(document: Document, lines: tuple[SchemaLines, ...]) -> tuple[SchemaFile, ...]:
    """The schema's files with the lines made."""
    return tuple(
        SchemaFile(file.path, apply(file.text, own))
        if (own := [x for x in lines if x.file == file.path])
        else file
        for file in document.files
    )


# ------------------------------------------------------------ parts of a model that is there


def _member(g: Ground, block: Model, parts: Parts) -> SchemaLines:
    """A field, after the last one and in its columns."""
    place = layout(block)
    text = columns_at(block, place.last_member_line).line(place.indent, *parts)
    return SchemaLines(block.span.source.path, place.last_member_line, text)


def _attribute(block: Model, text: str) -> SchemaLines:
    """A block attribute, after the last line that says something."""
    place = layout(block)
    after = max(place.last_attribute_line, place.last_member_line)
    # A first attribute stands apart from the fields, as `prisma format` has it.
    gap = "" if place.last_attribute_line or place.last_line - after > 1 else "\n"
    return SchemaLines(block.span.source.path, after, gap + place.indent + text)


def _column(g: Ground, owner: Table, name: str, seen: Seen) -> Lines:
    block, known = model_of(g, owner.name), g.document.schema.table(owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
        return
    one = owner.column(name)
    if one is None or (known and known.column(name)) or not _first(seen, "column", owner.name, name):
        return
    yield from _type(g, one, seen)
    yield _member(g, block, column_parts(g, owner, one))


def _type(g: Ground, column: Column, seen: Seen) -> Lines:
    if column.type.enum is not None:
        yield from _enum(g, column.type.enum, seen)


def _index(g: Ground, owner: Table, index: Index, seen: Seen) -> Lines:
    block = model_of(g, owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
    elif _first(seen, "index", owner.name, index.name):
        for key in index.columns:
            yield from _column(g, owner, key.name, seen)
        yield _attribute(block, index_text(g, owner, index))


def _primary_key(g: Ground, owner: Table, key: PrimaryKey, seen: Seen) -> Lines:
    block = model_of(g, owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
        return
    for name in key.columns:
        yield from _column(g, owner, name, seen)
    yield _attribute(block, id_text(g, owner, key))


# ------------------------------------------------------------ relations


def _relation(g: Ground, relation: Relation, seen: Seen) -> Lines:
    """Both fields, with the columns and models that they need; fields of new models stand in the model's own text."""
    if not _first(seen, "relation", relation.table.name, relation.key.name):
        return
    child, parent = model_of(g, relation.table.name), model_of(g, relation.key.references)
    if child is None:
        yield from _table(g, relation.table.name, seen)
    else:
        for name in relation.key.columns:
            yield from _column(g, relation.table, name, seen)
        yield _member(g, child, forward_parts(g, relation))
    if parent is None:
        yield from _table(g, relation.key.references, seen)
    else:
        yield from _target(g, relation, seen)
        yield _member(g, parent, back_parts(g, relation))


def _target(g: Ground, relation: Relation, seen: Seen) -> Lines:
    """The unique index that the relation refers to, where the schema lacks it."""
    wanted = relation.key.referenced_columns
    if wanted in unique_columns(known_table(g, relation.key.references)):
        return
    owner = g.actual.table(relation.key.references)
    for index in owner.indexes if owner else ():
        if index.unique and declarable(index) and tuple(key.name for key in index.columns) == wanted:
            assert owner is not None
            yield from _index(g, owner, index, seen)
            return


def _pairing(g: Ground, pairing: Pairing, seen: Seen) -> Lines:
    if not _first(seen, "pairing", pairing.table.name):
        return
    for end, name, other in (
        (pairing.a, pairing.field_a, pairing.b),
        (pairing.b, pairing.field_b, pairing.a),
    ):
        block = model_of(g, end)
        if block is None:
            yield from _table(g, end, seen)
        else:
            yield _member(g, block, list_parts(g, pairing, name, other))


# ------------------------------------------------------------ whole blocks


def _table(g: Ground, name: QualifiedName, seen: Seen) -> Lines:
    one = g.actual.table(name)
    if one is None or not _first(seen, "table", name):
        return
    pairing = next((pair for pair in g.names.pairings if pair.table.name == name), None)
    if pairing is not None:
        yield from _pairing(g, pairing, seen)
        return
    if name not in g.names.models:
        return
    for part in one.columns:
        yield from _type(g, part, seen)
    yield _block(g, "\n".join(model_text(g, one)))
    for relation in g.names.relations:
        if name in (relation.table.name, relation.key.references):
            yield from _relation(g, relation, seen)
    for pair in g.names.pairings:
        if name in (pair.a, pair.b):
            yield from _pairing(g, pair, seen)


def _block(g: Ground, text: str) -> SchemaLines:
    """A new block, at the end of the file that has the datasource."""
    source = g.document.datasource.span.source if g.document.datasource else g.document.ast[0].source
    lines = source.text.count("\n") + (not source.text.endswith("\n"))
    return SchemaLines(source.path, lines, "\n" + text)


def _enum(g: Ground, name: QualifiedName, seen: Seen) -> Lines:
    one = g.actual.enum(name)
    if one is None or g.document.schema.enum(name) is not None or not _first(seen, "enum", name):
        return
    yield _block(g, enum_text(g, one))


def _first(seen: Seen, *key: object) -> bool:
    """Whether this is met for the first time; it no longer is afterwards."""
    if key in seen:
        return False
    seen.add(key)
    return True
