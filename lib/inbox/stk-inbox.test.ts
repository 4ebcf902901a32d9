import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { CALLBACK_BYTES_MAX } from "@/lib/http/callback-door";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import type { Push } from "@/sandbox/daraja/push";
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
import { sweepMessages } from "./sweep-messages";

const ALIAS = "/v1/webhooks/mpesa";
const LIMIT = 500;

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  vi.useRealTimers();
  env().mpesa.callbackSources = null;
  env().trustedProxyHops = 0;
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

async function prompted() {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx);
  return { user, ctx, depositId, phone, push: await pushFor(shop, depositId) };
}

/** The customer pays; M-Pesa keeps the callback back. */
async function paidUntold() {
  const it = await prompted();
  await shop.sandbox.control.enterPin(it.phone);
  return { ...it, push: await pushFor(shop, it.depositId) };
}

function bodyOf(push: Push, code: unknown = 0): string {
  return JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchantRequestId,
        CheckoutRequestID: push.checkoutRequestId,
        ResultCode: code,
        ResultDesc: "said",
        CallbackMetadata: {
          Item: [
            { Name: "Amount", Value: Number(push.amountCents) / 100 },
            { Name: "MpesaReceiptNumber", Value: push.receipt ?? "UKL0000009" },
            { Name: "TransactionDate", Value: 20261121151900 },
            { Name: "PhoneNumber", Value: Number(push.msisdn) },
          ],
        },
      },
    },
  });
}

/** Sends bytes to one of our addresses, and gives all that can be told from the answer. */
async function send(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json;charset=UTF-8", ...headers },
    body,
  });
  const answered = new Map(response.headers);
  answered.delete("date");
  const answer = {
    status: response.status,
    headers: Object.fromEntries(answered),
    text: await response.text(),
  };
  await callbacksWorked(shop);
  return answer;
}

/** The same address with another secret. */
function withSecret({ callbackUrl }: Push, secret: string): string {
  return callbackUrl.replace(/daraja\/[^/]+\/stk/, `daraja/${secret}/stk`);
}

function messagesTo(depositId: string) {
  return db().message.findMany({ where: { addressee: depositId }, orderBy: { id: "asc" } });
}

async function adminOf(ctx: Ctx): Promise<{ admin: Ctx; accountId: string }> {
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId: ctx.merchantId, isDefault: true },
  });
  const actor = { kind: "staff", id: "admin", role: "admin" } as const;
  return { admin: makeCtx(ctx.merchantId, actor), accountId: account.id };
}

