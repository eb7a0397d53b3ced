"""Objects that Prisma cannot declare and that hold a column, see an update, or hide rows."""

from __future__ import annotations

import json
from random import Random

from case import Ideal, Part
from fragments import Column, Fragment, Names, Table, bystanders, quote, unchanged


def holder(random: Random, names: Names) -> Fragment:
    """A column's type changes, or the column goes, or becomes required, under an object; which is there afterwards as it was."""
    table = names.table()
    column = names.column()
    count = random.choice([0, 1, 3])
    values = [random.choice(["5", "7", "-1"]) for _ in range(count)]
    old = random.choice(["TEXT", "VARCHAR(40)", "INTEGER", "TEXT NOT NULL"])
    new = (
        random.choice(["BigInt", "Int", "Decimal"])
        if old == "INTEGER"
        else random.choice(["Int", "BigInt", "String @db.VarChar(10)"])
    )
    base, _, rest = new.partition(" ")
    dropped = random.random() < 0.12
    changing = Column(
        column,
        old,
        f"{base}? {rest}".strip(),
        [f"'{v}'" for v in values],
        "trim_scale({}::text::numeric)::text",
        list(values),
        after=not dropped,
    )
    made = Table(table, [changing, *bystanders(random, names, count)], count)
    if dropped:
        changing.expected = None
    t, c, n = made.sql, column.sql, names.plain(["thing"]).field
    v = quote(n)
    expected: list[list[str | None]] = [[str(i + 1), x] for i, x in enumerate(values)]
    number = "trim_scale({}::text::numeric)::text"
    whole = f'SELECT "id"::text, {number.format(c)} FROM {v} ORDER BY "id"'
    told = False
    objects = {
        "view": ([f'CREATE VIEW {v} AS SELECT "id", {c} FROM {t}'], Ideal(whole, expected)),
        "view with grants and comment": (
            [
                f'CREATE VIEW {v} WITH (security_barrier=true) AS SELECT "id", {c} FROM {t}',
                f"GRANT SELECT ON {v} TO PUBLIC",
                f"COMMENT ON VIEW {v} IS 'it''s mine'",
            ],
            Ideal(
                f"SELECT has_table_privilege('public', '{v}', 'SELECT')::text, obj_description('{v}'::regclass), (SELECT reloptions::text FROM pg_class WHERE oid = '{v}'::regclass)",
                [["true", "it's mine", "{security_barrier=true}"]],
            ),
        ),
        "view over a view": (
            [
                f'CREATE VIEW "{n}0" AS SELECT "id", {c} FROM {t}',
                f'CREATE VIEW {v} AS SELECT * FROM "{n}0" WHERE "id" > 0',
            ],
            Ideal(whole, expected),
        ),
        "view of other columns": (
            [f'CREATE VIEW {v} AS SELECT "id", 1 AS one FROM {t}'],
            Ideal(f'SELECT "id"::text FROM {v} ORDER BY 1', [[str(i + 1)] for i in range(count)]),
        ),
        "materialized view": (
            [f'CREATE MATERIALIZED VIEW {v} AS SELECT "id", {c} FROM {t}', f"REFRESH MATERIALIZED VIEW {v}"],
            Ideal(whole.replace(number.format(c), "'' || " + number.format(c)), expected),
        ),
        "function": (
            [f"CREATE FUNCTION {v}() RETURNS bigint LANGUAGE sql AS $body$ SELECT count(*) FROM {t} $body$"],
            Ideal(f"SELECT {v}()::text", [[str(count)]]),
        ),
        "policy": (
            [
                f"ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY {v} ON {t} FOR SELECT USING ({c}::text <> '0')",
            ],
            Ideal(f"SELECT polname::text, polcmd::text FROM pg_policy WHERE polname = '{n}'", [[n, "r"]]),
        ),
        "trigger": (
            [
                f'CREATE FUNCTION "{n}f"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RETURN NEW; END $body$',
                f'CREATE TRIGGER {v} BEFORE UPDATE OF {c} ON {t} FOR EACH ROW EXECUTE FUNCTION "{n}f"()',
            ],
            Ideal(
                f"SELECT tgname::text, array_length(tgattr::int2[], 1)::text FROM pg_trigger WHERE tgname = '{n}'",
                [[n, "1"]],
            ),
        ),
        "trigger with WHEN": (
            [
                f'CREATE FUNCTION "{n}f"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RETURN NEW; END $body$',
                f'CREATE TRIGGER {v} AFTER UPDATE ON {t} FOR EACH ROW WHEN (OLD.{c} IS DISTINCT FROM NEW.{c}) EXECUTE FUNCTION "{n}f"()',
            ],
            Ideal(f"SELECT tgname::text FROM pg_trigger WHERE tgname = '{n}'", [[n]]),
        ),
        "check": (
            [f"ALTER TABLE {t} ADD CONSTRAINT {v} CHECK ({c}::text <> '0')"],
            Ideal(f"SELECT conname::text FROM pg_constraint WHERE conname = '{n}' AND convalidated", [[n]]),
        ),
        "check on the type": (
            [
                f"ALTER TABLE {t} ADD CONSTRAINT {v} CHECK ({c} <> {'0' if old == 'INTEGER' else chr(39) + '0' + chr(39)})"
            ],
            Ideal(f"SELECT conname::text FROM pg_constraint WHERE conname = '{n}'", [[n]]),
        ),
        "generated column": (
            [f"ALTER TABLE {t} ADD COLUMN {v} TEXT GENERATED ALWAYS AS ({c}::text || '!') STORED"]
            if old != "INTEGER"
            else [f"ALTER TABLE {t} ADD COLUMN {v} INTEGER GENERATED ALWAYS AS ({c} * 2) STORED"],
            Ideal(
                f'SELECT "id"::text, {v}::text FROM {t} ORDER BY "id"',
                [
                    [str(i + 1), f"{x}!" if old != "INTEGER" else str(int(x) * 2)]
                    for i, x in enumerate(values)
                ],
            ),
        ),
        "expression index": (
            [f"CREATE INDEX {v} ON {t} ((({c})::text || 'x'))"],
            Ideal(f"SELECT relname::text FROM pg_class WHERE relname = '{n}'", [[n]]),
        ),
        "partial index": (
            [f'CREATE INDEX {v} ON {t} ("id") WHERE {c} IS NOT NULL'],
            Ideal(f"SELECT relname::text FROM pg_class WHERE relname = '{n}'", [[n]]),
        ),
        "index with options": (
            [f"CREATE INDEX {v} ON {t} ({c} DESC NULLS LAST) WITH (fillfactor=70)"],
            Ideal(f"SELECT reloptions::text FROM pg_class WHERE relname = '{n}'", [["{fillfactor=70}"]]),
        ),
        "statistics": (
            [f'CREATE STATISTICS {v} ON "id", {c} FROM {t}'],
            Ideal(f"SELECT stxname::text FROM pg_statistic_ext WHERE stxname = '{n}'", [[n]]),
        ),
        "comment": (
            [f"COMMENT ON COLUMN {t}.{c} IS 'keep; me'"],
            Ideal(
                f"SELECT col_description('{t.replace(chr(39), chr(39) * 2)}'::regclass, 2)", [["keep; me"]]
            ),
        ),
        "column grant": (
            [f"GRANT SELECT ({c}) ON {t} TO PUBLIC"],
            Ideal(
                f"SELECT count(*)::text FROM information_schema.column_privileges WHERE grantee = 'PUBLIC' AND table_schema = 'public' AND column_name = '{column.stored.replace(chr(39), chr(39) * 2)}' AND privilege_type = 'SELECT'",
                [["1"]],
            ),
        ),
    }
    kind = random.choice(list(objects))
    setup, after = objects[kind]
    psl_more = ""
    if kind == "generated column":
        psl_more = f"  {n} {'Int' if old == 'INTEGER' else 'String'}?"
        made.block.append(psl_more)
    # Postgres says them as comparisons of text, which a number does not have.
    bound = (
        kind in ("policy", "check", "check on the type", "generated column")
        and old.startswith("TEXT")
        and base != "String"
    )
    told = kind == "materialized view" or dropped or bound
    part = Part(None if dropped else _both(made.ideal(), after), must=not told, refusal_ok=told)
    if dropped and not any(values):
        part = Part(Ideal(f"SELECT count(*)::text FROM {t}", [[str(count)]]), refusal_ok=True)
    what = f"{old.lower()} {'goes' if dropped else 'to ' + new} under a {kind}, {count} rows"
    return Fragment(
        [made.create(), *setup],
        made.insert() + ([f"REFRESH MATERIALIZED VIEW {v}"] if kind.startswith("mat") else []),
        made.model(),
        part,
        what,
    )


