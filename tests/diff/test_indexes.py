"""Indexes: paired by structure; what no schema can declare is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.changes import Diff
from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import CatalogIndex, Index, IndexColumn, Schema
from prisma_drift.model.values import replace
from prisma_drift.model.version import Version

Models = Callable[..., Schema]
PLAIN = "model U {\n id Int @id\n a String?\n b Int?\n%s\n}"


def with_indexes(schema: Schema, *indexes: Index) -> Schema:
    return replace(schema, tables=(replace(schema.tables[0], indexes=indexes),))


def index(name: str, *columns: str, **more: object) -> Index:
    """An index of the catalog; `method`, `unique`, `predicate` and fields of CatalogIndex by name."""
    own = {k: more.pop(k) for k in ("unique", "predicate") if k in more}
    settings = {"definition": f"CREATE INDEX {name}", "method": "btree", **more}
    method = settings["method"] if settings["method"] in ("gin", "hash") else "btree"
    if "predicate" in own:
        settings["predicate"] = own["predicate"]
    catalog = CatalogIndex(**settings)  # type: ignore[arg-type]
    return Index(name, tuple(IndexColumn(c, "asc") for c in columns), method=method, catalog=catalog, **own)  # type: ignore[arg-type]


def said(found: Diff) -> tuple[list[str], list[str]]:
    return [type(c).__name__ for c in found.changes], [n.rule for n in found.notes]


def test_an_undeclared_index_is_dropped(as_database: Models, models: Models) -> None:
    actual = with_indexes(
        as_database(PLAIN % ""), index("U_a_idx", "a", opclasses=("text_pattern_ops",), facets=("opclass",))
    )
    assert said(diff(actual, models(PLAIN % ""))) == (["DropIndex"], [])


@pytest.mark.parametrize(
    "strange",
    [
        {"method": "hnsw", "unmanaged": ("hnsw",)},
        {"include": ("b",), "unmanaged": ("include",)},
        {"unique": True, "nulls_not_distinct": True, "facets": ("nulls-not-distinct",)},
    ],
)
def test_what_cannot_be_declared_stays(
    as_database: Models, models: Models, strange: dict[str, object]
) -> None:
    actual = with_indexes(as_database(PLAIN % ""), index("x", "a", **strange))
    assert said(diff(actual, models(PLAIN % ""))) == ([], ["would-drop"])
    assert said(diff(actual, models(PLAIN % ""), Rules(faithful=True))) == (["DropIndex"], [])


@pytest.mark.parametrize(
    ("strange", "notes"),
    [
        ({"method": "hnsw", "unmanaged": ("hnsw",)}, ["index-satisfied"]),
        ({"include": ("b",), "unmanaged": ("include",)}, ["would-drop", "index-satisfied"]),
    ],
)
def test_it_may_serve_a_declared_one(
    as_database: Models, models: Models, strange: dict[str, object], notes: list[str]
) -> None:
    actual = with_indexes(as_database(PLAIN % ""), index("x", "a", **strange))
    assert said(diff(actual, models(PLAIN % " @@index([a])"))) == ([], notes)
    assert said(diff(actual, models(PLAIN % " @@index([a, b])")))[0] == ["CreateIndex"]
    assert said(diff(actual, models(PLAIN % " @@unique([a])")))[0] == ["CreateIndex"]


def test_prisma_does_not_see_expression_indexes(as_database: Models, models: Models) -> None:
    actual = with_indexes(
        as_database(PLAIN % ""), index("U_a_idx", expression=True, unmanaged=("expression",))
    )
    assert said(diff(actual, models(PLAIN % ""))) == ([], [])
    assert said(diff(actual, models(PLAIN % " @@index([b])")))[0] == ["CreateIndex"]
    assert said(diff(actual, models(PLAIN % " @@index([a])"))) == ([], ["index-name-taken"])


@pytest.mark.parametrize(
    ("version", "features", "undeclared", "declared"),
    [
        (Version(7, 3), (), [], ["CreateIndex"]),
        (Version(7, 5), (), [], ["RenameIndex"]),
        (Version(7, 5), ("partialIndexes",), ["DropIndex"], ["DropIndex", "CreateIndex"]),
    ],
)
def test_partial_indexes_by_version(
    as_database: Models,
    models: Models,
    version: Version,
    features: tuple[str, ...],
    undeclared: list[str],
    declared: list[str],
) -> None:
    actual = with_indexes(
        as_database(PLAIN % ""),
        index("part", "a", predicate="(b > 1)", unmanaged=() if features else ("partial",)),
    )
    rules = Rules(version=version)
    assert said(diff(actual, models(PLAIN % "", features=features), rules))[0] == undeclared
    assert said(diff(actual, models(PLAIN % " @@index([a])", features=features), rules))[0] == declared


def test_prisma_7_4_dropped_partial_indexes_unasked(as_database: Models, models: Models) -> None:
    actual = with_indexes(
        as_database(PLAIN % ""), index("part", "a", predicate="(b > 1)", unmanaged=("partial",))
    )
    assert said(diff(actual, models(PLAIN % ""), Rules(version=Version(7, 4), faithful=True)))[0] == [
        "DropIndex"
    ]
    assert said(diff(actual, models(PLAIN % ""), Rules(version=Version(7, 4))))[0] == []


def test_a_lone_twin_is_renamed_and_twins_are_not(as_database: Models, models: Models) -> None:
    one = with_indexes(as_database(PLAIN % ""), index("x1", "a"))
    two = with_indexes(as_database(PLAIN % ""), index("x1", "a"), index("x2", "a"))
    wanted = models(PLAIN % ' @@index([a], map: "y")')
    assert said(diff(one, wanted))[0] == ["RenameIndex"]
    assert said(diff(two, wanted))[0] == []


def test_the_catalog_knows_operator_classes_that_prisma_does_not_read(
    as_database: Models, models: Models
) -> None:
    actual = with_indexes(as_database(PLAIN % ""), index("U_a_idx", "a", opclasses=("text_pattern_ops",)))
    wanted = models(PLAIN % ' @@index([a(ops: raw("text_pattern_ops"))])')
    assert said(diff(actual, wanted)) == ([], ["index-same-in-catalog"])
    assert said(diff(actual, wanted, Rules(faithful=True)))[0] == ["DropIndex", "CreateIndex"]
    other = models(PLAIN % ' @@index([a(ops: raw("varchar_pattern_ops"))])')
    assert said(diff(actual, other))[0] == ["DropIndex", "CreateIndex"]


def test_the_catalog_knows_predicates_that_prisma_cannot_read(as_database: Models, models: Models) -> None:
    features = ("partialIndexes",)
    actual = with_indexes(as_database(PLAIN % ""), index("ix", "a", predicate="(b = ANY (ARRAY[1, 2]))"))
    wanted = models(PLAIN % ' @@index([a], map: "ix", where: raw("b IN (1,2)"))', features=features)
    (declared,) = wanted.tables[0].indexes
    realised = replace(declared, catalog=CatalogIndex("", "btree", predicate="(b = ANY (ARRAY[1, 2]))"))
    assert said(diff(actual, with_indexes(wanted, realised))) == ([], ["index-same-in-catalog"])
    assert said(diff(actual, wanted))[0] == ["DropIndex", "CreateIndex"]


def test_all_twins_on_a_recreated_column_are_created(as_database: Models, models: Models) -> None:
    actual = with_indexes(as_database(PLAIN % ""), index("x1", "b"), index("x2", "b"))
    wanted = models(
        (PLAIN % ' @@index([b], map: "y1")\n @@index([b], map: "y2")').replace("b Int?", "b Json?")
    )
    assert said(diff(actual, wanted))[0] == ["AlterColumn", "CreateIndex", "CreateIndex"]
    assert said(diff(actual, wanted, Rules(faithful=True)))[0] == ["AlterColumn"]
