import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { openProviderAccount, type OpenAccount } from "@/lib/merchants/open-provider-account";
import type { Exchange } from "@/lib/providers/exchange";
import type { GatewayRefusal } from "@/lib/providers/gateway";
import { providers } from "@/lib/providers/registry";
import { calmDown, callbacksWorked, expectMpesaBooks, pushesFor, standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { callWithAccess } from "./call-with-access";

let shop: Shop;
let ctx: Ctx;
let account: OpenAccount;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(async () => {
  await calmDown(shop);
  const { user } = await shop.customer();
  ctx = makeCtx(user.merchantId, { kind: "system", id: "test" });
  const row = await db().providerAccount.findFirstOrThrow({
    where: { merchantId: user.merchantId, isDefault: true },
  });
  account = openProviderAccount(row);
  await shop.sandbox.control.clearJournal();
});
afterEach(async () => {
  env().mpesa.callsPerSecond = 10_000;
  await shop.sandbox.control.changeSettings({ newTokenKillsOld: false });
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
});
afterAll(() => shop.close());

const exchange: Exchange = {
  operation: "test",
  request: {},
  response: {},
  httpStatus: 200,
  durationMs: 1,
};
type Said =
  | { kind: "accepted"; exchange: Exchange }
  | { kind: "unknown"; because: "timeout"; exchange: Exchange }
  | { kind: "refused"; refusal: GatewayRefusal; exchange: Exchange };
const accepted: Said = { kind: "accepted", exchange };
const unknown: Said = { kind: "unknown", because: "timeout", exchange };
const refused = (refusal: GatewayRefusal): Said => ({ kind: "refused", refusal, exchange });

/** Calls through the gate; `answers` are what the provider says, one after another. */
async function call(
  answers: readonly Said[],
  options: { operation?: string; now?: () => Date; waitMaxMs?: number; withdraw?: boolean } = {},
) {
  const tokens: string[] = [];
  const { operation = "stk_push", now = ctx.now, waitMaxMs = 1_000, withdraw = false } = options;
  const outcome = await callWithAccess<OpenAccount, Said>(
    { ...ctx, now },
    providers.prompt(),
    account,
    {
      operation,
      subjectId: "subject",
      waitMaxMs,
      beforeSend: () => Promise.resolve(!withdraw),
    },
    ({ accessToken }) => {
      tokens.push(accessToken);
      return Promise.resolve(answers[tokens.length - 1] ?? unknown);
    },
  );
  return { outcome, tokens };
}

async function tokenRequests(): Promise<number> {
  return (await shop.sandbox.control.journal({ operation: "oauth" })).length;
}

describe("a refused token", () => {
  test("is renewed once, and the call is made once more with the new one", async () => {
    const { outcome, tokens } = await call([refused("invalid_token"), accepted]);
    expect(outcome.kind).toBe("accepted");
    expect(new Set(tokens).size).toBe(2);
    expect(await tokenRequests()).toBe(2);
    const rows = await db().providerCall.findMany({
      where: { merchantId: ctx.merchantId },
      orderBy: { id: "asc" },
    });
    expect(rows.map(({ operation, outcome: noted }) => `${operation}: ${noted}`)).toEqual([
      "token: accepted",
      "stk_push: refused",
      "token: accepted",
      "stk_push: accepted",
    ]);
  });

  test("twice in one call is given up", async () => {
    const { outcome, tokens } = await call([
      refused("invalid_token"),
      refused("invalid_token"),
      accepted,
    ]);
    expect(outcome).toMatchObject({ kind: "refused", refusal: "invalid_token" });
    expect(tokens).toHaveLength(2);
  });

  test.each<Said>([
    unknown,
    refused("throttled"),
    refused("subscriber_busy"),
    refused("misconfigured"),
    refused("bad_request"),
    refused("phone_refused"),
    refused("quota_used"),
  ])("is the only thing a call is repeated for: not for %o", async (said) => {
    const { tokens } = await call([said, accepted]);
    expect(tokens).toHaveLength(1);
  });

  test.each([
    ["cannot be had now", { kind: "drop" }, "no_token"],
    [
      "is refused to our keys",
      { kind: "envelope", status: 400, errorCode: "400.008.01", errorMessage: "x" },
      "misconfigured",
    ],
  ] as const)("whose successor %s means that nothing was sent", async (_what, effect, because) => {
    await call([accepted]);
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect });
    const { outcome, tokens } = await call([refused("invalid_token"), accepted]);
    expect(outcome).toMatchObject({ kind: "not_sent", because });
    expect(tokens).toHaveLength(1);
  });
});

describe("every token has ended at M-Pesa", () => {
  test.each([false, true])(
    "twenty prompts at once are all sent, each once, with one new token (new kills old: %s)",
    async (newTokenKillsOld) => {
      await shop.sandbox.control.changeSettings({ newTokenKillsOld });
      const primer = await shop.customer();
      await shop.prompt(primer.ctx);
      await shop.sandbox.control.expireTokens();
      await shop.sandbox.control.clearJournal();
      const people = await Promise.all(Array.from({ length: 20 }, () => shop.customer()));
      const prompts = await Promise.all(people.map((person) => shop.prompt(person.ctx)));
      for (const { depositId } of prompts) {
        expect(await standingOf(depositId)).toBe("submitted");
        expect(await pushesFor(shop, depositId)).toHaveLength(1);
      }
      expect(await tokenRequests()).toBe(1);
    },
  );
});

