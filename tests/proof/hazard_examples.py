"""Each hazard by its id: what makes it be told, and what is close to that and safe."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'


@dataclass(frozen=True)
class Drift:
    """A project whose migrations do not build its schema: hazards of the corrective migration."""

    migrations: str
    schema: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Branch:
    """Migrations of a branch over those of its base: hazards that were seen (`check --base`)."""

    adds: str
    base: str = """CREATE EXTENSION IF NOT EXISTS vector;
CREATE TYPE "Mood" AS ENUM ('sad', 'glad');
CREATE TABLE "Team" ("id" INTEGER NOT NULL, CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));
CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, "n" INTEGER NOT NULL, "code" VARCHAR(9), "mood" "Mood", "v" vector(3), "teamId" INTEGER,
  CONSTRAINT "User_pkey" PRIMARY KEY ("id"), CONSTRAINT "n_there" CHECK ("n" = "n"));
CREATE INDEX "User_name_idx" ON "User"("name");
CREATE INDEX "User_v_idx" ON "User" USING hnsw ("v" vector_l2_ops);
CREATE VIEW "names" AS SELECT "name" FROM "User";
UPDATE "User" SET "teamId" = NULL;
"""


Example = Drift | Branch

USER = 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, "age" INTEGER, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n'
TEAM = 'CREATE TABLE "Team" ("id" INTEGER NOT NULL, CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));\n'


def user(*lines: str, name: str = "  name String?\n", age: str = "  age Int?\n") -> str:
    """The model of USER, and what comes to it."""
    return "model User {\n  id Int @id\n" + name + age + "".join(f"  {line}\n" for line in lines) + "}\n"


FLOWS = """CREATE TABLE "Space" ("id" INTEGER NOT NULL, CONSTRAINT "Space_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Flow" ("id" INTEGER NOT NULL, "spaceId" INTEGER NOT NULL, CONSTRAINT "Flow_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Run" ("id" INTEGER NOT NULL, "title" TEXT, "flowId" INTEGER NOT NULL, "spaceId" INTEGER, CONSTRAINT "Run_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Flow" ADD CONSTRAINT "Flow_spaceId_fkey" FOREIGN KEY ("spaceId") REFERENCES "Space"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Run" ADD CONSTRAINT "Run_flowId_fkey" FOREIGN KEY ("flowId") REFERENCES "Flow"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Run" ADD CONSTRAINT "Run_spaceId_fkey" FOREIGN KEY ("spaceId") REFERENCES "Space"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
"""
FLOW_MODELS = """model Space {
  id Int @id
  flows Flow[]
  runs Run[]
}
model Flow {
  id Int @id
  spaceId Int
  space Space @relation(fields: [spaceId], references: [id])
  runs Run[]
}
model Run {
  id Int @id
  title String?
  flowId Int
  spaceId Int
  flow Flow @relation(fields: [flowId], references: [id])
  space Space @relation(fields: [spaceId], references: [id])
}
"""
LINKS = """CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));
CREATE TABLE "B" ("id" INTEGER NOT NULL, CONSTRAINT "B_pkey" PRIMARY KEY ("id"));
CREATE TABLE "_AToB" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL, CONSTRAINT "_AToB_AB_pkey" PRIMARY KEY ("A", "B"));
CREATE INDEX "_AToB_B_index" ON "_AToB"("B");
ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_A_fkey" FOREIGN KEY ("A") REFERENCES "A"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_AToB" ADD CONSTRAINT "_AToB_B_fkey" FOREIGN KEY ("B") REFERENCES "B"("id") ON DELETE CASCADE ON UPDATE CASCADE;
"""
LINK_MODEL = "model AB {\n  aId Int\n  bId Int\n  a A @relation(fields: [aId], references: [id])\n  b B @relation(fields: [bId], references: [id])\n  @@id([aId, bId])\n}\n"
TEAM_MODEL = "model Team {\n  id Int @id\n  users User[]\n}\n"
RELATION = ("teamId Int?", "team Team? @relation(fields: [teamId], references: [id])")

EXAMPLES: dict[str, tuple[Example, Example]] = {
    # ---- of a corrective migration
    "breaks-application": (Drift(USER, user("alias String?", name=""), ("--rename", "User.name=User.alias")), Drift(USER, user("alias String?"))),
    "column-required": (Drift(USER, user("kind String")), Drift(USER, user('kind String @default("user")'))),
    "data-loss": (Drift(USER, user(name="")), Drift(USER, user("more String?"))),
    "duplicates": (Drift(USER, user("@@unique([name])")), Drift(USER, user("@@index([name])"))),
    "links-replaced": (
        Drift(LINKS, ("model A {\n  id Int @id\n  links AB[]\n}\nmodel B {\n  id Int @id\n  links AB[]\n}\n" + LINK_MODEL).replace("AB", "Tie")),
        Drift(LINKS, "model A {\n  id Int @id\n  bs B[]\n  links AB[]\n}\nmodel B {\n  id Int @id\n  as A[]\n  links AB[]\n}\n" + LINK_MODEL),
    ),
    "nothing-proved": (
        Drift(USER, user('kind Int @default(dbgenerated("next_kind()"))')),
        Drift(USER, user("kind Int @default(0)")),
    ),
    "nulls": (Drift(USER, user(name="  name String\n")), Drift(USER, user(name='  name String @default("x")\n'))),
    "object-in-the-way": (
        Drift(USER + 'CREATE MATERIALIZED VIEW v AS SELECT "age" FROM "User";', user(age="  age BigInt?\n")),
        Drift(USER + 'CREATE VIEW v AS SELECT "age" FROM "User";', user(age="  age BigInt?\n")),
    ),
    "object-lost": (
        Drift(USER + 'CREATE INDEX i ON "User"(lower("name"));', user(name="")),
        Drift(USER + 'CREATE INDEX i ON "User"(abs("age"));', user(name="")),
    ),
    "orphans": (
        Drift(TEAM + USER.replace('"age"', '"teamId" INTEGER, "age"'), TEAM_MODEL + user(*RELATION)),
        Drift(TEAM + USER, TEAM_MODEL + user(*RELATION)),
    ),
    "row-security": (
        Drift(USER + 'ALTER TABLE "User" ENABLE ROW LEVEL SECURITY; ALTER TABLE "User" FORCE ROW LEVEL SECURITY;', user(name="  name String\n")),
        Drift(USER + 'ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;', user(name="  name String\n")),
    ),
    "trigger-fires": (
        Drift(FLOWS + 'CREATE TRIGGER t BEFORE UPDATE ON "Run" FOR EACH ROW EXECUTE FUNCTION stamp();', FLOW_MODELS),
        Drift(FLOWS + 'CREATE TRIGGER t BEFORE UPDATE OF "title" ON "Run" FOR EACH ROW EXECUTE FUNCTION stamp();', FLOW_MODELS),
    ),
    "value-refused": (Drift(USER, user(name="  name Int?\n")), Drift(USER, user(age="  age BigInt?\n"))),
    # ---- of a branch's own migrations
    "check-scans": (
        Branch('ALTER TABLE "User" ADD CONSTRAINT "c" CHECK ("n" IS NOT NULL);'),
        Branch('ALTER TABLE "User" ADD CONSTRAINT "c" CHECK ("n" IS NOT NULL) NOT VALID;'),
    ),
    "foreign-key-scans": (
        Branch('UPDATE "User" SET "teamId" = NULL; ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("teamId") REFERENCES "Team"("id");'),
        Branch('UPDATE "User" SET "teamId" = NULL; ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("teamId") REFERENCES "Team"("id") NOT VALID;'),
    ),
    "foreign-key-without-index": (
        Branch('UPDATE "User" SET "teamId" = NULL; ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("teamId") REFERENCES "Team"("id");'),
        Branch('UPDATE "User" SET "teamId" = NULL; ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("teamId") REFERENCES "Team"("id"); CREATE INDEX "i" ON "User"("teamId");'),
    ),
    "index-build-blocks-writes": (
        Branch('CREATE INDEX "i" ON "User"("n");'),
        Branch('CREATE INDEX CONCURRENTLY "i" ON "User"("n");'),
    ),
    "index-drop-blocks": (Branch('DROP INDEX "User_name_idx";'), Branch('DROP INDEX CONCURRENTLY "User_name_idx";')),
    "not-null-scans": (
        Branch('UPDATE "User" SET "name" = \'\' WHERE "name" IS NULL; ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;'),
        Branch(
            'UPDATE "User" SET "name" = \'\' WHERE "name" IS NULL; ALTER TABLE "User" ADD CONSTRAINT "c" CHECK ("name" IS NOT NULL) NOT VALID;'
            'ALTER TABLE "User" VALIDATE CONSTRAINT "c"; ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL; ALTER TABLE "User" DROP CONSTRAINT "c";'
        ),
    ),
    "rows-changed-in-migration": (
        Branch('UPDATE "User" SET "name" = \'x\';'),
        Branch('UPDATE "User" SET "name" = \'x\' WHERE "id" = 1;'),
    ),
    "table-rewrite": (
        Branch('ALTER TABLE "User" ALTER COLUMN "n" SET DATA TYPE BIGINT;'),
        Branch('ALTER TABLE "User" ALTER COLUMN "code" SET DATA TYPE TEXT;'),
    ),
    "unique-build-blocks": (
        Branch('ALTER TABLE "User" ADD CONSTRAINT "u" UNIQUE ("id", "n");'),
        Branch('CREATE UNIQUE INDEX CONCURRENTLY "u" ON "User"("id", "n"); ALTER TABLE "User" ADD CONSTRAINT "u" UNIQUE USING INDEX "u";'),
    ),
    "unmanaged-dropped": (Branch('DROP INDEX "User_v_idx";'), Branch('DROP INDEX "User_name_idx";')),
    "vector-dimension-change": (
        Branch('ALTER TABLE "User" ALTER COLUMN "v" SET DATA TYPE vector;'),
        Branch('ALTER TABLE "User" ADD COLUMN "w" vector(4);'),
    ),
    "vector-index-build": (
        Branch('CREATE INDEX "h" ON "User" USING hnsw ("v" vector_cosine_ops);'),
        Branch('CREATE INDEX "h" ON "User"("name", "n");'),
    ),
}  # fmt: skip
"""(unsafe, safe)"""

SEEN: dict[str, tuple[Branch, Branch]] = {
    "breaks-application": (Branch('ALTER TABLE "User" DROP COLUMN "mood";'), Branch('ALTER TABLE "User" ADD COLUMN "tone" "Mood";')),
    "column-required": (
        Branch('ALTER TABLE "User" ADD COLUMN "x" INTEGER NOT NULL;'),
        Branch('ALTER TABLE "User" ADD COLUMN "x" INTEGER NOT NULL DEFAULT 1;'),
    ),
    "duplicates": (
        Branch('CREATE UNIQUE INDEX "u" ON "User"("mood");'),
        Branch('CREATE UNIQUE INDEX "u" ON "User"("mood", "id");'),
    ),
    "nulls": (
        Branch('ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;'),
        Branch('UPDATE "User" SET "name" = \'\' WHERE "name" IS NULL; ALTER TABLE "User" ALTER COLUMN "name" SET NOT NULL;'),
    ),
    "orphans": (
        Branch('ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("n") REFERENCES "Team"("id");'),
        Branch('ALTER TABLE "User" ADD COLUMN "x" INTEGER; ALTER TABLE "User" ADD CONSTRAINT "f" FOREIGN KEY ("x") REFERENCES "Team"("id");'),
    ),
    "value-refused": (
        Branch('ALTER TABLE "User" ALTER COLUMN "code" SET DATA TYPE INTEGER USING "code"::integer;'),
        Branch('ALTER TABLE "User" ALTER COLUMN "n" SET DATA TYPE BIGINT;'),
    ),
}  # fmt: skip
"""Those that a branch's migrations have as well, of what rows stop."""
