"""Resolved symbols → the expected Schema: which table, column, key and index each line asks for.

Rules: Prisma's SQL schema calculator for Postgres; the order of objects is its order too.
"""

from __future__ import annotations

from ...model.names import QualifiedName
from ...model.schema import (
    Column,
    Enum,
    Extension,
    ForeignKey,
    Index,
    IndexColumn,
    Opclass,
    PrimaryKey,
    Schema,
    Table,
)
from ...model.types import (
    Arity,
    ColumnType,
    Family,
    Sequence,
)
from ...model.version import Version
from ..blocks.configuration import Configuration
from ..resolve.default_names import (
    column_name,
    foreign_key_name,
    index_name,
    primary_key_name,
    referential_arity,
)
from ..resolve.relation_attributes import ACTIONS
from ..resolve.symbols import (
    Builtin,
    EnumSymbol,
    IndexSymbol,
    KeyField,
    ModelSymbol,
    Relation,
    RelationField,
    ScalarField,
    Symbols,
    Unsupported,
)
from ..resolve.where import predicate
from ..syntax.ast import REQUIRED
from ..vocabulary import constraint_names as names
from ..vocabulary import opclasses
from ..vocabulary.native_types import DEFAULTS, FAMILIES
from .defaults import default_of

_ARITIES = {"required": Arity.REQUIRED, "optional": Arity.NULLABLE, "list": Arity.LIST}


def lower(symbols: Symbols, configuration: Configuration, version: Version, default_schema: str) -> Schema:
    """The schema that a valid set of files asks for."""
    source = configuration.datasource
    return _Lowering(symbols, configuration, version, default_schema).schema(
        source.schemas if source else (), source.relation_mode if source else "foreignKeys"
    )


