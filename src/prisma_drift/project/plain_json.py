"""JSON of a repository: anything that it can hold gives a value or a ValueError in words, however deep or long."""

from __future__ import annotations

import json

_LONGEST_NUMBER = 300
"""Digits; nothing that is read here is a number at all."""


def parse_json(data: str | bytes) -> object:
    """The value; ValueError where it is not JSON, or nested more deeply than Python follows."""
    try:
        return json.loads(data, parse_int=_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float("inf")
