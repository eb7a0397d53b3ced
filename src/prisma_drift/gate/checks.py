"""What rows could stop a pending migration, or would be lost by it: two readings of one shadow database, before and after.

Tables, columns and constraints are followed by their numbers in the catalog, so that renames need no guessing. What is
counted is one SELECT over the live table, with what the migration itself changes in the rows before worked into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..migrations import facts as f
from ..model.hazards import Check
from ..model.values import frozen
from ..postgres.catalog.inventory import ColumnRow, ConstraintRow, Inventory, TableRow
from ..postgres.catalog.reader import quote
from . import repairs
from .rows import Pending, PendingFacts, Rows, columns_later, rows_later, touching

NULLS = "nulls"
DUPLICATES = "duplicates"
ORPHANS = "orphans"
REQUIRED = "column-required"
REFUSED = "value-refused"
BROKEN = "check-refused"
LOSS = "data-loss"
_ENOUGH = 1000
"""Rows that are counted at most where any is too many, and of large tables."""
_LARGE = 1_000_000
"""Rows, as Postgres guesses them, from which on a table is large."""
_END = float("inf")
_TEXT = re.compile(r"(?:text|citext|character varying(?:\((\d+)\))?|character\((\d+)\))")
_WHOLE = ("smallint", "integer", "bigint")


@frozen
class Question:
    """A check with what is needed to run it and to speak of it."""

    check: Check
    migration: str
    table: str
    """The live table's quoted name."""
    object_table: str
    samples: str = ""
    """A SELECT of keys; empty where there is no key or nothing to show."""
    unsure_at: str = ""
    """`migration:line` of a statement that may change what is counted."""
    moved: str = ""
    """`migration:line` of a statement that reads what is dropped, and may have put it elsewhere."""
    why: str = ""
    """Why it cannot be counted; `check.sql` is empty then."""
    repair: str = ""
    """What to do about the rows, with SQL in which `…` stands for what only a person knows."""
    most: int = 0
    """The count goes no further; 0 where it has no end."""


