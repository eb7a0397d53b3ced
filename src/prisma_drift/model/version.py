"""Prisma's version, and what behaves differently from one to the next."""

from __future__ import annotations

import re

from .values import frozen

_MOST_DIGITS = 9
"""Of one part of a version: more are none, and Python refuses to read thousands of them."""


@frozen(order=True)
class Version:
    """A release of Prisma; ordering is by number."""

    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """The first version number in `text` (`^6.19.0`, `7`, `v5.22`, `>=6 <7`); None where there is none."""
        found = re.search(r"([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?", text)
        if not found or max(len(part or "") for part in found.groups()) > _MOST_DIGITS:
            return None
        return cls(int(found[1]), int(found[2] or 0), int(found[3] or 0))

    @property
    def join_table_primary_key(self) -> bool:
        """Implicit many-to-many tables have a primary key (A, B), not a unique index."""
        return self >= Version(6)

    @property
    def qualifies_default_schema(self) -> bool:
        """Objects with an explicit @@schema of the default schema print qualified.

        6.19.1 and 7.0.1 were released with the engine of 7.1.
        """
        return self < Version(6, 19, 1) or self == Version(7)

    @property
    def qualifies_everything(self) -> bool:
        """Objects of the default schema print qualified even where no @@schema is written."""
        return Version(6, 13) <= self < Version(6, 17)

    @property
    def qualifies_drops(self) -> bool:
        """What is dropped prints qualified, whatever its schema."""
        return Version(6, 13) <= self < Version(6, 19)

    @property
    def creates_default_schema(self) -> bool:
        """From-empty scripts begin with CREATE SCHEMA IF NOT EXISTS "public"."""
        return self.qualifies_everything or not self.qualifies_default_schema

    @property
    def reads_schemas(self) -> bool:
        """Objects of a database carry their schema even where the datasource lists none."""
        return self >= Version(6, 13)

    @property
    def summarises_schemas(self) -> bool:
        """The summary in words speaks of new schemas."""
        return not self.qualifies_default_schema

    @property
    def partial_indexes(self) -> bool:
        """`where:` on indexes exists (preview feature partialIndexes)."""
        return self >= Version(7, 4)

    @property
    def splits_rename_constraint(self) -> bool:
        """RENAME CONSTRAINT is a statement of its own."""
        return self >= Version(7, 9)

    @property
    def keyless_views(self) -> bool:
        """Views may have neither a primary key nor an index other than @@unique."""
        return self >= Version(6, 13)

    @property
    def migrations_beside_datasource(self) -> bool:
        """Where no config names it, the migrations folder is sought beside the file with the datasource, and nowhere else."""
        return self >= Version(6, 6)

    @property
    def sorts_alphabetically(self) -> bool:
        """Migrations run in the order of JavaScript's localeCompare, no longer in that of bytes."""
        return self >= Version(6, 6)

    @property
    def deploys_by_statement(self) -> bool:
        """`migrate deploy` sends each statement of a file alone, where its parser knows every one (prisma-engines 5767)."""
        return self >= Version(7, 4)

    @property
    def shadows_by_statement(self) -> bool:
        """The shadow database of `migrate dev` and `migrate diff` gets them so as well (prisma-engines 5799)."""
        return self >= Version(7, 8)

    @property
    def url_in_schema(self) -> bool:
        """The datasource block must hold a url (and must not, afterwards)."""
        return self < Version(7)


LATEST = Version(7, 10, 0)
"""The newest release whose rules are known; used where a project does not say which it has."""
