import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/lib/kit/time";
import type { Sandbox } from "@/sandbox/create-sandbox";
import { REVERSAL_SPENT } from "@/sandbox/daraja/reversal";
import type { ResultShape } from "@/sandbox/daraja/result-shape";
import type { Receiver } from "@/sandbox/testing/start-receiver";
import { eventually } from "@/test/eventually";
import {
  beginAnew,
  closeSimulatedDaraja,
  GATEWAY_WORDS,
  openSimulatedDaraja,
} from "@/test/simulated-daraja";
import type { OperatorAccount } from "../reverses";
import { parseC2bMessage } from "./c2b";
import { daraja } from "./client";
import {
  parseInitiatorResult,
  parseTimeout,
  readReversalResult,
  readTransactionStatus,
} from "./initiator-result";
import { readStatusCode } from "./payout-codes";
import { readReversalCode } from "./reversal-codes";
import { makeSecurityCredential } from "./security-credential";

const PHONE = "+254712345678";
const SHORTCODE = "174379";
const PASSWORD = "Malipo#Demo1";

const provider = daraja();
let sandbox: Sandbox;
let receiver: Receiver;
let accessToken = "";
let certificatePem = "";

beforeAll(async () => {
  ({ sandbox, receiver } = await openSimulatedDaraja({
    reversalResultDelayMs: 0,
    queryResultDelayMs: 0,
  }));
  certificatePem = await sandbox.control.certificate();
});
beforeEach(async () => {
  accessToken = await beginAnew({ sandbox, receiver }, provider);
});
afterAll(() => closeSimulatedDaraja({ sandbox, receiver }));

function account(password = PASSWORD): OperatorAccount {
  return {
    shortcode: SHORTCODE,
    initiatorName: "testapi",
    securityCredential: makeSecurityCredential({ password, certificatePem }),
  };
}

const hook = (path: string) => `${receiver.url}/callbacks/daraja/s3cret/${path}`;
const access = (password?: string) => ({ account: account(password), accessToken });
const plainAccess = () => ({ account: { shortcode: SHORTCODE }, accessToken });

const payByHand = (amountCents = 50_000n, reference = "KQ7ZT4WPX2MN") =>
  sandbox.control.payByHand({ phone: PHONE, shortcode: SHORTCODE, reference, amountCents });

const register = (input: Partial<Parameters<typeof provider.registerCollectionUrls>[1]> = {}) =>
  provider.registerCollectionUrls(plainAccess(), {
    version: "v2",
    confirmationUrl: hook("c2b/confirmation"),
    validationUrl: hook("c2b/validation"),
    whenUnreachable: "Completed",
    ...input,
  });

const reverse = (receipt: string, amountCents = 50_000n, password?: string) =>
  provider.reverse(access(password), {
    receipt,
    amountCents,
    remarks: "Refund KQ7ZT4WPX2MN",
    resultUrl: hook("reversal/r1"),
    timeoutUrl: hook("reversal-timeout/r1"),
  });

function ask(subject: { receipt: string } | { originatorConversationId: string }) {
  const urls = { resultUrl: hook("status/r1"), timeoutUrl: hook("status-timeout/r1") };
  return provider.askTransaction(access(), { ...subject, ...urls });
}

function pull(input: Partial<{ from: Date; to: Date; offset: number }> = {}) {
  const now = Date.now();
  return provider.pullTransactions(plainAccess(), {
    from: new Date(now - 120 * MINUTE_MS),
    to: new Date(now + MINUTE_MS),
    offset: 0,
    ...input,
  });
}

/** The body of the first message to an address. */
async function posted(path: string): Promise<unknown> {
  const body = await eventually(() => {
    const found = receiver.received.find((message) => message.path.endsWith(path));
    if (!found) throw new Error(`nothing came to ${path}`);
    return found.body;
  });
  return JSON.parse(body);
}

async function result(path: string) {
  const parsed = parseInitiatorResult(await posted(path));
  if (!parsed) throw new Error("this is no result");
  return parsed;
}

/** What the simulated M-Pesa then tells of a transaction. */
async function status(subject: Parameters<typeof ask>[0]) {
  expect(await ask(subject)).toMatchObject({ kind: "accepted" });
  const told = await result("/status/r1");
  return { ...readStatusCode(told.resultCode, told.resultText), ...readTransactionStatus(told) };
}

