import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { ForgeB2cResultInput } from "@/sandbox/control/mpesa-control";
import { eventually } from "@/test/eventually";
import { callbacksWorked, freshPhone } from "@/test/mpesa";
import { PAYOUT_ENDINGS } from "@/test/payout-codes";
import {
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  ordersFor,
  outcomesOf,
  payoutOf,
  readWithdrawal,
  send,
  sentWithdrawal,
  setPayoutsAside,
  standingOfWithdrawal,
  withdraw,
  type WithdrawOptions,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { cancelWithdrawal } from "./cancel-withdrawal";
import { quoteWithdrawal } from "./quote-withdrawal";

const LIMIT = 500;

let shop: Shop;
/** Withdrawals about which M-Pesa was made to lie. */
const lied = new Set<string>();

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectPayoutBooks(shop, lied);
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** A payout whose result M-Pesa keeps back, and will tell as scripted. */
async function paidUntold(script?: CallbackScript, options: WithdrawOptions = {}) {
  const to = options.to ?? freshPhone();
  if (script)
    await shop.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      msisdn: to.slice(1),
      script,
      times: 1,
    });
  const it = await sentWithdrawal(shop, { ...options, to });
  return { ...it, payout: await payoutOf(shop, it.id) };
}

type Told = Awaited<ReturnType<typeof paidUntold>>;

/** Sends a result to the right address, with changes. */
async function say(it: Told, changes: Partial<ForgeB2cResultInput> = {}): Promise<void> {
  const { payout, id } = it;
  if (changes.resultCode !== undefined || changes.amountCents !== undefined) lied.add(id);
  await shop.sandbox.control.sendForgedB2cResult({
    url: payout.resultUrl,
    originatorConversationId: payout.originatorConversationId,
    conversationId: payout.conversationId,
    amountCents: payout.amountCents,
    receipt: payout.receipt ?? undefined,
    msisdn: payout.msisdn,
    ...changes,
  });
  await callbacksWorked(shop);
}

