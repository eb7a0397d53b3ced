"""Constants: decimals, date-times, base64 and JSON, as Prisma's parsers read them."""

from __future__ import annotations

import pytest

from prisma_drift.psl.validate.fields import known_type
from prisma_drift.psl.validate.json_text import json_error
from prisma_drift.psl.vocabulary.native_types import from_parts
from prisma_drift.psl.vocabulary.values import (
    base64_bytes,
    date_time,
    date_time_error,
    decimal,
    decimal_error,
)


@pytest.mark.parametrize(
    ("text", "printed"),
    [("1", "1"), ("-.5", "-0.5"), ("5.", "5"), ("1e3", "1000"), ("12.345e-3", "0.012345"), ("-0.0", "0.0")],
)
def test_decimals(text: str, printed: str) -> None:
    number = decimal(text)
    assert number is not None
    assert format(number, "f") == printed


@pytest.mark.parametrize("text", ["", ".", "-", "1e", "_1", "0x1", "NaN", " 1", "1 ", "१", "1e2e3", "--1"])
def test_what_is_no_decimal(text: str) -> None:
    assert decimal_error(text)
    assert decimal(text) is None


def test_an_exponent_that_would_fill_the_memory_is_refused() -> None:
    assert decimal_error("1e" + "9" * 100_000)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2020-03-19T14:21:00+02:00", "2020-03-19 14:21:00 +02:00"),
        ("2020-03-19 14:21:00Z", "2020-03-19 14:21:00 +00:00"),
        ("2020-03-19t14:21:00.1z", "2020-03-19 14:21:00.100 +00:00"),
        ("2020-03-19T14:21:00.000100-01:30", "2020-03-19 14:21:00.000100 -01:30"),
        ("2020-03-19T14:21:00.0000001234Z", "2020-03-19 14:21:00.000000123 +00:00"),
        ("2020-03-19T14:21:00.000Z", "2020-03-19 14:21:00 +00:00"),
    ],
)
def test_date_times(text: str, printed: str) -> None:
    assert date_time(text) == printed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2020-01-01", "premature end of input"),
        ("20", "premature end of input"),
        ("2020-1-01T00:00:00Z", "input contains invalid characters"),
        ("2020-01-01T00:00:00.Z", "input contains invalid characters"),
        ("2020-01-01T00:00:00+0200", "input contains invalid characters"),
        ("2021-02-29T00:00:00Z", "input is out of range"),
        ("2020-01-01T24:00:00Z", "input is out of range"),
        ("2020-01-01T00:00:00Z ", "trailing input"),
    ],
)
def test_what_is_no_date_time(text: str, why: str) -> None:
    assert date_time_error(text) == why


def test_base64_is_canonical() -> None:
    assert base64_bytes("aGk=") == b"hi"
    assert base64_bytes("") == b""
    assert [base64_bytes(t) for t in ("aGk", "aGl=", "aG k=", "-_8=", "aGk=aGk=")] == [None] * 5


@pytest.mark.parametrize(
    "text", ["1", "-0.5e+3", ' {"a": [1, null, true], "b": {}} ', '"\\u00e9\\ud83d\\ude00"', "[]", "[[[[]]]]"]
)
def test_json(text: str) -> None:
    assert json_error(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("nul", "EOF while parsing a value at line 1 column 3"),
        ("not", "expected ident at line 1 column 2"),
        ("NaN", "expected value at line 1 column 1"),
        ("01", "invalid number at line 1 column 2"),
        ("1.", "EOF while parsing a value at line 1 column 2"),
        ("1E400", "number out of range at line 1 column 5"),
        ("{", "EOF while parsing an object at line 1 column 1"),
        ('{"a":1,}', "trailing comma at line 1 column 8"),
        ('{"a"}', "expected `:` at line 1 column 5"),
        ("[1 2]", "expected `,` or `]` at line 1 column 4"),
        ("[1,]", "trailing comma at line 1 column 4"),
        ('"a', "EOF while parsing a string at line 1 column 2"),
        ('"\\x"', "invalid escape at line 1 column 3"),
        ("1 2", "trailing characters at line 1 column 3"),
    ],
)
def test_what_is_no_json(text: str, why: str) -> None:
    assert json_error(text) == why


def test_json_does_not_recurse() -> None:
    assert "recursion limit exceeded" in (json_error("[" * 100_000) or "")


def test_native_types_take_all_arguments_or_none() -> None:
    assert str(from_parts("Decimal", ("5", "2"))) == "Decimal(5,2)"
    assert from_parts("Decimal", ("5",)) == "two nonnegative integers"
    assert from_parts("VarChar", ("-1",)) == "a nonnegative integer"
    assert from_parts("VarChar", ("4294967296",)) == "a nonnegative integer"
    assert from_parts("text", ()) is None


@pytest.mark.parametrize(
    ("text", "native"),
    [
        ("Text", "Text"),
        ("VarChar(5) COLLATE", "VarChar(5)"),
        ("Decimal(5)", "None"),
        ("text", "None"),
        ("vector(3)", "None"),
        ("", "None"),
    ],
)
def test_unsupported_texts_that_have_a_notation(text: str, native: str) -> None:
    assert str(known_type(text)) == native
