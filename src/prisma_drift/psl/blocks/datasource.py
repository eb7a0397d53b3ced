"""Reads the datasource block: the provider, where the database is, its schemas and extensions."""

from __future__ import annotations

from itertools import pairwise

from ..syntax import coerce
from ..syntax.ast import Argument, ConfigBlock, ConstantValue, Expression, FunctionCall, StringValue
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span
from .configuration import OTHER_PROVIDERS, POSTGRES, Datasource, ExtensionEntry, Strictness

_URL_KEYS = ("url", "shadowDatabaseUrl", "directUrl")


def entries(block: ConfigBlock, diagnostics: Diagnostics) -> dict[str, tuple[Span, Expression]] | None:
    """Key → (span, value), the last one where a key is written twice; None if a key has no value."""
    out: dict[str, tuple[Span, Expression]] = {}
    for entry in block.properties:
        if entry.value is None:
            key, name = entry.name.name, block.name.name
            message = f"Property {key} in {block.kind} {name} needs to be assigned a value"
            diagnostics.error(message, block.span)
            return None
        out[entry.name.name] = (entry.span, entry.value)
    return out


def read_datasource(block: ConfigBlock, strict: Strictness, diagnostics: Diagnostics) -> Datasource | None:
    arguments = entries(block, diagnostics)
    if arguments is None or not _provider(block, arguments, diagnostics):
        return None
    relation_mode = _relation_mode(block, arguments, diagnostics)
    extensions, extensions_span = _extensions(arguments, diagnostics)
    urls = _urls(block, arguments, strict, diagnostics)
    if urls is None:
        return None
    found = arguments.pop("previewFeatures", None)
    if found:
        diagnostics.error(
            "Preview features are only supported in the generator block. "
            "Please move this field to the generator block.",
            found[0],
        )
    schemas_entry = arguments.get("schemas")
    schemas, schemas_written = _schemas(arguments, diagnostics)
    for key, (span, _) in sorted(arguments.items()):
        diagnostics.error(f'Property not known: "{key}".', span)
    return Datasource(
        name=block.name.name,
        provider=POSTGRES[0],
        url=urls["url"][0],
        url_env=urls["url"][1],
        schemas=schemas,
        relation_mode=relation_mode or "foreignKeys",
        extensions=extensions,
        position=block.span.position,
        span=block.span,
        schemas_written=schemas_written,
        schemas_span=schemas_entry[0] if schemas_entry else None,
        extensions_span=extensions_span,
        direct_url=urls["directUrl"][0],
        direct_url_env=urls["directUrl"][1],
        shadow_url=urls["shadowDatabaseUrl"][0],
        shadow_url_env=urls["shadowDatabaseUrl"][1],
    )


def _provider(
    block: ConfigBlock, arguments: dict[str, tuple[Span, Expression]], diagnostics: Diagnostics
) -> bool:
    found = arguments.pop("provider", None)
    name = block.name.name
    if found is None and block.unread:
        return False  # the line that was refused may be the one
    if found is None:
        message = f'Argument "provider" is missing in data source block "{name}".'
        diagnostics.error(message, block.span, 'Add provider = "postgresql".')
        return False
    value = found[1]
    if isinstance(value, FunctionCall) and value.name == "env":
        message = "A datasource must not use the env() function in the provider argument."
        diagnostics.error(message, block.span, 'Write provider = "postgresql".')
        return False
    opening = f"Error validating datasource `{name}`: The provider argument in a datasource must"
    if not isinstance(value, StringValue):
        diagnostics.error(f"{opening} be a string literal", value.span)
        return False
    if not value.value:
        diagnostics.error(f"{opening} not be empty", value.span)
        return False
    if value.value not in (*POSTGRES, *OTHER_PROVIDERS):
        hint = 'This tool works with "postgresql".'
        diagnostics.error(f'Datasource provider not known: "{value.value}".', value.span, hint)
        return False
    return True


def _relation_mode(
    block: ConfigBlock, arguments: dict[str, tuple[Span, Expression]], diagnostics: Diagnostics
) -> str | None:
    current = arguments.pop("relationMode", None)
    legacy = arguments.pop("referentialIntegrity", None)
    if legacy:
        message = "The `referentialIntegrity` attribute is deprecated. Please use `relationMode` instead."
        diagnostics.warn(message, legacy[0])
    if current and legacy:
        diagnostics.error(
            "The `referentialIntegrity` and `relationMode` attributes cannot be used together. "
            "Please use only `relationMode` instead.",
            legacy[0],
        )
        return None
    found = current or legacy
    if not found:
        return None
    mode = coerce.string(found[1], diagnostics)
    if mode is not None and mode not in ("prisma", "foreignKeys"):
        diagnostics.error(
            f'Error validating datasource `relationMode`: Invalid relation mode setting: "{mode}". '
            'Supported values: "prisma", "foreignKeys"',
            block.span,
        )
        return None
    return mode


