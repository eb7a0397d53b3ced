"""What the names in a schema stand for: models, fields, keys and relations, resolved step by step from the tree.

These are working state of the validation passes, filled in order (types, attributes, relations) and read by the
lowering; the result of the whole is `model.Schema`.
"""

from __future__ import annotations

from ...model.types import NativeType
from ...model.values import field, frozen, mutable
from ..syntax.ast import Attribute, EnumBlock, Expression, Field, Model
from ..syntax.lexer import Span


@mutable(eq=False)
class EnumSymbol:
    ast: EnumBlock
    mapped: str | None = None
    value_names: dict[str, str] = field(default_factory=dict)
    """PSL name of a value → its label in the database."""
    schema: tuple[str, Span] | None = None
    known: frozenset[str] = frozenset()
    """The PSL names of all values."""

    def __post_init__(self) -> None:
        self.known = frozenset(value.name.name for value in self.ast.values)

    @property
    def name(self) -> str:
        return self.ast.name.name

    @property
    def database_name(self) -> str:
        return self.mapped if self.mapped is not None else self.ast.name.name


@mutable(eq=False)
class CompositeSymbol:
    ast: Model
    fields: dict[str, CompositeField] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.ast.name.name


@mutable(eq=False)
class CompositeField:
    ast: Field
    type: ScalarType
    mapped: str | None = None


@frozen
class Builtin:
    """Int, String, …"""

    name: str


@frozen
class Unsupported:
    text: str


ScalarType = Builtin | Unsupported | EnumSymbol | CompositeSymbol


@frozen
class NativeAttribute:
    """`@db.VarChar(50)` as written."""

    scope: str
    name: str
    arguments: tuple[str, ...]
    span: Span


@mutable(eq=False)
class ScalarField:
    model: ModelSymbol
    ast: Field
    type: ScalarType
    mapped: str | None = None
    ignored: bool = False
    updated_at: bool = False
    default: Expression | None = None
    default_attribute: Attribute | None = None
    default_mapped: str | None = None
    native_attribute: NativeAttribute | None = None
    native: NativeType | None = None
    """Set once the attribute has been found valid."""

    @property
    def name(self) -> str:
        return self.ast.name.name

    @property
    def database_name(self) -> str:
        return self.mapped if self.mapped is not None else self.ast.name.name

    @property
    def builtin(self) -> str | None:
        """The scalar's name, or None for enums and the rest."""
        return self.type.name if isinstance(self.type, Builtin) else None


@mutable(eq=False)
class RelationField:
    model: ModelSymbol
    ast: Field
    related: ModelSymbol
    fields: tuple[ScalarField, ...] | None = None
    """None: not written."""
    references: tuple[ScalarField, ...] | None = None
    relation_name: str | None = None
    on_delete: tuple[str, Span] | None = None
    on_update: tuple[str, Span] | None = None
    mapped: str | None = None
    ignored: bool = False
    attribute: Attribute | None = None

    @property
    def name(self) -> str:
        return self.ast.name.name

    @property
    def arity(self) -> str:
        return self.ast.arity


@frozen
class OpclassArgument:
    name: str
    raw: bool


@frozen
class KeyField:
    """A field of a key or index, with what was written behind it."""

    path: tuple[ScalarField | CompositeField, ...]
    """One element, more where it leads into a composite type."""
    sort: str = ""
    """'' | 'asc' | 'desc'"""
    length: int | None = None
    opclass: OpclassArgument | None = None

    @property
    def field(self) -> ScalarField | CompositeField:
        return self.path[-1]

    @property
    def root(self) -> ScalarField:
        root = self.path[0]
        assert isinstance(root, ScalarField)
        return root

    @property
    def name(self) -> str:
        return self.field.ast.name.name