def _both(first: Ideal, second: Ideal) -> Ideal:
    """Both queries' answers, each as one JSON text."""
    answers = [
        f"SELECT {at} AS part, to_jsonb(ARRAY(SELECT jsonb_build_array({columns}) FROM ({q.sql}) AS q({columns})))::text"
        for at, q, columns in _numbered(first, second)
    ]
    expected: list[list[str | None]] = [
        [str(at), json.dumps(q.rows, ensure_ascii=False)] for at, q, _ in _numbered(first, second)
    ]
    return Ideal(" UNION ALL ".join(answers) + " ORDER BY 1", expected)


def _numbered(*ideals: Ideal) -> list[tuple[int, Ideal, str]]:
    return [(at, q, ", ".join(f"c{i}" for i in range(_width(q)))) for at, q in enumerate(ideals)]


def _width(ideal: Ideal) -> int:
    """Columns of the answer; of an empty one, as many as the query reads."""
    if ideal.rows:
        return len(ideal.rows[0])
    inside, depth, quoted = 1, 0, ""
    for letter in ideal.sql[: ideal.sql.index(" FROM ")]:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        else:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            inside += letter == "," and not depth
    return inside


def trigger(random: Random, names: Names) -> Fragment:
    """A column is filled on a table whose trigger changes or counts what is updated."""
    table, audit = names.table(), names.plain(["audit"])
    count = random.choice([0, 1, 3])
    body = names.plain(["stamp"])
    way = random.choice(["changes the row", "writes elsewhere"])
    column = unchanged(random, names.column(), "TEXT", "String?", ["a"] * count)
    d = names.column()
    added = Column(
        d,
        "",
        random.choice(["DateTime @updatedAt", "String @default(uuid())"]),
        [],
        "CASE WHEN {} IS NOT NULL THEN 'set' END",
        ["set"] * count,
        before=False,
    )
    made = Table(table, [column, added], count)
    action = (
        f"NEW.{column.name.sql} := NEW.{column.name.sql} || '!';"
        if way.startswith("changes")
        else f"INSERT INTO {audit.sql} VALUES (1);"
    )
    setup = [
        made.create(),
        f'CREATE TABLE {audit.sql} ("n" INTEGER)',
        f"CREATE FUNCTION {body.sql}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {action} RETURN NEW; END $body$",
        f"CREATE TRIGGER {body.sql} BEFORE UPDATE ON {table.sql} FOR EACH ROW EXECUTE FUNCTION {body.sql}()",
    ]
    psl = made.model() + f"model {audit.field} {{\n  n Int?\n  @@ignore\n}}\n"
    part = Part(
        _both(made.ideal(), Ideal(f"SELECT count(*)::text FROM {audit.sql}", [["0"]])),
        about=(made.full, f"public.{body.stored}"),
    )
    return Fragment(setup, made.insert(), psl, part, f"filled under a trigger that {way}, {count} rows")


