"""Invents rows as Prisma's client would write them: the columns it fills, parents for foreign keys, values that checks take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..model.names import QualifiedName
from ..model.schema import Column, Table
from ..model.types import Arity, PrismaLevel
from ..model.values import field, frozen
from ..rows.catalog import literal
from ..rows.values import Kind, value
from .lab import Key, Lab, quote, quoted
from .refusal import RefusedError, refusal

if TYPE_CHECKING:
    pass

DEEPEST = 12
"""Parents above parents."""
MOST_TRIES = 60
"""Rows that may be tried until one satisfies a table's checks."""
MOST_DUPLICATES = 8
"""Rows that may be tried until one is no duplicate."""
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(-?\d+(?:\.\d+)?)")
_COMMON = (
    "0",
    "1",
    "-1",
    "2",
    "10",
    "100",
    "a",
    "A",
    "",
    "AB",
    "abc",
    "a@example.com",
    "https://example.com",
    "true",
    "false",
)

Given = Mapping[str, str | None]


@frozen
class Row:
    """A row that the database has taken."""

    table: QualifiedName
    values: dict[str, str | None] = field(default_factory=dict)
    """Every column that both the schema and the table have, as the database holds it."""
    where: str = ""
    """Finds it again."""


class Rows:
    """Rows for one trial. What is made lasts as long as the trial."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._known: dict[QualifiedName, Row] = {}
        self._begun: dict[QualifiedName, dict[str, str | None]] = {}
        """Rows whose parents are being made: where a parent needs its child, both are made before either is checked."""
        self._rotated = False
        self._solved: dict[QualifiedName, dict[str, str | None]] = {}
        """By table: values that its checks were seen to take; kept between trials."""
        self._number = 0
        self._loose: tuple[QualifiedName, tuple[str, ...], QualifiedName] | None = None
        self._tables = {table.name: table for table in lab.expected.tables}

    def begin(self) -> Rows:
        """Forget rows of an earlier trial, but not what its checks take."""
        self._known = {}
        return self

    def insert(
        self, name: QualifiedName, given: Given | None = None, *, fresh: bool = False, depth: int = 0
    ) -> Row:
        """A new row with the `given` values; the rest is invented. Parents are shared unless `fresh`. Raises RefusedError."""
        if depth:
            return self._insert(name, given or {}, fresh, depth)
        import psycopg

        self._begun = {}
        try:
            with self.lab.connection.transaction():
                self.lab.ask("SET CONSTRAINTS ALL DEFERRED")
                row = self._insert_either_way(name, given or {}, fresh)
                self.lab.ask("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            if self.lab.connection.closed:
                raise
            raise refusal(self.lab, error, self.table(name), {}) from None
        self._known.setdefault(name, row)
        return row

    def _insert_either_way(self, name: QualifiedName, given: Given, fresh: bool) -> Row:
        """Of two rows that need each other, the one has to come first whose key waits."""
        try:
            return self._insert(name, given, fresh, 0)
        except RefusedError as refused:
            if refused.sqlstate != "23503" or given:
                raise
            for key in self.keys_of(self.table(name)):
                self._known, self._begun = {}, {}
                with suppress(RefusedError):
                    self._insert(key.references, {}, fresh, 1)
                if name in self._known:
                    return self._known[name]
            raise

    def _insert(self, name: QualifiedName, given: Given, fresh: bool, depth: int) -> Row:
        table = self.table(name)
        if depth > DEEPEST or name in self._begun:
            raise RefusedError("its rows need each other before they exist")
        values = self._values(table, dict(given), fresh, depth)
        try:
            row = self._try(table, values)
        except RefusedError as refused:
            row = self._again(table, values, given, refused, fresh, depth)
        if depth:
            self._known.setdefault(name, row)
        return row

    def table(self, name: QualifiedName) -> Table:
        """As the schema has it; what only the database has, as the catalog says."""
        if name in self._tables:
            return self._tables[name]
        if name not in self.lab.columns:
            raise RefusedError(f"the table {name} does not exist", certain=True, sqlstate="42P01")
        from ..model.types import ColumnType, DbGenerated, Family

        columns = tuple(
            Column(
                c.name,
                ColumnType(Family.UNSUPPORTED, Arity.REQUIRED if c.not_null else Arity.NULLABLE, text=c.type),
                default=DbGenerated(c.expression) if c.expression is not None else None,
                autoincrement=bool(c.identity),
            )
            for c in self.lab.columns[name].values()
        )
        self._tables[name] = Table(name, columns)
        return self._tables[name]

    @contextmanager
    def without(
        self, table: QualifiedName, columns: Sequence[str], references: QualifiedName
    ) -> Iterator[None]:
        """Rows of `table` whose parent by the key over `columns` is not made: orphans."""
        self._loose = (table, tuple(columns), references)
        try:
            yield
        finally:
            self._loose = None

    def next_value(self, table: QualifiedName, column: str) -> str | None:
        """A value that no row has yet; None where none is known for its type."""
        self._number += 1
        kind = self.kind(table, column)
        if kind and kind.labels and not kind.is_array and self._rotated:
            return kind.labels[self._number % len(kind.labels)]
        return value(kind, self._number) if kind else None

    def kind(self, table: QualifiedName, column: str) -> Kind | None:
        """The type of a column in the database; None where it has none of that name."""
        found = self.lab.columns.get(table, {}).get(column)
        return found.kind if found else None

    # ------------------------------------------------------------ one row

    def _values(
        self, table: Table, values: dict[str, str | None], fresh: bool, depth: int
    ) -> dict[str, str | None]:
        for name, solved in self._solved.get(table.name, {}).items():
            values.setdefault(name, solved)
        self._begun[table.name] = values
        try:
            for key in self.keys_of(table):
                self._link(table, key, values, fresh, depth)
        finally:
            self._begun.pop(table.name, None)
        for column in table.columns:
            if column.name not in values and self._is_written(table, column):
                made = self.next_value(table.name, column.name)
                if made is None:
                    if self.kind(table.name, column.name) is None:
                        made = "smoke"
                    else:
                        kind = self.lab.columns[table.name][column.name]
                        raise RefusedError(
                            f"no value of type {kind.type} is known for its column {column.name}"
                        )
                values[column.name] = made
        return values

    def keys_of(self, table: Table) -> list[Key]:
        """Foreign keys that the database has, and those that the schema declares beyond them."""
        found = list(self.lab.keys.get(table.name, ()))
        shapes = {(tuple(key.columns), key.references) for key in found}
        for declared in table.foreign_keys:
            if (declared.columns, declared.references) not in shapes:
                found.append(
                    Key(
                        table.name.schema, table.name.name, declared.name, declared.columns,
                        declared.references.schema, declared.references.name, declared.referenced_columns,
                    )
                )  # fmt: skip
        return sorted(found, key=lambda key: (len(key.columns), key.name))

    def _is_written(self, table: Table, column: Column) -> bool:
        """Whether Prisma's client gives the column a value when only what must be given is given."""
        there = self.lab.columns.get(table.name, {}).get(column.name)
        if there is not None and (there.generated or there.identity == "a"):
            return False
        if isinstance(column.default, PrismaLevel) or (
            column.type.arity is Arity.LIST and column.default is None
        ):
            return True
        return column.default is None and not column.autoincrement and column.type.arity is Arity.REQUIRED

    def _link(self, table: Table, key: Key, values: dict[str, str | None], fresh: bool, depth: int) -> None:
        """Values for the columns of a foreign key that has to be satisfied, and a row that they point to."""
        columns = {column.name: column for column in table.columns}
        for name in key.columns:
            known = columns.get(name)
            filled = values[name] is not None if name in values else known is not None and (
                known.type.arity is Arity.REQUIRED or known.default is not None
            )  # fmt: skip
            if not filled:
                return
        if (table.name, tuple(key.columns), key.references) == self._loose:
            return
        pairs = list(zip(key.columns, key.referenced_columns, strict=True))
        wanted = {theirs: values[ours] for ours, theirs in pairs if ours in values}
        if key.references == table.name:
            # A row of its own tree: it points to itself.
            for ours, theirs in pairs:
                if ours not in values and theirs not in values:
                    values[theirs] = self.next_value(table.name, theirs)
                values.setdefault(ours, values.get(theirs))
            return
        parent = self._parent(key, wanted, fresh, depth)
        for ours, theirs in pairs:
            values[ours] = parent.get(theirs)

    def _parent(self, key: Key, wanted: dict[str, str | None], fresh: bool, depth: int) -> Given:
        known = self._known.get(key.references)
        if key.references in self._begun:
            waiting = self._begun[key.references]
            for name in key.referenced_columns:
                if name not in waiting:
                    waiting[name] = wanted.get(name) or self.next_value(key.references, name)
            return waiting
        if not wanted and known is not None and not fresh:
            return known.values
        if wanted:
            found = self._find(key, wanted)
            if found is not None:
                return found
        try:
            return self.insert(key.references, wanted, fresh=fresh, depth=depth + 1).values
        except RefusedError as refused:
            # The only rows that there may be are there already: those that a migration writes.
            there = None if wanted or refused.sqlstate != "23505" else self._find(key, {})
            if there is None:
                raise
            return there

    def _find(self, key: Key, wanted: dict[str, str | None]) -> Given | None:
        listed = ", ".join(f"{quote(name)}::text" for name in key.referenced_columns)
        where = " AND ".join(f"{quote(name)} = ${n}" for n, name in enumerate(wanted, 1)) or "true"
        import psycopg

        try:
            with self.lab.connection.transaction():
                rows = self.lab.ask(
                    f"SELECT {listed} FROM {quoted(key.references)} WHERE {where} LIMIT 1",
                    list(wanted.values()),
                )
        except psycopg.Error:
            return None
        return dict(zip(key.referenced_columns, rows[0], strict=True)) if rows else None

    def _try(self, table: Table, values: dict[str, str | None]) -> Row:
        import psycopg

        try:
            with self.lab.connection.transaction():
                return self._send(table, values)
        except psycopg.Error as error:
            if self.lab.connection.closed:
                raise
            raise refusal(self.lab, error, table, values) from None

    def _send(self, table: Table, values: dict[str, str | None]) -> Row:
        there = self.lab.columns.get(table.name, {})
        back = [column.name for column in table.columns if column.name in there]
        listed = ", ".join(f"{quote(name)}::text" for name in back)
        into = f"INSERT INTO {quoted(table.name)} "
        if values:
            into += f"({', '.join(map(quote, values))}) VALUES ({', '.join(f'${n}' for n in range(1, len(values) + 1))})"
        else:
            into += "DEFAULT VALUES"
        rows = self.lab.ask(
            f"{into} RETURNING tableoid::text, ctid::text{', ' if back else ''}{listed}",
            list(values.values()),
        )
        if not rows:
            raise RefusedError("a trigger or rule puts it elsewhere")
        held = dict(zip(back, rows[0][2:], strict=True))
        return Row(table.name, held, self._where(table, rows[0][0], rows[0][1], held))

    def _where(self, table: Table, tableoid: str, ctid: str, held: Given) -> str:
        key = table.primary_key.columns if table.primary_key else ()
        if key and all(held.get(name) is not None for name in key):
            return " AND ".join(f"{quote(name)} = {literal(held[name])}" for name in key)
        return f"tableoid = {tableoid} AND ctid = '{ctid}'"

    # ------------------------------------------------------------ other values

    def _again(
        self,
        table: Table,
        values: dict[str, str | None],
        given: Given,
        refused: RefusedError,
        fresh: bool,
        depth: int,
    ) -> Row:
        """The same with other values, where a check or a unique key may take them."""
        if refused.sqlstate == "23505":
            return self._other(table, given, refused, depth)
        if refused.sqlstate != "23514":
            raise refused
        tries = 0
        for changed in self._variants(table, refused.constraint, given):
            tries += 1
            if tries > MOST_TRIES:
                break
            try:
                row = self._try(table, values | changed)
            except RefusedError as again:
                if again.sqlstate == "23514" and again.constraint != refused.constraint and again.constraint:
                    # One check is content: keep what it takes, and go on with the next.
                    self._solved.setdefault(table.name, {}).update(changed)
                    return self._again(table, values | changed, {**given, **changed}, again, fresh, depth)
                continue
            self._solved.setdefault(table.name, {}).update(changed)
            return row
        raise refused

    def _other(self, table: Table, given: Given, refused: RefusedError, depth: int) -> Row:
        """Parents of its own, since a parent may have one child only; other values of enums, and of sequences."""
        for _ in range(MOST_DUPLICATES):
            self._rotated = True
            try:
                return self._try(table, self._values(table, dict(given), True, depth))
            except RefusedError as again:
                if again.sqlstate != "23505":
                    raise
                refused = again
            finally:
                self._rotated = False
        raise refused

    def _variants(self, table: Table, constraint: str, given: Given) -> Iterator[dict[str, str | None]]:
        """Other values for the columns that a check speaks of: those it names itself, common ones, none at all."""
        rows = self.lab.ask(
            "SELECT pg_catalog.pg_get_constraintdef(k.oid), ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a"
            " WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) FROM pg_catalog.pg_constraint AS k"
            " WHERE k.conname = $1 AND (k.conrelid = 0 OR k.conrelid = $2::text::pg_catalog.regclass)",
            [constraint, quoted(table.name)],
        )
        if not rows:
            return
        text, columns = rows[0]
        names = [name for name in columns or [c.name for c in table.columns] if name not in given]
        links = {name: key for key in self.keys_of(table) for name in key.columns}
        said = [m[1].replace("''", "'") if m[1] is not None else m[2] for m in _LITERAL.finditer(text)]
        for name in names:
            if name in links:
                yield from self._linked(links[name])
                continue
            for one in dict.fromkeys([*said, *_COMMON]):
                yield {name: one}
        for name in names:
            made = self.next_value(table.name, name)
            if made is not None and name not in links:
                yield {name: made}
            if (column := table.column(name)) and column.type.arity is Arity.NULLABLE:
                yield {name: None}

    def _linked(self, key: Key) -> Iterator[dict[str, str | None]]:
        """One of several parents is asked for: make one."""
        if len(key.columns) != 1:
            return
        try:
            parent = self._parent(key, {}, False, 1)
        except RefusedError:
            return
        yield {key.columns[0]: parent.get(key.referenced_columns[0])}
