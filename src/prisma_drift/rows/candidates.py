"""Candidate rows of one table as a SELECT over generate_series: values by place in a list, keys from rows that are there.

The same database gives the same rows: what is chosen depends on the row's number and the names of table and column.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from ..model.names import QualifiedName
from ..model.values import mutable
from .catalog import Check, Column, Key, Tables, literal, quote, quoted
from .edges import several
from .values import VECTORS

MOST_VALUES = 200
"""Values in one column's list."""
_MET = 18
"""Values of a column that need not be unique: with those that are empty, no more than a table has rows."""
_DOUBLES = 2
"""Rows that stand twice in a table whose rows need not differ."""
_LAST = 4
"""Digits from which on a counter is taken to be near its end."""
_SOME = 12
"""Values behind the edges, in a column that need not be unique."""
_STRIDES = (7, 11, 5, 13, 3, 17, 1)
_FEW_VALUES = ("bool",)
_VALUE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\bVALUE\b")
NEXT = re.compile(r"\bnextval\(", re.IGNORECASE)

Hints = Mapping[tuple[QualifiedName, str], Sequence[str]]
"""By table and column: texts that shall be among its values, such as those which a conversion has to read."""


@mutable
class Candidates:
    """How one table's rows are made."""

    table: QualifiedName
    columns: dict[str, Column]
    """Those that are given a value."""
    keys: list[Key]
    """Foreign keys whose columns come from rows that are there."""
    later: list[Key]
    """Foreign keys that get their values when all tables have rows."""
    own: list[Key]
    """Foreign keys into the table itself that a row has to satisfy: it points to itself."""
    forced: dict[str, str]
    """By column: SQL over `n` for a key of a table that has no row yet, and whose rows need this one."""
    values: dict[str, list[str | None]]
    """By column: its values, of columns that no key gives one."""
    distinct: set[str]
    """Columns whose values are taken one after the other, since a unique key asks for it."""
    checks: list[Check]
    doubles: bool
    """Whether two rows may be the same in all columns: no unique key forbids it."""

    def sql(
        self, start: int, stop: int, limit: int, *, filtered: bool = True, scattered: bool = False
    ) -> str:
        """INSERT … SELECT of rows `start` to `stop`, at most `limit`; `scattered`: chosen by hash instead of in turn."""
        names = list(self.columns)
        if not names:
            return f"INSERT INTO {quoted(self.table)} DEFAULT VALUES"
        joins, given = self._joins(scattered)
        listed = []
        for name in names:
            listed.append(f"{given.get(name) or self.expression(name, 'n', scattered)} AS {quote(name)}")
        where = [f"({text}) IS NOT FALSE" for text in self._conditions()] if filtered else []
        return (
            f"INSERT INTO {quoted(self.table)} ({', '.join(map(quote, names))})\n"
            f"SELECT {', '.join(f'c.{quote(name)}' for name in names)} FROM (\n"
            f"SELECT {', '.join(listed)}\nFROM {self._numbers(start, stop)} AS g(n)\n"
            + "\n".join(joins)
            + f"\nORDER BY n OFFSET 0) AS c{' WHERE ' if where else ''}{' AND '.join(where)} LIMIT {limit}\n"
            "ON CONFLICT DO NOTHING"
        )

    def _numbers(self, start: int, stop: int) -> str:
        series = f"pg_catalog.generate_series({start}, {stop})"
        if not self.doubles or stop - start < 2 * _DOUBLES:
            return series
        last = stop - _DOUBLES
        return (
            f"(SELECT i FROM pg_catalog.generate_series({start}, {last}) AS i"
            f" UNION ALL SELECT i FROM pg_catalog.generate_series({start}, {start + _DOUBLES - 1}) AS i)"
        )

    def expression(self, name: str, n: str, scattered: bool = False) -> str:
        """The value of a column in the row with the number `n` (SQL)."""
        column = self.columns[name]
        if name in self.forced:
            return self.forced[name]
        if column.kind.name in VECTORS and not column.kind.is_array:
            return _vector(column, n, self._salt(name), nullable=not column.not_null)
        texts = self.values[name]
        size = len(texts)
        if name in self.distinct:
            place = f"({n} - 1) % {size}"
        elif scattered:
            place = (
                f"pg_catalog.abs(pg_catalog.hashint8({n}::bigint * 31 + {self._salt(name)})::bigint) % {size}"
            )
        else:
            place = f"({n} * {_stride(size)} + {self._salt(name)} + {n} / {size}) % {size}"
        listed = ", ".join(map(literal, texts))
        return f"(ARRAY[{listed}]::pg_catalog.text[])[1 + {place}]::{column.base_type}"

    def _salt(self, name: str) -> int:
        return zlib.crc32(f"{self.table}.{name}".encode()) % 1009

    def _joins(self, scattered: bool) -> tuple[list[str], dict[str, str]]:
        """A lateral row of each parent, and what stands for the key's columns."""
        joins: list[str] = []
        given: dict[str, str] = {}
        for number, key in enumerate(self.keys):
            pairs = list(zip(key.columns, key.referenced_columns, strict=True))
            shared = [(ours, theirs) for ours, theirs in pairs if ours in given]
            fresh = [(ours, theirs) for ours, theirs in pairs if ours not in given and ours in self.columns]
            if not fresh:
                continue
            known = [f"p.{quote(theirs)} = {given[ours]}" for ours, theirs in shared]
            known += [f"p.{quote(theirs)} IS NOT NULL" for _, theirs in fresh]
            where = " AND ".join(known)
            source = f"{quoted(key.references)} AS p WHERE {where}"
            count = f"greatest((SELECT count(*) FROM {source}), 1)"
            salt = self._salt(key.name)
            turn = f"(n * {_STRIDES[number % 5]} + {salt} + {number} * (n / 24))"
            if self.distinct.intersection(ours for ours, _ in fresh):
                turn = "(n - 1)"
            if scattered:
                turn = f"pg_catalog.abs(pg_catalog.hashint8(n::bigint * 37 + {salt})::bigint)"
            columns = ", ".join(f"p.{quote(theirs)} AS {quote(ours)}" for ours, theirs in fresh)
            joins.append(
                f"LEFT JOIN LATERAL (SELECT {columns} FROM {source} ORDER BY p.ctid OFFSET {turn} % {count} LIMIT 1)"
                f" AS k{number} ON {self._is_set(key, number, scattered)}"
            )
            given |= {ours: f"k{number}.{quote(ours)}" for ours, _ in fresh}
        for key in self.own:
            for ours, theirs in zip(key.columns, key.referenced_columns, strict=True):
                if ours != theirs and ours not in given:
                    given[ours] = given.get(theirs) or self.expression(theirs, "n", scattered)
        for key in self.later:
            for ours in key.columns:
                if ours in self.columns and not self.columns[ours].not_null and ours not in given:
                    given[ours] = f"NULL::{self.columns[ours].base_type}"
        return joins, given

    def _is_set(self, key: Key, number: int, scattered: bool) -> str:
        if all(self.columns[name].not_null for name in key.columns if name in self.columns):
            return "true"
        salt = self._salt(f"{key.name} is set")
        if scattered:
            return f"pg_catalog.hashint8(n::bigint * 41 + {salt}) % 2 = 0"
        return f"(n + {salt}) % 4 <> 0"

    def _conditions(self) -> Iterable[str]:
        for check in self.checks:
            if check.expression is None or not set(check.columns) <= set(self.columns):
                continue
            text = check.expression
            if check.domain_column:
                # Within another text, VALUE stands for itself.
                name = quote(check.domain_column)
                text = _VALUE.sub(lambda m, name=name: name if m[0] == "VALUE" else m[0], text)  # type: ignore[misc]
            yield text


