import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env, parseEnv } from "@/lib/env";
import { NotFoundError } from "@/lib/errors";
import type { Deposit, User } from "@/lib/generated/prisma/client";
import { acceptDepositReturn, readDepositReturn } from "@/lib/http/deposit-return";
import { makeArrival } from "@/lib/inbox/message";
import { recordMessage } from "@/lib/inbox/record-message";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { addMs, DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { providers } from "@/lib/providers/registry";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { acceptVoucherReturn } from "./accept-voucher-return";
import { claimVoucher } from "./claim-voucher";
import { getPayment } from "./get-payment";
import { pasteVoucherCode } from "./paste-voucher-code";
import { redemptionToken } from "./redeem-voucher";
import { resumeRedemption } from "./resume-redemption";

// Where integrations of this provider usually lose or invent money, and where its documents are silent
// or contradict themselves (docs/providers/pesavoucher.md): one test for each.

const RECEIPT = "QGH2XK9ABC";
const PATIENCE = { timeoutMs: 15_000 };

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterEach(async () => {
  const { control } = shop.sandbox;
  await control.clearFaults();
  await control.clearCallbackScripts();
  await control.changeSettings({ redemptionCallbacks: true, validateIncludesVoucher: true });
  env().pesavoucher.callbackSources = null;
  await eventually(async () => {
    expect(await db().message.count({ where: { workedAt: null } })).toBe(0);
  }, PATIENCE);
  const results = await runInvariantChecks({ now: () => new Date() });
  expect(results.filter((result) => !result.holds)).toEqual([]);
});
afterAll(() => shop.close());

interface Purchase {
  readonly user: User;
  readonly ctx: Ctx;
  readonly depositId: string;
  readonly sessionId: string;
  readonly callbackUrl: string;
  readonly code: string;
  readonly paymentId: string;
}

/** A customer who bought a voucher on the hosted page; nobody has told us yet. */
async function buyUntold(
  options: { asked?: string; amountCents?: bigint } = {},
): Promise<Purchase> {
  const { user, ctx } = await shop.customer();
  const purchase = await shop.purchase(ctx, options.asked ?? "500");
  const { voucher, payment } = await shop.sandbox.control.createVoucher({
    amountCents: options.amountCents ?? 50_000n,
    sessionId: purchase.sessionId,
  });
  return { user, ctx, ...purchase, code: voucher.code, paymentId: payment?.id ?? "" };
}

/** Sends a callback as the provider would, with changes, and gives what it was answered. */
async function tell(
  purchase: Purchase,
  changes: Readonly<Record<string, unknown>> = {},
  source?: string | null,
): Promise<number | undefined> {
  const body = {
    success: true,
    voucher_code: purchase.code,
    payment_id: purchase.paymentId,
    session_id: purchase.sessionId,
    amount: 500,
    currency: "KES",
    timestamp: "2025-11-26 14:30:45",
    ...changes,
  };
  const sent = await shop.sandbox.control.forgeCallback({
    url: purchase.callbackUrl,
    body,
    source,
  });
  return sent.attempts[0]?.status ?? undefined;
}

function rowOf({ depositId }: Pick<Purchase, "depositId">): Promise<Deposit> {
  return db().deposit.findUniqueOrThrow({ where: { id: depositId } });
}

async function expectState(purchase: Purchase, state: string): Promise<void> {
  await eventually(async () => expect((await rowOf(purchase)).state).toBe(state), PATIENCE);
}

async function expectPaid(purchase: Purchase, amountCents = 50_000n): Promise<void> {
  await expectState(purchase, "paid");
  expect(await shop.availableCents(purchase.user)).toBe(amountCents);
}

/** Runs jobs, and those they lead to, until the deposit stands where it should. */
async function workUntil(purchase: Purchase, state: string): Promise<void> {
  await eventually(async () => {
    await shop.runJobs({ evenLater: true });
    expect((await rowOf(purchase)).state).toBe(state);
  }, PATIENCE);
}

/** Waits until the newest message has been worked, and gives how it ended. */
function lastOutcome(): Promise<string> {
  return eventually(async () => {
    const message = await db().message.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(message.outcome).not.toBeNull();
    return message.outcome ?? "";
  }, PATIENCE);
}

/** A context of the worker, `laterMs` from now. */
function workerLater(ctx: Ctx, laterMs: number): Ctx {
  return makeCtx(ctx.merchantId, { kind: "system", id: "worker" }, { now: () => later(laterMs) });
}

function later(ms: number): Date {
  return addMs(new Date(), ms);
}

describe("what integrations get wrong", () => {
  test("a callback that was answered before its process died is worked by the next one", async () => {
    const it = await buyUntold();
    const body = { success: true, session_id: it.sessionId, voucher_code: it.code };
    await recordMessage(
      makeArrival({
        provider: "pesavoucher",
        kind: "purchase",
        body: Buffer.from(JSON.stringify(body)),
        headers: new Headers({ "x-callback-source": "Pesavoucher" }),
        source: "127.0.0.1",
        query: "",
        receivedAt: new Date(),
        quarantine: null,
      }),
    );
    expect((await rowOf(it)).state).toBe("submitted");
    await sweepMessages({ now: () => later(MINUTE_MS), limit: 10 });
    await expectPaid(it);
  });

  test("of callback, return and paste together one credits, and no loser writes over it", async () => {
    const it = await buyUntold();
    await Promise.all([
      tell(it),
      acceptVoucherReturn(it.ctx, { sessionId: it.sessionId, voucher: it.code }),
      pasteVoucherCode(it.ctx, { code: it.code, depositId: it.depositId }),
    ]);
    await workUntil(it, "paid");
    await expectPaid(it);
    await tell(it, { success: false });
    expect(await lastOutcome()).toBe("duplicate");
    await expectPaid(it);
    expect(await db().deposit.count({ where: { customerId: it.user.id } })).toBe(1);
  });

  test("a process that dies between burning the code and crediting leaves work for a person, not a loss", async () => {
    await shop.sandbox.control.changeSettings({ redemptionCallbacks: false });
    const it = await buyUntold();
    const claim = await claimVoucher(it.ctx, {
      code: it.code,
      source: "callback",
      customerId: it.user.id,
      depositId: it.depositId,
      worker: "caller",
    });
    if (claim.kind !== "claimed") throw new Error("the code was not claimed");
    const { redemptionId } = claim;
    const redeemSentAt = new Date();
    await db().voucherRedemption.update({ where: { id: redemptionId }, data: { redeemSentAt } });
    const callbackUrl = `${shop.appUrl}/api/pesavoucher/redemption-webhook`;
    await providers.voucher().redeem({ code: it.code, redeemedBy: it.user.id, callbackUrl });

    await resumeRedemption(workerLater(it.ctx, MINUTE_MS), { redemptionId });
    expect(await rowOf(it)).toMatchObject({
      state: "needs_review",
      reason: "redeem_unconfirmed",
    });
    expect(await shop.availableCents(it.user)).toBe(0n);

    const proof = `${callbackUrl}?token=${redemptionToken(redemptionId)}`;
    const body = { voucher_code: it.code, amount: 500 };
    await shop.sandbox.control.forgeCallback({ url: proof, body });
    await expectPaid(it);
  });

  test("a return is taken from the customer whose purchase it is, and from nobody else", async () => {
    const it = await buyUntold();
    const neighbour = await shop.customer(it.user.merchantId);
    const stranger = await shop.customer();
    for (const { ctx } of [neighbour, stranger]) {
      await expect(
        acceptVoucherReturn(ctx, { sessionId: it.sessionId, voucher: it.code }),
      ).rejects.toBeInstanceOf(NotFoundError);
    }
    await shop.runJobs({ evenLater: true });
    expect((await rowOf(it)).state).toBe("submitted");
    expect(await shop.availableCents(neighbour.user)).toBe(0n);
    await acceptVoucherReturn(it.ctx, { sessionId: it.sessionId, voucher: it.code });
    await workUntil(it, "paid");
    await expectPaid(it);
  });

  test("a return whose code is somebody else's money credits the one who owns it, once", async () => {
    const [mine, theirs] = [await buyUntold(), await buyUntold()];
    await tell(theirs);
    await expectPaid(theirs);
    await acceptVoucherReturn(mine.ctx, { sessionId: mine.sessionId, voucher: theirs.code });
    await shop.runJobs({ evenLater: true });
    expect(await shop.availableCents(mine.user)).toBe(0n);
    expect(await shop.availableCents(theirs.user)).toBe(50_000n);
  });

  test("a failure that the provider, asked by us, denies does not keep the money out", async () => {
    const it = await buyUntold();
    await tell(it, { success: false, voucher_code: null });
    await eventually(async () => expect((await rowOf(it)).providerPaidAt).not.toBeNull());
    expect((await rowOf(it)).state).toBe("submitted");
    await tell(it);
    await expectPaid(it);
  });

  test.each(["cancelled", "declined", "expired"] as const)(
    "a purchase that ended as %s is still paid by money that is proven later",
    async (reason) => {
      const it = await buyUntold();
      await db().deposit.update({
        where: { id: it.depositId },
        data: { state: "failed", reason, failedAt: new Date(), nextCheckAt: null },
      });
      await tell(it);
      await expectPaid(it);
    },
  );

  test("what was redeemed is credited, and that it is not what was asked is written down", async () => {
    const it = await buyUntold({ asked: "500", amountCents: 75_050n });
    await tell(it, { amount: 500 });
    await expectPaid(it, 75_050n);
    expect(await rowOf(it)).toMatchObject({ askedCents: 50_000n, paidCents: 75_050n });
    const audit = await db().auditEntry.findFirstOrThrow({
      where: { subjectId: it.depositId, action: "deposit.paid" },
    });
    expect(audit.after).toMatchObject({
      asked: "500.00",
      paid: "750.50",
      flags: ["amount_differs"],
    });
  });

  test("a call that is repeated is the same call to the letter: nothing in it comes from the clock", async () => {
    await shop.sandbox.control.clearJournal();
    await shop.sandbox.control.addFault({
      endpoint: "redeem_voucher",
      effect: { kind: "error" },
      times: 2,
    });
    const it = await buyUntold();
    await tell(it);
    await lastOutcome();
    await workUntil(it, "paid");
    await expectPaid(it);
    const calls = await shop.sandbox.control.journal({
      direction: "in",
      operation: "redeem_voucher",
      contains: it.code,
    });
    expect(calls.length).toBeGreaterThanOrEqual(3);
    expect(new Set(calls.map((call) => call.requestBody)).size).toBe(1);
  });

  test("a look-up that gets no answer is due again, and finishes in another process", async () => {
    const it = await buyUntold();
    await db().deposit.update({
      where: { id: it.depositId },
      data: { providerPaymentId: it.paymentId, nextCheckAt: new Date() },
    });
    await shop.sandbox.control.addFault({
      endpoint: "check_payment_status",
      effect: { kind: "error" },
      times: 1,
    });
    await sweepDeposits({ now: () => new Date(), limit: 50 });
    const { nextCheckAt, providerPaidAt } = await rowOf(it);
    expect(providerPaidAt).toBeNull();
    expect(nextCheckAt?.getTime()).toBeGreaterThan(Date.now());
    await sweepDeposits({ now: () => later(MINUTE_MS), limit: 50 });
    expect((await rowOf(it)).providerPaidAt).not.toBeNull();
  });

  test("cancelling ends the purchase it belongs to and leaves none dangling", async () => {
    const { ctx } = await shop.customer();
    const [first, second] = [await shop.purchase(ctx, "500"), await shop.purchase(ctx, "600")];
    const search = `?status=cancelled&session_id=${second.sessionId}`;
    const back = readDepositReturn(search);
    if (!back) throw new Error("the return was not read");
    expect(await acceptDepositReturn(ctx, back)).toBe(`/payments/${second.depositId}`);
    expect((await rowOf(first)).state).toBe("submitted");
    expect(await rowOf(second)).toMatchObject({ state: "failed", reason: "cancelled" });
  });

  test("a code never stays in an address: the browser is sent on to one without it", async () => {
    const it = await buyUntold();
    const search = `?status=success&session_id=${it.sessionId}&voucher=${it.code}`;
    const back = readDepositReturn(search);
    if (!back) throw new Error("the return was not read");
    expect(await acceptDepositReturn(it.ctx, back)).toBe(`/payments/${it.depositId}`);
    await workUntil(it, "paid");
    await expectPaid(it);
    const calls = await shop.sandbox.control.journal({ contains: it.code, limit: 5_000 });
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call.url).not.toContain(it.code);
    const payment = await getPayment(it.ctx, { paymentId: it.depositId });
    expect(JSON.stringify(payment)).not.toContain(it.code);
  });
});

