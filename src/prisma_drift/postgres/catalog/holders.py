"""Reads what holds columns and enums fast, with the statements that take each away and make it again as it is.

Asked only when a plan changes or drops something: it is the one part of the catalog that a database in step needs not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import DriftError
from ...model.holders import HeldColumn, HeldObject, Holder, Holders, Opclass
from ...model.names import QualifiedName
from . import rows
from .reader import Catalog, reading

if TYPE_CHECKING:
    import psycopg


class _Id(NamedTuple):
    """An object's address in the catalog (pg_depend)."""

    class_: str
    object: int
    number: int


def holders(
    connection: psycopg.Connection[Any], names: Iterable[QualifiedName], *, default_schema: str
) -> Holders:
    """All that depends on columns of the tables, or on the enums, among `names`, directly or through one another.

    Raises DriftError where the catalog cannot be read.
    """
    import psycopg

    wanted = sorted(set(names))
    if not wanted:
        return Holders()
    try:
        with reading(connection, default_schema) as catalog:
            edges = catalog.ask(
                "holder_edges",
                rows.HolderEdgeRow,
                schemas=[name.schema for name in wanted],
                names=[name.name for name in wanted],
            ).fetchall()
            return _read(catalog, edges) if edges else Holders()
    except psycopg.Error as error:
        raise DriftError(
            f"The database's catalog cannot be read: {error.diag.message_primary or error}",
            hint="Check the connection, and that the server is Postgres 12 or newer.",
            id="catalog-unreadable",
        ) from error


def _read(catalog: Catalog, edges: Sequence[rows.HolderEdgeRow]) -> Holders:
    """The objects at the dependent ends of the edges, in one round trip, and one more for what is of no known kind."""
    ids = sorted({_Id(*edge[:3]) for edge in edges})
    classes, objects, numbers = [x.class_ for x in ids], [x.object for x in ids], [x.number for x in ids]
    asked = [
        catalog.ask(f"holder_{kind}", rows.HolderRow, objects=objects, numbers=numbers)
        for kind in ("views", "columns", "functions", "parts")
    ]
    opclasses = catalog.ask("holder_opclasses", rows.HolderOpclassRow, objects=objects)
    grants = catalog.ask("holder_grants", rows.HolderGrantRow, objects=objects)
    comments = catalog.ask(
        "holder_comments", rows.HolderCommentRow, classes=classes, objects=objects, numbers=numbers
    )
    # An object number of one catalog may stand for another thing in another.
    found = {id_: row for cursor in asked for row in cursor.fetchall() if (id_ := _Id(*row[:3])) in ids}
    strange = [one for one in ids if one not in found]
    others: list[rows.HolderOtherRow] = []
    if strange:
        others = catalog.ask(
            "holder_others",
            rows.HolderOtherRow,
            classes=[one.class_ for one in strange],
            objects=[one.object for one in strange],
            numbers=[one.number for one in strange],
        ).fetchall()
    parts = _Parts(edges, opclasses.fetchall(), grants.fetchall(), comments.fetchall())
    kinds = {id_: (row.kind, row.name) for id_, row in found.items()}
    kinds |= {_Id(*row[:3]): (row.kind, row.name) for row in others}
    made = [_holder(id_, row, parts, kinds) for id_, row in found.items()]
    made += [_other(row, parts, kinds) for row in others]
    return Holders(tuple(sorted(made, key=lambda holder: holder.key)))


class _Parts:
    """What belongs to each object."""

    def __init__(
        self,
        edges: Iterable[rows.HolderEdgeRow],
        opclasses: Iterable[rows.HolderOpclassRow],
        grants: Iterable[rows.HolderGrantRow],
        comments: Iterable[rows.HolderCommentRow],
    ) -> None:
        self.edges: dict[_Id, list[rows.HolderEdgeRow]] = defaultdict(list)
        for edge in edges:
            self.edges[_Id(*edge[:3])].append(edge)
        self.opclasses: dict[int, list[rows.HolderOpclassRow]] = defaultdict(list)
        for opclass in sorted(opclasses, key=lambda row: row.place):
            self.opclasses[opclass.object].append(opclass)
        self.grants: dict[_Id, list[rows.HolderGrantRow]] = defaultdict(list)
        for grant in grants:
            self.grants[_Id(*grant[:3])].append(grant)
        self.comments: dict[_Id, list[str]] = defaultdict(list)
        for comment in comments:
            self.comments[_Id(*comment[:3])].append(comment.definition)