describe("the breaker", () => {
  test("shuts after five faults; then nothing is committed, sent or noted", async () => {
    for (let fault = 0; fault < 5; fault += 1) await call([unknown]);
    const before = await db().providerCall.count();
    const { outcome, tokens } = await call([accepted]);
    expect(outcome).toMatchObject({ kind: "not_sent", because: "shut" });
    expect(tokens).toEqual([]);
    expect(await db().providerCall.count()).toBe(before);
  });

  test.each<GatewayRefusal>([
    "subscriber_busy",
    "misconfigured",
    "phone_refused",
    "bad_request",
    "invalid_token",
    "throttled",
    "quota_used",
  ])('is not shut by calls that are refused as "%s"', async (refusal) => {
    let now = new Date();
    for (let index = 0; index < 12; index += 1) {
      // Far enough apart for the pace that a throttled caller has to keep.
      now = addMs(now, 6 * MINUTE_MS);
      const at = now;
      const { outcome } = await call([refused(refusal), refused(refusal)], { now: () => at });
      expect(outcome.kind).toBe("refused");
    }
  });

  test("lets one of many try after its minute, and all of them when that one was answered", async () => {
    const start = new Date();
    for (let fault = 0; fault < 5; fault += 1) await call([unknown], { now: () => start });
    const later = () => addMs(start, MINUTE_MS + SECOND_MS);
    const tries = await Promise.all(
      Array.from({ length: 10 }, () => call([unknown], { now: later })),
    );
    expect(tries.filter(({ tokens }) => tokens.length > 0)).toHaveLength(1);
    const latest = () => addMs(start, 3 * MINUTE_MS);
    expect((await call([accepted], { now: latest })).outcome.kind).toBe("accepted");
    const open = await Promise.all(
      Array.from({ length: 10 }, () => call([accepted], { now: latest })),
    );
    expect(open.map(({ outcome }) => outcome.kind)).toEqual(Array(10).fill("accepted"));
  });

  test("of the look-ups does not keep prompts from being sent", async () => {
    for (let fault = 0; fault < 5; fault += 1) await call([unknown], { operation: "stk_query" });
    expect((await call([accepted], { operation: "stk_query" })).outcome.kind).toBe("not_sent");
    expect((await call([accepted])).outcome.kind).toBe("accepted");
  });

  test("of the token requests keeps everybody from hammering them", async () => {
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: { kind: "drop" } });
    for (let fault = 0; fault < 9; fault += 1) {
      const { outcome } = await call([accepted]);
      expect(outcome).toMatchObject({ kind: "not_sent", because: "no_token" });
    }
    expect(await tokenRequests()).toBe(5);
  });
});

describe("the pace", () => {
  test("a caller who would wait too long is told so, and nothing is sent", async () => {
    env().mpesa.callsPerSecond = 0.1;
    expect((await call([accepted], { waitMaxMs: 0 })).outcome.kind).toBe("accepted");
    const { outcome, tokens } = await call([accepted], { waitMaxMs: 3_000 });
    expect(outcome).toMatchObject({ kind: "not_sent", because: "too_busy" });
    expect(tokens).toEqual([]);
  });

  test("a spike arrest makes the next caller come later, whoever it is", async () => {
    await call([refused("throttled")]);
    const { outcome } = await call([accepted], { waitMaxMs: 100 });
    expect(outcome).toMatchObject({ kind: "not_sent", because: "too_busy" });
  });

  test("a caller really waits for its turn", async () => {
    env().mpesa.callsPerSecond = 5;
    const startedAt = performance.now();
    await call([accepted]);
    await call([accepted]);
    // Timers and Postgres keep whole milliseconds.
    expect(performance.now() - startedAt).toBeGreaterThan(197);
  });
});

describe("nothing is sent", () => {
  test("when the intent cannot be committed", async () => {
    const { outcome, tokens } = await call([accepted], { withdraw: true });
    expect(outcome).toMatchObject({ kind: "not_sent", because: "withdrawn" });
    expect(tokens).toEqual([]);
  });

  test("when the keys are wrong", async () => {
    const keys = { consumerKey: "not-the-key", consumerSecret: "x" };
    account = { ...account, app: { keyHash: "wrong", keys } };
    const { outcome, tokens } = await call([accepted]);
    expect(outcome).toMatchObject({ kind: "not_sent", because: "misconfigured" });
    expect(tokens).toEqual([]);
  });

  test("inside a transaction, where a slow network would hold locks", async () => {
    await call([accepted]);
    await expect(
      withTransaction(ctx, (tx) =>
        callWithAccess<OpenAccount, Said>(
          tx,
          providers.prompt(),
          account,
          { operation: "stk_push", subjectId: "subject", waitMaxMs: 0 },
          () => Promise.resolve(accepted),
        ),
      ),
    ).rejects.toThrow("no network call inside a transaction");
  });
});
