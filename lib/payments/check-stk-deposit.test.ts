import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { SandboxControl } from "@/sandbox/control/client";
import type { FaultInput } from "@/sandbox/faults";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  pushFor,
  readDeposit,
  setAside,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { STK_ENDINGS } from "@/test/stk-codes";
import { cancelMpesaDeposit } from "./cancel-mpesa-deposit";
import { checkDeposit } from "./check-deposit";
import { mayStillChange } from "./check-stk-deposit";
import { getPayment } from "./get-payment";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

type QueryScript = Parameters<SandboxControl["scriptQueries"]>[0]["script"];

async function prompted() {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx);
  const row = await readDeposit(depositId);
  const sentAt = row.stkPush?.pushedAt ?? row.createdAt;
  const push = await pushFor(shop, depositId);
  const { checkoutRequestId } = push;
  return {
    user,
    ctx,
    depositId,
    phone,
    push,
    /** Has M-Pesa say this whenever it is asked about this prompt. */
    answers: (script: QueryScript) => {
      return shop.sandbox.control.scriptQueries({ checkoutRequestId, script });
    },
    /** Asks M-Pesa, this long after the prompt was sent. */
    checkAt: async (ms: number) => {
      const at = addMs(sentAt, ms);
      const system = { kind: "system", id: "test" } as const;
      await checkDeposit(makeCtx(user.merchantId, system, { now: () => at }), { depositId });
      return standingOf(depositId);
    },
    at: (ms: number): Ctx => ({ ...ctx, now: () => addMs(sentAt, ms) }),
  };
}

/** The customer pays, and the callback is kept back. */
async function paidUntold() {
  const it = await prompted();
  await shop.sandbox.control.enterPin(it.phone);
  return { ...it, push: await pushFor(shop, it.depositId) };
}

async function deliver(checkoutRequestId: string): Promise<void> {
  await shop.sandbox.control.settle({ checkoutRequestId });
  await callbacksWorked(shop);
}

const said = (code: string, text?: string): QueryScript => {
  return { answer: "final", resultCode: code, ...(text !== undefined && { resultDesc: text }) };
};

describe("every result code, said by look-ups alone", () => {
  test.each(STK_ENDINGS)(
    "$code ($text): $afterQueries after two of them",
    async ({ code, text, afterQueries }) => {
      const it = code === "0" ? await paidUntold() : await prompted();
      await it.answers(said(code, text));
      const first = await it.checkAt(25 * SECOND_MS);
      const isDecided = afterQueries === "paid" || afterQueries.endsWith("unknown_code");
      expect(first).toBe(isDecided ? afterQueries : "submitted");
      expect(await it.checkAt(5 * MINUTE_MS + SECOND_MS)).toBe(afterQueries);
      const paidCents = afterQueries === "paid" ? 50_000n : 0n;
      expect(await shop.availableCents(it.user)).toBe(paidCents);
      const row = await readDeposit(it.depositId);
      // What is decided is asked no more; what a person has to look at is, for a yes may still come.
      const isOver = row.state === "paid" || row.state === "failed";
      expect(row.nextCheckAt === null).toBe(isOver);
    },
  );
});