def _holder(id_: _Id, row: rows.HolderRow, parts: _Parts, kinds: dict[_Id, tuple[str, str]]) -> Holder:
    opclasses = parts.opclasses[id_.object] if row.kind == "index" else []
    granted = _grants(row, parts.grants[id_]) if row.kind != "materialized view" else []
    return Holder(
        kind=row.kind,
        name=row.name,
        definition=row.definition,
        drop=row.drop,
        # The owner comes last: nobody else may comment on the object or grant anything after that.
        after=(*row.after, *parts.comments[id_], *granted, *([row.owner] if row.owner else [])),
        table=QualifiedName(row.schema, row.table_name) if row.table_name else None,
        column=row.column_name,
        obstacle=_obstacle(row.kind, parts.edges[id_]),
        grants=tuple(
            sorted({(one.role, one.privilege) for one in parts.grants[id_] if one.grantee and not one.anew})
        )
        if row.kind == "view"
        else (),
        method=opclasses[0].method if opclasses else "",
        opclasses=tuple(
            Opclass(one.column_name, one.text, one.name, one.accepts, one.is_default) for one in opclasses
        ),
        **_needs(parts.edges[id_], kinds),
    )


def _other(row: rows.HolderOtherRow, parts: _Parts, kinds: dict[_Id, tuple[str, str]]) -> Holder:
    edges = parts.edges[_Id(*row[:3])]
    obstacle = _obstacle(row.kind, edges) or f"Nothing here knows how to make a {row.kind} again as it was"
    return Holder(row.kind, row.name, "", obstacle=obstacle, **_needs(edges, kinds))


def _obstacle(kind: str, edges: Sequence[rows.HolderEdgeRow]) -> str:
    extension = next((edge.extension for edge in edges if edge.extension), "")
    if extension:
        return f"It belongs to the extension {extension}"
    if kind == "materialized view":
        return "A materialized view holds rows of its own, which may be old or take long to compute"
    return ""


def _needs(edges: Iterable[rows.HolderEdgeRow], kinds: dict[_Id, tuple[str, str]]) -> dict[str, Any]:
    """The columns, enums and holders at the other ends of the edges."""
    columns, enums, objects = set(), set(), set()
    for edge in edges:
        name = QualifiedName(edge.schema, edge.name)
        if edge.needed_class == "pg_type" and edge.name:
            enums.add(name)
        elif edge.name:
            columns.add(HeldColumn(name, edge.column_name, edge.falls))
        needed = kinds.get(_Id(*edge[3:6]))
        if needed is not None:
            objects.add(HeldObject(" ".join(needed), edge.falls))
    return {
        "columns": tuple(sorted(columns)),
        "enums": tuple(sorted(enums)),
        "objects": tuple(sorted(objects)),
    }


def _grants(row: rows.HolderRow, grants: Sequence[rows.HolderGrantRow]) -> list[str]:
    """GRANT and REVOKE statements that turn the rights of an object made anew into those that it has."""
    target = _grant_target(row)
    now = {grant[5:] for grant in grants if not grant.anew}
    anew = {grant[5:] for grant in grants if grant.anew}
    every = {privilege for _, grantee, privilege, _ in anew if not grantee}
    statements = [
        f"REVOKE {rights} ON {target} FROM {grantee or 'CURRENT_USER'}"
        for (_, grantee, _), rights in _bundled(anew - now, every)
    ]
    return statements + [
        f"GRANT {rights} ON {target} TO {grantee or 'CURRENT_USER'}{' WITH GRANT OPTION' if grantable else ''}"
        for (_, grantee, grantable), rights in _bundled(now - anew, every)
    ]


def _grant_target(row: rows.HolderRow) -> str:
    """What stands behind ON, from the statement that drops the object: both name it alike."""
    _, kind, name = row.drop.split(" ", 2)
    if row.kind == "generated column":
        return "TABLE " + name.partition(" DROP COLUMN ")[0]
    return f"TABLE {name}" if kind == "VIEW" else f"{kind} {name}"


def _bundled(
    rights: Iterable[tuple[str, str, str, bool]], every: set[str]
) -> list[tuple[tuple[str, str, bool], str]]:
    """The rights of each grantee in one list: by (column, grantee, whether they may be passed on)."""
    bundles: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for column, grantee, privilege, grantable in rights:
        bundles[column, grantee, grantable].add(privilege)
    found = []
    for key, privileges in sorted(bundles.items()):
        column = key[0]
        if not column and privileges == every:
            # Servers differ in what the list has: MAINTAIN came with Postgres 17.
            text = "ALL PRIVILEGES"
        else:
            text = ", ".join(f"{p} ({_quoted(column)})" if column else p for p in sorted(privileges))
        found.append((key, text))
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
