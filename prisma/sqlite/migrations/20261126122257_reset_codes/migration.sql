-- AlterTable
ALTER TABLE "User" ADD COLUMN "resetCodeExpiresAt" DATETIME;
ALTER TABLE "User" ADD COLUMN "resetCodeHash" TEXT;
