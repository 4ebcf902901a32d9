/** Part of `npm run verify`: no module imports what the rules of .dependency-cruiser.cjs forbid. */
import { cruiseTree } from "./lib/cruise.mjs";

const { modules, violations, rules } = await cruiseTree();
for (const violation of violations) {
  const { comment } = rules.find(({ name }) => violation.startsWith(`${name}:`));
  process.stdout.write(`${violation}\n    ${comment}\n`);
}
process.stdout.write(`${modules} modules read, ${violations.length} imports that may not be.\n`);
process.exit(violations.length === 0 ? 0 : 1);
