"""What differs, in one order and in the same words for every writer: by model, as the schema has them, then what is loose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..findings.words import ABSENT, listed
from ..model.counted import counted
from ..model.report import Finding, Report
from ..model.source import Position
from ..model.values import frozen

LEGEND = (("+", "only in the schema"), ("-", "only in the migrations"), ("~", "migrations → schema"))
"""The signs, and what they say."""


@frozen
class Group:
    """The differences of one model, table or enum, or of the database itself."""

    kind: str
    """model | table | link table | enum | database"""
    name: str
    """As the schema calls it; the table's name where no model has it; empty for the database."""
    table: str
    """Its table where that has another name; empty otherwise."""
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        if self.kind == "database":
            return "The database"
        if self.kind == "enum":
            return f"enum {self.name}"
        return f"{self.name} (table {self.table})" if self.table else self.name


def groups(found: Iterable[Finding]) -> tuple[Group, ...]:
    """The differences by what they are of, in the order of the schema; what it does not have after, the database last."""
    by_key: dict[tuple[str, str, str], list[Finding]] = {}
    for one in sorted(found, key=lambda one: (one.position is None, one.position or Position("", 0))):
        by_key.setdefault(_key(one), []).append(one)
    loose = by_key.pop(_DATABASE, [])
    made = [Group(*key, tuple(members)) for key, members in by_key.items()]
    return (*made, *([Group(*_DATABASE, tuple(loose))] if loose else []))


_DATABASE = ("database", "", "")


def _key(one: Finding) -> tuple[str, str, str]:
    schema, _, table = one.table.rpartition(".")
    shown = one.table if schema not in ("", "public") else table
    if one.id.startswith("enum-"):
        return "enum", one.model or one.object.rpartition(".")[2], ""
    if one.id == "join-table-key":
        return "link table", "Tables of implicit many-to-many relations", ""
    if one.model:
        return "model", one.model, shown if table and shown != one.model else ""
    return ("table", shown, "") if table else _DATABASE


def headline(report: Report, found: Iterable[Finding]) -> str:
    """`10 differences in 4 models, 1 table and 2 enums`."""
    found = tuple(found)
    kinds = Counter(group.kind for group in groups(found))
    if kinds.pop("link table", 0):
        links = {one.table for one in found if one.id == "join-table-key"}
        kinds["table"] += len(links)
    parts = [counted(kinds[kind], kind) for kind in ("model", "table", "enum") if kinds[kind]]
    where = f" in {listed(parts)}" if parts else ""
    return f"{counted(len(found), 'difference')}{where}"


def sign(one: Finding) -> str:
    """`+` only in the schema, `-` only in the migrations, `~` in both, differently."""
    return "+" if one.actual == ABSENT else "-" if one.expected == ABSENT else "~"


_KINDS = {
    "table": "table",
    "enum": "enum",
    "extension": "extension",
    "schema": "database schema",
    "index": "index",
    "foreign": "foreign key",
    "primary": "primary key",
}


def label(one: Finding) -> str:
    """What a difference is about, in a word or two: `jitterMin`, `index`, `value ADMIN`."""
    name = one.object.removeprefix(one.table + ".") if one.table else one.object
    kind = one.id.partition("-")[0]
    if one.id == "join-table-key":
        return one.table.rpartition(".")[2]
    if one.id.startswith("enum-value"):
        return "value"
    if kind not in _KINDS:
        return one.field or name
    # An object that only the database has goes by its name there; those of the schema by what they say.
    named = kind in ("index", "foreign", "primary") and one.expected == ABSENT
    return f"{_KINDS[kind]} {name}" if named else _KINDS[kind]


def only(one: Finding, side: str) -> tuple[str, str]:
    """What only one side has, as a word before and what it says: (`foreign key`, `a → B(id)`), (``, `@@index([a])`)."""
    name = label(one)
    if one.id in ("table-missing", "table-extra", "enum-missing", "enum-extra"):
        # Its name stands above, and a model's name says no more.
        return f"the whole {name}", "" if side.startswith("model ") else f"({side})"
    return ("", side) if name == "index" else (name, side)


PLURALS = {"row level security": "tables with row level security"}
"""Kinds of objects whose number is said in other words."""
KINDS = frozenset({*_KINDS.values(), "value"})
"""The labels that are words, not names."""

_COUNTED = {
    "column": "column",
    "index": "index",
    "foreign": "foreign key",
    "primary": "primary key",
    "enum": "value",
    "vector": "column",
    "default": "default",
    "extension": "extension",
    "schema": "database schema",
}


def tally(group: Group) -> str:
    """The group in numbers: `+ 12 columns, 1 index · ~ 2 columns`."""
    if len(group.findings) == 1 and group.findings[0].id in ("table-missing", "table-extra"):
        return f"{sign(group.findings[0])} the whole table"
    parts = []
    for mark in "+-~":
        kinds = Counter(
            _COUNTED.get(one.id.partition("-")[0], "other") for one in group.findings if sign(one) == mark
        )
        if kinds:
            plural = {"index": "indexes", "other": "others"}
            words = (counted(kinds[kind], kind, plural.get(kind, "")) for kind in sorted(kinds))
            parts.append(f"{mark} {', '.join(words)}")
    return " · ".join(parts)
