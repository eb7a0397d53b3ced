"""What Prisma forgives in the predicate of a partial index."""

from __future__ import annotations

import pytest

from prisma_drift.diff.predicates import same_predicate


@pytest.mark.parametrize(
    ("catalog", "written"),
    [
        ("(a = 'x'::text)", "a='x'"),
        ("(a = 'a b'::text)", "a =   'a b'"),
        ("(a IS NOT NULL)", "a is Not NULL"),
        ("((a = 'x'::text) AND (b IS NULL))", '"a" = \'x\' AND "b" IS NULL'),
        ("((a IS NULL) OR (b > 1))", "a IS NULL OR b > 1"),
        ("((b > 1) AND c)", "b > 1 AND c"),
        ("(b <> 5)", "b != 5"),
        ("(a = 'it''s'::text)", "a = 'it''s'"),
        ("(e = 'X'::\"E\")", "e = 'X'"),
        ("(c = true)", '"c" = true'),
        ("(d > '2020-01-01'::timestamp(3) without time zone)", "d > '2020-01-01'"),
        ("((a = 'x'::text) AND (b = 1) AND (c = true))", "(a = 'x' AND b = 1) AND c = true"),
    ],
)
def test_same(catalog: str, written: str) -> None:
    assert same_predicate(catalog, written)


@pytest.mark.parametrize(
    ("catalog", "written"),
    [
        ("(a = 'x'::text)", "A = 'x'"),
        ("c", "c = true"),
        ("(NOT c)", "c = false"),
        ("(b = ANY (ARRAY[1, 2]))", "b IN (1,2)"),
        ("((b >= 1) AND (b <= 2))", "b BETWEEN 1 AND 2"),
        ("(COALESCE(a, ''::text) = ''::text)", "COALESCE(a, '') = ''"),
        ("(b > '-1'::integer)", "b > -1"),
        ("(((a IS NULL) OR (b > 1)) AND c)", "a IS NULL OR b > 1 AND c"),
        ("(a = 'x'::text)", "a = 'y'"),
        ("(a = 'A'::text)", "a = 'a'"),
        ("(a = 'x'::text)", "a = 'x"),
    ],
)
def test_different(catalog: str, written: str) -> None:
    assert not same_predicate(catalog, written)
