"""`@frozen` and `@mutable`: what slotted dataclasses are, made in a tenth of the time; a commit hook makes over a hundred at each commit.

A frozen value is compared and hashed by its fields. `eq=False` keeps identity, `order=True` sorts by the fields in their order. Type checkers
see dataclasses (PEP 681). The standard library's own compile seven methods for each class and import `inspect`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")
C = TypeVar("C", bound=type)

_NO_DEFAULT: Any = object()
_FEW = 12
"""To fill so many values of a class by hand takes less than to compile its `__init__`."""


class _Field:
    """What `field()` says of one field."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(
        self, default: object, factory: object = None, repr: bool = True, compare: bool = True
    ) -> None:
        self.default = default
        self.factory: Any = factory
        self.repr = repr
        self.compare = compare


def field(
    *,
    default: Any = _NO_DEFAULT,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """A field with a fresh default for each value, or one that is left out of the text or of comparisons."""
    return _Field(default, default_factory, repr, compare)


@overload
def frozen(cls: C, /) -> C: ...
@overload
def frozen(*, order: bool = False) -> Callable[[C], C]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, order: bool = False) -> Any:
    """Give a class slots for its annotations; its values cannot change."""
    return _made(cls, True, order, True) if cls else lambda cls: _made(cls, True, order, True)


@overload
def mutable(cls: C, /) -> C: ...
@overload
def mutable(*, eq: bool = True) -> Callable[[C], C]: ...
@dataclass_transform(field_specifiers=(field,))
def mutable(cls: Any = None, /, *, eq: bool = True) -> Any:
    """Give a class slots for its annotations; they may change."""
    return _made(cls, eq, False, False) if cls else lambda cls: _made(cls, eq, False, False)


def replace(original: T, /, **changes: Any) -> T:
    """A copy with other values in some fields; TypeError where there is no such field."""
    for name in fields_of(original):
        if name not in changes:
            changes[name] = getattr(original, name)
    return type(original)(**changes)


def fields_of(kind: object) -> tuple[str, ...]:
    """The names of the fields of a value, or of a class of values, in their order; () for anything else."""
    return tuple(getattr(kind, "_fields_", ()))


def _made(cls: type, compared: bool, ordered: bool, is_frozen: bool) -> type:
    """The class made again: slots cannot be added to one that exists."""
    fields: dict[str, _Field] = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("_fields_", {})
    names = dict(cls.__dict__)
    # Of the class alone, and without `inspect`, which takes as long to import as sixty classes to make.
    own = [name for name, type_ in cls.__annotations__.items() if not str(type_).startswith("ClassVar")]
    for name in own:
        default = names.pop(name, _NO_DEFAULT)
        fields[name] = default if isinstance(default, _Field) else _Field(default)
    names.pop("__dict__", None)
    names.pop("__weakref__", None)
    names |= {"__slots__": tuple(own), "__match_args__": tuple(fields), "_fields_": fields}
    names.setdefault("__repr__", _repr)
    names.setdefault("__reduce__", _reduce)
    if compared:
        key = _key([name for name, one in fields.items() if one.compare])
        names["__eq__"] = _comparing(eq, key)
        names["__hash__"] = (lambda self: hash(key(self))) if is_frozen else None
        if ordered:
            names |= {f"__{one.__name__}__": _comparing(one, key) for one in (lt, le, gt, ge)}
    if is_frozen:
        names["__setattr__"] = names["__delattr__"] = _refuse
    made = type(cls)(cls.__name__, cls.__bases__, names)
    type.__setattr__(made, "__init__", _late_init(made, fields, is_frozen))
    return made


def _late_init(cls: type, fields: Mapping[str, _Field], is_frozen: bool) -> object:
    """An `__init__` that fills the first values by hand, and compiles the real one once there are more than a few.

    A commit hook makes no value of half of the classes, and a few of half of the others: to compile costs it more.
    """
    setters: list[tuple[str, Callable[..., None], _Field]] = []
    made = 0

    def __init__(self: object, *values: object, **named: object) -> None:  # noqa: N807
        nonlocal made
        made += 1
        if not setters:
            setters.extend((name, getattr(cls, name).__set__, one) for name, one in fields.items())
        if made > _FEW or not _filled(self, setters, values, named):
            real = _init(cls, fields, is_frozen)
            type.__setattr__(cls, "__init__", real)
            real(self, *values, **named)
        elif hasattr(cls, "__post_init__"):
            cls.__post_init__(self)

    return __init__


def _filled(
    value: object,
    setters: Sequence[tuple[str, Callable[..., None], _Field]],
    values: Sequence[object],
    named: Mapping[str, object],
) -> bool:
    """Sets all fields; False where the arguments do not fit, which the compiled `__init__` says in Python's words."""
    given = len(values)
    known = 0
    for at, (name, set_, one) in enumerate(setters):
        if at < given:
            set_(value, values[at])
        elif name in named:
            set_(value, named[name])
            known += 1
        elif one.factory is not None:
            set_(value, one.factory())
        elif one.default is not _NO_DEFAULT:
            set_(value, one.default)
        else:
            return False
    return known == len(named) and given <= len(setters)


def _init(cls: type, fields: Mapping[str, _Field], is_frozen: bool) -> Callable[..., None]:
    """`__init__` as code of its own, since it has to be fast; a frozen value is filled through its slots."""
    scope: dict[str, Any] = {"_NO_DEFAULT": _NO_DEFAULT}
    parameters, lines = [], []
    for name, one in fields.items():
        parameter = given = name
        if one.factory is not None:
            scope[f"_make_{name}"] = one.factory
            parameter = f"{name}=_NO_DEFAULT"
            given = f"_make_{name}() if {name} is _NO_DEFAULT else {name}"
        elif one.default is not _NO_DEFAULT:
            scope[f"_default_{name}"] = one.default
            parameter = f"{name}=_default_{name}"
        parameters.append(parameter)
        if is_frozen:
            scope[f"_set_{name}"] = getattr(cls, name).__set__
            lines.append(f" _set_{name}(self, {given})")
        else:
            lines.append(f" self.{name} = {given}")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__(self, {', '.join(parameters)}):\n" + ("\n".join(lines) or " pass"), scope)  # noqa: S102
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _key(names: list[str]) -> Callable[[object], object]:
    """What a value is compared by."""
    return attrgetter(*names) if names else lambda _: ()


def _comparing(compare: Callable[[Any, Any], bool], key: Callable[[object], object]) -> object:
    """A method that compares two values of one class by their keys."""

    def method(self: object, other: object) -> bool:
        return compare(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    return method


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, one in self._fields_.items() if one.repr)
    return f"{type(self).__name__}({', '.join(shown)})"


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    return type(self), tuple(getattr(self, name) for name in self._fields_)


def _refuse(self: object, name: str, *_: object) -> None:
    raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot change")
