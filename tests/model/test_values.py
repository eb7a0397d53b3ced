"""Values behave as slotted dataclasses do, without being any."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar

import pytest

from prisma_drift.model.values import field, fields_of, frozen, mutable, replace


@frozen
class Point:
    x: int
    y: int = 2
    seen: ClassVar[int] = 0
    tags: tuple[str, ...] = field(default_factory=tuple)
    note: str = field(default="", repr=False, compare=False)

    @property
    def total(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class Twin:
    x: int
    y: int = 2
    seen: ClassVar[int] = 0
    tags: tuple[str, ...] = dataclass_field(default_factory=tuple)
    note: str = dataclass_field(default="", repr=False, compare=False)


@frozen(order=True)
class Pair:
    first: str
    second: int = 0


@frozen
class Solid(Point):
    z: int = 3


@mutable
class Basket:
    items: list[str] = field(default_factory=list)
    size: int = 0

    def __post_init__(self) -> None:
        self.size = len(self.items)


@mutable(eq=False)
class Node:
    name: str


@frozen
class Nothing:
    pass


@pytest.mark.parametrize("words", [{"x": 1}, {"x": 1, "y": 5}, {"x": 1, "tags": ("a",), "note": "n"}])
def test_text_equality_and_hash_are_those_of_a_dataclass(words: dict[str, Any]) -> None:
    ours, twin = Point(**words), Twin(**words)
    assert repr(ours) == repr(twin).replace("Twin", "Point")
    assert hash(ours) == hash(twin)
    assert (ours == Point(1)) == (twin == Twin(1))
    assert ours != twin  # type: ignore[comparison-overlap]
    assert fields_of(ours) == ("x", "y", "tags", "note")


def test_the_first_values_are_made_as_those_that_follow() -> None:
    @frozen
    class Fresh:
        x: int
        y: int = 2
        tags: tuple[str, ...] = field(default_factory=tuple)

    make: Any = Fresh
    for _ in range(40):
        assert make(1) == make(x=1) == make(1, 2, ()) == make(1, tags=(), y=2)
        assert (make(1, 3).y, make(1, tags=("a",)).tags) == (3, ("a",))
    wrong: list[tuple[tuple[int, ...], dict[str, int]]] = [
        ((), {}), ((1, 2, 3, 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"y": 1}),
    ]  # fmt: skip
    for values, named in wrong:

        @frozen
        class Another:
            x: int
            y: int = 2
            z_: int = 3

        another: Any = Another
        with pytest.raises(TypeError):
            another(*values, **named)
        another(1)
        with pytest.raises(TypeError):
            another(*values, **named)


def test_what_is_left_out_of_comparisons() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert len({Point(1, note="a"), Point(1, note="b"), Point(2)}) == 2
    assert Nothing() == Nothing()


def test_a_frozen_value_cannot_change() -> None:
    point: Any = Point(1)
    with pytest.raises(AttributeError, match="x cannot change"):
        point.x = 2
    with pytest.raises(AttributeError):
        del point.x
    with pytest.raises(AttributeError):
        point.other = 1
    assert not hasattr(point, "__dict__")
    assert point.total == 3


def test_a_mutable_one_can_and_shares_no_defaults() -> None:
    one, two = Basket(), Basket(["a"])
    one.items.append("b")
    assert (one.items, two.items, Basket().items, two.size) == (["b"], ["a"], [], 1)
    with pytest.raises(TypeError):
        hash(one)
    assert Node("a") != Node("a")
    assert len({Node("a"), Node("a")}) == 2


def test_order_and_inheritance() -> None:
    pairs = [Pair("b"), Pair("a", 2), Pair("a", 1)]
    assert sorted(pairs) == [Pair("a", 1), Pair("a", 2), Pair("b")]
    assert Pair("a") <= Pair("a") < Pair("b")
    assert Pair("b") > Pair("a")
    with pytest.raises(TypeError):
        _ = Pair("a") < "a"  # type: ignore[operator]
    assert Solid(1, z=4) == Solid(1, 2, z=4)
    assert Solid(1) != Point(1)
    assert fields_of(Solid)[-1] == "z"


def test_copies() -> None:
    assert replace(Point(1, note="n"), y=9) == Point(1, 9)
    assert replace(Point(1, note="n"), y=9).note == "n"
    with pytest.raises(TypeError):
        replace(Point(1), w=1)
    for made in (pickle.loads(pickle.dumps(Point(1))), copy.deepcopy(Point(1)), copy.copy(Point(1))):
        assert made == Point(1)


def test_patterns_and_wrong_calls() -> None:
    match Point(1, 7):
        case Point(x, y):
            assert (x, y) == (1, 7)
        case _:
            raise AssertionError
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