const wholeSecond = (atMs: number | null | undefined) =>
  new Date(Math.floor((atMs ?? 0) / 1_000) * 1_000);

describe("a payment by hand to the simulated M-Pesa", () => {
  test.each([
    ["v2", "2547 ***** 678"],
    ["v1", expect.stringMatching(/^[0-9a-f]{64}$/)],
  ] as const)("is announced by %s, and listed and looked up alike", async (version, payer) => {
    expect(await register({ version })).toMatchObject({ kind: "accepted", wasRegistered: false });
    const paid = await payByHand();
    const told = parseC2bMessage(await posted("/c2b/confirmation"));
    expect(told).toEqual({
      receipt: paid.receipt,
      paidAt: wholeSecond(paid.paidAtMs),
      amountCents: 50_000n,
      shortcode: SHORTCODE,
      reference: "KQ7ZT4WPX2MN",
      payer,
      payerName: expect.stringMatching(/^[A-Z]\*+( [A-Z]\*+)*$/),
      orgBalanceCents: 50_000n,
      transactionType: "Pay Bill",
      thirdPartyId: null,
    });

    const page = await pull();
    expect(page).toMatchObject({ kind: "answered", unreadable: 0, isLast: false });
    expect(page.kind === "answered" && page.rows).toEqual([
      {
        receipt: paid.receipt,
        paidAt: told?.paidAt,
        amountCents: 50_000n,
        reference: "KQ7ZT4WPX2MN",
        payer: "712345678",
        description: expect.any(String),
      },
    ]);
    expect(JSON.stringify(page.exchange)).not.toContain(paid.receipt);

    expect(await status({ receipt: paid.receipt })).toMatchObject({
      class: "success",
      status: "completed",
      receipt: paid.receipt,
      amountCents: 50_000n,
      finishedAt: told?.paidAt,
      creditShortcode: SHORTCODE,
      debitParty: expect.stringMatching(/^0712 \*{3} 678 - [A-Z]\*+ [A-Z]\*+$/),
    });
  });

  test("with one name alone is announced all the same", async () => {
    await sandbox.control.changeSettings({ c2bNames: "first_only" });
    await register();
    await payByHand();
    const told = parseC2bMessage(await posted("/c2b/confirmation"));
    expect(told?.payerName).toMatch(/^[A-Z]\*+$/);
  });

  test("is asked about first where that is switched on, in the same form", async () => {
    await sandbox.control.setExternalValidation({ on: true });
    receiver.answer.body = JSON.stringify({ ResultCode: "0", ThirdPartyTransID: "dep_1" });
    await register();
    const { receipt } = await payByHand();
    const asked = parseC2bMessage(await posted("/c2b/validation"));
    expect(asked).toMatchObject({ receipt, orgBalanceCents: null, thirdPartyId: null });
    const told = parseC2bMessage(await posted("/c2b/confirmation"));
    expect(told).toMatchObject({ receipt, orgBalanceCents: 50_000n, thirdPartyId: "dep_1" });
  });

  test("is a receipt nobody knows where there was none, which concludes nothing", async () => {
    expect(await status({ receipt: "SKJ82PACB8" })).toMatchObject({
      class: "not_found",
      status: null,
      receipt: null,
    });
  });
});

describe("registering with the simulated M-Pesa", () => {
  test("may be repeated in a sandbox, and is done once in production", async () => {
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: false });
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: false });
    await sandbox.control.changeSettings({ c2bRegisterMode: "live" });
    for (const c2bDuplicateText of ["registered", "duplicate"] as const) {
      await sandbox.control.changeSettings({ c2bDuplicateText });
      expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: true });
    }
  });

  test("is understood by its sentence alone", async () => {
    await sandbox.control.changeSettings({ c2bRegisterAnswer: "description_only" });
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: false });
  });

  test("is refused to an app with the other version's product", async () => {
    await sandbox.control.changeSettings({ c2bProduct: "v1" });
    expect(await register()).toMatchObject({ kind: "refused", errorCode: "401.003.01" });
    expect(await register({ version: "v1" })).toMatchObject({ kind: "accepted" });
  });

  test.each(["spaced", "plain"] as const)(
    "for the list is understood with %s keys, the first time and the second",
    async (pullKeys) => {
      await sandbox.control.changeSettings({ pullKeys });
      const line = { nominatedNumber: "+254722000000", callbackUrl: hook("pull/a1") };
      for (const wasRegistered of [false, true]) {
        expect(await provider.registerPull(plainAccess(), line)).toMatchObject({
          kind: "accepted",
          wasRegistered,
        });
      }
      expect(await sandbox.control.pullRegistrations()).toHaveLength(1);
    },
  );
});

