"""Lets what holds a column fast step aside: dropped before the column changes, made again as it was behind it.

Postgres refuses to retype or drop a column under a view, a policy, a trigger, a generated column, a function; and what it
rebuilds by itself (indexes, checks, keys) it may find not to fit. Who depends on whom is read from the catalog
(model/holders.py), so nothing here guesses from texts. What cannot come back is told, never dropped in silence.
"""

from .held import asked
from .release import Release, around, release

__all__ = ["Release", "around", "asked", "release"]
