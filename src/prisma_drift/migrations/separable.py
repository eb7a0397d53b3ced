"""Which migration files Prisma since 7.4 cuts into statements: those of which its parser knows every one.

Its parser is sqlparser 0.61 with the PostgreSQL dialect. Of 3,689 files of real projects and small cases, what is said here
is what the parser does in all but one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .split import Statement, split

_UNKNOWN = re.compile(
    r"""(?ix)
    do\b | lock\b | reindex\b | alter\s+system\b | alter\s+sequence\b | alter\s+default\b | \\ | \ufeff
    | drop\s+index\s+concurrently\b | alter\s+index\s+if\s+exists\b
    | comment\s+on\s+(?:function|procedure|trigger|constraint|policy|aggregate|operator|rule|cast)\b
    | create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"[^"]*"|[\w-]+)\s+(?:schema|version|cascade)\b
    | alter\s+table\b (?:(?!').)*? \balter\s+constraint\b
    | alter\s+table\b (?:(?!').)*? \b(?:unique|key)\s+using\s+index\b
    | create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b .*? \bexecute\s+(?:function|procedure)\s+[\w."]+\s*\(\s*['\d]
    """,
    re.DOTALL,
)
"""How statements begin that Prisma's parser does not know, of those that real migrations hold (measured with sqlparser 0.61)."""
_BOUND = re.compile(
    r"""(?ix)
    set\s+local\b | set\s+constraints\b | create\b .*? \btemp(?:orary)?\b .*? \bon\s+commit\s+(?:drop|delete)\b
    | select\b .*? \bset_config\s*\(.*,\s*true\s*\)\s*$ | select\b .*? \bpg_(?:try_)?advisory_xact_lock\w*\s*\(
    """,
    re.DOTALL,
)
"""Statements of which nothing is left once their transaction ends."""
_LOOKED_AT = 4_000
"""Characters of a statement: a text of megabytes is no reason to search it again and again."""
_BEGINS = re.compile(r"(?i)(?:begin|start\s+transaction)\b")
_ENDS = re.compile(r"(?i)(?:commit|end|rollback|abort)\b(?!\s+(?:to|prepared)\b)")


def known_to_prisma(statements: tuple[Statement, ...]) -> bool:
    """Whether Prisma's parser is taken to know each statement, so that it cuts the file."""
    return not any(_UNKNOWN.match(statement.text[:_LOOKED_AT]) for statement in statements)


def unknown_statement(sql: str) -> str:
    """The first statement of a file that Prisma's parser does not know; empty where it knows all."""
    return next(
        (statement.text for statement in split(sql) if _UNKNOWN.match(statement.text[:_LOOKED_AT])), ""
    )


def separable(sql: str) -> tuple[Statement, ...]:
    """The statements that Prisma since 7.4 deploys one by one; none where it deploys the file whole."""
    statements = split(sql)
    return statements if len(statements) > 1 and known_to_prisma(statements) else ()


def without_effect(statements: Iterable[Statement]) -> Statement | None:
    """The first statement that stands in no transaction of the file's own and has no effect outside of one."""
    within = False
    for statement in statements:
        if _BEGINS.match(statement.text):
            within = True
        elif _ENDS.match(statement.text):
            within = False
        elif not within and _BOUND.match(statement.text[:_LOOKED_AT]):
            return statement
    return None
