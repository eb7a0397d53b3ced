"""The lines that make a schema declare what a database has and the schema lacks.

Whether the schema is valid with them is for `is_valid` to say: most are, so callers ask once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import SchemaError
from ..model.edit import SchemaLines, apply, merge
from ..model.names import QualifiedName
from ..model.schema import Column, Enum, ForeignKey, Index, PrimaryKey, Schema, Table
from ..model.types import Arity
from ..model.version import LATEST, Version
from . import constraint_names, opclasses
from .ast import Model, layout
from .load import Document, SchemaFile, load
from .naming import Naming, Pairing, Relation, naming
from .write import ACTIONS, METHODS, field, quoted

Lines = Iterator[SchemaLines]
Seen = set[tuple[object, ...]]
"""What is declared already by the lines so far, so that two objects may need each other."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What declarations start from."""

    document: Document
    actual: Schema
    names: Naming
    version: Version = LATEST
    raw: bool = False
    """Write every operator class as raw("…"), which Prisma does not hold against the field's type."""

    @property
    def datasource(self) -> str:
        return self.document.datasource.name if self.document.datasource else "db"


def ground(document: Document, actual: Schema, version: Version = LATEST) -> Ground:
    return Ground(document, actual, naming(document, actual), version)


def column(base: Ground, table: Table, name: str) -> tuple[SchemaLines, ...]:
    """A field for the column; like all of these with whatever else it needs."""
    return merge(_column(base, table, name, set()))


def index(base: Ground, table: Table, one: Index) -> tuple[SchemaLines, ...]:
    """An @@index or @@unique."""
    return merge(_index(base, table, one, set()))


def primary_key(base: Ground, table: Table, key: PrimaryKey) -> tuple[SchemaLines, ...]:
    """An @@id."""
    return merge(_primary_key(base, table, key, set()))


def foreign_key(base: Ground, table: Table, key: ForeignKey) -> tuple[SchemaLines, ...]:
    """A relation: a field on both sides."""
    found = [one for one in base.names.relations if one.key == key and one.table.name == table.name]
    return merge(line for one in found for line in _relation(base, one, set()))


def enum(base: Ground, one: Enum) -> tuple[SchemaLines, ...]:
    return merge(_enum(base, one.name, set()))


def enum_value(base: Ground, one: Enum, label: str) -> tuple[SchemaLines, ...]:
    """A value, after the one that it follows in the database."""
    block = base.document.enum(base.names.enums[one.name])
    if block is None:
        return ()
    place = layout(block)
    known = {value.name.name: value for value in block.values}
    after = place.last_member_line
    for before in one.values[: one.values.index(label)]:
        written = known.get(base.names.values[one.name][before])
        if written is not None:
            after = written.span.line
    text = place.indent + _value(base, one, label)
    return (SchemaLines(block.span.source.path, after, text),)


def table(base: Ground, one: Table) -> tuple[SchemaLines, ...]:
    """A model, or the two list fields of an implicit many-to-many table."""
    return merge(_table(base, one.name, set()))


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


def _model(g: Ground, name: QualifiedName) -> Model | None:
    """The model that the schema has for the table."""
    known = g.document.schema.table(name)
    return g.document.model(known.model) if known and known.model else None


def _member(g: Ground, block: Model, text: str) -> SchemaLines:
    """A field, after the last one."""
    place = layout(block)
    return SchemaLines(block.span.source.path, place.last_member_line, place.indent + text)


def _attribute(block: Model, text: str) -> SchemaLines:
    """A block attribute, after the last line that says something."""
    place = layout(block)
    after = max(place.last_attribute_line, place.last_member_line)
    # A first attribute stands apart from the fields, as `prisma format` has it.
    gap = "" if place.last_attribute_line or place.last_line - after > 1 else "\n"
    return SchemaLines(block.span.source.path, after, gap + place.indent + text)


