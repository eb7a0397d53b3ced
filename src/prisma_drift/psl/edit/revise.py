"""Lines of a schema rewritten so that they say what a database has: a field's type, a default, a name, an action."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.edit import SchemaLines
from ...model.schema import Column, ForeignKey, Index, Table
from ...model.source import Position
from ..syntax.ast import Attribute, Field, Model
from ..syntax.lexer import SourceText
from ..vocabulary import constraint_names
from .columns import columns_at, padded
from .compose import Ground, index_text
from .write import ACTIONS, default_attribute, field_type, native_attribute, quoted

_ARITY = re.compile(r"[ \t]*(?:\?|\[[ \t]*\])")

_Change = tuple[int, int, str]
"""Start and end offset in the file, and the new text."""


def column(base: Ground, owner: Table, actual: Column, *, default: bool) -> tuple[SchemaLines, ...]:
    """The column's field with the type that the database has and, if `default`, with its default too."""
    known = owner.column(actual.name)
    block = base.document.model(owner.model)
    fields = block.fields if block else ()
    field = next((f for f in fields if known and f.name.name == known.field), None)
    if block is None or field is None:
        return ()
    line = field.span.line
    if any(field.span.source.line_of(a.span.end - 1) != line for a in field.attributes):
        return ()
    return _line(field.span.source, [_retyped(base, block, field, actual, default)])


def _retyped(base: Ground, block: Model, field: Field, actual: Column, default: bool) -> _Change:
    """The field's type and all that stands behind it; its attributes stay in their column."""
    source = field.span.source
    arity = _ARITY.match(source.text, field.type.span.end)
    end = arity.end() if arity else field.type.span.end
    words = {a.span.start: source.text[a.span.start : a.span.end] for a in field.attributes}
    new: list[str] = []
    if default:
        values = base.names.values.get(actual.type.enum, {}) if actual.type.enum else {}
        text = default_attribute(actual, lambda label: values.get(label, label))
        _put(words, new, field.attribute("default"), text)
    native = next((a for a in field.attributes if a.name.name.startswith(f"{base.datasource}.")), None)
    _put(words, new, native, native_attribute(actual.type, base.datasource))
    behind = " ".join(word for word in (*new, *words.values()) if word)
    written = field_type(actual.type, lambda name: base.names.enums.get(name, name.name))
    if not behind:
        return field.type.span.start, field.attributes[-1].span.end if field.attributes else end, written
    start = field.type.span.start - source.line_starts[field.span.line - 1]
    column = columns_at(block, field.span.line).attributes
    room = padded(" " * start + written, column)[start + len(written) :]
    if column is None and field.attributes:
        room = source.text[end : field.attributes[0].span.start]
    last = field.attributes[-1].span.end if field.attributes else end
    return field.type.span.start, last, f"{written}{room}{behind}"


def _put(words: dict[int, str], new: list[str], attribute: Attribute | None, text: str) -> None:
    """The attribute with another text among `words`, none where it is empty; among the `new` where there was none."""
    if attribute is not None:
        words[attribute.span.start] = text
    else:
        new.append(text)


def renamed_key(
    base: Ground, owner: Table, place: Position | None, name: str, usual: str
) -> tuple[SchemaLines, ...]:
    """The @id, @unique, @@id, @@unique or @@index at `place` with the name that the database has."""
    block = base.document.model(owner.model)
    attribute = next((a for a in _attributes(block) if a.span.position == place), None) if block else None
    return _argument(base, attribute, {"map": None if name == usual else quoted(name)}, drop=("name",))


def index(
    base: Ground, owner: Table, expected: Index, table: Table, actual: Index
) -> tuple[SchemaLines, ...]:
    """The @@index or @@unique as the database has it; an @unique of a field stays, since it may carry a relation."""
    block = base.document.model(owner.model)
    found = [a for a in block.attributes if a.span.position == expected.position] if block else []
    if not found or any(owner.column(key.name) is None for key in actual.columns):
        return ()
    text = index_text(base, table, actual)
    return _line(found[0].span.source, [(found[0].span.start, found[0].span.end, text)])


def foreign_key(
    base: Ground, owner: Table, expected: ForeignKey, actual: ForeignKey
) -> tuple[SchemaLines, ...]:
    """The relation with the name and the actions that the database has."""
    block = base.document.model(owner.model)
    fields = block.fields if block else ()
    field = next((f for f in fields if f.span.position == expected.position), None)
    usual = constraint_names.foreign_key(owner.name.name, actual.columns)
    values: dict[str, str | None] = {}
    if actual.name != expected.name:
        values["map"] = None if actual.name == usual else quoted(actual.name)
    if actual.on_delete != expected.on_delete:
        values["onDelete"] = ACTIONS[actual.on_delete]
    if actual.on_update != expected.on_update:
        values["onUpdate"] = ACTIONS[actual.on_update]
    return _argument(base, field.attribute("relation") if field else None, values)


def _attributes(block: Model) -> Iterator[Attribute]:
    for field in block.fields:
        yield from field.attributes
    yield from block.attributes


def _argument(
    base: Ground, attribute: Attribute | None, values: dict[str, str | None], drop: tuple[str, ...] = ()
) -> tuple[SchemaLines, ...]:
    """The attribute with other named arguments; None takes one away, as it does those of `drop` in an @@index."""
    if attribute is None or not values:
        return ()
    source = attribute.span.source
    legacy = drop if attribute.name.name == "index" else ()
    kept: list[str] = []
    left = dict(values)
    for argument in attribute.arguments.items:
        name = argument.name.name if argument.name else ""
        text = source.text[argument.span.start : argument.span.end]
        if name in left:
            value = left.pop(name)
            kept += [] if value is None else [f"{name}: {value}"]
        elif name not in legacy:
            kept.append(text)
    kept += [f"{name}: {value}" for name, value in left.items() if value is not None]
    signs = source.text[attribute.span.start : attribute.name.span.end]
    written = f"{signs}({', '.join(kept)})" if kept else signs
    return _line(source, [(attribute.span.start, attribute.span.end, written)])


def _line(source: SourceText, changes: list[_Change]) -> tuple[SchemaLines, ...]:
    """The line with the changes made, if it differs."""
    line = source.line_of(changes[0][0])
    start = source.line_starts[line - 1]
    before = text = source.line_text(line)
    # From the end, so that offsets stay true; what was listed later goes behind at the same offset.
    for begin, end, new in sorted(changes, key=lambda change: change[0], reverse=True):
        text = text[: begin - start] + new + text[end - start :]
    lines = (SchemaLines(source.path, line - 1, text, replaces=1),)
    return lines if text != before else ()
