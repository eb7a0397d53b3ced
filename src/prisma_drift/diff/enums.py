"""Enums: created, dropped, and altered where their values differ as sets; their order is not compared."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.schema import Schema
from .changes import AlterEnum, Change, CreateEnum, DropEnum
from .rules import Rules


def compare_enums(actual: Schema, expected: Schema, rules: Rules) -> Iterator[Change]:
    """Changes of the enums that are not managed elsewhere."""
    before = {e.name: e for e in actual.enums if not rules.is_external_enum(e.name)}
    after = {e.name: e for e in expected.enums if not rules.is_external_enum(e.name)}
    for name, enum in before.items():
        if name not in after:
            yield DropEnum(enum)
            continue
        added = tuple(v for v in after[name].values if v not in enum.values)
        removed = tuple(v for v in enum.values if v not in after[name].values)
        if added or removed:
            yield AlterEnum(enum, after[name], added, removed)
    for name, enum in after.items():
        if name not in before:
            yield CreateEnum(enum)
