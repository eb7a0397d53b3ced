"""How two names are alike: as variants of one another, as longer and shorter words for one thing, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum as _Enum


class Likeness(_Enum):
    """What two names have in common, strongest first."""

    VARIANT = "variant"
    """The same words in another case, with other underscores, in the singular or plural, with a letter doubled."""
    CONTAINED = "contained"
    """All words of the shorter one are in the longer one and it ends with the same word: `name`, `fullName`."""
    EXTENDED = "extended"
    """The longer one goes on after the shorter one: `phone`, `phoneNumber`; or spells it out: `desc`, `description`."""
    SHARED = "shared"
    """They have a word in common that says something: `secondarySkus`, `extraSkus`."""
    BESIDE = "beside"
    """They have a word in common, and others that tell one thing from another: `price`, `oldPrice`; `line1`, `line2`."""
    NONE = "none"

    @property
    def speaks_for(self) -> bool:
        """Whether they may well be names for one thing."""
        return self not in (Likeness.BESIDE, Likeness.NONE)


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\dA-Za-z_]+|\d+")
_FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "count",
        "date",
        "datetime",
        "for",
        "from",
        "has",
        "id",
        "ids",
        "in",
        "is",
        "key",
        "name",
        "num",
        "number",
        "of",
        "on",
        "or",
        "ref",
        "state",
        "status",
        "the",
        "time",
        "timestamp",
        "to",
        "total",
        "type",
        "uid",
        "url",
        "uuid",
        "value",
        "with",
    ]
)
"""Words that many unrelated names end with, or hold."""
_PARTICLES = frozenset(["at", "by", "count", "has", "id", "ids", "in", "is", "of", "on", "to"])
"""Words that are no name by themselves."""
_QUALIFIERS = frozenset(
    """actual average avg backup base billing child current custom decrypted default deprecated dis draft encoded
    encrypted end estimated expected external extra final first from global hash hashed home internal last legacy local
    max maximum min minimum new next no non not old original other parent pending plain prev previous primary raw root
    scheduled secondary sender shipping source start sub sum target temp temporary tmp total un work""".split()  # noqa: SIM905
)
"""Words that make another thing of what they are put before: `oldPrice` stands beside `price`."""


def words(name: str) -> tuple[str, ...]:
    """`fullName`, `full_name`, `FULL_NAME` → full, name."""
    return tuple(word.lower() for word in _WORD.findall(name))


def stems(name: str) -> tuple[str, ...]:
    """The words of a name in the singular: `CategoriesOnPosts` → category, on, post."""
    return _plain(words(name))


def likeness(before: str, after: str) -> Likeness:
    """What the names have in common."""
    old, new = words(before), words(after)
    if not old or not new:
        return Likeness.NONE
    if "".join(old) == "".join(new) or _plain(old) == _plain(new):
        return Likeness.VARIANT
    short, long = sorted((_plain(old), _plain(new)), key=len)
    other = {*old} ^ {*new}
    shared = (set(short) & set(long)) - _FILLERS
    if other & _QUALIFIERS or any(word.isdigit() for word in other):
        return Likeness.BESIDE if shared else Likeness.NONE
    if len(short) < len(long):
        if set(short) <= set(long) and short[-1] == long[-1] and not set(short) <= _PARTICLES:
            return Likeness.CONTAINED
        if long[: len(short)] == short:
            return Likeness.EXTENDED
    if len(short) == len(long) and all(_spells_out(a, b) for a, b in zip(short, long, strict=True)):
        return Likeness.EXTENDED
    return Likeness.SHARED if shared else Likeness.NONE


def follows(before: str, after: str, others: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """The rename among `others` by which the one name becomes the other: `teamId`, `organizationId` after Team, Organization."""
    old, new = stems(before), stems(after)
    for pair in others:
        was, became = _difference(stems(pair[0]), stems(pair[1]))
        for at in range(len(old) - len(was) + 1) if was and became else ():
            if old[at : at + len(was)] == was and (*old[:at], *became, *old[at + len(was) :]) == new:
                return pair
    return None


def _difference(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is left of two names without the words that both begin and end with."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def extra_words(before: str, after: str) -> int:
    """How many words the longer name has more than the shorter one."""
    return abs(len(words(before)) - len(words(after)))


def _plain(name: tuple[str, ...]) -> tuple[str, ...]:
    """Without what makes no other name: plural ends and doubled letters."""
    return tuple(_undoubled(_singular(word)) for word in name)


def _singular(word: str) -> str:
    for end, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(end) and len(word) > len(end) + 1:
            return word[: -len(end)] + single
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word) if len(word) > 6 else word


def _spells_out(one: str, other: str) -> bool:
    """The same word, or its beginning of three letters at least: `desc`, `description`."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 3 and long.startswith(short) and len(long) >= len(short) + 3)
