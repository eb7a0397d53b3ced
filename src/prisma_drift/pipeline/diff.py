"""What turns one of empty, a schema, a migrations folder or a database into another, in words or as SQL."""

from __future__ import annotations

from contextlib import ExitStack

from ..diff.rules import Rules
from ..model.values import frozen
from ..model.version import LATEST, Version
from ..plan.renames.stage import Hints
from ..plan.script import script
from ..plan.summary import summary
from .compare import Comparison, compare_sides
from .shadow import Shadow
from .source import open_side, parse_source, scope_of


@frozen
class Request:
    """What to compare, and by which rules."""

    source: str
    """What is there."""
    target: str
    """What should be there."""
    version: Version = LATEST
    default_schema: str = "public"
    shadow: str = "embedded"
    strategy: str = "plain"
    """plain | preserve"""
    renames: tuple[str, ...] = ()
    """Told renames, `OLD=NEW`."""


def run(request: Request) -> Comparison:
    """Compare the two.

    The shadow is started where migrations are to be run, or where a database and a schema use words of which only
    Postgres can say whether they are the same. A database given by its URL is read in one read-only transaction.
    """
    rules = Rules(request.version)
    ends = [
        parse_source(text, version=request.version, default_schema=request.default_schema)
        for text in (request.source, request.target)
    ]
    scope = scope_of(ends, rules)
    with ExitStack() as stack:
        shadow = Shadow(request.shadow, stack)
        actual, expected = (open_side(end, scope, shadow, stack) for end in ends)
        hints = Hints(request.renames, guess=request.strategy == "preserve")
        return compare_sides(actual, expected, rules, strategy=request.strategy, hints=hints)


def as_script(comparison: Comparison, *, warnings: bool = False) -> str:
    """The SQL that turns the one into the other, in Prisma's layout."""
    return script(comparison.plan, warnings=warnings)


def in_words(comparison: Comparison, version: Version = LATEST) -> str:
    """Prisma's summary, without the blank line in front and the bracket that it leaves behind an added primary key."""
    told = summary(comparison.difference, comparison.actual, comparison.expected, Rules(version))
    return told.replace(")\n)\n", ")\n").lstrip("\n")
