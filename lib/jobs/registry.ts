import { parseCronItems, type ParsedCronItem } from "graphile-worker";
import { DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { signAudit } from "./handlers/audit.sign";
import { compareAllBalances } from "./handlers/balances.compare";
import { checkOneDeposit } from "./handlers/deposit.check";
import { pullHistory } from "./handlers/history.pull";
import { registerSimulatedAccount } from "./handlers/history.register-simulated";
import { checkInvariants } from "./handlers/ledger.check-invariants";
import { rollUp } from "./handlers/ledger.roll-up";
import { prune } from "./handlers/log.prune";
import { observeFloats } from "./handlers/payouts.observe-floats";
import { checkOneRefund } from "./handlers/refund.check";
import { sendOneRefund } from "./handlers/refund.send";
import { resumeClaim } from "./handlers/redemption.resume";
import { askOneReceipt } from "./handlers/review.ask-receipt";
import { sweepReviews } from "./handlers/review.sweep";
import { matchStatement } from "./handlers/statement.match";
import { checkOneWithdrawal } from "./handlers/withdrawal.check";
import { sendOneWithdrawal } from "./handlers/withdrawal.send";
import type { JobHandler } from "./handle";

/** Everything that happens without a user. */
export const HANDLERS: readonly JobHandler[] = [
  askOneReceipt,
  checkInvariants,
  checkOneDeposit,
  checkOneRefund,
  checkOneWithdrawal,
  compareAllBalances,
  matchStatement,
  observeFloats,
  prune,
  pullHistory,
  registerSimulatedAccount,
  resumeClaim,
  rollUp,
  sendOneRefund,
  sendOneWithdrawal,
  signAudit,
  sweepReviews,
];

/** What happens by the clock, in UTC. */
export const CRON_ITEMS: ParsedCronItem[] = parseCronItems([
  { task: rollUp.id, match: "* * * * *", options: { maxAttempts: 1 } },
  { task: checkInvariants.id, match: "*/5 * * * *", options: { maxAttempts: 1 } },
  { task: observeFloats.id, match: "*/5 * * * *", options: { maxAttempts: 1 } },
  // A worker that was not there on time asks at once for what it missed.
  {
    task: pullHistory.id,
    match: "*/15 * * * *",
    options: { maxAttempts: 1, backfillPeriod: 15 * MINUTE_MS },
  },
  { task: sweepReviews.id, match: "* * * * *", options: { maxAttempts: 1 } },
  { task: prune.id, match: "17 * * * *", options: { maxAttempts: 3 } },
  // Half past two in Nairobi, when little moves.
  {
    task: compareAllBalances.id,
    match: "30 23 * * *",
    options: { maxAttempts: 5, backfillPeriod: DAY_MS },
  },
  // A minute past midnight in Nairobi. Every worker does it at its start too, should nobody have been there.
  { task: signAudit.id, match: "1 21 * * *", options: { maxAttempts: 5 } },
]);
