"""What a database's catalogs say, as comparable rows, and in what two databases differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ..model.values import frozen
from .archive import Entry

if TYPE_CHECKING:
    from ..postgres.server.database import Connection, Database

Fact = tuple[str, str, str]
"""Kind, object, everything that the catalogs say of it."""


@frozen
class Contents:
    """All of a database but its rows."""

    entries: tuple[Entry, ...]
    """As pg_dump says it."""
    facts: tuple[Fact, ...]
    """As the catalogs say it: also what a dump does not."""
    last: tuple[str, ...] = ()
    """Statements for what a dump leaves out: where sequences stand, materialized views that are filled."""


def contents(database: Database) -> Contents:
    """What a database of the shadow holds."""
    from .dump import dump

    entries = tuple(dump(database))
    with database.connect() as connection, connection.transaction(force_rollback=True):
        # Everything that is not the catalog's own is named with its schema.
        connection.execute(b"SET LOCAL search_path = pg_catalog, pg_temp")
        rows = connection.execute(query("facts")).fetchall()
        facts = tuple(sorted((str(kind), str(name), normal(str(said))) for kind, name, said in rows))
        last = (*_sequences(connection), *_filled(connection))
    return Contents(entries, facts + tuple(("at the end", text, "") for text in last), last)


@cache
def query(name: str) -> bytes:
    """The text of queries/<name>.sql."""
    return resources.files(__package__).joinpath("queries", f"{name}.sql").read_bytes()


def _sequences(connection: Connection) -> Iterator[str]:
    for name, start in connection.execute(query("sequences")).fetchall():
        row = connection.execute(f"SELECT last_value, is_called FROM {name}".encode()).fetchone()  # noqa: S608  quoted
        if row is not None and (row[1] or row[0] != start):
            quoted = "'" + str(name).replace("'", "''") + "'"
            yield f"SELECT pg_catalog.setval({quoted}, {row[0]}, {'true' if row[1] else 'false'});"


def _filled(connection: Connection) -> list[str]:
    """Views of views come after those that they read: the order in which they were made."""
    rows = connection.execute(
        b"SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        b" WHERE c.relkind = 'm' AND c.relispopulated AND n.nspname !~ '^pg_' ORDER BY c.oid"
    ).fetchall()
    return [f"REFRESH MATERIALIZED VIEW {name};" for (name,) in rows]


def differences(old: Contents, new: Contents) -> list[str]:
    """What one has and the other has not, or has otherwise; empty where they are the same."""
    said = list(_of_entries(old.entries, new.entries))
    mine, theirs = Counter(old.facts), Counter(new.facts)
    lost = {(kind, name): text for kind, name, text in (mine - theirs)}
    gained = {(kind, name): text for kind, name, text in (theirs - mine)}
    for kind, name in sorted(lost.keys() | gained.keys()):
        how = "is not the same" if (kind, name) in lost and (kind, name) in gained else ""
        how = how or ("is missing" if (kind, name) in lost else "is there in addition")
        said.append(f"{kind} {name} {how}")
    return list(dict.fromkeys(said))


def different_names(old: Contents, new: Contents) -> frozenset[str]:
    """The same as names alone, as the dump and the catalogs have them, without quotes: what belongs to a table begins with its."""
    entries = Counter(map(_plain, old.entries)), Counter(map(_plain, new.entries))
    facts = Counter(old.facts), Counter(new.facts)
    names = {
        f"{schema}.{tag}" for _, schema, tag, *_ in (entries[0] - entries[1]) | (entries[1] - entries[0])
    }
    names |= {name.replace('"', "") for _, name, _ in (facts[0] - facts[1]) | (facts[1] - facts[0])}
    return frozenset(names)


def key(entry: Entry) -> tuple[str, str, str, str]:
    """What makes entries of two dumps the same object, whoever owns it."""
    return (entry.kind, entry.schema, entry.tag, normal(entry.definition))


def _of_entries(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[str]:
    mine, theirs = Counter(map(_plain, old)), Counter(map(_plain, new))
    names = {_plain(entry): entry.name for entry in (*old, *new)}
    for entry in sorted((mine - theirs) | (theirs - mine)):
        yield f"{names[entry]} is {'missing or not the same' if entry in mine else 'there otherwise'}"


def _plain(entry: Entry) -> tuple[str, str, str, str, str]:
    return (*key(entry), entry.owner)


_ELEMENT = r"'(?:[^']|'')*'::[a-z][\w ]*(?:\(\d+\))?"
_CAST_ARRAY = re.compile(rf"\(ARRAY\[({_ELEMENT}(?:, {_ELEMENT})*)\]\)::([a-z][\w ]*)\[\]")


def normal(text: str) -> str:
    """Texts that Postgres prints as one and reads as another, in the form that it reads.

    A cast of `ARRAY[…]` is taken to its elements (`transformArrayExpr` in Postgres' parse_expr.c): what is stored as the
    first and printed comes back as the second, with the same meaning.
    """
    return _CAST_ARRAY.sub(
        lambda m: f"ARRAY[{', '.join(f'({one})::{m[2]}' for one in re.findall(_ELEMENT, m[1]))}]", text
    )
