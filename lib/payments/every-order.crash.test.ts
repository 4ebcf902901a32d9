import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import type { User } from "@/lib/generated/prisma/client";
import { makeArrival } from "@/lib/inbox/message";
import { recordMessage } from "@/lib/inbox/record-message";
import { workMessage } from "@/lib/inbox/work-message";
import { addMs, HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { readAccountBalance, readCustomerBalance } from "@/lib/ledger/read-balance";
import { pullWindow } from "@/lib/recovery/pull/pull-window";
import { tryEveryOrder, type Event } from "@/test/orders/try-every-order";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { installCrashPoints } from "@/test/simulation/crash-points";
import { advanceClock, clock, freezeClock, recover } from "@/test/simulation/recover";
import { acceptVoucherReturn } from "./accept-voucher-return";
import { checkDeposit } from "./check-deposit";
import { resumeRedemption } from "./resume-redemption";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

const PAID_CENTS = 50_000n;
const all = Boolean(process.env.SIMULATION_LONG);
const firstOrder = Number(process.env.SIMULATION_FIRST_ORDER ?? 1);
const LONGEST_MS = 24 * HOUR_MS;

/** Every death takes minutes, so the long run says how far it is. */
const say = all ? (text: string) => void process.stdout.write(`${text}\n`) : undefined;

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ seed: "every order", settings: { stkQueryHiccupShare: 0 } });
  // What a process owes after its answers is left to the events and the sweeps.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
  for (const kind of ["stk", "redemption"] as const)
    await shop.sandbox.control.scriptCallbacks({ kind, script: { hold: true } });
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

interface Case {
  readonly user: User;
  /** No other payment was made as late: M-Pesa's list from here on has this one alone. */
  readonly since: Date;
  readonly ctx: Ctx;
  readonly depositId: string;
}
interface StkCase extends Case {
  readonly phone: string;
}
interface VoucherCase extends Case {
  readonly sessionId: string;
  readonly code: string;
}

/** Moves the clock on, so that this payment is later than all before. */
function beginLater(): Date {
  advanceClock(2 * SECOND_MS);
  return clock();
}

/** Works whatever is stored about this payment, as the process that stored it would. */
async function workAll(where: { addressee: string } | { id: string }): Promise<void> {
  const messages = await db().message.findMany({ where: { ...where, workedAt: null } });
  for (const { id } of messages) await workMessage({ messageId: id, now: clock });
}

const worker = ({ user }: Case) =>
  makeCtx(user.merchantId, { kind: "system", id: "worker" }, { now: clock });

/** A prompt that was paid, of which nobody has been told. */
async function payPrompt(): Promise<StkCase> {
  const since = beginLater();
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx);
  await shop.sandbox.control.answerPrompt(phone, "approve");
  await db().providerAccount.updateMany({
    where: { merchantId: user.merchantId },
    data: { pullSince: clock() },
  });
  return { user, ctx, since, depositId, phone };
}

async function hearCallback({ depositId, phone }: StkCase): Promise<void> {
  const held = await shop.sandbox.control.callbacks({ kind: "stk", msisdn: phone });
  for (const { id } of held) await shop.sandbox.control.duplicateCallback(id);
  await workAll({ addressee: depositId });
}

async function pull(it: StkCase): Promise<void> {
  // The other one only pays out.
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId: it.user.merchantId, isDefault: true },
  });
  const to = addMs(clock(), SECOND_MS);
  await pullWindow(worker(it), {
    ...{ accountId: account.id, askedBy: "schedule" },
    ...{ from: it.since, to },
  });
}

const STK_EVENTS: readonly Event<StkCase>[] = [
  { name: "callback", happen: hearCallback },
  { name: "duplicate", happen: hearCallback },
  { name: "query", happen: (it) => checkDeposit(worker(it), { depositId: it.depositId }) },
  { name: "pull", happen: pull },
];

async function storePurchase({ sessionId, code }: VoucherCase): Promise<string> {
  const body = {
    success: true,
    session_id: sessionId,
    voucher_code: code,
    payment_id: `payment-of-${sessionId}`,
    mpesa_receipt: `R${sessionId}`,
  };
  const { id } = await recordMessage(
    makeArrival({
      provider: "pesavoucher",
      kind: "purchase",
      body: Buffer.from(JSON.stringify(body)),
      headers: new Headers({ "x-callback-source": "Pesavoucher" }),
      source: "127.0.0.1",
      query: "",
      receivedAt: clock(),
      quarantine: null,
    }),
  );
  return id;
}

