"""Random Prisma schemas and mutations of them, seeded: the same seed gives the same text."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field

NATIVE: dict[str, list[str]] = {
    "Int": ["", "", "", "SmallInt", "Integer", "Oid"],
    "BigInt": ["", "BigInt"],
    "Float": ["", "", "Real", "DoublePrecision"],
    "Decimal": ["", "", "Decimal", "Decimal(10,2)", "Decimal(5, 0)", "Decimal(30,10)", "Money"],
    "Boolean": ["", "Boolean"],
    "String": [
        "",
        "",
        "",
        "Text",
        "VarChar",
        "VarChar(50)",
        "VarChar(200)",
        "Char(4)",
        "Char",
        "Citext",
        "Inet",
        "Uuid",
        "Bit(8)",
        "Bit",
        "VarBit",
        "VarBit(12)",
        "Xml",
    ],
    "DateTime": [
        "",
        "",
        "Timestamp",
        "Timestamp(6)",
        "Timestamptz",
        "Timestamptz(3)",
        "Date",
        "Time",
        "Time(3)",
        "Timetz",
        "Timetz(6)",
    ],
    "Bytes": ["", "ByteA"],
    "Json": ["", "Json", "JsonB"],
}
"""Native types of each scalar; the empty text is the scalar's own default, listed more often."""

UNSUPPORTED = ["point", "interval", "tsvector", "vector(3)", "int4range", "cidr", "box"]
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "eps",
    "zeta",
    "eta",
    "theta",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
]
ACTIONS = ["Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"]


@dataclass
class Field:
    name: str
    type: str
    arity: str = ""
    native: str = ""
    default: str = ""
    map: str = ""
    unique: str | None = None
    """None: not unique; else the text of the arguments."""
    updated_at: bool = False
    ignore: bool = False

    def psl(self, datasource: str) -> str:
        parts = [self.name, self.type + self.arity]
        if self.default:
            parts.append(f"@default({self.default})")
        if self.updated_at:
            parts.append("@updatedAt")
        if self.unique is not None:
            parts.append("@unique" + (f"({self.unique})" if self.unique else ""))
        if self.native:
            parts.append(f"@{datasource}.{self.native}")
        if self.map:
            parts.append(f'@map("{self.map}")')
        if self.ignore:
            parts.append("@ignore")
        return " ".join(parts)


@dataclass
class Index:
    kind: str
    """index | unique"""
    columns: list[tuple[str, str]]
    """Field name and the text of its arguments (`sort: Desc`, `ops: …`)."""
    arguments: str = ""

    def psl(self) -> str:
        columns = ", ".join(name + (f"({args})" if args else "") for name, args in self.columns)
        return f"@@{self.kind}([{columns}]{', ' + self.arguments if self.arguments else ''})"


@dataclass
class Relation:
    name: str
    """Relation name, unique in the schema; fields are derived from it."""
    target: str
    columns: list[str]
    references: list[str]
    optional: bool
    one_to_one: bool
    arguments: str = ""


@dataclass
class Model:
    name: str
    fields: list[Field]
    key: list[str]
    """Fields of the primary key; one of them makes @id, more make @@id; empty: a @unique field stands in."""
    key_map: str = ""
    map: str = ""
    schema: str = ""
    indexes: list[Index] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    ignored: bool = False

    def scalar(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)


@dataclass
class EnumBlock:
    name: str
    values: list[tuple[str, str]]
    map: str = ""
    schema: str = ""


