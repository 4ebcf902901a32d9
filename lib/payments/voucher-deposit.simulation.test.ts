import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { openShop, type Shop } from "@/test/shop";
import { installCrashPoints } from "@/test/simulation/crash-points";
import { clock, freezeClock } from "@/test/simulation/recover";
import { PROVIDER_TIMEOUT_MS, stepsArbitrary, type Step } from "@/test/simulation/voucher-steps";
import { expectNothingForgotten, VoucherWorld } from "@/test/simulation/voucher-world";
import { claimVoucher } from "./claim-voucher";
import { settleDeposit } from "./settle-deposit";

const afterAnswers: (() => Promise<unknown>)[] = [];

const LONG_RUNS = 2_000;
const SHORT_RUNS = 60;
const numRuns = Number(
  process.env.SIMULATION_RUNS ?? (process.env.SIMULATION_LONG ? LONG_RUNS : SHORT_RUNS),
);
const seed = Number(process.env.SIMULATION_SEED ?? 20_261_121);
const path = process.env.SIMULATION_PATH;

let shop: Shop;
let lives = 0;
let creditedVouchers = 0;

beforeAll(async () => {
  process.env.PV_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  shop = await openShop();
  // Work after an answer is run by the steps, so that a process can die before, during or after it.
  scheduleAfterAnswer((work) => void afterAnswers.push(work));
  installCrashPoints();
  freezeClock();
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

type Sabotage = (world: VoucherWorld) => Promise<unknown>;

/** One life of the world: the steps, the end, and what must be true then. */
async function live(steps: readonly Step[], sabotage?: Sabotage): Promise<void> {
  lives += 1;
  const world = await VoucherWorld.open(shop, `life ${lives}`, () => afterAnswers.splice(0));
  for (const step of steps) await world.take(step);
  await sabotage?.(world);
  if (sabotage) await world.expectSoundBooks();
  await world.settleDown();
  const rows = await world.expectSoundBooks();
  await expectNothingForgotten(world);
  const owed = rows.filter((row) => !row.credited);
  expect(owed.map((row) => row.depositState)).toEqual(owed.map(() => "needs_review"));

  await world.deliverEveryRedemption();
  const proven = await world.expectSoundBooks();
  expect(proven.filter((row) => !row.credited)).toEqual([]);
  creditedVouchers += proven.length;
}

test(`whatever is lost, repeated, forged, reordered or killed, every shilling is credited once (seed ${seed})`, async () => {
  // A failure prints its seed and path; SIMULATION_SEED and SIMULATION_PATH replay exactly that life.
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, (steps) => live(steps)),
    { numRuns, seed, path, endOnFailure: numRuns <= SHORT_RUNS },
  );
  // Lives in which nobody is ever paid would prove nothing.
  expect(creditedVouchers).toBeGreaterThan(path ? 0 : numRuns / 2);
}, 3_600_000);

// A check that cannot fail proves nothing: each sabotage breaks one guard, and the same life must notice.
const PAID: readonly Step[] = [
  { do: "open", customer: 0, amountCents: 50_000n },
  { do: "buy", purchase: 0, editedCents: null },
  { do: "paste", customer: 0, voucher: 0, crash: null },
];

async function postAgain({ customers }: VoucherWorld): Promise<void> {
  const [customer] = customers;
  if (!customer) throw new Error("a world has customers");
  await db().$transaction((tx) =>
    postMovement(tx, {
      merchantId: customer.user.merchantId,
      kind: "deposit",
      ref: "voucher:credited-again",
      now: clock(),
      lines: [
        { account: providerAccount("pesavoucher"), amountCents: -50_000n },
        { account: customerAvailable(customer.user.id), amountCents: 50_000n },
      ],
    }),
  );
}

async function settleUnproven({ customers, purchases }: VoucherWorld): Promise<void> {
  const [customer] = customers;
  const [purchase] = purchases;
  if (!customer || !purchase) throw new Error("a world has customers and purchases");
  const claim = await claimVoucher(customer.ctx, {
    code: `MLP-NOBODYBURNT${lives}`,
    source: "pasted",
    customerId: customer.user.id,
    depositId: purchase.depositId,
    worker: "job",
  });
  if (claim.kind !== "claimed") throw new Error("a new code can be claimed");
  await settleDeposit(customer.ctx, {
    depositId: claim.depositId,
    evidence: {
      kind: "voucher_redeemed",
      redemptionId: claim.redemptionId,
      amountCents: 50_000n,
    },
  });
}

async function putBackToWaiting({ customers }: VoucherWorld): Promise<void> {
  await db().deposit.updateMany({
    where: { customerId: { in: customers.map(({ user }) => user.id) } },
    data: { state: "submitted", nextCheckAt: null },
  });
}

// The last one leaves invariants broken for the whole database, so it comes last.
test.each<[name: string, sabotage: Sabotage, notice: string]>([
  ["a second movement for money that came once", postAgain, "nobody holds money"],
  ["a credit without proof", settleUnproven, "nobody holds money"],
  ["a paid deposit put back to waiting", putBackToWaiting, "nothing open is forgotten"],
])("the simulation notices %s", async (_name, sabotage, notice) => {
  await live(PAID);
  await expect(live(PAID, sabotage)).rejects.toThrow(notice);
});
