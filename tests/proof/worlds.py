"""Random projects whose migrations and schema differ, on tables with all that Postgres has beside columns; the same seed makes the same."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from random import Random

WORDS = [
    "amount",
    "state",
    "email",
    "title",
    "body",
    "total",
    "points",
    "kind",
    "level",
    "score",
    "note",
    "owner",
    "place",
    "shape",
    "tone",
    "unit",
    "colour",
    "weight",
    "code",
    "label",
    "price",
    "rank",
    "mood",
    "size",
    "slug",
    "token",
    "stage",
    "reason",
    "score2",
    "memo",
    "path",
    "hash",
]
TABLES = [
    "User",
    "Post",
    "Invoice",
    "Team",
    "Item",
    "Event",
    "Account",
    "Ticket",
    "Folder",
    "Product",
    "Order",
    "Chunk",
    "Message",
    "Device",
    "Invite",
]
NATIVE: dict[str, tuple[str, ...]] = {
    "String": ("", "", "", "@db.VarChar(12)", "@db.VarChar(300)", "@db.Char(5)", "@db.Uuid", "@db.Citext", "@db.Inet", "@db.VarBit(8)", "@db.Bit(4)"),
    "Int": ("", "", "@db.SmallInt", "@db.Oid"),
    "BigInt": ("",),
    "Float": ("", "@db.Real"),
    "Decimal": ("", "@db.Decimal(10, 2)", "@db.Decimal(30, 0)", "@db.Decimal(6, 4)", "@db.Money"),
    "Boolean": ("",),
    "DateTime": ("", "@db.Timestamptz(3)", "@db.Timestamptz(6)", "@db.Timestamp(0)", "@db.Date", "@db.Time(3)", "@db.Timetz(6)"),
    "Json": ("", "@db.Json"),
    "Bytes": ("",),
    "Kind": ("",),
}  # fmt: skip
UNSUPPORTED = (
    "vector(3)", "halfvec(3)", "sparsevec(5)", "vector", "interval", "tsvector", "int4range", "tstzrange", "point",
    "numrange", "cidr", "macaddr", "hstore", "ltree", "\\\"char\\\"", "name", "polygon", "line", "email_domain", "pair", "pg_lsn",
)  # fmt: skip
DEFAULTS = {
    "String": ('"none"', '""', '"it\'s"'),
    "Int": ("0", "7"),
    "BigInt": ("0",),
    "Float": ("1.5",),
    "Decimal": ("0", "1.5"),
    "Boolean": ("false", "true"),
    "DateTime": ("now()",),
    "Json": ('"{}"', '"[]"'),
    "Kind": ("one",),
}
KEYS = ("Int @id", "Int @id @default(autoincrement())", "BigInt @id @default(autoincrement())", "String @id", "String @id @default(uuid())", "String @id @db.Uuid", "String @id @default(dbgenerated(\"gen_random_uuid()\")) @db.Uuid", "composite", "String @id @db.VarChar(30)", "DateTime @id", "BigInt @id", "Decimal @id @db.Decimal(10, 2)")  # fmt: skip


@dataclass
class Field:
    """One scalar field."""

    name: str
    type: str
    native: str = ""
    arity: str = ""
    """"" | "?" | "[]" """
    default: str = ""
    fixed: bool = False
    """Something of the migrations holds on to it by its type."""

    def line(self) -> str:
        default = f" @default({self.default})" if self.default else ""
        native = f" {self.native}" if self.native else ""
        return f"  {self.name} {self.type}{self.arity}{default}{native}"


@dataclass
class Relation:
    """A foreign key to the one column of another model's key, or to itself."""

    name: str
    target: str
    column: str
    required: bool
    unique: bool
    on_delete: str = ""
    declared: bool = True


@dataclass
class Model:
    """One model and what else its table has."""

    name: str
    key: str
    """A line of KEYS."""
    fields: list[Field] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    """`@@unique([…])`, `@@index([…])`"""
    key_names: tuple[str, ...] = ("id",)
    schema: str = ""


