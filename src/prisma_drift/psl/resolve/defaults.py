"""@default: whether the value fits the field; what it means in the database is the lowering's business."""

from __future__ import annotations

from ..syntax import coerce
from ..syntax.ast import (
    LIST,
    Argument,
    ArrayValue,
    ConstantValue,
    Expression,
    FunctionCall,
    NumberValue,
    StringValue,
    render,
)
from .symbols import Builtin, CompositeField, CompositeSymbol, EnumSymbol, ScalarField
from .visiting import Visit

KNOWN_FUNCTIONS = frozenset(("autoincrement", "ulid", "cuid", "dbgenerated", "nanoid", "now", "uuid", "auto"))
_LITERALS: dict[str, tuple[type, ...]] = {
    "String": (StringValue,),
    "Json": (StringValue,),
    "Bytes": (StringValue,),
    "DateTime": (StringValue,),
    "Int": (NumberValue,),
    "BigInt": (NumberValue,),
    "Float": (NumberValue,),
    "Decimal": (NumberValue, StringValue),
}
_FUNCTION_TYPES = {
    "autoincrement": ("Int", "BigInt"),
    "cuid": ("String",),
    "ulid": ("String",),
    "uuid": ("String",),
    "nanoid": ("String",),
    "now": ("DateTime",),
}


def model_field(field: ScalarField, visit: Visit) -> None:
    """Accept the default of a model's field, or report why not."""
    value = visit.default("value")
    if value is None:
        return
    field.default_mapped = visit.name("map")
    if _fits(field, value, visit):
        field.default = value
        field.default_attribute = visit.attribute


def _fits(field: ScalarField, value: Expression, visit: Visit) -> bool:
    if isinstance(value, FunctionCall) and value.name == "dbgenerated":
        return _dbgenerated(value, visit)
    match field.type:
        case CompositeSymbol():
            return _composite_default(field.type, field.name, visit)
        case EnumSymbol():
            return _enum_default(field.type, field.ast.arity, value, visit)
        case Builtin(name=name):
            if isinstance(value, FunctionCall):
                return _function(field, name, value, visit)
            return _literals(name, field.ast.arity, value, visit)
        case _:
            visit.error('Only @default(dbgenerated("...")) can be used for Unsupported types.')
            return False


def composite_field(field: CompositeField, visit: Visit) -> None:
    """Check the default of a field of a composite type (which Postgres has no use for anyway)."""
    value = visit.default("value")
    if value is None:
        return
    if visit.optional("map") is not None:
        visit.error("The `map` argument is not allowed on a composite type field.")
    if isinstance(value, FunctionCall) and value.name == "dbgenerated":
        visit.error("Fields of composite types cannot have `dbgenerated()` as default.")
        return
    match field.type:
        case CompositeSymbol():
            _composite_default(field.type, field.ast.name.name, visit)
        case EnumSymbol():
            _enum_default(field.type, field.ast.arity, value, visit)
        case Builtin(name=name):
            if not isinstance(value, FunctionCall):
                _literals(name, field.ast.arity, value, visit)
            elif value.name in ("autoincrement", "auto"):
                visit.error(f"The function `{value.name}()` is not supported on composite fields.")
            elif value.name not in KNOWN_FUNCTIONS:
                visit.diagnostics.error(unknown_function(value.name), value.span)
            else:
                _known_function(name, value, visit)
        case _:
            visit.error("Composite field of type `Unsupported` cannot have default values.")


def unknown_function(name: str) -> str:
    return (
        f"Unknown function in @default(): `{name}` is not known. You can read about the available functions here: "
        "https://pris.ly/d/attribute-functions"
    )


def _composite_default(composite: CompositeSymbol, field: str, visit: Visit) -> bool:
    visit.diagnostics.error(
        f"Error validating field `{field}` in composite type `{composite.name}`: Defaults on fields of type composite "
        "are not supported. Please remove the `@default` attribute.",
        visit.span,
    )
    return False


def _enum_default(enum: EnumSymbol, arity: str, value: Expression, visit: Visit) -> bool:
    if arity != LIST:
        return _enum_value(enum, value, visit)
    if not isinstance(value, ArrayValue):
        visit.error(f"Expected an enum value, but found `{render(value)}`.")
        return False
    return all(_enum_value(enum, item, visit) for item in value.items)


