import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dataDir } from "./paths.mjs";
import { SetupError } from "./setup-error.mjs";

const MAKERS = {
  NEXTAUTH_SECRET: () => randomBytes(32).toString("base64url"),
  ENCRYPTION_KEY: () => randomBytes(32).toString("base64"),
  METRICS_TOKEN: () => randomBytes(24).toString("base64url"),
  POSTGRES_PASSWORD: () => randomBytes(24).toString("base64url"),
};

/**
 * The secrets of a demo shop: made once, kept readable by their owner alone. Refuses to make new ones
 * beside an existing database, which they could neither open nor decrypt. Never called in live mode.
 */
export function demoSecrets() {
  const file = path.join(dataDir(), "secrets.json");
  const kept = readKept(file);
  if (!kept && existsSync(path.join(dataDir(), "pg/PG_VERSION"))) {
    throw new SetupError(
      `${file} is missing, but there is a database beside it that it belongs to.\n` +
        `Put the file back, or remove ${dataDir()} to begin with an empty shop.`,
    );
  }
  const secrets = { ...kept };
  const missing = Object.keys(MAKERS).filter((name) => !secrets[name]);
  for (const name of missing) secrets[name] = MAKERS[name]();
  if (missing.length > 0) writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function readKept(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new SetupError(`${file} is not readable as JSON. Put a whole copy back.`);
  }
}

/** A crash in the middle of writing must not leave half a file of secrets. */
function writeWhole(file, content) {
  // Passable: the embedded Postgres may have to run as another user. The files are closed one by one.
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o711 });
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
