"""`where:` of partial indexes: raw SQL, or an object of conditions; both become the SQL of the predicate."""

from __future__ import annotations

from ...model.version import Version
from ..syntax import coerce
from ..syntax.ast import ConstantValue, Expression, FunctionCall, NumberValue, ObjectValue, StringValue
from .symbols import (
    Builtin,
    EnumSymbol,
    IndexSymbol,
    ModelSymbol,
    RelationField,
    ScalarField,
    Unsupported,
    WhereCondition,
)
from .visiting import Visit

_ON_FIELDS = Version(7, 5)
"""Since when @unique on a field takes the argument."""
_NUMBERS = ("Int", "BigInt", "Float", "Decimal")


def where_clause(model: ModelSymbol, index: IndexSymbol, visit: Visit) -> None:
    """Read the argument, if it is there, into the index."""
    version = visit.diagnostics.version
    if not version.partial_indexes or (index.source_field and version < _ON_FIELDS):
        return
    value = visit.optional("where")
    if value is None:
        return
    index.where_written = True
    if isinstance(value, ObjectValue):
        if not value.members:
            visit.error("The `where` argument cannot be an empty object.")
            return
        conditions: list[WhereCondition] = []
        for key, item in value.members:
            found = _condition(model, key.name, item, visit)
            if found is None:
                return
            conditions.append(found)
        index.where = tuple(conditions)
    elif isinstance(value, FunctionCall) and value.name == "raw":
        index.where = _raw(value, visit)
    else:
        if not isinstance(value, FunctionCall):
            coerce.mismatch("function", value, visit.diagnostics)
        visit.error(
            "The `where` argument must be either a raw() function call or an object literal, "
            "e.g. `where: raw(\"status = 'active'\")` or `where: { active: true }`."
        )


def _raw(call: FunctionCall, visit: Visit) -> str | None:
    items = call.arguments.items
    if not items:
        visit.error(
            "The `where` argument must be a raw() function with a string argument, "
            "e.g. `where: raw(\"status = 'active'\")`."
        )
        return None
    text = coerce.string(items[0].value, visit.diagnostics)
    if text == "":
        visit.error("The `where` argument cannot contain an empty string.")
        return None
    return text


def _condition(model: ModelSymbol, name: str, value: Expression, visit: Visit) -> WhereCondition | None:
    field = model.members.get(name)
    if name in model.unresolved:
        return None
    if field is None:
        visit.error(f"Field '{name}' does not exist in model '{model.name}'.")
        return None
    if isinstance(field, RelationField):
        message = f"Field '{name}' is a relation field. Only scalar fields can be used in the where clause."
        visit.error(message)
        return None
    negated = False
    if isinstance(value, ObjectValue):
        if len(value.members) != 1:
            visit.error(
                'Nested object in where clause must have exactly one key. Use `{ not: null }` or `{ not: "value" }`.'
            )
            return None
        key, value = value.members[0]
        if key.name != "not":
            visit.error(f"Unknown key '{key.name}' in nested where clause object. Only 'not' is supported.")
            return None
        negated = True
    return _literal(field, negated, value, visit)


def _literal(field: ScalarField, negated: bool, value: Expression, visit: Visit) -> WhereCondition | None:
    if isinstance(field.type, Unsupported) and not _is_null(value):
        visit.error(
            f"Field '{field.name}' is an unsupported type and cannot be used in the object syntax of a where clause. "
            "Use raw() instead."
        )
        return None
    match value:
        case ConstantValue(text="null"):
            return WhereCondition(field, negated, None)
        case ConstantValue(text="true" | "false"):
            accepted = field.builtin == "Boolean"
            return (
                WhereCondition(field, negated, value.text == "true")
                if accepted
                else _type_mismatch(field, "Boolean", visit)
            )
        case StringValue():
            accepted = field.builtin in ("String", "DateTime") or isinstance(field.type, EnumSymbol)
            return (
                WhereCondition(field, negated, value.value)
                if accepted
                else _type_mismatch(field, "a String", visit)
            )
        case NumberValue():
            accepted = field.builtin in _NUMBERS
            return (
                WhereCondition(field, negated, value.text, number=True)
                if accepted
                else _type_mismatch(field, "a Number", visit)
            )
        case _:
            shown = f" '{value.text}'" if isinstance(value, ConstantValue) else ""
            visit.error(
                f"Invalid value{shown} in where clause. Expected true, false, null, a string, a number, "
                "or an object like { not: null }."
            )
            return None


def _is_null(value: Expression) -> bool:
    return isinstance(value, ConstantValue) and value.text == "null"


def _type_mismatch(field: ScalarField, found: str, visit: Visit) -> WhereCondition | None:
    if isinstance(field.type, EnumSymbol):
        message = f"Type mismatch: field '{field.name}' is an Enum and only accepts String values in the where clause."
    else:
        kind = field.type.name if isinstance(field.type, Builtin) else "composite"
        message = f"Type mismatch: field '{field.name}' is of type {kind}, but the value is {found}."
    visit.error(message)
    return None


def predicate(index: IndexSymbol) -> str | None:
    """The SQL behind WHERE, without the outer parentheses."""
    if index.where is None or isinstance(index.where, str):
        return index.where
    return " AND ".join(_sql(condition) for condition in index.where)


def _sql(condition: WhereCondition) -> str:
    column = f'"{condition.field.database_name}"'
    value = condition.value
    if value is None:
        return f"{column} IS NOT NULL" if condition.negated else f"{column} IS NULL"
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif condition.number:
        text = value
    else:
        text = "'" + value.replace("'", "''") + "'"
    return f"{column} {'!=' if condition.negated else '='} {text}"
