import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { POST as purchaseRoute } from "@/app/api/pesavoucher/callback/route";
import { POST as redemptionRoute } from "@/app/api/pesavoucher/redemption-webhook/route";
import { makeCtx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { db } from "@/lib/db";
import { callbackDoor, CALLBACK_BYTES_MAX } from "@/lib/http/callback-door";
import { DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { listAttention } from "@/lib/recovery/list-attention";
import { replayMessage } from "@/lib/recovery/replay-message";
import { createStaff } from "@/prisma/factories/create-staff";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { sweepMessages } from "./sweep-messages";
import { MESSAGE_ATTEMPTS_MAX } from "./work-message";

const MARK = { "x-callback-source": "Pesavoucher", "content-type": "application/json" };
const CALLBACK = "/api/pesavoucher/callback";

let shop: Shop;
let outsider: pg.Client;

beforeAll(async () => {
  shop = await openShop();
  outsider = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await outsider.connect();
});
afterEach(async () => {
  await shop.sandbox.control.clearFaults();
  await shop.sandbox.control.clearCallbackScripts();
  await expectInvariants();
});
afterAll(async () => {
  await outsider.end();
  await shop.close();
});

function send(body: string, options: { path?: string; headers?: Record<string, string> } = {}) {
  const { path = CALLBACK, headers = MARK } = options;
  return fetch(`${shop.appUrl}${path}`, { method: "POST", headers, body });
}

/** The stored messages whose raw body was exactly this. */
async function stored(body: string) {
  const rows = await db().message.findMany({ orderBy: { id: "asc" } });
  return rows.filter((row) => decrypt(row.body).toString("utf8") === body);
}

async function worked(body: string) {
  return eventually(async () => {
    const rows = await stored(body);
    expect(rows.filter((row) => row.workedAt === null)).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    return rows;
  });
}

/** A purchase, and the body of the callback that would tell of its voucher. */
async function bought(amountCents = 50_000n) {
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId, callbackUrl } = await shop.purchase(ctx);
  const { voucher, payment } = await shop.sandbox.control.createVoucher({ amountCents, sessionId });
  const body = JSON.stringify({
    success: true,
    session_id: sessionId,
    voucher_code: voucher.code,
    payment_id: payment?.id,
    amount: 500,
  });
  return { user, ctx, depositId, sessionId, callbackUrl, code: voucher.code, payment, body };
}

async function stateOf(depositId: string): Promise<string> {
  return (await db().deposit.findUniqueOrThrow({ where: { id: depositId } })).state;
}

describe("storing comes before answering", () => {
  test("nobody is answered while the row cannot be written, and everybody once it is", async () => {
    await outsider.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
    const answered: number[] = [];
    const sent = Array.from({ length: 12 }, (_, index) =>
      send(JSON.stringify({ success: false, session_id: `blocked-${index}` })).then(({ status }) =>
        answered.push(status),
      ),
    );
    await eventually(async () => {
      const { rows } = await outsider.query(
        "SELECT FROM pg_locks WHERE NOT granted AND relation = 'messages'::regclass",
      );
      expect(rows.length).toBeGreaterThan(0);
    });
    expect(answered).toEqual([]);
    await outsider.query("COMMIT");
    await Promise.all(sent);
    expect(answered).toEqual(Array(12).fill(200));
  });

  test("an answer means that another connection can read the row, in any batch it shared", async () => {
    const visible = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const marker = `visible=${index}`;
        await send(JSON.stringify({ success: false, session_id: `visible-${index}` }), {
          path: `${CALLBACK}?${marker}`,
        });
        const { rowCount } = await outsider.query("SELECT FROM messages WHERE query = $1", [
          marker,
        ]);
        return rowCount;
      }),
    );
    expect(visible).toEqual(Array(120).fill(1));
  });
});

