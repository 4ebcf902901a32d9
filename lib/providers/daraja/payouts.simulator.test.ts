import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "@/sandbox/create-sandbox";
import type { ResultShape } from "@/sandbox/daraja/result-shape";
import type { Receiver } from "@/sandbox/testing/start-receiver";
import { eventually } from "@/test/eventually";
import {
  beginAnew,
  closeSimulatedDaraja,
  GATEWAY_WORDS,
  openSimulatedDaraja,
} from "@/test/simulated-daraja";
import type { PayoutAccount } from "../pays-out";
import { daraja } from "./client";
import {
  parseInitiatorResult,
  parseTimeout,
  readB2cResult,
  readStatusResult,
} from "./initiator-result";
import { readPayoutCode, readStatusCode } from "./payout-codes";
import { readReceiver } from "./receiver-name";
import { makeSecurityCredential } from "./security-credential";

const PHONE = "+254712345678";
const PASSWORD = "Malipo#Demo1";

const provider = daraja();
let sandbox: Sandbox;
let receiver: Receiver;
let accessToken = "";
let certificatePem = "";

beforeAll(async () => {
  ({ sandbox, receiver } = await openSimulatedDaraja({
    b2cResultDelayMs: 0,
    queryResultDelayMs: 0,
    certificateExpired: true,
  }));
  certificatePem = await sandbox.control.certificate();
});
beforeEach(async () => {
  accessToken = await beginAnew({ sandbox, receiver }, provider);
});
afterAll(() => closeSimulatedDaraja({ sandbox, receiver }));

function account(password = PASSWORD): PayoutAccount {
  return {
    shortcode: "600998",
    initiatorName: "testapi",
    securityCredential: makeSecurityCredential({ password, certificatePem }),
    commandId: "BusinessPayment",
  };
}

function payOut(
  input: { phone?: string; reference?: string; amountCents?: bigint } = {},
  access: { account?: PayoutAccount; accessToken?: string } = {},
) {
  return provider.payOut(
    { account: account(), accessToken, ...access },
    {
      reference: "wdr-1",
      phone: PHONE,
      amountCents: 50_000n,
      remarks: "Withdrawal KQ7ZT4WPX2MN",
      resultUrl: `${receiver.url}/callbacks/daraja/s3cret/b2c/w1`,
      timeoutUrl: `${receiver.url}/callbacks/daraja/s3cret/b2c-timeout/w1`,
      ...input,
    },
  );
}

