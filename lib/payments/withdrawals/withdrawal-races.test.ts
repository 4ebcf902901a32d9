import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { InvalidInputError } from "@/lib/errors";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { freshPhone } from "@/test/mpesa";
import {
  calmPayouts,
  deliver,
  expectPayoutBooks,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  ordersFor,
  readWithdrawal,
  send,
  sendAll,
  setPayoutsAside,
  staffOf,
  standingOfWithdrawal,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { approveWithdrawal } from "./approve-withdrawal";
import { cancelWithdrawal } from "./cancel-withdrawal";
import { rejectWithdrawal } from "./reject-withdrawal";
import { requestWithdrawal } from "./request-withdrawal";
import { setOwnLimit } from "./set-own-limit";

const REQUESTS = 500;
const COVERED = 100;
/** More than the database has connections for us, and so few that none of them waits for one in vain. */
const HANDS = 50;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectPayoutBooks(shop);
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** Asks for all of them, with every database connection busy, and says how each went: its id, or the amount's problem. */
async function askAtOnce(ctx: Ctx, count: number, amount: string): Promise<string[]> {
  const said: string[] = [];
  await forEachAtOnce(Array.from({ length: count }), HANDS, async () => {
    said.push(await withdraw(ctx, { amount }).catch(problemOf));
  });
  return said;
}

function problemOf(error: unknown): string {
  if (error instanceof InvalidInputError) return error.fields.amount ?? "another field";
  throw error;
}

const isMade = (said: string) => said.startsWith("wdr_");

test(
  "500 withdrawals at once from a balance that covers 100: exactly 100 go out, and nothing is left or held",
  { timeout: 60_000 },
  async () => {
    const { user, ctx } = await fundedCustomer(shop, BigInt(COVERED) * 1_000n);
    const said = await askAtOnce(ctx, REQUESTS, "10");
    const ids = said.filter(isMade);
    expect(ids).toHaveLength(COVERED);
    expect(new Set(said.filter((word) => !isMade(word)))).toEqual(new Set(["above_balance"]));
    expect(await moneyOf(user)).toEqual({ available: 0n, held: BigInt(COVERED) * 1_000n });
    await sendAll(shop);
    const { control } = shop.sandbox;
    const refs = new Set(
      (await db().withdrawal.findMany({ where: { customerId: user.id } })).map(
        ({ providerRef }) => providerRef,
      ),
    );
    const payouts = await control.payouts({ limit: 1_000 });
    const own = payouts.filter((payout) => refs.has(payout.originatorConversationId));
    expect(own).toHaveLength(COVERED);
    expect(
      own.every(({ state, amountCents }) => state === "completed" && amountCents === 1_000n),
    ).toBe(true);
    // Every result comes twice at once.
    const held = await control.callbacks({ kind: "b2c_result" });
    await forEachAtOnce(held, 8, async ({ id }) => {
      await control.duplicateCallback(id, { copies: 2, parallel: true });
    });
    await sendAll(shop);
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 0n });
    const paid = await db().withdrawal.count({ where: { customerId: user.id, state: "paid" } });
    expect(paid).toBe(COVERED);
  },
);

describe("limits hold in a crowd", () => {
  test("a day's limit that allows ten lets ten of fifty through, of both kinds of limit", async () => {
    const { user, ctx } = await fundedCustomer(shop, 10_000_000n);
    await setOwnLimit(ctx, { kind: "day", amount: "1000" });
    const said = await askAtOnce(ctx, 50, "100");
    expect(said.filter(isMade)).toHaveLength(10);
    expect(new Set(said.filter((word) => !isMade(word)))).toEqual(new Set(["over_day_limit"]));
    expect((await moneyOf(user)).held).toBe(100_000n);
  });

  test("whether customer or staff ask", async () => {
    const { user, ctx } = await fundedCustomer(shop, 10_000_000n);
    const staff = await staffOf(user.merchantId);
    await setOwnLimit(ctx, { kind: "week", amount: "500" });
    const asStaff = () =>
      requestWithdrawal(staff.ctx, {
        method: "mpesa",
        amount: "100",
        to: freshPhone(),
        attemptKey: crypto.randomUUID(),
        passwordConfirmed: false,
        customerId: user.id,
      });
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? asStaff() : withdraw(ctx, { amount: "100" }),
      ),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect((await moneyOf(user)).held).toBe(50_000n);
  });
});

describe("taking it back, and sending it, at the same moment", () => {
  test.each(["mpesa", "pesavoucher"] as const)(
    "by %s: one of the two happens, never both",
    async (method) => {
      let [cancelled, sent] = [0, 0];
      for (let round = 0; round < 12; round += 1) {
        const { user, ctx } = await fundedCustomer(shop);
        const id = await withdraw(ctx, { method });
        const cancel = async () => {
          // A little later in each round, so that it meets every moment of the sending.
          for (let trips = 0; trips < round; trips += 1) await db().$queryRaw`SELECT 1`;
          return cancelWithdrawal(ctx, { withdrawalId: id });
        };
        const [isCancelled] = await Promise.all([cancel(), send(id), cancel(), send(id)]);
        await deliver(shop, id);
        const orders = await ordersFor(id);
        const end = await standingOfWithdrawal(id);
        if (end === "paid") sent += 1;
        else cancelled += 1;
        expect(end).toBe(orders === 1 ? "paid" : "failed: cancelled");
        expect(await moneyOf(user)).toEqual({
          available: orders === 1 ? 50_000n : 100_000n,
          held: 0n,
        });
        if (isCancelled) expect(orders).toBe(0);
      }
      expect(cancelled + sent).toBe(12);
    },
  );

  test("a customer who taps ten times gets the money back once", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx);
    const tapped = await Promise.all(
      Array.from({ length: 10 }, () => cancelWithdrawal(ctx, { withdrawalId: id })),
    );
    expect(tapped.filter(Boolean)).toHaveLength(1);
    expect(await moneyOf(user)).toEqual({ available: 100_000n, held: 0n });
  });
});

test("approved by one, turned down by another and taken back, at once: it ends once", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { user, ctx } = await fundedCustomer(shop, 10_000_000n);
    const id = await withdraw(ctx, { amount: "60000" });
    const people = await Promise.all([staffOf(user.merchantId), staffOf(user.merchantId)]);
    const [one, two] = people;
    const done = await Promise.all([
      approveWithdrawal(one.ctx, { withdrawalId: id }),
      approveWithdrawal(two.ctx, { withdrawalId: id }),
      rejectWithdrawal(two.ctx, { withdrawalId: id, note: "no" }),
      cancelWithdrawal(ctx, { withdrawalId: id }),
    ]);
    await sendAll(shop);
    await deliver(shop, id);
    const { state, decidedById } = await readWithdrawal(id);
    const [approved, approvedToo, rejected, cancelled] = done;
    // An approval may be followed by the customer, who is still in time until it is sent.
    expect([approved, approvedToo, rejected].filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(state).toBe((approved || approvedToo) && !cancelled ? "paid" : "failed");
    if (!cancelled) expect(decidedById).not.toBeNull();
    expect(await ordersFor(id)).toBe(state === "paid" ? 1 : 0);
    expect((await moneyOf(user)).held).toBe(0n);
  }
});
