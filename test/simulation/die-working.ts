import { z } from "zod";
import { workMessage } from "@/lib/inbox/work-message";
import { installCrashPoints, runUntilCrash } from "./crash-points";

/**
 * A process of its own that works one stored message and kills itself, as `kill -9` would, at the await
 * it was told: `die-working.ts <message id> <before|after> <number>`. It ends with 0 when the work was
 * over before that.
 */
const [messageId, moment, at] = z
  .tuple([z.string(), z.enum(["before", "after"]), z.coerce.number().int()])
  .parse(process.argv.slice(2));

installCrashPoints(() => process.kill(process.pid, "SIGKILL"));
await runUntilCrash(() => workMessage({ messageId, now: () => new Date() }), { at, moment });
process.exit(0);
