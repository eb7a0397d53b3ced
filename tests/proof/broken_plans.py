"""Drifts with the migration that mends them, and what may be broken in it: none of it has a hazard that tells."""

from __future__ import annotations

from dataclasses import dataclass

BASE = """
CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, "nick" TEXT, "age" INTEGER, "level" INTEGER, "score" NUMERIC(9,2), "seen" TIMESTAMP(3),
  "tags" TEXT[], "data" JSONB, "teamId" INTEGER, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Team" ("id" INTEGER NOT NULL, "title" TEXT NOT NULL, "motto" TEXT, CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Post" ("id" INTEGER NOT NULL, "userId" INTEGER NOT NULL, "body" TEXT, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
ALTER TABLE "User" ADD CONSTRAINT "User_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "User_nick_idx" ON "User"("nick");
CREATE INDEX "lower_name" ON "User"(lower("name"));
ALTER TABLE "User" ADD CONSTRAINT "age_known" CHECK ("age" IS NULL OR "age" > -2147483648);
"""
MODELS = """
model User {
  id Int @id
  name String
  nick String?
  age Int?
  level Int?
  score Decimal? @db.Decimal(9, 2)
  seen DateTime?
  tags String[]
  data Json?
  teamId Int?
  team Team? @relation(fields: [teamId], references: [id])
  posts Post[]
  @@index([nick])
}
model Team {
  id Int @id
  title String
  motto String?
  users User[]
}
model Post {
  id Int @id
  userId Int
  body String?
  user User @relation(fields: [userId], references: [id], onDelete: Cascade)
}
"""


@dataclass(frozen=True)
class Drift:
    """A change of MODELS (or another project), which a plan mends."""

    edits: tuple[tuple[str, str], ...] = ()
    rename: tuple[str, ...] = ()
    migrations: str = BASE
    models: str = MODELS

    @property
    def schema(self) -> str:
        text = self.models
        for old, new in self.edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text


@dataclass(frozen=True)
class Broken:
    """A plan with one mistake."""

    drift: Drift
    old: str = ""
    """Text of the plan's SQL that is replaced; empty: `new` is a statement more, at the end."""
    new: str = ""
    silent: tuple[str, ...] = ()
    """Ids of hazards and checks that are taken out, since the mistake is that nobody tells."""


ADDED = Drift(
    (
        ("  motto String?\n", "  motto String?\n  size Int?\n"),
        ("  nick String?\n", "  nick String?\n  size Int?\n"),
    )
)
"""New columns, which cost nothing; whatever else happens is a mistake."""
RENAMED = Drift(
    (("  nick String?\n", "  alias String?\n"), ("@@index([nick])", "@@index([alias])")),
    ("User.nick=User.alias",),
)
TABLE = Drift((("model Team", "model Club"), ("team Team?", "team Club?")), ("Team=Club",))
TO_INT = Drift((("  nick String?\n", "  nick Int?\n"),))
TO_BIG = Drift((("  age Int?\n", "  age BigInt?\n"),))
TO_TEXT = Drift((("  level Int?\n", "  level String?\n"),))
TO_ZONED = Drift((("  seen DateTime?\n", "  seen DateTime? @db.Timestamptz(3)\n"),))
TO_CHARS = Drift((("  nick String?\n", "  nick String? @db.VarChar(5000)\n"),))
TO_LIST = Drift((("  nick String?\n", "  nick String[]\n"),))
TO_JSON = Drift((("  tags String[]\n", "  tags Json?\n"),))
REQUIRED = Drift((("  nick String?\n", '  nick String @default("none")\n'),))
STRICT = Drift((("  motto String?\n", "  motto String\n"),))
UNIQUE = Drift((("  motto String?\n", "  motto String? @unique\n"),))
DROPPED = Drift((("  motto String?\n", ""),))
NARROW = Drift((("  nick String?\n", "  nick String? @db.VarChar(3)\n"),))
WHOLE = Drift((("  score Decimal? @db.Decimal(9, 2)\n", "  score Decimal? @db.Decimal(9, 0)\n"),))
ORPHANS = Drift(
    migrations=BASE.replace('ALTER TABLE "Post" ADD', '-- ALTER TABLE "Post" ADD'),
)
ENUM = Drift(
    migrations="""CREATE TYPE "Role" AS ENUM ('admin', 'user', 'guest');
    CREATE TABLE "U" ("id" INTEGER NOT NULL, "role" "Role" NOT NULL, CONSTRAINT "U_pkey" PRIMARY KEY ("id"));""",
    models="enum Role {\n  ADMIN\n  user\n  guest\n}\nmodel U {\n  id Int @id\n  role Role\n}\n",
    rename=("Role.admin=Role.ADMIN",),
)
FEWER = Drift(
    migrations=ENUM.migrations,
    models="enum Role {\n  admin\n  user\n}\nmodel U {\n  id Int @id\n  role Role\n}\n",
)
LINKS = Drift(
    migrations="""CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));
    CREATE TABLE "B" ("id" INTEGER NOT NULL, CONSTRAINT "B_pkey" PRIMARY KEY ("id"));
    CREATE TABLE "_AToB" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL, CONSTRAINT "_AToB_AB_pkey" PRIMARY KEY ("A", "B"));
    CREATE INDEX "_AToB_B_index" ON "_AToB"("B");
    ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_A_fkey" FOREIGN KEY ("A") REFERENCES "A"("id") ON DELETE CASCADE ON UPDATE CASCADE;
    ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_B_fkey" FOREIGN KEY ("B") REFERENCES "B"("id") ON DELETE CASCADE ON UPDATE CASCADE;""",
    models="""model A {\n  id Int @id\n  links AB[]\n}\nmodel B {\n  id Int @id\n  links AB[]\n}
model AB {\n  aId Int\n  bId Int\n  a A @relation(fields: [aId], references: [id])\n  b B @relation(fields: [bId], references: [id])\n  @@id([aId, bId])\n}\n""",
    rename=("_AToB=AB",),
)