describe("where the documents are silent or disagree", () => {
  /** Has every status question answered with this payment. */
  function statusAnswers(payment: Readonly<Record<string, unknown>>, success = true) {
    const body = JSON.stringify({ success, payment });
    const effect = { kind: "body", status: 200, body } as const;
    return shop.sandbox.control.addFault({ endpoint: "check_payment_status", effect });
  }

  /** Tells of success without a code, so that only the status question can say more. */
  async function afterStatus(payment: Readonly<Record<string, unknown>>, success = true) {
    await statusAnswers(payment, success);
    const it = await buyUntold();
    await tell(it, { voucher_code: null });
    await lastOutcome();
    const { state, providerPaidAt } = await rowOf(it);
    return { it, state, saysPaid: providerPaidAt !== null };
  }

  test.each(["SUCCESS", "Success", "success"])(
    "%s is one word however it is written",
    async (word) => {
      const { it, state, saysPaid } = await afterStatus({ payment_status: word, status: word });
      expect({ state, saysPaid }).toEqual({ state: "submitted", saysPaid: true });
      expect(await shop.availableCents(it.user), "a status alone credits nothing").toBe(0n);
    },
  );

  test("a status word nobody knows neither credits nor closes", async () => {
    const { state, saysPaid } = await afterStatus({ payment_status: "SETTLEMENT_HOLD" });
    expect({ state, saysPaid }).toEqual({ state: "submitted", saysPaid: false });
  });

  test.each([
    [
      "pending under two names",
      { payment_status: "PENDING", status: "Processing", is_success: false },
    ],
    ["pending as queued", { status: "Queued" }],
    ["a contradiction", { payment_status: "FAILED", status: "Success" }],
    ["a contradicted success", { payment_status: "SUCCESS", is_success: false }],
  ])("%s keeps the purchase open", async (_name, payment) => {
    const { state, saysPaid } = await afterStatus(payment);
    expect({ state, saysPaid }).toEqual({ state: "submitted", saysPaid: false });
  });

  test.each([
    ["TIMEOUT", { payment_status: "TIMEOUT" }],
    ["a failure that means time-out", { payment_status: "FAILED", user_message: "No response" }],
  ])("%s ends the screen and not the books", async (_name, payment) => {
    const { it, state } = await afterStatus({ ...payment, is_success: false });
    expect(state).toBe("failed");
    await tell(it);
    await expectPaid(it);
  });

  test("an outer success around a failed payment is no success", async () => {
    const { state, saysPaid } = await afterStatus({ payment_status: "FAILED", is_success: false });
    expect({ state, saysPaid }).toEqual({ state: "failed", saysPaid: false });
  });

  test("credentials travel in headers alone, whose case does not matter", async () => {
    await shop.sandbox.control.clearJournal();
    const it = await buyUntold();
    await tell(it);
    await expectPaid(it);
    const calls = await shop.sandbox.control.journal({ direction: "in" });
    const api = calls.filter((call) => call.operation.endsWith("_voucher"));
    expect(api.length).toBeGreaterThanOrEqual(2);
    for (const { requestBody, url } of api) {
      expect(`${url} ${requestBody}`).not.toMatch(/api_key|api_secret|pk_test|sk_test/i);
    }
  });

  test("nothing a customer can edit on the way to the hosted page decides what is credited", async () => {
    const it = await buyUntold({ amountCents: 10_000n });
    await tell(it, { amount: 150_000, user_ref: "usr_somebody", merchant_id: "else" });
    await expectPaid(it, 10_000n);
  });

  test.each([null, "Pesapal"])(
    "without a signature the mark sorts out strangers (%j), who are answered like anyone",
    async (source) => {
      const it = await buyUntold();
      expect(await tell(it, {}, source)).toBe(200);
      expect(await lastOutcome()).toBe("quarantined");
      expect((await rowOf(it)).state).toBe("submitted");
    },
  );

  test("the mark is the same in any case", async () => {
    const it = await buyUntold();
    await tell(it, {}, "PESAVOUCHER");
    await expectPaid(it);
  });

  test("who may send callbacks is a list in the settings, live only with one", async () => {
    const it = await buyUntold();
    env().pesavoucher.callbackSources = ["203.0.113.9"];
    expect(await tell(it)).toBe(200);
    expect(await lastOutcome()).toBe("quarantined");
    expect((await rowOf(it)).state).toBe("submitted");
    env().pesavoucher.callbackSources = ["203.0.113.9", "127.0.0.1"];
    await tell(it, { timestamp: "2025-11-26 14:31:00" });
    await expectPaid(it);
  });

  test("a payout code is not burnt and says so", async () => {
    const { ctx, user } = await shop.customer();
    const { voucher } = await shop.sandbox.control.createVoucher({
      amountCents: 50_000n,
      state: "payout",
    });
    const pasted = await pasteVoucherCode(ctx, { code: voucher.code });
    expect(pasted).toEqual({ kind: "refused", problem: "payout_code" });
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test.each(["two_decimals", "string", "integer"] as const)(
    "amounts are the same cents when spelled as %s",
    async (amounts) => {
      await shop.sandbox.control.addFault({ endpoint: "*", effect: { kind: "shape", amounts } });
      const it = await buyUntold();
      await tell(it, { amount: "500.00" });
      await expectPaid(it);
    },
  );

  test("cents that M-Pesa never moves are credited all the same when the provider redeemed them", async () => {
    const it = await buyUntold({ amountCents: 109_950n });
    await tell(it);
    await expectPaid(it, 109_950n);
  });

  test.each(["mpesa_receipt", "mpesa_receipt_number"])(
    "the receipt is found as %s",
    async (name) => {
      const it = await buyUntold();
      await tell(it, { [name]: `${RECEIPT}${name.length}` });
      await expectPaid(it);
      await eventually(async () => {
        expect((await rowOf(it)).providerReceipt).toBe(`${RECEIPT}${name.length}`);
      });
    },
  );

  test.each(["PV-XYZ-987654321", 12_345, "550g8400-h29i-41j4-k716-446655440000"])(
    "a payment id is any text: %s",
    async (paymentId) => {
      const it = await buyUntold();
      await tell(it, { payment_id: paymentId });
      await expectPaid(it);
      expect((await rowOf(it)).providerPaymentId).toBe(String(paymentId));
    },
  );

  test.each<[name: string, body: Readonly<Record<string, unknown>>]>([
    ["an STK webhook", { payment_id: "p1", checkout_request_id: "ws_CO_1", status: "Success" }],
    ["a payout webhook", { payment_id: "p1", conversation_id: "AG_1", status: "Success" }],
    ["the three-field form", { payment_id: "p1", status: "Success", amount: 500 }],
    ["an event by name", { event: "float.low", threshold: 1000 }],
  ])(
    "%s at the voucher's door is answered, kept for staff and credits nobody",
    async (_name, body) => {
      const it = await buyUntold();
      const sent = await shop.sandbox.control.forgeCallback({
        url: it.callbackUrl,
        body: { ...body, nonce: crypto.randomUUID() },
      });
      expect(sent.attempts[0]?.status).toBe(200);
      expect(await lastOutcome()).toBe("malformed");
      expect((await rowOf(it)).state).toBe("submitted");
    },
  );

  test("a callback needs no more than the session and one handle on the money", async () => {
    const bare = { amount: undefined, currency: undefined, timestamp: undefined };
    const byCode = await buyUntold();
    await tell(byCode, { ...bare, payment_id: undefined });
    await expectPaid(byCode);

    const byPayment = await buyUntold();
    await tell(byPayment, { ...bare, voucher_code: undefined });
    await eventually(async () => expect((await rowOf(byPayment)).providerPaidAt).not.toBeNull());
    const payment = await getPayment(byPayment.ctx, { paymentId: byPayment.depositId });
    expect(payment).toMatchObject({ status: "waiting", step: "needs_code" });
  });

  test.each(["20251120143245", "2025-11-20T14:32:50Z", "yesterday", null])(
    "the timestamp %j fails nothing: our own time of receipt counts",
    async (timestamp) => {
      const it = await buyUntold();
      await tell(it, { timestamp });
      await expectPaid(it);
    },
  );

  test("with callback and return lost, the code the customer saw is enough, days later too", async () => {
    const it = await buyUntold();
    await sweepDeposits({ now: () => later(2 * DAY_MS), limit: 500 });
    expect(await rowOf(it)).toMatchObject({ state: "failed", reason: "expired" });
    const pasted = await pasteVoucherCode(it.ctx, { code: it.code, depositId: it.depositId });
    expect(pasted).toEqual({ kind: "accepted", depositId: it.depositId });
    await expectPaid(it);
  });

  test("callbacks may never be repeated, or often: neither changes the result", async () => {
    const it = await buyUntold();
    await Promise.all(Array.from({ length: 20 }, () => tell(it)));
    await expectPaid(it);
    for (let late = 0; late < 3; late += 1) await tell(it, { timestamp: `later ${late}` });
    await lastOutcome();
    await expectPaid(it);
  });

  test("“already redeemed” after our own lost answer is neither theft nor success: it waits for proof", async () => {
    await shop.sandbox.control.changeSettings({ redemptionCallbacks: false });
    await shop.sandbox.control.addFault({
      endpoint: "redeem_voucher",
      when: "after",
      effect: { kind: "drop" },
      times: 1,
    });
    const it = await buyUntold();
    await tell(it);
    await lastOutcome();
    await workUntil(it, "needs_review");
    expect(await shop.availableCents(it.user)).toBe(0n);
    for (const said of [{ success: false }, { timestamp: "again" }]) await tell(it, said);
    await lastOutcome();
    expect((await rowOf(it)).state).toBe("needs_review");
  });

  test("“already redeemed” as the answer to a code that was valid a moment ago waits for proof too", async () => {
    await shop.sandbox.control.changeSettings({ redemptionCallbacks: false });
    const body = JSON.stringify({ success: false, error: "Voucher already redeemed" });
    await shop.sandbox.control.addFault({
      endpoint: "redeem_voucher",
      when: "after",
      effect: { kind: "body", status: 400, body },
      times: 1,
    });
    const it = await buyUntold();
    await tell(it);
    await expectState(it, "needs_review");
    expect((await rowOf(it)).reason).toBe("redeem_unconfirmed");
  });

  test.each<[name: string, status: number, body: string]>([
    ["an HTML page", 200, "<html>Bad gateway</html>"],
    [
      "a server error in good form",
      500,
      '{"success":false,"error":"Internal server error message"}',
    ],
    ["a refusal of our keys", 401, '{"success":false,"error":"Invalid merchant"}'],
    ["a closed account", 404, '{"success":false,"error":"Merchant account not found"}'],
  ])("%s from validation refuses no code: it is asked again", async (_name, status, body) => {
    await shop.sandbox.control.addFault({
      endpoint: "validate_voucher",
      effect: { kind: "body", status, body },
      times: 1,
    });
    const it = await buyUntold();
    await tell(it);
    await lastOutcome();
    expect((await rowOf(it)).state).toBe("redeeming");
    await workUntil(it, "paid");
    await expectPaid(it);
  });

  test.each([
    ["fourteen characters", `MLP-${"A0B1C2D3E4F5G6"}`],
    ["sixteen characters", `MLP-${"A0B1C2D3E4F5G6H7"}`],
    ["a prefix that is not ours", `LBT-${"O0O0O0O0O0O0O0O0"}`],
  ])("a code of %s is judged by the provider, not by its shape", async (_name, code) => {
    const { ctx, user } = await shop.customer();
    await shop.sandbox.control.createVoucher({ amountCents: 50_000n, code });
    const pasted = await pasteVoucherCode(ctx, { code: code.toLowerCase() });
    expect(pasted.kind).toBe("accepted");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test.each([
    ["below", 1_000n],
    ["above", 20_000_000n],
  ])("money %s every limit is credited and flagged: it is here", async (_name, amountCents) => {
    const it = await buyUntold({ amountCents });
    await tell(it);
    await expectPaid(it, amountCents);
    const audit = await db().auditEntry.findFirstOrThrow({
      where: { subjectId: it.depositId, action: "deposit.paid" },
    });
    expect(audit.after).toMatchObject({ flags: ["amount_differs", "out_of_range"] });
  });

  test("our merchant id is any text, though its documents call it a UUID", () => {
    const settings = {
      DATABASE_URL: process.env.DATABASE_URL,
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET,
      ENCRYPTION_KEY: process.env.ENCRYPTION_KEY,
      PV_MERCHANT_ID: "550g8400-zzzz-not-hex",
    };
    expect(parseEnv(settings).pesavoucher.merchantId).toBe("550g8400-zzzz-not-hex");
  });
});
