import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { binDir, rootDir } from "./paths.mjs";
import { onAbandonedByNpm } from "./processes.mjs";
import { withProjectPath } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

const OLDEST_NODE = [20, 12];
const WINDOWS = process.platform === "win32";

/**
 * Returns once the packages of the lock file are installed and this very program runs on the Node
 * among them; to get there it installs, starts itself again on that Node, and ends as that run ends.
 * Uses nothing but Node itself, and therefore works on a fresh clone.
 */
export async function ensureInstalledAndPinned() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new SetupError(
      `This is Node ${process.versions.node}; it takes 20.12 or newer to begin.`,
    );
  }
  if (!isInstalledAsLocked()) install();
  if (process.versions.node === readJson("package.json").dependencies.node) return;
  process.exit(await repeatOnPinnedNode());
}

/** npm keeps a copy of what it installed; any package that is absent or of another version shows. */
export function isInstalledAsLocked() {
  const installedFile = "node_modules/.package-lock.json";
  if (!existsSync(path.join(rootDir, installedFile)) || !existsSync(pinnedNode())) return false;
  const installed = readJson(installedFile).packages;
  return Object.entries(readJson("package-lock.json").packages).every(
    ([place, wanted]) =>
      place === "" || wanted.optional || installed[place]?.version === wanted.version,
  );
}

function install() {
  process.stdout.write("Installing packages (npm ci). The first time takes a few minutes.\n");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { cwd: rootDir, stdio: "inherit", shell: WINDOWS };
  const { status, error } = spawnSync("npm", args, options);
  if (error) throw new SetupError(`npm could not be started: ${error.message}`);
  if (status !== 0) throw new SetupError("npm ci failed; its own message is above.");
}

function repeatOnPinnedNode() {
  const child = spawn(pinnedNode(), process.argv.slice(1), {
    env: withProjectPath(process.env),
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  onAbandonedByNpm(() => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

function pinnedNode() {
  return path.join(binDir, WINDOWS ? "node.exe" : "node");
}

function readJson(file) {
  return JSON.parse(readFileSync(path.join(rootDir, file), "utf8"));
}
