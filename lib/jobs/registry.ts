import { checkOneDeposit } from "./handlers/deposit.check";
import { checkInvariants } from "./handlers/ledger.check-invariants";
import { rollUp } from "./handlers/ledger.roll-up";
import { prune } from "./handlers/log.prune";
import { resumeRedemption } from "./handlers/redemption.resume";
import type { JobHandler } from "./handle";

/** Everything that happens without a user. */
export const HANDLERS: readonly JobHandler[] = [
  checkInvariants,
  checkOneDeposit,
  prune,
  resumeRedemption,
  rollUp,
];

/** What happens by the clock (UTC), in crontab form. */
export const CRONTAB = `
* * * * * ledger.roll-up ?max=1
*/5 * * * * ledger.check-invariants ?max=1
17 1 * * * log.prune ?max=3
`;
