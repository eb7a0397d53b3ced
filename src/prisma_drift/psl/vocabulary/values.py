"""Default literals as values: numbers with their digits, bytes decoded, date-times as Prisma prints them."""

from __future__ import annotations

import binascii
import re
from decimal import Decimal

MAX_DIGITS = 131072
"""More digits than numeric holds before the point; written out, a larger exponent would fill the memory."""

_MANTISSA = re.compile(r"([+-]?)([0-9][0-9_]*+)?(?:\.([0-9_]*+))?\Z").match
_EXPONENT = re.compile(r"[+-]?[0-9]++\Z").match
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d++))?(?:([Zz])|([+\-\u2212])(\d\d):(\d\d))",
    re.ASCII,
).match
_DATE_TIME_SHAPE = "0000-00-00T00:00:00"
_GROUP_ENDS = {0: 4, 5: 7, 8: 10, 11: 13, 14: 16, 17: 19}
"""Where each number begins, and how long the text must be to hold it."""
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def decimal_error(text: str) -> str | None:
    """Why a text is no decimal number, or None; underscores may stand between digits."""
    if not text:
        return "Failed to parse empty string"
    mantissa, exponent = _split_exponent(text)
    empty = "cannot parse integer from empty string"
    if exponent is not None and not _EXPONENT(exponent):
        return empty if exponent in ("", "+", "-") else "invalid digit found in string"
    digits = mantissa.removeprefix("-") if mantissa.startswith("-") else mantissa.removeprefix("+")
    if digits in ("", "."):
        return empty
    found = _MANTISSA(mantissa)
    if not found or (not found[2] and (found[3] or "_").startswith("_")):
        return "invalid digit found in string"
    if exponent and (len(exponent.lstrip("+-0")) > 6 or abs(int(exponent)) > MAX_DIGITS):
        return "more digits than Postgres can hold"
    return None


def _split_exponent(text: str) -> tuple[str, str | None]:
    for sign in ("e", "E"):
        head, found, tail = text.partition(sign)
        if found:
            return head, tail
    return text, None


def decimal(text: str) -> Decimal | None:
    """A number with all its digits and no exponent: `1E5` is 100000, `1.50` stays so. None if it is none."""
    if decimal_error(text):
        return None
    mantissa, exponent = _split_exponent(text)
    whole, _, fraction = mantissa.lstrip("+-").partition(".")
    # Prisma counts an underscore behind the point as a digit of the scale: 1.5_0 is 0.150 to it, so it is to us.
    digits = tuple(map(int, (whole + fraction).replace("_", ""))) or (0,)
    scale = int(exponent or 0) - len(fraction)
    if scale > 0:
        digits, scale = digits + (0,) * scale, 0
    negative = mantissa.startswith("-") and any(digits)
    return Decimal((1 if negative else 0, digits, scale))


def base64_bytes(text: str) -> bytes | None:
    """The bytes of a canonical base64 text (padded, no stray bits)."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    return data if binascii.b2a_base64(data, newline=False).decode() == text else None


def date_time_error(text: str) -> str | None:
    """Why a text is no RFC 3339 date-time, or None."""
    found = _DATE_TIME(text)
    if not found:
        return _unreadable(text)
    if found.end() < len(text):
        return "trailing input"
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    in_range = 1 <= month <= 12 and 1 <= day <= _days_in(year, month)
    in_range = in_range and hour <= 23 and minute <= 59 and second <= 60
    if not found[8]:
        in_range = in_range and int(found[10]) <= 23 and int(found[11]) <= 59
    return None if in_range else "input is out of range"


def _unreadable(text: str) -> str:
    """What a left-to-right reader would complain of first."""
    short, invalid = "premature end of input", "input contains invalid characters"
    at = 0
    for wanted in _DATE_TIME_SHAPE:
        if at >= len(text) or (wanted == "0" and len(text) < _GROUP_ENDS.get(at, 0)):
            return short
        if not _fits(text[at], wanted):
            return invalid
        at += 1
    if text[at : at + 1] == ".":
        at += 1
        start = at
        while at < len(text) and text[at] in "0123456789":
            at += 1
        if at == start:
            return invalid if at < len(text) else short
    for wanted in "+00:00":
        if at >= len(text):
            return short
        if not _fits(text[at], wanted):
            return invalid
        at += 1
    return invalid


def _fits(char: str, wanted: str) -> bool:
    if wanted == "0":
        return char in "0123456789"
    if wanted == "T":
        return char in "Tt "
    return char in "+-\u2212" if wanted == "+" else char == wanted


def date_time(text: str) -> str | None:
    """RFC 3339 → `YYYY-MM-DD HH:MM:SS[.frac] ±HH:MM`; the offset is kept, zero fractions are dropped. None if it is none."""
    found = _DATE_TIME(text)
    if not found or date_time_error(text):
        return None
    sign = "-" if found[9] in ("-", "\u2212") else "+"
    offset = "+00:00" if found[8] else f"{sign}{found[10]}:{found[11]}"
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
