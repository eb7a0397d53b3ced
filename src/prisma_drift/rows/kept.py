"""Which values of a table are still there after a migration, under whatever names, and which are not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from ..model.names import QualifiedName
from ..model.values import field, frozen, mutable
from .content import Content, Row
from .same import same

SHOWN = 60
"""Characters of a value in a message."""


@frozen
class Moves:
    """Where things are after the migration; by their names before it."""

    tables: Mapping[QualifiedName, QualifiedName | None] = field(default_factory=dict)
    """Only of tables that have another name, or none (None)."""
    columns: Mapping[tuple[QualifiedName, str], str] = field(default_factory=dict)
    """Only of columns that have another name."""
    labels: Mapping[tuple[QualifiedName, str], Mapping[str, str]] = field(default_factory=dict)
    """By column: labels of its enum that have another name."""
    filled: frozenset[tuple[QualifiedName, str]] = frozenset()
    """Columns in which something stands afterwards where nothing stood."""

    def table(self, name: QualifiedName) -> QualifiedName | None:
        return self.tables.get(name, name)


@frozen
class Loss:
    """A value or a row that is not what it was."""

    object: str
    """`schema.Table.column`, or `schema.Table` for rows; as named before."""
    message: str


@mutable
class Tally:
    """What came of the values of all tables."""

    rows_before: int = 0
    rows_after: int = 0
    values: int = 0
    """Values, not null, that were found again."""
    losses: list[Loss] = field(default_factory=list)


Ask = Callable[[str, str, str, str], bool]
"""(value, its type, later value, its type): whether Postgres itself takes the one for the other."""


def compare(
    before: Mapping[QualifiedName, Content],
    after: Mapping[QualifiedName, Content],
    moves: Moves,
    told: Collection[str],
    *,
    more_rows: bool = False,
    ask: Ask | None = None,
) -> Tally:
    """Hold two readings against each other. `told` are objects, as named before, whose loss was announced; with
    `more_rows` tables may have gained rows, which triggers write."""
    tally = Tally()
    for name, was in before.items():
        tally.rows_before += len(was.rows)
        moved = moves.table(name)
        now = after.get(moved) if moved is not None else None
        if now is not None:
            tally.rows_after += len(now.rows)
        if str(name) in told or not was.rows:
            continue
        if now is None:
            tally.losses.append(Loss(str(name), f"the table is gone with {len(was.rows)} rows"))
            continue
        _table(name, was, now, moves, told, tally, more_rows=more_rows, ask=ask)
    return tally


def _table(
    name: QualifiedName,
    was: Content,
    now: Content,
    moves: Moves,
    told: Collection[str],
    tally: Tally,
    *,
    more_rows: bool,
    ask: Ask | None,
) -> None:
    pairs: list[_Pair] = []
    for place, column in enumerate(was.columns):
        if f"{name}.{column}" in told:
            continue
        found = now.place(moves.columns.get((name, column), column))
        if found is None:
            if any(row[place] is not None for row in was.rows):
                tally.losses.append(Loss(f"{name}.{column}", "the column is gone with its values"))
            continue
        labels = moves.labels.get((name, column), {})
        filled = (name, column) in moves.filled
        pairs.append(_Pair(column, place, found, was.types[place], now.types[found], labels, filled, ask))
    left = list(now.rows)
    keys = [pair for pair in pairs if pair.column in was.key]
    by_key = len(keys) == len(was.key) > 0
    # Rows of tables that inherit from this one stand among its own, under keys that may be the same.
    by_key = by_key and len({tuple(row[pair.before] for pair in keys) for row in was.rows}) == len(was.rows)
    for row in was.rows:
        match = _partner(row, left, keys if by_key else pairs, whole=by_key)
        if match is None:
            tally.losses.append(Loss(str(name), f"the row {_shown(row, keys or pairs)} is gone"))
            continue
        left.remove(match)
        for pair in pairs:
            value = row[pair.before]
            if pair.holds(row, match):
                tally.values += value is not None
            else:
                text = f"{_short(value)} has become {_short(match[pair.after])}"
                tally.losses.append(Loss(f"{name}.{pair.column}", text))
    if left and not more_rows:
        tally.losses.append(Loss(str(name), f"{len(left)} rows stand there that nobody wrote"))


@frozen
class _Pair:
    """One column before and after."""

    column: str
    before: int
    after: int
    was: str
    now: str
    labels: Mapping[str, str]
    filled: bool
    ask: Ask | None

    def holds(self, row: Row, other: Row) -> bool:
        """Whether the value came through."""
        value, later = row[self.before], other[self.after]
        if value is None or later is None:
            if value is None:
                return later is None or self.filled or self._empty(later, self.now, self.was)
            return self._empty(value, self.was, self.now)
        if value == later:
            return not self.labels or value not in self.labels
        if self.filled and self._json_null(value, self.was) and not self.now.startswith("json"):
            return True
        if self.labels:
            # of a list, label by label
            from .edges import quoted_element
            from .same import elements

            if (parts := elements(value)) is not None and self.was.endswith("[]"):
                named = [None if one is None else self.labels.get(one, one) for one in parts]
                return named == elements(later)
            return self.labels.get(value, value) == later or quoted_element(value) == later
        if same(value, self.was, later, self.now):
            return True
        return self.was != self.now and self.ask is not None and self.ask(value, self.was, later, self.now)

    def _json_null(self, value: str | None, type: str) -> bool:
        return type in ("json", "jsonb") and value == "null"

    def _empty(self, value: str | None, type: str, other: str) -> bool:
        """Whether nothing stands in a list, which is what no list has as NULL; or JSON's null, which is none elsewhere."""
        if self._json_null(value, type):
            return not other.startswith("json")
        return value in ("{}", "{NULL}") and type.endswith("[]") and not other.endswith("[]")


def _partner(row: Row, rows: Sequence[Row], pairs: Sequence[_Pair], *, whole: bool) -> Row | None:
    """The row that is this one: by its key, or else the one that has most of its values."""
    best, most = None, -1
    for other in rows:
        hits = 0
        for pair in pairs:
            if pair.holds(row, other):
                hits += 1
            elif whole:
                break
        if hits == len(pairs):
            return other
        if hits > most and not whole:
            best, most = other, hits
    return best


def _shown(row: Row, pairs: Iterable[_Pair]) -> str:
    return "(" + ", ".join(f"{pair.column}: {_short(row[pair.before])}" for pair in [*pairs][:3]) + ")"


def _short(value: str | None) -> str:
    if value is None:
        return "NULL"
    plain = " ".join(value.split())
    return f"`{plain[:SHOWN]}…`" if len(plain) > SHOWN else f"`{plain}`"
