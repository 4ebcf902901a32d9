import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import type { Fault, FaultInput } from "@/sandbox/faults";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  freshPhone,
  pushesFor,
  pushFor,
  readDeposit,
  setAside,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { checkDeposit } from "./check-deposit";
import { getPayment } from "./get-payment";
import { requestMpesaDeposit } from "./request-mpesa-deposit";
import { retryMpesaDeposit } from "./retry-mpesa-deposit";

const LIMIT = 500;

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  env().mpesa.timeoutMs = 10_000;
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

type Effect = FaultInput["effect"];

const envelope = (status: number, errorCode: string, errorMessage: string): Effect => {
  return { kind: "envelope", status, errorCode, errorMessage };
};
const body = (status: number, said: unknown): Effect => {
  return { kind: "body", status, body: typeof said === "string" ? said : JSON.stringify(said) };
};
const onPush = (effect: Effect, more: Partial<FaultInput> = {}): Promise<Fault> =>
  shop.sandbox.control.addFault({ endpoint: "stk_push", effect, ...more });

/** The same person or worker, this much later by our clock. */
function later(ctx: Ctx, ms: number): Ctx {
  const at = addMs(new Date(), ms);
  return { ...ctx, now: () => at };
}

function sweepAt(ms: number) {
  return sweepDeposits({ now: () => addMs(new Date(), ms), limit: LIMIT });
}

async function pushRequests(msisdn: string): Promise<number> {
  const entries = await shop.sandbox.control.journal({ operation: "stk_push" });
  return entries.filter((entry) => JSON.stringify(entry).includes(msisdn.slice(1))).length;
}

function openPrompts(depositId: string) {
  return db().openPrompt.count({ where: { depositId, until: { gt: new Date() } } });
}

