-- AlterTable
ALTER TABLE "User" ADD COLUMN     "lastSeenAt" TIMESTAMP(3);

-- The search box; Prisma's schema language has no index on an expression.
CREATE INDEX "Contact_search_idx" ON "Contact" USING GIN (to_tsvector('simple', coalesce("name", '') || ' ' || coalesce("email", '')));
