"""What each catalog query returns: one named tuple per file in queries/, field by field."""

from __future__ import annotations

from typing import NamedTuple


class TableRow(NamedTuple):
    oid: int
    schema: str
    name: str
    partitioned: bool
    partition: bool
    of_extension: bool
    made_outside: bool
    """Not by an extension's own script; of no use where a server was upgraded, which writes all rows anew."""
    unlogged: bool


class SchemaRow(NamedTuple):
    name: str


class EnumRow(NamedTuple):
    schema: str
    name: str
    labels: list[str]


class ExtensionRow(NamedTuple):
    name: str
    schema: str
    version: str
    relocatable: bool


class SequenceRow(NamedTuple):
    schema: str
    name: str
    owner: str
    of_extension: bool
    definition: str


class ColumnRow(NamedTuple):
    table_oid: int
    number: int
    name: str
    type: str
    udt_schema: str
    udt_name: str
    udt_kind: str
    """pg_type.typtype: b(ase), c(omposite), d(omain), e(num), p(seudo), r(ange), m(ultirange)."""
    is_array: bool
    element_name: str
    element_kind: str
    element_schema: str
    typmod: int
    domain: bool
    not_null: bool
    expression: str | None
    generated: str
    identity: str
    collation_oid: int
    collation: str


class IndexRow(NamedTuple):
    oid: int
    table_oid: int
    name: str
    method: str
    is_unique: bool
    is_primary: bool
    is_exclusion: bool
    valid: bool
    key_count: int
    keys: str
    options: str
    opclasses: str
    collations: str
    predicate: str | None
    nulls_not_distinct: bool
    storage: bool
    constraint_type: str
    deferrable: bool


class DefinitionRow(NamedTuple):
    oid: int
    definition: str


class OpclassRow(NamedTuple):
    oid: int
    name: str
    is_default: bool


class ForeignKeyRow(NamedTuple):
    table_oid: int
    name: str
    columns: list[int]
    referenced_oid: int
    referenced_columns: list[int]
    referenced_schema: str
    referenced_name: str
    on_delete: str
    on_update: str
    deferrable: bool
    validated: bool
    definition: str


class OutsideKeyRow(NamedTuple):
    referenced_oid: int
    schema: str
    table_name: str
    name: str
    referenced_columns: list[str]
    definition: str


class OutsideColumnRow(NamedTuple):
    enum_schema: str
    enum_name: str
    schema: str
    table_name: str
    name: str
    is_list: bool
    expression: str | None


class CensusRow(NamedTuple):
    kind: str


class UnmanagedRow(NamedTuple):
    kind: str
    name: str
    table_name: str
    definition: str
    why: list[str]


class HolderEdgeRow(NamedTuple):
    class_: str
    object: int
    number: int
    needed_class: str
    needed: int
    needed_number: int
    falls: bool
    schema: str
    name: str
    column_name: str
    extension: str


class HolderRow(NamedTuple):
    class_: str
    object: int
    number: int
    kind: str
    name: str
    schema: str
    table_name: str
    column_name: str
    drop: str
    definition: str
    after: list[str]
    owner: str


class HolderOpclassRow(NamedTuple):
    object: int
    method: str
    place: int
    column_name: str
    text: str
    name: str
    accepts: str
    is_default: bool


class HolderGrantRow(NamedTuple):
    class_: str
    object: int
    number: int
    anew: bool
    role: str
    """The grantee's bare name."""
    column_name: str
    grantee: str
    """As SQL; empty for the owner."""
    privilege: str
    grantable: bool


class HolderCommentRow(NamedTuple):
    class_: str
    object: int
    number: int
    definition: str


class HolderOtherRow(NamedTuple):
    class_: str
    object: int
    number: int
    kind: str
    name: str
