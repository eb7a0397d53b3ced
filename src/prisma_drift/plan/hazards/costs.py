"""The costs of one change, and the SELECT that counts rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...diff.base_types import ENUM, base_type
from ...model.extensions import owner
from ...model.hazards import Check, Hazard
from ...model.names import QualifiedName
from ...model.schema import Column
from ...model.values import frozen, replace
from ..conversions.kinds import CORE


@frozen
class Costs:
    """What one change may cost."""

    hazards: tuple[Hazard, ...] = ()
    checks: tuple[Check, ...] = ()


NOTHING = Costs()


def together(found: Iterable[Costs]) -> Costs:
    """Several costs as one."""
    parts = tuple(found)
    return Costs(
        tuple(hazard for part in parts for hazard in part.hazards),
        tuple(check for part in parts for check in part.checks),
    )


def identifier(name: str) -> str:
    """A name between double quotes; one inside it is doubled, since a check may be run where it matters."""
    return '"' + name.replace('"', '""') + '"'


def qualified(name: QualifiedName) -> str:
    return f"{identifier(name.schema)}.{identifier(name.name)}"


def allow(id: str, object: str) -> str:
    """The command that accepts a hazard: `prisma-drift fix --allow data-loss:User.name`."""
    import shlex

    return f"`prisma-drift fix --allow {shlex.quote(f'{id}:{object.partition(chr(46))[2] or object}')}`"


def count_rows(source: str, condition: str = "") -> str:
    """One read-only SELECT of one count over what stands after FROM."""
    return f"SELECT count(*) FROM {source}" + (f" WHERE {condition}" if condition else "")  # noqa: S608


def present(column: Column) -> str:
    """True of rows that have a value in the column."""
    return f"{identifier(column.name)} {'IS DISTINCT FROM NULL' if _may_be_a_row(column) else 'IS NOT NULL'}"


def absent(column: Column) -> str:
    """True of rows that have none."""
    return f"{identifier(column.name)} {'IS NOT DISTINCT FROM NULL' if _may_be_a_row(column) else 'IS NULL'}"


def _may_be_a_row(column: Column) -> bool:
    """Whether the type may be a composite one, of which a value whose members are all NULL `IS NULL`, too."""
    base = base_type(column)
    return base != ENUM and base not in CORE and not owner("type", base)


COUNT = "Count such rows first (`prisma-drift fix --checks` prints the query)"
"""How a hint that depends on rows begins."""

_SINCE_16 = re.compile(r"\bpg_input_is_valid\(|\bIS JSON\b")


def with_its_version(check: Check) -> Check:
    """The check, which says so where only Postgres 16 and newer can answer it: no older one knows what its types take."""
    asks = _SINCE_16.search(re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "", check.sql))
    return replace(check, message=f"{check.message} (a query for Postgres 16 or newer)") if asks else check
