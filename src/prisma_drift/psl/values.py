"""Default literals as values: numbers with their digits, bytes decoded, date-times as Prisma prints them."""

from __future__ import annotations

import base64
import binascii
import re
from decimal import Decimal, InvalidOperation

MAX_DIGITS = 131072
"""More digits than numeric holds before the point; written out, a larger exponent would fill the memory."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE]([+-]?[0-9]++))?\Z").match
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d++))?(?:([Zz])|([+\-\u2212])(\d\d):(\d\d))\Z",
    re.ASCII,
).match
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def decimal(text: str) -> Decimal | None:
    """A number with all its digits and no exponent: `1E5` is 100000, `1.50` stays so. None if it is none."""
    found = _DECIMAL(text)
    if not found or (found[1] and (len(found[1]) > 7 or abs(int(found[1])) > MAX_DIGITS)):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return None
    if exponent > 0:
        digits, exponent = digits + (0,) * exponent, 0
    if not any(digits):
        sign = 0
    return Decimal((sign, digits, exponent))


def base64_bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def date_time(text: str) -> str | None:
    """RFC 3339 → `YYYY-MM-DD HH:MM:SS[.frac] ±HH:MM`; the offset is kept, zero fractions are dropped. None if it is none."""
    found = _DATE_TIME(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    if not 1 <= month <= 12 or not 1 <= day <= _days_in(year, month):
        return None
    if hour > 23 or minute > 59 or second > 60:
        return None
    if found[8]:
        offset = "+00:00"
    else:
        if int(found[11]) > 59 or int(found[10]) > 23:
            return None
        sign = "+" if found[9] == "+" else "-"
        offset = f"{sign}{found[10]}:{found[11]}"
    fraction = _fraction(found[7] or "")
    return f"{found[1]}-{found[2]}-{found[3]} {found[4]}:{found[5]}:{found[6]}{fraction} {offset}"


def _days_in(year: int, month: int) -> int:
    if month == 2 and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return _DAYS[month - 1]


def _fraction(digits: str) -> str:
    """Three, six or nine digits, as few as hold the value; nothing for zero."""
    nanos = digits[:9].ljust(9, "0")
    for size in (0, 3, 6):
        if not nanos[size:].strip("0"):
            return f".{nanos[:size]}" if size else ""
    return f".{nanos}"


def json_error(text: str) -> str | None:
    """What is wrong with a JSON text, or None."""
    import json

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON value")

    try:
        json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        return f"{error.msg} at line {error.lineno} column {error.colno}"
    except ValueError as error:
        return str(error)
    except RecursionError:
        return "recursion limit exceeded"
    return None
