"""Random databases full of views, policies, triggers and the like, whose columns change at random: nothing goes in silence.

Each comes out with a proof that holds, or with an obstacle that is named; what is not there afterwards was told.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import pytest

from prisma_drift.diff.changes import DropIndex
from prisma_drift.diff.compare import Rules
from prisma_drift.model.names import QualifiedName
from prisma_drift.model.version import LATEST
from prisma_drift.pipeline.compare import compare
from prisma_drift.pipeline.prove import mend
from prisma_drift.postgres.catalog.holders import holders

if TYPE_CHECKING:
    from prisma_drift.model.schema import Schema
    from prisma_drift.postgres.server.database import Database, Server

pytestmark = pytest.mark.slow

RULES = Rules(version=LATEST)
TYPES = {
    # field in the schema, SQL, what it may become, conditions, expressions
    "text": ("String?", ["varchar", "int"], ["{} <> 'z'", "length({}) < 99"], ["upper({})", "{} || 'x'"]),
    "varchar": ("String? @db.VarChar(20)", ["text"], ["{} = ANY (ARRAY['a', 'b'])"], ["upper({})", "{}"]),
    "int": ("Int?", ["bigint", "numeric", "text"], ["{} > -5"], ["{} + 1"]),
    "bigint": ("BigInt?", ["numeric", "text"], ["{} > -5"], ["{} * 2"]),
    "numeric": ("Decimal? @db.Decimal(10,2)", ["text"], ["{} < 100.5"], ["round({})"]),
    '"E"': ("E?", ["text"], ["{} <> 'A'", "{} IN ('A', 'B')"], ["{}"]),
    "vector(3)": ('Unsupported("vector(3)")?', ["halfvec(3)"], ["{} IS NOT NULL"], ["{}"]),
    "halfvec(3)": ('Unsupported("halfvec(3)")?', ["vector(3)"], ["{} IS NOT NULL"], ["{}"]),
}
HEAD = """CREATE EXTENSION vector; CREATE TYPE "E" AS ENUM ('A', 'B', 'C'); CREATE SCHEMA "o.s";
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return coalesce(new, old); end';
"""


class Maker:
    """One random database and the schema that it shall have."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        names = ["T", "U.x"][: self.random.randint(1, 2)]
        self.tables = {
            name: {f"c{n}": self.random.choice(list(TYPES)) for n in range(self.random.randint(2, 4))}
            for name in names
        }
        self.views: dict[str, tuple[str, dict[str, str]]] = {}
        self.relations = [(f'"{name}"', dict(columns)) for name, columns in self.tables.items()]
        self.statements = [self.table(name, columns) for name, columns in self.tables.items()]
        for number in range(self.random.randint(2, 9)):
            self.statements.append(self.holder(number))

    def table(self, name: str, columns: dict[str, str]) -> str:
        listed = ", ".join(f'"{c}" {"numeric(10,2)" if t == "numeric" else t}' for c, t in columns.items())
        return f'CREATE TABLE "{name}" ("id" INTEGER NOT NULL, {listed}, CONSTRAINT "{name}_pkey" PRIMARY KEY ("id"))'

    def condition(self, column: str, type_: str, row: str = "") -> str:
        return str(self.random.choice(TYPES[type_][2])).format(f'{row}"{column}"')

    def expression(self, column: str, type_: str) -> str:
        return str(self.random.choice(TYPES[type_][3])).format(f'"{column}"')

    def holder(self, n: int) -> str:
        name = self.random.choice(list(self.tables))
        column, type_ = self.random.choice(list(self.tables[name].items()))
        table, plain = f'"{name}"', not type_.endswith("vec(3)") and type_ != "vector(3)"
        old, new = (self.condition(column, type_, f"{row}.") for row in ("old", "new"))
        holds = self.condition(column, type_)
        made = [
            f"CREATE POLICY p{n} ON {table} USING ({holds})",
            f'CREATE TRIGGER g{n} BEFORE UPDATE OF "{column}" ON {table} FOR EACH ROW WHEN ({new}) EXECUTE FUNCTION tf()',
            f"ALTER TABLE {table} ADD CONSTRAINT k{n} CHECK ({holds})",
            f'CREATE INDEX i{n} ON {table} ("id") WHERE {holds}',
            f"CREATE FUNCTION f{n}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM {table} WHERE {holds}; END",
            f'CREATE RULE r{n} AS ON DELETE TO {table} WHERE {old} DO ALSO UPDATE {table} SET "id" = 1 WHERE false',
            *(self.view(n) for _ in range(4)),
        ]
        if plain:
            made.append(f"CREATE INDEX i{n} ON {table} (({self.expression(column, type_)}))")
            made.append(f'CREATE STATISTICS s{n} ON "id", "{column}" FROM {table}')
        else:
            opclass = f"{type_.removesuffix('(3)')}_l2_ops"
            made.append(f'CREATE INDEX h{n} ON {table} USING hnsw ("{column}" {opclass})')
        if type_ in ("int", "bigint", "numeric"):
            generated = f'ADD COLUMN "g{n}" NUMERIC GENERATED ALWAYS AS ("{column}" * 2) STORED'
            made.append(
                f'ALTER TABLE {table} {generated}; CREATE INDEX gi{n} ON {table} ("g{n}") WHERE "g{n}" > 1'
            )
        if self.random.random() < 0.05:
            return f'CREATE MATERIALIZED VIEW m{n} AS SELECT "{column}" FROM {table}'
        chosen = self.random.choice(made)
        if chosen in self.views:
            self.relations.append(self.views[chosen])
        return chosen

    def view(self, n: int) -> str:
        of, columns = self.random.choice(self.relations)
        chosen = self.random.sample(list(columns), self.random.randint(1, len(columns)))
        name = self.random.choice([f"v{n}", f'"o.s"."v {n}"'])
        where = (
            f" WHERE {self.condition(chosen[0], columns[chosen[0]])}" if self.random.random() < 0.5 else ""
        )
        more = f"{self.expression(chosen[0], columns[chosen[0]])} AS x{n}"
        listed = ", ".join(f'"{c}"' for c in chosen)
        text = f"CREATE VIEW {name} AS SELECT {listed}, {more} FROM {of}{where}; GRANT SELECT ON {name} TO PUBLIC"
        self.views[text] = (name, {c: columns[c] for c in chosen})
        return text

    def schema(self) -> str:
        models = []
        for name, columns in self.tables.items():
            fields = []
            for column, type_ in columns.items():
                chance = self.random.random()
                if chance < 0.15:
                    continue
                wanted = self.random.choice(TYPES[type_][1]) if chance < 0.65 else type_
                fields.append(f"{column} {TYPES[wanted][0]}")
            body = "\n ".join(["id Int @id", *fields, f'@@map("{name}")'])
            models.append(f"model {name.replace('.', '')} {{\n {body}\n}}")
        values = ["A", "B"] if self.random.random() < 0.4 else ["A", "B", "C"]
        return "\n".join(models) + "\nenum E {\n " + "\n ".join(values) + "\n}"


