import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { POST as confirmationRoute } from "@/app/callbacks/daraja/[secret]/c2b/confirmation/route";
import { POST as validationRoute } from "@/app/callbacks/daraja/[secret]/c2b/validation/route";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { registerCollectionUrls } from "@/lib/recovery/pull/register-collection-urls";
import {
  lineOf,
  openCollector,
  openUnregistered,
  payByHand,
  payReferenceOf,
  readAccount,
  SHORTCODE,
  type Collector,
} from "@/test/collector";
import { calmDown, callbacksWorked, freshPhone, pushFor, standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { openTcpProxy, type TcpProxy } from "@/test/tcp-proxy";
import { CALLBACK_BYTES_MAX } from "./callback-door";

const ACCEPTED = { ResultCode: "0", ResultDesc: "Accepted" };
const TILL = "300981";

let shop: Shop;
let database: TcpProxy;
let collector: Collector;

beforeAll(async () => {
  database = await openTcpProxy(process.env.DATABASE_URL ?? "");
  process.env.DATABASE_URL = database.url;
  shop = await openShop({ settings: { stkQueryHiccupShare: 0 } });
  collector = await openCollector();
});
beforeEach(async () => {
  await calmDown(shop);
  await shop.sandbox.control.setExternalValidation({ on: true });
});
afterEach(async () => {
  database.restore();
  env().mpesa.callbackSources = null;
  await callbacksWorked(shop);
});
afterAll(async () => {
  await shop.close();
  await database.close();
});

async function prompted() {
  const { ctx } = await shop.customer(collector.merchantId);
  const { depositId } = await shop.prompt(ctx);
  return { ctx, depositId, payReference: await payReferenceOf(depositId) };
}

/** What M-Pesa asks, written by hand. */
function question(changes: Record<string, string> = {}) {
  return {
    ...{ TransactionType: "Pay Bill", TransID: "UKL0QUEST1", TransTime: "20261121121325" },
    ...{ TransAmount: "500.00", BusinessShortCode: SHORTCODE, BillRefNumber: "nobody" },
    ...{ InvoiceNumber: "", OrgAccountBalance: "", ThirdPartyTransID: "" },
    ...{ MSISDN: "2547 ***** 126", FirstName: "NICHOLAS", ...changes },
  };
}

async function urlOf(door: "validation" | "confirmation", secret?: string): Promise<string> {
  const own = secret ?? callbackSecretOf(await readAccount(collector));
  return `${shop.appUrl}/callbacks/daraja/${own}/c2b/${door}`;
}

async function send(url: string, body: string) {
  const response = await fetch(url, { method: "POST", body });
  return { status: response.status, text: await response.text() };
}

async function ask(changes: Record<string, string> = {}, secret?: string): Promise<unknown> {
  const url = await urlOf("validation", secret);
  const { status, text } = await send(url, JSON.stringify(question(changes)));
  expect(status).toBe(200);
  return JSON.parse(text);
}

describe("a payment by hand that M-Pesa asks about first", () => {
  test("is taken with the account number and the amount of a deposit, and pays it", async () => {
    const { depositId, payReference } = await prompted();
    const paid = await payByHand(shop, { reference: payReference.toLowerCase() });
    expect(paid).toMatchObject({ state: "completed" });
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("paid");
  });

  test("is turned away where its money could only stand in suspense, and no money moves", async () => {
    const { depositId, payReference } = await prompted();
    const phone = freshPhone();
    const before = await shop.sandbox.control.phone(phone);
    const refused = async (order: Parameters<typeof payByHand>[1]) =>
      (await payByHand(shop, { phone, ...order })).refusalCode;
    expect(await refused({ reference: "nobody" })).toBe("C2B00012");
    expect(await refused({ reference: payReference, amountCents: 49_900n })).toBe("C2B00013");
    expect(await standingOf(depositId)).toBe("submitted");
    await payByHand(shop, { reference: payReference });
    await callbacksWorked(shop);
    expect(await refused({ reference: payReference })).toBe("C2B00012");
    expect((await shop.sandbox.control.phone(phone)).balanceCents).toBe(before.balanceCents);
  });

  test("is taken for a deposit that the screen calls not paid", async () => {
    const { depositId, payReference } = await prompted();
    const { checkoutRequestId } = await pushFor(shop, depositId);
    await shop.sandbox.control.endPush(checkoutRequestId, { resultCode: 1032 });
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("failed: cancelled");
    expect(await ask({ BillRefNumber: payReference })).toEqual(ACCEPTED);
  });

  test("that is a prompt's is taken in the prompt's amount and in any other", async () => {
    const { depositId } = await prompted();
    const { publicCode } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    expect(await ask({ BillRefNumber: publicCode })).toEqual(ACCEPTED);
    expect(await ask({ BillRefNumber: publicCode, TransAmount: "20" })).toEqual(ACCEPTED);
  });

  test("is asked about another merchant's deposit in vain", async () => {
    const other = await openCollector();
    const { ctx } = await shop.customer(other.merchantId);
    const { depositId } = await shop.prompt(ctx);
    const reference = await payReferenceOf(depositId);
    expect(await ask({ BillRefNumber: reference })).toMatchObject({ ResultCode: "C2B00012" });
    // The sandbox knows one shop per shortcode.
    await registerCollectionUrls(collector.admin, collector);
  });

  test("for another shortcode is turned away", async () => {
    const { payReference } = await prompted();
    expect(await ask({ BillRefNumber: payReference, BusinessShortCode: "600977" })).toEqual({
      ResultCode: "C2B00015",
      ResultDesc: "Rejected",
    });
  });

  test.each([
    ["cannot be read", "{nonsense"],
    ["is too long", "x".repeat(CALLBACK_BYTES_MAX + 1)],
  ])("and %s is taken: a customer is not turned away for it", async (_what, body) => {
    const { status, text } = await send(await urlOf("validation"), body);
    expect([status, JSON.parse(text)]).toEqual([200, ACCEPTED]);
  });

  test("is taken when our database is away, and is found afterwards", async () => {
    const { payReference, depositId } = await prompted();
    const url = await urlOf("validation");
    const stranger = JSON.stringify(question());
    database.cut();
    const askedAtMs = performance.now();
    const { status, text } = await send(url, stranger);
    expect(performance.now() - askedAtMs).toBeLessThan(8_000);
    expect([status, JSON.parse(text)]).toEqual([200, ACCEPTED]);
    database.restore();
    expect(await payByHand(shop, { reference: payReference })).toMatchObject({
      state: "completed",
    });
    await callbacksWorked(shop);
    expect(await standingOf(depositId)).toBe("paid");
  });

  test("stores nothing, whatever is said of it", async () => {
    const before = await Promise.all([db().message.count(), db().providerTransaction.count()]);
    const { payReference } = await prompted();
    await ask();
    await ask({ BillRefNumber: payReference });
    await ask({}, crypto.randomUUID());
    expect(await Promise.all([db().message.count(), db().providerTransaction.count()])).toEqual(
      before,
    );
  });

  test("tells whoever does not know the address nothing", async () => {
    expect(await ask({}, crypto.randomUUID())).toEqual(ACCEPTED);
    env().mpesa.callbackSources = ["203.0.113.7"];
    expect(await ask()).toEqual(ACCEPTED);
    env().mpesa.callbackSources = null;
    const old = callbackSecretOf(await readAccount(collector));
    await rotateCallbackSecret(collector.admin, { ...collector, atOnce: true });
    expect(await ask({}, old)).toEqual(ACCEPTED);
    expect(await ask()).toMatchObject({ ResultCode: "C2B00012" });
    await registerCollectionUrls(collector.admin, collector);
  });
});

describe("a till, which has no account numbers", () => {
  test("takes every payment, shows no reference, and keeps what comes by hand in suspense", async () => {
    const { merchantId, admin } = await openUnregistered();
    const { mpesa } = env();
    const accountId = await saveProviderAccount(admin, {
      ...{ environment: mpesa.environment, shortcode: "600981", tillNumber: TILL, isDefault: true },
      secrets: {
        ...{ consumerKey: mpesa.consumerKey, consumerSecret: mpesa.consumerSecret },
        passkey: "malipo-demo-passkey-600981",
      },
    });
    await registerCollectionUrls(admin, { accountId });
    await shop.sandbox.control.setExternalValidation({ shortcode: "600981", on: true });
    const { ctx } = await shop.customer(merchantId);
    const { depositId } = await shop.prompt(ctx);
    expect(await db().deposit.findUnique({ where: { id: depositId } })).toMatchObject({
      payReference: null,
    });
    const { receipt, state } = await payByHand(shop, { reference: "", shortcode: TILL });
    expect(state).toBe("completed");
    await callbacksWorked(shop);
    expect(await lineOf(receipt)).toMatchObject({
      ...{ merchantId, standing: "suspense", cause: "no_reference", reference: null },
    });
  });
});

describe("both doors", () => {
  const bodies: readonly [name: string, body: string][] = [
    ["a good message", JSON.stringify(question())],
    ["nonsense", "{nonsense"],
    ["nothing", ""],
    ["too much", "x".repeat(CALLBACK_BYTES_MAX + 1)],
  ];
  const doors = [
    ["validation", validationRoute],
    ["confirmation", confirmationRoute],
  ] as const;
  test.each(bodies)("answer %s alike", async (name, body) => {
    for (const [door, route] of doors) {
      for (const secret of [undefined, crypto.randomUUID()]) {
        const url = await urlOf(door, secret);
        const fast = await fetch(url, { method: "POST", body });
        const next = await route(new Request(url, { method: "POST", body }));
        for (const header of ["content-type", "cache-control"])
          expect(fast.headers.get(header)).toBe(next.headers.get(header));
        const answers = [await fast.text(), await next.text()];
        expect([fast.status, answers[0]]).toEqual([next.status, answers[1]]);
        if (door === "confirmation" && name !== "too much")
          expect(answers[0]).toBe('{"ResultCode":0,"ResultDesc":"Success"}');
      }
    }
  });
});
