"""Numbers of things in words: one way for every writer."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 model`, `2 models`, `2 policies`."""
    if number != 1:
        singular = plural or (
            singular[:-1] + "ies"
            if singular.endswith("y")
            else singular + ("es" if singular.endswith(("x", "ch", "sh")) else "s")
        )
    return f"{number} {singular}"