@frozen
class Stage:
    """One pending migration between two readings."""

    first: Inventory
    """When nothing pending had run."""
    before: Inventory
    after: Inventory
    live: Inventory
    facts: PendingFacts
    rows: tuple[Pending, ...]
    """Of all pending migrations up to this one."""
    server_major: int

    def live_table(self, oid: int) -> TableRow | None:
        then = self.first.tables.get(oid)
        return self.live.table_named(then.schema, then.name) if then is not None else None

    def names(self, oid: int) -> list[str]:
        found = [s.tables[oid].name for s in (self.first, self.before, self.after) if oid in s.tables]
        return list(dict.fromkeys(found))

    def name(self, oid: int) -> str:
        table = self.after.tables.get(oid) or self.before.tables[oid]
        return f"{table.schema}.{table.name}"

    def rows_of(self, oid: int, line: float) -> Rows | None:
        """The rows when the migration has come to a line; None where the table is not in the database."""
        live = self.live_table(oid)
        if live is None:
            return None
        columns = columns_later(
            [c.name for c in self.live.columns[live.oid].values()],
            self.first.columns[oid],
            self.before.columns.get(oid, {}),
            self.after.columns.get(oid, {}),
            self._defaults(oid),
        )
        name = (self.after.tables.get(oid) or self.before.tables[oid]).name
        touched = touching(self.rows, self.names(oid), (self.facts.order, line))
        return rows_later(f"{quote(live.schema)}.{quote(live.name)}", columns, name, touched)

    def _defaults(self, oid: int) -> dict[str, str]:
        """What rows that are there get in a new column."""
        names = self.names(oid)
        return {
            fact.column.name: fact.column.default
            for fact in self.facts.facts
            if isinstance(fact, f.AddColumn) and fact.table.name in names and fact.column.default
        }

    def live_columns(self, oid: int, numbers: Sequence[int]) -> list[ColumnRow]:
        """The columns as the live table has them; none where it lacks one of them."""
        live = self.live_table(oid)
        first = self.first.columns.get(oid, {})
        if live is None or not all(number in first for number in numbers):
            return []
        there = {c.name: c for c in self.live.columns[live.oid].values()}
        found = [there.get(first[number].name) for number in numbers]
        return [c for c in found if c is not None] if None not in found else []

    def quoted(self, oid: int) -> str:
        """The table's name when the migration has run."""
        table = self.after.tables.get(oid) or self.before.tables[oid]
        return f"{quote(table.schema)}.{quote(table.name)}"

    def key_of(self, oid: int) -> list[tuple[str, str]]:
        """The primary key's quoted columns: as they are called when the migration meets them, and in the live table."""
        later = {**self.before.columns.get(oid, {}), **self.after.columns.get(oid, {})}
        for k in self.first.constraints.values():
            if k.table_oid == oid and k.kind == "p" and all(number in later for number in k.columns):
                now = self.live_columns(oid, k.columns)
                return [(quote(later[n].name), quote(c.name)) for n, c in zip(k.columns, now, strict=False)]
        return []

    def found(self, oid: int, rows: Rows, where: str, numbers: Sequence[int]) -> repairs.Found:
        """Rows to be mended, by a condition over columns of these numbers."""
        live = self.live_table(oid)
        assert live is not None
        later = self.after.tables.get(oid) or self.before.tables[oid]
        columns = {**self.before.columns.get(oid, {}), **self.after.columns.get(oid, {})}
        now = self.live_columns(oid, numbers)
        same = [c.name for c in now] == [columns[n].name for n in numbers if n in columns]
        return repairs.Found(
            f"{quote(live.schema)}.{quote(live.name)}",
            tuple(self.key_of(oid)),
            rows.sql,
            where,
            plain=rows.as_they_are and bool(now) and same and later.name == live.name,
        )

    def is_large(self, oid: int) -> bool:
        live = self.live_table(oid)
        return live is not None and live.estimate >= _LARGE


def questions(stage: Stage) -> Iterator[Question]:
    """Everything to count for one pending migration."""
    for oid, table in stage.before.tables.items():
        if stage.live_table(oid) is None:
            continue
        if oid not in stage.after.tables:
            yield _table_dropped(stage, oid, table)
            continue
        yield from _columns(stage, oid)
        yield from _unique(stage, oid)
    for k in stage.after.constraints.values():
        if k.oid in stage.before.constraints or not k.validated or stage.live_table(k.table_oid) is None:
            continue
        if k.kind == "f":
            yield from _reference(stage, k)
        elif k.kind in ("c", "x"):
            yield from _rule(stage, k)


# ------------------------------------------------------------ columns


def _columns(stage: Stage, oid: int) -> Iterator[Question]:
    before, after = stage.before.columns[oid], stage.after.columns[oid]
    for number, column in before.items():
        if number not in after:
            if number in stage.first.columns[oid] and not column.generated:
                yield _column_dropped(stage, oid, stage.first.columns[oid][number])
            continue
        then = after[number]
        if then.not_null and not column.not_null:
            yield from _not_null(stage, oid, number, then)
        if (column.type, column.labels) != (then.type, then.labels):
            yield from _retyped(stage, oid, number, column, then)
    for number, column in after.items():
        if number not in before and column.not_null and not (column.generated or column.identity):
            yield from _new_required(stage, oid, number, column)


def _new_required(stage: Stage, oid: int, number: int, column: ColumnRow) -> Iterator[Question]:
    added = next(
        (
            fact
            for fact in stage.facts.facts
            if isinstance(fact, f.AddColumn)
            and fact.column.name == column.name
            and fact.table.name in stage.names(oid)
        ),
        None,
    )
    if added is None or not added.column.not_null:
        yield from _not_null(stage, oid, number, column)
        return
    if added.column.default or added.column.identity or added.column.generated or added.column.type.serial:
        return
    rows = stage.rows_of(oid, added.line)
    if rows is None:
        return
    name = f"{stage.name(oid)}.{column.name}"
    message = f"Rows of {stage.name(oid)}, which get a required column {column.name} without a value"
    sql = f"SELECT count(*) FROM (SELECT FROM {rows.sql} LIMIT {_ENOUGH}) AS r"  # noqa: S608
    repair = repairs.in_steps(stage.quoted(oid), column.name, column.type)
    yield _question(
        stage, oid, Check(REQUIRED, name, "fails", message, sql), rows, repair=repair, most=_ENOUGH
    )


