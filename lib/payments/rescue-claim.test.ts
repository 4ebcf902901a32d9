import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { SECOND_MS } from "@/lib/kit/time";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { installCrashPoints, runUntilCrash } from "@/test/simulation/crash-points";
import {
  advanceClock,
  clock,
  freezeClock,
  recover,
  runWorkerTurn,
} from "@/test/simulation/recover";
import { acceptVoucherReturn } from "./accept-voucher-return";
import { claimVoucher } from "./claim-voucher";
import { DEPOSIT_OPEN_MS } from "./open-deposit";
import { pasteVoucherCode } from "./paste-voucher-code";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  // Every process here dies right after its answers: what it owed is left to the sweeps.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
});
afterEach(async () => {
  await shop.sandbox.control.clearFaults();
  await expectInvariants();
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

async function stateOf(depositId: string): Promise<string> {
  return (await db().deposit.findUniqueOrThrow({ where: { id: depositId } })).state;
}

async function buyUntold() {
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId, callbackUrl } = await shop.purchase(ctx);
  const { voucher, payment } = await shop.sandbox.control.createVoucher({
    amountCents: 50_000n,
    sessionId,
  });
  return { user, ctx, depositId, sessionId, callbackUrl, code: voucher.code, payment };
}

test("asking again while a dying process holds the claim does not use up the job that rescues it", async () => {
  const it = await buyUntold();
  const paste = () => pasteVoucherCode(it.ctx, { code: it.code });
  // The process dies with the claim committed and nothing sent.
  const { points } = await runUntilCrash(paste, { at: 1_000, moment: "before" });
  expect(points.filter((point) => point.startsWith("call"))).toHaveLength(2);

  const other = await buyUntold();
  const beforeRedeem = points.findLastIndex((point) => point.startsWith("call")) + 1;
  const run = await runUntilCrash(() => pasteVoucherCode(other.ctx, { code: other.code }), {
    at: beforeRedeem,
    moment: "before",
  });
  expect(run.crashed).toBe(true);
  await checkPaymentNow(other.ctx, { paymentId: other.depositId });
  await runWorkerTurn(shop);
  expect(await stateOf(other.depositId)).toBe("redeeming");

  await recover(shop);
  expect(await stateOf(other.depositId)).toBe("paid");
});

test("a job whose database failed after the code was burnt comes back to the claim it still holds", async () => {
  const it = await buyUntold();
  await shop.sandbox.control.changeSettings({ redemptionCallbacks: false });
  await acceptVoucherReturn(it.ctx, { sessionId: it.sessionId, voucher: it.code });
  await db().$executeRaw`
    CREATE FUNCTION refuse_once() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the disk is full'; END $$`;
  await db().$executeRaw`
    CREATE TRIGGER receipts_refuse BEFORE INSERT ON receipts EXECUTE FUNCTION refuse_once()`;
  await runWorkerTurn(shop);
  await db().$executeRaw`DROP TRIGGER receipts_refuse ON receipts`;
  expect(await stateOf(it.depositId)).toBe("redeeming");

  // The queue tries again within seconds, long before the lease of the first try is over.
  advanceClock(20 * SECOND_MS);
  await runWorkerTurn(shop);
  await recover(shop);
  expect(await stateOf(it.depositId)).toBe("needs_review");
  await shop.sandbox.control.changeSettings({ redemptionCallbacks: true });
});

test("a purchase whose code was refused is still looked up, though a sweep passed while it was checked", async () => {
  const { user, ctx } = await shop.customer();
  const { depositId } = await shop.purchase(ctx);
  const claim = await claimVoucher(ctx, {
    code: "MLP-NOSUCHCODE0001",
    source: "callback",
    customerId: user.id,
    depositId,
    worker: "job",
  });
  expect(claim.kind).toBe("claimed");
  await db().deposit.update({ where: { id: depositId }, data: { nextCheckAt: clock() } });
  await sweepDeposits({ now: clock, limit: 10 });

  await runWorkerTurn(shop);
  expect(await stateOf(depositId)).toBe("submitted");
  await expectInvariants();
  advanceClock(DEPOSIT_OPEN_MS);
  await recover(shop);
  expect(await stateOf(depositId)).toBe("failed");
});

test("callback and return that both name the payment never wait for each other", async () => {
  for (let round = 0; round < 25; round += 1) {
    const it = await buyUntold();
    const paymentId = it.payment?.id ?? "";
    const returned = acceptVoucherReturn(it.ctx, {
      sessionId: it.sessionId,
      voucher: it.code,
      paymentId,
    });
    const claimed = claimVoucher(it.ctx, {
      code: it.code,
      source: "callback",
      customerId: it.user.id,
      depositId: it.depositId,
      worker: "job",
    });
    await expect(Promise.all([returned, claimed])).resolves.toHaveLength(2);
  }
  await recover(shop, 1);
}, 60_000);

test("a bare failure is not believed where the provider can be asked, and asked it says paid", async () => {
  const it = await buyUntold();
  await acceptVoucherReturn(it.ctx, { sessionId: it.sessionId, paymentId: it.payment?.id });
  await shop.sandbox.control.forgeCallback({
    url: it.callbackUrl,
    body: { success: false, session_id: it.sessionId },
  });
  await recover(shop, 1);
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: it.depositId } });
  expect([deposit.state, deposit.providerPaidAt !== null]).toEqual(["submitted", true]);
  const told = await db().liveEvent.findMany({ where: { customerId: it.user.id } });
  expect(told.map((event) => event.type)).not.toContain("deposit_failed");
});

test("a bare failure closes a purchase the provider cannot be asked about", async () => {
  const { ctx } = await shop.customer();
  const { depositId, sessionId, callbackUrl } = await shop.purchase(ctx);
  await shop.sandbox.control.forgeCallback({
    url: callbackUrl,
    body: { success: false, session_id: sessionId },
  });
  await recover(shop, 1);
  expect(await stateOf(depositId)).toBe("failed");
});

test("a code refused in one shop can be redeemed and credited in another", async () => {
  const first = await shop.customer();
  const second = await shop.customer();
  const code = "MLP-NOTYETSOLD0001";
  const opened = await shop.purchase(first.ctx);
  await shop.sandbox.control.forgeCallback({
    url: opened.callbackUrl,
    body: { success: true, session_id: opened.sessionId, voucher_code: code },
  });
  await recover(shop, 1);
  const claims = await db().voucherRedemption.findMany({ where: { depositId: opened.depositId } });
  expect(claims.map((claim) => claim.state)).toEqual(["refused"]);

  const purchase = await shop.purchase(second.ctx);
  await shop.sandbox.control.createVoucher({ amountCents: 50_000n, code });
  await acceptVoucherReturn(second.ctx, { sessionId: purchase.sessionId, voucher: code });
  await recover(shop);
  expect(await stateOf(purchase.depositId)).toBe("paid");
  expect(await shop.availableCents(second.user)).toBe(50_000n);
});
