import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import type { User } from "@/lib/generated/prisma/client";
import { makeArrival } from "@/lib/inbox/message";
import { recordMessage } from "@/lib/inbox/record-message";
import { workMessage } from "@/lib/inbox/work-message";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants, readBothBooks } from "@/test/simulation/compare-books";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { clock, freezeClock, recover } from "@/test/simulation/recover";
import { acceptVoucherReturn } from "./accept-voucher-return";
import { pasteVoucherCode } from "./paste-voucher-code";
import { resumeRedemption } from "./resume-redemption";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ seed: "crash" });
  // What a process owes after its answers is left to the sweeps, as if it had died there.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
  // The provider's last proof is kept back, so that each road is first seen to do without it.
  await shop.sandbox.control.scriptCallbacks({ kind: "redemption", script: { hold: true } });
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

interface Case {
  readonly user: User;
  readonly ctx: Ctx;
  readonly depositId: string;
  readonly sessionId: string;
  readonly code: string;
}

/** A customer who bought a voucher; nobody has told us yet. */
async function buyUntold(): Promise<Case> {
  const { user, ctx } = await shop.customer();
  const { depositId, sessionId } = await shop.purchase(ctx);
  const { voucher } = await shop.sandbox.control.createVoucher({ amountCents: 50_000n, sessionId });
  return { user, ctx, depositId, sessionId, code: voucher.code };
}

async function storeCallback(kind: "purchase" | "redemption", body: object, query = "") {
  const { id } = await recordMessage(
    makeArrival({
      provider: "pesavoucher",
      kind,
      body: Buffer.from(JSON.stringify(body)),
      headers: new Headers({ "x-callback-source": "Pesavoucher" }),
      source: "127.0.0.1",
      query,
      receivedAt: clock(),
      quarantine: null,
    }),
  );
  return id;
}

function purchaseBody({ sessionId, code }: Case) {
  return {
    success: true,
    session_id: sessionId,
    voucher_code: code,
    payment_id: `payment-of-${sessionId}`,
    mpesa_receipt: `R${sessionId}`,
  };
}

/** Each prepares one road and returns the work that a process dies in. */
const ROADS: Readonly<Record<string, (it: Case) => Promise<() => Promise<unknown>>>> = {
  "a callback": async (it) => {
    const messageId = await storeCallback("purchase", purchaseBody(it));
    return () => workMessage({ messageId, now: clock });
  },
  "a browser return": ({ ctx, sessionId, code }) =>
    Promise.resolve(async () => {
      await acceptVoucherReturn(ctx, { sessionId, voucher: code, paymentId: `id-${sessionId}` });
      const claim = await db().voucherRedemption.findFirstOrThrow({
        where: { deposit: { customerId: ctx.actor.id } },
      });
      await resumeRedemption(ctx, { redemptionId: claim.id });
    }),
  "a pasted code": ({ ctx, code }) => Promise.resolve(() => pasteVoucherCode(ctx, { code })),
};

/** Dies at one await of the road and recovers. False when the road ended before it got there. */
async function surviveCrash(road: string, at: number, moment: Moment): Promise<boolean> {
  const it = await buyUntold();
  const work = await ROADS[road]?.(it);
  if (!work) throw new Error(`no road called ${road}`);
  const { crashed, points } = await runUntilCrash(work, { at, moment });
  const where = `${moment} await ${at}: ${points.at(-1) ?? "none"}`;
  await recover(shop);
  await expectOutcome(it, where);
  return crashed;
}

async function expectOutcome(it: Case, where: string): Promise<void> {
  await expectInvariants();
  const voucher = await shop.sandbox.control.voucher(it.code);
  let [row] = await readVouchers(it.user);
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: it.depositId } });
  if (voucher.state === "active") {
    // Only a process that died before anything was stored may leave the code unburnt.
    const claims = await db().voucherRedemption.count({ where: { depositId: it.depositId } });
    expect([deposit.state, claims], where).toEqual(["submitted", 0]);
    await pasteVoucherCode(it.ctx, { code: it.code });
    [row] = await readVouchers(it.user);
  }
  if (!row?.credited) {
    expect([deposit.state, deposit.reason], where).toEqual(["needs_review", "redeem_unconfirmed"]);
    const held = await shop.sandbox.control.callbacks({ voucherCode: it.code, kind: "redemption" });
    expect(held, where).toHaveLength(1);
    await deliverRedemption(held[0]?.id ?? "");
    [row] = await readVouchers(it.user);
  }
  expect(row, where).toMatchObject({ credited: true, amountCents: 50_000n, depositState: "paid" });
  await expectInvariants();
}

async function readVouchers(user: User) {
  return (await readBothBooks(shop, [user])).vouchers;
}

async function deliverRedemption(callbackId: string): Promise<void> {
  const [attempt] = await shop.sandbox.control.duplicateCallback(callbackId);
  expect(attempt?.status).toBe(200);
  await recover(shop, 1);
}

/** The same in a real process that is really killed: nothing of it can tidy up. */
async function surviveKill(at: number, moment: Moment): Promise<boolean> {
  const it = await buyUntold();
  const messageId = await storeCallback("purchase", purchaseBody(it));
  const program = ["--import", "tsx", "test/simulation/die-working.ts", messageId, moment, `${at}`];
  const child = spawn(process.execPath, program, { stdio: ["ignore", "ignore", "inherit"] });
  const ended: unknown[] = await once(child, "exit");
  await recover(shop);
  await expectOutcome(it, `killed ${moment} await ${at}`);
  expect([0, null]).toContain(ended[0]);
  return ended[1] === "SIGKILL";
}

// A process takes a second to start: the short run kills at every fourth await, the long one at each.
const KILL_STRIDE = process.env.SIMULATION_LONG ? 1 : 4;

test("a real process killed in the middle of a callback leaves one credit behind", async () => {
  let at = 1;
  // Alternates, so that both moments are met all along the way.
  for (let kills = 0; await surviveKill(at, kills % 2 === 0 ? "before" : "after"); kills += 1)
    at += KILL_STRIDE;
  expect(at).toBeGreaterThan(30);
}, 600_000);

for (const road of Object.keys(ROADS)) {
  // What follows an answer is the moment before the next question, so the short run asks once.
  const moments: readonly Moment[] =
    road === "a callback" || process.env.SIMULATION_LONG ? ["before", "after"] : ["before"];
  for (const moment of moments) {
    test(`${road}: a process that dies ${moment} any await leaves one credit behind`, async () => {
      let at = 1;
      while (await surviveCrash(road, at, moment)) at += 1;
      // Fewer awaits than this would mean that the instruments hear nothing.
      expect(at).toBeGreaterThan(30);
    }, 120_000);
  }
}
