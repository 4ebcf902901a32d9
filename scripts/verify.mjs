/**
 * `npm run verify`: style, lint, types, structure, documents and translations. No database.
 * `-- --only=types` runs one of them. The parts run two at a time; each prints one line when it ends,
 * and its findings when it has any.
 */
import path from "node:path";
import { generateRouteTypes, TEST_BUILD } from "./lib/build.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { binDir } from "./lib/paths.mjs";
import { generateClient } from "./lib/prisma.mjs";
import { run } from "./lib/run-command.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";

const AT_ONCE = 2;
const bin = (name, ...args) => [path.join(binDir, name), args];
const script = (name) => [process.execPath, [path.join("scripts", name)]];

// Slowest first, so that the short ones fill the gaps.
const PARTS = {
  lint: bin("eslint", ".", "--max-warnings=0", "--cache", "--cache-location", ".data/eslint/"),
  types: bin("tsc", "--noEmit", "-p", "."),
  format: bin("prettier", "--check", "--log-level=warn", "."),
  boundaries: script("check-boundaries.mjs"),
  documents: script("check-doc-refs.mjs"),
  translations: script("check-locales.mjs"),
};

main().catch(exitWith);

async function main() {
  await ensureInstalledAndPinned();
  const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length);
  if (only && !PARTS[only]) throw new SetupError(`--only takes ${Object.keys(PARTS).join(", ")}`);
  await generateClient();
  await generateRouteTypes({ build: TEST_BUILD });
  const waiting = only ? [only] : Object.keys(PARTS);
  const failures = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (!(await check(name))) failures.push(name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failures.length > 0) process.stdout.write(`\nNot in order: ${failures.join(", ")}\n`);
  process.exit(failures.length === 0 ? 0 : 1);
}

async function check(name) {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    await run(...PARTS[name]);
    process.stdout.write(`ok      ${name.padEnd(13)} ${seconds()}\n`);
    return true;
  } catch (error) {
    process.stdout.write(
      `FAILED  ${name.padEnd(13)} ${seconds()}\n${error.output ?? error.stack}\n`,
    );
    return false;
  }
}
