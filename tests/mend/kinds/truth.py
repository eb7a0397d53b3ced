"""What becomes of one value under another type, computed in Python: kept as this, a matter of opinion, or not to be kept."""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from kinds.types import JSON_NULL, LABELS, TWICE, Type, Value, fits, half, keeps, single

_MOMENT = "CASE WHEN {0}::text ~ '(Z|[+-]\\d\\d(:?\\d\\d)?)$' THEN {0}::text::timestamptz AT TIME ZONE 'UTC' ELSE {0}::text::timestamp END::text"
_JSON_MOMENT = _MOMENT.replace("{0}::text", "({0} #>> '{{}}')")
_NUMBER = "trim_scale({}::numeric)::text"


@dataclass(frozen=True, slots=True)
class Truth:
    word: str
    """exact: to be kept; doubt: kept in a way that one may call a loss; bad: refused or lost; skip: nothing to judge by"""
    text: str | None = None
    """What the ideal reads then."""


BAD, SKIP = Truth("bad"), Truth("skip")


def exact(value: object) -> Truth:
    return Truth("exact", str(value))


def doubt(value: object) -> Truth:
    return Truth("doubt", str(value))


def truth(value: Value, source: Type, target: Type, *, nullable: bool) -> Truth:
    """What becomes of `value` in a column of type `target`."""
    if value is None:
        return Truth("exact") if nullable or target.list else BAD
    if value == TWICE:
        return BAD
    if value == JSON_NULL and target.family not in ("json", "oldjson"):
        return SKIP if target.family in ("text", "citext") else Truth("doubt") if nullable else BAD
    if source.list:
        return _from_list(value, replace(source, list=False), target, nullable=nullable)
    if target.list:
        return _to_list(value, source, replace(target, list=False))
    family = _ALIAS.get(source.family, source.family)
    rule = _RULES.get((family, target.family))
    if target.family in _LIKE:
        rule = rule or _RULES.get((family, _LIKE[target.family][0]))
    return rule(value, target) if rule else BAD


def reader(source: Type, target: Type) -> str:
    """How to read the target's column so that equal values read the same."""
    if target.list:
        return "NULLIF(to_json({}::text[])::text, '[]')" if not source.list else "to_json({}::text[])::text"
    if source.list:
        return "{}::text" if target.family != "text" else "to_json({}::text[])::text"
    if target.family in _LIKE and (source.family, target.family) not in _READERS:
        like, cast = _LIKE[target.family]
        found = reader(source, replace(target, family=like)).format(f"\0::{cast}")
        return found.replace("{", "{{").replace("}", "}}").replace("\0", "{0}")
    return _READERS.get((source.family, target.family)) or _READERS.get(("", target.family), "{}::text")


def strong(source: Type, target: Type) -> bool:
    """Whether nothing but keeping the values is right, where they can be kept."""
    pair = (_ALIAS.get(source.family, source.family), target.family)
    if source.list and target.list:
        return source.family == target.family or pair in (
            ("int", "text"),
            ("enum", "text"),
            ("text", "enum"),
            ("uuid", "text"),
        )
    if target.list:
        return source.family == target.family
    if source.list:
        return target.family in ("json", "vector")
    return pair in _STRONG


# lists


def _to_list(value: Value, source: Type, target: Type) -> Truth:
    if source.family in ("json", "oldjson"):
        if not isinstance(value, list) or any(isinstance(v, list | dict) for v in value):
            return BAD
        found = [_json_element(v, target) for v in value]
        return _all(found)
    if source.family in ("vector", "halfvec"):
        return _all([Truth("exact", _plain(single(v))) for v in value]) if target.family == "float" else BAD
    if source.family in ("timestamptz", "timetz") or (
        source.family in ("float", "decimal") and target.family == "text"
    ):
        return SKIP
    return _all([truth(value, source, target, nullable=False)])


def _json_element(value: Value, target: Type) -> Truth:
    match target.family, value:
        case _, None:
            return SKIP
        case "text", str():
            return exact(value) if not target.size or len(value) <= target.size else BAD
        case "text", bool():
            return doubt("true" if value else "false")
        case "text", int():
            return doubt(value)
        case "int", int() if not isinstance(value, bool):
            return exact(value)
        case "float", int() if not isinstance(value, bool):
            return exact(value)
        case "bool", bool():
            return exact("true" if value else "false")
        case "enum", str() if value in LABELS:
            return exact(value)
    return BAD


