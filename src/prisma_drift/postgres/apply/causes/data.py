"""Migrations that assume rows: a shadow database holds only what migrations insert."""

from __future__ import annotations

from .case import Case, Cause, quoted

RAISED = ("P0001", "P0002", "P0003", "P0004")


def rows_assumed(case: Case) -> Cause | None:
    if case.sqlstate in RAISED:
        return Cause(
            "rows-assumed",
            "The migration raises this error itself: what it expects of the data does not hold in an empty database.",
            "Let the check pass where there are no rows, as on a new developer's machine or in a preview database.",
        )
    if case.sqlstate[:2] not in ("23", "21", "22") or case.primary.startswith("invalid value for parameter"):
        return None
    constraint = f" (`{case.message.object_name}`)" if case.message.object_name else ""
    detail = f" {case.message.detail}" if case.message.detail else ""
    if case.sqlstate == "23503":
        return Cause(
            "rows-assumed",
            f"The migration inserts a row whose parent no migration inserts{constraint}.{detail}",
            "Insert the parent row in the migration, or make the insertion depend on it (INSERT … SELECT … WHERE EXISTS).",
        )
    return Cause(
        "rows-assumed",
        f"The rows that earlier migrations insert do not fit this one{constraint}.{detail}",
        "Mend or remove those rows in the migration before it changes the table.",
    )


def default_in_the_way(case: Case) -> Cause | None:
    """A column's default that the new type cannot take over."""
    found = case.find(r'^default for column "(.+)" cannot be cast automatically to type (.+)$')
    if case.sqlstate != "42804" or not found:
        return None
    name = quoted(found[1])
    return Cause(
        "migration-failed",
        "The column's default is of the old type, and Postgres does not convert it.",
        f"Write ALTER COLUMN {name} DROP DEFAULT in a statement in front, and SET DEFAULT with the new value behind it.",
    )


def not_immutable(case: Case) -> Cause | None:
    """What an index, a generated column or a partition key computes must always come out the same."""
    if case.sqlstate != "42P17" or "immutable" not in case.primary.lower():
        return None
    return Cause(
        "migration-failed",
        "What Postgres stores must come out the same for ever; now(), unaccent() or a conversion to text by a setting do not.",
        "Where you know better, put the expression into a function of your own that is declared IMMUTABLE, in front of the"
        " statement.",
    )
