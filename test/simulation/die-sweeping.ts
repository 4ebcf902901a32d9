import { z } from "zod";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { installCrashPoints, runUntilCrash } from "./crash-points";

/**
 * A worker of its own that sweeps deposits and kills itself, as `kill -9` would, at the await it was
 * told: `die-sweeping.ts <time of its clock> <before|after> <number>`. It ends with 0 when the sweep was
 * over before that.
 */
const [atMs, moment, at] = z
  .tuple([z.coerce.number().int(), z.enum(["before", "after"]), z.coerce.number().int()])
  .parse(process.argv.slice(2));

installCrashPoints(() => process.kill(process.pid, "SIGKILL"));
const now = () => new Date(atMs);
await runUntilCrash(() => sweepDeposits({ now, limit: 100 }), { at, moment });
process.exit(0);
