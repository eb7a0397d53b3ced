"""The datasource and generator blocks: which database, which schemas and extensions, which preview features."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..errors import DriftError
from ..model.source import Position
from . import coerce, preview
from .ast import Argument, ConfigBlock, ConstantValue, Expression, FunctionCall, SchemaAst, StringValue
from .diagnostics import Diagnostics, excerpt
from .lexer import Span

POSTGRES = ("postgresql", "postgres")
OTHER_PROVIDERS = ("mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb")
EXTENSIONS_FLAG = "postgresqlextensions"

_URL_KEYS = ("url", "shadowDatabaseUrl", "directUrl")


@dataclass(frozen=True, slots=True)
class ExtensionEntry:
    """One name of `extensions = […]`."""

    name: str
    map: str | None
    schema: str | None
    version: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Datasource:
    """The datasource block."""

    name: str
    provider: str
    """Canonical: `postgresql`."""
    url: str | None
    """The literal text of `url`."""
    url_env: str | None
    """The environment variable in `url = env("…")`."""
    schemas: tuple[str, ...]
    """Sorted; empty without multi-schema."""
    relation_mode: str
    """foreignKeys | prisma"""
    extensions: tuple[ExtensionEntry, ...]
    """Sorted by name."""
    position: Position
    span: Span
    schemas_written: bool = False
    extensions_span: Span | None = None
    direct_url: str | None = None
    direct_url_env: str | None = None
    shadow_url: str | None = None
    shadow_url_env: str | None = None


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator block."""

    name: str
    provider: str
    preview_features: tuple[str, ...]
    """As written, without those that the version does not know."""
    position: Position


@dataclass(frozen=True, slots=True)
class Configuration:
    datasource: Datasource | None
    generators: tuple[Generator, ...]
    preview_features: frozenset[str]
    """Lower case; the union over all generators, without names that have no effect any more."""


@dataclass(frozen=True, slots=True)
class Strictness:
    """Where to follow Prisma's version to the letter."""

    url: bool = False
    """A url must be there (before 7) or must not (from 7 on)."""
    preview: bool = False
    """Preview features unknown to the version are errors."""


def require_postgres(files: tuple[SchemaAst, ...]) -> None:
    """DriftError for a database that is not Postgres (unless there are several, which is the mistake to report)."""
    for file in files:
        blocks = _blocks(file, "datasource")
        for block in blocks if len(blocks) == 1 else ():
            for entry in block.properties:
                if entry.name.name != "provider" or not isinstance(entry.value, StringValue):
                    continue
                if entry.value.value in OTHER_PROVIDERS:
                    raise DriftError(
                        f'The datasource "{block.name.name}" uses {entry.value.value}; '
                        "this tool speaks Postgres only.",
                        hint='It works with provider = "postgresql".',
                        position=entry.span.position,
                        excerpt=excerpt(entry.span),
                        id="provider-unsupported",
                    )


def load_configuration(
    files: tuple[SchemaAst, ...], strict: Strictness, diagnostics: Diagnostics
) -> Configuration:
    """Read every configuration block, file by file."""
    sources: list[Datasource] = []
    generators: list[Generator] = []
    for file in files:
        found = []
        for block in _blocks(file, "datasource"):
            source = _datasource(block, strict, diagnostics)
            if source is not None:
                found.append(source)
        if len(found) > 1:
            for block in _blocks(file, "datasource"):
                _too_many(block, diagnostics)
        postgres = bool(found)
        for block in _blocks(file, "generator"):
            generator = _generator(block, strict, postgres, diagnostics)
            if generator is not None:
                generators.append(generator)
        sources.extend(found)
    return Configuration(
        sources[0] if sources else None,
        tuple(generators),
        frozenset(
            name.lower()
            for generator in generators
            for name in generator.preview_features
            if not preview.is_stable(name)
        ),
    )


def _too_many(block: ConfigBlock, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        f"Error validating datasource `{block.name.name}`: You defined more than one datasource. This is not allowed "
        "yet because support for multiple databases has not been implemented yet.",
        block.span,
    )


def _blocks(file: SchemaAst, kind: str) -> list[ConfigBlock]:
    return [top for top in file.tops if isinstance(top, ConfigBlock) and top.kind == kind]


def _arguments(block: ConfigBlock, diagnostics: Diagnostics) -> dict[str, tuple[Span, Expression]] | None:
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


def _datasource(block: ConfigBlock, strict: Strictness, diagnostics: Diagnostics) -> Datasource | None:
    arguments = _arguments(block, diagnostics)
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
    if strict.url and found["url"] is None:
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


def _generator(
    block: ConfigBlock, strict: Strictness, postgres: bool, diagnostics: Diagnostics
) -> Generator | None:
    arguments = _arguments(block, diagnostics)
    if arguments is None:
        return None
    engine = arguments.get("engineType")
    if engine and not isinstance(engine[1], StringValue):
        coerce.mismatch("String", engine[1], diagnostics)
    found = arguments.pop("provider", None)
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
    if strict.preview:
        diagnostics.error(message, span)
    else:
        diagnostics.warn(message, span, f"It is ignored, since Prisma {version} does not know it.")
    return False
