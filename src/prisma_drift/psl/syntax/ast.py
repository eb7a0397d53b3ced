"""What a schema.prisma file says, as a tree with positions; nothing is checked here beyond its shape."""

from __future__ import annotations

from ...model.values import frozen
from .lexer import SourceText, Span

REQUIRED, OPTIONAL, LIST = "required", "optional", "list"


@frozen
class Identifier:
    name: str
    span: Span


@frozen
class NumberValue:
    text: str
    """The digits as written."""
    span: Span


@frozen
class StringValue:
    value: str
    """Escapes resolved."""
    span: Span


@frozen
class ConstantValue:
    text: str
    """A bare word, with dots where written: a field, an enum value, `true`."""
    span: Span


@frozen
class ArrayValue:
    items: tuple[Expression, ...]
    span: Span


@frozen
class ObjectValue:
    members: tuple[tuple[Identifier, Expression], ...]
    span: Span


@frozen
class FunctionCall:
    name: str
    arguments: Arguments
    span: Span


@frozen
class Argument:
    name: Identifier | None
    value: Expression
    span: Span


@frozen
class Arguments:
    items: tuple[Argument, ...] = ()
    empty: tuple[Identifier, ...] = ()
    """Names with a colon and no value."""
    trailing_comma: Span | None = None


Expression = NumberValue | StringValue | ConstantValue | ArrayValue | ObjectValue | FunctionCall

NO_ARGUMENTS = Arguments()


@frozen
class Attribute:
    """`@name(…)` on a field or value, `@@name(…)` on a block; `name` is without the signs."""

    name: Identifier
    arguments: Arguments
    span: Span

    def argument_span(self, name: str) -> Span | None:
        """Where the named argument stands."""
        for argument in self.arguments.items:
            if argument.name is not None and argument.name.name == name:
                return argument.span
        return None


@frozen
class FieldType:
    name: str
    """The type's name; empty for Unsupported."""
    unsupported: str | None
    """The text in Unsupported("…")."""
    span: Span


@frozen
class Field:
    name: Identifier
    type: FieldType
    arity: str
    """required | optional | list"""
    attributes: tuple[Attribute, ...]
    span: Span

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.name.name == name), None)

    def argument_span(self, attribute: str, argument: str) -> Span | None:
        found = self.attribute(attribute)
        return found.argument_span(argument) if found else None


NOTHING_UNREAD: frozenset[str] = frozenset()


@frozen
class Model:
    """A model, view or composite type block."""

    kind: str
    """model | view | type"""
    name: Identifier
    fields: tuple[Field, ...]
    attributes: tuple[Attribute, ...]
    span: Span
    unread: frozenset[str] = NOTHING_UNREAD
    """First words of the lines in it that were refused: fields that may be meant, of which nothing else is known."""

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in self.attributes if a.name.name == name), None)


@frozen
class EnumValue:
    name: Identifier
    attributes: tuple[Attribute, ...]
    span: Span


@frozen
class EnumBlock:
    name: Identifier
    values: tuple[EnumValue, ...]
    attributes: tuple[Attribute, ...]
    span: Span
    unread: frozenset[str] = NOTHING_UNREAD
    """First words of the lines in it that were refused."""


@frozen
class Property:
    name: Identifier
    value: Expression | None
    span: Span


@frozen
class ConfigBlock:
    kind: str
    """datasource | generator"""
    name: Identifier
    properties: tuple[Property, ...]
    span: Span
    unread: frozenset[str] = NOTHING_UNREAD
    """First words of the lines in it that were refused."""


Top = Model | EnumBlock | ConfigBlock


@frozen
class SchemaAst:
    """One file."""

    source: SourceText
    tops: tuple[Top, ...]
    unread: frozenset[str] = NOTHING_UNREAD
    """Names that blocks may have whose header was refused: they stand for a type of which nothing is known."""


@frozen
class BlockLayout:
    """Where lines may be added to a model, view or enum block; lines are 1-based."""

    first_line: int
    """The line with the opening brace."""
    last_line: int
    """The line with the closing brace."""
    last_member_line: int
    """The last line of the last field or value; the opening line where there is none."""
    last_attribute_line: int
    """The last line of the last @@attribute; 0 where there is none."""
    indent: str
    """The white space before the first member, two spaces where there is none."""


def layout(block: Model | EnumBlock) -> BlockLayout:
    """Where a field, a value or an @@attribute of this block would be inserted."""
    source = block.span.source
    members: tuple[Field | EnumValue, ...] = block.fields if isinstance(block, Model) else block.values
    inner: tuple[Field | EnumValue | Attribute, ...] = members + block.attributes
    first = source.line_of(block.span.start)
    indent = "  "
    if inner:
        start = min(node.span.start for node in inner)
        text = source.line_text(source.line_of(start))
        indent = text[: len(text) - len(text.lstrip())]
    return BlockLayout(
        first_line=first,
        last_line=source.line_of(block.span.end - 1),
        last_member_line=max((_last_line(node.span) for node in members), default=first),
        last_attribute_line=max((_last_line(node.span) for node in block.attributes), default=0),
        indent=indent,
    )


def _last_line(span: Span) -> int:
    return span.source.line_of(max(span.start, span.end - 1))


def describe(value: Expression) -> str:
    """The kind of a value, as messages name it."""
    match value:
        case NumberValue():
            return "numeric"
        case StringValue():
            return "string"
        case ConstantValue():
            return "literal"
        case FunctionCall():
            return "functional"
        case ArrayValue():
            return "array"
        case _:
            return "object"


def render(value: Expression) -> str:
    """The value as a message shows it."""
    match value:
        case NumberValue(text=text) | ConstantValue(text=text):
            return text
        case StringValue(value=text):
            return render_string(text)
        case FunctionCall(name=name, arguments=arguments):
            return f"{name}({','.join(_render_argument(a) for a in arguments.items)})"
        case ArrayValue(items=items):
            return f"[{','.join(render(item) for item in items)}]"
        case ObjectValue(members=members):
            return "{ " + ", ".join(f"{key.name}: {render(item)}" for key, item in members) + " }"


def _render_argument(argument: Argument) -> str:
    text = render(argument.value)
    return f"{argument.name.name}: {text}" if argument.name else text


def render_string(text: str) -> str:
    """A string literal of the language."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'
