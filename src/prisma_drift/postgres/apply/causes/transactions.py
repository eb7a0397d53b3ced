"""Statements that cannot share a transaction with others: a file of several statements is one transaction."""

from __future__ import annotations

import re

from .case import Case, Cause


def enum_value_unsafe(case: Case) -> Cause | None:
    if case.sqlstate != "55P04":
        return None
    value = case.find(r'"(.*)"')
    named = f"`{value[1]}`" if value else "the value"
    return Cause(
        "enum-value-unsafe",
        f"{named[:1].upper() + named[1:]} is added to its enum in the same transaction that uses it, and Postgres lets"
        " a new value be used only after the transaction that added it.",
        "Move ALTER TYPE … ADD VALUE to a migration of its own, in front of the one that uses the value.",
    )


def not_in_transaction(case: Case) -> Cause | None:
    if case.sqlstate != "25001":
        return None
    words = re.sub(r"\s+", " ", re.sub(r'".*', "", case.statement)).upper().split(" ")
    concurrently = "CONCURRENTLY" in case.statement.upper()
    command = " ".join(
        [*words[:2], *(["CONCURRENTLY"] if concurrently and "CONCURRENTLY" not in words[:2] else [])]
    )
    return Cause(
        "not-in-transaction",
        f"Postgres runs a file of several statements as one transaction, and {command} cannot run in one.",
        "Put that statement alone into a migration of its own"
        + (", or leave CONCURRENTLY out." if concurrently else "."),
    )
