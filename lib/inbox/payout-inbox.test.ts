import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { callbacksWorked } from "@/test/mpesa";
import {
  asksAbout,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  outcomesOf,
  payoutOf,
  readWithdrawal,
  send as sendPayout,
  sentWithdrawal,
  setPayoutsAside,
  staffOf,
  voucherOf,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";

const ALIASES = [
  "/v1/webhooks/mpesa/transactionstatus/result",
  "/v1/webhooks/mpesa/transactionstatus/timeout",
] as const;
const ACCEPTED = '{"ResultCode":0,"ResultDesc":"Accepted"}';

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  env().mpesa.callbackSources = null;
  await expectPayoutBooks(shop);
  await setPayoutsAside();
});
afterAll(() => shop.close());

async function submitted() {
  const it = await sentWithdrawal(shop);
  return { ...it, payout: await payoutOf(shop, it.id) };
}

type Submitted = Awaited<ReturnType<typeof submitted>>;

/** The result of a payout that was made, written by hand. */
function resultBody({ payout }: Submitted, code: unknown = 0): string {
  return JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: code,
      ResultDesc: "said",
      OriginatorConversationID: payout.originatorConversationId,
      ConversationID: payout.conversationId,
      TransactionID: payout.receipt,
      ResultParameters: {
        ResultParameter: [
          { Key: "TransactionAmount", Value: Number(payout.amountCents) / 100 },
          { Key: "TransactionReceipt", Value: payout.receipt },
          { Key: "ReceiverPartyPublicName", Value: `${payout.msisdn} - ASHA OTIENO` },
          { Key: "TransactionCompletedDateTime", Value: "21.11.2026 15:19:23" },
        ],
      },
    },
  });
}

/** Sends bytes to one of our addresses, and gives all that can be told from the answer. */
async function send(url: string, body: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const answered = new Map(response.headers);
  answered.delete("date");
  const text = await response.text();
  await callbacksWorked(shop);
  return { status: response.status, headers: Object.fromEntries(answered), text };
}

