import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { rootDir } from "./paths.mjs";

const FOLDERS = ["app", "components", "lib", "sandbox", "server.ts"];

/**
 * Reads the modules of a tree under the rules of .dependency-cruiser.cjs. Resolves to how many it
 * read, and one sentence for each import that breaks a rule.
 */
export async function cruiseTree({ baseDir = rootDir, folders = FOLDERS } = {}) {
  const { forbidden, options } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs");
  const fileName = path.join(baseDir, "tsconfig.json");
  const tsConfig = extractTSConfig(fileName);
  const own = { baseDir, tsConfig: { fileName }, ruleSet: { forbidden }, validate: true };
  const settings = { ...options, ...own };
  const present = folders.filter((folder) => existsSync(path.join(baseDir, folder)));
  const { output } = await cruise(present, settings, undefined, { tsConfig });
  const violations = output.summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`,
  );
  return { modules: output.summary.totalCruised, violations, rules: forbidden };
}
