"""Frozen values as JSON and back: only the classes that are named, each field of the type that its class says.

Equal values are written once. No text chooses a class or calls anything: who can write the file can at most tell
another schema, never run code.
"""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from ..model.values import fields_of

_HEAD = b"prisma_drift plain 1 "
MOST = 64 << 20
"""Bytes of one text."""


class PlainError(ValueError):
    """A text that is not what `dumps` writes, or not of the type that was asked for."""


_Encode = Callable[[Any], Any]
_Decode = Callable[[Any], Any]


def dumps(kind: Any, value: object) -> bytes:
    """`value`, which is of the type `kind`, with a checksum. PlainError where it is not."""
    table = _Writing()
    try:
        top = table.encoder(kind)(value)
    except (TypeError, ValueError, AttributeError, AssertionError, NameError) as error:
        raise PlainError(str(error)) from error
    body = json.dumps([table.kinds, table.rows, top], separators=(",", ":")).encode()
    return _HEAD + b"%08x\n" % zlib.crc32(body) + body


def loads(kind: Any, text: bytes) -> Any:
    """The value of the type `kind`; PlainError for anything that is not whole and of that type."""
    start = len(_HEAD) + 9
    body = text[start:]
    if len(text) > MOST or text[:start] != _HEAD + b"%08x\n" % zlib.crc32(body):
        raise PlainError("not whole")
    try:
        kinds, rows, top = json.loads(body)
        return _Reading(kind, kinds).value(rows, top)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, NameError) as error:
        raise PlainError(str(error)) from error


