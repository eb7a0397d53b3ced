"""When the predicates of two partial indexes count as the same.

Prisma forgives what Postgres does to simple predicates: parentheses, white space, case of key words, `<>` for `!=`,
quotes around names, casts on literals. What this little grammar does not know (IN, BETWEEN, LIKE, calls) it compares
as text. Where both sides come from a catalog, Postgres' own text decides, unless Prisma is to be followed to the letter.
"""

from __future__ import annotations

import re

from ..model.schema import Index

Tree = tuple[object, ...]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>::|<>|!=|<=|>=|[=<>()\[\],-])
    )""",
    re.VERBOSE,
)
_KEYWORDS = frozenset(["and", "or", "not", "is", "null", "true", "false"])
_COMPARE = frozenset(["=", "!=", "<", ">", "<=", ">="])
_TYPE_TAIL = frozenset(["varying", "precision", "without", "with", "time", "zone"])


def predicates_match(actual: Index, expected: Index, *, faithful: bool) -> bool:
    """Whether two indexes cover the same rows, as far as that is compared."""
    before, after = actual.predicate, expected.predicate
    if before is None or after is None:
        return before is after
    both = actual.catalog is not None and expected.catalog is not None
    if both and not faithful and _catalog_predicate(actual) == _catalog_predicate(expected):
        return True
    return same_predicate(before, after)


def _catalog_predicate(index: Index) -> str | None:
    return index.catalog.predicate if index.catalog is not None else None


def same_predicate(before: str, after: str) -> bool:
    """Prisma's tolerant comparison of two predicates as text."""
    if before == after:
        return True
    first, second = _parse(before), _parse(after)
    return first is not None and first == second


class _UnknownSyntaxError(Exception):
    """The predicate is more than this grammar knows."""


def _parse(text: str) -> Tree | None:
    try:
        return _Parser(_tokens(text)).whole()
    except _UnknownSyntaxError:
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _UnknownSyntaxError
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind == "quoted":
            kind, value = "name", value[1:-1].replace('""', '"')
        elif kind == "word":
            keyword = value.lower() in _KEYWORDS
            kind, value = ("keyword", value.lower()) if keyword else ("name", value)
        elif value == "<>":
            value = "!="
        found.append((kind, value))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over or / and / not / comparison / operand."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def whole(self) -> Tree:
        tree = self._any_of()
        if self.at < len(self.tokens):
            raise _UnknownSyntaxError
        return tree

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self, kind: str, value: str) -> bool:
        if self._peek() == (kind, value):
            self.at += 1
            return True
        return False

    def _any_of(self) -> Tree:
        return self._joined("or", self._all_of)

    def _all_of(self) -> Tree:
        return self._joined("and", self._negation)

    def _joined(self, word: str, part: object) -> Tree:
        parts: list[object] = []
        while True:
            tree = part()  # type: ignore[operator]
            # `a AND (b AND c)` is `a AND b AND c`.
            parts.extend(tree[1:] if tree[0] == word else [tree])
            if not self._take("keyword", word):
                return (word, *parts) if len(parts) > 1 else parts[0]  # type: ignore[return-value]

    def _negation(self) -> Tree:
        if self._take("keyword", "not"):
            return ("not", self._negation())
        return self._comparison()

    def _comparison(self) -> Tree:
        left = self._operand()
        kind, value = self._peek()
        if kind == "sign" and value in _COMPARE:
            self.at += 1
            return (value, left, self._operand())
        if self._take("keyword", "is"):
            negated = self._take("keyword", "not")
            kind, value = self._peek()
            if kind != "keyword" or value not in ("null", "true", "false"):
                raise _UnknownSyntaxError
            self.at += 1
            return ("is not" if negated else "is", left, value)
        return left

    def _operand(self) -> Tree:
        if self._take("sign", "("):
            tree = self._any_of()
            if not self._take("sign", ")"):
                raise _UnknownSyntaxError
            if self._peek() == ("sign", "::") and tree[0] != "number":
                raise _UnknownSyntaxError
            self._skip_cast()
            return tree
        kind, value = self._peek()
        self.at += 1
        if kind in ("string", "number"):
            self._skip_cast()
            return (kind, value)
        if kind == "sign" and value == "-":
            number, digits = self._peek()
            if number != "number":
                raise _UnknownSyntaxError
            self.at += 1
            return ("number", "-" + digits)
        if (kind == "keyword" and value in ("true", "false", "null")) or kind == "name":
            if self._peek() in (("sign", "("), ("sign", "::")):
                raise _UnknownSyntaxError
            return (kind, value)
        raise _UnknownSyntaxError

    def _skip_cast(self) -> None:
        if not self._take("sign", "::"):
            return
        if self._peek()[0] != "name":
            raise _UnknownSyntaxError
        self.at += 1
        while self._peek()[0] == "name" and self._peek()[1].lower() in _TYPE_TAIL:
            self.at += 1
        if self._take("sign", "("):
            while not self._take("sign", ")"):
                if self._peek()[0] == "end":
                    raise _UnknownSyntaxError
                self.at += 1
            while self._peek()[0] == "name" and self._peek()[1].lower() in _TYPE_TAIL:
                self.at += 1
        if self._take("sign", "[") and not self._take("sign", "]"):
            raise _UnknownSyntaxError
