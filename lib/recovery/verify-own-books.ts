/** `npm run verify-books`: runs scripts/verify-books.mjs on this shop, with the key its audit log is signed with. */
import { spawnSync } from "node:child_process";
import { auditKey } from "./audit-key";

const own = ["scripts/verify-books.mjs", "--public-key", auditKey().publicText];
const { status } = spawnSync(process.execPath, [...own, ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
