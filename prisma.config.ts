import path from "node:path";
import { defineConfig } from "prisma/config";

// Prisma's CLI would otherwise fetch a native binary from its own host. Ours comes from npm and is
// the same on every machine.
process.env.PRISMA_SCHEMA_ENGINE_BINARY = path.join(
  import.meta.dirname,
  "scripts/prisma-schema-engine.mjs",
);
process.env.CHECKPOINT_DISABLE = "1";

// `generate`, `validate` and `format` need no database, so a missing address must not stop them.
// The commands that do need one then say which server they could not reach.
const url = process.env.DATABASE_URL ?? "postgresql://malipo@127.0.0.1:54329/malipo";

export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations", seed: "tsx prisma/seed.ts" },
  datasource: { url },
});