/** Sends any body to one of the addresses of a payout. */
async function post(url: string, body: unknown): Promise<void> {
  await shop.sandbox.control.forgeCallback({
    url,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  await callbacksWorked(shop);
}

function sweepAt(moment: Date): Promise<number> {
  return sweepWithdrawals({ now: () => moment, limit: LIMIT });
}

function movementsOf(id: string): Promise<number> {
  return db().ledgerMovement.count({ where: { ref: id, kind: "withdrawal_end" } });
}

const TAKEN = { available: 50_000n, held: 0n };
const HELD = { available: 50_000n, held: 50_000n };
const BACK = { available: 100_000n, held: 0n };

describe("a result that says paid is paid once", () => {
  test("told twice, three times in a row, or twenty times at once", async () => {
    const it = await paidUntold();
    const [record] = await shop.sandbox.control.callbacks({
      originatorConversationId: it.reference,
    });
    const id = record?.id ?? "";
    await shop.sandbox.control.duplicateCallback(id, { copies: 20, parallel: true });
    await callbacksWorked(shop);
    await shop.sandbox.control.duplicateCallback(id, { copies: 3 });
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await movementsOf(it.id)).toBe(1);
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    // The same bytes are one message.
    expect(await outcomesOf(it.id)).toEqual(["applied: paid"]);
  });

  test("told in twenty different wordings at once", async () => {
    const it = await paidUntold();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.sandbox.control.sendForgedB2cResult({
          url: it.payout.resultUrl,
          originatorConversationId: it.reference,
          resultDesc: `Processed, ${index}.`,
          amountCents: it.payout.amountCents,
          receipt: it.payout.receipt ?? undefined,
        }),
      ),
    );
    await callbacksWorked(shop);
    await expectStanding(it.id, "paid");
    expect(await movementsOf(it.id)).toBe(1);
    const ended = await outcomesOf(it.id);
    expect(ended.filter((outcome) => outcome === "applied: paid")).toHaveLength(1);
    expect(ended.filter((outcome) => outcome === "duplicate: paid before")).toHaveLength(19);
  });

  test("told before the order was answered", async () => {
    const it = await paidUntold({ beforeAnswer: true });
    await callbacksWorked(shop);
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({
      conversationId: it.payout.conversationId,
      providerReceipt: it.payout.receipt,
    });
    expect(await ordersFor(it.id)).toBe(1);
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("told late, to a withdrawal that waits for a person", async () => {
    const it = await paidUntold();
    await sweepAt(addMs(it.sentAt, 15 * MINUTE_MS));
    await expectStanding(it.id, "needs_review: unconfirmed");
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    expect(await getPayment(it.ctx, { paymentId: it.id })).toMatchObject({
      status: "paid",
      reason: null,
    });
  });

  test("and the customer hears of it once", async () => {
    const it = await paidUntold();
    await deliver(shop, it.id);
    const events = await db().liveEvent.findMany({ where: { customerId: it.user.id } });
    const paid = events.filter(({ type }) => type === "withdrawal_paid");
    expect(paid).toHaveLength(1);
    expect(paid[0]?.payload).toMatchObject({
      withdrawal_id: it.id,
      amount: "500.00",
      available: "500.00",
      held: "0.00",
    });
  });
});

describe("a result is understood in every form it comes in", () => {
  test.each<[what: string, script: CallbackScript]>([
    ["codes as text", { shape: { codes: "string" } }],
    ["one parameter without its list", { shape: { parameters: "object" } }],
    ["no parameters at all", { shape: { parameters: "absent" } }],
    ["reference items in a list", { shape: { referenceItem: "array" } }],
    ["a single reference item", { shape: { referenceItem: "object" } }],
    ["the amount as text", { shape: { amounts: "string" } }],
    ["a receipt without a value", { shape: { withoutValue: ["TransactionReceipt"] } }],
    ["an amount without a value", { shape: { withoutValue: ["TransactionAmount"] } }],
    ["names with spaces", { shape: { spacedKeys: true } }],
    ["fields nobody knows", { shape: { extraFields: true } }],
    [
      "everything odd at once",
      { shape: { codes: "string", amounts: "string", spacedKeys: true, extraFields: true } },
    ],
  ])("with %s", async (_what, script) => {
    const it = await paidUntold(script);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({ providerReceipt: it.payout.receipt });
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("without the outer wrapping, and with M-Pesa's own id alone", async () => {
    const it = await paidUntold();
    await post(it.payout.resultUrl, {
      ResultType: "0",
      ResultCode: "0",
      ResultDesc: "done",
      ConversationID: it.payout.conversationId,
    });
    await expectStanding(it.id, "paid");
  });

  test("what cannot be read changes nothing and can be told again", async () => {
    const it = await paidUntold({ malformed: true });
    await deliver(shop, it.id);
    for (const body of [
      "",
      "[]",
      "null",
      '"0"',
      "{}",
      '{"Result":{}}',
      '{"Result":{"ResultCode":null}}',
    ])
      await post(it.payout.resultUrl, body);
    await expectStanding(it.id, "submitted");
    expect(new Set((await outcomesOf(it.id)).map((said) => said.split(":")[0]))).toEqual(
      new Set(["malformed"]),
    );
    await say(it);
    await expectStanding(it.id, "paid");
  });
});

describe("each code means what we wrote down by hand", () => {
  test.each(PAYOUT_ENDINGS)("$code ($text): $standing", async (ending) => {
    const it = await paidUntold();
    const before = (await readWithdrawal(it.id)).nextCheckAt;
    await say(it, { resultCode: ending.code, resultDesc: ending.text });
    await expectStanding(it.id, ending.standing);
    const row = await readWithdrawal(it.id);
    expect(row).toMatchObject({ resultCode: ending.code, resultText: ending.text });
    expect(row.account?.payoutsStopped ?? null).toBe(ending.stops ? ending.code : null);
    const isDue = row.nextCheckAt !== null && row.nextCheckAt.getTime() <= Date.now();
    expect(isDue).toBe(ending.asks);
    if (!ending.asks) expect(row.nextCheckAt).toBeNull();
    else expect(row.nextCheckAt?.getTime()).toBeLessThan(before?.getTime() ?? 0);
    const money =
      ending.standing === "paid" ? TAKEN : ending.standing.startsWith("failed") ? BACK : HELD;
    expect(await moneyOf(it.user)).toEqual(money);
  });

  test("an unlisted code: a person is told, the look-ups go on, and their yes pays", async () => {
    const it = await paidUntold();
    await say(it, { resultCode: "7777" });
    await expectStanding(it.id, "needs_review: unknown_code");
    await sweepAt(addMs(it.sentAt, 20 * SECOND_MS));
    await shop.sandbox.control.settle({ kind: "status_result" });
    await callbacksWorked(shop);
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({ providerReceipt: it.payout.receipt });
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("the real reasons, as M-Pesa itself comes to them", async () => {
    const stranger = await paidUntold(undefined, { to: "+254712000001" });
    await deliver(shop, stranger.id);
    await expectStanding(stranger.id, "failed: phone_not_registered");
    await shop.sandbox.control.setOrganisationFunds({ utilityCents: 49_999n });
    const broke = await paidUntold();
    await deliver(shop, broke.id);
    await expectStanding(broke.id, "failed: float_empty");
    expect(await moneyOf(broke.user)).toEqual(BACK);
    expect(JSON.stringify(await getPayment(broke.ctx, { paymentId: broke.id }))).not.toMatch(
      /insufficient|initiator/i,
    );
  });
});

describe("a result that does not fit changes no money", () => {
  test("another amount than was ordered: a person is told, and the truth later pays", async () => {
    const it = await paidUntold({ amountCents: 100_000n });
    await deliver(shop, it.id);
    await expectStanding(it.id, "needs_review: amount_mismatch");
    expect(await outcomesOf(it.id)).toEqual(["quarantined: paid 1000.00, which was not ordered"]);
    expect(await moneyOf(it.user)).toEqual(HELD);
    await sweepAt(addMs(it.sentAt, 60 * MINUTE_MS));
    await expectStanding(it.id, "needs_review: amount_mismatch");
    await say(it, { resultDesc: "corrected" });
    await expectStanding(it.id, "paid");
  });

  test.each([1n, 49_900n, 50_001n, 50_100n, 25_000_000n])(
    "%s cents for an order of 50000",
    async (amountCents) => {
      const it = await paidUntold();
      await say(it, { amountCents });
      await expectStanding(it.id, "needs_review: amount_mismatch");
      expect(await moneyOf(it.user)).toEqual(HELD);
    },
  );

  test("the receipt of another withdrawal", async () => {
    const first = await paidUntold();
    await deliver(shop, first.id);
    const second = await paidUntold();
    await say(second, { receipt: first.payout.receipt ?? "" });
    await expectStanding(second.id, "needs_review: receipt_reused");
    expect(await moneyOf(second.user)).toEqual(HELD);
    await say(second);
    await expectStanding(second.id, "paid");
  });

  test("the receipt of a deposit", async () => {
    await db().receipt.create({
      data: {
        provider: "mpesa",
        number: "UKL7DEPOSIT",
        merchantId: (await fundedCustomer(shop)).user.merchantId,
        paymentId: "dep_somebody",
        createdAt: new Date(),
      },
    });
    const it = await paidUntold();
    await say(it, { receipt: "UKL7DEPOSIT" });
    await expectStanding(it.id, "needs_review: receipt_reused");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("the same receipt for two withdrawals at once pays one of them, and a person sees the other", async () => {
    const both = await Promise.all([paidUntold(), paidUntold()]);
    const { control } = shop.sandbox;
    await Promise.all(
      both.map(({ payout }) =>
        control.sendForgedB2cResult({
          url: payout.resultUrl,
          originatorConversationId: payout.originatorConversationId,
          amountCents: payout.amountCents,
          receipt: "UKL7TWICE00",
        }),
      ),
    );
    let now = new Date();
    await eventually(async () => {
      // Whoever was second may have met the first one's receipt in the middle of its work.
      now = addMs(now, MINUTE_MS);
      await sweepMessages({ now: () => now, limit: LIMIT });
      const ends = await Promise.all(both.map(({ id }) => standingOfWithdrawal(id)));
      expect(ends.sort()).toEqual(["needs_review: receipt_reused", "paid"]);
    });
  });

  test("the reference of another withdrawal, at this one's address", async () => {
    const one = await paidUntold();
    const other = await paidUntold();
    await say(one, {
      originatorConversationId: other.reference,
      conversationId: other.payout.conversationId,
      receipt: other.payout.receipt ?? undefined,
    });
    await expectStanding(one.id, "submitted");
    await expectStanding(other.id, "submitted");
    expect(await outcomesOf(one.id)).toEqual([
      "quarantined: names another order than this withdrawal's",
    ]);
    for (const it of [one, other]) {
      await deliver(shop, it.id);
      await expectStanding(it.id, "paid");
    }
  });

  test("a reference M-Pesa's id goes with, but not ours", async () => {
    const it = await paidUntold();
    await say(it, { originatorConversationId: crypto.randomUUID() });
    await expectStanding(it.id, "submitted");
    await deliver(shop, it.id);
  });

  test.each([
    ["neither of the two ids", {}],
    ["an id M-Pesa never gave", { ConversationID: "AG_20261121_00000000000000000000" }],
    ["two references", { OriginatorConversationID: "a", OriginatorCoversationID: "b" }],
  ])("%s", async (_what, ids) => {
    const it = await paidUntold();
    await post(it.payout.resultUrl, { Result: { ResultCode: 0, ResultDesc: "paid", ...ids } });
    await expectStanding(it.id, "submitted");
    // Whoever it was, M-Pesa is asked.
    expect((await readWithdrawal(it.id)).nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("M-Pesa's id alone, where the answer that told it was lost", async () => {
    await shop.sandbox.control.addFault({
      endpoint: "b2c",
      when: "after",
      effect: { kind: "drop" },
      times: 1,
    });
    const it = await paidUntold();
    await post(it.payout.resultUrl, {
      Result: { ResultCode: 0, ResultDesc: "paid", ConversationID: it.payout.conversationId },
    });
    await expectStanding(it.id, "sending");
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("about a withdrawal that was not sent yet", async () => {
    const paid = await paidUntold();
    const { ctx, user } = await fundedCustomer(shop, 100_000n, paid.user.merchantId);
    const id = await withdraw(ctx);
    const { providerRef } = await readWithdrawal(id);
    const address = paid.payout.resultUrl;
    await post(address.replace(paid.id, id), {
      Result: { ResultCode: 0, ResultDesc: "paid", OriginatorConversationID: providerRef },
    });
    await expectStanding(id, "requested");
    expect(await outcomesOf(id)).toEqual(["quarantined: about a withdrawal that was not sent"]);
    expect(await moneyOf(user)).toEqual(HELD);
    await deliver(shop, paid.id);
  });
});

describe("what contradicts what was said before is shown to a person, and the books stay as they are", () => {
  test("paid, after the money was given back", async () => {
    const it = await paidUntold();
    await say(it, { resultCode: "1" });
    await expectStanding(it.id, "failed: float_empty");
    expect(await moneyOf(it.user)).toEqual(BACK);
    await deliver(shop, it.id);
    await expectStanding(it.id, "needs_review: contradiction");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await movementsOf(it.id)).toBe(1);
    expect(await readWithdrawal(it.id)).toMatchObject({
      providerReceipt: it.payout.receipt,
      nextCheckAt: null,
    });
    const audits = await db().auditEntry.findMany({ where: { subjectId: it.id } });
    expect(audits.map(({ action }) => action)).toContain("withdrawal.paid_after_given_back");
    // Neither answer, told again, ends it: a person does.
    await say(it, { resultCode: "1", resultDesc: "once more" });
    await say(it, { resultDesc: "paid once more" });
    await expectStanding(it.id, "needs_review: contradiction");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("not paid, after paid", async () => {
    const it = await paidUntold({ contradiction: { afterMs: 0, resultCode: "1" } });
    for (const say of ["paid", "not paid"]) {
      await shop.sandbox.control.deliverNext({ originatorConversationId: it.reference });
      await callbacksWorked(shop);
      expect(await standingOfWithdrawal(it.id), say).toBe("paid");
    }
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    expect((await outcomesOf(it.id)).at(-1)).toBe("refused: says 1, and the withdrawal is paid");
    expect(await readWithdrawal(it.id)).toMatchObject({ resultCode: "0" });
  });

  test("not paid, after paid in another amount: the money stays where it is", async () => {
    const it = await paidUntold();
    await say(it, { amountCents: 100_000n });
    await expectStanding(it.id, "needs_review: amount_mismatch");
    await say(it, { resultCode: "1" });
    await expectStanding(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("paid, of one the customer took back before it was sent", async () => {
    const paid = await paidUntold();
    const { ctx, user } = await fundedCustomer(shop, 100_000n, paid.user.merchantId);
    const id = await withdraw(ctx);
    await cancelWithdrawal(ctx, { withdrawalId: id });
    const { providerRef } = await readWithdrawal(id);
    await post(paid.payout.resultUrl.replace(paid.id, id), {
      Result: { ResultCode: 0, ResultDesc: "paid", OriginatorConversationID: providerRef },
    });
    await expectStanding(id, "needs_review: contradiction");
    expect(await moneyOf(user)).toEqual(BACK);
    await deliver(shop, paid.id);
  });

  test("the same refusal twice gives the money back once", async () => {
    const it = await paidUntold();
    await Promise.all([
      say(it, { resultCode: "1" }),
      say(it, { resultCode: "1", resultDesc: "again" }),
      say(it, { resultCode: "2040" }),
    ]);
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await movementsOf(it.id)).toBe(1);
  });

  test("paid and not paid at the same moment: one of the two, whole, and the other is noted", async () => {
    for (let round = 0; round < 5; round += 1) {
      const it = await paidUntold();
      await Promise.all([say(it, { resultCode: "1" }), deliver(shop, it.id)]);
      const { state, reason } = await readWithdrawal(it.id);
      expect([
        ["paid", null],
        ["needs_review", "contradiction"],
      ]).toContainEqual([state, reason]);
      expect(await moneyOf(it.user)).toEqual(state === "paid" ? TAKEN : BACK);
      expect(await movementsOf(it.id)).toBe(1);
    }
  });
});

describe("M-Pesa's word that an order waited too long", () => {
  test("gives nothing back and sends nothing again; the result that follows pays", async () => {
    const it = await paidUntold({ asTimeout: true, thenResult: true, thenResultMs: 0 });
    await shop.sandbox.control.deliverNext({ originatorConversationId: it.reference });
    await callbacksWorked(shop);
    await expectStanding(it.id, "submitted");
    expect(await moneyOf(it.user)).toEqual(HELD);
    expect((await getPayment(it.ctx, { paymentId: it.id })).step).toBe("asking_provider");
    expect(await ordersFor(it.id)).toBe(1);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await outcomesOf(it.id)).toEqual([
      "applied: waited too long in M-Pesa's queue; asking M-Pesa",
      "applied: paid",
    ]);
  });

  test("alone makes us ask at once, and the answer pays", async () => {
    const it = await paidUntold({ asTimeout: true });
    await deliver(shop, it.id);
    await expectStanding(it.id, "submitted");
    await sweepAt(new Date());
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    expect(await ordersFor(it.id)).toBe(1);
  });

  test.each(["envelope", "ids", "empty"] as const)("is understood as %s", async (timeoutBody) => {
    await shop.sandbox.control.changeSettings({ timeoutBody });
    const it = await paidUntold({ asTimeout: true });
    await deliver(shop, it.id);
    expect((await readWithdrawal(it.id)).timedOutAt).not.toBeNull();
    await shop.sandbox.control.changeSettings({ timeoutBody: "envelope" });
  });

  test("about another order, or of nothing readable, changes at most when we ask", async () => {
    const it = await paidUntold();
    await post(it.payout.timeoutUrl, { OriginatorConversationID: crypto.randomUUID() });
    expect((await readWithdrawal(it.id)).timedOutAt).toBeNull();
    await post(it.payout.timeoutUrl, "<html>late</html>");
    await expectStanding(it.id, "submitted");
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("after the end changes nothing", async () => {
    const it = await paidUntold();
    await deliver(shop, it.id);
    await post(it.payout.timeoutUrl, { OriginatorConversationID: it.reference });
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({ nextCheckAt: null });
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });
});

describe("who was paid", () => {
  test("is kept masked, shown the next time, and to nobody else", async () => {
    const to = freshPhone();
    const it = await paidUntold(undefined, { to, amount: "100" });
    const quote = { method: "mpesa", amount: "100", to } as const;
    expect(await quoteWithdrawal(it.ctx, quote)).toMatchObject({
      is_new: true,
      last_paid_as: null,
    });
    await deliver(shop, it.id);
    const { receiverName } = await readWithdrawal(it.id);
    expect(receiverName).toMatch(/^\p{Lu}\*+( \p{Lu}\*+)+$/u);
    expect(await quoteWithdrawal(it.ctx, quote)).toMatchObject({
      is_new: false,
      last_paid_as: receiverName,
      needs_password: true,
    });
    const neighbour = await fundedCustomer(shop, 100_000n, it.user.merchantId);
    expect(await quoteWithdrawal(neighbour.ctx, quote)).toMatchObject({
      is_new: true,
      last_paid_as: null,
    });
  });

  test("is not forgotten when a later result names nobody", async () => {
    const to = freshPhone();
    const first = await paidUntold(undefined, { to, amount: "100" });
    await deliver(shop, first.id);
    const { receiverName } = await readWithdrawal(first.id);
    const again = await withdraw(first.ctx, { to, amount: "100" });
    await shop.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      msisdn: to.slice(1),
      script: { shape: { parameters: "absent" } },
    });
    await send(again);
    await deliver(shop, again);
    await expectStanding(again, "paid");
    const payees = await db().payee.findMany({ where: { customerId: first.user.id } });
    expect(payees).toMatchObject([{ nameMasked: receiverName, timesPaid: 2 }]);
  });

  test("is counted for many payments at once", async () => {
    const { user, ctx } = await fundedCustomer(shop, 1_000_000n);
    const to = freshPhone();
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push(await withdraw(ctx, { to, amount: "50" }));
    await Promise.all(ids.map((id) => send(id)));
    await shop.sandbox.control.settle({ kind: "b2c_result" });
    await callbacksWorked(shop);
    const payees = await db().payee.findMany({ where: { customerId: user.id } });
    expect(payees).toMatchObject([{ timesPaid: 10 }]);
    expect((await moneyOf(user)).held).toBe(0n);
  });
});