async function hearPurchase(it: VoucherCase): Promise<void> {
  await workAll({ id: await storePurchase(it) });
}

async function comeBack({ ctx, sessionId, code, depositId }: VoucherCase): Promise<void> {
  const paymentId = `payment-of-${sessionId}`;
  await acceptVoucherReturn(ctx, { sessionId, voucher: code, paymentId });
  const claim = await db().voucherRedemption.findFirst({ where: { depositId } });
  if (claim) await resumeRedemption(ctx, { redemptionId: claim.id });
}

const VOUCHER_EVENTS: readonly Event<VoucherCase>[] = [
  { name: "callback", happen: hearPurchase },
  { name: "duplicate", happen: hearPurchase },
  { name: "return", happen: comeBack },
  { name: "poll", happen: (it) => checkDeposit(worker(it), { depositId: it.depositId }) },
];

async function buyVoucher(): Promise<VoucherCase> {
  const since = beginLater();
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId } = await shop.purchase(ctx);
  const { voucher } = await shop.sandbox.control.createVoucher({
    amountCents: PAID_CENTS,
    sessionId,
  });
  return { user, ctx, since, depositId, sessionId, code: voucher.code };
}

/** The money is with the customer once, the provider owes as much, and nothing lies in between. */
async function expectOneCredit({ user, depositId }: Case, owner: string, where: string) {
  const { merchantId, id: customerId } = user;
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  expect([deposit.state, deposit.paidCents], where).toEqual(["paid", PAID_CENTS]);
  expect(await readCustomerBalance(db(), { merchantId, customerId }), where).toEqual({
    availableCents: PAID_CENTS,
    heldCents: 0n,
  });
  expect(await readAccountBalance(db(), { merchantId, kind: "provider", owner }), where).toBe(
    -PAID_CENTS,
  );
  expect(await readAccountBalance(db(), { merchantId, kind: "suspense", owner: "" }), where).toBe(
    0n,
  );
}

test(
  "a prompt is credited once in every order of callback, duplicate, query and list, whatever dies",
  async () => {
    const tried = await tryEveryOrder({
      events: STK_EVENTS,
      begin: payPrompt,
      sweep: () => recover(shop, 1),
      end: (it, where) => expectOneCredit(it, "mpesa:174379", where),
      ...{ all, firstOrder, say },
    });
    await expectInvariants();
    process.stdout.write(
      `${tried.cases} orders of a prompt, ${tried.crashes} of them with a death\n`,
    );
    expect(tried.crashes).toBeGreaterThan(tried.cases * 0.75);
  },
  LONGEST_MS,
);

test(
  "a voucher is credited once in every order of callback, duplicate, return and poll, whatever dies",
  async () => {
    const tried = await tryEveryOrder({
      events: VOUCHER_EVENTS,
      begin: buyVoucher,
      sweep: () => recover(shop, 1),
      end: async (it, where) => {
        await settleUnknown(it, where);
        await expectOneCredit(it, "pesavoucher", where);
      },
      ...{ all, firstOrder, say },
    });
    await expectInvariants();
    process.stdout.write(
      `${tried.cases} orders of a voucher, ${tried.crashes} of them with a death\n`,
    );
    expect(tried.crashes).toBeGreaterThan(tried.cases * 0.75);
  },
  LONGEST_MS,
);

/** The process died while the code was being burnt: nobody guesses, and the provider's own word settles it. */
async function settleUnknown(it: VoucherCase, where: string): Promise<void> {
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: it.depositId } });
  if (deposit.state === "paid") return;
  expect([deposit.state, deposit.reason], where).toEqual(["needs_review", "redeem_unconfirmed"]);
  const [held] = await shop.sandbox.control.callbacks({
    voucherCode: it.code,
    kind: "redemption",
  });
  await shop.sandbox.control.duplicateCallback(held?.id ?? "");
  await recover(shop, 1);
}