describe("a push the gateway refuses was not sent: not paid, with its reason, and the phone is free", () => {
  const field = (name: string) => envelope(400, "400.002.02", `Bad Request - Invalid ${name}`);
  test.each<[what: string, effect: Effect, reason: string, newAttempt: string]>([
    ["the phone number is not taken", field("PhoneNumber"), "phone_refused", "other_phone"],
    ["the payer is not taken", field("PartyA"), "phone_refused", "other_phone"],
    ["the shortcode is wrong", field("BusinessShortCode"), "merchant_setup", "no"],
    ["the kind of transaction is wrong", field("TransactionType"), "merchant_setup", "no"],
    ["the receiver is wrong", field("PartyB"), "merchant_setup", "no"],
    ["the amount is wrong", field("Amount"), "merchant_setup", "no"],
    ["the timestamp is wrong", field("Timestamp"), "merchant_setup", "no"],
    ["the callback address is wrong", field("CallBackURL"), "merchant_setup", "no"],
    [
      "the payload is wrong",
      envelope(400, "400.002.05", "Invalid Request Payload"),
      "merchant_setup",
      "no",
    ],
    ["the request is bad", envelope(400, "400.003.02", "Bad Request"), "merchant_setup", "no"],
    [
      "the password does not fit",
      envelope(500, "500.001.1001", "Wrong credentials"),
      "merchant_setup",
      "no",
    ],
    [
      "the password does not fit, in the other words",
      envelope(500, "500.001.1001", "[MerchantValidate] - Wrong credentials"),
      "merchant_setup",
      "no",
    ],
    [
      "the merchant is not known",
      envelope(500, "500.001.1001", "Merchant does not exist"),
      "merchant_setup",
      "no",
    ],
    [
      "the product is not ticked",
      envelope(403, "403.002.1001", "You are not authorized to initiate this transaction"),
      "merchant_setup",
      "no",
    ],
    [
      "the path is wrong",
      envelope(404, "404.001.01", "Resource not found"),
      "merchant_setup",
      "no",
    ],
    [
      "the header is wrong",
      envelope(404, "404.001.04", "Invalid Authentication Header"),
      "merchant_setup",
      "no",
    ],
    ["the method is wrong", envelope(405, "405.001", "Method Not Allowed"), "merchant_setup", "no"],
    [
      "no token is ever good enough",
      envelope(404, "404.001.03", "Invalid Access Token"),
      "merchant_setup",
      "no",
    ],
    [
      "the app lacks the product",
      envelope(401, "401.003.01", "Error Occurred - Invalid Access Token - no apiproduct match"),
      "merchant_setup",
      "no",
    ],
    ["we are too fast", { kind: "gateway", form: "spike_arrest" }, "mpesa_busy", "after_wait"],
    [
      "we are too fast, in Apigee's own form",
      { kind: "gateway", form: "spike_arrest_apigee" },
      "mpesa_busy",
      "after_wait",
    ],
    ["the gateway is busy", { kind: "gateway", form: "busy" }, "mpesa_busy", "after_wait"],
    ["today's calls are used up", { kind: "gateway", form: "quota" }, "mpesa_busy", "after_wait"],
    [
      "the host does not know the path",
      body(404, {
        fault: { faultstring: "Unable to identify proxy for host: secure and url: /x" },
      }),
      "merchant_setup",
      "no",
    ],
  ])("%s", async (_what, effect, reason, newAttempt) => {
    await onPush(effect);
    const { ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe(`failed: ${reason}`);
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "not_paid",
      reason,
      new_attempt: newAttempt,
      prompt: { sent_at: null },
    });
    expect(await readDeposit(depositId)).toMatchObject({
      nextCheckAt: null,
      stkPush: { pushedAt: null, checkoutRequestId: null },
    });
    expect(await pushesFor(shop, depositId)).toEqual([]);
    expect(await openPrompts(depositId)).toBe(0);
    await sweepAt(10 * MINUTE_MS);
    expect(await pushesFor(shop, depositId)).toEqual([]);
  });

  test("a prompt that is open on the phone from elsewhere frees it after a minute", async () => {
    const phone = freshPhone();
    const { ctx } = await shop.customer();
    await onPush(
      envelope(
        500,
        "500.001.1001",
        "Unable to lock subscriber, a transaction is already in process for the current subscriber",
      ),
      { times: 1 },
    );
    const { depositId } = await shop.prompt(ctx, { phone });
    expect(await standingOf(depositId)).toBe("failed: phone_busy");
    expect(await openPrompts(depositId)).toBe(1);
    await expect(shop.prompt(ctx, { phone })).rejects.toMatchObject({
      code: "phone_prompted_recently",
    });
    const again = await retryMpesaDeposit(later(ctx, 61 * SECOND_MS), { paymentId: depositId });
    expect(await standingOf(again.depositId)).toBe("submitted");
  });

  test("the same phone and amount may be asked again at once, for nothing was sent", async () => {
    const { user, ctx } = await shop.customer();
    await onPush({ kind: "gateway", form: "spike_arrest" }, { times: 1 });
    const { depositId, phone } = await shop.prompt(ctx);
    await db().providerGate.deleteMany();
    const again = await retryMpesaDeposit(ctx, { paymentId: depositId });
    expect(await standingOf(again.depositId)).toBe("submitted");
    await shop.sandbox.control.enterPin(phone);
    await callbacksWorked(shop);
    expect(await standingOf(again.depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("no provider text reaches the customer", async () => {
    await onPush(field("PhoneNumber"));
    const { ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx);
    const shown = JSON.stringify(await getPayment(ctx, { paymentId: depositId }));
    expect(shown).not.toMatch(/Bad Request|400\.002|PhoneNumber/);
  });
});

describe("a push that could not be made was not sent", () => {
  test("wrong keys say so to staff, and no push is tried", async () => {
    await shop.sandbox.control.addFault({
      endpoint: "oauth",
      effect: envelope(400, "400.008.01", "Invalid Authentication passed"),
    });
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe("failed: merchant_setup");
    expect(await pushRequests(phone)).toBe(0);
    expect(await openPrompts(depositId)).toBe(0);
  });

  test.each<[what: string, effect: Effect]>([
    ["an empty 500", { kind: "gateway", form: "empty" }],
    ["the firewall's page", { kind: "gateway", form: "waf_403" }],
    ["a cut connection", { kind: "drop" }],
    ['"unreachable"', { kind: "gateway", form: "unreachable" }],
    ["too many calls", { kind: "gateway", form: "spike_arrest" }],
  ])(
    "a token request that gets %s leaves a payment that can be asked again now",
    async (_w, effect) => {
      await shop.sandbox.control.addFault({ endpoint: "oauth", effect });
      const { ctx } = await shop.customer();
      const { depositId, phone } = await shop.prompt(ctx);
      expect(await standingOf(depositId)).toBe("failed: not_sent");
      expect((await getPayment(ctx, { paymentId: depositId })).new_attempt).toBe("now");
      expect(await pushRequests(phone)).toBe(0);
      await calmDown(shop);
      const again = await retryMpesaDeposit(ctx, { paymentId: depositId });
      expect(await standingOf(again.depositId)).toBe("submitted");
    },
  );

  test("a token that ends on the way, while no other is to be had, is no fault of the settings", async () => {
    await shop.prompt((await shop.customer()).ctx);
    await shop.sandbox.control.expireTokens();
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: { kind: "drop" } });
    const { ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe("failed: not_sent");
    expect(await openPrompts(depositId)).toBe(0);
    expect(await readDeposit(depositId)).toMatchObject({ stkPush: { pushedAt: null } });
    await calmDown(shop);
    const again = await retryMpesaDeposit(ctx, { paymentId: depositId });
    expect(await standingOf(again.depositId)).toBe("submitted");
  });

  test("while the breaker is shut nothing is sent and nothing is claimed", async () => {
    await onPush({ kind: "html", status: 502 });
    for (let fault = 0; fault < 5; fault += 1) await shop.prompt((await shop.customer()).ctx);
    await shop.sandbox.control.clearFaults();
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe("failed: not_sent");
    expect(await pushRequests(phone)).toBe(0);
    expect(await openPrompts(depositId)).toBe(0);
  });
});

describe("an answer that says nothing clear leaves the prompt standing", () => {
  const accepted = { ResponseCode: "0", ResponseDescription: "Success" };
  test.each<[what: string, effect: Effect]>([
    ["HTTP 500 without a body", { kind: "gateway", form: "empty" }],
    ['HTTP 500 "unreachable"', { kind: "gateway", form: "unreachable" }],
    ["the firewall's 403 page", { kind: "gateway", form: "waf_403" }],
    ["the firewall's 503 page", { kind: "gateway", form: "waf_503" }],
    ["a page with HTTP 200", { kind: "html", status: 200 }],
    ["a SOAP fault", { kind: "gateway", form: "soap" }],
    ["a cut connection", { kind: "drop" }],
    ["half a JSON", body(200, '{"ResponseCode":"0","Checkout')],
    ["a list", body(200, [])],
    ["null", body(200, "null")],
    ["a success without its id", body(200, accepted)],
    ["a success with an empty id", body(200, { ...accepted, CheckoutRequestID: "" })],
    [
      "a response code nobody knows",
      body(200, { ResponseCode: "7", CheckoutRequestID: "ws_CO_7" }),
    ],
    ["overloaded, in words nobody knows", envelope(500, "500.001.1001", "Something else")],
    ["overloaded, without a word", envelope(500, "500.001.1001", "")],
    ["an internal error", envelope(500, "500.003.1001", "Internal Server Error")],
    ["maintenance", envelope(500, "500.002.1001", "Service is currently under maintenance")],
    ["an id with an error beside it", body(500, { ...accepted, CheckoutRequestID: "ws_CO_1" })],
  ])(
    "%s: the customer is told to look at the phone, nobody prompts again",
    async (_what, effect) => {
      await onPush(effect, { times: 1 });
      const { ctx } = await shop.customer();
      const { depositId, phone } = await shop.prompt(ctx);
      expect(await standingOf(depositId)).toBe("pending");
      expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
        status: "waiting",
        step: "check_phone",
      });
      expect((await readDeposit(depositId)).stkPush?.pushedAt).not.toBeNull();
      expect(await openPrompts(depositId)).toBe(1);
      expect(await shop.prompt(ctx, { phone })).toMatchObject({ depositId });

      await sweepAt(4 * MINUTE_MS);
      expect(await standingOf(depositId)).toBe("pending");
      await sweepAt(5 * MINUTE_MS + SECOND_MS);
      expect(await standingOf(depositId)).toBe("needs_review: push_unconfirmed");
      await sweepAt(49 * 60 * MINUTE_MS);
      expect(await standingOf(depositId)).toBe("needs_review: push_unconfirmed");
      expect(await pushRequests(phone)).toBe(1);
    },
  );

  test("an answer that takes too long is given up, and its prompt is not sent again", async () => {
    env().mpesa.timeoutMs = 200;
    await onPush({ kind: "latency", ms: 2_000 }, { when: "after", times: 1 });
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe("pending");
    await shop.sandbox.control.enterPin(phone);
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
    expect(await pushFor(shop, depositId)).toMatchObject({ resultCode: "0" });
  });
});

