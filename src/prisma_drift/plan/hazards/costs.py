"""The costs of one change, and the SELECT that counts rows."""

from __future__ import annotations

from ...model.hazards import Check, Hazard
from ...model.names import QualifiedName
from ...model.values import frozen


@frozen
class Costs:
    """What one change may cost."""

    hazards: tuple[Hazard, ...] = ()
    checks: tuple[Check, ...] = ()


NOTHING = Costs()


def identifier(name: str) -> str:
    """A name between double quotes; one inside it is doubled, since a check may be run where it matters."""
    return '"' + name.replace('"', '""') + '"'


def count_rows(table: QualifiedName, condition: str) -> str:
    """One read-only SELECT of one count."""
    return f"SELECT count(*) FROM {identifier(table.schema)}.{identifier(table.name)} WHERE {condition}"  # noqa: S608
