import { z } from "zod";
import { db } from "@/lib/db";
import { rollUpBalances } from "@/lib/ledger/roll-up-balances";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const rollUpJob = defineJob({ id: "ledger.roll-up", payload: z.unknown(), attemptsMax: 1 });

export const rollUp = handle(rollUpJob, async () => {
  await rollUpBalances(db());
});
