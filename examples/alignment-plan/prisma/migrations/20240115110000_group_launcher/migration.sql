-- CreateTable
CREATE TABLE "GroupLauncher" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GroupLauncher_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LaunchGroup" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "inviteUrl" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LaunchGroup_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "GroupLauncher_slug_key" ON "GroupLauncher"("slug");

-- CreateIndex
CREATE INDEX "GroupLauncher_workspaceId_idx" ON "GroupLauncher"("workspaceId");

-- CreateIndex
CREATE INDEX "LaunchGroup_workspaceId_idx" ON "LaunchGroup"("workspaceId");

-- AddForeignKey
ALTER TABLE "GroupLauncher" ADD CONSTRAINT "GroupLauncher_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LaunchGroup" ADD CONSTRAINT "LaunchGroup_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
