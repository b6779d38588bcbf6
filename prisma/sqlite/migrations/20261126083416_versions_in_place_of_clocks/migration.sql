-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "new_User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "disabledAt" DATETIME,
    "tokenVersion" TEXT NOT NULL,
    "signInVersion" TEXT NOT NULL,
    "sessionKept" TEXT
);
INSERT INTO "new_User" ("createdAt", "disabledAt", "email", "id", "name", "passwordHash", "role", "tokenVersion", "signInVersion")
SELECT "createdAt", "disabledAt", "email", "id", "name", "passwordHash", "role", lower(hex(randomblob(16))), lower(hex(randomblob(16))) FROM "User";

-- Left out are sign-ins that ended with all others of their account, by the moment that said so until now. One of that very moment
-- cannot be told from one before it.
CREATE TABLE "new_RefreshFamily" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "absoluteExpiresAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "endReason" TEXT,
    "userAgent" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "signInVersion" TEXT NOT NULL,
    "currentHash" TEXT,
    "previousHash" TEXT,
    "currentJti" TEXT,
    "isUsed" BOOLEAN NOT NULL DEFAULT true,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "idleExpiresAt" DATETIME NOT NULL,
    "rotatedAt" DATETIME,
    "handedOutAt" DATETIME,
    CONSTRAINT "RefreshFamily_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_RefreshFamily" ("absoluteExpiresAt", "address", "createdAt", "currentHash", "endReason", "endedAt", "generation", "id", "idleExpiresAt", "lastSeenAt", "previousHash", "rotatedAt", "userAgent", "userId", "signInVersion")
SELECT t."absoluteExpiresAt", t."address", t."createdAt", t."currentHash", t."endReason", t."endedAt", t."generation", t."id", t."idleExpiresAt", t."lastSeenAt", t."previousHash", t."rotatedAt", t."userAgent", t."userId", n."signInVersion"
FROM "RefreshFamily" t JOIN "User" u ON u."id" = t."userId" JOIN "new_User" n ON n."id" = u."id"
WHERE t."endedAt" IS NOT NULL OR u."sessionsEndedAt" IS NULL OR julianday(t."createdAt") > julianday(u."sessionsEndedAt") OR t."id" IS u."sessionKept";

CREATE TABLE "new_Session" (
    "idHash" TEXT NOT NULL PRIMARY KEY,
    "handle" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "idleSeconds" INTEGER NOT NULL,
    "idleExpiresAt" DATETIME NOT NULL,
    "absoluteExpiresAt" DATETIME NOT NULL,
    "userAgent" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "signInVersion" TEXT NOT NULL,
    "previousIdHash" TEXT,
    "renewedAt" DATETIME,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Session" ("absoluteExpiresAt", "address", "createdAt", "handle", "idHash", "idleExpiresAt", "idleSeconds", "lastSeenAt", "previousIdHash", "renewedAt", "role", "userAgent", "userId", "signInVersion")
SELECT t."absoluteExpiresAt", t."address", t."createdAt", t."handle", t."idHash", t."idleExpiresAt", t."idleSeconds", t."lastSeenAt", t."previousIdHash", t."renewedAt", t."role", t."userAgent", t."userId", n."signInVersion"
FROM "Session" t JOIN "User" u ON u."id" = t."userId" JOIN "new_User" n ON n."id" = u."id"
WHERE u."sessionsEndedAt" IS NULL OR julianday(t."createdAt") > julianday(u."sessionsEndedAt") OR t."handle" IS u."sessionKept";

DROP TABLE "RefreshFamily";
ALTER TABLE "new_RefreshFamily" RENAME TO "RefreshFamily";
CREATE INDEX "RefreshFamily_userId_idx" ON "RefreshFamily"("userId");
CREATE INDEX "RefreshFamily_absoluteExpiresAt_idx" ON "RefreshFamily"("absoluteExpiresAt");
DROP TABLE "Session";
ALTER TABLE "new_Session" RENAME TO "Session";
CREATE UNIQUE INDEX "Session_handle_key" ON "Session"("handle");
CREATE UNIQUE INDEX "Session_previousIdHash_key" ON "Session"("previousIdHash");
CREATE INDEX "Session_userId_idx" ON "Session"("userId");
CREATE INDEX "Session_absoluteExpiresAt_idx" ON "Session"("absoluteExpiresAt");
DROP TABLE "User";
ALTER TABLE "new_User" RENAME TO "User";
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
COMMIT;
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
