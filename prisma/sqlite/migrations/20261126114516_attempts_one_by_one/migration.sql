BEGIN;
-- What was counted so far lasts for a quarter of an hour at most, and does not say which attempts it was: counting begins anew.
DROP TABLE "Attempt";
CREATE TABLE "Attempt" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "failed" BOOLEAN NOT NULL,
    "expiresAt" DATETIME NOT NULL,

    PRIMARY KEY ("id", "key")
);
CREATE INDEX "Attempt_key_expiresAt_idx" ON "Attempt"("key", "expiresAt");
CREATE INDEX "Attempt_expiresAt_idx" ON "Attempt"("expiresAt");
COMMIT;
