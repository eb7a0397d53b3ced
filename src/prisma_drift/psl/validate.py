"""Fifth pass: what the schema as a whole must keep to."""

from __future__ import annotations

from . import native_types
from .config import Configuration
from .diagnostics import Diagnostics
from .symbols import Symbols


def validate(symbols: Symbols, configuration: Configuration, diagnostics: Diagnostics) -> None:
    for model in symbols.models:
        for field in model.scalars:
            native = field.native_attribute
            if native and field.builtin:
                field.native = native_types.check(
                    native.name, native.arguments, field.builtin, native.span, diagnostics
                )
