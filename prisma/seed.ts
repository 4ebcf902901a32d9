import { closeDb } from "@/lib/db";
import { env } from "@/lib/env";
import { seedDemo } from "./seed-demo";

// Known passwords beside live money would be an open till.
if (env().mode !== "demo") throw new Error("The demo shop is seeded in demo mode only.");
try {
  await seedDemo();
} finally {
  await closeDb();
}
