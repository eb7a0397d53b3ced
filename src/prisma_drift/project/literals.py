"""What a value in a JavaScript settings file can be told to be without running it."""

from __future__ import annotations

from ..model.values import frozen


@frozen
class Env:
    """The value of an environment variable."""

    variable: str
    line: int
    fallback: str | None = None
    """What counts where the variable is not set; None where that is not told."""


@frozen
class Content:
    """The text of a file."""

    path: str
    line: int


@frozen
class Computed:
    """A value that only running the file would tell."""

    text: str
    line: int


@frozen
class Text:
    value: str
    line: int


@frozen
class Items:
    values: tuple[Value, ...]
    line: int


@frozen
class Object:
    entries: dict[str, Value]
    line: int
    called: str = ""
    """The function that the object was handed to: `defineConfig({…})`."""
    spreads: tuple[Computed, ...] = ()
    """`...rest` entries, which may hold more."""

    def at(self, *keys: str) -> Value | None:
        """The value under nested keys, None where it is absent; a Computed on the way there is returned itself."""
        value: Value = self
        for key in keys:
            if not isinstance(value, Object):
                return value if isinstance(value, Computed) else None
            found = value.entries.get(key)
            if found is None:
                return None
            value = found
        return value


Value = Text | Items | Object | Env | Content | Computed