@dataclass
class World:
    models: list[Model]
    enums: list[EnumBlock]
    many_to_many: list[tuple[str, str, str]] = field(default_factory=list)
    """(model, model, relation name)"""
    schemas: list[str] = field(default_factory=list)
    relation_mode: str = ""
    datasource: str = "db"

    def model(self, name: str) -> Model:
        return next(m for m in self.models if m.name == name)

    def psl(self) -> str:
        """The schema's text; no url, as Prisma 7 wants it."""
        lines = [f"datasource {self.datasource} {{", '  provider = "postgresql"']
        if self.schemas:
            lines.append(
                f"  schemas = [{', '.join(repr(s).replace(chr(39), chr(34)) for s in self.schemas)}]"
            )
        if self.relation_mode:
            lines.append(f'  relationMode = "{self.relation_mode}"')
        lines += ["}", ""]
        for model in self.models:
            lines += [f"model {model.name} {{", *(f"  {line}" for line in self._body(model)), "}", ""]
        for enum in self.enums:
            lines.append(f"enum {enum.name} {{")
            lines += [f"  {v}" + (f' @map("{m}")' if m else "") for v, m in enum.values]
            if enum.map:
                lines.append(f'  @@map("{enum.map}")')
            if enum.schema:
                lines.append(f'  @@schema("{enum.schema}")')
            lines += ["}", ""]
        return "\n".join(lines)

    def _body(self, model: Model) -> list[str]:
        lines = []
        for f in model.fields:
            text = f.psl(self.datasource)
            if model.key == [f.name]:
                head, _, rest = text.partition(" ")
                kind, _, rest = rest.partition(" ")
                mapped = f'(map: "{model.key_map}")' if model.key_map else ""
                text = f"{head} {kind} @id{mapped} {rest}".rstrip()
            lines.append(text)
        for r in model.relations:
            arguments = f", {r.arguments}" if r.arguments else ""
            lines.append(
                f'r_{r.name} {r.target}{"?" if r.optional else ""} @relation("{r.name}", '
                f"fields: [{', '.join(r.columns)}], references: [{', '.join(r.references)}]{arguments})"
            )
        for other in self.models:
            for r in other.relations:
                if r.target == model.name:
                    lines.append(
                        f'b_{r.name} {other.name}{"?" if r.one_to_one else "[]"} @relation("{r.name}")'
                    )
        for left, right, name in self.many_to_many:
            if left == right == model.name:
                lines += [
                    f'ma_{name} {left}[] @relation("{name}")',
                    f'mb_{name} {left}[] @relation("{name}")',
                ]
            elif model.name in (left, right):
                other_name = right if model.name == left else left
                lines.append(f'm_{name} {other_name}[] @relation("{name}")')
        if len(model.key) > 1:
            mapped = f', map: "{model.key_map}"' if model.key_map else ""
            lines.append(f"@@id([{', '.join(model.key)}]{mapped})")
        lines += [index.psl() for index in model.indexes]
        if model.map:
            lines.append(f'@@map("{model.map}")')
        if model.schema:
            lines.append(f'@@schema("{model.schema}")')
        return lines


