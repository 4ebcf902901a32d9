/**
 * Part of `npm run verify`: every language says everything. Each message has words in each language,
 * in well-formed ICU syntax, with the same arguments and tags.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { compareLocales } from "./lib/locales.mjs";
import { rootDir } from "./lib/paths.mjs";

const folder = path.join(rootDir, "lib/i18n/messages");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const locales = names.map((name) => ({
  name: path.basename(name, ".json"),
  messages: JSON.parse(readFileSync(path.join(folder, name), "utf8")),
}));
const { problems, keys } = compareLocales(locales);
if (locales.length < 2) problems.push(`only ${locales.length} language was found in ${folder}`);
if (keys === 0) problems.push("no message was found at all");
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${keys} messages compared in ${locales.length} languages.\n`);
process.exit(problems.length === 0 ? 0 : 1);
