"""What the history of schema.prisma says: declarations at one version, and what an edit made of one into another.

Only the syntax is read, so that a version that was never valid counts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import Enum as _Enum

from ...model.values import frozen
from ...model.version import Version
from ...psl.syntax.ast import LIST, Attribute, EnumBlock, Field, Model, StringValue
from ...psl.syntax.diagnostics import Diagnostics
from ...psl.syntax.lexer import SourceText
from ...psl.syntax.parser import parse
from ...psl.vocabulary.constraint_names import join_table


@frozen
class Member:
    """A field of a model, or a value of an enum."""

    name: str
    stored: str
    """Its name in the database."""
    text: str = ""
    """Its type and attributes as written, without `@map` and white space."""
    link: str = ""
    """The join table of an implicit many-to-many relation that it may belong to."""


@frozen
class Block:
    """A model or an enum."""

    kind: str
    """model | enum"""
    name: str
    stored: str
    schema: str
    """As written in @@schema; empty where it is not."""
    members: tuple[Member, ...]

    def stored_member(self, stored: str) -> Member | None:
        return next((member for member in self.members if member.stored == stored), None)


@frozen
class Declarations:
    """A schema at one version."""

    blocks: tuple[Block, ...]

    def named(self, kind: str, names: Iterable[str]) -> Block | None:
        """The block whose name in the database, or else in the schema, is one of `names`."""
        wanted = frozenset(names)
        own = [block for block in self.blocks if block.kind == kind]
        return next(
            (block for block in own if block.stored in wanted),
            next((block for block in own if block.name in wanted), None),
        )


class Sight(_Enum):
    """What the history shows of something that went and something that came."""

    SAME = "same"
    """One edit gave it another name in the database, while its name in the schema stayed."""
    REPLACED = "replaced"
    """One edit put it in the other's place, with the same type."""
    APART = "apart"
    """They came and went in different edits, or stood there together."""
    UNKNOWN = "unknown"


def declarations(texts: Iterable[str], version: Version) -> Declarations:
    """The models and enums of the files of one version; what cannot be read is left out."""
    blocks: list[Block] = []
    for text in texts:
        for top in parse(SourceText("", text), version, Diagnostics(version)).tops:
            if isinstance(top, Model) and top.kind == "model":
                members = tuple(map(_field, top.fields))
                blocks.append(Block("model", top.name.name, _stored(top), _schema(top), members))
            elif isinstance(top, EnumBlock):
                values = tuple(
                    Member(v.name.name, _mapped(v.attributes, "map") or v.name.name) for v in top.values
                )
                blocks.append(Block("enum", top.name.name, _stored(top), _schema(top), values))
    return Declarations(_with_links(blocks))


def _stored(top: Model | EnumBlock) -> str:
    return _mapped(top.attributes, "map") or top.name.name


def _schema(top: Model | EnumBlock) -> str:
    return _mapped(top.attributes, "schema")


def _mapped(attributes: Iterable[Attribute], name: str) -> str:
    """The text that an attribute is given first, or as `name:`."""
    for attribute in attributes:
        if attribute.name.name == name:
            for argument in attribute.arguments.items:
                if isinstance(argument.value, StringValue):
                    return argument.value.value
    return ""


def _field(field: Field) -> Member:
    source, end = field.span.source.text, field.type.span.end
    kept = [a for a in field.attributes if a.name.name not in ("map", "relation")]
    arity = source[field.type.span.start : end] + (
        "[]" if field.arity == LIST else "?" if field.arity == "optional" else ""
    )
    written = [source[a.span.start : a.span.end] for a in kept]
    text = " ".join(re.sub(r"\s+", "", part) for part in (arity, *sorted(written)))
    link = ""
    if field.arity == LIST and not field.type.unsupported:
        relation = next((a for a in field.attributes if a.name.name == "relation"), None)
        link = f"{field.type.name}\0{_mapped([relation], 'relation') if relation else ''}"
    stored = _mapped(field.attributes, "map") or field.name.name
    return Member(field.name.name, stored, text, link)


