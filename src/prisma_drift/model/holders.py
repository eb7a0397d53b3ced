"""What holds a column or an enum fast: the objects that depend on it, each with the statements that take it away and make it again."""

from __future__ import annotations

from .names import QualifiedName
from .values import frozen


@frozen(order=True)
class HeldColumn:
    """A column that an object needs, or a table as a whole."""

    table: QualifiedName
    """The table that was asked about; a partition's or a child's column counts as its parent's."""
    column: str
    """Empty for the table as a whole."""
    falls: bool
    """Whether Postgres drops the object with the column unasked; without it the column cannot be dropped."""


@frozen(order=True)
class HeldObject:
    """Another holder that an object needs."""

    key: str
    falls: bool


@frozen
class Opclass:
    """One key of an index: its text, and the operator class that stands behind it."""

    column: str
    """Empty for an expression."""
    text: str
    """As SQL: `"embedding"`, `lower(name)`."""
    name: str
    """As SQL prints it."""
    accepts: str
    """The type that it is made for, as format_type prints it: `vector`, `text`."""
    default: bool
    """Whether it is the default of its type and method, so that the definition does not name it."""


@frozen
class Holder:
    """One object, as the catalog has it."""

    kind: str
    """As in Unmanaged.kind; besides `foreign key`, `unique`, `primary key`, `default`, and whatever pg_identify_object says."""
    name: str
    """As in Unmanaged.name: `public.recent`, `public.User.policy`."""
    definition: str
    """The statement that makes it; empty where none is known."""
    drop: str = ""
    after: tuple[str, ...] = ()
    """What else makes it as it was: comments, grants, states, owner."""
    table: QualifiedName | None = None
    """The table or view that it belongs to."""
    column: str = ""
    """The column that it is, of a generated column or a default."""
    columns: tuple[HeldColumn, ...] = ()
    enums: tuple[QualifiedName, ...] = ()
    objects: tuple[HeldObject, ...] = ()
    obstacle: str = ""
    """Why it cannot be dropped and made again as it was: "a materialized view would lose its rows"; empty where it can."""
    grants: tuple[tuple[str, str], ...] = ()
    """(role or PUBLIC, privilege) of a view: what others than its owner may do, on it or on a column of it."""
    method: str = ""
    """Access method of an index."""
    opclasses: tuple[Opclass, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return f"{self.kind} {self.name}"


@frozen
class Holders:
    """All that depends on some tables' columns and on some enums, directly or through one another; sorted by key."""

    found: tuple[Holder, ...] = ()
    released: frozenset[str] = frozenset()
    """Keys of those that Postgres was seen not to carry over by itself, though it should: they step aside as well."""
    unfit: tuple[tuple[str, str], ...] = ()
    """(key, what Postgres said) of those that were seen not to fit any more."""
