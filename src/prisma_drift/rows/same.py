"""Whether two texts of two types are one value: what a reader of either would understand, tried in every way that both allow.

It knows nothing of how a plan converts: a value that comes out as another one is found whatever the plan says of itself.
"""

from __future__ import annotations

import ipaddress
import json
import re
import struct
import uuid
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..postgres.server.database import Connection

Form = tuple[str, object]

_NUMBERS = re.compile(r"(smallint|integer|bigint|real|double precision|numeric|oid|money)\b")
_SHORT = re.compile(r"(real|vector|halfvec|sparsevec)\b")
"""Types that keep no more than a float of four bytes."""
_TEXTS = re.compile(r'(text|character|character varying|citext|name|"char"|json|jsonb)\b')
_DATE = re.compile(r"(\d{4,}-\d\d-\d\d)(?: BC)?$")
_STAMP = re.compile(r"(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?( BC)?$")
_CLOCK = re.compile(r"(\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d(?::\d\d)?)?$")
_SHAPES = ("point", "box", "path", "polygon", "hstore")
"""Types whose own casts say what their values are elsewhere."""
_TRUE, _FALSE = ("t", "true", "yes", "on", "y"), ("f", "false", "no", "off", "n")


def same(before: str, before_type: str, after: str, after_type: str) -> bool:
    """Whether a value came through a change of type as what it was."""
    if before == after:
        return True
    if before_type == after_type:
        return False
    short = bool(_SHORT.search(before_type) or _SHORT.search(after_type))
    one, other = _forms(before, before_type), _forms(after, after_type)
    if one & other or _element_by_element(before, before_type, after, after_type):
        return True
    return short and bool({_shortened(f) for f in one} & {_shortened(f) for f in other} - {None})


def _element_by_element(before: str, before_type: str, after: str, after_type: str) -> bool:
    """Whether both are lists whose elements are the same, one by one."""
    if not (before_type.endswith("[]") and after_type.endswith("[]")):
        return False
    ones, others = elements(before), elements(after)
    if ones is None or others is None or len(ones) != len(others):
        return False
    types = before_type[:-2], after_type[:-2]
    return all(
        one is other is None
        or (one is not None and other is not None and same(one, types[0], other, types[1]))
        for one, other in zip(ones, others, strict=True)
    )


@lru_cache(maxsize=4096)
def _forms(text: str, type: str) -> frozenset[Form]:
    """All that the text may be understood as. A text type may be anything that it reads like."""
    if type.endswith("[]"):
        return frozenset(_of_list(text, type[:-2]))
    base = type.split("(", maxsplit=1)[0].strip('"')
    found: set[Form] = {("text", text)}
    open = bool(_TEXTS.match(type)) or "." in type or type.startswith('"')
    if open:
        found.add(("text", text.rstrip(" ")) if base == "character" else ("text", text))
    if open or _NUMBERS.match(type):
        found |= set(_numbers(text))
    if base == "double precision":
        found |= set(_binary(text))
    if open or base == "boolean":
        found |= set(_truth(text))
    if (
        open
        or base in ("date", "timestamp", "time", "interval", "timetz", "timestamptz")
        or type.startswith("time")
    ):
        found |= set(_times(text))
    if open or base == "uuid":
        found |= set(_uuids(text))
    if base in ("bit", "bit varying") and text in ("", "0", "1"):
        found.add(("truth", text == "1"))
    if base in ("macaddr", "macaddr8"):
        found.add(("bytes", bytes.fromhex(text.replace(":", ""))))
    if open or base in ("inet", "cidr"):
        found |= set(_networks(text))
    if open or base == "bytea":
        found |= set(_bytes(text, open=open))
    if base == "sparsevec" or base in ("vector", "halfvec"):
        found |= set(_vector(text))
    if open:
        found |= set(_documents(text))
        if text.startswith("{") and text.endswith("}"):
            found |= set(_of_list(text, "text"))
    return frozenset(found)


def _numbers(text: str) -> Iterator[Form]:
    plain = text.strip().replace("$", "").replace(",", "")
    if plain.lower() in ("nan", "infinity", "-infinity", "inf", "-inf"):
        yield "number", plain.lower().replace("inity", "")
        return
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return
    yield "number", number
    if number in (0, 1):
        yield "truth", bool(number)


def _binary(text: str) -> Iterator[Form]:
    """The number that a float of eight bytes is, of which its text is a short form."""
    try:
        number = float(text)
    except ValueError:
        return
    if number - number == 0:
        yield "number", Decimal(number)


def _truth(text: str) -> Iterator[Form]:
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        yield "truth", word in _TRUE
        yield "number", Decimal(int(word in _TRUE))


def _times(text: str) -> Iterator[Form]:
    plain = text.strip()
    if plain in ("infinity", "-infinity"):
        yield "moment", plain
    elif found := _DATE.match(plain):
        yield "moment", (found[1], "00:00:00", "", plain.endswith("BC"))
    elif found := _STAMP.match(plain):
        if (found[4] or "+00") not in ("Z", "+00", "-00", "+00:00", "+0000"):
            moment = _in_utc(found)
            if moment:
                yield "moment", moment
            return
        fraction = (found[3] or "").rstrip("0").rstrip(".")
        yield "moment", (found[1], found[2], fraction, bool(found[5]))
        if found[1] == "1970-01-01":
            yield "clock", (found[2], fraction, "")
    elif found := _CLOCK.match(plain):
        zone = (found[3] or "").replace("+00", "").replace("-00", "")
        yield "clock", (found[1], (found[2] or "").rstrip("0").rstrip("."), zone)


