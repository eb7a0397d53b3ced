"""Names as Postgres stores them: cut to 63 bytes.

Prisma cuts the names that it makes itself, but a table, a column or a mapped name may be longer; Postgres cuts those
silently, and Prisma then finds a strange table and misses its own, at every comparison.
"""

from __future__ import annotations

from ..model.names import QualifiedName
from ..model.schema import ForeignKey, Index, PrimaryKey, Schema, Table
from ..model.values import replace

_LIMIT = 63


def stored_name(name: str) -> str:
    """The longest beginning of at most 63 bytes that ends with a whole character."""
    data = name.encode()
    return name if len(data) <= _LIMIT else data[:_LIMIT].decode(errors="ignore")


def with_stored_names(schema: Schema) -> Schema:
    """The schema with every name as a database would hold it; the same object where none is too long."""
    if not names_cut(schema):
        return schema
    return replace(
        schema,
        enums=tuple(replace(e, name=_qualified(e.name)) for e in schema.enums),
        tables=tuple(map(_table, schema.tables)),
    )


def names_cut(schema: Schema) -> list[str]:
    """The names that a database holds only in part."""
    # No character takes more than four bytes.
    return [name for name in _names(schema) if len(name) > _LIMIT // 4 and len(name.encode()) > _LIMIT]


def _names(schema: Schema) -> list[str]:
    found = [e.name.name for e in schema.enums]
    for table in schema.tables:
        found.append(table.name.name)
        found += [c.name for c in table.columns]
        found += [i.name for i in table.indexes]
        found += [k.name for k in table.foreign_keys]
        found += [table.primary_key.name] if table.primary_key is not None else []
    return found


def _qualified(name: QualifiedName) -> QualifiedName:
    return QualifiedName(name.schema, stored_name(name.name))


def _all(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(stored_name, names))


def _table(table: Table) -> Table:
    key = table.primary_key
    return replace(
        table,
        name=_qualified(table.name),
        columns=tuple(
            replace(c, name=stored_name(c.name), type=replace(c.type, enum=_enum(c.type.enum)))
            for c in table.columns
        ),
        primary_key=None if key is None else _primary_key(key),
        indexes=tuple(map(_index, table.indexes)),
        foreign_keys=tuple(map(_foreign_key, table.foreign_keys)),
    )


def _enum(name: QualifiedName | None) -> QualifiedName | None:
    return None if name is None else _qualified(name)


def _primary_key(key: PrimaryKey) -> PrimaryKey:
    return replace(key, name=stored_name(key.name), columns=_all(key.columns))


def _index(index: Index) -> Index:
    columns = tuple(replace(c, name=stored_name(c.name)) for c in index.columns)
    return replace(index, name=stored_name(index.name), columns=columns)


def _foreign_key(key: ForeignKey) -> ForeignKey:
    return replace(
        key,
        name=stored_name(key.name),
        columns=_all(key.columns),
        references=_qualified(key.references),
        referenced_columns=_all(key.referenced_columns),
    )
