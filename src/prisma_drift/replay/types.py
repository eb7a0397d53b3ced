"""SQL types and default expressions as a migration writes them → Prisma's terms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from ..migrations.cursor import Cursor, Token, UnreadableError
from ..migrations.facts import ObjectName, TypeName
from ..model.names import QualifiedName
from ..model.types import (
    Arity,
    ColumnType,
    DbGenerated,
    Default,
    EnumLabel,
    Family,
    JsonText,
    NativeType,
    Now,
    Scalar,
    Sequence,
    Value,
)
from ..model.values import replace

EnumLookup = Callable[[ObjectName], QualifiedName | None]

_NATIVE = {
    "smallint": (Family.INT, "SmallInt"),
    "integer": (Family.INT, "Integer"),
    "bigint": (Family.BIGINT, "BigInt"),
    "oid": (Family.INT, "Oid"),
    "real": (Family.FLOAT, "Real"),
    "double precision": (Family.FLOAT, "DoublePrecision"),
    "numeric": (Family.DECIMAL, "Decimal"),
    "money": (Family.DECIMAL, "Money"),
    "boolean": (Family.BOOLEAN, "Boolean"),
    "text": (Family.STRING, "Text"),
    "citext": (Family.STRING, "Citext"),
    "character varying": (Family.STRING, "VarChar"),
    "character": (Family.STRING, "Char"),
    "bpchar": (Family.STRING, "Char"),
    '"char"': (Family.STRING, "Char"),
    "inet": (Family.STRING, "Inet"),
    "bit": (Family.STRING, "Bit"),
    "bit varying": (Family.STRING, "VarBit"),
    "uuid": (Family.UUID, "Uuid"),
    "xml": (Family.STRING, "Xml"),
    "date": (Family.DATETIME, "Date"),
    "timestamp without time zone": (Family.DATETIME, "Timestamp"),
    "timestamp with time zone": (Family.DATETIME, "Timestamptz"),
    "time without time zone": (Family.DATETIME, "Time"),
    "time with time zone": (Family.DATETIME, "Timetz"),
    "bytea": (Family.BYTES, "ByteA"),
    "json": (Family.JSON, "Json"),
    "jsonb": (Family.JSON, "JsonB"),
}
_IMPLIED = {"Timestamp": (6,), "Timestamptz": (6,), "Time": (6,), "Timetz": (6,), "Bit": (1,)}
"""What the catalog says of a type written without precision; `char` is Char(1) too, unlike bpchar and "char"."""


def column_type(type_: TypeName, not_null: bool, enum_of: EnumLookup) -> ColumnType:
    """The type as Prisma would read it from the catalog."""
    arity = Arity.LIST if type_.array else Arity.REQUIRED if not_null else Arity.NULLABLE
    enum = enum_of(ObjectName(type_.name, type_.schema))
    if enum is not None:
        return ColumnType(Family.ENUM, arity, enum=enum)
    known = _NATIVE.get(type_.name)
    # An extension's citext may live in any schema; its other types Prisma does not know.
    if known is None or (type_.schema is not None and type_.name != "citext"):
        return ColumnType(Family.UNSUPPORTED, arity, text=str(replace(type_, array=False)))
    family, name = known
    try:
        args = tuple(int(argument) for argument in type_.args)
    except ValueError:
        return ColumnType(Family.UNSUPPORTED, arity, text=str(replace(type_, array=False)))
    if name == "Decimal" and len(args) == 1:
        args = (args[0], 0)
    if not args:
        args = (1,) if type_.name == "character" else _IMPLIED.get(name, ())
    return ColumnType(family, arity, NativeType(name, args))


def default_value(text: str | None, type_: ColumnType) -> Default | None:
    """A default expression's meaning for a column of this type; DbGenerated where it is more than a constant."""
    if text is None:
        return None
    try:
        cursor = Cursor(text)
    except UnreadableError:
        return DbGenerated(text)
    tokens = _bare(cursor.tokens)
    if len(tokens) == 1 and tokens[0].kind == "w" and tokens[0].value == "null":
        return None
    if sequence := _sequence(tokens):
        return Sequence(sequence)
    if type_.arity is Arity.LIST:
        elements = _elements(tokens)
        if elements is not None:
            values = [_scalar(element, type_.family) for element in elements]
            if None not in values:
                return Value(tuple(value for value in values if value is not None))
        return DbGenerated(plain(text))
    if type_.family is Family.DATETIME and _is_now(tokens):
        return Now()
    literal = _literal(tokens)
    value = _scalar(literal, type_.family) if literal is not None else None
    return DbGenerated(plain(text)) if value is None else Value(value)


