-- CreateTable
CREATE TABLE "PepperMark" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "mark" TEXT NOT NULL
);
