import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import type { Sandbox } from "@/sandbox/create-sandbox";
import type { Receiver } from "@/sandbox/testing/start-receiver";
import { eventually } from "@/test/eventually";
import {
  beginAnew,
  closeSimulatedDaraja,
  GATEWAY_WORDS,
  openSimulatedDaraja,
} from "@/test/simulated-daraja";
import type { CollectionAccount } from "../collects";
import { parseStkCallback, readShortcodeHeader } from "./callback";
import { daraja } from "./client";
import { readStkResult } from "./result-codes";

const PHONE = "+254712345678";
const TILL: CollectionAccount = {
  shortcode: "600981",
  kind: "till",
  tillNumber: "300981",
  passkey: "malipo-demo-passkey-600981",
};

const provider = daraja();
let sandbox: Sandbox;
let receiver: Receiver;
let accessToken = "";

beforeAll(async () => {
  ({ sandbox, receiver } = await openSimulatedDaraja({
    stkQueryHiccupShare: 0,
    stkSameAmountWindowMs: 0,
    samePhoneIntervalMs: 0,
  }));
});
beforeEach(async () => {
  accessToken = await beginAnew({ sandbox, receiver }, provider);
});
afterAll(() => closeSimulatedDaraja({ sandbox, receiver }));

function paybill(): CollectionAccount {
  const { shortcode, passkey } = env().mpesa;
  return { shortcode, kind: "paybill", tillNumber: null, passkey };
}

function push(access: { account?: CollectionAccount; accessToken?: string } = {}) {
  return provider.prompt(
    { account: paybill(), accessToken, ...access },
    {
      phone: PHONE,
      amountCents: 50_000n,
      reference: "KQ7ZT4WPX2MN",
      description: "Deposit",
      callbackUrl: `${receiver.url}/callbacks/daraja/s3cret/stk/dep_1`,
    },
  );
}

async function pushed(account = paybill()): Promise<string> {
  const outcome = await push({ account });
  if (outcome.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome.checkoutRequestId;
}

function ask(checkoutRequestId: string, account = paybill()) {
  return provider.promptResult({ account, accessToken }, { checkoutRequestId });
}

async function callback() {
  const [first] = await eventually(() => {
    expect(receiver.received).toHaveLength(1);
    return receiver.received;
  });
  const parsed = parseStkCallback(JSON.parse(first?.body ?? ""));
  const headers = new Headers({ businessshortcode: `${String(first?.headers.businessshortcode)}` });
  return { path: first?.path, shortcode: readShortcodeHeader(headers), parsed };
}

describe("against the simulated M-Pesa", () => {
  test.each(["paybill", "till"])("a %s is paid, and query and callback agree", async (kind) => {
    const account = kind === "till" ? TILL : paybill();
    const checkoutRequestId = await pushed(account);
    await sandbox.control.enterPin(PHONE);

    expect(await ask(checkoutRequestId, account)).toMatchObject({
      kind: "answered",
      resultCode: "0",
    });
    expect(await callback()).toMatchObject({
      path: "/callbacks/daraja/s3cret/stk/dep_1",
      shortcode: account.shortcode,
      parsed: {
        checkoutRequestId,
        resultCode: "0",
        amountCents: 50_000n,
        receipt: expect.stringMatching(/^[0-9A-Z]{10}$/),
        paidAt: expect.any(Date),
        payer: "254712345678",
      },
    });
  });

  test("the prompt shows the reference, word for word", async () => {
    await pushed();
    const { openPrompt } = await sandbox.control.phone(PHONE);
    expect(openPrompt?.question).toContain("Account no. KQ7ZT4WPX2MN?");
  });

  test.each(["result_4999", "error_text", "error_empty"] as const)(
    "an open prompt, told as %s, has not been decided",
    async (stkInFlightShape) => {
      await sandbox.control.changeSettings({ stkInFlightShape });
      const checkoutRequestId = await pushed();
      expect(await ask(checkoutRequestId)).toMatchObject({ kind: "in_flight" });
    },
  );

  test("a declined prompt is cancelled on both channels, in whatever words", async () => {
    const checkoutRequestId = await pushed();
    await sandbox.control.answerPrompt(PHONE, "decline");

    const answer = await ask(checkoutRequestId);
    const { parsed } = await callback();
    const codes = [
      answer.kind === "answered" ? [answer.resultCode, answer.resultText] : [],
      [parsed?.resultCode, parsed?.resultText],
    ];
    expect(codes.map(([code = "", text = ""]) => readStkResult(code, text).reason)).toEqual([
      "cancelled",
      "cancelled",
    ]);
  });

  test("a second prompt on a busy phone is refused as such", async () => {
    await pushed();
    expect(await push()).toMatchObject({ kind: "refused", refusal: "subscriber_busy" });
  });

  test.each([
    ["a strange token", { accessToken: "strange" }, "invalid_token"],
    ["a strange passkey", { account: { ...TILL, passkey: "strange" } }, "misconfigured"],
    ["a strange shortcode", { account: { ...TILL, shortcode: "600123" } }, "misconfigured"],
  ] as const)("%s prompts nobody", async (_name, access, refusal) => {
    expect(await push(access)).toMatchObject({ kind: "refused", refusal });
    expect((await sandbox.control.phone(PHONE)).openPrompt).toBeNull();
  });

  test("keys nobody knows are refused", async () => {
    const keys = { consumerKey: "strange", consumerSecret: "strange" };
    expect(await provider.requestToken(keys)).toMatchObject({ kind: "refused" });
  });

  test("a prompt whose answer is lost is unknown, and stands on the phone once", async () => {
    await sandbox.control.addFault({
      endpoint: "stk_push",
      when: "after",
      effect: { kind: "drop" },
    });
    expect(await push()).toMatchObject({ kind: "unknown", because: "connection" });

    const pushes = await sandbox.control.listPushes({ msisdn: PHONE });
    expect(pushes.filter(({ state }) => state === "open")).toHaveLength(1);
  });

  test.each(GATEWAY_WORDS)(
    "the gateway's %s is understood by push and query",
    async (form, outcome) => {
      await sandbox.control.addFault({ endpoint: "*", effect: { kind: "gateway", form } });
      expect(await push()).toMatchObject(outcome);
      expect(await ask("ws_CO_1")).toMatchObject(outcome);
    },
  );
});