def _with_links(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with the join table of each list field of a model where there can be one."""
    models = {block.name for block in blocks if block.kind == "model"}

    def linked(block: Block, member: Member) -> Member:
        if not member.link:
            return member
        other, _, relation = member.link.partition("\0")
        name = join_table(relation or "To".join(sorted((block.name, other)))) if other in models else ""
        return Member(member.name, member.stored, member.text, name)

    return tuple(
        Block(b.kind, b.name, b.stored, b.schema, tuple(linked(b, member) for member in b.members))
        for b in blocks
    )


@frozen
class History:
    """A schema's versions, newest first; the first is what is compared now."""

    versions: tuple[Declarations, ...] = ()

    @property
    def edits(self) -> tuple[tuple[Declarations, Declarations], ...]:
        """(before, after) of each edit, newest first."""
        return tuple(zip(self.versions[1:], self.versions, strict=False))

    def of_block(self, kind: str, before: str, after: str) -> Sight:
        """A model or enum by its stored names; REPLACED where most of its members are the same."""
        sights = []
        for old, new in self.edits:
            was, still = _stored_block(old, kind, before), _stored_block(new, kind, before)
            already, became = _stored_block(old, kind, after), _stored_block(new, kind, after)
            went, came = bool(was and not still), bool(became and not already)
            if went and came and was is not None and became is not None:
                if was.name == became.name:
                    return Sight.SAME
                alike = _alike(was, became)
                rivals = [b for b in new.blocks if b.kind == kind and b.name not in _names(old)]
                best = all(_alike(was, rival) < alike for rival in rivals if rival != became)
                return Sight.REPLACED if alike >= 0.6 and best else Sight.UNKNOWN
            sights.append(went or came or bool(still and became))
        return Sight.APART if any(sights) else Sight.UNKNOWN

    def of_member(self, kind: str, blocks: Iterable[str], before: str, after: str) -> Sight:
        """A field or value by its stored names, in the model or enum that has, or had, one of the names `blocks`."""
        names = frozenset(blocks)
        sights = []
        for old, new in self.edits:
            one, other = old.named(kind, names), new.named(kind, names)
            if one is None or other is None:
                continue
            was, still = one.stored_member(before), other.stored_member(before)
            already, became = one.stored_member(after), other.stored_member(after)
            went, came = bool(was and not still), bool(became and not already)
            if went and came and was is not None and became is not None:
                if was.name == became.name:
                    return Sight.SAME
                return Sight.REPLACED if _in_place(one, other, was, became) else Sight.UNKNOWN
            sights.append(went or came or bool(still and became))
        return Sight.APART if any(sights) else Sight.UNKNOWN

    def of_link(self, before: str, after: str) -> Sight:
        """A join table of an implicit relation: SAME where a field of a model keeps its name and changes its table."""
        for old, new in self.edits:
            fields = {(b.name, m.name): m.link for b in new.blocks for m in b.members if m.link}
            for block in old.blocks:
                for member in block.members:
                    if member.link == before and fields.get((block.name, member.name)) == after:
                        return Sight.SAME
        return Sight.UNKNOWN

    def of_links(self, before: str, after: str) -> Sight:
        """Two join tables: SAME where a field changes from the one to the other, APART where a version has both."""
        for version in self.versions:
            links = {member.link for block in version.blocks for member in block.members}
            if {before, after} <= links:
                return Sight.APART
        return self.of_link(before, after)

    def has_both(self, join: str, model: str) -> bool:
        """Whether a version has the implicit relation of a join table beside a model."""
        return any(
            version.named("model", [model]) is not None
            and any(member.link == join for block in version.blocks for member in block.members)
            for version in self.versions
        )

    def of_list(self, join: str, model: str) -> Sight:
        """A join table and a model with two keys: SAME where a list field keeps its name and has the model as its type."""
        for old, new in self.edits:
            for one, other in ((old, new), (new, old)):
                typed = {
                    (b.name, m.name)
                    for b in other.blocks
                    for m in b.members
                    if m.text.startswith(f"{model}[]")
                }
                held = {(b.name, m.name) for b in one.blocks for m in b.members if m.link == join}
                if typed & held and one.named("model", [model]) is None:
                    return Sight.SAME
        return Sight.UNKNOWN

    def model_of(self, table: str) -> str:
        """The model's name when its table last had this name; empty where no version says it."""
        found = (_stored_block(version, "model", table) for version in self.versions)
        return next((block.name for block in found if block is not None), "")


def _names(declared: Declarations) -> frozenset[str]:
    return frozenset(block.name for block in declared.blocks)


def _stored_block(declared: Declarations, kind: str, stored: str) -> Block | None:
    """By its name in the database, behind its schema where one is written there."""
    schema, _, name = stored.rpartition(".")
    for block in declared.blocks:
        if block.kind == kind and block.stored == name and (not block.schema or block.schema == schema):
            return block
    return None


def _alike(one: Block, other: Block) -> float:
    """How many of their members both have, from 0 to 1."""
    mine, theirs = ({(m.name, m.text) for m in block.members} for block in (one, other))
    return len(mine & theirs) / max(len(mine), len(theirs), 1)


def _in_place(one: Block, other: Block, was: Member, became: Member) -> bool:
    """Whether `became` stands where `was` stood, as one of as many lines as before, with the same type."""
    before, after = [m.name for m in one.members], [m.name for m in other.members]
    at, to = before.index(was.name), after.index(became.name)
    for tag, start, stop, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace" and start <= at < stop and first <= to < last:
            return stop - start == last - first and at - start == to - first and was.text == became.text
    return False
