"""The entries of a dump as one migration: in dependency order, grants behind all objects, what is to be filled last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..postgres.catalog.reader import quote
from .archive import Entry

_GRANTS = frozenset({"ACL", "ACL LANGUAGE", "DEFAULT ACL"})
_BODIES = frozenset({"FUNCTION", "PROCEDURE"})
_OWNED_BY_NAME = frozenset(
    {
        "COLLATION", "CONVERSION", "DOMAIN", "FOREIGN TABLE", "MATERIALIZED VIEW", "SEQUENCE", "STATISTICS", "TABLE",
        "TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY", "TYPE", "VIEW", "SCHEMA",
    }
)  # fmt: skip
_OWNED_BY_SIGNATURE = frozenset(
    {"AGGREGATE", "FUNCTION", "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURE"}
)
HEAD = """\
-- One migration in place of {count}, made by prisma-drift baseline: the schema that they built. What Prisma would write
-- otherwise, or not at all, stands in Postgres' own words.

"""


def compose(entries: Sequence[Entry], *, count: int, role: str, last: Iterable[str] = ()) -> str:
    """The migration's text. `role` is who runs it: what others own is given to them. `last`: statements for the end."""
    ordered = [one for one in entries if one.kind not in _GRANTS] + [
        one for one in entries if one.kind in _GRANTS
    ]
    parts = [HEAD.format(count="1 migration" if count == 1 else f"{count} migrations")]
    # A function may use what comes behind it; Postgres reads a body when it is first called.
    bodies = any(one.kind in _BODIES for one in ordered)
    if bodies:
        parts.append("SET check_function_bodies = false;\n\n")
    for entry in ordered:
        text = _statement(entry)
        if text:
            parts.append(f"-- {_heading(entry)}\n{text}\n\n")
        if (owner := _owner(entry, role)) is not None:
            parts.append(f"{owner}\n\n")
    parts += [f"{statement}\n\n" for statement in last]
    if bodies:
        parts.append("RESET check_function_bodies;\n")
    return "".join(parts).rstrip("\n") + "\n"


_PRISMA = {
    "TABLE": "CreateTable",
    "INDEX": "CreateIndex",
    "FK CONSTRAINT": "AddForeignKey",
    "SCHEMA": "CreateSchema",
    "EXTENSION": "CreateExtension",
}
"""What Prisma writes above such a statement."""


def _heading(entry: Entry) -> str:
    if entry.kind == "TYPE" and " AS ENUM " in entry.definition:
        return "CreateEnum"
    return _PRISMA.get(entry.kind, entry.kind.capitalize())


def _statement(entry: Entry) -> str:
    text = entry.definition.strip("\n")
    if entry.kind == "SCHEMA" and text.startswith("CREATE SCHEMA ") and text.count(";") == 1:
        # A host or Prisma itself may have made it.
        return text.replace("CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS ", 1)
    return text


def _owner(entry: Entry, role: str) -> str | None:
    """The statement that gives an object to whom it belongs; None where that is who makes it."""
    if not entry.owner or entry.owner == role:
        return None
    if entry.kind in _OWNED_BY_NAME:
        name = f"{quote(entry.schema)}.{quote(entry.tag)}" if entry.schema else quote(entry.tag)
        return f"ALTER {entry.kind} {name} OWNER TO {quote(entry.owner)};"
    if entry.kind in _OWNED_BY_SIGNATURE and entry.drop.startswith("DROP "):
        return f"ALTER {entry.drop.removeprefix('DROP ').rstrip().rstrip(';')} OWNER TO {quote(entry.owner)};"
    return None
