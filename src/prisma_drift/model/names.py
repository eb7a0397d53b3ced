"""Names of database objects: qualification, quoting, and the names Prisma gives by default."""

from __future__ import annotations

from .values import frozen


@frozen(order=True)
class QualifiedName:
    """A schema and a name in it."""

    schema: str
    """Always filled: where nothing is written, the default schema (`?schema=` of the URL, else `public`)."""
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"
