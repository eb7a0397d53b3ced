"""Statements that cannot share a transaction with others: a file of several statements is one transaction, if sent whole."""

from __future__ import annotations

import re

from ....migrations.separable import separable, unknown_statement
from ....model.version import Version
from .case import Case, Cause


def enum_value_unsafe(case: Case) -> Cause | None:
    if case.sqlstate != "55P04":
        return None
    # Postgres quotes the type's name where it has to, and never what stands in the value's quotes.
    found = case.find(r'(?s)value "(.*)" of enum type (.+)$')
    value, type_ = (f"`{found[1]}`", found[2]) if found else ("The value", "its enum")
    return Cause(
        "enum-value-unsafe",
        f"{value} is added to {type_} in the same transaction that uses it, and Postgres lets a new value be used only"
        f" after the transaction that added it.{_whole(case)}",
        f"Move ALTER TYPE … ADD VALUE to a migration of its own, in front of the one that uses the value{_or_update(case)}.",
    )


def not_in_transaction(case: Case) -> Cause | None:
    if case.sqlstate != "25001":
        return None
    words = re.sub(r"\s+", " ", re.sub(r'".*', "", case.statement)).upper().split(" ")
    concurrently = "CONCURRENTLY" in case.statement.upper()
    command = " ".join(
        [*words[:2], *(["CONCURRENTLY"] if concurrently and "CONCURRENTLY" not in words[:2] else [])]
    )
    other = ", or leave CONCURRENTLY out" if concurrently else ""
    return Cause(
        "not-in-transaction",
        f"Postgres runs a file of several statements as one transaction, and {command} cannot run in one.{_whole(case)}",
        f"Put that statement alone into a migration of its own{other}{_or_update(case)}.",
    )


def _whole(case: Case) -> str:
    """Why this Prisma sends the file whole, where another would not or might be thought not to."""
    version = case.version
    if not version.deploys_by_statement:
        return ""
    if version.shadows_by_statement:
        begins = " ".join(unknown_statement(case.sql).split()[:3])
        rule = f" Prisma {version} cuts a file into statements only where its parser knows them all, not `{begins} …`."
        return rule if begins else ""
    if not separable(case.sql):
        return ""
    return (
        f" `migrate deploy` of Prisma {version} runs the statements one by one and applies it; `migrate dev` and"
        f" `migrate diff` do not (P3006), until {Version(7, 8)}."
    )


def _or_update(case: Case) -> str:
    better = case.version.deploys_by_statement and not case.version.shadows_by_statement
    return ", or update to Prisma 7.8" if better and separable(case.sql) else ""
