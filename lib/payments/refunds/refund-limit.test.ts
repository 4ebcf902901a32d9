import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { at, calmPayouts, openPayoutShop, setPayoutsAside, staffOf } from "@/test/payouts";
import {
  expectRefundBooks,
  paidByMpesa,
  readRefund,
  refund,
  refundOfSuspense,
  setRefundsAside,
  type PaidDeposit,
} from "@/test/refunds";
import { bookLine } from "@/test/review";
import type { Shop } from "@/test/shop";
import { approveRefund } from "./approve-refund";
import { cancelRefund } from "./cancel-refund";
import { getRefundOffer } from "./get-refund-offer";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectRefundBooks(shop);
  await setRefundsAside();
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** A shop whose people give back KSh 1,000 alone, in 24 hours. */
async function limited(): Promise<PaidDeposit> {
  const it = await paidByMpesa(shop);
  await setWithdrawalRules(it.user.merchantId, { reviewAboveCents: 100_000n });
  return it;
}

/** Asks for KSh 500 that is nobody's to go back, and says whether somebody else has to look. */
async function giveBack(staff: Ctx, amountCents = 50_000n): Promise<string> {
  const line = { amountCents, reference: "NOBODY" };
  const { transactionId } = await bookLine(staff.merchantId, line);
  return stateOf(await refundOfSuspense({ staff, transactionId }));
}

async function stateOf(refundId: string): Promise<string> {
  return (await readRefund(refundId)).state;
}

describe("a row of refunds below the limit", () => {
  test("needs a second person from where their sum is above it, of deposits and of nobody's money alike", async () => {
    const it = await limited();
    expect(await giveBack(it.staff)).toBe("requested");
    expect(await stateOf(await refund(it))).toBe("requested");
    expect(await giveBack(it.staff, 100n)).toBe("awaiting_approval");
    const { ctx: colleague } = await staffOf(it.user.merchantId);
    expect(await giveBack(colleague)).toBe("requested");
  });

  test("is said before anybody asks", async () => {
    const it = await limited();
    const offer = () => getRefundOffer(it.staff, { depositId: it.depositId });
    expect(await offer()).toMatchObject({ needsApproval: false });
    await giveBack(it.staff, 50_100n);
    expect(await offer()).toMatchObject({ needsApproval: true });
  });

  test("asked for all at once is counted one by one", async () => {
    const { staff } = await limited();
    const states = await Promise.all(Array.from({ length: 8 }, () => giveBack(staff)));
    expect(states.filter((state) => state === "requested")).toHaveLength(2);
    expect(states.filter((state) => state === "awaiting_approval")).toHaveLength(6);
  });

  test("counts for 24 hours", async () => {
    const { staff } = await limited();
    expect(await giveBack(staff, 100_000n)).toBe("requested");
    const after = (ms: number) => at(staff, addMs(new Date(), ms));
    expect(await giveBack(after(DAY_MS - MINUTE_MS), 100n)).toBe("awaiting_approval");
    expect(await giveBack(after(DAY_MS + MINUTE_MS), 100n)).toBe("requested");
  });

  test("counts neither what was taken back nor what a second person agreed to", async () => {
    const it = await limited();
    const first = await refund(it);
    expect(await cancelRefund(it.staff, { refundId: first })).toBe(true);
    expect(await giveBack(it.staff, 200_000n)).toBe("awaiting_approval");
    const { ctx: colleague } = await staffOf(it.user.merchantId);
    const { id: refundId } = await db().refund.findFirstOrThrow({
      where: { merchantId: it.user.merchantId, state: "awaiting_approval" },
    });
    expect(await approveRefund(colleague, { refundId })).toBe(true);
    expect(await giveBack(it.staff, 100_000n)).toBe("requested");
  });
});