@pytest.mark.parametrize("seed", range(20))
def test_nothing_goes_in_silence(
    shadow: Server, database: Database, models: Callable[..., Schema], seed: int
) -> None:
    maker = Maker(seed)
    sql, text = HEAD + ";\n".join(maker.statements), maker.schema()
    schema = models(text)
    with database.connect(default_schema="public") as connection:
        connection.execute(sql.encode())
        comparison = compare(connection, schema, RULES)
        names = [QualifiedName("public", name) for name in (*maker.tables, "E")]
        before = holders(connection, names, default_schema="public").found
    if not comparison.difference.changes:
        return
    comparison, proof, _ = mend(shadow, database, comparison, schema, RULES, "preserve")
    if comparison.plan.obstacles:
        assert comparison.sql == "" and all(hazard.hint for hazard in comparison.plan.obstacles)
        return
    assert proof is not None and proof.holds, (proof, sql, text, comparison.sql)
    with database.connect(default_schema="public") as connection:
        connection.pgconn.exec_(comparison.sql.encode())
        after = {one.key for one in holders(connection, names, default_schema="public").found}
    told = {hazard.object for hazard in comparison.plan.hazards}
    told |= {
        f"public.{change.index.name}"
        for change in comparison.difference.changes
        if isinstance(change, DropIndex)
    }
    assert {one.name for one in before if one.key not in after} <= told, (sql, text, comparison.sql)
