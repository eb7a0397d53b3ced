"""A database with rows and one or more drifts, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Rows = list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Ideal:
    """A query on the mended database, and its answer where nothing was lost; each value as text."""

    sql: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Part:
    """What may become of one drift."""

    ideal: Ideal | None = None
    """None: no migration to this schema can keep everything."""
    must: bool = False
    """Nothing but keeping everything is right."""
    refusal_ok: bool = False
    """Showing no SQL is right too, with the reason."""
    about: tuple[str, ...] = ()
    """Objects, `schema.Table` or `schema.Table.column`, that a hazard has to name; any will do where it is empty."""
    doubt: bool = False
    """Whether anything is lost is a matter of opinion: a check may count rows although `ideal` holds."""


@dataclass(frozen=True, slots=True)
class Case:
    """Migrations, rows, and a schema that asks for something else."""

    kind: str
    name: str
    migrations: tuple[str, ...]
    rows: str
    """SQL that fills the migrated database."""
    schema: str
    """schema.prisma, whole."""
    parts: tuple[Part, ...]
    args: tuple[str, ...] = ()
    """More arguments for `prisma-drift check`."""
    role: str = ""
    """The role that migrates, where it is not the database's owner with all rights."""

    @classmethod
    def from_json(cls, case: Mapping[str, Any]) -> Case:
        ideal = case["ideal"] and Ideal(case["ideal"]["sql"], case["ideal"]["rows"])
        return cls(
            case["kind"],
            case["name"],
            tuple(case["migrations"]),
            case["rows"],
            case["schema"],
            (Part(ideal, case["must"], case["refusal_ok"]),),
            tuple(case["args"]),
        )


RIGHT = ("kept", "predicted", "told", "refused")
WRONG = ("silent", "untold", "false alarm", "unproved", "nothing", "broken")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case."""

    word: str
    """One of RIGHT or WRONG."""
    why: str = ""
    sql: str = ""
    """The corrective migration, where one was shown."""
    hazards: tuple[str, ...] = ()
    """Each as `severity id object: message`."""
    checks: tuple[str, ...] = ()
    """Each as `count breaks id object: message`."""

    @property
    def right(self) -> bool:
        return self.word in RIGHT
