"""Views: a preview feature, without keys and indexes; they never become tables."""

from __future__ import annotations

from ..resolve.symbols import IndexSymbol, ModelSymbol
from ..syntax.lexer import Span
from .criteria import Scope
from .fields import validate_scalar_field
from .models import check_schema, has_unique_criterion
from .names import Namespaces
from .relation_fields import validate_relation_field


def validate_view(view: ModelSymbol, names: Namespaces, scope: Scope) -> bool:
    """False where relations are ambiguous, which ends the validation."""
    if "views" not in scope.configuration.preview_features:
        message = "View definitions are only available with the `views` preview feature."
        scope.diagnostics.validation(message, view.ast.span, 'Add "views" to previewFeatures.')
    check_schema(view, scope)
    if scope.diagnostics.gates and not scope.diagnostics.version.keyless_views:
        has_unique_criterion(view, scope)
    if view.primary_key is not None:
        _refuse("Views cannot have primary keys.", view.primary_key.attribute.span, scope)
    for field in view.scalars:
        validate_scalar_field(field, scope)
    for relation in view.relations:
        if not validate_relation_field(relation, names, scope):
            return False
    for index in view.indexes:
        _index(index, scope)
    return True


def _refuse(message: str, span: Span, scope: Scope) -> None:
    if scope.diagnostics.keyless_views:
        scope.diagnostics.validation(message, span)
    else:
        scope.diagnostics.warn(message, span)


def _index(index: IndexSymbol, scope: Scope) -> None:
    if not index.unique:
        _refuse("Views cannot have indexes.", index.attribute.span, scope)
    if index.mapped is not None:
        scope.diagnostics.validation(
            "@@unique annotations on views are not backed by unique indexes in the database and cannot specify a "
            "mapped database name.",
            index.attribute.span,
        )
    for key in index.fields:
        if key.sort or key.length is not None or key.opclass:
            message = "Scalar fields in @@unique attributes in views cannot have arguments."
            scope.diagnostics.attribute(message, index.attribute_name, index.attribute.span)
