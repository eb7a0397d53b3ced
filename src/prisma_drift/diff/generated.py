"""Unsupported types that carry a generation clause: `Unsupported("tsvector GENERATED ALWAYS AS (…) STORED")`.

Prisma writes such a text as it stands behind the column's name, and never compares it.
"""

from __future__ import annotations

import re

from ..model.schema import Column
from ..model.types import ColumnType, Family

_GENERATED = re.compile(r"(?is)\s*(\S.*?)\s+generated\s+always\s+as\s*\((.*)\)\s*(?:stored|virtual)?\s*")


def generated_text(type_: ColumnType) -> tuple[str, str] | None:
    """The type and the expression of a schema's Unsupported type that says both."""
    found = _GENERATED.fullmatch(type_.text[:20_000]) if type_.family is Family.UNSUPPORTED else None
    return (found[1], found[2]) if found else None


def whole_text(column: Column) -> str | None:
    """Type and expression as a catalog prints them; None where no catalog has been asked."""
    catalog = column.catalog
    if catalog is None:
        return None
    return (
        catalog.type
        if catalog.generated is None
        else f"{catalog.type} GENERATED ALWAYS AS ({catalog.generated})"
    )
