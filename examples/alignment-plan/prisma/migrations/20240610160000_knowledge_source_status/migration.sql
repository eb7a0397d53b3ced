-- CreateEnum
CREATE TYPE "KnowledgeSourceStatus" AS ENUM ('QUEUED', 'INDEXED', 'FAILED');

-- AlterTable
ALTER TABLE "KnowledgeSource" ADD COLUMN     "status" "KnowledgeSourceStatus" NOT NULL DEFAULT 'QUEUED';

-- What is there already has been indexed.
UPDATE "KnowledgeSource" SET "status" = 'INDEXED';
