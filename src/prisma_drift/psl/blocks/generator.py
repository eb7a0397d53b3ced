"""Reads a generator block: of all it says, only the preview features matter here."""

from __future__ import annotations

from ..syntax import coerce
from ..syntax.ast import ConfigBlock, StringValue
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span
from ..vocabulary import preview
from .configuration import Generator, Strictness
from .datasource import entries


def read_generator(
    block: ConfigBlock, strict: Strictness, postgres: bool, diagnostics: Diagnostics
) -> Generator | None:
    arguments = entries(block, diagnostics)
    if arguments is None:
        return None
    engine = arguments.get("engineType")
    if engine and not isinstance(engine[1], StringValue):
        coerce.mismatch("String", engine[1], diagnostics)
    found = arguments.pop("provider", None)
    if found is None and block.unread:
        return None  # the line that was refused may be the one
    if found is None:
        message = f'Argument "provider" is missing in generator block "{block.name.name}".'
        diagnostics.error(message, block.span, 'Add provider = "prisma-client-js".')
        return None
    provider = coerce.string_or_env(found[1], diagnostics)
    if provider is None:
        return None
    output = arguments.pop("output", None)
    if output:
        coerce.string_or_env(output[1], diagnostics)
    targets = arguments.pop("binaryTargets", None)
    if targets:
        coerce.array(targets[1], coerce.string_or_env, diagnostics)
    listed = arguments.pop("previewFeatures", None)
    names: list[str] = []
    if listed:
        names = coerce.array(listed[1], coerce.string, diagnostics) or []
        names = [name for name in names if _feature(name, listed[1].span, strict, postgres, diagnostics)]
    return Generator(block.name.name, provider[0] or provider[1] or "", tuple(names), block.span.position)


def _feature(name: str, span: Span, strict: Strictness, postgres: bool, diagnostics: Diagnostics) -> bool:
    """Whether the version knows the preview feature."""
    version = diagnostics.version
    if preview.is_known(name, version, postgres=postgres):
        if preview.is_stable(name):
            message = (
                f'Preview feature "{name}" is deprecated. '
                "The functionality can be used without specifying it as a preview feature."
            )
            diagnostics.warn(message, span)
        return True
    expected = ", ".join(preview.active(version, postgres=postgres))
    message = f'The preview feature "{name}" is not known. Expected one of: {expected}'
    if strict.preview or (diagnostics.gates and preview.is_measured(version)):
        diagnostics.error(message, span)
    else:
        diagnostics.warn(message, span, f"It is ignored, since Prisma {version} does not know it.")
    return False