def _not_null(stage: Stage, oid: int, number: int, column: ColumnRow) -> Iterator[Question]:
    line = _line(stage, f.SetNotNull, oid, column.name)
    rows = stage.rows_of(oid, line)
    if rows is None:
        return
    name = f"{stage.name(oid)}.{column.name}"
    where = f"{quote(column.name)} IS NULL"
    message = f"Rows of {stage.name(oid)} without {column.name}, which becomes required"
    now = stage.live_columns(oid, [number])
    if now:
        repair = repairs.values(stage.found(oid, rows, where, [number]), [c.name for c in now])
    else:
        repair = repairs.filled_by_migration(stage.quoted(oid), column.name)
    yield _counting(stage, oid, NULLS, name, "fails", message, rows, where, repair)


def _column_dropped(stage: Stage, oid: int, column: ColumnRow) -> Question:
    live = stage.live_table(oid)
    assert live is not None
    rows = Rows(f"{quote(live.schema)}.{quote(live.name)}")
    name = f"{live.schema}.{live.name}.{column.name}"
    line = _line(stage, f.DropColumn, oid, column.name)
    moved = _reads(stage, [live.name, *stage.names(oid)], column.name, line)
    where = f"{quote(column.name)} IS NOT NULL"
    known = {c.name for c in stage.live.columns[live.oid].values()}
    message = f"Rows that lose their {column.name}"
    if column.name not in known:
        check = Check(LOSS, name, "loses", message, "")
        return Question(
            check, stage.facts.migration, "", f"{live.schema}.{live.name}", why="the column is not there"
        )
    found = _counting(stage, oid, LOSS, name, "loses", message, rows, where)
    return _moved(found, moved)


def _table_dropped(stage: Stage, oid: int, table: TableRow) -> Question:
    live = stage.live_table(oid)
    assert live is not None
    name = f"{live.schema}.{live.name}"
    own = f"{quote(live.schema)}.{quote(live.name)}"
    line = min(
        (
            fact.line
            for fact in stage.facts.facts
            if isinstance(fact, f.DropTable) and fact.table.name == table.name
        ),
        default=_END,
    )
    moved = _reads(stage, [live.name, table.name], "", line)
    sql = f"SELECT count(*) FROM (SELECT FROM {own} LIMIT {_ENOUGH}) AS r"  # noqa: S608
    check = Check(LOSS, name, "loses", f"Rows of {name}, which is dropped", sql)
    return _moved(Question(check, stage.facts.migration, own, name, most=_ENOUGH), moved)


def _moved(question: Question, moved: str) -> Question:
    from ..model.values import replace

    return replace(question, moved=moved)


def _reads(stage: Stage, tables: Sequence[str], column: str, line: float) -> str:
    """The statement before that names the table and the column, and may have put the values elsewhere."""
    from ..migrations.relevant import mentions

    for one in stage.rows:
        text = one.statement.text
        if one.at < (stage.facts.order, line) and any(mentions(text, table) for table in tables):
            if column and not mentions(text, column):
                continue
            return f"{one.migration}:{one.statement.line}"
    return ""


