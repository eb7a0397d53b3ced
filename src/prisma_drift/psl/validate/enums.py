"""Enums: their names in the database and their schemas."""

from __future__ import annotations

from .criteria import Scope
from .datasource import lacks_multi_schema

UNKNOWN_SCHEMA = (
    "This schema is not defined in the datasource. Read more on `@@schema` at https://pris.ly/d/multi-schema"
)
GATED_SCHEMA = "@@schema is only available with the `multiSchema` preview feature."
UNSUPPORTED_SCHEMA = "@@schema is not supported on the current datasource provider"


def validate_enums(scope: Scope) -> None:
    seen: set[tuple[str | None, str]] = set()
    for enum in scope.symbols.enums:
        key = (enum.schema[0] if enum.schema else None, enum.database_name)
        if key in seen:
            message = "An enum with the same database name is already defined."
            scope.diagnostics.error(message, enum.ast.span)
        seen.add(key)
    source = scope.configuration.datasource
    for enum in scope.symbols.enums:
        if source is None:
            if enum.schema is not None:
                scope.diagnostics.error(UNSUPPORTED_SCHEMA, enum.schema[1])
            continue
        if enum.schema is not None and lacks_multi_schema(scope):
            scope.diagnostics.error(GATED_SCHEMA, enum.schema[1])
            continue
        if enum.schema is not None and enum.schema[0] not in source.schemas:
            scope.diagnostics.error(UNKNOWN_SCHEMA, enum.schema[1])
        if enum.schema is None and source.schemas_written:
            message = "This enum is missing an `@@schema` attribute."
            scope.diagnostics.error(message, enum.ast.span, f'Add @@schema("{source.schemas[0]}").')