function ask(reference = "wdr-1", password = PASSWORD) {
  return provider.askPayout(
    { account: account(password), accessToken },
    {
      reference,
      resultUrl: `${receiver.url}/callbacks/daraja/s3cret/status/w1`,
      timeoutUrl: `${receiver.url}/callbacks/daraja/s3cret/status-timeout/w1`,
    },
  );
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

async function result(path = "/b2c/w1") {
  const parsed = parseInitiatorResult(await posted(path));
  if (!parsed) throw new Error("this is no result");
  return parsed;
}

/** What became of a payout, as the look-up tells. */
async function status() {
  expect(await ask()).toMatchObject({ kind: "accepted" });
  const told = await result("/status/w1");
  return { ...readStatusCode(told.resultCode, told.resultText), ...readStatusResult(told) };
}

describe("a payout by the simulated M-Pesa", () => {
  test("is paid once, and result and look-up tell the same", async () => {
    const ordered = await payOut();
    expect(ordered).toMatchObject({ kind: "accepted", conversationId: expect.any(String) });

    const told = await result();
    const [payout] = await sandbox.control.payouts();
    expect(readPayoutCode(told.resultCode, told.resultText).class).toBe("success");
    expect(told.originatorConversationId).toBe("wdr-1");
    expect(told.conversationId).toBe(payout?.conversationId);
    const paid = readB2cResult(told);
    expect(paid).toMatchObject({
      amountCents: 50_000n,
      receipt: payout?.receipt,
      completedAt: new Date(Math.floor((payout?.endedAtMs ?? 0) / 1_000) * 1_000),
      utilityCents: 499_950_000n,
      workingCents: 100_000_000n,
    });
    expect(readReceiver(paid.receiver ?? "")).toEqual({
      phone: PHONE,
      name: expect.stringMatching(/^[A-Z]+ [A-Z]+$/),
    });
    expect(await status()).toMatchObject({
      class: "success",
      status: "completed",
      receipt: payout?.receipt,
      amountCents: 50_000n,
      originatorConversationId: "wdr-1",
      conversationId: payout?.conversationId,
      completedAt: paid.completedAt,
    });
    expect(JSON.stringify(ordered.exchange)).not.toMatch(/712345678|s3cret/);
  });

  test("ordered a second time is a duplicate, and paid once", async () => {
    await payOut();
    expect(await payOut()).toMatchObject({ kind: "duplicate" });
    expect(await sandbox.control.payouts()).toHaveLength(1);
  });

  test.each<ResultShape>([
    { codes: "string", amounts: "string", times: "string" },
    { spacedKeys: true, extraFields: true },
    { codes: "number", referenceItem: "array", withoutValue: ["B2CUtilityAccountAvailableFunds"] },
  ])("is read in the form %j, result and look-up alike", async (resultShape) => {
    await sandbox.control.changeSettings({ resultShape });
    await payOut();
    const told = await result();
    const { receipt, amountCents, completedAt } = readB2cResult(told);
    expect(told).toMatchObject({ resultCode: "0", originatorConversationId: "wdr-1" });
    expect(amountCents).toBe(50_000n);
    expect(await status()).toMatchObject({
      status: "completed",
      receipt,
      amountCents,
      completedAt,
      originatorConversationId: "wdr-1",
    });
  });

  test.each([
    ["01", "refused", "phone_not_registered"],
    ["02", "refused", "float_empty"],
    ["03", "setup", "merchant_setup"],
    ["29", "unknown", null],
  ] as const)("to a phone ending in %s is %s", async (ending, kind, reason) => {
    await payOut({ phone: `+2547123456${ending}` });
    const told = await result();
    expect(readPayoutCode(told.resultCode, told.resultText)).toEqual({ class: kind, reason });
    expect(readB2cResult(told)).toMatchObject({ amountCents: null, receipt: null });
    expect(await status()).toMatchObject({ class: "success", status: "declined" });
  });

  test.each([
    ["its parameters left out", { parameters: "absent" }],
    ["one parameter alone", { parameters: "object" }],
  ] as const)("with %s is a success all the same", async (_name, shape) => {
    await sandbox.control.scriptCallbacks({ kind: "b2c_result", script: { shape } });
    await payOut();
    const told = await result();
    expect(told.resultCode).toBe("0");
    expect(readB2cResult(told).receipt).toMatch(/^[0-9A-Z]{10}$/);
  });

  test.each(["envelope", "ids"] as const)(
    "that ran out of time is known from the %s alone, and looked up",
    async (timeoutBody) => {
      await sandbox.control.changeSettings({ timeoutBody });
      await payOut({ phone: "+254712345614" });
      const [payout] = await sandbox.control.payouts();
      expect(parseTimeout(await posted("/b2c-timeout/w1"))).toEqual({
        originatorConversationId: "wdr-1",
        conversationId: payout?.conversationId,
      });
      expect(await status()).toMatchObject({ status: "completed" });
    },
  );

  test("whose answer is lost is unknown, and the look-up finds it", async () => {
    expect(await payOut({ phone: "+254712345621" })).toMatchObject({
      kind: "unknown",
      because: "connection",
    });
    expect(await status()).toMatchObject({ status: "completed", amountCents: 50_000n });
  });

  test("that nobody ever ordered is not found, which concludes nothing", async () => {
    expect(await status()).toMatchObject({ class: "not_found", status: null });
  });

  test("by an operator with another password moves nothing, and the look-up says so too", async () => {
    expect(await payOut({}, { account: account("Other#1") })).toMatchObject({ kind: "accepted" });
    const told = await result();
    expect(readPayoutCode(told.resultCode, told.resultText).class).toBe("setup");

    await ask("wdr-1", "Other#1");
    const answer = await result("/status/w1");
    expect(readStatusCode(answer.resultCode, answer.resultText)).toEqual({ class: "setup" });
  });

  test.each([
    ["a strange token", { accessToken: "strange" }, "invalid_token"],
    ["a strange shortcode", { account: { shortcode: "abc" } }, "misconfigured"],
  ] as const)("with %s is refused", async (_name, access, refusal) => {
    const whole = {
      ...access,
      account: { ...account(), ...("account" in access && access.account) },
    };
    expect(await payOut({}, whole)).toMatchObject({ kind: "refused", refusal });
    expect(await sandbox.control.payouts()).toHaveLength(0);
  });

  test("by an app without the product is refused as ours", async () => {
    await sandbox.control.changeSettings({ v3Product: false });
    expect(await payOut()).toMatchObject({
      kind: "refused",
      refusal: "misconfigured",
      errorCode: "403.002.1001",
    });
  });

  test.each([500n, 25_000_100n])(
    "of %s cents is refused before it is taken",
    async (amountCents) => {
      expect(await payOut({ amountCents })).toMatchObject({
        kind: "refused",
        refusal: "bad_request",
        errorCode: "400.002.02",
      });
    },
  );

  test.each(GATEWAY_WORDS)(
    "the gateway's %s is understood by payout and look-up",
    async (form, outcome) => {
      await sandbox.control.addFault({ endpoint: "*", effect: { kind: "gateway", form } });
      expect(await payOut()).toMatchObject(outcome);
      expect(await ask()).toMatchObject(outcome);
    },
  );
});