describe("nonsense", () => {
  test.each([
    ["half a JSON", '{"success":true,"session_id":"a","vouch'],
    ["nothing", ""],
    ["a list", "[1,2]"],
    ["a word", '"success"'],
    ["null", "null"],
    ["types that are wrong", '{"success":"yes","session_id":{"a":1}}'],
    ["a session that is empty", '{"success":false,"session_id":""}'],
    ["a success that names neither code nor payment", '{"success":true,"session_id":"a"}'],
    ["bytes that are no text", "\ufffd\u0000{"],
    [
      "a payment id of a kilobyte",
      `{"success":false,"session_id":"a","payment_id":"${"x".repeat(1000)}"}`,
    ],
  ])(
    "%s is kept as it came, answered like anything else, and changes nothing",
    async (_name, body) => {
      const answer = await send(body);
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
      const [row] = await worked(body);
      expect(row?.outcome).toBe("malformed");
    },
  );

  test("a body above the limit is refused and not stored, whether it says its length or not", async () => {
    const before = await db().message.count();
    const large = "x".repeat(CALLBACK_BYTES_MAX + 1);
    expect((await send(large)).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 70; part += 1) controller.enqueue(Buffer.alloc(1024, 120));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = {
      method: "POST",
      headers: MARK,
      body: stream,
      duplex: "half",
    };
    expect((await fetch(`${shop.appUrl}${CALLBACK}`, init)).status).toBe(413);
    expect(await db().message.count()).toBe(before);
    expect((await send("x".repeat(CALLBACK_BYTES_MAX))).status).toBe(200);
  });
});

