"""Tables filled with invented rows: each type, keys, circles, checks, and the words for what cannot be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prisma_drift.model.names import QualifiedName
from prisma_drift.rows.fill import Filled, fill

if TYPE_CHECKING:
    from prisma_drift.postgres.server.database import Connection


def filled(connection: Connection, sql: str, *wanted: str) -> Filled:
    connection.execute(sql.encode())
    return fill(connection, [QualifiedName("public", name) for name in wanted] if wanted else None)


def ask(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql.encode()).fetchall()


def count(found: Filled, table: str) -> int:
    return found.rows.get(QualifiedName("public", table), 0)


TYPES = [
    "int2",
    "int4",
    "int8",
    "numeric",
    "numeric(5,2)",
    "numeric(3,3)",
    "float4",
    "float8",
    "money",
    "oid",
    "bool",
    "text",
    "varchar",
    "varchar(3)",
    "char(4)",
    "name",
    "bytea",
    "date",
    "time(3)",
    "timetz",
    "timestamp(3)",
    "timestamptz(6)",
    "interval",
    "json",
    "jsonb",
    "uuid",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit(3)",
    "bit",
    "varbit(7)",
    "tsvector",
    "tsquery",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "pg_lsn",
    "citext",
    "hstore",
    "ltree",
    "vector(3)",
    "vector",
    "halfvec(4)",
    "sparsevec(5)",
    "text[]",
    "int4[]",
    "numeric(4,1)[]",
    "uuid[]",
    "timestamptz[]",
    "jsonb[]",
    "bool[]",
    "varchar(2)[]",
]
EXTENSIONS = ("citext", "hstore", "ltree", "vector")


@pytest.mark.parametrize("required", [True, False], ids=["required", "nullable"])
def test_every_type_has_values(connection: Connection, required: bool) -> None:
    setup = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
    columns = ", ".join(f"c{n} {one}{' NOT NULL' if required else ''}" for n, one in enumerate(TYPES))
    found = filled(connection, f"{setup} CREATE TABLE t (id serial PRIMARY KEY, {columns})")
    assert found.not_populated == ()
    assert count(found, "t") == 24
    for n, one in enumerate(TYPES):
        different, missing = ask(
            connection, f"SELECT count(DISTINCT c{n}::text), count(*) FILTER (WHERE c{n} IS NULL) FROM t"
        )[0]
        assert different > 1 or one in (
            "int4multirange",
            "line",
            "lseg",
            "box",
            "path",
            "polygon",
            "circle",
            "pg_lsn",
            "tsquery",
        ), one
        assert bool(missing) is not required, one


def test_edges_are_there(connection: Connection) -> None:
    filled(connection, "CREATE TABLE t (id int PRIMARY KEY, a text, b timestamptz, c float8, d varchar(5))")
    texts = {one for (one,) in ask(connection, "SELECT a FROM t")}
    assert {None, ""} <= texts
    assert any(one and len(one) > 2000 for one in texts)
    assert any(one and not one.isascii() for one in texts)
    assert {len(one) for (one,) in ask(connection, "SELECT d FROM t") if one is not None} >= {0, 1}
    assert ask(connection, "SELECT count(*) > 0 FROM t WHERE b::date IN ('2024-03-10', '2024-11-03')") == [
        (True,)
    ]
    assert ask(connection, "SELECT count(*) > 0 FROM t WHERE c <> floor(c)") == [(True,)]


def test_same_rows_every_time(connection: Connection) -> None:
    sql = "CREATE TABLE t (id int PRIMARY KEY, a text, b numeric(9,2)); CREATE TABLE u (id uuid PRIMARY KEY, t int REFERENCES t)"
    text = "SELECT string_agg(t::text, ';' ORDER BY t::text) FROM t UNION ALL SELECT string_agg(u::text, ';' ORDER BY u::text) FROM u"
    filled(connection, sql)
    once = ask(connection, text)
    connection.execute(b"DROP TABLE u, t")
    filled(connection, sql)
    assert ask(connection, text) == once


def test_parents_come_along(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (x int, y text, PRIMARY KEY (x, y));
        CREATE TABLE c (id int PRIMARY KEY, a int NOT NULL REFERENCES a, x int NOT NULL, y text NOT NULL, FOREIGN KEY (x, y) REFERENCES b);
        CREATE TABLE other (id int PRIMARY KEY)""",
        "c",
    )
    assert set(map(str, found.rows)) == {"public.a", "public.b", "public.c"}
    assert ask(connection, "SELECT count(DISTINCT a) > 5, count(DISTINCT (x, y)) > 5 FROM c") == [
        (True, True)
    ]


def test_one_to_one_and_links(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE one (a int PRIMARY KEY REFERENCES a);
        CREATE TABLE "_AToA" ("A" int NOT NULL REFERENCES a, "B" int NOT NULL REFERENCES a, PRIMARY KEY ("A", "B"))""",
    )
    assert count(found, "one") == 24
    assert count(found, "_AToA") == 24


def test_keys_that_share_a_column(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE tenant (id int PRIMARY KEY);
        CREATE TABLE person (tenant int NOT NULL REFERENCES tenant, id int NOT NULL, PRIMARY KEY (tenant, id));
        CREATE TABLE task (id int PRIMARY KEY, tenant int NOT NULL REFERENCES tenant, owner int NOT NULL, helper int,
          FOREIGN KEY (tenant, owner) REFERENCES person, FOREIGN KEY (tenant, helper) REFERENCES person)""",
    )
    assert count(found, "task") >= 6
    assert ask(connection, "SELECT count(helper) > 0 FROM task") == [(True,)]


