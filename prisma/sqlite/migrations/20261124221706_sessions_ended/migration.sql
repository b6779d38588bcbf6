-- AlterTable
ALTER TABLE "User" ADD COLUMN "sessionKept" TEXT;
ALTER TABLE "User" ADD COLUMN "sessionsEndedAt" DATETIME;
