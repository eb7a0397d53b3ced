"""How attributes are read: each known one is taken from the set, its arguments likewise, and what is left is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.values import mutable
from ..syntax import coerce
from ..syntax.ast import Argument, Arguments, ArrayValue, Attribute, Expression, FunctionCall, render
from ..syntax.diagnostics import Diagnostics
from ..syntax.lexer import Span


@mutable(eq=False)
class Visit:
    """One attribute under inspection."""

    attribute: Attribute
    arguments: dict[str | None, Argument]
    """What has not been taken yet, by name; None is the unnamed one."""
    diagnostics: Diagnostics

    @property
    def span(self) -> Span:
        return self.attribute.span

    def error(self, message: str, span: Span | None = None, hint: str = "") -> None:
        name = f"@{self.attribute.name.name}"
        self.diagnostics.attribute(message, name, span or self.attribute.span, hint)

    def optional(self, name: str) -> Expression | None:
        found = self.arguments.pop(name, None)
        return found.value if found else None

    def default(self, name: str, *, required: bool = True) -> Expression | None:
        """The argument of that name or, failing that, the unnamed one."""
        named = self.arguments.pop(name, None)
        unnamed = self.arguments.pop(None, None)
        if named and unnamed:
            if required:
                message = f'Argument "{name}" is already specified as unnamed argument.'
                self.diagnostics.error(message, named.span)
            return None
        found = named or unnamed
        if found is None:
            if required:
                self.diagnostics.error(f'Argument "{name}" is missing.', self.attribute.span)
            return None
        return found.value

    def name(self, argument: str) -> str | None:
        """A string argument that must not be empty."""
        value = self.optional(argument)
        if value is None:
            return None
        text = coerce.string(value, self.diagnostics)
        if text == "":
            self.error(f"The `{argument}` argument cannot be an empty string.")
            return None
        return text

    def finish(self) -> None:
        """Report the arguments that nobody asked for."""
        for argument in self.arguments.values():
            self.diagnostics.error("No such argument.", argument.span)


class AttributeSet:
    """The attributes of one field, value or block."""

    __slots__ = ("attributes", "by_name", "diagnostics")

    def __init__(self, attributes: tuple[Attribute, ...], diagnostics: Diagnostics) -> None:
        self.attributes = attributes
        self.diagnostics = diagnostics
        self.by_name: dict[str, list[Attribute]] = {}
        """What has not been taken yet."""
        for attribute in attributes:
            self.by_name.setdefault(attribute.name.name, []).append(attribute)

    def single(self, name: str) -> Visit | None:
        """An attribute that may stand once; None where it is absent, or too broken to look at."""
        found = self.by_name.pop(name, None)
        if found is None:
            return None
        if len(found) > 1:
            for attribute in found:
                message = f'Attribute "@{name}" can only be defined once.'
                self.diagnostics.error(message, attribute.span)
            return None
        return self._visit(found[0])

    def repeated(self, name: str) -> Iterator[Visit]:
        for attribute in self.by_name.pop(name, ()):
            visit = self._visit(attribute)
            if visit is not None:
                yield visit

    def scoped(self) -> Attribute | None:
        """`@db.Type`, the last one where there are several (an error)."""
        found = [attribute for attribute in self.attributes if "." in attribute.name.name]
        for attribute in found:
            self.by_name.pop(attribute.name.name, None)
        for attribute in found[1:]:
            scope = attribute.name.name.partition(".")[0]
            message = f'Attribute "@{scope}" can only be defined once.'
            self.diagnostics.error(message, attribute.span)
        return found[-1] if found else None

    def finish(self) -> None:
        """Report the attributes that nobody asked for."""
        if not self.by_name:
            return
        for attribute in self.attributes:
            name = attribute.name.name
            if name in self.by_name:
                message = f'Attribute not known: "@{name}".'
                self.diagnostics.error(message, attribute.span, _hint(name))

    def _visit(self, attribute: Attribute) -> Visit | None:
        if not self._well_formed(attribute):
            return None
        visit = Visit(attribute, {}, self.diagnostics)
        unnamed: list[Expression] = []
        for argument in attribute.arguments.items:
            name = argument.name.name if argument.name else None
            existing = visit.arguments.get(name)
            visit.arguments[name] = argument
            if existing is None:
                continue
            if name is None:
                if not unnamed:
                    unnamed.append(existing.value)
                unnamed.append(argument.value)
            else:
                message = f'Argument "{name}" is already specified.'
                self.diagnostics.error(message, argument.span)
        if unnamed:
            listed = ", ".join(render(value) for value in unnamed)
            visit.error(
                "You provided multiple unnamed arguments. This is not possible. Did you forget the brackets? "
                f"Did you mean `[{listed}]`?"
            )
        return visit

    def _well_formed(self, attribute: Attribute) -> bool:
        """Missing values and trailing commas, here and in the functions among the arguments."""
        name, valid = attribute.name.name, True
        lists: list[Arguments] = [attribute.arguments]
        for argument in attribute.arguments.items:
            if isinstance(argument.value, FunctionCall):
                lists.append(argument.value.arguments)
        for arguments in lists:
            for empty in arguments.empty:
                message = f"The `{empty.name}` argument is missing a value."
                self.diagnostics.attribute(message, f"@{name}", empty.span)
                valid = False
            for argument in arguments.items:
                items = argument.value.items if isinstance(argument.value, ArrayValue) else ()
                for item in items:
                    if not isinstance(item, FunctionCall):
                        continue
                    for empty in item.arguments.empty:
                        message = f"The `{empty.name}` argument is missing a value."
                        self.diagnostics.attribute(message, f"@@{name}", empty.span)
            if arguments.trailing_comma is not None:
                message = "Trailing commas are not valid in attribute arguments, please remove the comma."
                self.diagnostics.attribute(message, f"@{name}", arguments.trailing_comma)
        return valid


_KNOWN = ("id", "unique", "index", "default", "relation", "map", "ignore", "updatedAt", "schema")


def _hint(name: str) -> str:
    folded = name.lower().lstrip("@")
    for known in _KNOWN:
        if folded == known.lower():
            return f'Did you mean "@{known}"?' if name != known else ""
    return ""
