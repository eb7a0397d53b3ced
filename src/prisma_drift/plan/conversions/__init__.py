"""How the values of a column survive a change of its type: by themselves, by an expression, by a function, or not at all.

Prisma's table of casts (diff/casts.py) says what Prisma prints; this one says what Postgres does with the rows, and on which
of them it stops or cuts. Rules are those of scalars (`scalars`), and of lists of them (`lists`).
"""

from __future__ import annotations

from .convert import conversion, conversions

__all__ = ["conversion", "conversions"]
