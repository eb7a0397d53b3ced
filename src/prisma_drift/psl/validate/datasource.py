"""Rules of the datasource block that need the generators, too."""

from __future__ import annotations

from ..blocks.configuration import EXTENSIONS_FLAG
from .criteria import Scope


def validate_datasource(scope: Scope) -> None:
    source = scope.configuration.datasource
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
