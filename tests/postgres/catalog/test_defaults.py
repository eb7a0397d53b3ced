"""Default texts as pg_get_expr prints them, and what Prisma's engine (7.10) was seen to read from each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prisma_drift.model.types import (
    Arity,
    ColumnType,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    Now,
    Sequence,
    Value,
)
from prisma_drift.postgres.catalog.defaults import parse_default

UNREAD = object()
"""Prisma keeps the text as dbgenerated."""


def check(text: str, type: ColumnType, wanted: object) -> None:
    found = parse_default(text, type)
    expected = DbGenerated(text) if wanted is UNREAD else wanted
    assert found == expected
    if isinstance(found, Value) and isinstance(expected, Value):
        assert repr(found) == repr(expected)  # 1 == True == Decimal(1)


@pytest.mark.parametrize(
    ("family", "text", "wanted"),
    [
        (Family.STRING, "'a''b'::text", Value("a'b")),
        (Family.STRING, "'a\\'::text", Value("a\\")),
        (Family.STRING, "'x'::character varying(3)", Value("x")),
        (Family.STRING, "'101'::\"bit\"", Value("101")),
        (Family.STRING, "('a'::text)::character varying", UNREAD),
        (Family.STRING, "('a'::text || 'b'::text)", UNREAD),
        (Family.STRING, "CURRENT_USER", UNREAD),
        (Family.STRING, "'NULL'::text", Value("NULL")),
        (Family.STRING, "NULL::character varying", None),
        (Family.STRING, "NULLIF('a'::text, 'b'::text)", None),
        (Family.STRING, "nextval('sq'::regclass)", UNREAD),
        (Family.INT, "5", Value(5)),
        (Family.INT, "'-5'::integer", Value(-5)),
        (Family.INT, "(5)::bigint", UNREAD),
        (Family.INT, "5.0", UNREAD),
        (Family.INT, "(1 + 1)", UNREAD),
        (Family.BIGINT, "'9007199254740993'::bigint", Value(9007199254740993)),
        (Family.INT, "nextval('sq'::regclass)", Sequence("sq")),
        (Family.INT, "nextval(('sq'::text)::regclass)", Sequence("sq")),
        (Family.INT, "nextval('s2.\"Sq x\"'::regclass)", Sequence("Sq x")),
        (Family.INT, "nextval('\"it''s\"'::regclass)", Sequence("it's")),
        (Family.INT, "(nextval('sq'::regclass) + 1)", UNREAD),
        (Family.INT, "currval('sq'::regclass)", UNREAD),
        (Family.FLOAT, "'-1.5'::numeric", Value(Decimal("-1.5"))),
        (Family.FLOAT, "(1.5)::real", Value(Decimal("1.5"))),
        (Family.FLOAT, "('-1.5'::numeric)::real", UNREAD),
        (Family.FLOAT, "'NaN'::double precision", UNREAD),
        (Family.FLOAT, "'1e+20'::double precision", Value(Decimal(1))),
        (Family.DECIMAL, "1.50", Value(Decimal("1.50"))),
        (Family.DECIMAL, "(1)::numeric(65,30)", Value(Decimal(1))),
        (Family.DECIMAL, "'$1.50'::money", UNREAD),
        (Family.BOOLEAN, "true", Value(True)),
        (Family.BOOLEAN, "(1 = 1)", UNREAD),
        (Family.DATETIME, "now()", Now()),
        (Family.DATETIME, "CURRENT_TIMESTAMP", Now()),
        (Family.DATETIME, "CURRENT_TIMESTAMP(3)", UNREAD),
        (Family.DATETIME, "(now())::timestamp without time zone", UNREAD),
        (Family.DATETIME, "'2020-01-01 00:00:00'::timestamp without time zone", UNREAD),
        (Family.BYTES, "'\\x6869'::bytea", Value(b"hi")),
        (Family.BYTES, "('abc'::text)::bytea", UNREAD),
        (Family.JSON, "'{\"a\": 1}'::jsonb", Value(JsonText('{"a": 1}'))),
        (Family.UUID, "'00000000-0000-0000-0000-000000000000'::uuid", UNREAD),
        (Family.ENUM, "'b c'::\"E\"", Value(EnumLabel("b c"))),
        (Family.ENUM, "('A'::text)::\"E\"", UNREAD),
        (Family.ENUM, '"E_def"()', UNREAD),
        (Family.UDT, "'[1,2,3]'::vector", UNREAD),
    ],
)
def test_scalar(family: Family, text: str, wanted: Default | object) -> None:
    check(text, ColumnType(family, Arity.NULLABLE), wanted)


@pytest.mark.parametrize(
    ("family", "text", "wanted"),
    [
        (Family.STRING, "'{}'::text[]", Value(())),
        (Family.STRING, "'{a,\"b,c\",d_e,c-d}'::text[]", Value(("a", "b,c", "d_e", "c-d"))),
        (Family.STRING, '\'{"a\\"b","it \'\'s",""}\'::text[]', Value(('a"b', "it 's", ""))),
        (Family.STRING, "'{NULL}'::text[]", Value(("NULL",))),
        (Family.STRING, "'{1,2}'::text[]", UNREAD),
        (Family.STRING, "'{é}'::text[]", UNREAD),
        (Family.STRING, "'{{a},{b}}'::text[]", UNREAD),
        (Family.STRING, "ARRAY['a'::text, 'b,c'::text]", Value(("a", "b,c"))),
        (Family.STRING, "ARRAY['a'::text, NULL::text]", UNREAD),
        (Family.STRING, "(ARRAY['a'::text] || 'b'::text)", Value(("a",))),
        (Family.STRING, "string_to_array('a,b'::text, ','::text)", UNREAD),
        (Family.DATETIME, "(ARRAY[]::timestamp[])::timestamp(3) without time zone[]", Value(())),
        (Family.DATETIME, "ARRAY[now()]", UNREAD),
        (Family.INT, "ARRAY[1, '-2'::integer]", Value((1, -2))),
        (Family.INT, "ARRAY[(1)::smallint, (2)::smallint]", UNREAD),
        (Family.INT, "'{1,-2}'::integer[]", Value((1, -2))),
        (Family.INT, "'{1,NULL}'::integer[]", UNREAD),
        (Family.FLOAT, "ARRAY[(1.5)::double precision]", Value((Decimal("1.5"),))),
        (Family.FLOAT, "ARRAY[1.5, ('-2'::integer)::numeric]", UNREAD),
        (Family.FLOAT, "'{1e+20}'::double precision[]", UNREAD),
        (Family.BOOLEAN, "'{t,f}'::boolean[]", Value((True, False))),
        (Family.BYTES, "ARRAY['\\x6869'::bytea]", Value((b"hi",))),
        (Family.BYTES, "'{\"\\\\x6869\"}'::bytea[]", UNREAD),
        (Family.JSON, "ARRAY['1'::jsonb]", Value((JsonText("1"),))),
        (Family.JSON, "'{\"{}\"}'::jsonb[]", Value(())),
        (Family.JSON, "'{1,2}'::jsonb[]", UNREAD),
        (Family.ENUM, "ARRAY['A'::\"E\", 'b c'::\"E\"]", Value((EnumLabel("A"), EnumLabel("b c")))),
        (Family.ENUM, "'{A,it''s}'::\"E\"[]", UNREAD),
        (Family.UUID, "ARRAY[]::uuid[]", Value(())),
        (Family.UUID, "ARRAY['00000000-0000-0000-0000-000000000000'::uuid]", UNREAD),
        (Family.UDT, "'{}'::vector[]", Value(())),
    ],
)
def test_list(family: Family, text: str, wanted: Default | object) -> None:
    check(text, ColumnType(family, Arity.LIST), wanted)


def test_no_default() -> None:
    assert parse_default(None, ColumnType(Family.INT, Arity.REQUIRED)) is None
