import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { enqueue } from "@/lib/jobs/queue";
import { assert } from "@/lib/kit/assert";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { listCollectingAccounts } from "./find-account";
import { registerSimulatedJob } from "./jobs";
import { registerCollectionUrls } from "./register-collection-urls";
import { registerPull } from "./register-pull";

/**
 * Registers the demo's shortcode at the simulator, for confirmations and for its list. A simulator forgets
 * when it ends, so every start says it again. Never where money is real: there a person decides.
 */
export async function registerSimulated(ctx: Ctx): Promise<void> {
  assert(env().mpesa.environment === "simulated", "only the simulator is registered unasked");
  const accounts = await listCollectingAccounts(ctx);
  const own = accounts.find(({ shortcode }) => shortcode === env().mpesa.shortcode);
  if (!own) return;
  await registerCollectionUrls(ctx, { accountId: own.id });
  await registerPull(ctx, { accountId: own.id });
}

/** Has a worker do so for the merchant of this shop, now and until the simulator is there. */
export async function requestSimulatedRegistration(): Promise<void> {
  const { merchantSlug, mpesa } = env();
  if (mpesa.environment !== "simulated") return;
  const merchant = await findMerchant(merchantSlug);
  if (!merchant) return;
  const payload = { merchantId: merchant.id };
  const ctx = makeCtx(merchant.id, { kind: "system", id: "demo" });
  await withTransaction(ctx, (tx) =>
    enqueue(tx, registerSimulatedJob, payload, { key: `register-simulated:${merchant.id}` }),
  );
}
