"""What the evidence makes sure, what it leaves open, and what it does not even offer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.diff.rules import Rules
from prisma_drift.errors import DriftError
from prisma_drift.model.schema import Schema
from prisma_drift.model.values import frozen
from prisma_drift.model.version import LATEST
from prisma_drift.plan.renames.decide import Decision, Question, Verdict, decide
from prisma_drift.plan.renames.edits import History, declarations
from prisma_drift.plan.renames.told import understand

Models = Callable[..., Schema]

AUTHOR = "model User {\n id Int @id\n posts Post[]\n}\nmodel Post {\n id Int @id\n authorId Int\n author User @relation(fields: [authorId], references: [id])\n}"
LINKED = "model Post {\n id Int @id\n tags Tag[]\n}\nmodel Tag {\n id Int @id\n name String\n color String\n posts Post[]\n}"
EXPLICIT = """model Post {{
 id Int @id
 {tags} {name}[]
}}
model Tag {{
 id Int @id
 name String
 color String
 {posts} {name}[]
}}
model {name} {{
 postId Int
 tagId Int
 post Post @relation(fields: [postId], references: [id])
 tag Tag @relation(fields: [tagId], references: [id])
{more} @@id([postId, tagId])
}}"""


def explicit(name: str, tags: str = "a", posts: str = "b", more: str = "") -> str:
    return EXPLICIT.format(name=name, tags=tags, posts=posts, more=more)


def model(*fields: str, name: str = "U", tail: str = "") -> str:
    lines = "".join(f"  {field}\n" for field in ("id Int @id", *fields))
    return f"model {name} {{\n{lines}{tail}}}\n"


@frozen
class Case:
    before: str
    after: str
    sure: str = ""
    """`source → target`, several joined by commas; without the schema where that is public."""
    open: str = ""
    git: bool = False
    """Whether git has the first schema as the version before."""
    datasource: str = ""


CASES = {
    # columns
    "another case": Case(model("user_id Int"), model("userId Int"), "U.user_id → U.userId"),
    "@map is new": Case(model("c String"), model('c String @map("c_text")'), "U.c → U.c_text"),
    "@map is new, and the type": Case(model("c Int"), model('c String @map("c_text")'), "U.c → U.c_text"),
    "@map is new, and a type that no cast of Prisma's reaches": Case(
        model("c String"), model('c Json @map("c_json")'), "U.c → U.c_json"
    ),
    "another case, and a type that no cast of Prisma's reaches": Case(
        model("user_meta String"), model("userMeta Json"), "U.user_meta → U.userMeta"
    ),
    "a key, and what points to it": Case(
        AUTHOR,
        AUTHOR.replace("id Int @id\n posts", 'id Int @id @map("user_id")\n posts')
        .replace("authorId Int", 'authorId Int @map("author_id")'),
        "User.id → User.user_id, Post.authorId → Post.author_id",
    ),
    "a longer name in its place": Case(
        model("a Int", "name String", "b Int"), model("a Int", "fullName String", "b Int"), "U.name → U.fullName"
    ),
    "a longer name in its place, of another type": Case(
        model("a Int", "name Int"), model("a Int", "fullName Json"), "", ""
    ),
    "a longer name elsewhere": Case(
        model("name String", "a Int", "b Int"), model("a Int", "b Int", "fullName String"), "", "U.name → U.fullName"
    ),
    "two longer names": Case(
        model("name String", "a Int"),
        model("fullName String", "displayName String", "a Int"),
        "",
        "U.name → U.fullName, U.name → U.displayName",
    ),
    "nothing in common": Case(model("age Int", "x Int"), model("x Int", "height Int"), "", "U.age → U.height"),
    "nothing in common, in its place": Case(model("age Int"), model("height Int"), "", "U.age → U.height"),
    "nothing in common, and two of them": Case(
        model("age Int", "size Int", "x Int"), model("x Int", "height Int", "width Int"), "", ""
    ),
    "another type": Case(model("age Int"), model("data Json"), "", ""),
    "billing and shipping": Case(
        model("billingAddress String"), model("shippingAddress String"), "", "U.billingAddress → U.shippingAddress"
    ),
    "a foreign key moves along": Case(
        AUTHOR, AUTHOR.replace("authorId", "postAuthorId"), "Post.authorId → Post.postAuthorId"
    ),
    "a foreign key moves along, to another word": Case(
        AUTHOR, AUTHOR.replace("authorId", "ownerId"), "", "Post.authorId → Post.ownerId"
    ),
    "a foreign key leads elsewhere": Case(
        AUTHOR + "\nmodel Team {\n id Int @id\n}",
        AUTHOR.replace("authorId", "author_id").replace("author User", "author Team").replace(" posts Post[]\n", "")
        + "\nmodel Team {\n id Int @id\n posts Post[]\n}",
        "",
        "Post.authorId → Post.author_id",
        git=True,
    ),
    "git shows it in the other's place, with its foreign key": Case(
        AUTHOR, AUTHOR.replace("authorId", "ownerId"), "Post.authorId → Post.ownerId", git=True
    ),
    "git shows the line in the other's place": Case(
        model("phone String", "x Int"), model("phoneNumber String", "x Int"), "U.phone → U.phoneNumber", git=True
    ),
    "git shows another @map": Case(
        model('c String @map("x")'), model('c String @map("y")'), "U.x → U.y", git=True
    ),
    # tables
    "@@map is new": Case(model("c String"), model("c String", tail=' @@map("people")\n'), "U → people"),
    "@@map is new, and every type": Case(
        model("a String", "b Int"), model("a Json", "b String[]", tail=' @@map("people")\n'), "U → people"
    ),
    "plural": Case(model("c String", name="User"), model("c String", name="Users"), "User → Users"),
    "the same columns": Case(model("c String"), model("c String", name="V"), "", "U → V"),
    "the same telling columns": Case(
        model("vat Int", "iban String", "bic String", "tax Int"),
        model("vat Int", "iban String", "bic String", "tax Int", name="Account"),
        "U → Account",
    ),
    "the same telling columns, twice": Case(
        model("vat Int", "iban String", "bic String", "tax Int"),
        model("vat Int", "iban String", "bic String", "tax Int", name="Account")
        + model("vat Int", "iban String", "bic String", "tax Int", name="Payer"),
        "",
        "U → Account, U → Payer",
    ),
    "other columns": Case(model("c String"), model("x Int", "y Int", name="V"), "", ""),
    "foreign keys of others move along": Case(
        AUTHOR, AUTHOR.replace("User", "Person"), "User → Person"
    ),
    "a column follows its table": Case(
        AUTHOR.replace("author", "user"), AUTHOR.replace("author", "person").replace("User", "Person"),
        "User → Person, Post.userId → Post.personId", git=True,
    ),
    "a list in JSON and one": Case(model("names Json"), model("name String"), "", "U.names → U.name"),
    "another case and type": Case(model("user_id Int"), model("userId BigInt"), "U.user_id → U.userId"),
    "a list and one": Case(model("sirets String[]"), model("siret String"), "", "U.sirets → U.siret"),
    "a table and a column of it": Case(
        model("c String", "d String", name="User"),
        model("c String", 'd String @map("d_text")', name="User", tail=' @@map("users")\n'),
        "User → users, User.d → users.d_text",
    ),
    "to another schema": Case(
        model("c String", tail=' @@schema("public")\n'),
        model("c String", tail=' @@schema("crm")\n'),
        "U → crm.U",
        datasource='schemas = ["crm", "public"]',
    ),
    # enums
    "an enum, by its columns": Case(
        "enum Role {\n A\n B\n}\n" + model("r Role"), "enum Kind {\n A\n B\n}\n" + model("r Kind"), "Role → Kind"
    ),
    "a value in another case": Case(
        "enum Role {\n admin\n B\n}\n" + model("r Role"), "enum Role {\n ADMIN\n B\n}\n" + model("r Role"), "Role.admin → Role.ADMIN"
    ),
    "a value that is mapped": Case(
        "enum Role {\n A\n B\n}\n" + model("r Role"), 'enum Role {\n A @map("a_x")\n B\n}\n' + model("r Role"), "Role.A → Role.a_x"
    ),
    "another value": Case(
        "enum Role {\n ACTIVE\n B\n}\n" + model("r Role"),
        "enum Role {\n INACTIVE\n B\n}\n" + model("r Role"),
        "",
        "Role.ACTIVE → Role.INACTIVE",
    ),
    "another value, in the same line": Case(
        "enum Role {\n USER\n B\n}\n" + model("r Role"), "enum Role {\n OWNER\n B\n}\n" + model("r Role"), "", "Role.USER → Role.OWNER", git=True
    ),
    # links
    "a join table goes with its model": Case(
        LINKED, LINKED.replace("Tag", "Topic"), "Tag → Topic, _PostToTag → _PostToTopic", git=True
    ),
    "a relation gets a name": Case(
        LINKED,
        LINKED.replace("tags Tag[]", 'tags Tag[] @relation("Labels")').replace("posts Post[]", 'posts Post[] @relation("Labels")'),
        "_PostToTag → _Labels",
    ),
    "a relation gets a name, and another comes": Case(
        LINKED,
        LINKED.replace("tags Tag[]", 'tags Tag[] @relation("Labels")\n more Tag[] @relation("More")').replace(
            "posts Post[]", 'posts Post[] @relation("Labels")\n more Post[] @relation("More")'
        ),
        "",
        "_PostToTag → _Labels, _PostToTag → _More",
    ),
    "a relation gets a name, as git shows": Case(
        LINKED,
        LINKED.replace("tags Tag[]", 'tags Tag[] @relation("Labels")').replace("posts Post[]", 'posts Post[] @relation("Labels")'),
        "_PostToTag → _Labels",
        git=True,
    ),
    "implicit to explicit, named after both": Case(LINKED, explicit("TagsOnPosts"), "_PostToTag → TagsOnPosts"),
    "implicit to a model of another name": Case(LINKED, explicit("Bookmark"), "_PostToTag → Bookmark"),
    "implicit to a model of another name, with a number": Case(
        LINKED,
        explicit("Bookmark", more=" id Int @id @default(autoincrement())\n").replace("@@id([p", "@@index([p"),
        "_PostToTag → Bookmark",
    ),
    "implicit to a model of another name, with more to say": Case(
        LINKED,
        explicit("Bookmark", more=" id Int @id\n note String\n").replace("@@id([p", "@@unique([p"),
        "",
        "_PostToTag → Bookmark",
    ),
    "implicit to a model of another name, whose pairs may stand twice": Case(
        LINKED,
        explicit("Visit", more=" id String @id @default(uuid())\n at DateTime @default(now())\n").replace(
            "@@id([p", "@@index([p"
        ),
        "",
        "_PostToTag → Visit",
    ),
    "implicit to two models": Case(
        LINKED,
        explicit("Bookmark", "a Visit[]\n c", "b Visit[]\n d")
        + explicit("Visit").partition("model Visit")[1]
        + explicit("Visit").partition("model Visit")[2],
        "",
        "_PostToTag → Bookmark, _PostToTag → Visit",
    ),
    "implicit to a model of another name, by its field": Case(
        LINKED, explicit("Bookmark", tags="tags"), "_PostToTag → Bookmark", git=True
    ),
    "a model of another name to implicit": Case(explicit("Bookmark"), LINKED, "Bookmark → _PostToTag"),
    "explicit to implicit": Case(explicit("PostTag"), LINKED, "PostTag → _PostToTag"),
}  # fmt: skip


def decision(case: Case, as_database: Models, models: Models) -> Decision:
    actual = as_database(case.before, datasource=case.datasource)
    expected = models(case.after, datasource=case.datasource)
    texts = [case.after, case.before] if case.git else []
    history = History(tuple(declarations([text], LATEST) for text in texts))
    return decide(Question(actual, expected, Rules(), history=history))


def shown(pairs: tuple[Verdict, ...]) -> list[str]:
    return sorted(f"{v.source} → {v.target}".replace("public.", "") for v in pairs)


@pytest.mark.parametrize("name", CASES)
def test_evidence(name: str, as_database: Models, models: Models) -> None:
    case = CASES[name]
    found = decision(case, as_database, models)
    assert shown(found.sure) == sorted(filter(None, case.sure.split(", "))), found.verdicts
    assert shown(found.offered) == sorted(filter(None, case.open.split(", "))), found.verdicts


def test_what_came_before_the_other_went_is_another(as_database: Models, models: Models) -> None:
    first, both, last = model("user_id Int"), model("user_id Int", "userId Int"), model("userId Int")
    history = History(tuple(declarations([text], LATEST) for text in (last, both, first)))
    found = decide(Question(as_database(first), models(last), Rules(), history=history))
    assert not found.sure
    assert shown(found.offered) == ["U.user_id → U.userId"]


def test_a_model_that_stood_beside_the_relation_does_not_take_its_links(
    as_database: Models, models: Models
) -> None:
    linked = LINKED.replace("tags Tag[]", "tags Tag[]\n c Bookmark[]").replace(
        "posts Post[]", "posts Post[]\n d Bookmark[]"
    )
    both = linked + explicit("Bookmark")[explicit("Bookmark").index("model Bookmark") :]
    history = History(tuple(declarations([text], LATEST) for text in (explicit("Bookmark"), both, LINKED)))
    found = decide(Question(as_database(LINKED), models(explicit("Bookmark")), Rules(), history=history))
    assert not found.sure
    assert shown(found.offered) == ["_PostToTag → Bookmark"]


def test_a_value_in_the_settings_makes_a_required_column_no_obstacle(
    as_database: Models, models: Models
) -> None:
    after = models(explicit("Bookmark", more=" by String\n"))
    found = [
        decide(Question(as_database(LINKED), after, Rules(backfill=backfill))).sure
        for backfill in ((), (("Bookmark.by", "'nobody'"),))
    ]
    assert [shown(sure) for sure in found] == [[], ["_PostToTag → Bookmark"]]


TOLD = {
    "a column": (model("c Int"), model("d Int"), "U.c=U.d", "U.c → U.d"),
    "a field by its model": (
        model("c Int", name="people"),
        model('x Int @map("d")', tail=' @@map("people")\n'),
        "people.c=U.x",
        "people.c → people.d",
    ),
    "a table": (model("c Int"), model("z Json", name="V"), "U=V", "U → V"),
    "a table with its schema": (model("c Int"), model("z Json", name="V"), "public.U=public.V", "U → V"),
    "a value": (
        "enum R {\n A\n B\n}\n" + model("r R"), "enum R {\n Q\n B\n}\n" + model("r R"), "R.A=R.Q", "R.A → R.Q"
    ),
    "a join table": (LINKED, explicit("Bookmark"), "_PostToTag=Bookmark", "_PostToTag → Bookmark"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_told(name: str, as_database: Models, models: Models) -> None:
    before, after, text, wanted = TOLD[name]
    actual, expected = as_database(before), models(after)
    told, notes = understand([text], actual, expected, History())
    assert not notes
    found = decide(Question(actual, expected, Rules(), told, guess=False))
    assert shown(found.sure) == [wanted]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("U.cc=U.d", "the migrations build no U.cc", "Did you mean `U.c`"),
        ("U.c=U.dd", "schema.prisma declares no U.dd", "Did you mean `U.d`"),
        ("U.c=U", "U.c is a column, U a table", ""),
        ("U.c", "is no rename", "OLD=NEW"),
    ],
)
def test_told_wrongly(text: str, message: str, hint: str, as_database: Models, models: Models) -> None:
    with pytest.raises(DriftError) as error:
        understand([text], as_database(model("c Int")), models(model("d Int")), History())
    assert message in error.value.message
    assert hint in error.value.hint


def test_told_in_vain(as_database: Models, models: Models) -> None:
    done = understand(["U.c=U.d"], as_database(model("d Int")), models(model("d Int")), History())
    assert done == ((), ("`--rename U.c=U.d` applies to nothing: U.d is there already.",))
    kept = understand(["U.c=U.d"], as_database(model("c Int")), models(model("c Int", "d Int")), History())
    assert kept == ((), ("`--rename U.c=U.d` applies to nothing: schema.prisma still has U.c.",))