def _all(found: list[Truth]) -> Truth:
    words = [t.word for t in found]
    for word in ("skip", "bad"):
        if word in words:
            return Truth(word)
    text = json.dumps([_element(t.text) for t in found], separators=(",", ":"), ensure_ascii=False)
    return Truth("doubt" if "doubt" in words else "exact", text)


def _element(text: str | None) -> str | None:
    """As Postgres writes it in a list: floats without `.0`, with `Infinity`."""
    words = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    return words.get(text or "", text[:-2] if text and re.fullmatch(r"-?\d+\.0", text) else text)


def _from_list(value: list[Value], source: Type, target: Type, *, nullable: bool) -> Truth:
    if target.list:
        return _all([truth(v, source, replace(target, list=False), nullable=False) for v in value])
    match target.family:
        case "json":
            if source.family in ("int", "text", "bool", "uuid", "enum"):
                return exact(json.dumps(value, ensure_ascii=False))
            return SKIP
        case "vector" if source.family in ("float", "int"):
            return exact(_vector(value)) if len(value) == target.size and _finite(value) else BAD
        case "text":
            return SKIP
    if len(value) == 1:
        return truth(value[0], source, target, nullable=nullable)
    return BAD if value or not nullable else SKIP


# texts


def _text(value: str, target: Type) -> Truth:
    return exact(value) if not target.size or len(value) <= target.size else BAD


def _char(value: str, target: Type) -> Truth:
    return exact(value) if len(value) <= target.size and value == value.rstrip(" ") else BAD


def _text_int(value: str, target: Type) -> Truth:
    if not re.fullmatch(r"-?\d+", value):
        return BAD
    return _int(int(value), target)


def _text_decimal(value: str, target: Type) -> Truth:
    try:
        return _decimal(Decimal(value), target)
    except InvalidOperation:
        return BAD


def _text_float(value: str, target: Type) -> Truth:
    try:
        number = float(value)
    except ValueError:
        return BAD
    if target.size == 32 and single(number) != number:
        return SKIP
    return exact(number) if "e" not in value else doubt(number)


def _text_bool(value: str, target: Type) -> Truth:
    return exact(value) if value in ("true", "false") else BAD


def _text_moment(value: str, target: Type) -> Truth:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return BAD
    return _moment(_utc(moment), target)


def _text_date(value: str, target: Type) -> Truth:
    try:
        return exact(date.fromisoformat(value))
    except ValueError:
        return BAD


def _text_json(value: str, target: Type) -> Truth:
    try:
        return doubt(json.dumps(json.loads(value), ensure_ascii=False))
    except ValueError:
        return BAD


def _text_inet(value: str, target: Type) -> Truth:
    try:
        return exact(ipaddress.ip_interface(value))
    except ValueError:
        return BAD


def _text_cidr(value: str, target: Type) -> Truth:
    try:
        return exact(ipaddress.ip_network(value))
    except ValueError:
        return BAD


def _bits(value: str, target: Type) -> Truth:
    if not re.fullmatch("[01]*", value):
        return BAD
    good = len(value) == target.size if target.family == "bit" else len(value) <= target.size
    return exact(value) if good else BAD


def _text_vector(value: str, target: Type) -> Truth:
    try:
        return _json_vector(json.loads(value), target)
    except ValueError:
        return BAD


# numbers


def _int(value: int, target: Type) -> Truth:
    if target.family == "oid":
        return exact(value) if 0 <= value < 2**32 else BAD
    return exact(value) if -(2 ** (target.size - 1)) <= value < 2 ** (target.size - 1) else BAD


def _int_float(value: int, target: Type) -> Truth:
    number = single(value) if target.size == 32 else float(value)
    return exact(number) if int(number) == value else BAD


def _int_bool(value: int, target: Type) -> Truth:
    return exact("true" if value else "false") if value in (0, 1) else BAD


def _number_text(value: int | Decimal, target: Type) -> Truth:
    text = _plain(value)
    if target.size and isinstance(value, Decimal) and len(text) <= target.size:
        return SKIP  # with or without zeros at the end?
    return exact(text) if not target.size or len(text) <= target.size else BAD


def _decimal(value: Decimal | int, target: Type) -> Truth:
    return exact(_plain(value)) if fits(Decimal(value), target) else BAD


def _decimal_int(value: Decimal, target: Type) -> Truth:
    return _int(int(value), target) if value == int(value) else BAD