describe("accepted by M-Pesa, and the answer is lost", () => {
  const lost: FaultInput = {
    endpoint: "stk_push",
    when: "after",
    effect: { kind: "drop" },
    times: 1,
  };

  test("the callback brings the id and the payment, once", async () => {
    await shop.sandbox.control.addFault(lost);
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await standingOf(depositId)).toBe("pending");
    await shop.sandbox.control.enterPin(phone);
    await callbacksWorked(shop);
    const push = await pushFor(shop, depositId);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      providerReceipt: push.receipt,
      stkPush: { checkoutRequestId: push.checkoutRequestId },
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a callback that says no is enough too", async () => {
    await shop.sandbox.control.addFault(lost);
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await shop.sandbox.control.answerPrompt(phone, "decline");
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("failed: cancelled");
    expect(await pushesFor(shop, depositId)).toHaveLength(1);
  });

  test("with the callback lost as well a person is told, and the case file names the call", async () => {
    await shop.sandbox.control.addFault(lost);
    await shop.sandbox.control.scriptCallbacks({ kind: "stk", script: { drop: true }, times: 1 });
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await shop.sandbox.control.enterPin(phone);
    await sweepAt(5 * MINUTE_MS + SECOND_MS);
    expect(await standingOf(depositId)).toBe("needs_review: push_unconfirmed");
    expect(await shop.availableCents(user)).toBe(0n);
    const calls = await db().providerCall.findMany({ where: { subjectId: depositId } });
    const [push, ...others] = calls.filter(({ operation }) => operation === "stk_push");
    expect(others).toEqual([]);
    expect(push).toMatchObject({ provider: "mpesa", outcome: "unknown", httpStatus: null });
    expect(JSON.stringify(push?.request)).toContain('"Amount":"500"');
    expect(await pushRequests(phone)).toBe(1);

    // The money is there; the callback a person finds later still credits it.
    const [dropped] = await shop.sandbox.control.callbacks({ kind: "stk", state: "dropped" });
    await shop.sandbox.control.duplicateCallback(dropped?.id ?? "");
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("the customer's own check says nothing wrong and sends nothing", async () => {
    await shop.sandbox.control.addFault(lost);
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    for (const ms of [SECOND_MS, MINUTE_MS, 4 * MINUTE_MS]) {
      await checkDeposit(later(ctx, ms), { depositId });
      expect(await standingOf(depositId)).toBe("pending");
    }
    expect(await pushRequests(phone)).toBe(1);
  });
});

describe("a process that dies on the way", () => {
  /** Has the database refuse one kind of write about this customer's deposits, as if the process died there. */
  async function dyingAt<T>(
    at: { table: string; event: string; when?: string },
    work: () => Promise<T>,
  ): Promise<unknown> {
    const { table, event, when = "true" } = at;
    await db().$executeRawUnsafe(`
      CREATE OR REPLACE FUNCTION die_here() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the process died here'; END $$`);
    await db().$executeRawUnsafe(`
      CREATE TRIGGER dies BEFORE ${event} ON ${table} FOR EACH ROW
        WHEN (${when}) EXECUTE FUNCTION die_here()`);
    try {
      return await work().catch((error: unknown) => error);
    } finally {
      await db().$executeRawUnsafe(`DROP TRIGGER dies ON ${table}`);
    }
  }

  async function promptThatDies(at: { table: string; event: string; when?: string }) {
    const { user, ctx } = await shop.customer();
    const phone = freshPhone();
    const request = { phone, amount: "500", attemptKey: crypto.randomUUID() };
    const error = await dyingAt(at, () => requestMpesaDeposit(ctx, request));
    expect(error).toBeInstanceOf(Error);
    const rows = await db().deposit.findMany({ where: { customerId: user.id } });
    expect(rows).toHaveLength(1);
    return { user, ctx, phone, request, depositId: rows[0]?.id ?? "" };
  }

  test.each([
    ["before it has a turn", { table: "provider_gates", event: "INSERT" }],
    ["before it has a token", { table: "provider_tokens", event: "INSERT" }],
    [
      "before it has committed to the call",
      { table: "stk_pushes", event: "UPDATE", when: "NEW.pushed_at IS NOT NULL" },
    ],
  ])("%s has sent nothing: the payment says so, and may be asked again", async (_when, at) => {
    const it = await promptThatDies(at);
    expect(await standingOf(it.depositId)).toBe("pending");
    expect(await requestMpesaDeposit(it.ctx, it.request)).toEqual({
      depositId: it.depositId,
      existing: true,
    });
    expect(await pushRequests(it.phone)).toBe(0);
    await sweepAt(4 * MINUTE_MS);
    expect(await standingOf(it.depositId)).toBe("pending");
    await sweepAt(5 * MINUTE_MS + SECOND_MS);
    expect(await standingOf(it.depositId)).toBe("failed: not_sent");
    expect(await pushRequests(it.phone)).toBe(0);
    const muchLater = later(it.ctx, 6 * MINUTE_MS);
    const again = await retryMpesaDeposit(muchLater, { paymentId: it.depositId });
    expect(await standingOf(again.depositId)).toBe("submitted");
  });

  test("between commitment and call: nobody can tell, so a person is told and nothing is sent", async () => {
    const at = {
      table: "provider_calls",
      event: "INSERT",
      when: "NEW.operation = 'stk_push'",
    };
    const it = await promptThatDies(at);
    await sweepAt(5 * MINUTE_MS + SECOND_MS);
    expect(await standingOf(it.depositId)).toBe("needs_review: push_unconfirmed");
    expect(await pushRequests(it.phone)).toBe(0);
  });

  test.each([
    [
      "before the answer is in the case file",
      {
        table: "provider_calls",
        event: "UPDATE",
        when: "NEW.operation = 'stk_push'",
      },
    ],
    [
      "before the answer is on the payment",
      { table: "stk_pushes", event: "UPDATE", when: "NEW.checkout_request_id IS NOT NULL" },
    ],
    [
      "before the answer is in the audit log",
      { table: "audit_log", event: "INSERT", when: "NEW.action = 'deposit.prompted'" },
    ],
  ])("after the call, %s: the callback pays, and nothing is sent again", async (_when, at) => {
    const it = await promptThatDies(at);
    expect(await standingOf(it.depositId)).toBe("pending");
    await sweepAt(4 * MINUTE_MS);
    await shop.sandbox.control.enterPin(it.phone);
    await callbacksWorked(shop);
    expect(await standingOf(it.depositId)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(await pushRequests(it.phone)).toBe(1);
  });

  test("after a refusal, before it is noted: a person is told rather than the phone prompted", async () => {
    await onPush(envelope(400, "400.002.02", "Bad Request - Invalid PhoneNumber"), { times: 1 });
    const it = await promptThatDies({
      table: "audit_log",
      event: "INSERT",
      when: "NEW.action = 'deposit.failed'",
    });
    await sweepAt(5 * MINUTE_MS + SECOND_MS);
    expect(await standingOf(it.depositId)).toBe("needs_review: push_unconfirmed");
    expect(await pushRequests(it.phone)).toBe(1);
  });
});