describe("an address nobody else knows", () => {
  test("a forged success for a known deposit is answered like a genuine one, and changes nothing", async () => {
    const genuine = await paidUntold();
    const expected = await send(genuine.push.callbackUrl, bodyOf(genuine.push));
    expect(expected).toMatchObject({
      status: 200,
      text: '{"ResultCode":0,"ResultDesc":"Accepted"}',
    });
    expect(await standingOf(genuine.depositId)).toBe("paid");

    const { user, depositId, push } = await prompted();
    for (const secret of [crypto.randomUUID(), "x", "0", "..%2f..", "%00"]) {
      expect(await send(withSecret(push, secret), bodyOf(push))).toEqual(expected);
    }
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await shop.availableCents(user)).toBe(0n);
    const rows = await messagesTo(depositId);
    expect(rows.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(
      Array(5).fill(["quarantined", 0]),
    );
    expect(rows[0]?.note).toBe("no account of ours has the secret in its address");
  });

  test("the secret of another merchant's account opens nothing", async () => {
    const { user, depositId, push } = await prompted();
    const other = await prompted();
    const secret = other.push.callbackUrl.split("/").at(-3) ?? "";
    const answer = await send(withSecret(push, secret), bodyOf(push));
    expect(answer.status).toBe(200);
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await messagesTo(depositId)).toMatchObject([
      { outcome: "quarantined", note: "the secret is retired, or belongs to another account" },
    ]);
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test("a deposit that does not exist, or is no M-Pesa deposit, is closed at the door", async () => {
    const { ctx, push } = await prompted();
    const voucher = await shop.purchase(ctx);
    for (const id of ["dep_nothing", voucher.depositId]) {
      const url = push.callbackUrl.replace(/[^/]+$/, id);
      expect((await send(url, bodyOf(push))).status).toBe(200);
      expect(await messagesTo(id)).toMatchObject([{ outcome: "unmatched", attempts: 0 }]);
    }
  });

  test("the secret is in no table and in no message, only its hash", async () => {
    const { depositId, push } = await paidUntold();
    await send(push.callbackUrl, bodyOf(push));
    const secret = push.callbackUrl.split("/").at(-3) ?? "";
    expect(secret.length).toBeGreaterThan(30);
    const tables = await db().$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
    for (const { name } of tables) {
      const found = await db().$queryRawUnsafe(
        `SELECT FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`,
        secret,
      );
      expect(found, name).toEqual([]);
    }
    expect(await messagesTo(depositId)).toMatchObject([{ secretHash: sha256Hex(secret) }]);
  });

  test("the same bytes twice are one message that counts its repeats", async () => {
    const { user, depositId, push } = await paidUntold();
    const body = bodyOf(push);
    await Promise.all(Array.from({ length: 20 }, () => send(push.callbackUrl, body)));
    expect(await messagesTo(depositId)).toMatchObject([{ outcome: "applied", repeats: 19 }]);
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("whoever sends the same bytes first, to a guessed address, does not block the genuine ones", async () => {
    const { depositId, push } = await paidUntold();
    await send(withSecret(push, crypto.randomUUID()), bodyOf(push));
    await send(push.callbackUrl, bodyOf(push));
    expect(await standingOf(depositId)).toBe("paid");
  });
});

describe("nonsense at the right address is kept, answered, and means nothing", () => {
  test.each([
    ["half a JSON", '{"Body":{"stkCallback":{"CheckoutReq'],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["a page", "<html></html>"],
    ["no id", '{"Body":{"stkCallback":{"ResultCode":0}}}'],
    ["no result code", '{"Body":{"stkCallback":{"CheckoutRequestID":"ws_CO_1"}}}'],
    ["a null id", '{"Body":{"stkCallback":{"CheckoutRequestID":null,"ResultCode":0}}}'],
    [
      "a result code of true",
      '{"Body":{"stkCallback":{"CheckoutRequestID":"w","ResultCode":true}}}',
    ],
    ["another provider's message", '{"success":true,"session_id":"x","voucher_code":"MLP-1"}'],
    ["a C2B confirmation", '{"TransactionType":"Pay Bill","TransID":"RKL51ZDR4F"}'],
    ["bytes that are no text", "\u0000\u0001\ufffd"],
  ])("%s", async (_what, body) => {
    const { user, depositId, push } = await prompted();
    expect((await send(push.callbackUrl, body)).status).toBe(200);
    expect(await messagesTo(depositId)).toMatchObject([{ outcome: "malformed" }]);
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test("more than any callback could be is refused without being stored", async () => {
    const { depositId, push } = await prompted();
    const tooMuch = "x".repeat(CALLBACK_BYTES_MAX + 1);
    expect((await send(push.callbackUrl, tooMuch)).status).toBe(413);
    expect(await messagesTo(depositId)).toEqual([]);
  });

  test("a callback cut in half is no loss: the prompt is looked up", async () => {
    const { user, depositId, push } = await paidUntold();
    await send(push.callbackUrl, bodyOf(push).slice(0, 120));
    expect(await standingOf(depositId)).toBe("submitted");
    await sweepDeposits({ now: () => addMs(new Date(), MINUTE_MS), limit: LIMIT });
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });
});

describe("where a callback may come from", () => {
  test.each<[what: string, sources: string[], accepted: boolean]>([
    ["an address on the list", ["196.201.214.200", "127.0.0.1"], true],
    ["an address inside a range of the list", ["127.0.0.0/8"], true],
    ["an address that is not on the list", ["196.201.214.200"], false],
    ["an address outside every range", ["196.201.212.0/22", "10.0.0.0/8"], false],
    ["an address, where the range is of the other family", ["::/0"], false],
    ["an address, where the list is empty", [], false],
    ["an address, where an entry of the list is nonsense", ["nonsense", "127.0.0.1/33"], false],
  ])("%s", async (_what, sources, accepted) => {
    const { user, depositId, push } = await paidUntold();
    const sentToAll = await send(push.callbackUrl, bodyOf(push, 9999));
    env().mpesa.callbackSources = sources;
    expect(await send(push.callbackUrl, bodyOf(push))).toEqual(sentToAll);
    expect(await standingOf(depositId)).toBe(accepted ? "paid" : "submitted");
    expect(await shop.availableCents(user)).toBe(accepted ? 50_000n : 0n);
  });

  test("behind a proxy the address is the one our own proxy saw, not one the sender made up", async () => {
    env().mpesa.callbackSources = ["196.201.212.0/24"];
    env().trustedProxyHops = 1;
    const { depositId, push } = await paidUntold();
    await send(push.callbackUrl, bodyOf(push), {
      "x-forwarded-for": "196.201.212.69, 203.0.113.9",
    });
    expect(await standingOf(depositId)).toBe("submitted");
    await send(push.callbackUrl, bodyOf(push), {
      "x-forwarded-for": "203.0.113.9, 196.201.212.69",
    });
    expect(await standingOf(depositId)).toBe("paid");
  });

  test("the address without a secret keeps to the list too", async () => {
    env().mpesa.callbackSources = ["196.201.212.69"];
    const { depositId, push } = await paidUntold();
    await send(`${shop.appUrl}${ALIAS}`, bodyOf(push));
    expect(await standingOf(depositId)).toBe("submitted");
  });
});

describe("the address without a secret gives a hint, and no more", () => {
  const alias = () => `${shop.appUrl}${ALIAS}`;
  const queries = (depositId: string) =>
    db().providerCall.count({ where: { subjectId: depositId, operation: "stk_query" } });

  test("a forged success makes us ask M-Pesa, and changes nothing", async () => {
    const { user, depositId, push } = await prompted();
    expect((await send(alias(), bodyOf(push))).status).toBe(200);
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await queries(depositId)).toBe(1);
    const row = await readDeposit(depositId);
    expect(row.stkPush).toMatchObject({ callbackCode: null, noes: 0 });
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test("a forged failure of a paid prompt leads to the payment", async () => {
    const { user, depositId, push } = await paidUntold();
    await send(alias(), bodyOf(push, 1032));
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a genuine success leads to a look-up that pays, and its receipt is not believed", async () => {
    const { user, depositId, push } = await paidUntold();
    await send(alias(), bodyOf({ ...push, receipt: "UKL0000008" }));
    expect(await readDeposit(depositId)).toMatchObject({ state: "paid", providerReceipt: null });
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a genuine failure is one look-up's word, which does not close the prompt yet", async () => {
    const { depositId, phone, push } = await prompted();
    await shop.sandbox.control.answerPrompt(phone, "decline");
    for (const text of ["a", "b", "c"]) {
      await send(alias(), bodyOf(push, 1032).replace("said", text));
    }
    expect(await standingOf(depositId)).toBe("submitted");
    expect((await readDeposit(depositId)).stkPush).toMatchObject({ noes: 1 });
  });

  test("an id nobody knows is closed at the door, and nobody is asked", async () => {
    const { push } = await prompted();
    const before = await db().providerCall.count();
    const body = bodyOf({ ...push, checkoutRequestId: "ws_CO_nobody" });
    expect((await send(alias(), body)).status).toBe(200);
    expect(await db().providerCall.count()).toBe(before);
    const [message] = await db().message.findMany({ orderBy: { id: "desc" }, take: 1 });
    expect(message).toMatchObject({ kind: "stk_alias", outcome: "unmatched", attempts: 0 });
  });

  test("the same hint a hundred times costs one look-up", async () => {
    const { depositId, push } = await prompted();
    const body = bodyOf(push);
    await Promise.all(Array.from({ length: 100 }, () => send(alias(), body)));
    expect(await queries(depositId)).toBe(1);
  });
});

describe("a secret that is replaced", () => {
  test("is accepted for two more days, for the prompts it was given to, and not after", async () => {
    const early = await paidUntold();
    const late = await paidUntold();
    for (const { ctx } of [early, late]) {
      const { admin, accountId } = await adminOf(ctx);
      await rotateCallbackSecret(admin, { accountId });
    }
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: now + 2 * DAY_MS - HOUR_MS });
    await send(early.push.callbackUrl, bodyOf(early.push));
    expect(await standingOf(early.depositId)).toBe("paid");
    vi.setSystemTime(now + 2 * DAY_MS + SECOND_MS);
    await send(late.push.callbackUrl, bodyOf(late.push));
    expect(await standingOf(late.depositId)).toBe("submitted");
    expect(await messagesTo(late.depositId)).toMatchObject([{ outcome: "quarantined" }]);
  });

  test("is refused from that moment when it has leaked, and the look-up still pays", async () => {
    const { user, ctx, depositId, push } = await paidUntold();
    const { admin, accountId } = await adminOf(ctx);
    await rotateCallbackSecret(admin, { accountId, atOnce: true });
    await send(push.callbackUrl, bodyOf(push));
    expect(await standingOf(depositId)).toBe("submitted");
    await sweepDeposits({ now: () => addMs(new Date(), MINUTE_MS), limit: LIMIT });
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("is replaced in the prompts that follow, and in the address of no earlier one", async () => {
    const { ctx, push } = await prompted();
    const { admin, accountId } = await adminOf(ctx);
    await rotateCallbackSecret(admin, { accountId });
    const { depositId, phone } = await shop.prompt(ctx);
    const next = await pushFor(shop, depositId);
    const account = await db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
    expect(next.callbackUrl).toContain(callbackSecretOf(account));
    expect(push.callbackUrl).not.toContain(callbackSecretOf(account));
    await shop.sandbox.control.enterPin(phone);
    await shop.sandbox.control.settle({ checkoutRequestId: next.checkoutRequestId });
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("paid");
  });
});

describe("a process that dies after its answer", () => {
  afterEach(() => scheduleAfterAnswer((work) => void setImmediate(() => void work())));

  test("leaves the message to the sweep, which works it once", async () => {
    const { user, depositId, push } = await paidUntold();
    scheduleAfterAnswer(() => undefined);
    const url = push.callbackUrl;
    const { status } = await fetch(url, { method: "POST", body: bodyOf(push) });
    expect(status).toBe(200);
    expect(await standingOf(depositId)).toBe("submitted");
    const now = () => addMs(new Date(), 4 * SECOND_MS);
    const worked = await Promise.all(
      Array.from({ length: 4 }, () => sweepMessages({ now, limit: LIMIT })),
    );
    expect(worked.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });
});