@dataclass
class World:
    """A schema, before and after."""

    models: list[Model]
    labels: list[str]
    multi: bool
    extras: list[str] = field(default_factory=list)
    """SQL behind the migration."""
    partitioned: dict[str, str] = field(default_factory=dict)
    """By table: the clause behind its CREATE TABLE, and its partitions."""
    told: list[str] = field(default_factory=list)
    """Renames that are told."""
    edits: list[str] = field(default_factory=list)

    def model(self, name: str) -> Model:
        return next(one for one in self.models if one.name == name)

    def text(self) -> str:
        """schema.prisma"""
        schemas = '\n  schemas = ["public", "other"]' if self.multi else ""
        said = [
            f'datasource db {{\n  provider = "postgresql"{schemas}\n}}\n',
            "enum Kind {\n" + "".join(f"  {one}\n" for one in self.labels) + ('  @@schema("public")\n' if self.multi else "") + "}\n",
        ]  # fmt: skip
        backs: dict[str, list[str]] = {one.name: [] for one in self.models}
        for model in self.models:
            for one in model.relations:
                if one.declared:
                    many = "?" if one.unique else "[]"
                    backs[one.target].append(f'  {one.name}_{model.name.lower()}_back {model.name}{many} @relation("{one.name}")')  # fmt: skip
        for model in self.models:
            lines = []
            if model.key == "composite":
                lines += ["  tenant Int", "  number Int"]
            else:
                lines.append(f"  {model.key_names[0]} {model.key}")
            lines += [one.line() for one in model.fields]
            for one in model.relations:
                target = self.model(one.target)
                type_, native = _key_type(target)
                mark = "" if one.required else "?"
                lines.append(f"  {one.column} {type_}{mark}{' @unique' if one.unique else ''}{native}")
                if one.declared:
                    delete = f", onDelete: {one.on_delete}" if one.on_delete else ""
                    lines.append(f'  {one.name} {one.target}{mark} @relation("{one.name}", fields: [{one.column}], references: [{target.key_names[0]}]{delete})')  # fmt: skip
            lines += backs[model.name]
            if model.key == "composite":
                lines.append("  @@id([tenant, number])")
            lines += [f"  {one}" for one in model.blocks]
            if self.multi:
                lines.append(f'  @@schema("{model.schema or "public"}")')
            said.append(f"model {model.name} {{\n" + "\n".join(lines) + "\n}\n")
        return "\n".join(said)


def _key_type(model: Model) -> tuple[str, str]:
    word, *rest = model.key.split()
    native = next((f" {' '.join(rest[n:])}" for n, one in enumerate(rest) if one.startswith("@db.")), "")
    return word, native


