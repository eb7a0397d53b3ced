"""Models: their keys, their schema, and then everything inside them."""

from __future__ import annotations

from ..resolve.symbols import ModelSymbol, ScalarField
from ..syntax.ast import FunctionCall
from .criteria import Scope, is_single_key, is_strict, unique_criteria
from .datasource import lacks_multi_schema
from .enums import GATED_SCHEMA, UNKNOWN_SCHEMA, UNSUPPORTED_SCHEMA
from .fields import validate_scalar_field
from .indexes import validate_field_types, validate_index
from .names import Namespaces, check_primary_key_name, custom_name_clash
from .relation_fields import validate_relation_field


def validate_table_names(scope: Scope) -> None:
    """No two models or views of one schema may have the same name in the database."""
    seen: dict[tuple[str | None, str], ModelSymbol] = {}
    for model in (*scope.symbols.tables, *scope.symbols.views):
        key = (model.schema[0] if model.schema else None, model.database_name)
        other = seen.get(key)
        seen[key] = model
        if other is None:
            continue
        blamed, existing = (model, other) if model.mapped is not None else (other, model)
        attribute = blamed.ast.attribute("map")
        scope.diagnostics.error(
            f'The model with database name "{model.database_name}" could not be defined because another model or view '
            f'with this name exists: "{existing.name}"',
            attribute.span if attribute else blamed.ast.name.span,
        )


def validate_model(model: ModelSymbol, names: Namespaces, scope: Scope) -> bool:
    """False where relations are ambiguous, which ends the validation."""
    has_unique_criterion(model, scope)
    check_primary_key_name(model, names, scope)
    _primary_key(model, names, scope)
    validate_field_types(model, scope)
    check_autoincrement(model, scope)
    check_schema(model, scope)
    _shard_key(model, scope)
    _clustered_key(model, scope)
    for field in model.scalars:
        validate_scalar_field(field, scope)
    for relation in model.relations:
        if not validate_relation_field(relation, names, scope):
            return False
    for index in model.indexes:
        validate_index(model, index, names, scope)
    return True


def has_unique_criterion(model: ModelSymbol, scope: Scope) -> None:
    if model.ignored or any(is_strict(fields) for fields in unique_criteria(model)):
        return
    message = (
        f"Each {model.kind} must have at least one unique criteria that has only required fields. Either mark a single field "
        f"with `@id`, `@unique` or add a multi field criterion with `@@id([])` or `@@unique([])` to the {model.kind}."
    )
    loose = [f"- {', '.join(key.name for key in fields)}" for fields in unique_criteria(model)]
    if loose:
        listed = "\n".join(loose)
        message += (
            " The following unique criterias were not considered as they contain fields that are not required:\n"
            f"{listed}"
        )
    scope.diagnostics.block(message, model.kind, model.name, model.ast.span)


def _primary_key(model: ModelSymbol, names: Namespaces, scope: Scope) -> None:
    key = model.primary_key
    if key is None:
        return
    diagnostics, attribute = scope.diagnostics, key.attribute
    if key.name is not None and names.custom_clash(model, key.name):
        span = attribute.argument_span("name") or attribute.span
        diagnostics.attribute(custom_name_clash(key.name), key.attribute_name, span)
    if not key.fields:
        diagnostics.attribute(
            f"The list of fields in an `{key.attribute_name}()` attribute cannot be empty. "
            "Please specify at least one field.",
            key.attribute_name,
            attribute.span,
        )
    client_name = "_".join(field.name for field in key.fields)
    if len(key.fields) > 1 and isinstance(model.members.get(client_name), ScalarField):
        diagnostics.block(
            f"The field `{client_name}` clashes with the `@@id` attribute's name. Please resolve the conflict by "
            'providing a custom id name: `@@id([...], name: "custom_name")`',
            model.kind,
            model.name,
            attribute.span,
        )
    if key.mapped is not None and not scope.postgres:
        diagnostics.block(
            "You defined a database name for the primary key on the model. This is not supported by the provider.",
            model.kind,
            model.name,
            model.ast.span,
        )
    for option, written in (
        ("length", any(field.length is not None for field in key.fields)),
        ("sort", any(field.sort for field in key.fields)),
    ):
        if written:
            message = f"The {option} argument is not supported in the primary key with the current connector"
            diagnostics.attribute(message, key.attribute_name, attribute.span)