def candidates(
    table: QualifiedName,
    tables: Tables,
    filled: Collection[QualifiedName],
    hints: Hints,
    counters: Collection[tuple[QualifiedName, str]] = (),
) -> Candidates:
    """How the rows of a table are made, when the tables in `filled` have theirs."""
    own_keys = sorted(tables.keys[table], key=lambda key: (-len(key.columns), key.name))
    all_columns = tables.columns[table]
    made = Candidates(table, {}, [], [], [], {}, {}, set(), list(tables.checks[table]), False)
    made.doubles = not tables.uniques[table]
    for key in own_keys:
        required = all(all_columns[name].not_null for name in key.columns)
        if key.references == table:
            (made.own if required else made.later).append(key)
        elif key.references in filled or key.references not in tables.columns:
            made.keys.append(key)
        elif not required:
            made.later.append(key)
        else:
            made.keys.append(key)
    pointed = {name for key in made.own for name in key.referenced_columns}
    for name, column in all_columns.items():
        if column.generated or column.identity == "a":
            continue
        counted = column.identity == "d" or (column.expression is not None and NEXT.search(column.expression))
        if counted and name not in pointed and not any(name in key.columns for key in own_keys):
            continue
        made.columns[name] = column
    from_keys = {name for key in made.keys for name in key.columns}
    _choose_distinct(made, tables, from_keys)
    for name, column in made.columns.items():
        made.values[name] = _values(made, name, column, hints.get((table, name), ()))
        if (table, name) in counters:
            made.values[name] = [one for one in made.values[name] if one is None or not _large(one)]
    return made


