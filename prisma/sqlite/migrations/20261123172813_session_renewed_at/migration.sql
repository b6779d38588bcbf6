-- AlterTable
ALTER TABLE "Session" ADD COLUMN "previousIdHash" TEXT;
ALTER TABLE "Session" ADD COLUMN "renewedAt" DATETIME;

-- CreateIndex
CREATE UNIQUE INDEX "Session_previousIdHash_key" ON "Session"("previousIdHash");
