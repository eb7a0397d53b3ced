"""Objects that depend on what a migration drops or changes, so that Postgres refuses."""

from __future__ import annotations

import re

from .case import Case, Cause, listed, quoted

_LINE = re.compile(
    r"^(?:rule \S+ on )?(view|materialized view|policy|trigger|constraint|index|function|type)? ?(\S.*?)"
    r"(?: on (?:table |view |materialized view )?(\S.*?))? depends on (.+)$",
    re.MULTILINE,
)
_MOST = 10


def dependents(case: Case) -> Cause | None:
    """`cannot drop …`, `cannot alter type of a column used by a view or rule`: the objects, and what to write around them."""
    if case.sqlstate not in ("2BP01", "0A000") or "depends on" not in case.message.detail:
        return None
    found = [(kind, name, table) for kind, name, table, _ in _LINE.findall(case.message.detail)]
    if not found:
        return None
    said = [
        f"{kind} {name}".strip() + (f" on {table}" if table else "") for kind, name, table in found[:_MOST]
    ]
    drops = [drop for one in reversed(found) if (drop := _drop(*one))]
    made = [f"`{place}`" for kind, name, _ in found if (place := _maker(case, kind, name))]
    by = f" (made by {', '.join(dict.fromkeys(made))})" if made else ""
    first = " ".join(dict.fromkeys(drops[:_MOST]))
    return Cause(
        "dependents-in-the-way",
        f"It is in use by {listed(said)}{by}.",
        f"Write {first} in front of the statement, and make {'them' if len(drops) > 1 else 'it'} again behind it."
        if drops
        else "Drop what depends on it in front of the statement, and make it again behind it.",
    )


def _drop(kind: str, name: str, table: str) -> str:
    """The statement that drops an object as Postgres' message names it; empty for kinds that need more thought."""
    match kind:
        case "view" | "materialized view":
            return f"DROP {kind.upper()} {name};"
        case "policy" | "trigger":
            return f"DROP {kind.upper()} {quoted(name)} ON {table};"
        case "constraint":
            return f"ALTER TABLE {table} DROP CONSTRAINT {quoted(name)};"
        case "index":
            return f"DROP INDEX {name};"
        case "function":
            return f"DROP FUNCTION {name};"
    return ""


def _maker(case: Case, kind: str, name: str) -> str:
    """The last migration with a statement that makes the object."""
    bare = name.rpartition(".")[2].partition("(")[0].strip('"')
    words = r"create\s+(?:or\s+replace\s+|constraint\s+|unique\s+)*" + kind.replace(" ", r"\s+")
    pattern = rf'{words}\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(?:(?:"[^"]+"|\w+)\.)?"?{re.escape(bare)}(?![\w$])'
    if kind == "constraint":
        pattern = rf'(?s:(?:create|alter)\s+table\b.*\bconstraint\s+"?{re.escape(bare)}(?![\w$]))'
    earlier, later = case.stated(pattern)
    here = case.files[case.number].name
    return earlier[-1] if earlier else here if here in later else ""