describe("doubtful origin", () => {
  test("a message without the mark is answered alike, kept in quarantine and credits nothing", async () => {
    const it = await bought();
    const answer = await send(it.body, { headers: { "content-type": "application/json" } });
    expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
    const [row] = await worked(it.body);
    expect(row).toMatchObject({ outcome: "quarantined", attempts: 0 });
    await sweepMessages({ now: () => new Date(Date.now() + MINUTE_MS), limit: 100 });
    expect(await stateOf(it.depositId)).toBe("submitted");
    expect(await shop.availableCents(it.user)).toBe(0n);
  });

  test("a look-alike that came first does not stand in the way of the genuine message", async () => {
    const it = await bought();
    await send(it.body, { headers: { "content-type": "application/json" } });
    await send(it.body, { path: `${CALLBACK}?forged=1` });
    await send(it.body);
    await eventually(async () => expect(await stateOf(it.depositId)).toBe("paid"));
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("an address that is not on the provider's list is quarantined, whatever mark it carries", async () => {
    const door = callbackDoor({
      provider: "pesavoucher",
      kind: "purchase",
      sources: () => ["203.0.113.7"],
      isMarked: () => true,
      acknowledgement: { received: true },
    });
    const it = await bought();
    const request = (remote: string) =>
      new Request(`http://shop.test${CALLBACK}`, {
        method: "POST",
        headers: { ...MARK, "x-malipo-remote": remote },
        body: it.body,
      });
    const answer = await door(request("198.51.100.9"));
    expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
    const [row] = await worked(it.body);
    expect(row?.outcome).toBe("quarantined");
    expect(await stateOf(it.depositId)).toBe("submitted");

    await door(request("203.0.113.7"));
    await eventually(async () => expect(await stateOf(it.depositId)).toBe("paid"));
  });
});

describe("repeats", () => {
  test("fifty of one message at once are one row, forty-nine repeats and one credit", async () => {
    const it = await bought();
    // The provider's report of the redemption may be quicker than the answer, and would settle it first.
    await shop.sandbox.control.scriptCallbacks({ kind: "redemption", script: { drop: true } });
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(it.body)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    await eventually(async () => expect(await stateOf(it.depositId)).toBe("paid"));
    const rows = await worked(it.body);
    expect(rows.map((row) => [row.repeats, row.attempts, row.outcome])).toEqual([
      [49, 1, "applied"],
    ]);
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(await db().receipt.count({ where: { paymentId: it.depositId } })).toBe(1);
  });
});

describe("what nobody finished", () => {
  test("the sweep takes a message whose process died, when its lease is over and not before", async () => {
    const it = await bought();
    await send(it.body);
    await worked(it.body);
    const other = await bought();
    await db().message.updateMany({ data: { workedAt: new Date() }, where: { workedAt: null } });
    // The row as a process leaves it that died while it worked: claimed, and never finished.
    const [done] = await stored(it.body);
    await send(other.body, { headers: {} });
    const [abandoned] = await stored(other.body);
    const leaseUntil = new Date(Date.now() + MINUTE_MS);
    await db().message.update({
      where: { id: abandoned?.id },
      data: { workedAt: null, outcome: null, note: null, leaseUntil, attempts: 1 },
    });
    const at = (ms: number) => () => new Date(Date.now() + ms);
    expect(await sweepMessages({ now: at(30_000), limit: 10 })).toBe(0);
    expect(await sweepMessages({ now: at(2 * MINUTE_MS), limit: 10 })).toBe(1);
    expect(await stateOf(other.depositId)).toBe("paid");
    expect((await stored(it.body))[0]).toEqual(done);
  });

  test("after its last try a message is stuck, staff see it, and their replay credits once", async () => {
    const it = await bought();
    await outsider.query(`
      CREATE FUNCTION break_claims() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
      CREATE TRIGGER claims_break BEFORE INSERT ON voucher_redemptions EXECUTE FUNCTION break_claims()`);
    await send(it.body);
    let later = 0;
    for (let attempt = 1; attempt < MESSAGE_ATTEMPTS_MAX + 3; attempt += 1) {
      later += DAY_MS;
      await eventually(async () => expect((await stored(it.body))[0]?.leaseUntil).toBeNull());
      const shift = later;
      await sweepMessages({ now: () => new Date(Date.now() + shift), limit: 10 });
    }
    await outsider.query("DROP TRIGGER claims_break ON voucher_redemptions");
    const [stuck] = await stored(it.body);
    expect(stuck).toMatchObject({ outcome: "stuck", attempts: MESSAGE_ATTEMPTS_MAX });

    const staff = await createStaff({ merchantId: it.user.merchantId });
    const ctx = makeCtx(staff.merchantId, { kind: "staff", id: staff.id, role: "staff" });
    const attention = await listAttention(ctx);
    expect(attention.messages).toContainEqual(
      expect.objectContaining({ id: stuck?.id, outcome: "stuck" }),
    );
    await replayMessage(ctx, { messageId: stuck?.id ?? "" });
    await replayMessage(ctx, { messageId: stuck?.id ?? "" });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect((await stored(it.body))[0]?.outcome).toBe("duplicate");
  });

  test("staff may trust a quarantined message, and it is checked with the provider like any other", async () => {
    const it = await bought();
    await send(it.body, { headers: {} });
    const [row] = await worked(it.body);
    const staff = await createStaff({ merchantId: it.user.merchantId });
    const ctx = makeCtx(staff.merchantId, { kind: "staff", id: staff.id, role: "staff" });
    await replayMessage(ctx, { messageId: row?.id ?? "" });
    expect(await shop.availableCents(it.user)).toBe(50_000n);

    await expect(replayMessage(it.ctx, { messageId: row?.id ?? "" })).rejects.toThrow();
    await expect(replayMessage(ctx, { messageId: "msg_nobody" })).rejects.toThrow();
  });
});

describe("forgeries with the right mark", () => {
  test.each([
    ["a code nobody sold", () => Promise.resolve("MLP-NOBODYSOLDTHIS1")],
    [
      "a code of another shop",
      async () =>
        (
          await shop.sandbox.control.createVoucher({
            amountCents: 70_000n,
            merchantId: await otherShop(),
          })
        ).voucher.code,
    ],
    [
      "a payout code",
      async () =>
        (await shop.sandbox.control.createVoucher({ amountCents: 70_000n, state: "payout" }))
          .voucher.code,
    ],
    [
      "a code that was used elsewhere",
      async () =>
        (await shop.sandbox.control.createVoucher({ amountCents: 70_000n, state: "redeemed" }))
          .voucher.code,
    ],
  ])("a success with %s changes no balance and leaves the purchase open", async (_name, code) => {
    const { user, ctx } = await shop.customer();
    const { depositId, sessionId } = await shop.purchase(ctx);
    const body = JSON.stringify({
      success: true,
      session_id: sessionId,
      voucher_code: await code(),
      amount: 1_000_000,
    });
    await send(body);
    expect((await worked(body))[0]?.outcome).toBe("refused");
    expect(await stateOf(depositId)).toBe("submitted");
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test.each([
    ["calls PENDING", "pending"],
    ["does not know", "unknown"],
    ["calls SUCCESS", "paid"],
  ])("a failure with a payment the provider %s does not fail the purchase", async (_name, fate) => {
    const { ctx } = await shop.customer();
    const { depositId, sessionId } = await shop.purchase(ctx);
    const body = JSON.stringify({
      success: false,
      session_id: sessionId,
      payment_id: await paymentOf(fate, sessionId),
      error: "Payment cancelled by user",
    });
    await send(body);
    await worked(body);
    expect(await stateOf(depositId)).toBe("submitted");
    const events = await db().liveEvent.findMany({ where: { customerId: ctx.actor.id } });
    expect(events.map((event) => event.type)).not.toContain("deposit_failed");
  });

  test("a message about a session nobody has is unmatched, and so is a redemption nobody claimed", async () => {
    const purchase = JSON.stringify({
      success: true,
      session_id: "x",
      voucher_code: "MLP-1234567890",
    });
    const redemption = JSON.stringify({ voucher_code: "MLP-NEVERSEEN1234", amount: 10 });
    await send(purchase);
    await send(redemption, { path: "/api/pesavoucher/redemption-webhook?claim=rdm_1&token=guess" });
    expect((await worked(purchase))[0]?.outcome).toBe("unmatched");
    expect((await worked(redemption))[0]?.outcome).toBe("unmatched");
  });

  test("a redemption without the token of our own call credits nothing on its word", async () => {
    const it = await bought();
    await shop.sandbox.control.addFault({
      endpoint: "validate_voucher",
      effect: { kind: "error", status: 500 },
    });
    await send(it.body);
    await worked(it.body);
    const forged = JSON.stringify({ voucher_code: it.code, amount: 999_999 });
    await send(forged, { path: "/api/pesavoucher/redemption-webhook?token=guess" });
    expect((await worked(forged))[0]?.outcome).toBe("quarantined");
    expect(await shop.availableCents(it.user)).toBe(0n);
    await shop.sandbox.control.clearFaults();
    await shop.runJobs({ evenLater: true });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });
});

describe("both doors", () => {
  const cases: readonly [name: string, body: string, headers: Record<string, string>][] = [
    ["a good message", '{"success":false,"session_id":"doors-1"}', MARK],
    ["a message without mark", '{"success":false,"session_id":"doors-2"}', {}],
    ["nonsense", "{nonsense", MARK],
    ["nothing", "", MARK],
    ["too much", "x".repeat(CALLBACK_BYTES_MAX + 1), MARK],
  ];
  test.each(cases)("answer %s alike", async (_name, body, headers) => {
    for (const [path, route] of [
      [CALLBACK, purchaseRoute],
      ["/api/pesavoucher/redemption-webhook", redemptionRoute],
    ] as const) {
      const fast = await send(body, { path, headers });
      const next = await route(
        new Request(`http://shop.test${path}`, { method: "POST", headers, body }),
      );
      for (const header of ["content-type", "cache-control"])
        expect(fast.headers.get(header)).toBe(next.headers.get(header));
      expect([fast.status, await fast.text()]).toEqual([next.status, await next.text()]);
    }
  });
});

async function otherShop(): Promise<string> {
  const { merchants } = await shop.sandbox.control.ledger({ limit: 0 });
  const { merchantId: own } = (await shop.sandbox.control.createVoucher({ amountCents: 5_000n }))
    .voucher;
  return merchants.find((merchant) => merchant.merchantId !== own)?.merchantId ?? "";
}

async function paymentOf(fate: string, sessionId: string): Promise<string> {
  if (fate === "unknown") return "payment-nobody-knows";
  if (fate === "paid") {
    const sold = await shop.sandbox.control.createVoucher({ amountCents: 50_000n, sessionId });
    return sold.payment?.id ?? "";
  }
  const started = await shop.sandbox.control.startPayment({
    amountCents: 50_000n,
    msisdn: "254712000055",
    sessionId,
  });
  return started.id;
}
