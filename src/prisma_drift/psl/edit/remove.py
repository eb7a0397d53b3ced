"""The lines that a schema has to lose so that it no longer asks for what a database lacks.

What names a thing goes with it: a model's relations on the other side, the keys and indexes over a field. Only whole
lines go, with the `///` comments that document them; whether the schema stays valid is for `declare.is_valid` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model.edit import SchemaLines, merge
from ...model.schema import Column, Enum, Extension, ForeignKey, Index, PrimaryKey, Table
from ...model.source import Position
from ...model.values import field, mutable
from ..load import Document
from ..syntax.ast import (
    LIST,
    ArrayValue,
    Attribute,
    ConfigBlock,
    ConstantValue,
    EnumBlock,
    Expression,
    Field,
    FunctionCall,
    Model,
    StringValue,
)
from ..syntax.lexer import SourceText, Span
from .compose import Ground

_KEYS = ("id", "unique", "index", "fulltext")


def table(base: Ground, one: Table) -> tuple[SchemaLines, ...]:
    """The model and every relation to it; of an implicit many-to-many table both list fields."""
    gone = _Gone(base.document)
    if one.model:
        gone.drop_model(one.model)
    elif one.join_table:
        places = {place for place in (one.position, *(c.position for c in one.columns)) if place}
        for place in sorted(places):
            found = gone.at(place)
            if found and found[1].arity == LIST:
                gone.drop_field(*found)
    return gone.lines()


def column(base: Ground, owner: Table, one: Column) -> tuple[SchemaLines, ...]:
    """The field, with the relations, keys and indexes over it."""
    gone = _Gone(base.document)
    block = gone.models.get(owner.model)
    own = next((f for f in block.fields if f.name.name == one.field), None) if block else None
    if block and own:
        gone.drop_field(block, own)
    return gone.lines()


def foreign_key(base: Ground, owner: Table, one: ForeignKey) -> tuple[SchemaLines, ...]:
    """Both fields of the relation; the columns stay."""
    gone = _Gone(base.document)
    block = gone.models.get(owner.model)
    own = next((f for f in block.fields if f.span.position == one.position), None) if block else None
    if block and own:
        gone.drop_field(block, own)
    return gone.lines()


def key(base: Ground, owner: Table, one: Index | PrimaryKey) -> tuple[SchemaLines, ...]:
    """The @@index, @@unique or @@id, or the attribute of the field that asks for it."""
    gone = _Gone(base.document)
    block = gone.models.get(owner.model)
    if block and one.position:
        gone.drop_attribute(block, one.position)
    return gone.lines()


def enum(base: Ground, one: Enum) -> tuple[SchemaLines, ...]:
    """The enum, and the fields of its type but those that get another one."""
    gone = _Gone(base.document)
    for tree in base.document.ast:
        for top in tree.tops:
            if isinstance(top, EnumBlock) and top.span.position == one.position:
                gone.drop_enum(top, base.retyped)
    return gone.lines()


def enum_value(base: Ground, one: Enum, label: str) -> tuple[SchemaLines, ...]:
    """The value; a default that names it makes the schema invalid without it, which is for the caller to see."""
    places = dict(zip(one.values, one.value_positions, strict=False))
    for tree in base.document.ast:
        for top in tree.tops:
            if isinstance(top, EnumBlock) and top.span.position == one.position:
                spans = [value.span for value in top.values if value.span.position == places.get(label)]
                return tuple(_whole_lines(span) for span in spans)
    return ()


def extension(base: Ground, one: Extension) -> tuple[SchemaLines, ...]:
    """The extension's entry in the datasource block; the whole line where it is the last one."""
    for tree in base.document.ast:
        for top in tree.tops:
            if not isinstance(top, ConfigBlock) or top.kind != "datasource":
                continue
            for own in top.properties:
                if own.name.name == "extensions" and isinstance(own.value, ArrayValue):
                    return _without_item(own.span, own.value, one)
    return ()


