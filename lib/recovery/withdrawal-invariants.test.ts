import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { customerAvailable, customerHeld } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import {
  calmPayouts,
  deliver,
  expectStanding,
  fundedCustomer,
  openPayoutShop,
  readWithdrawal,
  send,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { runInvariantChecks } from "./run-invariant-checks";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
  await calmPayouts(shop);
});
afterEach(forgetEverything);
afterAll(() => shop.close());

/** Not even a repair could mend these books: the next test gets new ones. */
async function forgetEverything(): Promise<void> {
  await db().$transaction([
    db().$executeRaw`SET LOCAL session_replication_role = replica`,
    db().$executeRaw`
      TRUNCATE withdrawals, payees, ledger_lines, ledger_movements, ledger_accounts, ledger_rollups,
               receipts, live_events, provider_calls CASCADE`,
  ]);
}

interface Victim {
  readonly user: User;
  readonly id: string;
}

const STANDINGS = ["requested", "submitted", "paid", "failed: float_empty"] as const;
type Standing = (typeof STANDINGS)[number];

/** A withdrawal to a phone that has come as far as that. */
async function makeVictim(standing: Standing): Promise<Victim> {
  const { user, ctx } = await fundedCustomer(shop);
  const { control } = shop.sandbox;
  if (standing.startsWith("failed")) await control.setOrganisationFunds({ utilityCents: 0n });
  const id = await withdraw(ctx);
  if (standing !== "requested") await send(id);
  if (standing !== "requested" && standing !== "submitted") await deliver(shop, id);
  await expectStanding(id, standing);
  await calmPayouts(shop);
  return { user, id };
}

function change(data: Parameters<ReturnType<typeof db>["withdrawal"]["update"]>[0]["data"]) {
  return ({ id }: Victim) => db().withdrawal.update({ where: { id }, data });
}

/** A second order for the same withdrawal, as the case file would show it. */
function orderAgain(outcome: "accepted" | "unknown" | null) {
  return async ({ user, id }: Victim) =>
    db().providerCall.create({
      data: {
        id: newId("call"),
        merchantId: user.merchantId,
        provider: "mpesa",
        operation: "b2c",
        subjectId: id,
        request: {},
        startedAt: new Date(),
        outcome,
      },
    });
}

const PLACE = "a withdrawal's money is where its state says";
const MOVED = "a withdrawal moved what it says";
const HELD = "what is held belongs to withdrawals and refunds that are open";
const ORDERS = "one withdrawal, one order that may have arrived";
const RECEIPT = "a receipt of a withdrawal is held by it alone";
const TOLD = "every ended withdrawal was announced once";
const FORGOTTEN = "no withdrawal that is open is forgotten";

const now = new Date();

