import { z } from "zod";
import { compareBalances } from "@/lib/recovery/compare-balances";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const compareBalancesJob = defineJob({
  id: "balances.compare",
  payload: z.unknown(),
  attemptsMax: 5,
});

/** Compares the voucher books with what the provider says it has. */
export const compareAllBalances = handle(compareBalancesJob, async () => {
  await compareBalances({ now: () => new Date() });
});