def _decimal_float(value: Decimal, target: Type) -> Truth:
    number = float(value)
    if target.size == 32:
        return exact(number) if single(number) == number else SKIP
    return exact(number) if Decimal(repr(number)) == value else BAD


def _money(value: Decimal | int, target: Type) -> Truth:
    return (
        exact(_plain(value))
        if Decimal(value) == round(Decimal(value), 2) and abs(Decimal(value)) < Decimal(10**16)
        else BAD
    )


def _float_int(value: float, target: Type) -> Truth:
    return _int(int(value), target) if value.is_integer() else BAD


def _float_decimal(value: float, target: Type) -> Truth:
    if math.isnan(value):
        return doubt("NaN")
    return _decimal(Decimal(repr(value)), target) if _finite([value]) else BAD


def _float_float(value: float, target: Type) -> Truth:
    if value == 0.1 and target.size == 32:
        return SKIP
    return exact(value) if math.isnan(value) or target.size == 64 or single(value) == value else BAD


def _float_text(value: float, target: Type) -> Truth:
    if target.size:
        return SKIP
    return exact(value)


def _float_json(value: float, target: Type) -> Truth:
    return exact(value) if _finite([value]) else BAD


# moments


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _moment(value: datetime | date, target: Type) -> Truth:
    moment = _utc(value) if isinstance(value, datetime) else datetime.combine(value, time())
    if target.family == "date":
        return exact(moment.date()) if moment.time() == time() else BAD
    if target.family in ("text", "json"):
        return (
            exact(_clock(moment))
            if not target.size or target.size >= 40
            else BAD
            if target.size < 10
            else SKIP
        )
    return exact(_clock(moment)) if keeps(moment.microsecond, target.size) else BAD


def _date_text(value: date, target: Type) -> Truth:
    return exact(value) if not target.size or target.size >= 10 else BAD


def _time(value: time, target: Type) -> Truth:
    return exact(_clock(value)) if keeps(value.microsecond, target.size) else BAD


def _time_text(value: time, target: Type) -> Truth:
    return exact(_clock(value)) if not target.size or len(_clock(value)) <= target.size else BAD


def _timetz(value: time, target: Type) -> Truth:
    return doubt(_clock(value)) if keeps(value.microsecond, target.size) else BAD


def _clock(value: datetime | time) -> str:
    text = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return text.rstrip("0") if "." in text else text


# JSON and the rest


def _json_text(value: Value, target: Type) -> Truth:
    if isinstance(value, str):
        return SKIP  # with or without quotes?
    text = json.dumps(value, ensure_ascii=False)
    return exact(text) if not target.size or len(text) <= target.size else BAD


def _json_int(value: Value, target: Type) -> Truth:
    return _int(value, target) if isinstance(value, int) and not isinstance(value, bool) else BAD


def _json_decimal(value: Value, target: Type) -> Truth:
    return (
        _decimal(Decimal(str(value)), target)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else BAD
    )


def _json_float(value: Value, target: Type) -> Truth:
    return exact(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else BAD


def _json_bool(value: Value, target: Type) -> Truth:
    if isinstance(value, bool):
        return exact("true" if value else "false")
    return exact("false") if value == "no" else BAD


def _json_string(rule: Callable[[str, Type], Truth]) -> Callable[[Value, Type], Truth]:
    return lambda value, target: rule(value, target) if isinstance(value, str) else BAD


def _json_vector(value: Value, target: Type) -> Truth:
    good = isinstance(value, list) and len(value) == target.size
    good = good and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
    return exact(_vector(value)) if good else BAD


def _label(value: str, target: Type) -> Truth:
    return exact(value) if value in LABELS else BAD


def _uuid(value: str, target: Type) -> Truth:
    return exact(value) if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) else BAD


def _dimension(value: list[float], target: Type) -> Truth:
    if len(value) != target.size:
        return BAD
    return exact(_vector(value)) if target.family == "vector" or all(half(v) == v for v in value) else BAD


def _vector(value: list[float]) -> str:
    return "[" + ",".join(_plain(v) for v in value) + "]"


def _plain(value: float | Decimal) -> str:
    if isinstance(value, Decimal):
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    return (
        str(int(value))
        if value == int(value)
        else f"{single(value):.8g}"
        if isinstance(value, float)
        else str(value)
    )


def _finite(values: list[float]) -> bool:
    return all(map(math.isfinite, values))


