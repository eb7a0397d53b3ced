"""Indexes: Prisma's view, and the catalog's facts that Prisma overlooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prisma_drift.model.schema import CatalogIndex, Index, IndexColumn, Opclass, Schema
from prisma_drift.postgres.catalog.introspect import introspect

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int, b text, j jsonb, l int[], r int4range);"
EXTENSIONS = {
    "vector": "CREATE EXTENSION vector; ALTER TABLE t ADD e vector(3);",
    "trgm": "CREATE EXTENSION pg_trgm;",
    "bloom (": "CREATE EXTENSION bloom;",
}


def read(connection: Connection, sql: str, *, partial: bool = False) -> Schema:
    extensions = [text for word, text in EXTENSIONS.items() if word in sql]
    connection.execute("".join([TABLE, *extensions, sql]).encode())
    return introspect(connection, default_schema="public", partial_indexes=partial)


def only(schema: Schema) -> tuple[Index, CatalogIndex]:
    (index,) = schema.tables[0].indexes
    assert index.catalog is not None
    return index, index.catalog


def test_names_in_byte_order_and_sorting(connection: Connection) -> None:
    schema = read(
        connection, 'CREATE INDEX b ON t (a DESC, b); CREATE INDEX "Z" ON t (b); CREATE INDEX a ON t (a)'
    )
    indexes = schema.tables[0].indexes
    assert [i.name for i in indexes] == ["Z", "a", "b"]
    assert indexes[2].columns == (IndexColumn("a", "desc"), IndexColumn("b", "asc"))
    assert indexes[1].catalog == CatalogIndex(
        definition="", method="btree", opclasses=("int4_ops",), default_opclasses=(True,)
    )
    assert not [u for u in schema.unmanaged if u.kind == "index"]


@pytest.mark.parametrize(
    ("sql", "method", "opclass"),
    [
        ("USING gin (j)", "gin", Opclass("jsonb_ops", default=True)),
        ("USING gin (j jsonb_path_ops)", "gin", Opclass("jsonb_path_ops")),
        ("USING gin (b gin_trgm_ops)", "gin", Opclass("gin_trgm_ops")),
        ("USING gin (l)", "gin", Opclass("array_ops", default=True)),
        ("USING gist (r)", "gist", Opclass("range_ops", default=True)),
        ("USING spgist (b)", "spgist", Opclass("text_ops", default=True)),
        ("USING brin (a int4_bloom_ops)", "brin", Opclass("int4_bloom_ops")),
        ("USING hash (b)", "hash", None),
        ("(b text_pattern_ops)", "btree", None),
        ("USING hnsw (e vector_l2_ops)", "btree", None),
        ("USING bloom (a)", "btree", None),
    ],
)
def test_methods_and_operator_classes(
    connection: Connection, sql: str, method: str, opclass: Opclass | None
) -> None:
    index, _ = only(read(connection, f"CREATE INDEX i ON t {sql}"))
    assert index.method == method
    assert index.columns[0].opclass == opclass


@pytest.mark.parametrize(
    ("sql", "unmanaged", "facets"),
    [
        ("INDEX i ON public.t USING hnsw (e vector_l2_ops)", ("hnsw",), ()),
        ("INDEX i ON public.t USING ivfflat (e vector_ip_ops) WITH (lists='1')", ("ivfflat",), ()),
        ("INDEX i ON public.t USING bloom (a)", ("bloom",), ()),
        ("INDEX i ON public.t USING btree (a) INCLUDE (b)", ("include",), ()),
        ("INDEX i ON public.t USING btree (a) WHERE (b IS NULL)", ("partial",), ()),
        ('INDEX i ON public.t USING btree (b COLLATE "C")', (), ("collation",)),
        ("INDEX i ON public.t USING btree (a NULLS FIRST)", (), ("nulls-order",)),
        ("INDEX i ON public.t USING btree (a DESC NULLS LAST)", (), ("nulls-order",)),
        ("UNIQUE INDEX i ON public.t USING btree (a) NULLS NOT DISTINCT", (), ("nulls-not-distinct",)),
        ("INDEX i ON public.t USING btree (b text_pattern_ops)", (), ("opclass",)),
        ("INDEX i ON public.t USING btree (a) WITH (fillfactor='70')", (), ("storage",)),
    ],
)
def test_what_the_language_lacks(
    connection: Connection, sql: str, unmanaged: tuple[str, ...], facets: tuple[str, ...]
) -> None:
    schema = read(connection, f"CREATE {sql}")
    index, catalog = only(schema)
    assert (catalog.unmanaged, catalog.facets) == (unmanaged, facets)
    assert catalog.definition == f"CREATE {sql}"
    (listed,) = [u for u in schema.unmanaged if u.kind == "index"]
    assert (listed.name, listed.table, listed.definition) == ("public.i", "public.t", catalog.definition)
    assert listed.why == unmanaged + facets
    assert [c.name for c in index.columns] == [sql.split("(")[1].split(maxsplit=1)[0].rstrip(")")]


def test_include_columns_stand_apart(connection: Connection) -> None:
    index, catalog = only(read(connection, "CREATE UNIQUE INDEX i ON t (a) INCLUDE (b, id)"))
    assert (index.unique, [c.name for c in index.columns], catalog.include) == (True, ["a"], ("b", "id"))


def test_partial_indexes_with_the_preview_feature(connection: Connection) -> None:
    sql = "CREATE INDEX i ON t (a) WHERE b = 'x' AND a IN (1, 2)"
    index, catalog = only(read(connection, sql, partial=True))
    assert index.predicate == catalog.predicate == "((b = 'x'::text) AND (a = ANY (ARRAY[1, 2])))"
    assert catalog.unmanaged == ()
    _, without = only(introspect(connection, default_schema="public"))
    assert without.unmanaged == ("partial",)


def test_expressions_and_exclusions_are_unmanaged_only(connection: Connection) -> None:
    schema = read(
        connection,
        """CREATE INDEX i ON t (a, lower(b)); ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)""",
    )
    assert schema.tables[0].indexes == ()
    assert [(u.kind, u.name, u.definition) for u in schema.unmanaged] == [
        ("exclusion", "public.t.x", "ALTER TABLE public.t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)"),
        ("index", "public.i", "CREATE INDEX i ON public.t USING btree (a, lower(b))"),
    ]


def test_constraints_that_are_indexes(connection: Connection) -> None:
    schema = read(
        connection,
        """
        ALTER TABLE t ADD CONSTRAINT plain UNIQUE (a), ADD CONSTRAINT late UNIQUE (b) DEFERRABLE,
            ADD CONSTRAINT nulls UNIQUE NULLS NOT DISTINCT (a, b);
        """,
    )
    found = {i.name: i.catalog for i in schema.tables[0].indexes if i.catalog}
    assert [c.constraint for c in found.values()] == ["u", "u", "u"]
    assert (found["late"].deferrable, found["late"].facets) == (True, ("deferrable",))
    assert found["nulls"].nulls_not_distinct
    assert [(u.kind, u.name, u.definition) for u in schema.unmanaged] == [
        ("constraint", "public.t.late", "ALTER TABLE public.t ADD CONSTRAINT late UNIQUE (b) DEFERRABLE"),
        (
            "index",
            "public.nulls",
            "ALTER TABLE public.t ADD CONSTRAINT nulls UNIQUE NULLS NOT DISTINCT (a, b)",
        ),
    ]
