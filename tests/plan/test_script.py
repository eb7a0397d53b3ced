"""The layout of the script and of the block of warnings."""

from __future__ import annotations

from collections.abc import Callable

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST, Version
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.script import script

Models = Callable[..., Schema]


def planned(actual: Schema, expected: Schema, version: Version = LATEST) -> Plan:
    rules = Rules(version=version)
    return build_plan(diff(actual, expected, rules), actual, expected, rules)


def test_nothing_to_do(models: Models) -> None:
    schema = models("model A {\n id Int @id\n}")
    assert script(planned(schema, schema), warnings=True) == "-- This is an empty migration.\n"


def test_a_schema_from_nothing(models: Models) -> None:
    schema = models(
        "model A {\n id Int @id @default(autoincrement())\n b B?\n r Role[] @default([X])\n s String @unique\n"
        ' @@index([s(sort: Desc), id], map: "i")\n}\n'
        "model B {\n id String @db.Uuid\n aId Int @unique\n a A @relation(fields: [aId], references: [id])\n"
        ' n Decimal? @db.Decimal(5, 2)\n @@id([id, aId])\n}\nenum Role {\n X\n Y @map("it\'s")\n}'
    )
    assert script(planned(Schema(), schema)) == (
        """\
-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('X', 'it''s');

-- CreateTable
CREATE TABLE "A" (
    "id" SERIAL NOT NULL,
    "r" "Role"[] DEFAULT ARRAY['X']::"Role"[],
    "s" TEXT NOT NULL,

    CONSTRAINT "A_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "B" (
    "id" UUID NOT NULL,
    "aId" INTEGER NOT NULL,
    "n" DECIMAL(5,2),

    CONSTRAINT "B_pkey" PRIMARY KEY ("id","aId")
);

-- CreateIndex
CREATE UNIQUE INDEX "A_s_key" ON "A"("s");

-- CreateIndex
CREATE INDEX "i" ON "A"("s" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "B_aId_key" ON "B"("aId");

-- AddForeignKey
ALTER TABLE "B" ADD CONSTRAINT "B_aId_fkey" FOREIGN KEY ("aId") REFERENCES "A"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
"""
    )


def test_warnings_stand_in_front_and_what_fails_behind_them(models: Models) -> None:
    before = models("model A {\n id Int @id\n b Int\n c String?\n}\nmodel Z {\n id Int @id\n}")
    after = models("model A {\n id Int @id\n c String\n d Int\n}")
    assert script(planned(before, after), warnings=True) == (
        """\
/*
  Warnings:

  - You are about to drop the column `b` on the `A` table. All the data in the column will be lost.
  - You are about to drop the `Z` table. If the table is not empty, all the data it contains will be lost.
  - Added the required column `d` to the `A` table without a default value. This is not possible if the table is not empty.
  - Made the column `c` on table `A` required. This step will fail if there are existing NULL values in that column.

*/
-- AlterTable
ALTER TABLE "A" DROP COLUMN "b",
ADD COLUMN     "d" INTEGER NOT NULL,
ALTER COLUMN "c" SET NOT NULL;

-- DropTable
DROP TABLE "Z";
"""
    )


def test_no_block_without_warnings(models: Models) -> None:
    before = models("model A {\n id Int @id\n}")
    after = models("model A {\n id Int @id\n c String?\n}")
    assert script(planned(before, after), warnings=True) == (
        '-- AlterTable\nALTER TABLE "A" ADD COLUMN     "c" TEXT;\n'
    )


def test_a_renamed_key_by_version(models: Models) -> None:
    before, after = (
        models("model A {\n id Int @id\n}"),
        models('model A {\n id Int @id(map: "k")\n x Int?\n}'),
    )
    assert script(planned(before, after, Version(7, 8))) == (
        '-- AlterTable\nALTER TABLE "A" RENAME CONSTRAINT "A_pkey" TO "k",\nADD COLUMN     "x" INTEGER;\n'
    )
    assert script(planned(before, after, Version(7, 9))) == (
        '-- AlterTable\nALTER TABLE "A" ADD COLUMN     "x" INTEGER;\nALTER TABLE "A" RENAME CONSTRAINT "A_pkey" TO "k";\n'
    )