def row_security(random: Random, names: Names) -> Fragment:
    """Row-level security hides rows from the role that migrates, so that a check or a filling may not see them."""
    table, name = names.table(), names.column()
    count = 3
    nulls = random.random() < 0.7
    values: list[str | None] = ["a", None if nulls else "b", "c"]
    default = random.random() < 0.5
    column = Column(
        name,
        "TEXT",
        "String" + (' @default("zz")' if default else ""),
        ["'a'", "NULL" if nulls else "'b'", "'c'"],
        expected=[v or "zz" for v in values],
    )
    made = Table(table, [column], count)
    setup = [
        made.create(),
        f"ALTER TABLE {table.sql} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table.sql} FORCE ROW LEVEL SECURITY",
        f'CREATE POLICY "some" ON {table.sql} USING ("id" <> 2)',
    ]
    about = (made.full, f"{made.full}.{name.stored}")
    # Hidden rows can be neither counted nor filled: what matters is that it is said.
    part = (
        Part(None, refusal_ok=True, about=about)
        if nulls
        else Part(made.ideal(), about=about, refusal_ok=True)
    )
    return Fragment(
        setup,
        made.insert(),
        made.model(),
        part,
        f"required under forced row security, {'hidden null' if nulls else 'no nulls'}{', default' if default else ''}",
        role="migrator",
    )
