import { randomUUID } from "node:crypto";
import { makeCtx } from "@/lib/context";
import { env } from "@/lib/env";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { findPayoutAccount, openPayoutAccount } from "@/lib/merchants/open-payout-account";
import { accessToken } from "@/lib/provider-gate/access-token";
import { providers } from "@/lib/providers/registry";
import type { Bench } from "./open-bench";
import { freshDestination, PAYOUT } from "./make-payers";
import { waitUntil } from "./wait-until";

/** References of what was paid straight from the client, for nobody's withdrawal. */
export type Bare = Set<string>;

/**
 * Has the provider pay so many times with nothing around its calls: no books, no jobs, no database. What
 * the provider alone allows whoever has so many calls under way; in payouts a second. Its messages are
 * dropped.
 */
export async function payBare(
  bench: Bench,
  order: { merchantId: string; method: WithdrawalMethod; count: number; atOnce: number },
  bare: Bare,
): Promise<number> {
  const { sandbox } = bench;
  const drop = { script: { drop: true } };
  await sandbox.scriptCallbacks({ kind: "b2c_result", ...drop });
  await sandbox.scriptCallbacks({ kind: "voucher_created", ...drop });
  const pay = order.method === "mpesa" ? await phonePayer(order.merchantId) : issueOne;
  const startedAt = performance.now();
  await forEachAtOnce([...Array(order.count).keys()], order.atOnce, async () => {
    const reference = randomUUID();
    bare.add(reference);
    await pay(reference);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const isOver = async () => (await sandbox.payouts({ state: "pending", limit: 1 })).length === 0;
  await waitUntil(isOver, { timeoutMs: 10_000 });
  await sandbox.clearCallbackScripts();
  return order.count / seconds;
}

/** Pays phones from the merchant's account, with the access token that all processes share. */
async function phonePayer(merchantId: string): Promise<(reference: string) => Promise<void>> {
  const row = await findPayoutAccount(makeCtx(merchantId, { kind: "system", id: "bench" }));
  if (!row) throw new Error("the merchant has no account that pays out");
  const account = openPayoutAccount(row);
  const provider = providers.payout();
  const request = () => provider.requestToken(account.app.keys);
  const token = await accessToken(provider, account.app, { now: () => new Date(), request });
  if (token.kind !== "token") throw new Error("the sandbox gave no token");
  const access = { account, accessToken: token.accessToken };
  return async (reference) => {
    const answer = await provider.payOut(access, {
      reference,
      phone: freshDestination("mpesa"),
      amountCents: PAYOUT.cents,
      remarks: "Withdrawal",
      resultUrl: `${env().appUrl}/nobody`,
      timeoutUrl: `${env().appUrl}/nobody`,
    });
    if (answer.kind !== "accepted") throw new Error(`a bare payout was ${answer.kind}`);
  };
}

/** The balance first, as the shop asks for it, then the voucher. */
async function issueOne(uniqueId: string): Promise<void> {
  const provider = providers.voucher();
  const balance = await provider.balance();
  if (balance.kind !== "answered") throw new Error("the sandbox does not tell the balance");
  const issued = await provider.issue({
    email: freshDestination("pesavoucher"),
    amountCents: PAYOUT.cents,
    uniqueId,
    message: null,
    callbackUrl: `${env().appUrl}/nobody`,
  });
  if (issued.kind !== "accepted") throw new Error(`a bare voucher was ${issued.kind}`);
}
