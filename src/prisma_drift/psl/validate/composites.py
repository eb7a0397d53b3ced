"""Composite types: Postgres has none, but their own mistakes come first."""

from __future__ import annotations

from ..resolve.symbols import CompositeField, CompositeSymbol
from ..syntax.ast import REQUIRED
from .criteria import Scope


def validate_composites(scope: Scope) -> None:
    _cycles(scope)
    for composite in scope.symbols.composites:
        connector = "Postgres" if scope.postgres else "the current connector"
        scope.diagnostics.validation(
            f"Composite types are not supported on {connector}.",
            composite.ast.span,
            "Use a model with a relation, or a Json field.",
        )


def _cycles(scope: Scope) -> None:
    """Required fields that lead back to their own type: a value would never end."""
    for composite in scope.symbols.composites:
        for field in composite.fields.values():
            if field.ast.arity != REQUIRED or not isinstance(field.type, CompositeSymbol):
                continue
            if field.type is composite:
                _error(
                    composite,
                    field,
                    "The type is the same as the parent and causes an endless cycle. "
                    "Please change the field to be either optional or a list.",
                    scope,
                )


def _error(composite: CompositeSymbol, field: CompositeField, message: str, scope: Scope) -> None:
    name = field.ast.name.name
    opening = f"Error validating field `{name}` in composite type `{composite.name}`:"
    scope.diagnostics.error(f"{opening} {message}", field.ast.span)