const SABOTAGES: readonly {
  readonly what: string;
  readonly of: Standing;
  readonly plant: (it: Victim) => Promise<unknown>;
  readonly notices: readonly string[];
}[] = [
  {
    what: "paid without its money leaving what is held",
    of: "submitted",
    plant: change({ state: "paid", settledAt: now, nextCheckAt: null }),
    notices: [PLACE, HELD, TOLD],
  },
  {
    what: "failed without its money coming back",
    of: "submitted",
    plant: change({ state: "failed", reason: "declined", failedAt: now, nextCheckAt: null }),
    notices: [PLACE, HELD, TOLD],
  },
  {
    what: "given up while it stands in line, without its money coming back",
    of: "requested",
    plant: change({ state: "failed", reason: "not_sent", failedAt: now, nextCheckAt: null }),
    notices: [PLACE, HELD, TOLD],
  },
  {
    what: "called given back and paid, though nothing was given back",
    of: "submitted",
    plant: change({ state: "needs_review", reason: "contradiction", nextCheckAt: null }),
    notices: [PLACE, HELD],
  },
  {
    what: "open again after it was paid",
    of: "paid",
    plant: change({ state: "submitted", settledAt: null, nextCheckAt: now }),
    notices: [PLACE, HELD],
  },
  {
    what: "open again after its money came back",
    of: "failed: float_empty",
    plant: change({ state: "submitted", reason: null, nextCheckAt: now }),
    notices: [PLACE, HELD],
  },
  {
    what: "called failed after it was paid",
    of: "paid",
    plant: change({ state: "failed", reason: "declined", settledAt: null, failedAt: now }),
    notices: [PLACE, TOLD],
  },
  {
    what: "called paid after its money came back",
    of: "failed: float_empty",
    plant: change({ state: "paid", reason: null, settledAt: now }),
    notices: [PLACE, MOVED, TOLD],
  },
  {
    what: "asked for without any money held",
    of: "requested",
    plant: async ({ id }) => {
      const { account: _account, ...row } = await readWithdrawal(id);
      const own = { id: newId("withdrawal"), attemptKey: "another", publicCode: newPublicCode() };
      await db().withdrawal.create({ data: { ...row, ...own, providerRef: crypto.randomUUID() } });
    },
    notices: [PLACE, HELD],
  },
  {
    what: "of more than was held for it",
    of: "submitted",
    plant: change({ amountCents: 50_100n }),
    notices: [MOVED, HELD],
  },
  {
    what: "of more than was paid for it",
    of: "paid",
    plant: change({ amountCents: 60_000n }),
    notices: [MOVED],
  },
  {
    what: "whose fee went to the provider",
    of: "paid",
    plant: change({ amountCents: 49_000n, feeCents: 1_000n }),
    notices: [MOVED],
  },
  {
    what: "of one customer with the money of another",
    of: "submitted",
    plant: async ({ user, id }) => {
      const other = await fundedCustomer(shop, 100_000n, user.merchantId);
      // Asked for by the same customer, or the database would refuse it for that reason already.
      const data = { customerId: other.user.id, requestedById: other.user.id };
      await db().withdrawal.update({ where: { id }, data });
    },
    notices: [MOVED, HELD],
  },
  {
    what: "beside money that is held for nothing",
    of: "submitted",
    plant: ({ user }) =>
      postMovement(db(), {
        merchantId: user.merchantId,
        kind: "test",
        ref: crypto.randomUUID(),
        now,
        lines: [
          { account: customerAvailable(user.id), amountCents: -1n },
          { account: customerHeld(user.id), amountCents: 1n },
        ],
      }),
    notices: [HELD],
  },
  {
    what: "ordered twice",
    of: "submitted",
    plant: orderAgain("accepted"),
    notices: [ORDERS],
  },
  {
    what: "ordered twice, with an answer that was lost",
    of: "submitted",
    plant: orderAgain("unknown"),
    notices: [ORDERS],
  },
  {
    what: "ordered twice, by a process that died",
    of: "submitted",
    plant: orderAgain(null),
    notices: [ORDERS],
  },
  {
    what: "with a receipt nobody booked",
    of: "paid",
    plant: change({ providerReceipt: "UKL0000000" }),
    notices: [RECEIPT],
  },
  {
    what: "whose end nobody was told of",
    of: "paid",
    plant: () => db().liveEvent.deleteMany({ where: { type: "withdrawal_paid" } }),
    notices: [TOLD],
  },
  {
    what: "whose end was told twice",
    of: "failed: float_empty",
    plant: async ({ id }) => {
      const events = await db().liveEvent.findMany({ where: { type: "withdrawal_failed" } });
      const { customerId, type } = events[0] ?? {};
      if (!customerId || !type) throw new Error("it was told");
      await db().liveEvent.create({
        data: { customerId, id: 1_000_000n, type, payload: { withdrawal_id: id }, createdAt: now },
      });
    },
    notices: [TOLD],
  },
  {
    what: "in line, and due never",
    of: "requested",
    plant: change({ nextCheckAt: null }),
    notices: [FORGOTTEN],
  },
  {
    what: "sent, and looked up never",
    of: "submitted",
    plant: change({ nextCheckAt: null }),
    notices: [FORGOTTEN],
  },
];

test.each(SABOTAGES)("a withdrawal $what is noticed", async ({ of, plant, notices }) => {
  const bystanders = [await makeVictim("requested"), await makeVictim("submitted")];
  const it = await makeVictim(of);
  await expectInvariants();
  await plant(it);
  const broken = (await runInvariantChecks({ now: () => now })).filter(({ holds }) => !holds);
  expect(broken.map(({ name }) => name).sort()).toEqual([...notices].sort());
  for (const { id } of bystanders)
    expect(broken.filter(({ detail }) => detail.includes(id))).toEqual([]);
});

test.each(STANDINGS)("a sound one that is %s breaks nothing", async (standing) => {
  await makeVictim(standing);
  await expectInvariants();
});