const secretOf = (url: string) => /daraja\/([^/]+)\//.exec(url)?.[1] ?? "";
const withSecret = (url: string, secret: string) =>
  url.replace(/daraja\/[^/]+\//, `daraja/${secret}/`);

const HELD = { available: 50_000n, held: 50_000n };
const TAKEN = { available: 50_000n, held: 0n };

describe("an address of one payout", () => {
  test("a forged result is answered like a genuine one, and changes nothing", async () => {
    const genuine = await submitted();
    const expected = await send(genuine.payout.resultUrl, resultBody(genuine));
    expect(expected).toMatchObject({ status: 200, text: ACCEPTED });
    await expectStanding(genuine.id, "paid");
    const it = await submitted();
    for (const secret of [crypto.randomUUID(), "x", "..%2f.."]) {
      for (const code of [0, 1])
        expect(await send(withSecret(it.payout.resultUrl, secret), resultBody(it, code))).toEqual(
          expected,
        );
      const late = withSecret(it.payout.timeoutUrl, secret);
      expect(await send(late, resultBody(it))).toEqual(expected);
    }
    await expectStanding(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
    expect(await readWithdrawal(it.id)).toMatchObject({ resultCode: null, timedOutAt: null });
    expect(new Set(await outcomesOf(it.id))).toEqual(
      new Set(["quarantined: no account of ours has the secret in its address"]),
    );
  });

  test("the secret of another merchant's account opens nothing", async () => {
    const it = await submitted();
    const other = await submitted();
    const secret = secretOf(other.payout.resultUrl);
    expect(secret).not.toBe(secretOf(it.payout.resultUrl));
    for (const url of [it.payout.resultUrl, it.payout.timeoutUrl])
      expect((await send(withSecret(url, secret), resultBody(it))).status).toBe(200);
    await expectStanding(it.id, "submitted");
    expect(await outcomesOf(it.id)).toEqual(
      Array(2).fill("quarantined: the secret is retired, or belongs to another account"),
    );
    expect(await readWithdrawal(it.id)).toMatchObject({ resultCode: null, timedOutAt: null });
  });

  test("the address of a result is not that of a look-up, nor the other way round", async () => {
    const it = await submitted();
    const status = it.payout.resultUrl.replace("/b2c/", "/status/");
    await send(status, resultBody(it));
    await expectStanding(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("a withdrawal that does not exist, or that is none to a phone, is no withdrawal there", async () => {
    const it = await submitted();
    const voucher = await withdraw(it.ctx, { method: "pesavoucher", amount: "100" });
    for (const id of ["wdr_nothing", voucher]) {
      const url = it.payout.resultUrl.replace(it.id, id);
      expect(await send(url, resultBody(it))).toMatchObject({ status: 200, text: ACCEPTED });
      expect((await outcomesOf(id)).every((said) => said.startsWith("unmatched"))).toBe(true);
      expect(await outcomesOf(id)).toHaveLength(1);
    }
    await expectStanding(voucher, "requested");
  });

  test("the same bytes twenty times are one message that counts its repeats", async () => {
    const it = await submitted();
    const body = resultBody(it);
    await Promise.all(Array.from({ length: 20 }, () => send(it.payout.resultUrl, body)));
    const messages = await db().message.findMany({ where: { addressee: it.id } });
    expect(messages).toMatchObject([{ outcome: "applied", repeats: 19 }]);
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("whoever sends the same bytes first, to a guessed address, does not block the genuine ones", async () => {
    const it = await submitted();
    await send(withSecret(it.payout.resultUrl, crypto.randomUUID()), resultBody(it));
    await send(it.payout.resultUrl, resultBody(it));
    await expectStanding(it.id, "paid");
  });

  test("the secret is in no table and in no message, only its hash", async () => {
    const it = await submitted();
    await send(it.payout.resultUrl, resultBody(it));
    await sweepWithdrawals({ now: () => addMs(it.sentAt, MINUTE_MS), limit: 500 });
    const secret = secretOf(it.payout.resultUrl);
    expect(secret.length).toBeGreaterThan(30);
    const voucher = await sentWithdrawal(shop, { method: "pesavoucher" });
    const issued = await voucherOf(shop, voucher.id);
    const token = new URL(issued.callbackUrl ?? "").searchParams.get("token") ?? "";
    const tables = await db().$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
    for (const kept of [secret, token, issued.code, issued.email, it.payout.msisdn])
      for (const { name } of tables) {
        const found = await db().$queryRawUnsafe(
          `SELECT FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`,
          kept,
        );
        expect(found, `${kept} in ${name}`).toEqual([]);
      }
    const messages = await db().message.findMany({ where: { addressee: it.id } });
    expect(messages).toMatchObject([{ secretHash: sha256Hex(secret) }]);
  });

  test("given out before the secret was changed, it is believed until the old one has ended", async () => {
    const it = await submitted();
    const { user: admin } = await staffOf(it.user.merchantId, "admin");
    const { accountId } = await readWithdrawal(it.id);
    const actor = { kind: "staff", id: admin.id, role: "admin" } as const;
    await rotateCallbackSecret(makeCtx(it.user.merchantId, actor), { accountId: accountId ?? "" });
    const next = await withdraw(it.ctx, { amount: "100" });
    await sendPayout(next);
    expect(secretOf((await payoutOf(shop, next)).resultUrl)).not.toBe(
      secretOf(it.payout.resultUrl),
    );
    for (const id of [it.id, next]) {
      await deliver(shop, id);
      await expectStanding(id, "paid");
    }
  });

  test("from an address that is not M-Pesa's, a result is kept and not believed", async () => {
    const it = await submitted();
    env().mpesa.callbackSources = ["196.201.214.0/24"];
    expect(await send(it.payout.resultUrl, resultBody(it))).toMatchObject({ text: ACCEPTED });
    await expectStanding(it.id, "submitted");
    env().mpesa.callbackSources = null;
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });
});

describe("nonsense at the right address is kept, answered, and means nothing", () => {
  test.each([
    ["half a JSON", '{"Result":{"ResultCo'],
    ["nothing", ""],
    ["a list", "[0]"],
    ["a page", "<html></html>"],
    [
      "a prompt's callback",
      '{"Body":{"stkCallback":{"ResultCode":0,"CheckoutRequestID":"ws_CO_1"}}}',
    ],
    ["a code of many words", '{"Result":{"ResultCode":"zero zero","ResultDesc":"x"}}'],
    ["numbers out of this world", '{"Result":{"ResultCode":1e999}}'],
    ["a code that is an object", '{"Result":{"ResultCode":{"value":0}}}'],
  ])("%s", async (_what, body) => {
    const it = await submitted();
    const answer = await send(it.payout.resultUrl, body);
    expect(answer).toMatchObject({ status: 200, text: ACCEPTED });
    await expectStanding(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });
});

describe("the address everybody can know", () => {
  test.each(ALIASES)("%s makes us ask, and settles nothing itself", async (path) => {
    const it = await submitted();
    const url = `${shop.appUrl}${path}`;
    for (const code of [0, 1, "2001"]) {
      expect(await send(url, resultBody(it, code))).toMatchObject({ status: 200, text: ACCEPTED });
      await expectStanding(it.id, "submitted");
    }
    const row = await readWithdrawal(it.id);
    expect(row).toMatchObject({ resultCode: null, statusCode: null });
    expect(row.account?.payoutsStopped).toBeNull();
    expect(row.nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
    await sweepWithdrawals({ now: () => new Date(), limit: 500 });
    expect(await asksAbout(it.id)).toBe(1);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("by either of the two ids, and about nothing we know it is closed at the door", async () => {
    const it = await submitted();
    const url = `${shop.appUrl}${ALIASES[0]}`;
    await db().withdrawal.update({
      where: { id: it.id },
      data: { nextCheckAt: addMs(new Date(), MINUTE_MS) },
    });
    await send(
      url,
      JSON.stringify({ Result: { ResultCode: 0, ConversationID: it.payout.conversationId } }),
    );
    expect((await readWithdrawal(it.id)).nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
    const nobody = { ResultCode: 0, OriginatorConversationID: crypto.randomUUID() };
    expect(await send(url, JSON.stringify({ Result: nobody }))).toMatchObject({ text: ACCEPTED });
    const [last] = await db().message.findMany({ orderBy: { id: "desc" }, take: 1 });
    expect(last).toMatchObject({ kind: "status_alias", outcome: "unmatched", attempts: 0 });
  });

  test("asks nothing about a withdrawal that has ended, or was not sent", async () => {
    const it = await submitted();
    await deliver(shop, it.id);
    const { ctx } = await fundedCustomer(shop);
    const waiting = await withdraw(ctx);
    const before = await readWithdrawal(waiting);
    const url = `${shop.appUrl}${ALIASES[0]}`;
    await send(url, resultBody(it, 1));
    await send(
      url,
      JSON.stringify({ Result: { ResultCode: 0, OriginatorConversationID: before.providerRef } }),
    );
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({ nextCheckAt: null });
    expect(await readWithdrawal(waiting)).toMatchObject({
      state: "requested",
      nextCheckAt: before.nextCheckAt,
    });
    await sweepWithdrawals({ now: () => addMs(new Date(), SECOND_MS), limit: 500 });
    expect(await asksAbout(it.id)).toBe(0);
  });
});
