"""First pass: the names of blocks, fields and values, and whether they are free and well-formed."""

from __future__ import annotations

from ..syntax.ast import Attribute, ConfigBlock, EnumBlock, Identifier, Model, SchemaAst, Top
from ..syntax.diagnostics import Diagnostics

SCALARS = ("Int", "BigInt", "Float", "Boolean", "String", "DateTime", "Json", "Bytes", "Decimal")

RESERVED = frozenset(
    [
        "PrismaClient",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "async",
        "await",
        "using",
    ]
)
"""Names that the generated client cannot use for a model or an enum."""


def resolve_names(files: tuple[SchemaAst, ...], diagnostics: Diagnostics) -> dict[str, Model | EnumBlock]:
    """Every model, view, type and enum by name; errors for clashes and malformed names."""
    tops: dict[str, Model | EnumBlock] = {}
    sources: dict[str, Top] = {}
    generators: dict[str, Top] = {}
    for file in files:
        for top in file.tops:
            if top.name.name in SCALARS:
                message = f'"{top.name.name}" is a reserved scalar type name and cannot be used.'
                diagnostics.error(message, top.name.span)
            existing: Top | None
            if isinstance(top, ConfigBlock):
                _properties(top, diagnostics)
                space = sources if top.kind == "datasource" else generators
                existing = space.get(top.name.name)
                space[top.name.name] = top
            else:
                if isinstance(top, EnumBlock):
                    _enum(top, diagnostics)
                else:
                    _model(top, diagnostics)
                existing = tops.get(top.name.name)
                tops[top.name.name] = top
            if existing is not None:
                name, kind, other = top.name.name, kind_of(top), kind_of(existing)
                message = (
                    f'The {kind} "{name}" cannot be defined because a {other} with that name already exists.'
                )
                diagnostics.error(message, top.name.span)
    return tops


def kind_of(top: Top) -> str:
    if isinstance(top, ConfigBlock):
        return "source" if top.kind == "datasource" else "generator"
    if isinstance(top, EnumBlock):
        return "enum"
    return "composite type" if top.kind == "type" else top.kind


def _properties(block: ConfigBlock, diagnostics: Diagnostics) -> None:
    seen: set[str] = set()
    for entry in block.properties:
        key = entry.name.name
        if key in seen:
            message = f'Key "{key}" is already defined in {kind_of(block)} "{block.name.name}".'
            diagnostics.error(message, entry.name.span)
        seen.add(key)


def _enum(block: EnumBlock, diagnostics: Diagnostics) -> None:
    _identifier(block.name, "Enum", diagnostics)
    name = block.name.name
    if name in RESERVED:
        diagnostics.error(
            f"Error validating enum `{name}`: The enum name `{name}` is invalid. It is a reserved name. Please change it. "
            "Read more at https://www.prisma.io/docs/reference/tools-and-interfaces/prisma-schema/data-model#naming-enums",
            block.span,
        )
    _attributes(block.attributes, diagnostics)
    seen: set[str] = set()
    for value in block.values:
        _identifier(value.name, "Enum Value", diagnostics)
        _attributes(value.attributes, diagnostics)
        if value.name.name in seen:
            message = f'Value "{value.name.name}" is already defined on enum "{name}".'
            diagnostics.error(message, value.span)
        seen.add(value.name.name)


def _model(block: Model, diagnostics: Diagnostics) -> None:
    name = block.name.name
    seen: set[str] = set()
    if block.kind == "type":
        _identifier(block.name, "Composite type", diagnostics)
        for field in block.fields:
            if field.name.name in seen:
                message = f'Field "{field.name.name}" is already defined on composite type "{name}".'
                diagnostics.error(message, field.name.span)
            seen.add(field.name.name)
        return
    view = block.kind == "view"
    _identifier(block.name, "view" if view else "Model", diagnostics)
    if name in RESERVED:
        message = (
            f"The {block.kind} name `{name}` is invalid. It is a reserved name. Please change it. "
            "Read more at https://pris.ly/d/naming-models"
        )
        diagnostics.block(message, "model", name, block.span)
    _attributes(block.attributes, diagnostics)
    for field in block.fields:
        _identifier(field.name, "field" if view else "Field", diagnostics)
        _attributes(field.attributes, diagnostics)
        if field.name.name in seen:
            message = f'Field "{field.name.name}" is already defined on {block.kind} "{name}".'
            diagnostics.error(message, field.name.span)
        seen.add(field.name.name)


def _attributes(attributes: tuple[Attribute, ...], diagnostics: Diagnostics) -> None:
    for attribute in attributes:
        _identifier(attribute.name, "Attribute", diagnostics)


def _identifier(identifier: Identifier, what: str, diagnostics: Diagnostics) -> None:
    if identifier.name[0].isnumeric():
        message = f"The name of a {what} must not start with a number."
        diagnostics.validation(message, identifier.span)
    elif "-" in identifier.name:
        message = f"The character `-` is not allowed in {what} names."
        diagnostics.validation(message, identifier.span)