def _without_item(line: Span, array: ArrayValue, one: Extension) -> tuple[SchemaLines, ...]:
    source = line.source
    left = [item for item in array.items if _extension_name(item) != one.name]
    if len(left) == len(array.items):
        return ()
    if not left:
        return (_whole_lines(line),)
    first, last = source.line_of(line.start), source.line_of(max(line.start, line.end - 1))
    if first != last:
        return ()
    start = source.line_starts[first - 1]
    text = source.line_text(first)
    kept = ", ".join(source.text[item.span.start : item.span.end] for item in left)
    new = f"{text[: array.span.start - start]}[{kept}]{text[array.span.end - start :]}"
    return (SchemaLines(source.path, first - 1, new, replaces=1, was=text),)


def _extension_name(item: Expression) -> str:
    """An entry's name in the database: `pg_trgm`, `uuid_ossp(map: "uuid-ossp")`."""
    if isinstance(item, FunctionCall):
        for argument in item.arguments.items:
            if argument.name and argument.name.name == "map" and isinstance(argument.value, StringValue):
                return argument.value.value
        return item.name
    return item.text if isinstance(item, ConstantValue) else ""


class _Known(NamedTuple):
    """A document's fields as they are asked for, over and over."""

    models: dict[str, Model]
    of_type: dict[str, list[tuple[Model, Field]]]
    """By the name of the type, in order."""
    at: dict[Position, tuple[Model, Field]]
    using: dict[tuple[str, str], list[tuple[Model, Field]]]
    """By model and field: the relation fields that name it, under `fields` in its model, under `references` elsewhere."""
    keyed: dict[tuple[str, str], list[Attribute]]
    """By model and field: the keys and indexes over it."""
    sides: dict[tuple[str, str, str], list[Field]]
    """By model, type and name of the relation: its fields."""


_last: list[tuple[Document, _Known]] = []
"""The document that was asked for last: one change after the other asks for the same."""


def _known(document: Document) -> _Known:
    if _last and _last[0][0] is document:
        return _last[0][1]
    models = {
        top.name.name: top
        for tree in document.ast
        for top in tree.tops
        if isinstance(top, Model) and top.kind != "type"
    }
    of_type: dict[str, list[tuple[Model, Field]]] = {}
    at = {}
    using: dict[tuple[str, str], list[tuple[Model, Field]]] = {}
    keyed: dict[tuple[str, str], list[Attribute]] = {}
    sides: dict[tuple[str, str, str], list[Field]] = {}
    for name, model in models.items():
        for attribute in model.attributes:
            if attribute.name.name in _KEYS:
                for field_name in _names(attribute, "fields"):
                    keyed.setdefault((name, field_name), []).append(attribute)
        for own in model.fields:
            of_type.setdefault(own.type.name, []).append((model, own))
            at[own.span.position] = model, own
            relation = own.attribute("relation")
            for field_name in _names(relation, "fields", named=True):
                using.setdefault((name, field_name), []).append((model, own))
            for field_name in _names(relation, "references", named=True):
                using.setdefault((own.type.name, field_name), []).append((model, own))
            if own.type.name in models:
                sides.setdefault((name, own.type.name, _relation_name(own)), []).append(own)
    _last[:] = [(document, _Known(models, of_type, at, using, keyed, sides))]
    return _last[0][1]


