-- Sign-ins that ended with all others of their account, by the moment that said so until now. One of that very moment cannot be told
-- from one before it.
DELETE FROM "Session" s USING "User" u
WHERE u."id" = s."userId" AND s."createdAt" <= u."sessionsEndedAt" AND s."handle" IS DISTINCT FROM u."sessionKept";
DELETE FROM "RefreshFamily" f USING "User" u
WHERE u."id" = f."userId" AND f."endedAt" IS NULL
  AND f."createdAt" <= u."sessionsEndedAt" AND f."id" IS DISTINCT FROM u."sessionKept";

-- AlterTable
ALTER TABLE "User" DROP COLUMN "notBefore",
DROP COLUMN "sessionsEndedAt",
ADD COLUMN     "signInVersion" TEXT,
ADD COLUMN     "tokenVersion" TEXT;
UPDATE "User" SET "signInVersion" = gen_random_uuid(), "tokenVersion" = gen_random_uuid(), "sessionKept" = NULL;
ALTER TABLE "User" ALTER COLUMN "signInVersion" SET NOT NULL,
ALTER COLUMN "tokenVersion" SET NOT NULL;

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "signInVersion" TEXT;
UPDATE "Session" s SET "signInVersion" = u."signInVersion" FROM "User" u WHERE u."id" = s."userId";
ALTER TABLE "Session" ALTER COLUMN "signInVersion" SET NOT NULL;

-- AlterTable
ALTER TABLE "RefreshFamily" ADD COLUMN     "currentJti" TEXT,
ADD COLUMN     "handedOutAt" TIMESTAMP(3),
ADD COLUMN     "isUsed" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "signInVersion" TEXT;
UPDATE "RefreshFamily" f SET "signInVersion" = u."signInVersion" FROM "User" u WHERE u."id" = f."userId";
ALTER TABLE "RefreshFamily" ALTER COLUMN "signInVersion" SET NOT NULL;
