"""A plan as text, in Prisma's layout."""

from __future__ import annotations

from .plan import Plan, Statement

EMPTY = "-- This is an empty migration.\n"


def script(plan: Plan, *, warnings: bool = False) -> str:
    """The SQL script, ending in one newline; with `warnings`, Prisma's block of warnings in front.

    `prisma migrate diff --script` prints no warnings, `prisma migrate dev` writes them into the file.
    """
    if not plan.steps:
        return EMPTY
    blocks = [f"-- {step.kind}\n" + "".join(map(_statement, step.statements)) for step in plan.steps]
    text = "\n".join(blocks)
    said = (*plan.warnings, *plan.unexecutable)
    return _warnings_block(said) + text if warnings and said else text


def _statement(statement: Statement) -> str:
    purpose = f"-- {' '.join(statement.purpose.split())}\n" if statement.purpose else ""
    return f"{purpose}{statement.sql};\n"


def _warnings_block(said: tuple[str, ...]) -> str:
    lines = "".join(f"  - {text}\n" for text in said)
    return f"/*\n  Warnings:\n\n{lines}\n*/\n"
