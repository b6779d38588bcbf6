-- CreateTable
CREATE TABLE "PepperMark" (
    "id" TEXT NOT NULL,
    "mark" TEXT NOT NULL,

    CONSTRAINT "PepperMark_pkey" PRIMARY KEY ("id")
);