class Maker:
    """Makes worlds and mutates them from one random source."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)
        self.counter = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    # -- values

    def default_for(self, type_: str, native: str, arity: str, enums: list[EnumBlock]) -> str:
        one = self.scalar_default(type_, native, enums)
        if arity != "[]":
            return one
        if not one or "(" in one:
            return "" if self.chance(0.7) else "[]"
        return f"[{', '.join(filter(None, (self.literal(type_, native, enums) for _ in range(self.random.randint(0, 3)))))}]"

    def literal(self, type_: str, native: str, enums: list[EnumBlock]) -> str:
        r = self.random
        base = native.split("(", maxsplit=1)[0]
        if type_ == "Int":
            return str(r.choice([0, 1, 5, 42] if base == "Oid" else [0, 1, -3, 5, 42]))
        if type_ == "BigInt":
            return str(r.choice([0, 7, -9, 9007199254740993]))
        if type_ == "Float":
            return r.choice(["0", "1.5", "2", "-2", "1.50", "0.001"])
        if type_ == "Decimal":
            return r.choice(["3", "0", "1.10", "-2.5", '"4.20"'])
        if type_ == "Boolean":
            return r.choice(["true", "false"])
        if type_ == "DateTime":
            return r.choice(['"2020-01-01T00:00:00Z"', '"2021-06-30T12:34:56.789+02:00"'])
        if type_ == "Bytes":
            return r.choice(['"aGk="', '"AAEC"'])
        if type_ == "Json":
            return r.choice(['"{}"', '"[1, 2]"', '"{\\"a\\": \\"it\'s\\"}"'])
        if type_ == "String":
            if native == "Char":
                return '"a"'
            if base == "Uuid":
                return '"00000000-0000-0000-0000-000000000000"'
            if base == "Inet":
                return '"10.0.0.1"'
            if base in ("Bit", "VarBit"):
                return '"00000000"' if native == "Bit(8)" else '"1"'
            if base == "Xml":
                return '"<a/>"'
            return r.choice(
                ['"a"', '""', '"it\'s"', '"x y"']
                if base == "Char"
                else ['"a"', '""', '"it\'s"', '"back\\\\slash"', '"new\\nline"']
            )
        for enum in enums:
            if enum.name == type_:
                return r.choice(enum.values)[0]
        return ""

    def scalar_default(self, type_: str, native: str, enums: list[EnumBlock]) -> str:
        base = native.split("(", maxsplit=1)[0]
        if type_ == "DateTime" and self.chance(0.5):
            return "now()"
        if type_ == "String" and self.chance(0.3):
            if base == "Uuid" and self.chance(0.5):
                return self.random.choice(["uuid()", 'dbgenerated("gen_random_uuid()")', "uuid(7)"])
            if base in ("", "Text", "VarChar", "Citext"):
                return self.random.choice(
                    [
                        "uuid()",
                        "cuid()",
                        "cuid(2)",
                        "ulid()",
                        "nanoid()",
                        "nanoid(12)",
                        "dbgenerated(\"lower('X'::text)\")",
                    ]
                )
        if type_ == "Int" and base != "Oid" and self.chance(0.1):
            return 'dbgenerated("(1 + 2)")'
        return self.literal(type_, native, enums)

    # -- making

    def scalar_field(self, name: str, world: World) -> Field:
        r = self.random
        roll = r.random()
        arity = r.choices(["", "?", "[]"], [5, 3, 1])[0]
        if roll < 0.06:
            text = r.choice(UNSUPPORTED)
            default = (
                "dbgenerated(\"'1 day'::interval\")"
                if text == "interval" and not arity and self.chance(0.3)
                else ""
            )
            return Field(name, f'Unsupported("{text}")', arity if arity != "[]" else "?", default=default)
        if roll < 0.2 and world.enums:
            type_, native = r.choice(world.enums).name, ""
        else:
            type_ = r.choice(list(NATIVE))
            native = r.choice(NATIVE[type_])
        made = Field(name, type_, arity, native)
        if self.chance(0.35):
            made.default = self.default_for(type_, native, arity, world.enums)
        elif type_ == "DateTime" and not arity and self.chance(0.3):
            made.updated_at = True
        if self.chance(0.15):
            made.map = f"{name}_col"
        if arity == "" and native != "Xml" and type_ not in ("Json",) and self.chance(0.08):
            made.unique = r.choice(["", "", f'map: "{self.fresh("uq_")}"', "sort: Desc"])
        if self.chance(0.03):
            made.ignore = True
        return made

    def key_fields(self) -> tuple[list[Field], list[str]]:
        r = self.random
        kind = r.choices(["serial", "int", "uuid", "bigserial", "compound"], [4, 2, 3, 1, 1])[0]
        if kind == "serial":
            return [Field("id", "Int", default="autoincrement()", native=r.choice(["", "", "SmallInt"]))], [
                "id"
            ]
        if kind == "bigserial":
            return [Field("id", "BigInt", default="autoincrement()")], ["id"]
        if kind == "int":
            return [Field("id", "Int")], ["id"]
        if kind == "uuid":
            return [
                Field(
                    "id",
                    "String",
                    default=r.choice(["uuid()", "cuid()", ""]),
                    native=r.choice(["", "", "Uuid", "VarChar(36)"]),
                )
            ], ["id"]
        return [Field("ka", "Int"), Field("kb", "String")], ["ka", "kb"]

    def indexable(self, model: Model) -> list[Field]:
        return [
            f
            for f in model.fields
            if not f.type.startswith("Unsupported")
            and f.type != "Json"
            and f.native != "Xml"
            and f.arity != "[]"
        ]

    def index(self, model: Model) -> Index | None:
        r = self.random
        roll = r.random()
        lists = [f for f in model.fields if f.arity == "[]" and not f.type.startswith("Unsupported")]
        documents = [
            f for f in model.fields if f.type == "Json" and f.native in ("", "JsonB") and f.arity != "[]"
        ]
        if roll < 0.12 and documents:
            ops = r.choice(["", "", "ops: JsonbPathOps", "ops: JsonbOps", 'ops: raw("jsonb_path_ops")'])
            return Index("index", [(r.choice(documents).name, ops)], "type: Gin")
        if roll < 0.2 and lists:
            return Index("index", [(r.choice(lists).name, r.choice(["", "ops: ArrayOps"]))], "type: Gin")
        usable = self.indexable(model)
        if not usable:
            return None
        if roll < 0.28:
            return Index("index", [(r.choice(usable).name, "")], "type: Hash")
        if roll < 0.36:
            ranged = [
                f for f in usable if f.type in ("Int", "BigInt", "DateTime", "Float") and f.native != "Oid"
            ]
            if ranged:
                return Index("index", [(r.choice(ranged).name, "")], "type: Brin")
        if roll < 0.42:
            texts = [f for f in usable if f.type == "String" and f.native in ("", "Text")]
            if texts:
                return Index("index", [(r.choice(texts).name, 'ops: raw("gin_trgm_ops")')], "type: Gin")
        chosen = r.sample(usable, min(len(usable), r.choice([1, 1, 2, 2, 3])))
        columns = [(f.name, r.choices(["", "sort: Desc", "sort: Asc"], [6, 2, 1])[0]) for f in chosen]
        kind = r.choice(["index", "index", "unique"])
        arguments = f'map: "{self.fresh("ix_")}"' if self.chance(0.3) else ""
        return Index(kind, columns, arguments)

    def relation(self, model: Model, world: World) -> None:
        r = self.random
        target = r.choice(world.models)
        if not target.key:
            return
        name = self.fresh("Rel")
        optional = self.chance(0.5)
        columns = []
        for key in target.key:
            source = target.scalar(key)
            column = Field(f"{name.lower()}_{key}", source.type, "?" if optional else "", source.native)
            if self.chance(0.15):
                column.map = f"{column.name}_fk"
            model.fields.append(column)
            columns.append(column.name)
        one_to_one = self.chance(0.2)
        if one_to_one:
            if len(columns) == 1:
                model.scalar(columns[0]).unique = ""
            else:
                model.indexes.append(Index("unique", [(c, "") for c in columns]))
        arguments = []
        allowed = ACTIONS if optional else ["Cascade", "Restrict", "NoAction"]
        if world.relation_mode:
            allowed = ["Cascade", "Restrict"]
        if self.chance(0.3):
            arguments.append(f"onDelete: {r.choice(allowed)}")
        if self.chance(0.2):
            arguments.append(f"onUpdate: {r.choice(allowed)}")
        if self.chance(0.15):
            arguments.append(f'map: "{self.fresh("fk_")}"')
        model.relations.append(
            Relation(name, target.name, columns, list(target.key), optional, one_to_one, ", ".join(arguments))
        )

    def new_model(self, name: str, world: World) -> Model:
        fields, key = self.key_fields()
        model = Model(name, fields, key)
        for word in self.random.sample(WORDS, self.random.randint(1, 6)):
            fields.append(self.scalar_field(word, world))
        if self.chance(0.12):
            model.key_map = self.fresh("pk_")
        if self.chance(0.15):
            model.map = f"{name.lower()}_tbl"
        if self.chance(0.05):
            model.map = "t" * self.random.choice([40, 55, 60, 63]) + name
        if world.schemas:
            model.schema = self.random.choice(world.schemas)
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 3])):
            index = self.index(model)
            if index and all(
                index.columns != other.columns or index.kind != other.kind for other in model.indexes
            ):
                model.indexes.append(index)
        return model

    def new_enum(self, name: str, world: World) -> EnumBlock:
        count = self.random.randint(1, 5)
        values = [(f"V{i}", f"v-{i}" if self.chance(0.1) else "") for i in range(count)]
        schema = self.random.choice(world.schemas) if world.schemas else ""
        return EnumBlock(name, values, f"{name.lower()}_enum" if self.chance(0.1) else "", schema)

    def world(self) -> World:
        world = World([], [])
        if self.chance(0.12):
            world.schemas = self.random.choice([["public", "app"], ["a", "b"], ["public"], ["app"]])
        if self.chance(0.05):
            world.relation_mode = "prisma"
        for i in range(self.random.choice([0, 1, 1, 2])):
            world.enums.append(self.new_enum(f"E{i}", world))
        for i in range(self.random.randint(1, 4)):
            world.models.append(self.new_model(f"M{i}", world))
        for model in world.models:
            for _ in range(self.random.choice([0, 0, 1, 1, 2])):
                self.relation(model, world)
        self.add_many_to_many(world, 0.25)
        return world

    def add_many_to_many(self, world: World, probability: float) -> None:
        single = [m.name for m in world.models if len(m.key) == 1]
        if single and self.chance(probability):
            left, right = self.random.choice(single), self.random.choice(single)
            world.many_to_many.append((min(left, right), max(left, right), self.fresh("Mm")))

    # -- mutating

    def mutate(self, before: World) -> World:
        world = copy.deepcopy(before)
        for _ in range(self.random.choice([1, 1, 2, 3, 5])):
            self.one_mutation(world)
        return world

    def free(self, model: Model) -> list[Field]:
        """Fields that no key, index or relation uses."""
        used = {
            *model.key,
            *(c for i in model.indexes for c, _ in i.columns),
            *(c for r in model.relations for c in r.columns),
        }
        return [f for f in model.fields if f.name not in used]

    def one_mutation(self, world: World) -> None:
        r = self.random
        model = r.choice(world.models) if world.models else None
        kind = r.choice(
            [
                "add-field",
                "add-field",
                "drop-field",
                "retype",
                "retype",
                "arity",
                "arity",
                "default",
                "default",
                "map-field",
                "add-index",
                "drop-index",
                "index-map",
                "add-relation",
                "drop-relation",
                "relation-actions",
                "map-model",
                "add-model",
                "drop-model",
                "enum-add",
                "enum-remove",
                "enum-reorder",
                "add-enum",
                "key-map",
                "m2m",
                "drop-m2m",
                "reorder",
                "schema",
                "unique",
                "drop-enum",
                "autoincrement",
            ]
        )
        if kind == "add-model":
            world.models.append(self.new_model(self.fresh("N"), world))
        elif kind == "add-enum":
            world.enums.append(self.new_enum(self.fresh("F"), world))
        elif kind in ("enum-add", "enum-remove", "enum-reorder", "drop-enum") and world.enums:
            self.mutate_enum(kind, r.choice(world.enums), world)
        elif kind == "m2m":
            self.add_many_to_many(world, 1)
        elif kind == "drop-m2m" and world.many_to_many:
            world.many_to_many.pop()
        elif kind == "reorder":
            r.shuffle(world.models)
        elif kind == "drop-model" and len(world.models) > 1 and model:
            self.drop_model(world, model)
        elif model:
            self.mutate_model(kind, model, world)

    def drop_model(self, world: World, model: Model) -> None:
        world.models.remove(model)
        world.many_to_many = [m for m in world.many_to_many if model.name not in m[:2]]
        for other in world.models:
            other.relations = [x for x in other.relations if x.target != model.name]

    def mutate_enum(self, kind: str, enum: EnumBlock, world: World) -> None:
        if kind == "enum-add":
            for _ in range(self.random.choice([1, 1, 2])):
                enum.values.insert(self.random.randint(0, len(enum.values)), (self.fresh("W"), ""))
        elif kind == "enum-remove" and len(enum.values) > 1:
            gone, _ = enum.values.pop(self.random.randrange(len(enum.values)))
            for model in world.models:
                for f in model.fields:
                    if f.type == enum.name and gone in f.default:
                        f.default = ""
        elif kind == "enum-reorder":
            self.random.shuffle(enum.values)
        elif kind == "drop-enum":
            world.enums.remove(enum)
            for model in world.models:
                for f in model.fields:
                    if f.type == enum.name:
                        f.type, f.default = "String", ""

    def mutate_model(self, kind: str, model: Model, world: World) -> None:
        r = self.random
        free = self.free(model)
        one = r.choice(free) if free else None
        if kind == "add-field":
            taken = {f.name for f in model.fields}
            names = [w for w in WORDS if w not in taken]
            if names:
                model.fields.insert(
                    r.randint(0, len(model.fields)), self.scalar_field(r.choice(names), world)
                )
        elif kind == "add-index":
            index = self.index(model)
            if index and all(
                index.columns != other.columns or index.kind != other.kind for other in model.indexes
            ):
                model.indexes.append(index)
        elif kind == "drop-index" and model.indexes:
            model.indexes.pop(r.randrange(len(model.indexes)))
        elif kind == "index-map" and model.indexes:
            index = r.choice(model.indexes)
            if "type" not in index.arguments:
                index.arguments = "" if index.arguments else f'map: "{self.fresh("ix_")}"'
        elif kind == "add-relation":
            self.relation(model, world)
        elif kind == "drop-relation" and model.relations:
            model.relations.pop()
        elif kind == "relation-actions" and model.relations and not world.relation_mode:
            relation = r.choice(model.relations)
            relation.arguments = r.choice(
                ["", "onDelete: Cascade", "onUpdate: NoAction", f'map: "{self.fresh("fk_")}"']
            )
        elif kind == "map-model":
            model.map = "" if model.map else f"{model.name.lower()}_renamed"
        elif kind == "key-map" and model.key:
            model.key_map = "" if model.key_map else self.fresh("pk_")
        elif kind == "schema" and world.schemas:
            model.schema = r.choice(world.schemas)
        elif kind == "autoincrement" and model.key == ["id"]:
            key = model.scalar("id")
            if key.type in ("Int", "BigInt"):
                key.default = "" if key.default else "autoincrement()"
        elif one is not None:
            self.mutate_field(kind, model, one, world)

    def mutate_field(self, kind: str, model: Model, one: Field, world: World) -> None:
        r = self.random
        if kind == "drop-field" and len(model.fields) > 1:
            model.fields.remove(one)
        elif kind == "retype":
            place = model.fields.index(one)
            fresh = self.scalar_field(one.name, world)
            if self.chance(0.5) and one.type in NATIVE:
                fresh = Field(one.name, one.type, one.arity, r.choice(NATIVE[one.type]))
            fresh.map = one.map
            model.fields[place] = fresh
        elif kind == "arity" and not one.default:
            one.arity = (
                r.choice(["", "?", "[]"]) if not one.type.startswith("Unsupported") else r.choice(["", "?"])
            )
            if one.arity:
                one.unique, one.updated_at = None, False
        elif kind == "default" and not one.type.startswith("Unsupported"):
            one.updated_at = False
            one.default = (
                ""
                if one.default and self.chance(0.4)
                else self.default_for(one.type, one.native, one.arity, world.enums)
            )
        elif kind == "map-field":
            one.map = "" if one.map else f"{one.name}_mapped"
        elif kind == "unique" and one.arity == "" and one in self.indexable(model):
            one.unique = None if one.unique is not None else ""


def random_pair(seed: int | str) -> tuple[str, str]:
    """Two schemas, the second a mutation of the first (one time in twelve: an unrelated one)."""
    maker = Maker(seed)
    before = maker.world()
    after = maker.world() if maker.chance(0.08) else maker.mutate(before)
    return before.psl(), after.psl()
