"""What a plan is made with, handed to every rule and renderer."""

from __future__ import annotations

from ..diff.rules import Rules
from ..model.schema import Schema
from ..model.values import frozen
from .render.names import Names


@frozen
class Context:
    """Both schemas, the rules, and how names are written."""

    actual: Schema
    expected: Schema
    rules: Rules
    names: Names
    preserve: bool = False
    """Keep data where Prisma's way would lose it."""
    corrects: bool = True
    """Write SQL that works where Prisma's does not. Not where one schema file is compared with another in the plain
    way: that is Prisma's text, since there is no database for it to fail on."""