def _retyped(stage: Stage, oid: int, number: int, before: ColumnRow, after: ColumnRow) -> Iterator[Question]:
    name = f"{stage.name(oid)}.{after.name}"
    line = _line(stage, f.AlterColumnType, oid, after.name)
    rows = stage.rows_of(oid, line)
    message = f"Rows whose {after.name} does not fit {after.type}"
    where = _refused(before, after, stage.server_major)
    if where == "" or rows is None:
        return
    if where is None or not _plain_cast(stage, oid, before, after):
        check = Check(REFUSED, name, "fails", message, "")
        why = f"no query can tell how {before.type} becomes {after.type} here"
        yield Question(check, stage.facts.migration, "", stage.name(oid), why=why)
        return
    found = stage.found(oid, rows, where, [number])
    repair = repairs.values(found, [c.name for c in stage.live_columns(oid, [number])])
    yield _counting(stage, oid, REFUSED, name, "fails", message, rows, where, repair)


def _refused(before: ColumnRow, after: ColumnRow, major: int) -> str | None:
    """What is true of a value that the type refuses; empty where none is, None where nobody can tell."""
    column = quote(after.name)
    if after.labels and (before.labels or (_TEXT.fullmatch(before.type) and not after.is_list)):
        listed = ", ".join("'" + label.replace("'", "''") + "'" for label in after.labels)
        if before.labels and not set(before.labels) - set(after.labels):
            return ""
        if after.is_list:
            return f"EXISTS (SELECT FROM unnest({column}::text[]) AS v(x) WHERE v.x NOT IN ({listed}))"
        return f"{column}::text NOT IN ({listed})"
    if before.is_list or after.is_list:
        return None
    old, new = _TEXT.fullmatch(before.type), _TEXT.fullmatch(after.type)
    if new is not None:
        length = new[1] or new[2]
        if old is None:
            return "" if not length else None
        had = old[1] or old[2]
        if not length or (had and int(had) <= int(length)):
            return ""
        return f"rtrim(substr({column}::text, {int(length) + 1}), ' ') <> ''"
    if before.type in _WHOLE and after.type in _WHOLE:
        if _WHOLE.index(before.type) <= _WHOLE.index(after.type):
            return ""
        limit = {"smallint": 32767, "integer": 2147483647}[after.type]
        return f"{column} NOT BETWEEN {-limit - 1} AND {limit}"
    if before.type in _WHOLE and after.type in ("numeric", "double precision", "real"):
        return ""
    times = r"timestamp(\(\d\))? with(out)? time zone"
    if re.fullmatch(times, before.type) and re.fullmatch(times, after.type):
        return ""
    if old is not None and major >= 16 and after.type != "bytea":
        literal = after.type.replace("'", "''")
        return f"{column} IS NOT NULL AND NOT pg_input_is_valid({column}::text, '{literal}')"
    return None


def _plain_cast(stage: Stage, oid: int, before: ColumnRow, after: ColumnRow) -> bool:
    """Whether the change has no USING, or one that only casts the column."""
    for fact in stage.facts.facts:
        if not isinstance(fact, f.AlterColumnType) or fact.column not in (before.name, after.name):
            continue
        if fact.table.name not in stage.names(oid):
            continue
        using = fact.using
        if not using:
            return True
        bare = re.sub(
            r"::\s*(?:\"[^\"]+\"\.)?(?:\"[^\"]+\"|[\w. ]+?)(?:\(\d+(?:,\s*\d+)?\))?(?:\[\])?(?=$|\)|::)",
            "",
            using,
        )
        bare = bare.replace("(", "").replace(")", "").replace('"', "").strip()
        # An explicit cast to varchar(n) cuts where the plain change refuses.
        cuts = bool(_TEXT.fullmatch(after.type) and ("(" in after.type))
        return bare == before.name.replace('"', "") and not cuts
    return False


# ------------------------------------------------------------ keys and rules


