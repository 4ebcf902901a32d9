/** `npm run build`: what `npm start` builds, without starting it. Needs no database. */
import { bundlePrograms, buildPages, START_BUILD } from "./lib/build.mjs";
import { loadEnvironment } from "./lib/environment.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { exitWith } from "./lib/setup-error.mjs";

main().catch(exitWith);

async function main() {
  await ensureInstalledAndPinned();
  loadEnvironment();
  await bundlePrograms({ build: START_BUILD });
  const built = await buildPages({ build: START_BUILD, env: process.env, quiet: false });
  process.stdout.write(built ? "Built.\n" : "Nothing has changed since the last build.\n");
}