def _large(text: str) -> bool:
    """Whether the text is, or reads as, a whole number near the end of a counter."""
    digits = text.strip().lstrip("+-")
    return digits.isdigit() and len(digits) >= _LAST


def _choose_distinct(made: Candidates, tables: Tables, from_keys: set[str]) -> None:
    """One column of each unique key, whose values are no key's and are many."""
    for unique in tables.uniques[made.table]:
        if not unique.columns or any(
            name not in made.columns for name in unique.columns if name in tables.columns[made.table]
        ):
            continue  # a counter tells its rows apart
        free = [name for name in unique.columns if name not in from_keys]
        wide = [name for name in free if _wide(made.columns[name])]
        if wide and not made.distinct.intersection(wide):
            made.distinct.add(wide[-1])


def _wide(column: Column) -> bool:
    kind = column.kind
    return not kind.labels and kind.name not in _FEW_VALUES and not kind.is_array


def _values(made: Candidates, name: str, column: Column, hints: Sequence[str]) -> list[str | None]:
    kind = column.kind
    if kind.name in VECTORS and not kind.is_array:
        return []
    distinct = name in made.distinct
    known = several(kind, MOST_VALUES if distinct else _SOME)
    listed: list[str | None] = [*dict.fromkeys([*hints, *known])]
    if not distinct:
        # No more than rows, so that each of them is met.
        listed = listed[: _MET + len(hints) // 2]
    if not column.not_null:
        step = 5
        if not distinct:
            for place in range(len(listed) // step, -1, -1):
                listed.insert(place * step, None)
        else:
            listed.insert(min(3, len(listed)), None)
    return listed or [None]


def _stride(size: int) -> int:
    return next(one for one in _STRIDES if one == 1 or size % one)


def _vector(column: Column, n: str, salt: int, *, nullable: bool) -> str:
    """A vector, mostly of eighths, which every type of vector holds exactly; no two rows have the same."""
    size = column.kind.dimensions or 3
    number = f"((({n} * 31 + i * 17 + {n} * i + {salt}) % 19 - 9) / 8.0)"
    if column.kind.name == "vector":
        # In some rows what a half does not hold.
        number = f"({number} + CASE WHEN {n} % 5 = 1 THEN 0.0001 ELSE 0 END)"
    if column.kind.name == "sparsevec":
        number = f"(i::text || ':' || {number}::text)"
        picked = f"pg_catalog.generate_series(1, {size}, greatest({size} / 4, 1)) AS i"
        text = f"'{{' || pg_catalog.array_to_string(ARRAY(SELECT {number} FROM {picked}), ',') || '}}/{size}'"
    else:
        series = f"pg_catalog.generate_series(1, {size}) AS i"
        text = f"'[' || pg_catalog.array_to_string(ARRAY(SELECT {number}::pg_catalog.float4 FROM {series}), ',') || ']'"
    made = f"({text})::{column.base_type}"
    return f"CASE WHEN ({n} + {salt}) % 5 <> 0 THEN {made} END" if nullable else made