class _Writing:
    """The values that were written, each once, behind those that it has."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.kinds: list[str] = []
        self._numbers: dict[object, int] = {}
        self._places: dict[str, int] = {}
        self._encoders: dict[Any, _Encode] = {}
        self._fields: dict[type, list[tuple[str, _Encode]]] = {}

    def encoder(self, kind: Any) -> _Encode:
        if kind not in self._encoders:
            self._encoders[kind] = self._made(kind)
        return self._encoders[kind]

    def _made(self, kind: Any) -> _Encode:
        if kind in _PLAIN:
            return _same
        if kind is Decimal:
            return str
        if kind is bytes:
            return bytes.hex
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (tuple, frozenset, list) and len(arguments) == (1 if origin is not tuple else 2):
            if origin is tuple and arguments[1] is not Ellipsis:
                return self._pair(arguments)
            inner = self.encoder(arguments[0])
            if origin is frozenset:
                return lambda value: [inner(one) for one in sorted(value)]
            return lambda value: [inner(one) for one in value]
        if origin is tuple:
            return self._pair(arguments)
        if origin in (Union, types.UnionType):
            return self._either(arguments)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return lambda value: value.value
        assert isinstance(kind, type) and hasattr(kind, "_fields_"), kind
        return self._row

    def _pair(self, arguments: tuple[Any, ...]) -> _Encode:
        inner = [self.encoder(one) for one in arguments]
        return lambda value: [encode(one) for encode, one in zip(inner, value, strict=True)]

    def _either(self, arguments: tuple[Any, ...]) -> _Encode:
        def encode(value: Any) -> Any:
            if value is None:
                return None
            for number, one in enumerate(arguments):
                if _is(value, one):
                    return [number, self.encoder(one)(value)]
            raise TypeError(f"{type(value)} is none of {arguments}")

        if len(arguments) == 2 and type(None) in arguments:
            only = self.encoder(next(one for one in arguments if one is not type(None)))
            return lambda value: None if value is None else only(value)
        return encode

    def _row(self, value: Any) -> int:
        # Equal values may have parts of other types (True and 1), so what they look like decides.
        kind = type(value)
        if kind not in self._fields:
            hints = get_type_hints(kind)
            self._fields[kind] = [(name, self.encoder(hints[name])) for name in fields_of(kind)]
            self._places[kind.__name__] = len(self.kinds)
            self.kinds.append(kind.__name__)
        row = [
            self._places[kind.__name__],
            *(encode(getattr(value, name)) for name, encode in self._fields[kind]),
        ]
        key = repr(row)
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append(row)
        return self._numbers[key]


class _Reading:
    """Rows become values in their order, so that each only has earlier ones."""

    def __init__(self, kind: Any, kinds: list[str]) -> None:
        self._kind, self._values = kind, list[Any]()
        self._decoders: dict[Any, _Decode] = {}
        self._known: dict[str, type] = {}
        self._learn(kind)
        self._makers = [self._maker(self._known[name]) for name in kinds]

    def value(self, rows: list[list[Any]], top: Any) -> Any:
        makers, put = self._makers, self._values.append
        for number, *fields in rows:
            put(makers[number](fields))
        return self._decoder(self._kind)(top)

    def _learn(self, kind: Any) -> None:
        """Note the classes that a value of this type may have in it."""
        if isinstance(kind, type) and hasattr(kind, "_fields_") and kind.__name__ not in self._known:
            self._known[kind.__name__] = kind
            for hint in get_type_hints(kind).values():
                self._learn(hint)
        for one in get_args(kind):
            self._learn(one)

    def _maker(self, kind: type) -> Callable[[list[Any]], Any]:
        hints = get_type_hints(kind)
        decoders = [self._decoder(hints[name]) for name in fields_of(kind)]
        count = len(decoders)

        def make(fields: list[Any]) -> Any:
            if len(fields) != count:
                raise PlainError(f"{kind.__name__} has {count} fields")
            return kind(*[decode(one) for decode, one in zip(decoders, fields, strict=True)])

        return make

    def _decoder(self, kind: Any) -> _Decode:
        if kind not in self._decoders:
            self._decoders[kind] = self._made(kind)
        return self._decoders[kind]

    def _made(self, kind: Any) -> _Decode:
        if kind in _PLAIN:
            return _exactly(kind)
        text = _exactly(str)
        if kind is Decimal:
            return lambda raw: Decimal(text(raw))
        if kind is bytes:
            return lambda raw: bytes.fromhex(text(raw))
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (tuple, frozenset, list) and not (origin is tuple and arguments[1] is not Ellipsis):
            return _sequence(origin, self._decoder(arguments[0]))
        if origin is tuple:
            inner = [self._decoder(one) for one in arguments]
            return lambda raw: tuple(decode(one) for decode, one in zip(inner, _listed(raw), strict=True))
        if origin in (Union, types.UnionType):
            return self._either(arguments)
        if isinstance(kind, type) and issubclass(kind, Enum):
            members = {one.value: one for one in kind}
            return lambda raw: members[raw]
        return self._reference(kind)

    def _reference(self, kind: type) -> _Decode:
        values = self._values

        def decode(raw: Any) -> Any:
            if type(raw) is not int or raw < 0:
                raise PlainError("no reference")
            found = values[raw]
            if type(found) is not kind:
                raise PlainError(f"{type(found).__name__} in place of {kind.__name__}")
            return found

        return decode

    def _either(self, arguments: tuple[Any, ...]) -> _Decode:
        some = [self._decoder(one) for one in arguments]
        if len(arguments) == 2 and type(None) in arguments:
            only = some[0] if arguments[1] is type(None) else some[1]
            return lambda raw: None if raw is None else only(raw)
        may_lack = type(None) in arguments

        def decode(raw: Any) -> Any:
            if raw is None and may_lack:
                return None
            number, inner = _listed(raw)
            if type(number) is not int or number < 0:
                raise PlainError("no choice")
            return some[number](inner)

        return decode


_PLAIN = (str, int, bool, float, type(None))


def _same(value: Any) -> Any:
    return value


def _exactly(kind: type) -> _Decode:
    def decode(raw: Any) -> Any:
        if type(raw) is not kind:
            raise PlainError(f"{type(raw).__name__} in place of {kind.__name__}")
        return raw

    return decode


def _listed(raw: Any) -> list[Any]:
    if type(raw) is not list:
        raise PlainError(f"{type(raw).__name__} in place of a list")
    return raw


def _sequence(origin: Any, inner: _Decode) -> _Decode:
    empty = origin()

    def decode(raw: Any) -> Any:
        if type(raw) is not list:
            raise PlainError(f"{type(raw).__name__} in place of a list")
        return origin([inner(one) for one in raw]) if raw else empty

    return decode


def _is(value: object, kind: Any) -> bool:
    """Whether a value belongs to one of a union's types."""
    origin = get_origin(kind)
    return type(value) is (origin or kind)