def check_autoincrement(model: ModelSymbol, scope: Scope) -> None:
    """Postgres has any number of counters, anywhere; without a datasource just one, on the id."""
    if scope.postgres:
        return
    fields = [
        field
        for field in model.scalars
        if isinstance(field.default, FunctionCall) and field.default.name == "autoincrement"
    ]
    if len(fields) > 1:
        scope.diagnostics.attribute(
            "The `autoincrement()` default value is used multiple times on this model even though the underlying "
            "datasource only supports one instance per table.",
            "@default",
            model.ast.span,
        )
    for field in fields:
        opening = "The `autoincrement()` default value is used on a non-"
        ending = "field even though the datasource does not support this."
        if not is_single_key(field):
            scope.diagnostics.attribute(f"{opening}id {ending}", "@default", field.ast.span)
        if not _leads_an_index(field, model):
            scope.diagnostics.attribute(f"{opening}indexed {ending}", "@default", field.ast.span)


def _leads_an_index(field: ScalarField, model: ModelSymbol) -> bool:
    keys = [index.fields for index in model.indexes]
    if model.primary_key is not None:
        keys.append(model.primary_key.fields)
    return any(fields and fields[0].field is field for fields in keys)


def _clustered_key(model: ModelSymbol, scope: Scope) -> None:
    key = model.primary_key
    if key is not None and key.clustered is not None:
        message = "Defining clustering is not supported in the current connector."
        scope.diagnostics.attribute(message, key.attribute_name, key.attribute.span)


def check_schema(model: ModelSymbol, scope: Scope) -> None:
    """@@schema must name one of the datasource's schemas, and stand on every block once there are any."""
    source = scope.configuration.datasource
    if source is None:
        if model.schema is not None:
            scope.diagnostics.error(UNSUPPORTED_SCHEMA, model.schema[1])
        return
    if model.schema is not None and lacks_multi_schema(scope):
        scope.diagnostics.error(GATED_SCHEMA, model.schema[1])
        return
    if model.schema is not None and model.schema[0] not in source.schemas:
        known = ", ".join(f'"{name}"' for name in source.schemas[:8])
        hint = f"The schemas are {known}." if known else 'Add schemas = ["…"] to the datasource.'
        scope.diagnostics.error(UNKNOWN_SCHEMA, model.schema[1], hint)
    if model.schema is None and source.schemas_written:
        message = f"This {model.kind} is missing an `@@schema` attribute."
        hint = f'Add @@schema("{source.schemas[0]}").'
        scope.diagnostics.block(message, model.kind, model.name, model.ast.span, hint)


def _shard_key(model: ModelSymbol, scope: Scope) -> None:
    attribute = model.shard_key
    if attribute is None:
        return
    on_field = any(attribute in field.ast.attributes for field in model.scalars)
    name = "@shardKey" if on_field else "@@shardKey"
    if not model.shard_fields:
        message = f"The list of fields in a `{name}()` attribute cannot be empty. Please specify at least one field."
        scope.diagnostics.attribute(message, name, attribute.span)
    if "shardkeys" not in scope.configuration.preview_features:
        message = "Defining shard keys requires enabling the `shardKeys` preview feature"
        scope.diagnostics.attribute(message, name, attribute.span)
    provider = "postgresql" if scope.postgres else "empty"
    message = f"Shard keys are not currently supported for provider {provider}"
    scope.diagnostics.attribute(message, name, attribute.span)
