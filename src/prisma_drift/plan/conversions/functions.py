"""Functions that a conversion needs and that live as long as it: what USING cannot say, a query or another time zone.

`USING` takes no subquery, and follows the session's time zone where a cast does. A function in `pg_temp` may do both; with it
Postgres itself carries indexes, constraints, grants, comments, statistics and the column's place over, which a new
column that is filled and renamed would have to be given again one by one.
"""

from __future__ import annotations

import re

from ...model.values import frozen
from ..render.names import quote


@frozen
class Function:
    """A function that stands before the ALTER TABLE and is gone behind it."""

    create: str
    drop: str
    name: str

    def call(self, argument: str) -> str:
        return f"{self.name}({argument})"


def function(takes: str, gives: str, body: str, *, utc: bool = False) -> Function:
    """A function of one argument, `value`; two with the same types are the same, so creating it twice does no harm."""
    slug = "_".join(re.findall(r"\w+", f"{takes} to {gives}".replace("[]", " list")))[:60]
    name = "pg_temp." + (slug if slug == slug.lower() and slug.isascii() else quote(slug))
    zone = " SET TimeZone TO 'UTC'" if utc else ""
    create = (
        f"CREATE OR REPLACE FUNCTION {name}(value {takes}) RETURNS {gives} "
        f"LANGUAGE sql{zone} AS $$ SELECT {body} $$"
    )
    return Function(create, f"DROP FUNCTION {name}({takes})", name)
