"""Why the database refused a row: surely since something is broken there, or perhaps since the row was invented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

    from ..model.schema import Table
    from .lab import Lab

_MISSING = {"42703": "column", "42P01": "relation", "42883": "function", "42704": "object"}
_NAME = re.compile(
    r'(?:relation|function|type|column|operator|schema|field|object) "?((?:[^"\s(]|(?<=\.)"|"(?=\.))+)'
)


class RefusedError(Exception):
    """A row that cannot be had."""

    def __init__(
        self, reason: str, *, certain: bool = False, sqlstate: str = "", constraint: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        """Postgres' words, or ours where nothing was sent."""
        self.certain = certain
        """Whether no other row would have been taken either."""
        self.sqlstate = sqlstate
        self.constraint = constraint


def refusal(lab: Lab, error: psycopg.Error, table: Table, given: dict[str, str | None]) -> RefusedError:
    """Postgres' refusal of a row with the `given` values for `table`, judged."""
    state, diag = error.sqlstate or "", error.diag
    words = diag.message_primary or str(error).partition("\n")[0]
    reason = words + (f" ({_place(diag.context)})" if diag.context else "")
    certain = False
    if state in _MISSING:
        certain = _is_nowhere(lab, words, state)
    elif state == "23502" and diag.table_name == table.name.name and diag.column_name not in given:
        column = table.column(diag.column_name or "")
        unknown = (
            "schema.prisma does not have it" if column is None else "schema.prisma leaves it to the database"
        )
        reason = f"the column {diag.column_name} must have a value, has no default, and {unknown}"
        certain = not diag.context
    return RefusedError(reason, certain=certain, sqlstate=state, constraint=diag.constraint_name or "")


def _place(context: str) -> str:
    """The innermost place: `PL/pgSQL function f() line 3 at assignment`."""
    lines = [line for line in context.splitlines() if "function" in line]
    return (lines or context.splitlines())[0][:120]


def _is_nowhere(lab: Lab, words: str, state: str) -> bool:
    """Whether what is missing stands in no schema at all, and no host could have brought it in a schema of its own."""
    if state == "42703":
        return True
    found = _NAME.search(words)
    if found is None:
        return False
    parts = found[1].replace('"', "").split(".")
    if len(parts) > 1:
        schema = lab.ask("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", [parts[0]])
        return bool(schema) and not lab.exists(parts[-1])
    return state == "42P01" and not lab.exists(parts[0])