_ALIAS = {"citext": "text", "char": "text", "oldjson": "json", "cidr": "inet", "oid": "int"}
Rule = Callable[[Value, Type], Truth]
_LIKE = {"citext": ("text", "text"), "oldjson": ("json", "jsonb")}
"""What is read and judged as another family is, and the cast that makes it one."""
_RULES: dict[tuple[str, str], Rule] = {
    ("text", "text"): _text,
    ("text", "citext"): _text,
    ("text", "char"): _char,
    ("text", "int"): _text_int,
    ("text", "oid"): _text_int,
    ("text", "decimal"): _text_decimal,
    ("text", "float"): _text_float,
    ("text", "bool"): _text_bool,
    ("text", "timestamp"): _text_moment,
    ("text", "timestamptz"): _text_moment,
    ("text", "date"): _text_date,
    ("text", "time"): lambda v, t: exact(v) if v == "03:04:05" else BAD,
    ("text", "uuid"): _uuid,
    ("text", "enum"): _label,
    ("text", "json"): _text_json,
    ("text", "inet"): _text_inet,
    ("text", "cidr"): _text_cidr,
    ("text", "bit"): _bits,
    ("text", "varbit"): _bits,
    ("text", "vector"): _text_vector,
    ("int", "int"): _int,
    ("int", "oid"): _int,
    ("int", "decimal"): _decimal,
    ("int", "float"): _int_float,
    ("int", "bool"): _int_bool,
    ("int", "text"): _number_text,
    ("int", "json"): lambda v, t: exact(v),
    ("int", "money"): _money,
    **{(f, "json"): lambda v, t: exact(v) for f in ("uuid", "bit", "varbit", "date", "interval")},
    **{
        (f, t): lambda v, t: SKIP
        for f, t in (("bytes", "json"), ("money", "json"), ("timetz", "json"), ("timetz", "text"))
    },
    ("time", "json"): lambda v, t: exact(_clock(v)),
    ("inet", "json"): lambda v, t: exact(ipaddress.ip_interface(v)),
    ("halfvec", "json"): lambda v, t: exact(_vector(v)),
    ("decimal", "decimal"): _decimal,
    ("decimal", "int"): _decimal_int,
    ("decimal", "float"): _decimal_float,
    ("decimal", "text"): _number_text,
    ("decimal", "json"): lambda v, t: exact(_plain(v)),
    ("decimal", "money"): _money,
    ("money", "decimal"): _decimal,
    ("money", "int"): _decimal_int,
    ("money", "text"): lambda v, t: doubt(_plain(v)) if not t.size else BAD,
    ("float", "float"): _float_float,
    ("float", "int"): _float_int,
    ("float", "decimal"): _float_decimal,
    ("float", "text"): _float_text,
    ("float", "json"): _float_json,
    ("bool", "int"): lambda v, t: exact(int(v)),
    ("bool", "text"): lambda v, t: exact("true" if v else "false"),
    ("bool", "json"): lambda v, t: exact("true" if v else "false"),
    ("timestamp", "timestamp"): _moment,
    ("timestamp", "timestamptz"): _moment,
    ("timestamp", "date"): _moment,
    ("timestamp", "text"): _moment,
    ("timestamp", "json"): _moment,
    ("timestamptz", "timestamp"): _moment,
    ("timestamptz", "timestamptz"): _moment,
    ("timestamptz", "date"): _moment,
    ("timestamptz", "text"): _moment,
    ("timestamptz", "json"): _moment,
    ("date", "timestamp"): _moment,
    ("date", "timestamptz"): _moment,
    ("date", "text"): _date_text,
    ("time", "time"): _time,
    ("time", "text"): _time_text,
    ("time", "timetz"): _timetz,
    ("timetz", "time"): _timetz,
    ("json", "json"): lambda v, t: exact("null" if v == JSON_NULL else json.dumps(v, ensure_ascii=False)),
    ("json", "oldjson"): lambda v, t: exact("null" if v == JSON_NULL else json.dumps(v, ensure_ascii=False)),
    ("json", "text"): _json_text,
    ("json", "int"): _json_int,
    ("json", "decimal"): _json_decimal,
    ("json", "float"): _json_float,
    ("json", "bool"): _json_bool,
    ("json", "vector"): _json_vector,
    ("json", "enum"): _json_string(_label),
    ("json", "uuid"): _json_string(_uuid),
    ("json", "timestamp"): _json_string(_text_moment),
    ("json", "timestamptz"): _json_string(_text_moment),
    ("json", "date"): _json_string(_text_date),
    ("uuid", "text"): _text,
    ("inet", "text"): lambda v, t: exact(ipaddress.ip_interface(v)) if not t.size or t.size >= 40 else SKIP,
    ("inet", "inet"): _text_inet,
    ("inet", "cidr"): _text_cidr,
    ("bit", "text"): _text,
    ("varbit", "text"): _text,
    ("bit", "varbit"): _bits,
    ("varbit", "bit"): _bits,
    ("enum", "text"): _text,
    ("enum", "json"): lambda v, t: doubt(v),
    ("vector", "vector"): _dimension,
    ("vector", "halfvec"): _dimension,
    ("halfvec", "vector"): _dimension,
    ("vector", "text"): lambda v, t: exact(_vector(v)) if not t.size else SKIP,
    ("halfvec", "text"): lambda v, t: exact(_vector(v)) if not t.size else SKIP,
    ("vector", "json"): lambda v, t: exact(_vector(v)),
    ("bytes", "text"): lambda v, t: doubt(f"\\x{v.hex()}") if not t.size else SKIP,
    ("interval", "text"): lambda v, t: exact(v) if not t.size else SKIP,
}
_READERS: dict[tuple[str, str], str] = {
    ("", "decimal"): _NUMBER,
    ("", "money"): _NUMBER,
    ("", "float"): "{}::float8",
    ("", "timestamptz"): "({} AT TIME ZONE 'UTC')::text",
    ("", "timetz"): "({} AT TIME ZONE 'UTC')::time::text",
    ("", "oldjson"): "{}::jsonb::text",
    ("decimal", "text"): _NUMBER,
    ("money", "text"): "trim_scale({}::money::numeric)::text",
    ("float", "text"): "{}::float8",
    ("decimal", "json"): "trim_scale(({} #>> '{{}}')::numeric)::text",
    ("float", "json"): "({} #>> '{{}}')::float8",
    ("timestamp", "text"): _MOMENT,
    ("timestamptz", "text"): _MOMENT,
    ("timestamp", "json"): _JSON_MOMENT,
    ("timestamptz", "json"): _JSON_MOMENT,
    ("json", "text"): "{}::jsonb::text",
    ("oldjson", "text"): "{}::jsonb::text",
    (
        "text",
        "json",
    ): "CASE WHEN jsonb_typeof({0}) = 'string' THEN ({0} #>> '{{}}')::jsonb ELSE {0} END::text",
    ("inet", "text"): "{}::inet::text",
    ("cidr", "text"): "{}::inet::text",
    ("inet", "cidr"): "{}::inet::text",
    **{(f, "json"): "{} #>> '{{}}'" for f in ("enum", "uuid", "bit", "varbit", "date", "time")},
    **{(f, "json"): "({} #>> '{{}}')::inet::text" for f in ("inet", "cidr")},
    ("interval", "json"): "({} #>> '{{}}')::interval::text",
    ("halfvec", "json"): "{}::text::vector::text",
    ("bytes", "text"): "CASE WHEN {0} ~ '^\\\\x' THEN {0}::bytea ELSE convert_to({0}, 'UTF8') END::text",
    ("vector", "json"): "{}::text::vector::text",
    ("interval", "text"): "{}::interval::text",
}
_STRONG = {
    *(
        ("text", f)
        for f in (
            "text",
            "char",
            "citext",
            "int",
            "decimal",
            "bool",
            "timestamp",
            "timestamptz",
            "date",
            "uuid",
            "enum",
        )
    ),
    *(("int", f) for f in ("int", "decimal", "float", "bool", "text")),
    *(("decimal", f) for f in ("decimal", "int", "float", "text")),
    *(("float", f) for f in ("float", "int", "decimal", "text")),
    *(("bool", f) for f in ("int", "text")),
    *(("timestamp", f) for f in ("timestamp", "timestamptz", "date", "text")),
    *(("timestamptz", f) for f in ("timestamp", "timestamptz", "date", "text")),
    *(("date", f) for f in ("timestamp", "timestamptz", "text")),
    *(("time", f) for f in ("time", "text")),
    *(("json", f) for f in ("json", "oldjson", "int", "decimal", "float", "bool", "vector")),
    *(("uuid", f) for f in ("text",)),
    *(("enum", f) for f in ("text",)),
    *(("inet", f) for f in ("inet", "cidr", "text")),
    *(("bit", f) for f in ("text", "varbit")),
    *(("varbit", f) for f in ("text", "bit")),
    ("halfvec", "vector"),
    ("vector", "halfvec"),
}