CIRCLES = {
    "to itself, nullable": "CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t)",
    "to itself, required": "CREATE TABLE t (id int PRIMARY KEY, up int NOT NULL REFERENCES t)",
    "to itself, counted": "CREATE TABLE t (id serial PRIMARY KEY, up int NOT NULL REFERENCES t)",
    "one side nullable": """CREATE TABLE t (id int PRIMARY KEY, u int); CREATE TABLE u (id int PRIMARY KEY, t int NOT NULL REFERENCES t);
        ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u""",
    "both required": """CREATE TABLE t (id int PRIMARY KEY, u int NOT NULL); CREATE TABLE u (id int PRIMARY KEY, t int NOT NULL REFERENCES t);
        ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u""",
    "three, deferred": """CREATE TABLE t (id uuid PRIMARY KEY, u uuid NOT NULL); CREATE TABLE u (id uuid PRIMARY KEY, v uuid NOT NULL);
        CREATE TABLE v (id uuid PRIMARY KEY, t uuid NOT NULL REFERENCES t DEFERRABLE INITIALLY DEFERRED);
        ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u DEFERRABLE INITIALLY DEFERRED;
        ALTER TABLE u ADD FOREIGN KEY (v) REFERENCES v DEFERRABLE INITIALLY DEFERRED""",
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles(connection: Connection, name: str) -> None:
    found = filled(connection, CIRCLES[name])
    assert found.not_populated == ()
    assert min(found.rows.values()) >= 6
    # every key holds, also those that were not looked at
    for table, column, other in ask(
        connection,
        "SELECT conrelid::regclass::text, a.attname::text, confrelid::regclass::text FROM pg_constraint k JOIN pg_attribute a"
        " ON a.attrelid = conrelid AND a.attnum = conkey[1] WHERE contype = 'f'",
    ):
        orphans = f"SELECT count(*) FROM {table} c WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {other} p WHERE p.id = c.{column})"
        assert ask(connection, orphans) == [(0,)]
        assert ask(connection, f"SELECT count({column}) > 0 FROM {table}") == [(True,)]
    assert bool(found.unchecked) is (name in ("both required", "three, deferred"))


CHECKS = {
    "list": "status text NOT NULL CHECK (status IN ('open', 'shut'))",
    "comparison": "n int NOT NULL CHECK (n > 1000 AND n <= 1003)",
    "length": "code text NOT NULL CHECK (length(code) = 17)",
    "regex": "slug text NOT NULL CHECK (slug ~ '^[a-z]+(-[a-z]+)*$')",
    "colour": "c text NOT NULL CHECK (c ~* '^#[0-9a-f]{6}$')",
    "one of": "x int, y text, z uuid, CHECK (num_nonnulls(x, y, z) = 1)",
    "order": "since date NOT NULL, until date NOT NULL, CHECK (until > since)",
    "state": "done bool NOT NULL, at timestamptz, CHECK (done = (at IS NOT NULL))",
    "domain": "p port NOT NULL",
    "json": "j jsonb NOT NULL CHECK (jsonb_typeof(j) = 'array')",
}


@pytest.mark.parametrize("name", CHECKS)
def test_checks_are_met(connection: Connection, name: str) -> None:
    found = filled(
        connection,
        f"CREATE DOMAIN port AS int CHECK (VALUE BETWEEN 8000 AND 8010); CREATE TABLE t (id int PRIMARY KEY, {CHECKS[name]})",
    )
    assert found.not_populated == ()
    assert count(found, "t") >= 3


def test_partitions_exclusions_counters_and_generated(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE p (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE p24 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE l (k text NOT NULL) PARTITION BY LIST (k); CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('left', 'right');
        CREATE TABLE x (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, during tsrange, EXCLUDE USING gist (during WITH &&));
        CREATE TABLE g (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a) STORED);
        CREATE TABLE d (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)""",
    )
    assert found.not_populated == ()
    assert set(map(str, found.rows)) == {f"public.{one}" for one in ("p", "l", "x", "g", "d")}


def test_triggers_fire_unless_they_refuse(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE log (t int); CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.id); RETURN NEW; END $$;
        CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
        CREATE TRIGGER a AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER a BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION never()""",
        "t",
        "u",
    )
    assert ask(connection, "SELECT count(*) FROM log") == [(24,)]
    assert count(found, "u") == 24
    assert found.unchecked == (QualifiedName("public", "u"),)


def test_what_is_impossible_is_told(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TABLE no (id int PRIMARY KEY CHECK (id <> id)); CREATE TABLE child (id int PRIMARY KEY, no int NOT NULL REFERENCES no);
        CREATE TABLE bare (id int NOT NULL) PARTITION BY LIST (id)""",
    )
    assert found.rows == {}
    why = {str(name): reason for name, reason in found.not_populated}
    assert why["public.child"] == "it needs a row of public.no, which has none"
    assert "no partition" in why["public.bare"]
    assert why["public.no"].startswith("no row that was tried meets")


def test_rows_that_are_there_count(connection: Connection) -> None:
    found = filled(
        connection,
        """CREATE TYPE kind AS ENUM ('only'); CREATE TABLE kinds (kind kind PRIMARY KEY); INSERT INTO kinds VALUES ('only');
        CREATE TABLE u (id int PRIMARY KEY, kind kind NOT NULL REFERENCES kinds)""",
    )
    assert count(found, "kinds") == 1
    assert count(found, "u") == 24
