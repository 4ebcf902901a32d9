import { makeCtx } from "@/lib/context";
import { registerSimulatedJob } from "@/lib/recovery/pull/jobs";
import { registerSimulated } from "@/lib/recovery/pull/register-simulated";
import { handle } from "../handle";

/** Fails while the simulator is not there yet, and is tried again. */
export const registerSimulatedAccount = handle(registerSimulatedJob, async ({ merchantId }) => {
  await registerSimulated(makeCtx(merchantId, { kind: "system", id: "demo" }));
});
