"""Rules of the datasource block that need the generators, too."""

from __future__ import annotations

from ...model.version import Version
from ..blocks.configuration import EXTENSIONS_FLAG
from .criteria import Scope


def lacks_multi_schema(scope: Scope) -> bool:
    """Until 6.12 several schemas are a preview feature, which has to be asked for."""
    if not scope.diagnostics.gates or scope.diagnostics.version >= Version(6, 13):
        return False
    asked = (name.lower() for one in scope.configuration.generators for name in one.preview_features)
    return "multischema" not in asked


def validate_datasource(scope: Scope) -> None:
    source = scope.configuration.datasource
    if source is not None and source.schemas_span is not None and lacks_multi_schema(scope):
        scope.diagnostics.error(
            # sic: Prisma's own words
            "The `schemas` property is only availably with the `multiSchema` preview feature.",
            source.schemas_span,
            'Add "multiSchema" to previewFeatures in the generator block.',
        )
    if source is None or source.extensions_span is None:
        return
    diagnostics = scope.diagnostics
    if EXTENSIONS_FLAG not in scope.configuration.preview_features:
        diagnostics.error(
            "The `extensions` property is only available with the `postgresqlExtensions` preview feature.",
            source.extensions_span,
            'Add "postgresqlExtensions" to previewFeatures in the generator block.',
        )
        return
    for extension in source.extensions:
        if extension.name[0].isnumeric():
            message = "The name of an extension must not start with a number."
            diagnostics.validation(message, extension.span)
        elif "-" in extension.name:
            plain = extension.name.replace("-", "_")
            diagnostics.validation(
                "The character `-` is not allowed in extension names.",
                extension.span,
                f'Write {plain}(map: "{extension.name}").',
            )
