"""Values come back as they went; a text that is cut, changed or of another type does not."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal

import pytest

from prisma_drift.cache.plain import PlainError, dumps, loads
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.schema import CatalogColumn, Column, Schema, Table
from prisma_drift.model.types import (
    Arity,
    ColumnType,
    DateTimeText,
    DbGenerated,
    EnumLabel,
    Family,
    NativeType,
    Now,
    Value,
)

DEFAULTS = (
    None,
    Now(),
    DbGenerated("now()"),
    DbGenerated(None),
    Value(1),
    Value(True),
    Value(Decimal("1.50")),
    Value(b"\x00\xff"),
    Value(EnumLabel("x")),
    Value((DateTimeText("2020"), "x", 1)),
    Value("\ud800 \u2028 '"),
)


def schema() -> Schema:
    kind = ColumnType(Family.STRING, Arity.LIST, NativeType("VarChar", (3,)))
    columns = tuple(
        Column(f"c{number}", kind, default, catalog=CatalogColumn("text"))
        for number, default in enumerate(DEFAULTS)
    )
    tables = tuple(Table(QualifiedName("public", name), columns) for name in ("A", "B"))
    return Schema(tables=tables, sequences=((QualifiedName("public", "s"), "public.A.c0"),))


def test_values_come_back() -> None:
    back = loads(Schema, dumps(Schema, schema()))
    assert back == schema()
    assert repr(back) == repr(schema())


def test_true_stays_true() -> None:
    both = Schema(
        tables=(
            Table(
                QualifiedName("a", "b"),
                tuple(
                    Column("x", ColumnType(Family.INT, Arity.REQUIRED), Value(value)) for value in (1, True)
                ),
            ),
        )
    )
    assert repr(loads(Schema, dumps(Schema, both))) == repr(both)


@pytest.mark.parametrize("at", range(0, 4000, 97))
def test_a_changed_text_is_none(at: int) -> None:
    text = bytearray(dumps(Schema, schema()))
    text[at % len(text)] ^= 1
    with pytest.raises(PlainError):
        loads(Schema, bytes(text))


@pytest.mark.parametrize("keep", [0, 1, 20, 200])
def test_a_short_text_is_none(keep: int) -> None:
    with pytest.raises(PlainError):
        loads(Schema, dumps(Schema, schema())[:keep])


def test_another_type_is_refused() -> None:
    with pytest.raises(PlainError):
        loads(Schema, dumps(QualifiedName, QualifiedName("a", "b")))
    with pytest.raises(PlainError):
        loads(int, dumps(str, "1"))


@pytest.mark.parametrize(
    "body",
    [
        [["QualifiedName"], [[0, "a", 1]], 0],
        [["QualifiedName"], [[0, "a"]], 0],
        [["QualifiedName"], [[0, "a", "b"]], 1],
        [["QualifiedName"], [[0, "a", "b"]], -1],
        [["system"], [[0, "a", "b"]], 0],
        [["Column"], [], 0],
        {"a": 1},
        None,
    ],
)
def test_what_no_writer_writes_is_refused(body: object) -> None:
    text = json.dumps(body).encode()
    with pytest.raises(PlainError):
        loads(QualifiedName, b"prisma_drift plain 1 %08x\n" % zlib.crc32(text) + text)