def _in_utc(found: re.Match[str]) -> tuple[str, str, str, bool] | None:
    import datetime

    zone = found[4].replace(":", "")
    minutes = int(zone[1:3]) * 60 + int(zone[3:5] or 0)
    try:
        moment = datetime.datetime.fromisoformat(f"{found[1]} {found[2]}")
        moment -= datetime.timedelta(minutes=minutes if zone[0] == "+" else -minutes)
    except (ValueError, OverflowError):
        return None
    fraction = (found[3] or "").rstrip("0").rstrip(".")
    return moment.strftime("%Y-%m-%d").zfill(10), moment.strftime("%H:%M:%S"), fraction, bool(found[5])


def _uuids(text: str) -> Iterator[Form]:
    plain = text.strip().strip("{}")
    if len(plain) in (32, 36):
        try:
            yield "uuid", uuid.UUID(plain)
            yield "bytes", uuid.UUID(plain).bytes
        except ValueError:
            return


def _networks(text: str) -> Iterator[Form]:
    try:
        yield "network", ipaddress.ip_interface(text.strip())
    except ValueError:
        return


def _bytes(text: str, *, open: bool) -> Iterator[Form]:
    if text.startswith("\\x"):
        try:
            yield "bytes", bytes.fromhex(text[2:])
        except ValueError:
            return
    if open:
        yield "bytes", text.encode("utf-8", "surrogatepass")


def _vector(text: str) -> Iterator[Form]:
    if text.startswith("{") and "/" in text:
        body, _, size = text.rpartition("/")
        numbers = [Decimal(0)] * int(size)
        for pair in filter(None, body.strip("{}").split(",")):
            place, _, number = pair.partition(":")
            numbers[int(place) - 1] = Decimal(number)
        yield "list", tuple(("number", number) for number in numbers)
        return
    try:
        yield "list", tuple(("number", Decimal(one)) for one in text.strip("[]").split(",") if one)
    except InvalidOperation:
        return


def _documents(text: str) -> Iterator[Form]:
    """What the text is as JSON; a JSON scalar is also what it says."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return
    yield "json", _plain(value)
    if isinstance(value, str):
        yield from _forms(value, "text")
    elif isinstance(value, list):
        yield "list", tuple(_plain(one) for one in value)
        yield "list", tuple(_chief(one, "text") if isinstance(one, str) else _plain(one) for one in value)


class _Object(dict[str, object]):
    """An object whose key that stands twice has its last value, as jsonb has it."""


def _plain(value: object) -> Form:
    if isinstance(value, dict):
        return "object", frozenset((str(key), _plain(one)) for key, one in value.items())
    if isinstance(value, list):
        return "list", tuple(_plain(one) for one in value)
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, Decimal):
        return "number", value
    return ("null", None) if value is None else ("text", value)


def _of_list(text: str, element: str) -> Iterator[Form]:
    """A list by its elements; one of one is also that element."""
    yield "text", text
    parts = elements(text)
    if parts is None:
        return
    yield "list", tuple(("null", None) if one is None else _chief(one, element) for one in parts)
    if element in ("json", "jsonb"):
        yield "list", tuple(("null", None) if one is None else _document(one) for one in parts)
    if len(parts) == 1 and parts[0] is not None:
        yield from _forms(parts[0], element)


def _chief(text: str, type: str) -> Form:
    """The one form by which elements of lists are compared: the number where it is one."""
    forms = _forms(text, type)
    for kind in ("number", "moment", "truth", "uuid", "json"):
        for form in sorted((f for f in forms if f[0] == kind), key=repr):
            return _document(text) if kind == "json" else form
    return ("text", text)


def _document(text: str) -> Form:
    """An element of a list of documents as the element of one document's list."""
    try:
        return _plain(json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=_Object))
    except (ValueError, RecursionError):
        return ("text", text)


def elements(text: str) -> list[str | None] | None:
    """The elements of an array's text of one dimension; None where it is none."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    found: list[str | None] = []
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)', text[1:-1]):
        if match[1] is not None:
            found.append(re.sub(r"\\(.)", r"\1", match[1]))
        else:
            found.append(None if match[2] == "NULL" else match[2])
    return None if text[1:2] == "{" else found


def understood(connection: Connection, value: str, type: str, later: str, later_type: str) -> bool:
    """Whether Postgres itself reads the one value as the other, in either direction; within a transaction, in UTC."""
    import psycopg

    text = "(%(a)s::jsonb #>> '{}')" if type in ("json", "jsonb") else "%(a)s"
    ways = [f"({text}::text::{later_type})::text = %(b)s"] if _TEXTS.match(type) else []
    if type in _SHAPES:
        ways.append(f"({text}::text::{type}::{later_type})::text = %(b)s")
    ways.append(f"(%(b)s::text::{type})::text = (%(a)s::text::{type})::text")
    for way in ways:
        try:
            with connection.transaction():
                found = connection.execute(
                    f"SELECT {way.replace('%%', '%')}".encode(), {"a": value, "b": later}
                ).fetchone()
        except psycopg.Error:
            if connection.closed:
                raise
            continue
        if found is not None and found[0]:
            return True
    return False


def _shortened(form: Form) -> Form | None:
    """A number, or a list of them, as a float of four bytes keeps it."""
    kind, value = form
    try:
        if kind == "number" and isinstance(value, Decimal):
            return kind, struct.pack("f", float(value))
        if kind == "list" and isinstance(value, tuple):
            return kind, tuple(_shortened(one) for one in value)
    except (OverflowError, ValueError):
        return None
    return None
