-- DropIndex
DROP INDEX "Contact_workspaceId_idx";

-- CreateIndex
CREATE UNIQUE INDEX "Contact_workspaceId_phone_key" ON "Contact"("workspaceId", "phone");
