import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, whatever the working directory is. */
export const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Where everything that must survive a restart is kept: database, secrets, logs. */
export function dataDir() {
  return path.resolve(rootDir, process.env.MALIPO_DATA_DIR ?? ".data");
}

/** Executables of the installed packages, the pinned Node among them. */
export const binDir = path.join(rootDir, "node_modules/.bin");
