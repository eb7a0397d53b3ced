"""Second pass: what the type of every field stands for."""

from __future__ import annotations

from ..syntax.ast import EnumBlock, Field, Model, SchemaAst
from ..syntax.diagnostics import Diagnostics
from .names import SCALARS
from .symbols import (
    Builtin,
    CompositeField,
    CompositeSymbol,
    EnumSymbol,
    ModelSymbol,
    RelationField,
    ScalarField,
    ScalarType,
    Symbols,
    Unsupported,
)

_BUILTINS = {name: Builtin(name) for name in SCALARS}


def resolve_types(
    files: tuple[SchemaAst, ...], tops: dict[str, Model | EnumBlock], diagnostics: Diagnostics
) -> Symbols:
    """Symbols for every block, with each field's type looked up."""
    symbols = Symbols()
    by_block: dict[int, ModelSymbol | EnumSymbol | CompositeSymbol] = {}
    for file in files:
        for top in file.tops:
            if isinstance(top, EnumBlock):
                enum = EnumSymbol(top)
                symbols.enums.append(enum)
                by_block[id(top)] = enum
                symbols.blocks.append(enum)
            elif isinstance(top, Model) and top.kind == "type":
                composite = CompositeSymbol(top)
                symbols.composites.append(composite)
                by_block[id(top)] = composite
                symbols.blocks.append(composite)
            elif isinstance(top, Model):
                model = ModelSymbol(top, len(symbols.models))
                symbols.models.append(model)
                by_block[id(top)] = model
                symbols.blocks.append(model)
    unread = frozenset().union(*(file.unread for file in files))
    resolver = _Resolver({name: by_block[id(top)] for name, top in tops.items()}, unread, diagnostics)
    for block in symbols.blocks:
        resolver.block(block)
    return symbols


class _Resolver:
    def __init__(
        self,
        tops: dict[str, ModelSymbol | EnumSymbol | CompositeSymbol],
        unread: frozenset[str],
        diagnostics: Diagnostics,
    ) -> None:
        self.tops = tops
        self.unread = unread
        self.diagnostics = diagnostics
        self.folded: dict[str, str] = {}

    def block(self, symbol: ModelSymbol | EnumSymbol | CompositeSymbol) -> None:
        if isinstance(symbol, EnumSymbol):
            if not symbol.ast.values and not symbol.ast.unread:
                message = "An enum must have at least one value."
                self.diagnostics.validation(message, symbol.ast.span)
        elif isinstance(symbol, CompositeSymbol):
            self._composite(symbol)
        else:
            self._model(symbol)

    def _model(self, model: ModelSymbol) -> None:
        model.unresolved |= model.ast.unread
        for field in model.ast.fields:
            found = self._type(field)
            if found is None:
                model.unresolved.add(field.name.name)
                continue
            if isinstance(found, ModelSymbol):
                relation = RelationField(model, field, found)
                model.relations.append(relation)
                model.members[field.name.name] = relation
            else:
                scalar = ScalarField(model, field, found)
                model.scalars.append(scalar)
                model.members[field.name.name] = scalar

    def _composite(self, composite: CompositeSymbol) -> None:
        for field in composite.ast.fields:
            found = self._type(field)
            if isinstance(found, ModelSymbol):
                self.diagnostics.block(
                    f"{found.name} refers to a model, making this a relation field. Relation fields inside composite "
                    "types are not supported.",
                    "composite type",
                    composite.name,
                    field.type.span,
                )
            elif found is not None:
                composite.fields[field.name.name] = CompositeField(field, found)

    def _type(self, field: Field) -> ScalarType | ModelSymbol | None:
        if field.type.unsupported is not None:
            return Unsupported(field.type.unsupported)
        name = field.type.name
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return builtin
        found = self.tops.get(name)
        if found is not None:
            return found
        if name in self.unread:
            return None  # what is wrong is its block's header, and that has been said
        suggestion = self._suggest(name)
        message = (
            f'Type "{name}" is neither a built-in type, nor refers to another model, composite type, or enum.'
        )
        if suggestion:
            message += f' Did you mean "{suggestion}"?'
        self.diagnostics.error(message, field.type.span, self._close(name) if not suggestion else "")
        return None

    def _suggest(self, name: str) -> str:
        """A known name that differs only in case."""
        if not self.folded:
            self.folded = {known.lower(): known for known in (*self.tops, *SCALARS)}
        return self.folded.get(name.lower(), "")

    def _close(self, name: str) -> str:
        """A hint for a misspelt name."""
        if len(self.diagnostics.errors) > 20 or len(name) > 64:
            return ""
        from difflib import get_close_matches

        close = get_close_matches(name, (*self.tops, *SCALARS), n=1, cutoff=0.75)
        return f'Did you mean "{close[0]}"?' if close else ""
