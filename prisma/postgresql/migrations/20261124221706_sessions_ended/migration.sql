-- AlterTable
ALTER TABLE "User" ADD COLUMN     "sessionKept" TEXT,
ADD COLUMN     "sessionsEndedAt" TIMESTAMP(3);
