"""Third pass: the attributes of every field, value and block, each on its own."""

from __future__ import annotations

from ..syntax import coerce
from ..syntax.ast import LIST, REQUIRED, render
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span
from . import defaults, keys
from .relation_attributes import relation_field
from .symbols import (
    Builtin,
    CompositeField,
    CompositeSymbol,
    EnumSymbol,
    ModelSymbol,
    NativeAttribute,
    ScalarField,
    Symbols,
    Unsupported,
)
from .visiting import AttributeSet, Visit


def resolve_attributes(symbols: Symbols, diagnostics: Diagnostics) -> None:
    """Read every attribute into the symbols: relation fields first, then block by block."""
    for model in symbols.models:
        for relation in model.relations:
            relation_field(relation, diagnostics)
    for block in symbols.blocks:
        if isinstance(block, ModelSymbol):
            _model(block, diagnostics)
        elif isinstance(block, EnumSymbol):
            _enum(block, diagnostics)
        else:
            _composite(block, diagnostics)


def map_name(visit: Visit) -> str | None:
    """The name in @map or @@map; an empty one is taken as written, as Prisma does."""
    value = visit.default("name")
    return None if value is None else coerce.string(value, visit.diagnostics)


def _schema(visit: Visit) -> tuple[str, Span] | None:
    value = visit.default("map")
    if value is None:
        return None
    name = coerce.string(value, visit.diagnostics)
    return None if name is None else (name, value.span)


def _enum(enum: EnumSymbol, diagnostics: Diagnostics) -> None:
    for value in enum.ast.values:
        label = value.name.name
        found = AttributeSet(value.attributes, diagnostics)
        if visit := found.single("map"):
            mapped = map_name(visit)
            label = label if mapped is None else mapped
            visit.finish()
        found.finish()
        enum.value_names[value.name.name] = label
    found = AttributeSet(enum.ast.attributes, diagnostics)
    if visit := found.single("map"):
        enum.mapped = map_name(visit)
        visit.finish()
    if visit := found.single("schema"):
        enum.schema = _schema(visit)
        visit.finish()
    found.finish()


def _composite(composite: CompositeSymbol, diagnostics: Diagnostics) -> None:
    mapped: set[str] = set()
    for field in composite.fields.values():
        found = AttributeSet(field.ast.attributes, diagnostics)
        if isinstance(field.type, Builtin):
            found.scoped()
        if visit := found.single("map"):
            _map_composite_field(composite, field, visit, mapped)
            visit.finish()
        if visit := found.single("default"):
            defaults.composite_field(field, visit)
            visit.finish()
        found.finish()


def _map_composite_field(
    composite: CompositeSymbol, field: CompositeField, visit: Visit, mapped: set[str]
) -> None:
    name = map_name(visit)
    if name is None:
        return
    field.mapped = name
    opening = 'Field "{}" is already defined on composite type "' + composite.name + '".'
    if name in mapped:
        visit.diagnostics.error(opening.format(name), field.ast.span)
    mapped.add(name)
    other = composite.fields.get(name)
    if other is not None and other.mapped is None:
        visit.diagnostics.error(opening.format(field.ast.name.name), field.ast.span)


def _model(model: ModelSymbol, diagnostics: Diagnostics) -> None:
    mapped: set[str] = set()
    for field in model.scalars:
        _scalar_field(field, mapped, diagnostics)
    found = AttributeSet(model.ast.attributes, diagnostics)
    if visit := found.single("ignore"):
        _ignore(model, diagnostics)
        visit.finish()
    if visit := found.single("id"):
        keys.model_id(model, visit)
        visit.finish()
    if visit := found.single("map"):
        model.mapped = map_name(visit)
        visit.finish()
    if visit := found.single("schema"):
        model.schema = _schema(visit)
        visit.finish()
    for visit in found.repeated("index"):
        keys.model_index(model, visit)
        visit.finish()
    for visit in found.repeated("unique"):
        keys.model_unique(model, visit)
        visit.finish()
    for visit in found.repeated("fulltext"):
        keys.model_fulltext(model, visit)
        visit.finish()
    _shard_keys(model, found)
    key = model.primary_key
    if key and key.source_field and not model.ignored and key.source_field.ast.arity != REQUIRED:
        message = "Fields that are marked as id must be required."
        diagnostics.attribute(message, "@id", key.attribute.span)
    found.finish()


def _shard_keys(model: ModelSymbol, found: AttributeSet) -> None:
    if visit := found.single("shardKey"):
        keys.model_shard_key(model, visit)
        visit.finish()


def _ignore(model: ModelSymbol, diagnostics: Diagnostics) -> None:
    for field in model.scalars:
        if field.ignored:
            message = "Fields on an already ignored Model do not need an `@ignore` annotation."
            diagnostics.attribute(message, "@ignore", field.ast.span)
    model.ignored = True


def _scalar_field(field: ScalarField, mapped: set[str], diagnostics: Diagnostics) -> None:
    if not field.ast.attributes:
        return
    found = AttributeSet(field.ast.attributes, diagnostics)
    if visit := found.single("map"):
        _map_field(field, visit, mapped)
        visit.finish()
    if visit := found.single("ignore"):
        if isinstance(field.type, Unsupported):
            visit.error(
                "Fields of type `Unsupported` cannot take an `@ignore` attribute. They are already treated as ignored "
                "by the client due to their type."
            )
        else:
            field.ignored = True
        visit.finish()
    if visit := found.single("relation"):
        visit.error("Invalid field type, not a relation.")
        visit.finish()
    if visit := found.single("id"):
        keys.field_id(field, visit)
        visit.finish()
    if visit := found.single("updatedAt"):
        if field.builtin != "DateTime":
            visit.error("Fields that are marked with @updatedAt must be of type DateTime.")
        if field.ast.arity == LIST:
            visit.error("Fields that are marked with @updatedAt cannot be lists.")
        field.updated_at = True
        visit.finish()
    if visit := found.single("default"):
        defaults.model_field(field, visit)
        visit.finish()
    if isinstance(field.type, Builtin):
        native = found.scoped()
        if native is not None:
            scope, _, name = native.name.name.partition(".")
            arguments = tuple(render(argument.value) for argument in native.arguments.items)
            field.native_attribute = NativeAttribute(scope, name, arguments, native.span)
    if visit := found.single("unique"):
        keys.field_unique(field, visit)
        visit.finish()
    if visit := found.single("shardKey"):
        keys.field_shard_key(field, visit)
        visit.finish()
    found.finish()


def _map_field(field: ScalarField, visit: Visit, mapped: set[str]) -> None:
    name = map_name(visit)
    if name is None:
        return
    field.mapped = name
    model = field.model
    message = f'Field "{field.name}" is already defined on {model.kind} "{model.name}".'
    if name in mapped:
        visit.diagnostics.error(message, field.ast.span)
    mapped.add(name)
    other = model.members.get(name)
    if isinstance(other, ScalarField) and other is not field and other.mapped in (None, name):
        visit.diagnostics.error(message, field.ast.span)
