"""Which model, field, enum and value a database object has in a schema, or would get if it were declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container

from ...model.names import QualifiedName
from ...model.schema import Enum, ForeignKey, Schema, Table
from ...model.values import frozen
from ..load import Document
from ..resolve.names import RESERVED, SCALARS
from ..syntax.ast import Model
from ..vocabulary import constraint_names


@frozen
class Relation:
    """The two fields that declare a foreign key."""

    key: ForeignKey
    table: Table
    """The table that has the key."""
    forward: str
    """Name of the field on the model that has the key."""
    back: str
    """Name of the field on the model that it points to."""
    name: str
    """Written where more than one relation joins the two models; else empty."""


@frozen
class Pairing:
    """The two list fields that declare an implicit many-to-many table."""

    table: Table
    a: QualifiedName
    b: QualifiedName
    field_a: str
    """On the model of `a`."""
    field_b: str
    name: str
    """As in Relation."""


@frozen
class Naming:
    """Names in schema.prisma for every object of a database; those that the schema has keep theirs."""

    models: dict[QualifiedName, str]
    """Table → model."""
    fields: dict[QualifiedName, dict[str, str]]
    """Table → column → field."""
    enums: dict[QualifiedName, str]
    values: dict[QualifiedName, dict[str, str]]
    """Enum → label → value."""
    relations: tuple[Relation, ...]
    """One for each foreign key that the schema has no relation for."""
    pairings: tuple[Pairing, ...]
    """One for each table that the schema lacks and that has the look of an implicit many-to-many table."""


def naming(document: Document, actual: Schema) -> Naming:
    """Names for everything in `actual`, free of clashes with the schema and with each other."""
    schema = document.schema
    taken = set(document.names)
    models = {table.name: table.model for table in schema.tables if table.model}
    enums = {enum.name: enum.model for enum in schema.enums}
    joins = {table.name for table in schema.tables if table.join_table}
    for table in actual.tables:
        if table.name not in models and table.name not in joins and not is_implicit(table, actual, models):
            models[table.name] = free_name(table.name.name, taken, "Model", top=True)
    for enum in actual.enums:
        if enum.name not in enums:
            enums[enum.name] = free_name(enum.name.name, taken, "Enum", top=True)
    fields: dict[QualifiedName, dict[str, str]] = {}
    used: dict[QualifiedName, set[str]] = {}
    for table in actual.tables:
        if table.name in models:
            block = document.model(models[table.name])
            fields[table.name], used[table.name] = _fields(table, schema.table(table.name), block)
    values = {enum.name: _values(enum, document, enums[enum.name], schema) for enum in actual.enums}
    missing = _missing(schema, actual, used)
    implicit = [table for table in actual.tables if table.name not in models and table.name not in joins]
    crowded = _crowded(document, models, missing, implicit)
    relations = tuple(_relation(table, key, models, used, crowded) for table, key in missing)
    pairings = tuple(_pairing(table, models, used, crowded) for table in implicit)
    return Naming(models, fields, enums, values, relations, pairings)


def is_name(text: str) -> bool:
    """Whether the language takes the text as the name of a block, field or value."""
    return (
        bool(text) and text[0].isalpha() and all(c.isalpha() or c == "_" or c in "0123456789" for c in text)
    )


def free_name(text: str, taken: set[str], fallback: str, *, top: bool = False) -> str:
    """`text` as a valid name that is not taken yet, and now is; `top`: the name of a block."""
    kept = "".join(c if is_name("a" + c) else "_" for c in text).lstrip("_0123456789") or fallback
    base = kept
    if top and base in (*RESERVED, *SCALARS):
        base = f"{base}_"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _fields(table: Table, known: Table | None, block: Model | None) -> tuple[dict[str, str], set[str]]:
    """Column → field, and every name that the model uses."""
    taken = {field.name.name for field in block.fields} if block else set()
    names = {column.name: column.field or column.name for column in known.columns} if known else {}
    for column in table.columns:
        if column.name not in names:
            names[column.name] = free_name(column.name, taken, "field")
    return names, taken


def _values(enum: Enum, document: Document, name: str, schema: Schema) -> dict[str, str]:
    block = document.enum(name)
    known = schema.enum(enum.name)
    names: dict[str, str] = {}
    taken: set[str] = set()
    if block and known:
        written = [value.name.name for value in block.values]
        names = dict(zip(known.values, written, strict=False))
        taken = set(written)
    for label in enum.values:
        if label not in names:
            names[label] = free_name(label, taken, "VALUE")
    return names


Missing = list[tuple[Table, ForeignKey]]
Crowded = Callable[[QualifiedName, QualifiedName], bool]
"""Whether a relation between two tables needs a name."""


def _missing(schema: Schema, actual: Schema, used: Container[QualifiedName]) -> Missing:
    """The foreign keys that the schema has no relation for."""
    if schema.relation_mode != "foreignKeys":
        return []
    missing = []
    for table in actual.tables:
        if table.name not in used:
            continue
        known = schema.table(table.name)
        had = {_ends(key) for key in known.foreign_keys} if known else set()
        missing += [
            (table, key) for key in table.foreign_keys if _ends(key) not in had and key.references in used
        ]
    return missing


def _crowded(
    document: Document, models: dict[QualifiedName, str], missing: Missing, implicit: list[Table]
) -> Crowded:
    pairs = [frozenset((table.name, key.references)) for table, key in missing]
    pairs += [frozenset(key.references for key in table.foreign_keys) for table in implicit]
    count = Counter(pairs)

    def crowded(one: QualifiedName, other: QualifiedName) -> bool:
        here, there = models[one], models[other]
        joined = _joined(document, here, there) or _joined(document, there, here)
        return joined or one == other or count[frozenset((one, other))] > 1

    return crowded


def _ends(key: ForeignKey) -> tuple[object, ...]:
    return (key.columns, key.references, key.referenced_columns)


def _relation(
    table: Table,
    key: ForeignKey,
    models: dict[QualifiedName, str],
    used: dict[QualifiedName, set[str]],
    crowded: Crowded,
) -> Relation:
    here, there = models[table.name], models[key.references]
    forward = free_name(_forward(key, there), used[table.name], "relation")
    back = free_name(_lower(here) + "s", used[key.references], "relation")
    name = f"{here}_{forward}To{there}" if crowded(table.name, key.references) else ""
    return Relation(key, table, forward, back, name)


def _joined(document: Document, here: str, there: str) -> bool:
    """Whether a field of one model is of the other's type already."""
    block = document.model(here)
    return block is not None and any(field.type.name == there for field in block.fields)


