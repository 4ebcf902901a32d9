import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import {
  expectCollected,
  openCollector,
  payByHand,
  payReferenceOf,
  pullEverything,
  type Collector,
} from "@/test/collector";
import { callbacksWorked, standingOf } from "@/test/mpesa";
import { staffOf } from "@/test/payouts";
import { openShop, type Shop } from "@/test/shop";
import { getStatement } from "./get-statement";
import { importStatement } from "./import-statement";
import { previewStatement } from "./preview-statement";
import { workStatement } from "./work-statement";

let shop: Shop;
let collector: Collector;
let staff: Ctx;

beforeAll(async () => {
  // No callback and no confirmation is delivered before a test says so: only the portal's file knows.
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
  collector = await openCollector();
  staff = (await staffOf(collector.merchantId)).ctx;
  await setWithdrawalRules(collector.merchantId, { reviewAboveCents: null });
});
afterAll(() => shop.close());

async function importExport(format: "csv" | "xlsx") {
  const { filename, bytes } = await shop.sandbox.control.statement({ format });
  const { statementId } = await previewStatement(staff, { fileName: filename, bytes });
  await importStatement(staff, { statementId });
  await workStatement(collector.worker, { statementId });
  const { report } = await getStatement(staff, { statementId });
  return report;
}

test.each(["csv", "xlsx"] as const)(
  "the portal's %s credits what every other road has lost, once and to the cent",
  async (format) => {
    const prompted = await shop.customer(collector.merchantId);
    const lost = await shop.prompt(prompted.ctx);
    await shop.sandbox.control.enterPin(lost.phone);
    const byHand = await shop.customer(collector.merchantId);
    const waiting = await shop.prompt(byHand.ctx, { amount: "500" });
    await payByHand(shop, { reference: await payReferenceOf(waiting.depositId) });
    await payByHand(shop, { reference: "NOBODY" });

    const report = await importExport(format);
    expect(report).toMatchObject({ difference: "0.00", differences: [], inFlight: { count: 0 } });
    for (const { depositId } of [lost, waiting]) expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(prompted.user)).toBe(50_000n);
    expect(await shop.availableCents(byHand.user)).toBe(50_000n);

    // What was lost comes after all, and the same payments in M-Pesa's list: nothing is credited again.
    await shop.sandbox.control.settle();
    await callbacksWorked(shop);
    await pullEverything(collector);
    expect(await shop.availableCents(prompted.user)).toBe(50_000n);
    expect(await shop.availableCents(byHand.user)).toBe(50_000n);
    await expectCollected(shop, collector);
    expect(await db().providerTransaction.count({ where: { standing: "fresh" } })).toBe(0);
  },
);
