"""What differs, at the terminal: grouped by model, a sign, both sides, the place and the cause."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings.words import ABSENT
from ..model.counted import counted
from ..model.report import Finding, Origin, Report
from ..model.source import Position
from .lines import Line, differences

MOST_FINDINGS = 40
"""Differences before the rest is only counted; --verbose shows all."""


def section(report: Report, *, verbose: bool) -> Iterator[Line]:
    found = differences(report)
    if not found:
        return
    left = len(found) if verbose else MOST_FINDINGS
    for name, group in _groups(found):
        if left <= 0:
            break
        yield ()
        yield ((name, "bold"),)
        for one in group[:left]:
            yield from _difference(one)
        left -= len(group)
    if left < 0:
        yield ()
        yield (
            (f"… and {counted(-left, 'more difference', 'more differences')} (--verbose shows all)", "dim"),
        )
    yield ()
    yield (
        ("+", "good"),
        (" only in the schema   ", "dim"),
        ("-", "bad"),
        (" only in the migrations   ", "dim"),
        ("~", "changed"),
        (" migrations → schema", "dim"),
    )
    yield from _explanations(found)


_TOLD = {
    "join-table-key": "Before 6.0 Prisma gave these tables a unique index, since 6.0 a primary key: part of the upgrade."
    " No row is touched.",
    "enum-value-extra": "Taking a value away fails while rows still use it.",
}
"""What cannot be seen from the two sides alone."""


def _explanations(found: list[Finding]) -> Iterator[Line]:
    ids = {one.id for one in found}
    for id, text in _TOLD.items():
        if id in ids:
            yield ()
            yield ((f"{id}: ", "dim"), (text, ""))


def _groups(found: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """By model in the order of the schema; what the schema does not have comes after, the database itself last."""
    groups: dict[str, list[Finding]] = {}
    for one in sorted(found, key=lambda one: (one.position is None, one.position or Position("", 0))):
        groups.setdefault(_group_name(one), []).append(one)
    loose = groups.pop("", None)
    return [*groups.items(), *([("The database", loose)] if loose else [])]


def _group_name(one: Finding) -> str:
    table = one.table.rpartition(".")[2]
    schema = one.table.rpartition(".")[0]
    shown = one.table if schema not in ("", "public") else table
    if one.model:
        return f"{one.model} (table {shown})" if table and shown != one.model else one.model
    if not table:
        return f"enum {one.object.rpartition('.')[2]}" if one.id in ("enum-missing", "enum-extra") else ""
    return JOIN_TABLES if one.id == "join-table-key" else shown


JOIN_TABLES = "Tables of implicit many-to-many relations"


def _difference(one: Finding) -> Iterator[Line]:
    name = label(one)
    if one.actual == ABSENT:
        sign, style, text = "+", "good", _only(one, name, _side(one.expected))
    elif one.expected == ABSENT:
        sign, style, text = "-", "bad", _only(one, name, _side(one.actual))
    else:
        sign, style, text = "~", "changed", f"{name}: {_side(one.actual)} → {_side(one.expected)}"
    yield ((f"  {sign} ", style), (text, ""))
    yield (("      " + " · ".join((*_places(one), one.id)), "dim"),)


def _only(one: Finding, name: str, side: str) -> str:
    """What only one side has."""
    if one.id in ("table-missing", "table-extra", "enum-missing", "enum-extra"):
        # Its name stands above, and a model's name says no more.
        return f"the whole {name}" + ("" if side.startswith("model ") else f" ({side})")
    return side if name == "index" else f"{name} {side}"


def _side(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:99] + "…"


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
        return name
    # An object that only the database has goes by its name there; those of the schema by what they say.
    named = kind in ("index", "foreign", "primary") and one.expected == ABSENT
    return f"{_KINDS[kind]} {name}" if named else _KINDS[kind]


def _places(one: Finding) -> tuple[str, ...]:
    where = (str(one.position),) if one.position and one.expected != ABSENT else ()
    return (*where, *((_since(one.origin),) if one.origin else ()))


def _since(one: Origin) -> str:
    return f"{one.action} by {one.migration}:{one.line}"
