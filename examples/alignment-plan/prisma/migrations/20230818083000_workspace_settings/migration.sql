-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN     "jitterMax" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "jitterMin" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "providerSettings" JSONB,
ADD COLUMN     "timezone" TEXT NOT NULL DEFAULT 'UTC';