def _unique(stage: Stage, oid: int) -> Iterator[Question]:
    for i in stage.after.indexes.values():
        if i.table_oid != oid or not i.is_unique or i.is_exclusion or not i.valid:
            continue
        had = [j for j in stage.before.indexes.values() if j.table_oid == oid and j.is_unique and j.valid]
        alike = [(j.columns, j.predicate, j.nulls_not_distinct) for j in had if 0 not in j.columns]
        if i.oid in stage.before.indexes or (i.columns, i.predicate, i.nulls_not_distinct) in alike:
            continue
        k = next(
            (k for k in stage.after.constraints.values() if k.index_oid == i.oid and k.kind != "f"), None
        )
        line = _line_of_key(stage, i.name)
        rows = stage.rows_of(oid, line)
        if rows is None:
            continue
        keys = list(i.keys)
        conditions = [f"({i.predicate})"] if i.predicate else []
        if not i.nulls_not_distinct:
            conditions += [f"({key}) IS NOT NULL" for key in keys]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        parts = ", ".join(f"({key})" for key in keys)
        own = [later for later, _ in stage.key_of(oid)]
        listed = "".join(f", {column}" for column in own)
        inner = f"(SELECT count(*) OVER (PARTITION BY {parts}) AS prisma_drift_n{listed} FROM {rows.sql}{where}) AS d"  # noqa: S608
        shown = ", ".join(key.strip('"') for key in keys)
        what = "primary key" if k is not None and k.kind == "p" else "unique index"
        name = f"{stage.name(oid)}.{i.name}"
        message = f"Rows of {stage.name(oid)} whose {shown} another row has too, against the {what} {i.name}"
        sql = f"SELECT count(*) FROM {inner} WHERE prisma_drift_n > 1"  # noqa: S608
        listed = ", ".join(own)
        keyed = f"{inner} WHERE prisma_drift_n > 1 ORDER BY {listed} LIMIT 3"
        samples = f"SELECT {_texts(own)} FROM {keyed}" if own else ""  # noqa: S608
        found = stage.found(oid, Rows(inner), "prisma_drift_n > 1", [])
        repair = repairs.apart(found, [c.name for c in stage.live_columns(oid, i.columns)])
        check = Check(DUPLICATES, name, "fails", message, sql)
        yield _question(stage, oid, check, rows, samples, repair)


def _reference(stage: Stage, k: ConstraintRow) -> Iterator[Question]:
    for other in stage.before.constraints.values():
        same = (other.table_oid, other.columns, other.referenced_oid, other.referenced_columns)
        if (
            other.kind == "f"
            and other.validated
            and same == (k.table_oid, k.columns, k.referenced_oid, k.referenced_columns)
        ):
            return
    line = _line(stage, f.AddConstraint, k.table_oid, k.name)
    rows = stage.rows_of(k.table_oid, line)
    if rows is None:
        return
    columns = [stage.after.columns[k.table_oid][n].name for n in k.columns]
    there = [stage.after.columns[k.referenced_oid][n].name for n in k.referenced_columns]
    name = f"{stage.name(k.table_oid)}.{k.name}"
    target = stage.name(k.referenced_oid)
    message = f"Rows of {stage.name(k.table_oid)} whose {', '.join(columns)} {target} does not have"
    alias = quote(stage.after.tables[k.table_oid].name)
    present = [f"{alias}.{quote(column)} IS NOT NULL" for column in columns]
    unsure = rows.unsure_at
    parent = stage.rows_of(k.referenced_oid, line)
    names = [table.name for table in (stage.after.tables.get(k.referenced_oid),) if table]
    filled = touching(
        stage.rows, stage.names(k.referenced_oid) or names, (stage.facts.order, line), inserts=True
    )
    filled = [one for one in filled if one.change is None or one.change.verb == "insert"]
    if filled:
        unsure = unsure or f"{filled[0].migration}:{filled[0].statement.line}"
    if parent is None:
        where = " AND ".join(present)
    else:
        same_values = " AND ".join(
            f"prisma_drift_p.{quote(a)} = {alias}.{quote(b)}" for a, b in zip(there, columns, strict=True)
        )
        missing = (
            f"NOT EXISTS (SELECT FROM (SELECT * FROM {parent.sql}) AS prisma_drift_p WHERE {same_values})"  # noqa: S608
        )
        where = " AND ".join([*present, missing])
        unsure = unsure or parent.unsure_at
    now = stage.live_columns(k.table_oid, k.columns)
    loose = [c.name for c in now if not c.not_null]
    found = stage.found(k.table_oid, rows, where, k.columns)
    repair = repairs.loose(found, loose or [c.name for c in now], required=not loose)
    yield _counting(
        stage, k.table_oid, ORPHANS, name, "fails", message, Rows(rows.sql, not unsure, unsure), where, repair
    )


