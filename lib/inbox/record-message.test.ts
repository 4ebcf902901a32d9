import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { findCallbackDoor } from "@/lib/http/callback-doors";
import { claimVoucher } from "@/lib/payments/claim-voucher";
import { createVoucherDeposit, sessionIdOf } from "@/lib/payments/create-voucher-deposit";
import { createCustomer } from "@/prisma/factories/create-customer";
import { makeArrival, type Arrival } from "./message";
import { recordMessage } from "./record-message";
import { sweepMessages } from "./sweep-messages";

afterAll(closeDb);

function arrival(
  body: unknown,
  options: { kind?: string; quarantine?: string; query?: string } = {},
): Arrival {
  return makeArrival({
    provider: "pesavoucher",
    kind: options.kind ?? "purchase",
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    headers: new Headers(),
    source: "127.0.0.1",
    query: options.query ?? "",
    receivedAt: new Date(),
    quarantine: options.quarantine ?? null,
  });
}

function purchase(sessionId: string = randomUUID()) {
  return { success: true, session_id: sessionId, voucher_code: "MLP-ABCDEFGHJK2345" };
}

async function openDeposit() {
  const user = await createCustomer();
  const ctx = makeCtx(user.merchantId, { kind: "customer", id: user.id });
  const { depositId } = await createVoucherDeposit(ctx, {
    amount: "500",
    attemptKey: randomUUID(),
  });
  return { user, ctx, depositId };
}

const stored = (id: string) => db().message.findUniqueOrThrow({ where: { id } });

test.each([
  ["a purchase nobody began", arrival(purchase()), "unmatched"],
  [
    "a redemption nobody asked for",
    arrival({ success: true, voucher_code: "MLP-ABCDEFGHJK2345" }, { kind: "redemption" }),
    "unmatched",
  ],
  ["nonsense", arrival("<html>"), "malformed"],
  ["a doubtful message", arrival(purchase(), { quarantine: "not marked" }), "quarantined"],
])("%s is stored whole and closed at once, so it stands before no customer", async (...row) => {
  const [, message, outcome] = row;
  const recorded = await recordMessage(message);
  expect(recorded).toEqual({ id: message.id, needsWork: false });
  const kept = await stored(message.id);
  expect(kept).toMatchObject({ outcome, workedAt: message.receivedAt });
  expect(kept.note).toBeTruthy();
  const later = () => new Date(Date.now() + 60_000);
  expect(await sweepMessages({ now: later, limit: 10 })).toBe(0);
});

test("a message about a deposit of ours waits for work, from the moment the deposit exists", async () => {
  const { depositId } = await openDeposit();
  const message = arrival(purchase(sessionIdOf(depositId)));
  expect((await recordMessage(message)).needsWork).toBe(true);
  expect(await stored(message.id)).toMatchObject({ outcome: null, workedAt: null, note: null });
});

test("a redemption of a code that was claimed waits for work", async () => {
  const { user, ctx, depositId } = await openDeposit();
  const code = "MLP-CLAIMED2345678";
  const owner = { customerId: user.id, depositId };
  await claimVoucher(ctx, { code, source: "callback", worker: "job", ...owner });
  const message = arrival({ success: true, voucher_code: code }, { kind: "redemption" });
  expect((await recordMessage(message)).needsWork).toBe(true);
});

test("of equal messages in one burst one is worked, and each other one is counted", async () => {
  const { depositId } = await openDeposit();
  const body = purchase(sessionIdOf(depositId));
  const burst = Array.from({ length: 40 }, () => arrival(body));
  const recorded = await Promise.all(burst.map((message) => recordMessage(message)));
  const fresh = recorded.filter((answer) => answer.needsWork);
  expect(fresh).toHaveLength(1);
  expect(new Set(recorded.map((answer) => answer.id)).size).toBe(1);
  expect((await stored(fresh[0]?.id ?? "")).repeats).toBe(39);
});

test("a burst of strangers around it does not hide the one message that counts", async () => {
  const { depositId } = await openDeposit();
  const strangers = Array.from({ length: 300 }, () => arrival(purchase()));
  const own = arrival(purchase(sessionIdOf(depositId)));
  const all = [...strangers.slice(0, 150), own, ...strangers.slice(150)];
  const recorded = await Promise.all(all.map((message) => recordMessage(message)));
  expect(recorded.filter((answer) => answer.needsWork).map((answer) => answer.id)).toEqual([
    own.id,
  ]);
});

test("an arrival that no column takes keeps none of its burst from being stored, and is not said to be", async () => {
  const { depositId } = await openDeposit();
  const own = arrival(purchase(sessionIdOf(depositId)));
  const strangers = Array.from({ length: 40 }, () => arrival(purchase()));
  const evil = arrival(purchase(), { query: "a=\0" });
  const all = [...strangers.slice(0, 20), evil, own, ...strangers.slice(20)];
  const ends = await Promise.allSettled(all.map((message) => recordMessage(message)));
  const refused = all.filter((_, index) => ends[index]?.status === "rejected");
  expect(refused).toEqual([evil]);
  const ids = all.map(({ id }) => id);
  expect(await db().message.count({ where: { id: { in: ids } } })).toBe(all.length - 1);
  expect(await stored(own.id)).toMatchObject({ outcome: null, workedAt: null });
});

test.each([
  ["in the address", "/api/pesavoucher/voucher-created-webhook", "?withdrawal=%00", "MLP-1"],
  [
    "in the address, beside a word",
    "/api/pesavoucher/voucher-created-webhook",
    "?withdrawal=wdr_%00&token=%00",
    "MLP-2",
  ],
  ["in the body", "/v1/webhooks/mpesa", "", "ws\0x"],
])("a NUL %s is taken at the door like anything else", async (_where, path, query, word) => {
  const door = findCallbackDoor(path);
  const stkCallback = {
    CheckoutRequestID: word,
    MerchantRequestID: "a",
    ResultCode: 0,
    ResultDesc: "",
  };
  const body = JSON.stringify({ voucher_code: word, Body: { stkCallback } });
  const url = `http://shop.test${path}${query}`;
  const before = await db().message.count();
  const answer = await door?.(new Request(url, { method: "POST", body }));
  expect(answer?.status).toBe(200);
  expect(await db().message.count()).toBe(before + 1);
});