describe("the list of the simulated M-Pesa", () => {
  test("is read page by page to its end, each payment once", async () => {
    await sandbox.control.changeSettings({ pullPageSize: 2, pullMsisdnForm: "masked" });
    const paid: string[] = [];
    for (const amount of [10_000n, 20_000n, 30_000n, 40_000n, 50_000n]) {
      paid.push((await payByHand(amount)).receipt);
    }
    const found: string[] = [];
    let pages = 0;
    for (let isLast = false; !isLast; pages += 1) {
      const page = await pull({ offset: found.length });
      if (page.kind !== "answered") throw new Error(`no page: ${page.kind}`);
      found.push(...page.rows.map(({ receipt }) => receipt));
      isLast = page.isLast;
    }
    expect(found.toSorted()).toEqual(paid.toSorted());
    expect(pages).toBe(4);
  });

  test("knows nothing of another time", async () => {
    await payByHand();
    const to = new Date(Date.now() - 60 * MINUTE_MS);
    expect(await pull({ to })).toMatchObject({ kind: "answered", rows: [], isLast: true });
  });

  test("is three hours off where its times are what they say, and its receipts are right", async () => {
    await sandbox.control.changeSettings({ pullDateForm: "utc" });
    const { receipt, paidAtMs } = await payByHand();
    const page = await pull();
    expect(page).toMatchObject({
      rows: [{ receipt, paidAt: wholeSecond((paidAtMs ?? 0) - 180 * MINUTE_MS) }],
    });
  });

  test("refuses to look back more than two days", async () => {
    const from = new Date(Date.now() - 49 * 60 * MINUTE_MS);
    expect(await pull({ from })).toMatchObject({
      kind: "refused",
      refusal: "bad_request",
      errorCode: "400.001",
    });
  });
});