class Maker:
    """Makes one world before, and edits it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._words = random.sample(WORDS, len(WORDS))
        self._count = 0

    def word(self) -> str:
        self._count += 1
        word = self._words[self._count % len(self._words)]
        return word if self._count <= len(self._words) else f"{word}{self._count}"

    def make(self) -> tuple[World, World]:
        """Before and after."""
        random = self.random
        names = random.sample(TABLES, random.choice([1, 2, 2, 3, 4]))
        before = World([], ["one", "two", "three"], random.random() < 0.15)
        for name in names:
            before.models.append(self._model(name, before))
        for model in before.models:
            for _ in range(random.choice([0, 1, 1, 2])):
                self._relation(model, before)
        for _ in range(random.choice([0, 1, 2, 2, 3])):
            self._extra(before)
        after = copy.deepcopy(before)
        for _ in range(random.choice([1, 1, 2, 3, 4])):
            self._edit(after)
        return before, after

    # ------------------------------------------------------------ before

    def _model(self, name: str, world: World) -> Model:
        random = self.random
        key = random.choice(KEYS)
        model = Model(name, key, key_names=("tenant", "number") if key == "composite" else ("id",))
        if world.multi:
            model.schema = random.choice(["public", "other"])
        model.fields = [self._field() for _ in range(random.randint(2, 6))]
        for _ in range(random.choice([0, 0, 1, 2])):
            chosen = random.choice(model.fields)
            if _indexable(chosen):
                kind = random.choice(["@@unique", "@@index", "@@index"])
                line = f"{kind}([{chosen.name}])"
                if line not in model.blocks:
                    model.blocks.append(line)
        return model

    def _field(self) -> Field:
        random = self.random
        name = self.word()
        if random.random() < 0.15:
            return Field(name, f'Unsupported("{random.choice(UNSUPPORTED)}")', arity=random.choice(["?", "?", ""]))  # fmt: skip
        type_ = random.choice(list(NATIVE))
        arity = random.choice(["", "?", "?", "[]"]) if random.random() < 0.8 else ""
        native = random.choice(NATIVE[type_])
        made = Field(name, type_, native, arity)
        if not arity and type_ in DEFAULTS and not native and random.random() < 0.3:
            made.default = random.choice(DEFAULTS[type_])
        return made

    def _relation(self, model: Model, world: World) -> None:
        random = self.random
        target = random.choice(world.models)
        if target.key == "composite":
            return
        required = target.name != model.name and random.random() < 0.6
        on_delete = random.choice(["", "Cascade", "Restrict", "NoAction", *([] if required else ["SetNull"])])
        name = f"r{self.word()}"
        model.relations.append(
            Relation(name, target.name, f"{name}Id", required, random.random() < 0.2, on_delete)
        )

    def _extra(self, world: World) -> None:
        """Something that no schema declares."""
        random = self.random
        model = random.choice(world.models)
        table = f'"{model.schema or "public"}"."{model.name}"'
        name = self.word()
        texts = [f for f in model.fields if f.type == "String" and not f.native and f.arity != "[]"]
        some = random.choice(model.fields)
        column = f'"{some.name}"'
        kinds = ["stamp", "log", "rls", "forced", "generated", "check", "expression", "partial", "view", "matview",
                 "deferrable", "partition", "comment", "statistics", "hash", "exclude", "refuses", "rule", "inherit"]  # fmt: skip
        match random.choice(kinds):
            case "stamp":
                if not any(f.name == "stampedAt" for f in model.fields):
                    model.fields.append(Field("stampedAt", "DateTime", "", "?", fixed=True))
                    world.extras.append(
                        f'CREATE FUNCTION stamp_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."stampedAt" := now(); RETURN NEW; END $$;'
                        f"CREATE TRIGGER stamp_{name} BEFORE {random.choice(['UPDATE', 'INSERT OR UPDATE'])} ON {table} FOR EACH ROW EXECUTE FUNCTION stamp_{name}();"
                    )
            case "log":
                if not any(m.name == "Log" for m in world.models):
                    log = Model(
                        "Log", "Int @id @default(autoincrement())", [Field("said", "String", "", "?")]
                    )
                    log.schema = "public"
                    world.models.append(log)
                world.extras.append(
                    f'CREATE FUNCTION log_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public."Log" ("said") VALUES (TG_OP); RETURN NULL; END $$;'
                    f"CREATE TRIGGER log_{name} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION log_{name}();"
                )
            case "refuses":
                world.extras.append(
                    f"CREATE FUNCTION no_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$;"
                    f"CREATE TRIGGER no_{name} BEFORE {random.choice(['UPDATE', 'DELETE', 'UPDATE OR DELETE'])} ON {table} FOR EACH ROW EXECUTE FUNCTION no_{name}();"
                )
            case "rls" | "forced" as kind:
                force = f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" if kind == "forced" else ""
                world.extras.append(
                    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;{force}CREATE POLICY p_{name} ON {table} USING ({column} IS NOT NULL);"
                )
            case "generated" if texts:
                base = random.choice(texts)
                model.fields.append(Field(f"g{name}", "String", "", "?", "dbgenerated()", fixed=True))
                world.extras.append(
                    f'ALTER TABLE {table} DROP COLUMN "g{name}"; ALTER TABLE {table} ADD COLUMN "g{name}" text GENERATED ALWAYS AS (upper("{base.name}")) STORED;'
                )
            case "check":
                world.extras.append(
                    random.choice(
                        [
                            f'ALTER TABLE {table} ADD CONSTRAINT "c_{name}" CHECK ({column} IS NOT NULL OR {column} IS NULL);',
                            f"ALTER TABLE {table} ADD CONSTRAINT \"c_{name}\" CHECK ({column}::text <> 'zz');",
                            f'ALTER TABLE {table} ADD CONSTRAINT "c_{name}" CHECK (length({column}::text) < 200) NOT VALID;',
                        ]
                    )
                )
            case "expression" if texts:
                world.extras.append(
                    f'CREATE INDEX "e_{name}" ON {table} (lower("{random.choice(texts).name}"));'
                )
            case "partial" if _indexable(some):
                world.extras.append(
                    f'CREATE {random.choice(["", "UNIQUE "])}INDEX "q_{name}" ON {table} ({column}) WHERE {column} IS NOT NULL;'
                )
            case "hash" if _indexable(some):
                world.extras.append(f'CREATE INDEX "h_{name}" ON {table} USING hash ({column});')
            case "view":
                world.extras.append(f'CREATE VIEW "v_{name}" AS SELECT {column} FROM {table};')
            case "matview":
                world.extras.append(f'CREATE MATERIALIZED VIEW "m_{name}" AS SELECT {column} FROM {table};')
            case "deferrable" if model.relations and not world.multi:
                one = random.choice(model.relations)
                world.extras.append(
                    f'ALTER TABLE {table} ALTER CONSTRAINT "{model.name}_{one.column}_fkey" DEFERRABLE INITIALLY {random.choice(["DEFERRED", "IMMEDIATE"])};'
                )
            case "partition" if model.key == "composite" and not world.multi:
                world.partitioned[model.name] = random.choice(
                    [
                        f'PARTITION BY HASH ("tenant");\nCREATE TABLE "{model.name}_p0" PARTITION OF "{model.name}" FOR VALUES WITH (MODULUS 2, REMAINDER 0);\nCREATE TABLE "{model.name}_p1" PARTITION OF "{model.name}" FOR VALUES WITH (MODULUS 2, REMAINDER 1);',
                        f'PARTITION BY RANGE ("tenant");\nCREATE TABLE "{model.name}_p0" PARTITION OF "{model.name}" FOR VALUES FROM (MINVALUE) TO (10);\nCREATE TABLE "{model.name}_p1" PARTITION OF "{model.name}" DEFAULT;',
                    ]
                )
            case "comment":
                world.extras.append(f"COMMENT ON COLUMN {table}.{column} IS 'what it is';")
            case "statistics" if len(model.fields) > 1 and all(_indexable(f) for f in model.fields[:2]):
                world.extras.append(
                    f'CREATE STATISTICS "s_{name}" ON "{model.fields[0].name}", "{model.fields[1].name}" FROM {table};'
                )
            case "exclude" if _indexable(some) and some.type == "String" and not some.native:
                world.extras.append(
                    f'ALTER TABLE {table} ADD CONSTRAINT "x_{name}" EXCLUDE USING btree ({column} WITH =);'
                )
            case "rule":
                world.extras.append(
                    f'CREATE RULE "u_{name}" AS ON DELETE TO {table} WHERE false DO INSTEAD NOTHING;'
                )
            case _:
                pass

    # ------------------------------------------------------------ after

    def _edit(self, world: World) -> None:
        random = self.random
        model = random.choice(world.models)
        movable = [f for f in model.fields if not f.fixed]
        if not movable:
            return
        one = random.choice(movable)
        kinds = ["type", "type", "type", "native", "arity", "arity", "rename", "drop", "add", "unique", "index", "default", "relation",
                 "undeclared", "delete", "table", "label", "fewer labels", "key", "schema", "swap", "stranger", "required"]  # fmt: skip
        kind = random.choice(kinds)
        world.edits.append(f"{kind} {model.name}.{one.name}")
        match kind:
            case "type":
                other = self._field()
                self._unindexed(model, one.name)
                one.type, one.native, one.default = other.type, other.native, ""
                if random.random() < 0.3:
                    one.arity = other.arity
                if one.type.startswith("Unsupported"):
                    one.arity = "?" if one.arity != "" else ""
            case "native" if one.type in NATIVE:
                one.native = random.choice(NATIVE[one.type])
                if one.native:
                    one.default = ""
            case "arity" if not one.type.startswith("Unsupported"):
                one.arity = random.choice([a for a in ("", "?", "[]") if a != one.arity])
                one.default = ""
            case "required":
                one.arity = ""
                one.default = (
                    random.choice(DEFAULTS.get(one.type, ("",)))
                    if not one.native and random.random() < 0.6
                    else ""
                )
            case "rename":
                name = self.word()
                self._unindexed(model, one.name)
                if random.random() < 0.7:
                    world.told.append(f"{model.name}.{one.name}={model.name}.{name}")
                one.name = name
            case "drop" if len(model.fields) > 1:
                self._unindexed(model, one.name)
                model.fields.remove(one)
            case "add":
                model.fields.append(self._field())
            case "stranger":
                self._unindexed(model, one.name)
                model.fields.remove(one)
                model.fields.append(self._field())
            case "unique" if _indexable(one):
                model.blocks.append(f"@@unique([{one.name}])")
            case "index" if _indexable(one):
                model.blocks.append(f"@@index([{one.name}])")
            case "default" if one.type in DEFAULTS and not one.native and one.arity != "[]":
                one.default = random.choice(["", *DEFAULTS[one.type]])
            case "relation":
                self._relation(model, world)
            case "undeclared" if model.relations:
                model.relations.remove(random.choice(model.relations))
            case "delete" if model.relations:
                random.choice(model.relations).on_delete = random.choice(["Cascade", "Restrict", "NoAction"])
            case "table":
                new = f"{model.name}s"
                old = model.name
                model.name = new
                for other_model in world.models:
                    for relation in other_model.relations:
                        if relation.target == old:
                            relation.target = new
                world.told = [t for t in world.told if not t.startswith(f"{old}.")]
                world.told.append(f"{old}={new}")
            case "label":
                world.labels.insert(random.randrange(len(world.labels) + 1), f"l{self.word()}")
            case "fewer labels" if len(world.labels) > 1:
                world.labels.pop()
            case "key" if model.key != "composite":
                model.key = random.choice([k for k in KEYS if k != "composite"])
            case "schema" if world.multi:
                model.schema = "other" if model.schema == "public" else "public"
            case "swap" if len(movable) > 1:
                a, b = random.sample(movable, 2)
                a.type, b.type = b.type, a.type
                a.native, b.native = b.native, a.native
                a.default = b.default = ""
                if a.type.startswith("Unsupported") and a.arity == "[]":
                    a.arity = "?"
                if b.type.startswith("Unsupported") and b.arity == "[]":
                    b.arity = "?"
                self._unindexed(model, a.name)
                self._unindexed(model, b.name)
            case _:
                world.edits.pop()

    def _unindexed(self, model: Model, name: str) -> None:
        model.blocks = [one for one in model.blocks if f"[{name}]" not in one]


def _indexable(one: Field) -> bool:
    return one.arity != "[]" and one.type not in ("Json",) and not one.type.startswith("Unsupported")


def world(seed: str) -> tuple[World, World]:
    """Before and after."""
    return Maker(Random(seed)).make()