@mutable(eq=False)
class IdSymbol:
    """@id or @@id."""

    attribute: Attribute
    fields: tuple[KeyField, ...]
    source_field: ScalarField | None
    """The field, for @id."""
    name: str | None = None
    """The client's name for a compound key."""
    mapped: str | None = None
    clustered: bool | None = None

    @property
    def attribute_name(self) -> str:
        return "@id" if self.source_field else "@@id"


@frozen
class WhereCondition:
    """One entry of `where: { field: … }`."""

    field: ScalarField
    negated: bool
    value: str | bool | None
    """None is null; numbers are kept as their digits, see `number`."""
    number: bool = False


@mutable(eq=False)
class IndexSymbol:
    """@unique, @@unique, @@index or @@fulltext."""

    attribute: Attribute
    kind: str
    """unique | normal | fulltext"""
    fields: tuple[KeyField, ...] = ()
    source_field: ScalarField | None = None
    """The field, for @unique."""
    name: str | None = None
    mapped: str | None = None
    method: str | None = None
    """BTree Hash Gist Gin SpGist Brin, as written."""
    clustered: bool | None = None
    where: str | tuple[WhereCondition, ...] | None = None
    """raw SQL, or the conditions of the object form."""
    where_written: bool = False

    @property
    def unique(self) -> bool:
        return self.kind == "unique"

    @property
    def attribute_name(self) -> str:
        if self.source_field:
            return "@unique"
        return {"unique": "@@unique", "normal": "@@index"}.get(self.kind, "@@fulltext")


@mutable(eq=False)
class ModelSymbol:
    """A model or a view."""

    ast: Model
    order: int
    """Place among all models and views."""
    scalars: list[ScalarField] = field(default_factory=list)
    relations: list[RelationField] = field(default_factory=list)
    members: dict[str, ScalarField | RelationField] = field(default_factory=dict)
    unresolved: set[str] = field(default_factory=set)
    """Fields whose line or type could not be read, which has been reported: what else is said of them would be noise."""
    primary_key: IdSymbol | None = None
    indexes: list[IndexSymbol] = field(default_factory=list)
    mapped: str | None = None
    schema: tuple[str, Span] | None = None
    ignored: bool = False
    shard_key: Attribute | None = None
    shard_fields: tuple[KeyField, ...] = ()

    @property
    def name(self) -> str:
        return self.ast.name.name

    @property
    def view(self) -> bool:
        return self.ast.kind == "view"

    @property
    def kind(self) -> str:
        return self.ast.kind

    @property
    def database_name(self) -> str:
        return self.mapped if self.mapped is not None else self.ast.name.name


@mutable(eq=False)
class Relation:
    """A relation between two models; A holds the foreign key (m:n: A is the smaller name)."""

    kind: str
    """one-to-one | one-to-many | many-to-many | embedded"""
    model_a: ModelSymbol
    model_b: ModelSymbol
    field_a: RelationField | None
    """The forward side."""
    field_b: RelationField | None
    name: str | None
    """As written."""

    @property
    def relation_name(self) -> str:
        """As written, else the two model names in byte order."""
        if self.name is not None:
            return self.name
        return generated_relation_name(self.model_a, self.model_b)


def generated_relation_name(one: ModelSymbol, other: ModelSymbol) -> str:
    first, second = sorted((one.name, other.name), key=str.encode)
    return f"{first}To{second}"


@mutable(eq=False)
class Symbols:
    """Everything, in the order of files and text."""

    models: list[ModelSymbol] = field(default_factory=list)
    """Models and views together."""
    enums: list[EnumSymbol] = field(default_factory=list)
    composites: list[CompositeSymbol] = field(default_factory=list)
    blocks: list[ModelSymbol | EnumSymbol | CompositeSymbol] = field(default_factory=list)
    """All of the above."""
    relations: list[Relation] = field(default_factory=list)

    @property
    def tables(self) -> list[ModelSymbol]:
        return [model for model in self.models if not model.view]

    @property
    def views(self) -> list[ModelSymbol]:
        return [model for model in self.models if model.view]
