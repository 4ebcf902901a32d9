import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { normaliseReference } from "@/lib/kit/pay-reference";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { checkStkDeposit } from "@/lib/payments/check-stk-deposit";
import { cancelMpesaDeposit } from "@/lib/payments/cancel-mpesa-deposit";
import {
  expectCollected,
  lineOf,
  openCollector,
  openUnregistered,
  payByHand,
  payReferenceOf,
  pullEverything,
  readAccount,
  SHORTCODE,
  type Collector,
} from "@/test/collector";
import { calmDown, callbacksWorked, pushFor, setAside, standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { findPayment } from "../find-payment";
import { listAttention } from "../list-attention";
import { listHistory } from "../pull/list-history";
import { registerCollectionUrls } from "../pull/register-collection-urls";
import { findByReference } from "./find-by-reference";
import { matchTransaction } from "./match-transaction";
import { recordTransaction } from "./record-transaction";
import { sweepTransactions } from "./sweep-transactions";

const TIMES = 50;
const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

let shop: Shop;
let collector: Collector;

beforeAll(async () => {
  // Nothing is delivered before a test says so: no order depends on timing.
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
  collector = await openCollector();
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  await calmDown(shop);
  await shop.sandbox.control.setExternalValidation({ on: false });
  await told();
  // Whatever a test lost, M-Pesa's list brings.
  await pullEverything(collector);
  await expectCollected(shop, collector);
  await setAside();
});
afterAll(() => shop.close());

async function prompted(options: { amount?: string } = {}) {
  const { user, ctx } = await shop.customer(collector.merchantId);
  const { depositId, phone } = await shop.prompt(ctx, options);
  const push = await pushFor(shop, depositId);
  return { user, ctx, depositId, phone, push, payReference: await payReferenceOf(depositId) };
}

/** Everything that M-Pesa kept back is delivered, and worked. */
async function told(): Promise<void> {
  await shop.sandbox.control.settle();
  await callbacksWorked(shop);
}

function deliver(kind: "stk" | "c2b_confirmation", receipt: string) {
  return shop.sandbox.control.callbacks({ kind, receipt }).then(async ([callback]) => {
    if (!callback) throw new Error(`nothing of ${receipt} waits to be delivered`);
    await shop.sandbox.control.releaseCallback(callback.id);
  });
}

function outcomesOf(kind: string) {
  return db().message.findMany({ where: { kind }, orderBy: { id: "desc" } });
}

describe("a payment by hand", () => {
  test.each([
    ["as it is shown", (reference: string) => `${reference.slice(0, 4)} ${reference.slice(4)}`],
    ["in one piece", (reference: string) => reference],
    [
      "in small letters, with dashes",
      (reference: string) => reference.toLowerCase().replace(/(..)/g, "$1-"),
    ],
    [
      "with O for 0, I for 1 and S for 5",
      (reference: string) =>
        reference.replaceAll("0", "O").replaceAll("1", "I").replaceAll("5", "S"),
    ],
    ["with blanks around it", (reference: string) => `  ${reference} `],
  ])("finishes the deposit whose account number is typed %s", async (_how, typed) => {
    const { user, depositId, payReference } = await prompted();
    const { receipt } = await payByHand(shop, { reference: typed(payReference) });
    await told();
    expect(await standingOf(depositId)).toBe("paid");
    expect(await db().deposit.findUnique({ where: { id: depositId } })).toMatchObject({
      providerReceipt: receipt,
      paidCents: 50_000n,
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
    expect(await lineOf(receipt)).toMatchObject({ standing: "matched", paymentId: depositId });
    // Staff find it by what the customer reads out.
    const found = await findPayment(collector.admin, { text: typed(payReference) });
    expect(found.map(({ payment }) => payment.id)).toEqual([depositId]);
  });

  test("pays after the customer cancelled the prompt, and after the page said not paid", async () => {
    const cancelled = await prompted();
    await cancelMpesaDeposit(cancelled.ctx, { paymentId: cancelled.depositId });
    const refused = await prompted();
    await shop.sandbox.control.endPush(refused.push.checkoutRequestId, { resultCode: 1032 });
    await told();
    expect(await standingOf(cancelled.depositId)).toBe("failed: cancelled_here");
    expect(await standingOf(refused.depositId)).toBe("failed: cancelled");

    for (const { payReference } of [cancelled, refused]) {
      await payByHand(shop, { reference: payReference });
    }
    await told();
    expect(await standingOf(cancelled.depositId)).toBe("paid");
    expect(await standingOf(refused.depositId)).toBe("paid");
  });

  test("pays when its confirmation is lost, as soon as M-Pesa's list is read", async () => {
    const { user, depositId, payReference } = await prompted();
    await shop.sandbox.control.scriptCallbacks({
      kind: "c2b_confirmation",
      script: { drop: true },
    });
    await payByHand(shop, { reference: payReference });
    await told();
    expect(await standingOf(depositId)).toBe("submitted");
    await pullEverything(collector);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("of another amount credits what was paid", async () => {
    const { user, depositId, payReference } = await prompted();
    await payByHand(shop, { reference: payReference, amountCents: 20_000n });
    await told();
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(20_000n);
  });

  test("for a deposit that is paid stands in suspense, whichever of the two came first", async () => {
    const byHand = await prompted();
    const first = await payByHand(shop, { reference: byHand.payReference });
    await told();
    const second = await payByHand(shop, { reference: byHand.payReference });
    await told();
    expect(await lineOf(first.receipt)).toMatchObject({ standing: "matched" });
    expect(await lineOf(second.receipt)).toMatchObject({
      standing: "suspense",
      cause: "paid_twice",
    });

    const both = await prompted();
    await shop.sandbox.control.enterPin(both.phone);
    const third = await payByHand(shop, { reference: both.payReference });
    await told();
    expect(await shop.availableCents(both.user)).toBe(50_000n);
    expect(await lineOf(third.receipt)).toMatchObject({
      standing: "suspense",
      cause: "paid_twice",
    });
  });

  test("is never taken for the receipt that a prompt's payment still lacks", async () => {
    const { depositId, phone, push, payReference } = await prompted();
    await shop.sandbox.control.scriptCallbacks({ kind: "stk", script: { drop: true } });
    await shop.sandbox.control.scriptCallbacks({
      ...{ kind: "c2b_confirmation", msisdn: phone },
      script: { drop: true },
    });
    await shop.sandbox.control.enterPin(phone);
    const worker = { ...collector.worker, now: () => addMs(new Date(), MINUTE_MS) };
    await checkStkDeposit(worker, { depositId });
    expect(await standingOf(depositId)).toBe("paid");
    const hand = await payByHand(shop, { reference: payReference });
    await told();
    expect(await lineOf(hand.receipt)).toMatchObject({ standing: "suspense", cause: "paid_twice" });
    await pullEverything(collector);
    const { receipt } = await pushFor(shop, push.callbackUrl.split("/").at(-1) ?? "");
    expect(await lineOf(receipt ?? "")).toMatchObject({
      standing: "matched",
      paymentId: depositId,
    });
  });

  test("with an account number nobody has stands in suspense, where a person finds it", async () => {
    const unknown = await payByHand(shop, { reference: "Mama Njeri" });
    await told();
    expect(await lineOf(unknown.receipt)).toMatchObject({
      standing: "suspense",
      cause: "unknown_reference",
      reference: "Mama Njeri",
    });
  });

  test("with one symbol of the account number wrong pays nobody, whichever symbol it is", async () => {
    const { user, depositId, payReference } = await prompted();
    // Somebody else is there to be paid by mistake.
    const other = await prompted();
    const slips = [...payReference].flatMap((_right, place) =>
      [...SYMBOLS].map(
        (wrong) => payReference.slice(0, place) + wrong + payReference.slice(place + 1),
      ),
    );
    // A look-alike is the same account number; those are typed above.
    const wrong = slips.filter((slip) => normaliseReference(slip) !== payReference);
    expect(wrong.length).toBeGreaterThanOrEqual(8 * (SYMBOLS.length - 4));
    await forEachAtOnce(wrong, 6, async (reference) => {
      expect(await findByReference(collector.worker, { reference }), reference).toBeNull();
    });
    for (const reference of [wrong[0], wrong.at(-1)]) {
      const { receipt } = await payByHand(shop, { reference: reference ?? "" });
      await told();
      expect(await lineOf(receipt)).toMatchObject({
        standing: "suspense",
        cause: "unknown_reference",
      });
    }
    expect([await standingOf(depositId), await standingOf(other.depositId)]).toEqual([
      "submitted",
      "submitted",
    ]);
    expect(await shop.availableCents(user)).toBe(0n);
  });
});

describe("one payment, told twice", () => {
  async function paidUntold() {
    const it = await prompted();
    await shop.sandbox.control.enterPin(it.phone);
    const { receipt } = await pushFor(shop, it.depositId);
    return { ...it, receipt: receipt ?? "" };
  }

  async function expectCreditedOnce(it: Awaited<ReturnType<typeof paidUntold>>) {
    await callbacksWorked(shop);
    expect(await standingOf(it.depositId)).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(await lineOf(it.receipt)).toMatchObject({
      standing: "matched",
      paymentId: it.depositId,
    });
  }

  test("the confirmation before the callback", async () => {
    const it = await paidUntold();
    await deliver("c2b_confirmation", it.receipt);
    await expectCreditedOnce(it);
    await told();
    await expectCreditedOnce(it);
  });

  test("the callback before the confirmation", async () => {
    const it = await paidUntold();
    await shop.sandbox.control.releaseCallback(it.push.callbackId ?? (await idOfStk(it.push)));
    await callbacksWorked(shop);
    await deliver("c2b_confirmation", it.receipt);
    await expectCreditedOnce(it);
  });

  test("the confirmation three times, once days late and once in other words", async () => {
    await shop.sandbox.control.scriptCallbacks({
      kind: "c2b_confirmation",
      script: { copies: 3, parallel: true },
    });
    const it = await paidUntold();
    await told();
    await expectCreditedOnce(it);
    await shop.sandbox.control.sendForgedConfirmation({
      url: await confirmationUrl(),
      ...{ receipt: it.receipt, reference: "other words", amountCents: 50_000n, version: "v1" },
    });
    await expectCreditedOnce(it);
    expect((await outcomesOf("c2b_confirmation"))[0]).toMatchObject({ outcome: "duplicate" });
  });

  test(`callback, confirmation and list at the same moment, ${TIMES} times`, async () => {
    for (let round = 0; round < TIMES / 5; round += 1) {
      const all = await Promise.all(Array.from({ length: 5 }, paidUntold));
      await Promise.all([shop.sandbox.control.settle(), pullEverything(collector)]);
      for (const it of all) await expectCreditedOnce(it);
    }
  }, 90_000);

  test("another amount under a receipt that is booked changes nothing, and a person is told", async () => {
    const it = await paidUntold();
    await told();
    const stray = await payByHand(shop, { reference: "nobody" });
    await told();
    for (const receipt of [it.receipt, stray.receipt]) {
      await shop.sandbox.control.sendForgedConfirmation({
        url: await confirmationUrl(),
        ...{ receipt, reference: it.payReference, amountCents: 99_900n },
      });
      await callbacksWorked(shop);
      const lines = await db().providerTransaction.findMany({
        where: { receipt },
        orderBy: { amountCents: "asc" },
      });
      expect(lines.map(({ amountCents }) => amountCents)).toEqual([50_000n, 99_900n]);
      expect(lines[1]).toMatchObject({ standing: "unmatched", cause: "amount_differs" });
    }
  });
});

test("money in suspense that a second shortcode of ours tells of too is the same money", async () => {
  const { receipt } = await payByHand(shop, { reference: "nobody" });
  await told();
  const first = await lineOf(receipt);
  const { worker } = collector;
  const store = { environment: env().mpesa.environment, shortcode: "600977" };
  const secrets = { consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
  const accountId = await saveProviderAccount(worker, { ...store, secrets });
  const { transactionId } = await recordTransaction(worker, {
    ...{ accountId, kind: "payment_in", receipt, amountCents: 50_000n, occurredAt: new Date() },
    ...{ reference: "nobody", details: "", payer: null, originalReceipt: null, source: "pull" },
  });
  expect(await matchTransaction(worker, { transactionId })).toEqual({
    kind: "known",
    paymentId: first.id,
  });
  const after = await db().providerTransaction.findUnique({ where: { id: first.id } });
  expect(after).toMatchObject({ standing: "suspense" });
});

async function idOfStk({ checkoutRequestId }: { checkoutRequestId: string }): Promise<string> {
  const [callback] = await shop.sandbox.control.callbacks({ kind: "stk", checkoutRequestId });
  return callback?.id ?? "";
}

async function confirmationUrl(secret?: string): Promise<string> {
  const account = await readAccount(collector);
  const own = secret ?? callbackSecretOf(account);
  return `${shop.appUrl}/callbacks/daraja/${own}/c2b/confirmation`;
}

/** Where M-Pesa tells of payments. */
async function addressAtMpesa(): Promise<string | undefined> {
  return (await shop.sandbox.control.collectionUrls())[0]?.confirmationUrl;
}

/** How that stands with the account's secret, as the history page shows it. */
async function addressNow(): Promise<string | undefined> {
  return (await listHistory(collector.admin))[0]?.address;
}

describe("an address nobody else knows", () => {
  test("a confirmation with a secret nobody has, or for another shortcode, moves nothing and is answered like a good one", async () => {
    const { depositId, payReference } = await prompted();
    const forged = { reference: payReference, amountCents: 50_000n, shortcode: SHORTCODE };
    const strange = { ...forged, url: await confirmationUrl(crypto.randomUUID()) };
    const foreign = { ...forged, url: await confirmationUrl(), shortcode: "600977" };
    for (const [place, sent] of [strange, foreign].entries()) {
      const receipt = `UKL0FORGE${place}`;
      const { attempts } = await shop.sandbox.control.sendForgedConfirmation({ ...sent, receipt });
      expect(attempts.map(({ status }) => status)).toEqual([200]);
    }
    await callbacksWorked(shop);
    const messages = await db().message.findMany({
      where: { kind: "c2b_confirmation", outcome: "quarantined" },
    });
    expect(messages.map(({ note }) => note).sort()).toEqual([
      "no account of ours has the secret in its address",
      "sent for shortcode 600977",
    ]);
    // What came to the merchant's own address is for its people; a stranger's is nobody's.
    const { messages: shown } = await listAttention(collector.admin);
    const foreigners = await listAttention((await openUnregistered()).admin);
    const notes = (list: typeof shown) => list.map(({ note }) => note);
    expect(notes(shown)).toContain("sent for shortcode 600977");
    expect(notes(foreigners.messages)).not.toContain("sent for shortcode 600977");
    expect(await standingOf(depositId)).toBe("submitted");
    expect(
      await db().providerTransaction.count({ where: { receipt: { startsWith: "UKL0FORGE" } } }),
    ).toBe(0);
  });

  test("a leaked secret is believed no more, though M-Pesa has it, until the shortcode is registered anew", async () => {
    const old = await addressAtMpesa();
    await rotateCallbackSecret(collector.admin, { ...collector, atOnce: true });
    expect(await addressNow()).toBe("dead");
    const after = await prompted();
    const unheard = await payByHand(shop, { reference: after.payReference });
    await told();
    expect(await standingOf(after.depositId)).toBe("submitted");
    expect(await db().providerTransaction.count({ where: { receipt: unheard.receipt } })).toBe(0);
    await registerCollectionUrls(collector.admin, collector);
    expect(await addressAtMpesa()).not.toBe(old);
    expect(await addressNow()).toBe("current");
    await pullEverything(collector);
    expect(await standingOf(after.depositId)).toBe("paid");
  });

  test("the address that M-Pesa has is believed long after its secret was replaced, for confirmations alone", async () => {
    await registerCollectionUrls(collector.admin, collector);
    const old = await addressAtMpesa();
    await rotateCallbackSecret(collector.admin, collector);
    await rotateCallbackSecret(collector.admin, collector);
    await db().callbackSecret.updateMany({
      where: { accountId: collector.accountId, retiredAt: { not: null } },
      data: { retiredAt: new Date(0) },
    });
    expect(await addressNow()).toBe("earlier");
    const heard = await prompted();
    await payByHand(shop, { reference: heard.payReference });
    await told();
    expect(await standingOf(heard.depositId)).toBe("paid");
    // A callback of a prompt at an address with that secret is nobody's by now.
    const stk = (old ?? "").replace(/c2b\/confirmation$/, `stk/${heard.depositId}`);
    await fetch(stk, { method: "POST", body: "{}" });
    await callbacksWorked(shop);
    const { outcome } = await db().message.findFirstOrThrow({
      where: { kind: "stk" },
      orderBy: { id: "desc" },
    });
    expect(outcome).toBe("quarantined");

    // M-Pesa has addresses already, and takes no others: what it has goes on being believed.
    await shop.sandbox.control.changeSettings({ c2bRegisterMode: "live" });
    expect(await registerCollectionUrls(collector.admin, collector)).toEqual({
      wasRegistered: true,
    });
    expect(await addressNow()).toBe("earlier");
    expect(await addressAtMpesa()).toBe(old);
    await shop.sandbox.control.changeSettings({ c2bRegisterMode: "sandbox" });
    await registerCollectionUrls(collector.admin, collector);
    expect(await addressNow()).toBe("current");
    expect(await addressAtMpesa()).not.toBe(old);
  });

  test("a confirmation at the newest address says that M-Pesa has it, and ends the earlier one", async () => {
    await registerCollectionUrls(collector.admin, collector);
    await rotateCallbackSecret(collector.admin, { ...collector, atOnce: true });
    const { id, secretVersion } = await readAccount(collector);
    // Somebody at Safaricom took the new addresses, and nothing here knows.
    await registerCollectionUrls(collector.admin, collector);
    await db().providerAccount.update({
      where: { id },
      data: { c2bSecretVersion: secretVersion - 1, c2bSince: null },
    });
    expect(await addressNow()).toBe("dead");
    const heard = await prompted();
    await payByHand(shop, { reference: heard.payReference });
    await told();
    expect(await standingOf(heard.depositId)).toBe("paid");
    expect(await addressNow()).toBe("current");
  });
});

describe("a line that was stored by a process which died", () => {
  async function left(ageMs: number) {
    const { depositId, payReference } = await prompted();
    await shop.sandbox.control.scriptCallbacks({
      kind: "c2b_confirmation",
      script: { drop: true },
    });
    const { receipt } = await payByHand(shop, { reference: payReference });
    const { worker, accountId } = collector;
    const then = { ...worker, now: () => addMs(new Date(), -ageMs) };
    await recordTransaction(then, {
      ...{ accountId, kind: "payment_in", receipt, amountCents: 50_000n, occurredAt: then.now() },
      ...{ reference: payReference, details: "", payer: null, originalReceipt: null },
      source: "confirmation",
    });
    return { depositId, receipt };
  }

  test("is matched by the sweep, once, by however many workers", async () => {
    const { depositId, receipt } = await left(2 * MINUTE_MS);
    const fresh = await left(0);
    const input = { now: () => new Date(), limit: 50 };
    const counts = await Promise.all([sweepTransactions(input), sweepTransactions(input)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await lineOf(receipt)).toMatchObject({ standing: "matched" });
    // The process that stored this one may be at it still.
    expect(await lineOf(fresh.receipt)).toMatchObject({ standing: "fresh" });
    expect(await sweepTransactions(input)).toBe(0);
  });

  test("is matched when a list or a second confirmation brings it again", async () => {
    const { depositId } = await left(0);
    await pullEverything(collector);
    expect(await standingOf(depositId)).toBe("paid");
  });
});