def is_implicit(table: Table, actual: Schema, models: dict[QualifiedName, str]) -> bool:
    """Whether Prisma would have made this very table for two list fields; not of a model with itself."""
    keys = {key.columns: key for key in table.foreign_keys}
    a, b = keys.get(("A",)), keys.get(("B",))
    if a is None or b is None or len(table.foreign_keys) != 2 or a.references == b.references:
        return False
    ends = (actual.table(a.references), actual.table(b.references))
    by_id = all(
        end is not None and end.primary_key is not None and end.primary_key.columns == key.referenced_columns
        for end, key in zip(ends, (a, b), strict=True)
    )
    cascades = all(key.on_delete == key.on_update == "CASCADE" for key in (a, b))
    name = table.name.name
    indexes = {(i.name, i.unique, tuple(c.name for c in i.columns)) for i in table.indexes}
    before_six = (
        {(constraint_names.join_unique(name), True, ("A", "B"))} if table.primary_key is None else set()
    )
    key = table.primary_key
    return (
        name.startswith("_")
        and [column.name for column in table.columns] == ["A", "B"]
        and by_id
        and cascades
        and (key is None or (key.name, key.columns) == (constraint_names.join_primary_key(name), ("A", "B")))
        and indexes == {(constraint_names.join_index(name), False, ("B",))} | before_six
        and a.references.schema == table.name.schema
        and models.get(a.references, a.references.name).encode()
        < models.get(b.references, b.references.name).encode()
    )


def _pairing(
    table: Table, models: dict[QualifiedName, str], used: dict[QualifiedName, set[str]], crowded: Crowded
) -> Pairing:
    keys = {key.columns: key.references for key in table.foreign_keys}
    a, b = keys[("A",)], keys[("B",)]
    written = table.name.name[1:]
    field_a = free_name(_lower(models[b]) + "s", used[a], "relation")
    field_b = free_name(_lower(models[a]) + "s", used[b], "relation")
    usual = written == f"{models[a]}To{models[b]}"
    return Pairing(table, a, b, field_a, field_b, "" if usual and not crowded(a, b) else written)


def _forward(key: ForeignKey, target: str) -> str:
    """`authorId` and `author_id` point to the `author`; several columns to the model."""
    if len(key.columns) == 1:
        for ending in ("_id", "Id", "ID"):
            name = key.columns[0].removesuffix(ending)
            if name and name != key.columns[0]:
                return name
    return _lower(target)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
