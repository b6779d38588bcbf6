-- CreateTable
CREATE TABLE "Group" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "lastUsedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "Group_lastUsedAt_idx" ON "Group"("lastUsedAt");

-- The column is added in place. A table that is rebuilt is dropped on the way, and every sign-in and note with it, wherever the
-- foreign keys are on.
ALTER TABLE "User" ADD COLUMN "groupId" TEXT REFERENCES "Group" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateIndex
CREATE INDEX "User_groupId_idx" ON "User"("groupId");