class _Lowering:
    def __init__(
        self,
        symbols: Symbols,
        configuration: Configuration,
        version: Version,
        default_schema: str,
    ) -> None:
        self.symbols = symbols
        self.configuration = configuration
        self.version = version
        self.default_schema = default_schema

    def schema(self, schemas: tuple[str, ...], relation_mode: str) -> Schema:
        foreign_keys = self._foreign_keys() if relation_mode == "foreignKeys" else {}
        joins = [
            self._join_table(relation, foreign=relation_mode == "foreignKeys")
            for relation in self.symbols.relations
            if relation.kind == "many-to-many" and not relation.model_a.view and not relation.model_b.view
        ]
        return Schema(
            default_schema=self.default_schema,
            schemas=schemas,
            enums=tuple(self._enum(enum) for enum in self.symbols.enums),
            tables=(
                *(self._table(m, tuple(foreign_keys.get(id(m), ()))) for m in self.symbols.tables),
                *joins,
            ),
            extensions=self._extensions(),
            preview_features=tuple(sorted(self.configuration.preview_features)),
            relation_mode=relation_mode,
        )

    def _name(self, symbol: ModelSymbol | EnumSymbol) -> QualifiedName:
        schema = symbol.schema[0] if symbol.schema else self.default_schema
        return QualifiedName(schema, symbol.database_name)

    def _enum(self, enum: EnumSymbol) -> Enum:
        return Enum(
            name=self._name(enum),
            values=tuple(enum.value_names[value.name.name] for value in enum.ast.values),
            position=enum.ast.span.position,
            explicit_schema=enum.schema is not None,
            model=enum.name,
            value_positions=tuple(value.span.position for value in enum.ast.values),
            names=tuple(value.name.name for value in enum.ast.values),
        )

    def _extensions(self) -> tuple[Extension, ...]:
        source = self.configuration.datasource
        # The same name twice is one extension.
        entries = {entry.map or entry.name: entry for entry in (source.extensions if source else ())}.values()
        return tuple(
            Extension(
                entry.name if entry.map is None else entry.map,
                entry.schema,
                entry.version,
                position=entry.span.position,
            )
            for entry in entries
        )

    def _table(self, model: ModelSymbol, foreign_keys: tuple[ForeignKey, ...]) -> Table:
        return Table(
            name=self._name(model),
            columns=tuple(self._column(field) for field in model.scalars),
            primary_key=_primary_key(model),
            indexes=tuple(self._index(model, index) for index in _ordered(model.indexes)),
            foreign_keys=foreign_keys,
            position=model.ast.span.position,
            explicit_schema=model.schema is not None,
            model=model.name,
        )

    # ------------------------------------------------------------ columns

    def _column(self, field: ScalarField) -> Column:
        default = default_of(field)
        return Column(
            name=field.database_name,
            type=self._type(field),
            default=default,
            autoincrement=isinstance(default, Sequence),
            position=field.ast.span.position,
            field=field.name,
        )

    def _type(self, field: ScalarField, arity: Arity | None = None) -> ColumnType:
        arity = arity or _ARITIES[field.ast.arity]
        match field.type:
            case Builtin(name=name):
                return ColumnType(FAMILIES[name], arity, field.native or DEFAULTS[name])
            case EnumSymbol():
                return ColumnType(Family.ENUM, arity, enum=self._name(field.type))
            case Unsupported(text=text):
                return ColumnType(Family.UNSUPPORTED, arity, text=text)
            case _:
                return ColumnType(FAMILIES["Json"], arity, DEFAULTS["Json"])

    # ------------------------------------------------------------ indexes

    def _index(self, model: ModelSymbol, index: IndexSymbol) -> Index:
        method = (index.method or "BTree").lower()
        return Index(
            name=index_name(model, index),
            columns=tuple(_index_column(key, index.method or "BTree") for key in index.fields),
            unique=index.unique,
            method=method,
            predicate=predicate(index),
            position=index.attribute.span.position,
        )

    # ------------------------------------------------------------ relations

    def _foreign_keys(self) -> dict[int, list[ForeignKey]]:
        """Per model, in the order of their forward relation fields."""
        out: dict[int, list[ForeignKey]] = {}
        for relation in self.symbols.relations:
            field = relation.field_a
            if relation.kind not in ("one-to-one", "one-to-many") or field is None:
                continue
            if field.model.view or field.related.view or not field.fields or not field.references:
                continue
            out.setdefault(id(field.model), []).append(self._foreign_key(relation, field))
        return out

    def _foreign_key(self, relation: Relation, field: RelationField) -> ForeignKey:
        back = relation.field_b
        on_delete = field.on_delete or (back.on_delete if back else None)
        on_update = field.on_update or (back.on_update if back else None)
        default = "RESTRICT" if referential_arity(field) == REQUIRED else "SET NULL"
        return ForeignKey(
            name=foreign_key_name(field),
            columns=tuple(scalar.database_name for scalar in field.fields or ()),
            references=self._name(field.related),
            referenced_columns=tuple(scalar.database_name for scalar in field.references or ()),
            on_delete=ACTIONS[on_delete[0]] if on_delete else default,
            on_update=ACTIONS[on_update[0]] if on_update else "CASCADE",
            position=field.ast.span.position,
        )

    def _join_table(self, relation: Relation, *, foreign: bool) -> Table:
        """The table of an implicit many-to-many relation: columns A and B, one row a pair."""
        table = names.join_table(relation.relation_name)
        sides = (("A", relation.model_a, relation.field_a), ("B", relation.model_b, relation.field_b))
        keyed = self.version.join_table_primary_key
        index_b = Index(names.join_index(table), (IndexColumn("B"),))
        unique = Index(names.join_unique(table), (IndexColumn("A"), IndexColumn("B")), unique=True)
        position = relation.field_a.ast.span.position if relation.field_a else None
        name = QualifiedName(self._name(relation.model_a).schema, table)
        columns = []
        keys = []
        for side, model, field in sides:
            id_field = model.primary_key.fields[0].root if model.primary_key else None
            if id_field is None:
                continue
            where = field.ast.span.position if field else None
            columns.append(Column(side, self._type(id_field, Arity.REQUIRED), position=where))
            keys.append(
                ForeignKey(
                    name=names.join_foreign_key(table, side),
                    columns=(side,),
                    references=self._name(model),
                    referenced_columns=(id_field.database_name,),
                    on_delete="CASCADE",
                    on_update="CASCADE",
                    position=where,
                )
            )
        return Table(
            name=name,
            columns=tuple(columns),
            primary_key=PrimaryKey(names.join_primary_key(table), ("A", "B")) if keyed else None,
            indexes=(index_b,) if keyed else (unique, index_b),
            foreign_keys=tuple(keys) if foreign else (),
            position=position,
            explicit_schema=relation.model_a.schema is not None,
            join_table=True,
        )


def _primary_key(model: ModelSymbol) -> PrimaryKey | None:
    key = model.primary_key
    if key is None:
        return None
    columns = tuple(column_name(part) for part in key.fields)
    return PrimaryKey(primary_key_name(model), columns, key.attribute.span.position)


def _ordered(indexes: list[IndexSymbol]) -> list[IndexSymbol]:
    """@unique of fields, @@index, @@unique: the order in which they were read."""
    return [index for index in indexes if index.kind != "fulltext"]


def _index_column(key: KeyField, method: str) -> IndexColumn:
    opclass = None
    if key.opclass is not None:
        name = key.opclass.name
        opclass = (
            Opclass(name, raw=True)
            if key.opclass.raw
            else Opclass(opclasses.SQL_NAMES[name], opclasses.is_default(name, method))
        )
    return IndexColumn(column_name(key), key.sort, opclass, key.length)