def _enum_value(enum: EnumSymbol, value: Expression, visit: Visit) -> bool:
    if not isinstance(value, ConstantValue):
        visit.error(f"Expected an enum value, but found `{render(value)}`.")
        return False
    if value.text not in enum.known and enum.ast.unread:
        return False  # the line that was refused may declare it
    if value.text not in enum.known:
        known = ", ".join(v.name.name for v in enum.ast.values[:8])
        message = f"The defined default value `{value.text}` is not a valid value of the enum specified for the field."
        visit.error(message, hint=f"The values of {enum.name} are {known}.")
        return False
    return True


def _function(field: ScalarField, scalar: str, call: FunctionCall, visit: Visit) -> bool:
    if call.name == "autoincrement" and field.default_mapped is not None:
        visit.error("Naming an autoincrement default value is not allowed.")
        return False
    if call.name == "auto":
        if call.arguments.items:
            visit.error("`auto()` takes no arguments")
            return False
        return True
    if call.name not in KNOWN_FUNCTIONS:
        return True  # reported later, when the connector is known
    return _known_function(scalar, call, visit)


def _known_function(scalar: str, call: FunctionCall, visit: Visit) -> bool:
    name, items = call.name, call.arguments.items
    if scalar not in _FUNCTION_TYPES.get(name, ()):
        message = f"The function `{name}()` cannot be used on fields of type `{scalar}`."
        visit.error(message)
        return False
    match name:
        case "uuid":
            return _one_number(
                items,
                visit,
                "uuid",
                (4, 7),
                "`uuid()` takes either no argument, or a single integer argument which is either 4 or 7.",
            )
        case "cuid":
            return _one_number(
                items,
                visit,
                "cuid",
                (1, 2),
                "`cuid()` takes either no argument, or a single integer argument which is either 1 or 2.",
            )
        case "nanoid":
            return _one_number(
                items,
                visit,
                "nanoid",
                range(2, 256),
                "`nanoid()` takes either no argument, or a single integer argument between 2 and 255.",
            )
        case "autoincrement":
            return True if not items else _no_arguments(name, visit)
        case _:
            return not items or _no_arguments(name, visit)


def _no_arguments(name: str, visit: Visit) -> bool:
    visit.error(
        f"The `{name}` function does not take any argument. Consider changing this default to `{name}()`."
    )
    return False


def _one_number(
    items: tuple[Argument, ...], visit: Visit, name: str, allowed: tuple[int, ...] | range, message: str
) -> bool:
    several = len(items) > 1
    if several:
        visit.error(f"`{name}()` takes a single Int argument.")
    if not items:
        return True
    value = items[0].value
    if not isinstance(value, NumberValue):
        visit.error(f"`{name}()` takes a single Int argument.")
        return False
    if coerce.parse_i64(value.text) not in allowed:
        visit.error(message)
        return False
    return not several


def _dbgenerated(call: FunctionCall, visit: Visit) -> bool:
    items = call.arguments.items
    wrong = "`dbgenerated()` takes a single String argument"
    if len(items) > 1:
        visit.error(wrong)
    if not items:
        return True
    value = items[0].value
    if not isinstance(value, StringValue):
        visit.error(wrong)
        return False
    if not value.value:
        visit.error("dbgenerated() takes either no argument, or a single nonempty string argument.")
        return False
    return len(items) == 1


def _literals(scalar: str, arity: str, value: Expression, visit: Visit) -> bool:
    if arity == LIST:
        if not isinstance(value, ArrayValue):
            visit.error("The default value of a list field must be a list.")
            return False
        return all(_literal(scalar, item, visit) for item in value.items)
    if isinstance(value, ArrayValue):
        visit.error("The default value of a non-list field cannot be a list.")
        return False
    return _literal(scalar, value, visit)


def _literal(scalar: str, value: Expression, visit: Visit) -> bool:
    if scalar == "Boolean" and isinstance(value, ConstantValue):
        if value.text in ("true", "false"):
            return True
        message = "A boolean literal must be `true` or `false`."
        visit.diagnostics.attribute(message, "@default", value.span)
        return False
    if isinstance(value, _LITERALS.get(scalar, ())):
        return True
    visit.error(f"Expected a {scalar} value, but found `{render(value)}`.")
    return False