@mutable
class _Gone:
    """What goes, worked out from what was asked for to what names it."""

    document: Document
    models: dict[str, Model] = field(default_factory=dict)
    _known: _Known = field(default_factory=lambda: _Known({}, {}, {}, {}, {}, {}))
    _spans: dict[tuple[str, int], Span] = field(default_factory=dict)
    _cuts: dict[tuple[str, int], tuple[Field, Attribute]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = _known(self.document)
        self.models = self._known.models

    def lines(self) -> tuple[SchemaLines, ...]:
        whole = [_whole_lines(span) for span in self._spans.values()]
        cut = [_without(own, attribute) for own, attribute in self._cuts.values()]
        return merge((*whole, *cut))

    def at(self, place: Position) -> tuple[Model, Field] | None:
        """The field that stands there."""
        return self._known.at.get(place)

    def drop_model(self, name: str) -> None:
        block = self.models.get(name)
        if block is None or not self._first(block.span):
            return
        for other, own in self._known.of_type.get(name, ()):
            if other is not block:
                self.drop_field(other, own)

    def drop_enum(self, block: EnumBlock, kept: frozenset[tuple[str, str]]) -> None:
        self._first(block.span)
        for model, own in self._known.of_type.get(block.name.name, ()):
            if (model.name.name, own.name.name) not in kept:
                self.drop_field(model, own)

    def drop_field(self, block: Model, own: Field) -> None:
        if not self._first(own.span):
            return
        place = block.name.name, own.name.name
        for attribute in self._known.keyed.get(place, ()):
            self._first(attribute.span)
        for model, other in self._known.using.get(place, ()):
            self.drop_field(model, other)
        if own.type.name in self.models:
            self._drop_opposite(block, own)

    def _drop_opposite(self, block: Model, own: Field) -> None:
        sides = self._known.sides.get((own.type.name, block.name.name, _relation_name(own)), ())
        twins = [other for other in sides if other is not own]
        for twin in twins if len(twins) == 1 else ():
            self.drop_field(self.models[own.type.name], twin)

    def drop_attribute(self, block: Model, place: Position) -> None:
        for attribute in block.attributes:
            if attribute.span.position == place:
                self._first(attribute.span)
                return
        for own in block.fields:
            for attribute in own.attributes:
                if attribute.span.position == place:
                    self._cuts[attribute.span.source.path, attribute.span.start] = own, attribute
                    return

    def _first(self, span: Span) -> bool:
        place = (span.source.path, span.start)
        if place in self._spans:
            return False
        self._spans[place] = span
        return True


def _names(attribute: Attribute | None, argument: str, *, named: bool = False) -> set[str]:
    """The fields that an attribute lists under `argument` or, where it need not be `named`, first of all."""
    if attribute is None:
        return set()
    for number, item in enumerate(attribute.arguments.items):
        given = item.name.name == argument if item.name else not named and number == 0
        if given and isinstance(item.value, ArrayValue):
            return {name for entry in item.value.items for name in _entry(entry)}
    return set()


def _entry(item: Expression) -> Iterator[str]:
    if isinstance(item, ConstantValue):
        yield item.text
    elif isinstance(item, FunctionCall):
        yield item.name


def _relation_name(own: Field) -> str:
    attribute = own.attribute("relation")
    for number, item in enumerate(attribute.arguments.items if attribute else ()):
        given = item.name.name == "name" if item.name else number == 0
        if given and isinstance(item.value, StringValue):
            return item.value.value
    return ""


def _without(own: Field, attribute: Attribute) -> SchemaLines:
    """The field's line without one of its attributes."""
    source, span = attribute.span.source, attribute.span
    number = source.line_of(span.start)
    text, start = source.line_text(number), source.line_starts[number - 1]
    begin, end = span.start - start, span.end - start
    if text[end:].lstrip().startswith("@"):
        # The next attribute comes into its column.
        end += len(text[end:]) - len(text[end:].lstrip())
    else:
        while begin and text[begin - 1] in " \t":
            begin -= 1
    return SchemaLines(source.path, number - 1, text[:begin] + text[end:], replaces=1, was=text)


def _whole_lines(span: Span) -> SchemaLines:
    """The lines of a block, a field or an attribute, with their documentation; of a block with the gap before it."""
    source = span.source
    first, last = source.line_of(span.start), source.line_of(max(span.start, span.end - 1))
    while first > 1 and source.line_text(first - 1).lstrip().startswith("///"):
        first -= 1
    if _blank(source, first - 1) and (_blank(source, last + 1) or last >= len(source.line_starts)):
        first -= 1
    was = "\n".join(source.line_text(number) for number in range(first, last + 1))
    return SchemaLines(source.path, first - 1, "", replaces=last - first + 1, was=was)


def _blank(source: SourceText, line: int) -> bool:
    return 1 <= line <= len(source.line_starts) and not source.line_text(line).strip()