DRIFTS = {
    "added": ADDED, "renamed": RENAMED, "table": TABLE, "to int": TO_INT, "to big": TO_BIG, "to text": TO_TEXT, "to zoned": TO_ZONED,
    "to chars": TO_CHARS, "to list": TO_LIST, "to json": TO_JSON, "required": REQUIRED, "strict": STRICT, "unique": UNIQUE,
    "dropped": DROPPED, "narrow": NARROW, "whole": WHOLE, "orphans": ORPHANS, "enum": ENUM, "fewer": FEWER, "links": LINKS,
}  # fmt: skip

BROKEN = {
    # a value is lost
    "renamed by making anew": Broken(
        RENAMED,
        'RENAME COLUMN "nick" TO "alias"',
        'DROP COLUMN "nick", ADD COLUMN "alias" TEXT; CREATE INDEX "User_nick_idx" ON "User"("alias")',
    ),
    "renamed and emptied": Broken(RENAMED, new='UPDATE "User" SET "alias" = NULL WHERE "id" = 42'),
    "table made anew": Broken(TABLE, new='DELETE FROM "Club" WHERE "id" = 1'),
    "a column set to null": Broken(ADDED, new='UPDATE "User" SET "age" = NULL WHERE "age" = 42'),
    "one row deleted": Broken(ADDED, new='DELETE FROM "Team" WHERE "id" = 1'),
    "all rows deleted": Broken(ADDED, new='TRUNCATE "Team" CASCADE'),
    "children deleted by cascade": Broken(ADDED, new='DELETE FROM "User" WHERE "id" = 1'),
    "duplicates deleted": Broken(
        UNIQUE,
        "CREATE UNIQUE INDEX",
        'DELETE FROM "Team" AS a USING "Team" AS b WHERE a."motto" = b."motto" AND a."id" > b."id"; CREATE UNIQUE INDEX',
    ),
    "orphans deleted": Broken(
        ORPHANS,
        'ALTER TABLE "Post" ADD',
        'DELETE FROM "Post" WHERE "userId" NOT IN (SELECT "id" FROM "User"); ALTER TABLE "Post" ADD',
    ),
    "links not taken over": Broken(LINKS, 'FROM "_AToB"', 'FROM "_AToB" WHERE "A" <> 1'),
    "a list cut": Broken(ADDED, new='UPDATE "User" SET "tags" = "tags"[1:1]'),
    "json without a key": Broken(
        ADDED, new="""UPDATE "User" SET "data" = "data" - 'b' WHERE jsonb_typeof("data") = 'object'"""
    ),
    "a dropped column untold": Broken(DROPPED, silent=("data-loss",)),
    "conversion to nothing": Broken(TO_INT, "USING (", "USING (NULL::integer) -- ("),
    "list without its element": Broken(TO_LIST, "ARRAY[", "ARRAY['x'] || ARRAY["),
    "json without its elements": Broken(TO_JSON, '(to_jsonb("tags"))', "('[]'::jsonb)"),
    "fewer labels, one replaced": Broken(
        FEWER,
        '"role"::text::"Role_new"',
        "replace(\"role\"::text, 'guest', 'user')::\"Role_new\"",
        ("value-refused",),
    ),
    # a text is cut or changed
    "text cut": Broken(ADDED, new='UPDATE "User" SET "name" = left("name", 100)'),
    "text cut by its type": Broken(TO_CHARS, "VARCHAR(5000)", 'VARCHAR(5000) USING left("nick", 20)'),
    "text folded": Broken(ADDED, new='UPDATE "User" SET "name" = lower("name")'),
    "blanks trimmed": Broken(ADDED, new='UPDATE "User" SET "name" = btrim("name")'),
    "accents decomposed": Broken(ADDED, new='UPDATE "User" SET "name" = normalize("name", NFC)'),
    "narrow untold": Broken(NARROW, silent=("data-loss", "value-refused")),
    # a moment is shifted
    "moment in the session's zone": Broken(TO_ZONED, "\"seen\" AT TIME ZONE 'UTC'", '"seen"::timestamptz'),
    "moment in another zone": Broken(TO_ZONED, "AT TIME ZONE 'UTC'", "AT TIME ZONE 'Europe/Berlin'"),
    "moment an hour later": Broken(ADDED, new='UPDATE "User" SET "seen" = "seen" + interval \'1 hour\''),
    "moment without its fraction": Broken(
        ADDED, new='UPDATE "User" SET "seen" = date_trunc(\'second\', "seen")'
    ),
    # columns are swapped
    "columns swapped by value": Broken(
        ADDED, new='UPDATE "User" SET "name" = coalesce("nick", ""), "nick" = "name"'.replace('""', "''")
    ),
    "columns swapped by name": Broken(
        RENAMED,
        new='ALTER TABLE "User" RENAME "name" TO "x"; ALTER TABLE "User" RENAME "alias" TO "name"; ALTER TABLE "User" RENAME "x" TO "alias"; UPDATE "User" SET "name" = \'\' WHERE "name" IS NULL; ALTER TABLE "User" ALTER "name" SET NOT NULL, ALTER "alias" DROP NOT NULL; DROP INDEX "User_alias_idx"; CREATE INDEX "User_alias_idx" ON "User"("alias"); DROP INDEX lower_name; CREATE INDEX "lower_name" ON "User"(lower("name"))',
    ),
    "links the wrong way round": Broken(LINKS, '("aId", "bId")', '("bId", "aId")'),
    "labels swapped": Broken(
        ENUM,
        new='UPDATE "U" SET "role" = CASE WHEN "role" = \'user\' THEN \'guest\'::"Role" WHEN "role" = \'guest\' THEN \'user\'::"Role" ELSE "role" END',
    ),
    # a number is another
    "number one higher": Broken(TO_BIG, "BIGINT", 'BIGINT USING ("age"::bigint + 1)'),
    "number without its sign": Broken(TO_TEXT, "TEXT", 'TEXT USING (abs("level"::bigint)::text)'),
    "number rounded": Broken(ADDED, new='UPDATE "User" SET "score" = round("score")'),
    "rounded untold": Broken(WHOLE, silent=("data-loss",)),
    # an UPDATE is missing, or another
    "filled with something else": Broken(REQUIRED, "= 'none'", "= 'some'"),
    "filled where something stands": Broken(REQUIRED, ' WHERE "nick" IS NULL', ""),
    "not filled": Broken(REQUIRED, 'UPDATE "User" SET "nick" = \'none\' WHERE "nick" IS NULL', "SELECT 1"),
    "required untold": Broken(STRICT, silent=("nulls",)),
    "unique untold": Broken(UNIQUE, silent=("duplicates",)),
    "orphans untold": Broken(ORPHANS, silent=("orphans",)),
    "cast untold": Broken(TO_INT, silent=("value-refused",)),
    # an object goes
    "index dropped": Broken(ADDED, new='DROP INDEX "User_nick_idx"'),
    "expression index dropped": Broken(ADDED, new='DROP INDEX "lower_name"'),
    "check dropped": Broken(ADDED, new='ALTER TABLE "User" DROP CONSTRAINT "age_known"'),
    "key dropped": Broken(ADDED, new='ALTER TABLE "Post" DROP CONSTRAINT "Post_userId_fkey"'),
}