describe("a reversal by the simulated M-Pesa", () => {
  test.each<ResultShape>([
    {},
    { codes: "string", amounts: "string", times: "string" },
    { spacedKeys: true, extraFields: true },
    { codes: "number", referenceItem: "array" },
  ])("goes back once, and its result is read in the form %j", async (resultShape) => {
    const { receipt } = await payByHand();
    await sandbox.control.changeSettings({ resultShape });
    const ordered = await reverse(receipt);
    const told = await result("/reversal/r1");
    const [reversal] = await sandbox.control.reversals();
    expect(ordered).toMatchObject({
      kind: "accepted",
      conversationId: reversal?.conversationId,
      originatorConversationId: reversal?.originatorConversationId,
    });
    expect(told).toMatchObject({
      originatorConversationId: reversal?.originatorConversationId,
      conversationId: reversal?.conversationId,
    });
    expect(readReversalCode(told.resultCode, told.resultText)).toEqual({ class: "success" });
    expect(readReversalResult(told)).toEqual({
      originalReceipt: receipt,
      receipt: reversal?.receipt,
      amountCents: 50_000n,
      completedAt: wholeSecond(reversal?.endedAtMs),
      chargeCents: 0n,
      utilityCents: 0n,
      creditParty: expect.stringMatching(/^0712 \*{3} 678 - [A-Z]\*+ [A-Z]\*+$/),
      debitShortcode: SHORTCODE,
    });
  });

  test("is looked up by its own receipt and by its order's name", async () => {
    const { receipt } = await payByHand();
    const ordered = await reverse(receipt);
    await result("/reversal/r1");
    const [reversal] = await sandbox.control.reversals();
    const name = ordered.kind === "accepted" ? ordered.originatorConversationId : null;
    for (const subject of [
      { originatorConversationId: name ?? "" },
      { receipt: reversal?.receipt ?? "" },
    ]) {
      receiver.received.length = 0;
      expect(await status(subject)).toMatchObject({
        class: "success",
        status: "completed",
        receipt: reversal?.receipt,
        amountCents: 50_000n,
        originatorConversationId: name,
      });
    }
  });

  test("ordered a second time was done before, and moves nothing", async () => {
    const { receipt } = await payByHand();
    await reverse(receipt);
    await result("/reversal/r1");
    receiver.received.length = 0;
    await reverse(receipt);
    const told = await result("/reversal/r1");
    expect(readReversalCode(told.resultCode, told.resultText)).toEqual({ class: "already_done" });
    expect(readReversalResult(told)).toMatchObject({ receipt: null });
    const done = await sandbox.control.reversals({ state: "completed" });
    expect(done).toHaveLength(1);
  });

  test("of a payment nobody knows, or of a part of one, is refused", async () => {
    await reverse("SKJ82PACB8");
    const unknown = await result("/reversal/r1");
    const refused = { class: "refused", reason: "receipt_unknown" };
    expect(readReversalCode(unknown.resultCode, unknown.resultText)).toEqual(refused);

    receiver.received.length = 0;
    const { receipt } = await payByHand();
    await reverse(receipt, 10_000n);
    const part = await result("/reversal/r1");
    expect(readReversalCode(part.resultCode, part.resultText)).toEqual(refused);
  });

  test("of money that is spent is told by its words alone", async () => {
    const { receipt } = await payByHand();
    await sandbox.control.scriptCallbacks({
      kind: "reversal_result",
      script: { endsWith: REVERSAL_SPENT },
    });
    await reverse(receipt);
    const told = await result("/reversal/r1");
    expect(readReversalCode(told.resultCode, told.resultText)).toEqual({
      class: "refused",
      reason: "spent",
    });
    expect(readReversalCode(told.resultCode, "")).toEqual({
      class: "refused",
      reason: "float_empty",
    });
  });

  test("by another password, or without the right to it, is a matter of settings", async () => {
    const { receipt } = await payByHand();
    expect(await reverse(receipt, 50_000n, "Other#1")).toMatchObject({ kind: "accepted" });
    const wrong = await result("/reversal/r1");
    expect(readReversalCode(wrong.resultCode, wrong.resultText)).toEqual({
      class: "refused",
      reason: "setup",
    });

    receiver.received.length = 0;
    await sandbox.control.changeSettings({ reversalPermission: false });
    await reverse(receipt);
    const forbidden = await result("/reversal/r1");
    expect(forbidden.resultCode).toBe("21");
    expect(readReversalCode(forbidden.resultCode, forbidden.resultText)).toEqual({
      class: "refused",
      reason: "setup",
    });
  });

  test("that ran out of time in the queue is known by its two names", async () => {
    const { receipt } = await payByHand();
    await sandbox.control.scriptCallbacks({
      kind: "reversal_result",
      script: { asTimeout: true },
    });
    const ordered = await reverse(receipt);
    const names = parseTimeout(await posted("/reversal-timeout/r1"));
    expect(ordered).toMatchObject({ kind: "accepted", ...names });
  });

  test("with a strange token is refused", async () => {
    accessToken = "strange";
    expect(await reverse("SKJ82PACB8")).toMatchObject({
      kind: "refused",
      refusal: "invalid_token",
    });
    expect(await pull()).toMatchObject({ kind: "refused", refusal: "invalid_token" });
    expect(await register()).toMatchObject({ kind: "refused", refusal: "invalid_token" });
    expect(await sandbox.control.reversals()).toHaveLength(0);
  });
});

describe("the simulated gateway", () => {
  test.each(GATEWAY_WORDS)(
    "is understood when it says %s, whatever was asked",
    async (form, outcome) => {
      await sandbox.control.addFault({ endpoint: "*", effect: { kind: "gateway", form } });
      expect(await reverse("SKJ82PACB8")).toMatchObject(outcome);
      expect(await ask({ receipt: "SKJ82PACB8" })).toMatchObject(outcome);
      expect(await pull()).toMatchObject(outcome);
      expect(await register()).toMatchObject(outcome);
      const line = { nominatedNumber: "+254722000000", callbackUrl: hook("pull/a1") };
      expect(await provider.registerPull(plainAccess(), line)).toMatchObject(outcome);
    },
  );
});
