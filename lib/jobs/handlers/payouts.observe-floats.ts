import { z } from "zod";
import { refreshVoucherFloats } from "@/lib/payments/withdrawals/refresh-voucher-floats";
import { defineJob } from "../define-job";
import { handle } from "../handle";

const observeFloatsJob = defineJob({
  id: "payouts.observe-floats",
  payload: z.unknown(),
  attemptsMax: 1,
});

/** Asks what merchants that pay out by voucher have left there, so that a pause ends by itself. */
export const observeFloats = handle(observeFloatsJob, async () => {
  await refreshVoucherFloats({ now: () => new Date() });
});