def _urls(
    block: ConfigBlock,
    arguments: dict[str, tuple[Span, Expression]],
    strict: Strictness,
    diagnostics: Diagnostics,
) -> dict[str, tuple[str | None, str | None]] | None:
    version = diagnostics.version
    found = {key: arguments.pop(key, None) for key in _URL_KEYS}
    nothing: tuple[str | None, str | None] = (None, None)
    out = dict.fromkeys(_URL_KEYS, nothing)
    if strict.url and not version.url_in_schema:
        for key, entry in found.items():
            if entry:
                diagnostics.error(_url_message(key), entry[0], "Delete the line.")
        return out
    lenient = Diagnostics(version) if not version.url_in_schema else diagnostics
    for key, entry in found.items():
        if entry is None:
            continue
        value = coerce.string_or_env(entry[1], lenient)
        if value is None and key == "url" and version.url_in_schema:
            return None
        out[key] = value or nothing
    if strict.url and found["url"] is None and "url" not in block.unread:
        message = f'Argument "url" is missing in data source block "{block.name.name}".'
        diagnostics.error(message, block.span, 'Add url = env("DATABASE_URL").')
        return None
    _same_shadow(block, found, out, diagnostics)
    return out


def _url_message(key: str) -> str:
    if key == "url":
        return (
            "The datasource property `url` is no longer supported in schema files. Move connection URLs for Migrate to "
            "`prisma.config.ts` and pass either `adapter` for a direct database connection or `accelerateUrl` for "
            "Accelerate to the `PrismaClient` constructor. See https://pris.ly/d/config-datasource and "
            "https://pris.ly/d/prisma7-client-config"
        )
    return (
        f"The datasource property `{key}` is no longer supported in schema files. Move connection URLs to "
        "`prisma.config.ts`. See https://pris.ly/d/config-datasource"
    )


def _same_shadow(
    block: ConfigBlock,
    found: dict[str, tuple[Span, Expression] | None],
    urls: dict[str, tuple[str | None, str | None]],
    diagnostics: Diagnostics,
) -> None:
    shadow = urls["shadowDatabaseUrl"]
    if not (shadow[0] or shadow[1]):
        return
    for key in ("directUrl", "url"):
        entry = found[key]
        if entry is not None and urls[key] == shadow:
            diagnostics.error(
                f'shadowDatabaseUrl is the same as {key} for datasource "{block.name.name}". Please specify a '
                "different database as shadow database to avoid data loss.",
                entry[1].span,
            )


def _schemas(
    arguments: dict[str, tuple[Span, Expression]], diagnostics: Diagnostics
) -> tuple[tuple[str, ...], bool]:
    found = arguments.pop("schemas", None)
    if found is None:
        return (), False
    listed = coerce.array(
        found[1], lambda item, to: None if coerce.string(item, to) is None else item, diagnostics
    )
    if listed is None:
        return (), False
    if not listed:
        diagnostics.error("If provided, the schemas array can not be empty.", found[1].span)
        return (), False
    named = sorted(
        ((item.value, item.span) for item in listed if isinstance(item, StringValue)),
        key=lambda pair: pair[0],
    )
    for (one, span), (other, _) in pairwise(named):
        if one == other:
            diagnostics.error("Duplicated schema names are not allowed", span)
    return tuple(name for name, _ in named), True


def _extensions(
    arguments: dict[str, tuple[Span, Expression]], diagnostics: Diagnostics
) -> tuple[tuple[ExtensionEntry, ...], Span | None]:
    found = arguments.pop("extensions", None)
    if found is None:
        return (), None
    listed: list[ConstantValue | FunctionCall] | None = coerce.array(found[1], _name_or_call, diagnostics)
    if listed is None:
        return (), None
    entries = [_extension(item, diagnostics) for item in listed]
    return tuple(sorted(entries, key=lambda entry: entry.name)), found[0]


def _name_or_call(value: Expression, diagnostics: Diagnostics) -> ConstantValue | FunctionCall | None:
    if isinstance(value, (ConstantValue, FunctionCall)):
        return value
    coerce.mismatch("constant or function", value, diagnostics)
    return None


def _extension(value: ConstantValue | FunctionCall, diagnostics: Diagnostics) -> ExtensionEntry:
    if isinstance(value, ConstantValue):
        return ExtensionEntry(value.text, None, None, None, value.span)
    options: dict[str, str | None] = {}
    spans: dict[str, Argument] = {}
    for argument in value.arguments.items:
        if argument.name is None:
            diagnostics.validation("The argument must have a name", argument.span)
            continue
        key = argument.name.name
        if key in spans:
            message = f"The argument `{key}` can only be defined once"
            diagnostics.validation(message, argument.span)
            continue
        spans[key] = argument
        options[key] = coerce.string(argument.value, diagnostics)
    for key in ("map", "schema", "version"):
        if key in options and options[key] is None:
            message = f"The `{key}` argument must be a string literal"
            diagnostics.validation(message, spans[key].span)
    for key, argument in spans.items():
        if key not in ("map", "schema", "version"):
            diagnostics.error(f'Argument not known: "{key}".', argument.span)
    return ExtensionEntry(
        value.name, options.get("map"), options.get("schema"), options.get("version"), value.span
    )