def recast(default: Default | None, type_: ColumnType) -> Default | None:
    """A constant default after its column's type has changed: '0' of a text column is 0 of an integer column."""
    if not isinstance(default, Value) or isinstance(default.value, tuple) or type_.arity is Arity.LIST:
        return default
    value = default.value
    text = value.label if isinstance(value, EnumLabel) else getattr(value, "text", None)
    if text is None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, bytes):
        return default
    again = _scalar(Token("s", text, 0, 0), type_.family)
    return default if again is None else Value(again)


def plain(text: str) -> str:
    """An expression without what means nothing: comments, blanks, outer brackets, the case of words."""
    try:
        tokens = _unwrapped(Cursor(text).tokens)
    except UnreadableError:
        return text
    parts: list[str] = []
    for token in tokens:
        shown = token.value
        if token.kind == "s":
            shown = "'" + shown.replace("'", "''") + "'"
        elif token.kind == "q":
            shown = '"' + shown + '"'
        if parts and token.kind in "wqn" and parts[-1][-1:].isalnum():
            shown = " " + shown
        parts.append(shown)
    return "".join(parts)


def _unwrapped(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 2 and tokens[0].value == "(" and _closing(tokens) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: list[Token]) -> int:
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "o":
            depth += (token.value == "(") - (token.value == ")")
            if depth == 0:
                return at
    return -1


def _bare(tokens: list[Token]) -> list[Token]:
    """Without outer brackets and without the casts that follow a constant."""
    tokens = _unwrapped(tokens)
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind != "o":
            continue
        depth += (token.value in "([") - (token.value in ")]")
        if token.value == "::" and depth == 0:
            rest = tokens[at + 1 :]
            if all(t.kind in "wqn" or t.value in ("::", ".", "(", ")", "[", "]", ",") for t in rest):
                return _bare(tokens[:at])
    return tokens


def _is_now(tokens: list[Token]) -> bool:
    words = [token.value for token in tokens]
    return words in (["current_timestamp"], ["now", "(", ")"], ["pg_catalog", ".", "now", "(", ")"])


def _sequence(tokens: list[Token]) -> str:
    if len(tokens) < 4 or tokens[0].value != "nextval" or tokens[2].kind != "s":
        return ""
    name = tokens[2].value.rsplit(".", 1)[-1]
    return name.strip('"') if name.startswith('"') else name.lower()


def _literal(tokens: list[Token]) -> Token | None:
    if len(tokens) == 1 and tokens[0].kind in "swn":
        return tokens[0]
    if len(tokens) == 2 and tokens[0].value in "+-" and tokens[1].kind == "n":
        sign = "-" if tokens[0].value == "-" else ""
        return Token("n", sign + tokens[1].value, 0, 0)
    return None


def _elements(tokens: list[Token]) -> list[Token] | None:
    """The constants of `ARRAY[…]` or `'{…}'`."""
    if len(tokens) == 1 and tokens[0].kind == "s":
        return _array_text(tokens[0].value)
    if len(tokens) < 3 or tokens[0].value != "array" or tokens[1].value != "[" or tokens[-1].value != "]":
        return None
    found: list[Token] = []
    start, inner = 0, tokens[2:-1]
    for at in range(len(inner) + 1):
        if at == len(inner) or (inner[at].kind == "o" and inner[at].value == ","):
            literal = _literal(_bare(inner[start:at]))
            if literal is None:
                return [] if not inner else None
            found.append(literal)
            start = at + 1
    return found


def _array_text(text: str) -> list[Token] | None:
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    inner = text[1:-1].strip()
    if not inner:
        return []
    if any(char in inner for char in '"{\\'):
        return None
    return [Token("s", part.strip(), 0, 0) for part in inner.split(",")]


def _scalar(token: Token, family: Family) -> Scalar | None:
    """A constant as Prisma's terms have it for a column of this family; None where it is none."""
    text = token.value
    if token.kind == "w":
        if family is Family.BOOLEAN and text in ("true", "false"):
            return text == "true"
        return None
    if family in (Family.STRING, Family.UUID):
        return text
    if family is Family.ENUM:
        return EnumLabel(text) if token.kind == "s" else None
    if family is Family.JSON:
        return JsonText(text)
    if family is Family.DATETIME:
        return None  # Prisma reads a moment in the catalog as an expression
    if family is Family.BOOLEAN:
        return _BOOLEANS.get(text.lower()) if token.kind == "s" else None
    if family is Family.BYTES:
        return _bytes(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if family in (Family.INT, Family.BIGINT):
        return int(number) if number == number.to_integral_value() else None
    return number if family in (Family.FLOAT, Family.DECIMAL) else None


_BOOLEANS = {"t": True, "true": True, "1": True, "on": True, "yes": True} | dict.fromkeys(
    ("f", "false", "0", "off", "no"), False
)


def _bytes(text: str) -> bytes | None:
    if not text.startswith("\\x"):
        return text.encode() if "\\" not in text else None
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        return None
