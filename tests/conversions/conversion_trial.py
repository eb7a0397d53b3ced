"""A conversion tried on a table of edge values: what it says of each row, and what becomes of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from conversion_truth import same_back, same_text
from conversion_values import ENUMS, TYPES, Type, random_values
from psycopg.rows import tuple_row

from prisma_drift.model.schema import Column, Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.conversions import conversion
from prisma_drift.plan.render.context import Conversion
from prisma_drift.plan.render.names import Names
from prisma_drift.plan.render.types import type_sql
from prisma_drift.psl.load import SchemaFile, load

ARITIES = (("?", "?"), ("?", "[]"), ("[]", "[]"), ("[]", "?"))
ZONES = ("America/New_York", "Asia/Kolkata")
EXTENSIONS = ("citext", "vector", "hstore")
Row = tuple[int, str | None, bool, bool, bool]
"""id, text, fails, becomes null, loses"""
_SCHEMAS: dict[tuple[str, str], Schema] = {}


def schema(type_: Type, arity: str) -> Schema:
    """A model with one column of the type."""
    key = type_.name, arity
    if key not in _SCHEMAS:
        text = f'datasource db {{\n provider = "postgresql"\n}}\nmodel U {{\n id Int @id\n c {type_.declared(arity)}\n}}\n'
        _SCHEMAS[key] = load([SchemaFile("schema.prisma", text + ENUMS)], version=LATEST).schema
    return _SCHEMAS[key]


def column(type_: Type, arity: str) -> Column:
    return schema(type_, arity).tables[0].columns[1]


def convert(source: Type, target: Type, arities: tuple[str, str]) -> Conversion | None:
    names = Names(schema(source, arities[0]), schema(target, arities[1]), LATEST)
    return conversion(column(source, arities[0]), column(target, arities[1]), names)


def sql_type(type_: Type, arity: str = "?") -> str:
    whole = schema(type_, arity)
    return type_sql(column(type_, arity).type, Names(whole, whole, LATEST))


@dataclass
class Trial:
    """One database with a table of values for each type, and one of lists."""

    connection: psycopg.Connection[tuple[Any, ...]]
    seed: int = 1
    most_refused: int = 10
    counts: Counter[str] = field(default_factory=Counter)
    never: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def prepare(self, types: tuple[Type, ...] = TYPES) -> None:
        run = self.connection.execute
        for name in EXTENSIONS:
            run(f"CREATE EXTENSION {name}".encode())
        run(b"""CREATE TYPE "E" AS ENUM ('A', 'B', '5', 'true')""")
        run(b"""CREATE TYPE "F" AS ENUM ('A', 'a b', 'Z')""")
        for type_ in types:
            self._fill(type_)

    def _fill(self, type_: Type) -> None:
        run, scalars, lists = self.connection.execute, values(type_, "?"), values(type_, "[]")
        run(f"CREATE TABLE {scalars} (id serial, c {sql_type(type_)})".encode())
        run(f"CREATE TABLE {lists} (id serial, c {sql_type(type_)}[])".encode())
        for text in dict.fromkeys((*type_.values, *random_values(type_, self.seed))):
            try:
                run(f"INSERT INTO {scalars} (c) VALUES (%s)".encode(), [text])
            except psycopg.Error:
                self.counts["texts that are no values"] += 1
        run(f"INSERT INTO {lists} (c) SELECT ARRAY[c] FROM {scalars}".encode())
        run(f"INSERT INTO {scalars} (c) VALUES (NULL)".encode())
        run(f"INSERT INTO {lists} (c) VALUES (NULL), ('{{}}'), (ARRAY[NULL]::{sql_type(type_)}[])".encode())
        first = f"SELECT c FROM {scalars} WHERE c IS NOT NULL ORDER BY id LIMIT %d"
        run(
            f"INSERT INTO {lists} (c) SELECT array_agg(c) || NULL::{sql_type(type_)} FROM ({first % 2}) AS x".encode()
        )
        run(f"INSERT INTO {lists} (c) SELECT array_agg(c) FROM ({first % 3}) AS x".encode())
        run(f"INSERT INTO {lists} (c) SELECT ARRAY[[c], [c]] FROM ({first % 1}) AS x".encode())

    def run(self, source: Type, target: Type, arities: tuple[str, str], zone: str) -> None:
        """Try one pair, and note what does not hold."""
        if sql_type(source, arities[0]) == sql_type(target, arities[1]):
            return
        pair = f"{source.name}{arities[0]} → {target.name}{arities[1]}"
        found = convert(source, target, arities)
        if found is None:
            self.never.append(pair)
            return
        if found.uncertain:
            self.counts["uncertain"] += 1
            return
        self.counts["pairs"] += 1
        self.connection.execute(b"SELECT set_config('timezone', %s, false)", [zone])
        try:
            for problem in self._problems(found, source, target, arities):
                self.wrong.append(f"{pair}: {problem}")
        except psycopg.Error as error:
            self.wrong.append(f"{pair}: {' '.join(str(error).split())}")
        finally:
            self.connection.execute(b"SET timezone TO 'UTC'")

    def _problems(
        self, found: Conversion, source: Type, target: Type, arities: tuple[str, str]
    ) -> Iterator[str]:
        kept = values(source, arities[0])
        self._table(f"SELECT * FROM {kept}")
        rows = self._rows(
            f"SELECT id, c::text, ({found.fails or 'false'}) IS TRUE, ({found.nulls or 'false'}) IS TRUE, "
            f'({found.loses or "false"}) IS TRUE FROM "U" ORDER BY id'
        )
        self.counts["values"] += len(rows)
        fine = [row for row in rows if not row[2]]
        refused = [row for row in rows if row[2]]
        self.counts["refused"] += len(refused)
        # One ALTER TABLE for each, so that a table of many is tried in part; another seed takes others.
        chosen = random.Random(f"{self.seed} {source.name} {target.name} {arities}")
        for row in chosen.sample(refused, min(self.most_refused, len(refused))):
            self._table(f"SELECT * FROM {kept} WHERE id = {row[0]}")
            if self._alters(found, target, arities[1]) is None:
                yield f"false alarm on {row[1]!r}"
        self._table(f"SELECT * FROM {kept} WHERE id = ANY('{{{','.join(str(row[0]) for row in fine)}}}')")
        error = self._alters(found, target, arities[1])
        if error is not None:
            yield f"fails untold: {error}"
            return
        yield from self._nulls(fine, arities)
        self.connection.execute(b"SET timezone TO 'UTC'")
        yield from self._losses(fine, source, target, arities)

    def _nulls(self, fine: list[Row], arities: tuple[str, str]) -> Iterator[str]:
        if arities[1] == "[]":
            return
        null = dict(self._rows('SELECT id, c IS NULL FROM "U"'))
        for row in fine:
            if null[row[0]] != (row[3] or row[1] is None):
                yield f"{row[1]!r} becomes {'null' if null[row[0]] else 'no null'}, untold"

    def _losses(self, fine: list[Row], source: Type, target: Type, arities: tuple[str, str]) -> Iterator[str]:
        same = self._same(source, target, arities)
        if same is None:
            self.counts["pairs whose losses are not tried"] += 1
            return
        try:
            truth = dict(self._rows(same))
        except psycopg.Error as error:
            yield f"cannot be compared: {' '.join(str(error).split())}: {same}"
            return
        for row in fine:
            if row[1] is None or row[3] or truth.get(row[0]) is None or _hollow(row[1]):
                continue
            self.counts["compared"] += 1
            self.counts["lost"] += row[4]
            if truth[row[0]] == row[4]:
                yield f"{row[1]!r} is {'kept, but said to be lost' if row[4] else 'lost without a word'}"

    def _same(self, source: Type, target: Type, arities: tuple[str, str]) -> str | None:
        """A query of (id, whether the new value says the same)."""
        joined = f'{values(source, arities[0])} AS o JOIN "U" AS n USING (id)'
        json = source.family == "json"
        if json and target.family in ("json", "string", "other", "bytes"):
            return None
        if source.family == "string" or json:
            return self._same_text(source, target, arities, joined, json=json)
        if target.family == "json" or source.name in ("bytea", "tsvector") or target.name == "tsvector":
            return None
        if source.name.startswith("timestamptz") and target.name == "date":
            # The day alone is told without being counted.
            return None
        if (source.name.partition("(")[0], target.name) == ("time", "interval"):
            # An interval of 24:00 is none of the day's times.
            return None
        if source.family == "vector" and target.name.startswith(("decimal(", "money")):
            # Rounded decimals may round to the same element again.
            return None
        if arities == ("[]", "?") and target.family == "string":
            return f"SELECT id, o.c::text = n.c::text FROM {joined}"
        back = convert(target, source, (arities[1], arities[0]))
        if back is None or back.uncertain:
            return None
        for text in back.before:
            self.connection.execute(text.encode())
        using = back.using or f'"c"::{sql_type(source, arities[0])}'
        query = f'SELECT id, c FROM "U" WHERE ({back.fails or "false"}) IS NOT TRUE'
        self.connection.execute(
            f"CREATE TEMP TABLE back AS SELECT id, ({using}) AS c FROM ({query}) AS x".encode()
        )
        rows = f"{values(source, arities[0])} AS o JOIN back AS b USING (id)"
        return f"SELECT id, {same_back(source, 'o.c', 'b.c', is_list=arities[0] == '[]')} FROM {rows}"

    def _same_text(
        self, source: Type, target: Type, arities: tuple[str, str], joined: str, *, json: bool
    ) -> str | None:
        characters = "%s #>> '{}'" if json else "%s::text"
        if arities == ("?", "?"):
            same = same_text(target, characters % "o.c", "n.c")
            return f"SELECT id, {same} FROM {joined}" if same is not None else None
        if arities == ("[]", "[]"):
            same = same_text(target, f"({characters % 'u.x'})", "u.y")
            if same is None:
                return None
            flat = "array_ndims(o.c) = 1"
            return f"SELECT id, (SELECT bool_and({same}) FROM unnest(o.c, n.c) AS u(x, y) WHERE u.x IS NOT NULL) FROM {joined} WHERE {flat}"
        if arities == ("?", "[]") and not json:
            same = same_text(target, characters % "o.c", "n.c[1]")
            return f"SELECT id, {same} FROM {joined}" if same is not None else None
        if arities == ("[]", "?") and target.family not in ("string", "vector"):
            same = same_text(target, f"({characters % 'o.c[1]'})", "n.c")
            return f"SELECT id, {same} AND cardinality(o.c) = 1 FROM {joined}" if same is not None else None
        return None

    def _alters(self, found: Conversion, target: Type, arity: str) -> str | None:
        """The error of the ALTER TABLE, if there is one."""
        using = f" USING {found.using}" if found.using is not None else ""
        try:
            for text in found.before:
                self.connection.execute(text.encode())
            self.connection.execute(
                f'ALTER TABLE "U" ALTER COLUMN c SET DATA TYPE {sql_type(target, arity)}{using}'.encode()
            )
            for text in found.after:
                self.connection.execute(text.encode())
        except psycopg.Error as error:
            return " ".join(str(error).split())
        return None

    def _table(self, query: str) -> None:
        self.connection.execute(b'DROP TABLE IF EXISTS "U", back')
        self.connection.execute(f'CREATE TABLE "U" AS {query}'.encode())

    def _rows(self, query: str) -> list[Any]:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query.encode()).fetchall()


def _hollow(text: str) -> bool:
    """A list without a value is as good as none; what converts back flattens lists of lists."""
    return text in ("{}", "{NULL}") or text.startswith("{{")


def values(type_: Type, arity: str) -> str:
    """The table that holds a type's values."""
    return f"{'lists' if arity == '[]' else 'scalars'}_{TYPES.index(type_)}"
