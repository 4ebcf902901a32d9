/** `npm run accounts`: the M-Pesa shortcodes of this shop's merchant, from the command line. */
import { text } from "node:stream/consumers";
import { closeDb } from "@/lib/db";
import { accountsCommand } from "./accounts-command";

try {
  process.stdout.write(await accountsCommand(process.argv.slice(2), () => text(process.stdin)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await closeDb();
}