def _rule(stage: Stage, k: ConstraintRow) -> Iterator[Question]:
    name = f"{stage.name(k.table_oid)}.{k.name}"
    had = {
        o.expression for o in stage.before.constraints.values() if o.table_oid == k.table_oid and o.validated
    }
    if k.kind == "c" and k.expression in had:
        return
    rows = stage.rows_of(k.table_oid, _line(stage, f.AddConstraint, k.table_oid, k.name))
    if rows is None:
        return
    message = f"Rows of {stage.name(k.table_oid)} that break the constraint {k.name}"
    if k.kind == "x":
        check = Check(BROKEN, name, "fails", message, "")
        yield Question(check, stage.facts.migration, "", stage.name(k.table_oid), why="no query counts what excludes each other")  # fmt: skip
        return
    where = f"({k.expression}) IS FALSE"
    found = stage.found(k.table_oid, rows, where, k.columns)
    repair = repairs.values(found, [c.name for c in stage.live_columns(k.table_oid, k.columns)])
    yield _counting(stage, k.table_oid, BROKEN, name, "fails", message, rows, where, repair)


# ------------------------------------------------------------ words


def _line(stage: Stage, kind: type, oid: int, name: str) -> float:
    """The line of the clause about a column or constraint; the end where none is found."""
    tables = stage.names(oid)
    for fact in stage.facts.facts:
        if not isinstance(fact, f.SetNotNull | f.DropColumn | f.AlterColumnType | f.AddConstraint):
            continue
        own = fact.constraint.name or name if isinstance(fact, f.AddConstraint) else fact.column
        if isinstance(fact, kind) and fact.table.name in tables and own == name:
            return float(fact.line)
    return _END


def _line_of_key(stage: Stage, name: str) -> float:
    for fact in stage.facts.facts:
        if isinstance(fact, f.CreateIndex) and fact.name == name:
            return float(fact.line)
        if isinstance(fact, f.AddConstraint) and fact.constraint.name == name:
            return float(fact.line)
    return _END


def _texts(columns: Sequence[str]) -> str:
    return ", ".join(f"{column}::text AS {column}" for column in columns)


def _counting(
    stage: Stage, oid: int, id: str, object: str, breaks: str, message: str, rows: Rows, where: str, repair: str = ""
) -> Question:  # fmt: skip
    large = stage.is_large(oid)
    if large:
        sql = f"SELECT count(*) FROM (SELECT FROM {rows.sql} WHERE {where} LIMIT {_ENOUGH}) AS r"  # noqa: S608
    else:
        sql = f"SELECT count(*) FROM {rows.sql} WHERE {where}"  # noqa: S608
    own = [later for later, _ in stage.key_of(oid)]
    samples = f"SELECT {_texts(own)} FROM {rows.sql} WHERE {where} ORDER BY {', '.join(own)} LIMIT 3"  # noqa: S608
    check = Check(id, object, breaks, message, sql)
    return _question(stage, oid, check, rows, samples if own else "", repair, _ENOUGH if large else 0)


def _question(
    stage: Stage, oid: int, check: Check, rows: Rows, samples: str = "", repair: str = "", most: int = 0
) -> Question:
    live = stage.live_table(oid)
    assert live is not None
    return Question(
        check,
        stage.facts.migration,
        f"{quote(live.schema)}.{quote(live.name)}",
        f"{live.schema}.{live.name}",
        samples,
        rows.unsure_at,
        repair=repair,
        most=most,
    )
