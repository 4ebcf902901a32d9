import type { Hono } from "hono";
import type { z } from "zod";

import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import type { CallbackRecord } from "@/sandbox/callbacks/outbox";
import type { SandboxEnv } from "@/sandbox/http-env";
import { foldEmail } from "@/sandbox/kit/email";
import { buildPayoutCallback } from "@/sandbox/pesavoucher/payout-callback";
import { PAYOUT_PROBLEM_TEXTS } from "@/sandbox/pesavoucher/voucher-store";
import type { World } from "@/sandbox/world";
import { ControlError } from "./control-error";
import { answerControl, readBody } from "./control-http";
import { findMerchant } from "./find-merchant";
import { viewVoucherPayout, type PayoutVoucherView } from "./view-voucher-payout";
import {
  emailAddressSchema,
  emailFilterSchema,
  forgeVoucherCreatedSchema,
  merchantBalanceSchema,
  payoutVoucherFilterSchema,
} from "./voucher-payout-schemas";

/** Control over vouchers sent to customers, their e-mails, and the wallet they are paid from. */
export function addVoucherPayoutRoutes(routes: Hono<SandboxEnv>, world: World): void {
  routes.get("/payout-vouchers", (c) =>
    answerControl(() => listPayouts(world, payoutVoucherFilterSchema.parse(c.req.query()))),
  );
  routes.post("/payout-vouchers/forge", (c) =>
    answerControl(async () =>
      forgeVoucherCreated(world, await readBody(c, forgeVoucherCreatedSchema)),
    ),
  );
  routes.post("/payout-vouchers/:code/redeem", (c) =>
    answerControl(() => {
      const redeemed = world.voucherPayouts.redeem(c.req.param("code"));
      if (!("problem" in redeemed)) return viewVoucherPayout(world, redeemed.payout);
      const status = redeemed.problem === "not_found" ? 404 : 409;
      throw new ControlError(status, PAYOUT_PROBLEM_TEXTS[redeemed.problem]);
    }),
  );
  routes.get("/emails", (c) =>
    answerControl(() => {
      const { limit, ...filter } = emailFilterSchema.parse(c.req.query());
      return world.mailbox.list(filter).slice(-limit);
    }),
  );
  routes.post("/customers/forget", (c) =>
    answerControl(async () =>
      world.customers.forget((await readBody(c, emailAddressSchema)).email),
    ),
  );
  routes.post("/merchant-balance", (c) =>
    answerControl(async () => setMerchantBalance(world, await readBody(c, merchantBalanceSchema))),
  );
}

function listPayouts(
  world: World,
  filter: z.output<typeof payoutVoucherFilterSchema>,
): PayoutVoucherView[] {
  const merchant = findMerchant(world, filter.merchantId);
  const email = filter.email === undefined ? undefined : foldEmail(filter.email);
  const found = [...world.voucherPayouts.all()].filter(
    (payout) =>
      payout.merchantId === merchant.id &&
      (filter.uniqueId === undefined || payout.uniqueId === filter.uniqueId) &&
      (email === undefined || foldEmail(payout.email) === email),
  );
  return found
    .map((payout) => viewVoucherPayout(world, payout))
    .filter(({ state }) => filter.state === undefined || state === filter.state)
    .slice(-filter.limit);
}

function setMerchantBalance(
  world: World,
  input: z.output<typeof merchantBalanceSchema>,
): { merchantId: string; walletCents: bigint } {
  const merchant = findMerchant(world, input.merchantId);
  const { walletCents } = world.ledger.booksOf(merchant.id);
  world.ledger.post(world.clock.nowMs(), {
    merchantId: merchant.id,
    kind: "adjusted",
    walletCents: input.balanceCents - walletCents,
  });
  return { merchantId: merchant.id, walletCents: input.balanceCents };
}

/** Sends news of a voucher that was never made, and waits for the answer. */
async function forgeVoucherCreated(
  world: World,
  input: z.output<typeof forgeVoucherCreatedSchema>,
): Promise<CallbackRecord> {
  const settings = world.settings.current;
  const payout = {
    uniqueId: input.uniqueId ?? world.ids.uuid(),
    transactionId: input.transactionId ?? world.ids.code(10),
    code: input.voucherCode ?? `NLV-${world.ids.code(16)}`,
    amountCents: input.amountCents,
    email: input.email,
  };
  const { body } = buildPayoutCallback({
    event: input.event,
    payout,
    script: {},
    settings,
    nowMs: world.clock.nowMs(),
  });
  const headers = sourceHeaders(body, settings, input.source === null);
  if (typeof input.source === "string") headers["X-Callback-Source"] = input.source;
  const record = world.outbox.enqueue({
    kind: "forged",
    voucherCode: payout.code,
    uniqueId: payout.uniqueId,
    email: foldEmail(payout.email),
    url: input.url,
    headers,
    body,
    script: { hold: true, retryDelaysMs: [] },
  });
  return world.outbox.deliverNow(record);
}