def _column(g: Ground, owner: Table, name: str, seen: Seen) -> Lines:
    block, known = _model(g, owner.name), g.document.schema.table(owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
        return
    one = owner.column(name)
    if one is None or (known and known.column(name)) or not _first(seen, "column", owner.name, name):
        return
    yield from _type(g, one, seen)
    yield _member(g, block, " ".join(part for part in _field(g, owner, one) if part))


def _type(g: Ground, one: Column, seen: Seen) -> Lines:
    if one.type.enum is not None:
        yield from _enum(g, one.type.enum, seen)


def _field(g: Ground, owner: Table, one: Column, attributes: tuple[str, ...] = ()) -> tuple[str, str, str]:
    values = g.names.values.get(one.type.enum, {}) if one.type.enum else {}
    return field(
        one,
        g.names.fields[owner.name][one.name],
        attributes=attributes,
        datasource=g.datasource,
        enum_name=lambda name: g.names.enums.get(name, name.name),
        label_name=lambda label: values.get(label, label),
    )


def _index(g: Ground, owner: Table, one: Index, seen: Seen) -> Lines:
    block = _model(g, owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
    elif _first(seen, "index", owner.name, one.name):
        for key in one.columns:
            yield from _column(g, owner, key.name, seen)
        yield _attribute(block, index_text(g, owner, one))


def index_text(g: Ground, owner: Table, one: Index) -> str:
    """`@@index([a, b(sort: Desc)], type: …, map: "…")`, without indentation."""
    names = [key.name for key in one.columns]
    make = constraint_names.unique if one.unique else constraint_names.index
    words = [f"[{', '.join(_index_column(g, owner, one, number) for number in range(len(names)))}]"]
    if one.method in METHODS:
        words.append(f"type: {METHODS[one.method]}")
    if one.name != make(owner.name.name, names):
        words.append(f"map: {quoted(one.name)}")
    if one.predicate:
        words.append(f"where: raw({quoted(one.predicate)})")
    return f"@@{'unique' if one.unique else 'index'}({', '.join(words)})"


def _index_column(g: Ground, owner: Table, one: Index, number: int) -> str:
    key = one.columns[number]
    options = []
    if key.opclass is not None and (g.raw or not key.opclass.default):
        method = METHODS.get(one.method, "")
        known = [
            name
            for name, sql in opclasses.SQL_NAMES.items()
            if sql == key.opclass.name and method in opclasses.METHODS[name] and not g.raw
        ]
        options.append(f"ops: {known[0] if known else f'raw({quoted(key.opclass.name)})'}")
    if key.sort == "desc":
        options.append("sort: Desc")
    return g.names.fields[owner.name][key.name] + (f"({', '.join(options)})" if options else "")


def _primary_key(g: Ground, owner: Table, key: PrimaryKey, seen: Seen) -> Lines:
    block = _model(g, owner.name)
    if block is None:
        yield from _table(g, owner.name, seen)
        return
    for name in key.columns:
        yield from _column(g, owner, name, seen)
    yield _attribute(block, _id_text(g, owner, key))


def _id_text(g: Ground, owner: Table, key: PrimaryKey) -> str:
    names = ", ".join(g.names.fields[owner.name][name] for name in key.columns)
    return f"@@id([{names}]{_id_map(owner, key, ', ')})"


def _id_map(owner: Table, key: PrimaryKey, before: str = "") -> str:
    usual = constraint_names.primary_key(owner.name.name)
    return "" if key.name == usual else f"{before}map: {quoted(key.name)}"


# ------------------------------------------------------------ relations


def _relation(g: Ground, one: Relation, seen: Seen) -> Lines:
    """Both fields, with the columns and models that they need; fields of new models stand in the model's own text."""
    if not _first(seen, "relation", one.table.name, one.key.name):
        return
    child, parent = _model(g, one.table.name), _model(g, one.key.references)
    if child is None:
        yield from _table(g, one.table.name, seen)
    else:
        for name in one.key.columns:
            yield from _column(g, one.table, name, seen)
        yield _member(g, child, " ".join(_forward(g, one)))
    if parent is None:
        yield from _table(g, one.key.references, seen)
    else:
        yield from _target(g, one, seen)
        yield _member(g, parent, " ".join(part for part in _back(g, one) if part))


def _target(g: Ground, one: Relation, seen: Seen) -> Lines:
    """The unique index that the relation refers to, where the schema lacks it."""
    wanted = one.key.referenced_columns
    if wanted in _unique_columns(_known(g, one.key.references)):
        return
    owner = g.actual.table(one.key.references)
    for index in owner.indexes if owner else ():
        if index.unique and _declarable(index) and tuple(key.name for key in index.columns) == wanted:
            assert owner is not None
            yield from _index(g, owner, index, seen)
            return


def _known(g: Ground, name: QualifiedName) -> Table:
    """The table as the schema has it, else as the database has it."""
    found = g.document.schema.table(name) or g.actual.table(name)
    assert found is not None
    return found


def _forward(g: Ground, one: Relation) -> tuple[str, str, str]:
    known = _known(g, one.table.name)
    columns = [known.column(name) or one.table.column(name) for name in one.key.columns]
    arities = {column.type.arity for column in columns if column}
    names = g.names.fields[one.table.name], g.names.fields[one.key.references]
    words = [quoted(one.name)] if one.name else []
    words.append(f"fields: [{', '.join(names[0][name] for name in one.key.columns)}]")
    words.append(f"references: [{', '.join(names[1][name] for name in one.key.referenced_columns)}]")
    if one.key.on_delete != ("RESTRICT" if Arity.REQUIRED in arities else "SET NULL"):
        words.append(f"onDelete: {ACTIONS[one.key.on_delete]}")
    if one.key.on_update != "CASCADE":
        words.append(f"onUpdate: {ACTIONS[one.key.on_update]}")
    if one.key.name != constraint_names.foreign_key(one.table.name.name, one.key.columns):
        words.append(f"map: {quoted(one.key.name)}")
    mark = "?" if Arity.NULLABLE in arities else ""
    return one.forward, g.names.models[one.key.references] + mark, f"@relation({', '.join(words)})"


def _back(g: Ground, one: Relation) -> tuple[str, str, str]:
    """A list, or a single one where the columns are unique."""
    known = _known(g, one.table.name)
    mark = "?" if one.key.columns in _unique_columns(known) else "[]"
    attributes = [f"@relation({quoted(one.name)})"] if one.name else []
    if not _has_identifier(known) and _model(g, known.name) is None:
        attributes.append("@ignore")
    return one.back, g.names.models[one.table.name] + mark, " ".join(attributes)


def _pairing(g: Ground, one: Pairing, seen: Seen) -> Lines:
    if not _first(seen, "pairing", one.table.name):
        return
    for end, name, other in ((one.a, one.field_a, one.b), (one.b, one.field_b, one.a)):
        block = _model(g, end)
        if block is None:
            yield from _table(g, end, seen)
        else:
            yield _member(g, block, " ".join(part for part in _list_field(g, one, name, other) if part))


def _list_field(g: Ground, one: Pairing, name: str, other: QualifiedName) -> tuple[str, str, str]:
    return name, f"{g.names.models[other]}[]", f"@relation({quoted(one.name)})" if one.name else ""


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
    yield _block(g, "\n".join(_model_text(g, one)))
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


def _model_text(g: Ground, one: Table) -> Iterator[str]:
    members = [_field(g, one, part, _inline(g, one, part)) for part in one.columns]
    for relation in g.names.relations:
        if relation.table.name == one.name:
            members.append(_forward(g, relation))
        if relation.key.references == one.name:
            members.append(_back(g, relation))
    for pair in g.names.pairings:
        if pair.a == one.name:
            members.append(_list_field(g, pair, pair.field_a, pair.b))
        if pair.b == one.name:
            members.append(_list_field(g, pair, pair.field_b, pair.a))
    widths = [max(len(member[part]) for member in members) for part in (0, 1)] if members else [0, 0]
    yield f"model {g.names.models[one.name]} {{"
    for member in members:
        yield f"  {member[0].ljust(widths[0])} {member[1].ljust(widths[1])} {member[2]}".rstrip()
    attributes = list(_model_attributes(g, one))
    if attributes:
        yield ""
    yield from (f"  {attribute}" for attribute in attributes)
    yield "}"


def _inline(g: Ground, one: Table, part: Column) -> tuple[str, ...]:
    """@id and @unique, where the field stands alone in its key."""
    found = []
    if one.primary_key is not None and one.primary_key.columns == (part.name,):
        mapped = _id_map(one, one.primary_key)
        found.append(f"@id({mapped})" if mapped else "@id")
    if any(_is_inline(i) and i.columns[0].name == part.name for i in one.indexes):
        unique = next(i for i in one.indexes if _is_inline(i) and i.columns[0].name == part.name)
        usual = unique.name == constraint_names.unique(one.name.name, [part.name])
        found.append("@unique" if usual else f"@unique(map: {quoted(unique.name)})")
    return tuple(found)


def _is_inline(one: Index) -> bool:
    return (
        one.unique
        and len(one.columns) == 1
        and one.columns[0].sort != "desc"
        and not one.predicate
        and _declarable(one)
    )


def _declarable(one: Index) -> bool:
    return one.catalog is None or not one.catalog.unmanaged


def _unique_columns(one: Table) -> set[tuple[str, ...]]:
    """What the language takes for a unique criterion."""
    found = {
        tuple(key.name for key in i.columns)
        for i in one.indexes
        if i.unique and not i.predicate and _declarable(i)
    }
    return found | ({one.primary_key.columns} if one.primary_key else set())


def _model_attributes(g: Ground, one: Table) -> Iterator[str]:
    key = one.primary_key
    if key is not None and len(key.columns) > 1:
        yield _id_text(g, one, key)
    inline: set[str] = set()
    for index in one.indexes:
        if not _declarable(index):
            continue
        first = index.columns[0].name if index.columns else ""
        if _is_inline(index) and first not in inline:
            inline.add(first)
        else:
            yield index_text(g, one, index)
    if g.names.models[one.name] != one.name.name:
        yield f"@@map({quoted(one.name.name)})"
    if g.document.schema.schemas:
        yield f"@@schema({quoted(one.name.schema)})"
    if not _has_identifier(one):
        yield "@@ignore"


def _has_identifier(one: Table) -> bool:
    """Whether Prisma Client can tell rows apart: a key, or a unique index on required columns."""
    required = {column.name for column in one.columns if column.type.arity is Arity.REQUIRED}
    return any(required.issuperset(columns) for columns in _unique_columns(one))


def _enum(g: Ground, name: QualifiedName, seen: Seen) -> Lines:
    one = g.actual.enum(name)
    if one is None or g.document.schema.enum(name) is not None or not _first(seen, "enum", name):
        return
    lines = [f"enum {g.names.enums[name]} {{", *(f"  {_value(g, one, label)}" for label in one.values)]
    more = []
    if g.names.enums[name] != name.name:
        more.append(f"  @@map({quoted(name.name)})")
    if g.document.schema.schemas:
        more.append(f"  @@schema({quoted(name.schema)})")
    yield _block(g, "\n".join([*lines, *([""] if more else []), *more, "}"]))


def _value(g: Ground, one: Enum, label: str) -> str:
    name = g.names.values[one.name][label]
    return name if name == label else f"{name} @map({quoted(label)})"


def _first(seen: Seen, *key: object) -> bool:
    """Whether this is met for the first time; it no longer is afterwards."""
    if key in seen:
        return False
    seen.add(key)
    return True