describe("an answer that says nothing about the prompt means nothing, however often it comes", () => {
  type Answer = (it: { checkoutRequestId: string }) => Promise<unknown>;
  const script =
    (answer: QueryScript): Answer =>
    ({ checkoutRequestId }) =>
      shop.sandbox.control.scriptQueries({ checkoutRequestId, script: answer });
  const fault =
    (effect: FaultInput["effect"]): Answer =>
    ({ checkoutRequestId }) =>
      shop.sandbox.control.addFault({ endpoint: "stk_query", checkoutRequestId, effect });
  const envelope = (status: number, errorCode: string, errorMessage: string): Answer =>
    fault({ kind: "envelope", status, errorCode, errorMessage });
  const body = (status: number, text: (id: string) => unknown): Answer => {
    return (it) =>
      fault({ kind: "body", status, body: JSON.stringify(text(it.checkoutRequestId)) })(it);
  };
  const final = { ResponseCode: "0", ResultDesc: "The service request is processed." };

  test.each<[what: string, answer: Answer]>([
    ["in flight, as code 4999", script({ answer: "result_4999" })],
    ["in flight, as an error with words", script({ answer: "error_text" })],
    ["in flight, as an error without a word", script({ answer: "error_empty" })],
    ["not known, which it says of prompts that exist", script({ answer: "unknown_id" })],
    ["not found yet", envelope(404, "404.001.1002", "Not found")],
    [
      "an id of the wrong form",
      envelope(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"),
    ],
    ["wrong credentials", envelope(500, "500.001.1001", "[MerchantValidate] - Wrong credentials")],
    ["a token that is never good", envelope(404, "404.001.03", "Invalid Access Token")],
    ["overloaded, in words nobody knows", envelope(500, "500.001.1001", "Please wait")],
    ["an internal error", envelope(500, "500.003.1001", "Internal Server Error")],
    ["HTTP 500 without a body", fault({ kind: "gateway", form: "empty" })],
    ["the firewall's 403 page", fault({ kind: "gateway", form: "waf_403" })],
    ["the firewall's 503 page", fault({ kind: "gateway", form: "waf_503" })],
    ["a page with HTTP 200", fault({ kind: "html", status: 200 })],
    ["a SOAP fault", fault({ kind: "gateway", form: "soap" })],
    ["a cut connection", fault({ kind: "drop" })],
    ["a list", body(200, () => [])],
    ["no result code", body(200, (id) => ({ ...final, CheckoutRequestID: id }))],
    [
      "a yes about another prompt",
      body(200, () => ({ ...final, CheckoutRequestID: "ws_CO_other", ResultCode: "0" })),
    ],
    [
      "a yes with an error beside it",
      body(200, (id) => ({
        ...final,
        CheckoutRequestID: id,
        ResultCode: "0",
        errorCode: "500.001.1001",
      })),
    ],
    [
      "a yes with HTTP 500",
      body(500, (id) => ({ ...final, CheckoutRequestID: id, ResultCode: "0" })),
    ],
    [
      "a yes to a question that was not accepted",
      body(200, (id) => ({ ResponseCode: "1", CheckoutRequestID: id, ResultCode: "0" })),
    ],
    ["a success in words only", body(200, () => ({ ResponseCode: "0", ResultDesc: "Success" }))],
  ])("%s", async (_what, answer) => {
    const it = await paidUntold();
    await answer(it.push);
    for (const ms of [25 * SECOND_MS, MINUTE_MS, 6 * MINUTE_MS, 7 * MINUTE_MS, HOUR_MS]) {
      expect(await it.checkAt(ms)).toBe("submitted");
      const row = await readDeposit(it.depositId);
      expect(row.stkPush?.noes).toBe(0);
      expect(row.nextCheckAt).not.toBeNull();
      await db().providerGate.deleteMany();
    }
    // The truth, once it is told, is believed.
    await calmDown(shop);
    expect(await it.checkAt(2 * HOUR_MS)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });
});

describe("a yes", () => {
  test("is believed at once, and its receipt is attached when the callback tells it, once", async () => {
    const it = await paidUntold();
    expect(await it.checkAt(SECOND_MS)).toBe("paid");
    expect(await getPayment(it.ctx, { paymentId: it.depositId })).toMatchObject({
      status: "paid",
      amount_paid: "500.00",
      provider_receipt: null,
    });
    await deliver(it.push.checkoutRequestId);
    await shop.sandbox.control.duplicateCallback(it.push.callbackId ?? "", { copies: 3 });
    await callbacksWorked(shop);
    expect(await getPayment(it.ctx, { paymentId: it.depositId })).toMatchObject({
      provider_receipt: it.push.receipt,
    });
    const receipts = await db().receipt.findMany({ where: { paymentId: it.depositId } });
    expect(receipts.map(({ number }) => number)).toEqual([it.push.receipt]);
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("asked ten times at the same moment is one credit", async () => {
    const it = await paidUntold();
    await Promise.all(Array.from({ length: 10 }, () => it.checkAt(SECOND_MS)));
    expect(await standingOf(it.depositId)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(await db().receipt.count({ where: { paymentId: it.depositId } })).toBe(0);
  });

  test("after two noes that closed the payment still pays it, by callback", async () => {
    const it = await paidUntold();
    await it.answers(said("1032"));
    await it.checkAt(25 * SECOND_MS);
    expect(await it.checkAt(5 * MINUTE_MS + SECOND_MS)).toBe("failed: cancelled");
    await deliver(it.push.checkoutRequestId);
    expect(await standingOf(it.depositId)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("after one no is believed", async () => {
    const it = await paidUntold();
    const { id } = await it.answers(said("1032"));
    expect(await it.checkAt(25 * SECOND_MS)).toBe("submitted");
    await shop.sandbox.control.clearQueryScripts(id);
    expect(await it.checkAt(45 * SECOND_MS)).toBe("paid");
  });

  test("that a callback has told is never taken back by a look-up that says no", async () => {
    const it = await paidUntold();
    await deliver(it.push.checkoutRequestId);
    await it.answers(said("1032"));
    for (const ms of [25 * SECOND_MS, 6 * MINUTE_MS, 7 * MINUTE_MS]) {
      expect(await it.checkAt(ms)).toBe("paid");
    }
    const asked = await db().providerCall.count({
      where: { subjectId: it.depositId, operation: "stk_query" },
    });
    expect(asked, "nobody asks about what is paid").toBe(0);
  });
});

describe("a no", () => {
  test.each<[what: string, checksAtMs: number[], expected: string, noes: number]>([
    ["alone is not enough", [25 * SECOND_MS], "submitted", 1],
    ["alone is not enough, however late", [3 * HOUR_MS], "submitted", 1],
    ["twice within five minutes is not enough", [25 * SECOND_MS, 4 * MINUTE_MS], "submitted", 2],
    [
      "a hundred times within five minutes is not enough",
      Array.from({ length: 14 }, (_, index) => (index + 1) * 21 * SECOND_MS),
      "submitted",
      14,
    ],
    ["twice, apart and late enough, is", [25 * SECOND_MS, 301 * SECOND_MS], "failed: cancelled", 2],
    ["twice after the five minutes is", [6 * MINUTE_MS, 7 * MINUTE_MS], "failed: cancelled", 2],
    ["twice in five seconds counts once", [301 * SECOND_MS, 306 * SECOND_MS], "submitted", 1],
    [
      "ten times in nineteen seconds counts once",
      Array.from({ length: 10 }, (_, index) => 301 * SECOND_MS + index * 2_000),
      "submitted",
      1,
    ],
    [
      "twice in five seconds and again later is enough",
      [301 * SECOND_MS, 306 * SECOND_MS, 330 * SECOND_MS],
      "failed: cancelled",
      2,
    ],
    [
      "at the very end of the five minutes is late enough",
      [25_000, 300_000],
      "failed: cancelled",
      2,
    ],
    ["a moment before the five minutes is too early", [25_000, 299_999], "submitted", 2],
  ])("%s", async (_what, checksAtMs, expected, noes) => {
    const it = await prompted();
    await it.answers(said("1032"));
    for (const ms of checksAtMs) await it.checkAt(ms);
    expect(await standingOf(it.depositId)).toBe(expected);
    const row = await readDeposit(it.depositId);
    expect(row.stkPush?.noes).toBe(noes);
    expect(row.nextCheckAt === null).toBe(expected !== "submitted");
  });

  test("many at the same moment count once", async () => {
    const it = await prompted();
    await it.answers(said("1032"));
    await Promise.all(Array.from({ length: 10 }, () => it.checkAt(301 * SECOND_MS)));
    expect(await standingOf(it.depositId)).toBe("submitted");
    expect((await readDeposit(it.depositId)).stkPush?.noes).toBe(1);
  });

  test("is not shown to the customer before it counts; the page says that M-Pesa is being asked", async () => {
    const it = await prompted();
    await it.answers(said("1032"));
    await it.checkAt(25 * SECOND_MS);
    expect(await getPayment(it.at(30 * SECOND_MS), { paymentId: it.depositId })).toMatchObject({
      status: "waiting",
      step: "asking_mpesa",
      reason: null,
      new_attempt: null,
    });
  });

  test("frees the phone a minute after the prompt, for whoever is next", async () => {
    const it = await prompted();
    await it.answers(said("1032"));
    await it.checkAt(25 * SECOND_MS);
    const open = await db().openPrompt.findFirstOrThrow({ where: { depositId: it.depositId } });
    const row = await readDeposit(it.depositId);
    expect(open.until).toEqual(addMs(row.stkPush?.pushedAt ?? new Date(0), MINUTE_MS));
  });

  test("between two hiccups still counts as the one it is", async () => {
    const it = await prompted();
    await it.answers(said("1037", "DS timeout user cannot be reached."));
    await it.checkAt(25 * SECOND_MS);
    const hiccup = await it.answers({ answer: "unknown_id" });
    expect(await it.checkAt(6 * MINUTE_MS)).toBe("submitted");
    await shop.sandbox.control.clearQueryScripts(hiccup.id);
    expect(await it.checkAt(7 * MINUTE_MS)).toBe("failed: no_answer");
  });
});

describe("the customer has stopped waiting", () => {
  test("and M-Pesa says that the prompt was paid: credited", async () => {
    const it = await paidUntold();
    await cancelMpesaDeposit(it.at(5 * SECOND_MS), { paymentId: it.depositId });
    const row = await readDeposit(it.depositId);
    expect(row.nextCheckAt, "M-Pesa is asked at once").toEqual(it.at(5 * SECOND_MS).now());
    expect(await it.checkAt(6 * SECOND_MS)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("and M-Pesa says no twice: it stays what the customer did, and nobody asks on", async () => {
    const it = await prompted();
    await cancelMpesaDeposit(it.at(5 * SECOND_MS), { paymentId: it.depositId });
    await it.answers(said("1037"));
    await it.checkAt(25 * SECOND_MS);
    expect((await readDeposit(it.depositId)).nextCheckAt).not.toBeNull();
    expect(await it.checkAt(6 * MINUTE_MS)).toBe("failed: cancelled_here");
    expect((await readDeposit(it.depositId)).nextCheckAt).toBeNull();
  });

  test("the phone is not prompted again before that prompt has ended", async () => {
    const it = await prompted();
    await cancelMpesaDeposit(it.ctx, { paymentId: it.depositId });
    await expect(shop.prompt(it.ctx, { phone: it.phone, amount: "7" })).rejects.toMatchObject({
      code: "phone_prompted_recently",
    });
  });
});

describe("two days of nothing", () => {
  test("end with a person being told, and a proof that comes later still pays", async () => {
    const it = await paidUntold();
    await it.answers({ answer: "error_text" });
    expect(await it.checkAt(48 * HOUR_MS - MINUTE_MS)).toBe("submitted");
    const row = await readDeposit(it.depositId);
    expect(row.nextCheckAt).toEqual(row.deadlineAt);
    expect(await it.checkAt(48 * HOUR_MS + SECOND_MS)).toBe("needs_review: unconfirmed");
    expect((await readDeposit(it.depositId)).nextCheckAt).toBeNull();
    await deliver(it.push.checkoutRequestId);
    expect(await standingOf(it.depositId)).toBe("paid");
  });

  test("after a no by callback that no look-up ever shared are for a person", async () => {
    const it = await prompted();
    await shop.sandbox.control.answerPrompt(it.phone, "decline");
    await deliver(it.push.checkoutRequestId);
    await it.answers({ answer: "unknown_id" });
    expect(await it.checkAt(48 * HOUR_MS - MINUTE_MS)).toBe("failed: cancelled");
    expect(await it.checkAt(48 * HOUR_MS + SECOND_MS)).toBe("needs_review: unconfirmed");
    expect((await readDeposit(it.depositId)).nextCheckAt).toBeNull();
  });

  test("after the customer stopped waiting are for a person too: nobody has said no", async () => {
    const it = await paidUntold();
    await cancelMpesaDeposit(it.at(40 * SECOND_MS), { paymentId: it.depositId });
    await it.answers({ answer: "unknown_id" });
    expect(await it.checkAt(48 * HOUR_MS + SECOND_MS)).toBe("needs_review: unconfirmed");
    await deliver(it.push.checkoutRequestId);
    expect(await standingOf(it.depositId)).toBe("paid");
  });

  test("after an unknown code end the asking, with a note", async () => {
    const it = await prompted();
    await shop.sandbox.control.endPush(it.push.checkoutRequestId, { resultCode: "7777" });
    await deliver(it.push.checkoutRequestId);
    await it.answers({ answer: "unknown_id" });
    expect(await it.checkAt(48 * HOUR_MS + SECOND_MS)).toBe("needs_review: unknown_code");
    expect((await readDeposit(it.depositId)).nextCheckAt).toBeNull();
    const notes = await db().auditEntry.findMany({ where: { subjectId: it.depositId } });
    expect(notes.map(({ action }) => action)).toContain("deposit.checks_ended");
  });

  test("do not keep a yes from being believed when the first look-up is later still", async () => {
    const it = await paidUntold();
    expect(await it.checkAt(72 * HOUR_MS)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("and only one no by then is for a person, not for the customer", async () => {
    const it = await prompted();
    await it.answers(said("1032"));
    expect(await it.checkAt(72 * HOUR_MS)).toBe("needs_review: unconfirmed");
  });
});

describe("what a person has to decide is left to the person", () => {
  test("a look-up that says no twice does not close what an unknown code has opened", async () => {
    const it = await prompted();
    const unknown = await it.answers(said("7777"));
    expect(await it.checkAt(25 * SECOND_MS)).toBe("needs_review: unknown_code");
    await shop.sandbox.control.clearQueryScripts(unknown.id);
    await it.answers(said("1032"));
    await it.checkAt(6 * MINUTE_MS);
    expect(await it.checkAt(7 * MINUTE_MS)).toBe("needs_review: unknown_code");
  });

  test("a yes after an unclear code is believed, even when a person was told already", async () => {
    const it = await paidUntold();
    const unclear = await it.answers(said("9999", "Internal error occurred"));
    expect(await it.checkAt(6 * MINUTE_MS)).toBe("needs_review: unclear_result");
    await shop.sandbox.control.clearQueryScripts(unclear.id);
    expect(await it.checkAt(7 * MINUTE_MS)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("an amount that did not fit is not paid by a look-up's yes", async () => {
    const it = await prompted();
    await shop.sandbox.control.scriptCallbacks({
      kind: "stk",
      checkoutRequestId: it.push.checkoutRequestId,
      script: { amountCents: 1_000n },
    });
    await shop.sandbox.control.enterPin(it.phone);
    await deliver(it.push.checkoutRequestId);
    expect(await it.checkAt(MINUTE_MS)).toBe("needs_review: amount_mismatch");
    expect(await shop.availableCents(it.user)).toBe(0n);
  });
});

test.each(["paid", "reversed", "redeeming"] as const)(
  "M-Pesa is not asked about a deposit that is %s",
  (state) => expect(mayStillChange({ state, reason: null })).toBe(false),
);
