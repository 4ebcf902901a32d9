import { afterAll, beforeAll, expect, test } from "vitest";
import { db, Prisma, type Db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { addMs, HOUR_MS } from "@/lib/kit/time";
import { customerAvailable, customerHeld } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { openPayoutShop } from "@/test/payouts";
import { makeVictim, STANDINGS, type Standing, type Victim } from "@/test/refund-victims";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { REFUND_CHECKS } from "./refund-invariants";
import { checkBooks } from "./run-invariant-checks";

let shop: Shop;
const victims = new Map<Standing, Victim>();

beforeAll(async () => {
  shop = await openPayoutShop();
  for (const standing of STANDINGS) victims.set(standing, await makeVictim(shop, standing));
  await expectInvariants();
}, 120_000);
afterAll(() => shop.close());

const PROMISED = "what is promised back is what its refunds say";
const PLACE = "a refund's money is where its state says";
const MOVED = "a refund moved what it says";
const VOUCHER = "a refund by voucher stands where its withdrawal does";
const SUSPENSE = "money given back from suspense is its refund's";
const ORDERS = "one refund, one order that may have arrived";
const RECEIPT = "a receipt of a refund is held by it alone";
const TOLD = "every refund of a deposit was announced once";
const FORGOTTEN = "no refund that is open is forgotten";
const HELD = "what is held belongs to withdrawals and refunds that are open";
const OVERDUE = "nothing is unresolved past its deadline";
const PAID_OUT = "a withdrawal moved what it says";

const now = new Date();

interface Sabotage {
  readonly what: string;
  readonly of: Standing;
  readonly plant: (tx: Db, it: Victim) => Promise<unknown>;
  readonly notices: readonly string[];
}

/** Changes columns of the refund's own row. */
function row(sets: Prisma.Sql): Sabotage["plant"] {
  return (tx, { id }) => tx.$executeRaw`UPDATE refunds SET ${sets} WHERE id = ${id}`;
}

function deposit(sets: Prisma.Sql): Sabotage["plant"] {
  return (tx, it) => tx.$executeRaw`UPDATE deposits SET ${sets} WHERE id = ${it.depositId}`;
}

function withdrawal(sets: Prisma.Sql): Sabotage["plant"] {
  return (tx, it) => tx.$executeRaw`UPDATE withdrawals SET ${sets} WHERE id = ${it.withdrawalId}`;
}

function line(sets: Prisma.Sql): Sabotage["plant"] {
  return (tx, it) =>
    tx.$executeRaw`UPDATE provider_transactions SET ${sets} WHERE id = ${it.transactionId}`;
}

function movement(kind: string, sets: Prisma.Sql): Sabotage["plant"] {
  return (tx, { id }) =>
    tx.$executeRaw`UPDATE ledger_movements SET ${sets} WHERE kind = ${kind} AND ref = ${id}`;
}

/** Another order for the same refund, as the case file would show it. */
function orderAgain(outcome: "accepted" | "unknown" | "refused" | null): Sabotage["plant"] {
  return (tx, { id, merchantId }) =>
    tx.providerCall.create({
      data: {
        ...{ id: newId("call"), merchantId, provider: "mpesa", operation: "reversal" },
        ...{ subjectId: id, request: {}, startedAt: now, outcome },
      },
    });
}

const OPEN_AGAIN = Prisma.sql`
  state = 'submitted', reason = NULL, settled_at = NULL, failed_at = NULL, next_check_at = now()`;
const CALLED_DONE = Prisma.sql`
  state = 'done', reason = NULL, settled_at = now(), failed_at = NULL, next_check_at = NULL`;
const CALLED_FAILED = Prisma.sql`
  state = 'failed', reason = 'declined', settled_at = NULL, failed_at = now(), next_check_at = NULL`;

const OF_THE_DEPOSIT: readonly Sabotage[] = [
  {
    what: "of which less is promised than was asked for",
    of: "requested",
    plant: deposit(Prisma.sql`refund_cents = refund_cents - 1`),
    notices: [PROMISED],
  },
  {
    what: "that failed and is promised still",
    of: "failed",
    plant: deposit(Prisma.sql`refund_cents = paid_cents`),
    notices: [PROMISED],
  },
  {
    what: "whose deposit is called reversed before it is done",
    of: "submitted",
    plant: deposit(Prisma.sql`state = 'reversed'`),
    notices: [PROMISED],
  },
  {
    what: "whose deposit is called paid though all of it went back",
    of: "done",
    plant: deposit(Prisma.sql`state = 'paid'`),
    notices: [PROMISED],
  },
  {
    what: "by voucher whose deposit is called paid though all of it went back",
    of: "voucher done",
    plant: deposit(Prisma.sql`state = 'paid'`),
    notices: [PROMISED],
  },
];

const OF_ITS_MONEY: readonly Sabotage[] = [
  {
    what: "done without its money leaving what is held",
    of: "submitted",
    plant: row(CALLED_DONE),
    notices: [PROMISED, PLACE, HELD, TOLD],
  },
  {
    what: "failed without its money coming back",
    of: "submitted",
    plant: row(CALLED_FAILED),
    notices: [PROMISED, PLACE, HELD],
  },
  {
    what: "from suspense that failed without its money coming back",
    of: "suspense requested",
    plant: row(CALLED_FAILED),
    notices: [PLACE, SUSPENSE],
  },
  {
    what: "open again after it was done",
    of: "done",
    plant: row(OPEN_AGAIN),
    notices: [PROMISED, PLACE, HELD],
  },
  {
    what: "open again after its money came back",
    of: "failed",
    plant: row(OPEN_AGAIN),
    notices: [PROMISED, PLACE, HELD],
  },
  {
    what: "called failed after it was done",
    of: "done",
    plant: row(CALLED_FAILED),
    notices: [PROMISED, PLACE],
  },
  {
    what: "called done after its money came back",
    of: "failed",
    plant: row(CALLED_DONE),
    notices: [PROMISED, PLACE, TOLD],
  },
  {
    what: "asked for without any money held",
    of: "requested",
    plant: async (tx, { id }) => {
      const first = await tx.refund.findUniqueOrThrow({ where: { id } });
      const own = { id: newId("refund"), attemptKey: "another", receipt: "UKL0000000" };
      await tx.refund.create({ data: { ...first, ...own } });
    },
    notices: [PROMISED, PLACE, HELD],
  },
  {
    what: "whose hold was taken away",
    of: "submitted",
    plant: movement("refund_hold", Prisma.sql`kind = 'test'`),
    notices: [PLACE],
  },
  {
    what: "whose hold undoes another movement",
    of: "submitted",
    plant: movement("refund_hold", Prisma.sql`reverses_id = id`),
    notices: [PLACE],
  },
  {
    what: "whose end was taken away",
    of: "done",
    plant: movement("refund_end", Prisma.sql`kind = 'test'`),
    notices: [PLACE],
  },
  {
    what: "that is done by undoing its hold",
    of: "done",
    plant: (tx, { id }) => tx.$executeRaw`
      UPDATE ledger_movements e SET reverses_id = h.id FROM ledger_movements h
       WHERE h.kind = 'refund_hold' AND h.ref = ${id} AND e.kind = 'refund_end' AND e.ref = ${id}`,
    notices: [PLACE],
  },
  {
    what: "that failed without undoing its own hold",
    of: "failed",
    plant: movement("refund_end", Prisma.sql`reverses_id = NULL`),
    notices: [PLACE],
  },
  {
    what: "of more than was held for it",
    of: "submitted",
    plant: row(Prisma.sql`amount_cents = amount_cents + 1`),
    notices: [PROMISED, MOVED, HELD],
  },
  {
    what: "of more than was given back for it",
    of: "done",
    plant: row(Prisma.sql`amount_cents = amount_cents + 1`),
    notices: [PROMISED, MOVED],
  },
  {
    what: "of one customer with the money of another",
    of: "submitted",
    plant: row(Prisma.sql`customer_id = requested_by_id`),
    notices: [MOVED, HELD],
  },
  {
    what: "of a customer, asked for as if the money had been nobody's",
    of: "suspense requested",
    plant: (tx, { id }) => tx.$executeRaw`
      UPDATE ledger_lines l SET account_id = a.id
        FROM ledger_movements m, ledger_accounts a
       WHERE l.movement_id = m.id AND m.kind = 'refund_hold' AND m.ref = ${id} AND l.amount_cents < 0
         AND a.kind = 'customer_held'`,
    notices: [MOVED, "customer balance is the sum of its lines"],
  },
  {
    what: "that is done with the money at no provider",
    of: "done",
    plant: (tx, { id }) => tx.$executeRaw`
      UPDATE ledger_lines l SET account_id = a.id
        FROM ledger_movements m, ledger_accounts a, ledger_accounts b
       WHERE l.movement_id = m.id AND m.kind = 'refund_end' AND m.ref = ${id} AND b.id = l.account_id
         AND b.kind = 'provider' AND a.kind = 'suspense'`,
    notices: [MOVED],
  },
  {
    what: "beside money that is held for nothing",
    of: "failed",
    plant: (tx, { merchantId, customerId }) =>
      postMovement(tx, {
        ...{ merchantId, kind: "test", ref: crypto.randomUUID(), now },
        lines: [
          { account: customerAvailable(customerId ?? ""), amountCents: -1n },
          { account: customerHeld(customerId ?? ""), amountCents: 1n },
        ],
      }),
    notices: [HELD],
  },
];

const WITHOUT_A_HOLD: readonly Sabotage[] = [
  {
    what: "made good without its money leaving anybody",
    of: "made good",
    plant: movement("refund_unheld", Prisma.sql`kind = 'test'`),
    notices: [PLACE],
  },
  {
    what: "made good and open again",
    of: "made good",
    plant: row(OPEN_AGAIN),
    notices: [PROMISED, PLACE, HELD],
  },
  {
    what: "made good though its money was never put back",
    of: "made good",
    plant: movement("refund_end", Prisma.sql`reverses_id = NULL`),
    notices: [PLACE, MOVED],
  },
  {
    what: "booked by hand without its money leaving anybody",
    of: "by hand",
    plant: movement("refund_unheld", Prisma.sql`kind = 'test'`),
    notices: [PLACE],
  },
  {
    what: "booked by hand and open again",
    of: "by hand",
    plant: row(Prisma.sql`
      state = 'needs_review', reason = 'unconfirmed', settled_at = NULL, next_check_at = NULL`),
    notices: [PROMISED, PLACE],
  },
  {
    what: "booked by hand though it was ordered here",
    of: "by hand",
    plant: row(Prisma.sql`sent_at = now()`),
    notices: [PLACE],
  },
  {
    what: "booked by hand with the money of another customer",
    of: "by hand",
    plant: row(Prisma.sql`customer_id = requested_by_id`),
    notices: [MOVED, TOLD],
  },
  {
    what: "booked by hand in another amount than it says",
    of: "by hand",
    plant: row(Prisma.sql`amount_cents = amount_cents - 1`),
    notices: [PROMISED, MOVED],
  },
];

const OF_A_VOUCHER: readonly Sabotage[] = [
  {
    what: "by voucher whose withdrawal went on alone",
    of: "voucher waiting",
    plant: withdrawal(
      Prisma.sql`state = 'requested', decided_by_id = 'usr_another', decided_at = now()`,
    ),
    notices: [VOUCHER],
  },
  {
    what: "by voucher that failed without its withdrawal",
    of: "voucher waiting",
    plant: row(CALLED_FAILED),
    notices: [PROMISED, VOUCHER],
  },
  {
    what: "by voucher called failed after its voucher was issued",
    of: "voucher done",
    plant: row(CALLED_FAILED),
    notices: [PROMISED, VOUCHER],
  },
  {
    what: "by voucher called done after it was turned down",
    of: "voucher failed",
    plant: row(CALLED_DONE),
    notices: [PROMISED, VOUCHER, TOLD],
  },
  {
    what: "by voucher with no withdrawal",
    of: "voucher waiting",
    plant: row(Prisma.sql`withdrawal_id = NULL`),
    notices: [VOUCHER],
  },
  {
    what: "by voucher of another amount than its withdrawal",
    of: "voucher done",
    plant: withdrawal(Prisma.sql`amount_cents = amount_cents + 1`),
    notices: [VOUCHER, PAID_OUT],
  },
  {
    what: "by voucher that cost the customer a fee",
    of: "voucher done",
    plant: withdrawal(Prisma.sql`fee_cents = 1`),
    notices: [VOUCHER, PAID_OUT],
  },
  {
    what: "by voucher to another customer's account",
    of: "voucher waiting",
    plant: row(Prisma.sql`customer_id = requested_by_id`),
    notices: [VOUCHER],
  },
  {
    what: "by voucher of another merchant",
    of: "voucher waiting",
    plant: row(Prisma.sql`merchant_id = 'mer_another'`),
    notices: [VOUCHER],
  },
];

const OF_SUSPENSE: readonly Sabotage[] = [
  {
    what: "of money that somebody else may be given meanwhile",
    of: "suspense requested",
    plant: line(Prisma.sql`
      standing = 'suspense', cause = 'unknown_reference', payment_id = NULL, settled_at = NULL`),
    notices: [SUSPENSE],
  },
  {
    what: "of money that somebody else was given",
    of: "suspense requested",
    plant: line(Prisma.sql`payment_id = 'dep_another'`),
    notices: [SUSPENSE],
  },
  {
    what: "whose money is called returned before it is",
    of: "suspense requested",
    plant: line(Prisma.sql`standing = 'returned'`),
    notices: [SUSPENSE],
  },
  {
    what: "whose money is never called returned",
    of: "suspense done",
    plant: line(Prisma.sql`standing = 'matched'`),
    notices: [SUSPENSE],
  },
  {
    what: "that failed and keeps its money from everybody",
    of: "suspense failed",
    plant: (tx, { id, transactionId }) => tx.$executeRaw`
      UPDATE provider_transactions SET standing = 'matched', payment_id = ${id}, settled_at = now()
       WHERE id = ${transactionId}`,
    notices: [SUSPENSE],
  },
  {
    what: "of another amount than came in",
    of: "suspense done",
    plant: line(Prisma.sql`amount_cents = amount_cents + 1`),
    notices: [SUSPENSE],
  },
  {
    what: "from another shortcode than received it",
    of: "suspense done",
    plant: row(Prisma.sql`account_id = 'acc_another'`),
    notices: [SUSPENSE],
  },
];

const OF_WHAT_WAS_SAID: readonly Sabotage[] = [
  { what: "ordered twice", of: "submitted", plant: orderAgain("accepted"), notices: [ORDERS] },
  {
    what: "ordered twice, with an answer that was lost",
    of: "submitted",
    plant: orderAgain("unknown"),
    notices: [ORDERS],
  },
  {
    what: "ordered twice, by a process that died",
    of: "done",
    plant: orderAgain(null),
    notices: [ORDERS],
  },
  {
    what: "ordered three times, once with a reason",
    of: "submitted",
    plant: async (tx, it) => {
      await orderAgain("accepted")(tx, it);
      await orderedByAPerson(tx, it);
      await orderAgain("unknown")(tx, it);
    },
    notices: [ORDERS],
  },
  {
    what: "with a receipt nobody booked",
    of: "done",
    plant: row(Prisma.sql`provider_receipt = 'UKL0000000'`),
    notices: [RECEIPT],
  },
  {
    what: "whose receipt was booked for another",
    of: "done",
    plant: (tx, { id }) =>
      tx.$executeRaw`UPDATE receipts SET payment_id = 'dep_another' WHERE payment_id = ${id}`,
    notices: [RECEIPT],
  },
  {
    what: "whose customer was not told",
    of: "done",
    plant: (tx, { customerId }) => tx.$executeRaw`
      DELETE FROM live_events WHERE type = 'deposit_refunded' AND customer_id = ${customerId}`,
    notices: [TOLD],
  },
  {
    what: "by voucher whose customer was not told",
    of: "voucher done",
    plant: (tx, { customerId }) => tx.$executeRaw`
      DELETE FROM live_events WHERE type = 'deposit_refunded' AND customer_id = ${customerId}`,
    notices: [TOLD],
  },
  {
    what: "whose customer was told twice",
    of: "done",
    plant: (tx, { customerId }) => tx.$executeRaw`
      INSERT INTO live_events (customer_id, id, type, payload, created_at)
      SELECT customer_id, id + 1000000, type, payload, created_at FROM live_events
       WHERE type = 'deposit_refunded' AND customer_id = ${customerId}`,
    notices: [TOLD],
  },
  {
    what: "in line, and due never",
    of: "requested",
    plant: row(Prisma.sql`next_check_at = NULL`),
    notices: [FORGOTTEN],
  },
  {
    what: "before another person, and due never",
    of: "waiting",
    plant: row(Prisma.sql`next_check_at = NULL`),
    notices: [FORGOTTEN],
  },
  {
    what: "sent, and looked up never",
    of: "submitted",
    plant: row(Prisma.sql`next_check_at = NULL`),
    notices: [FORGOTTEN],
  },
  {
    what: "open long after its last hour",
    of: "submitted",
    plant: row(Prisma.sql`deadline_at = now() - interval '2 hours'`),
    notices: [OVERDUE],
  },
];

function orderedByAPerson(tx: Db, { id, merchantId }: Victim): Promise<unknown> {
  return tx.auditEntry.create({
    data: {
      ...{ merchantId, actorKind: "staff", actorId: "usr_staff", requestId: "req_test" },
      ...{ action: "refund.ordered_again", subjectId: id, createdAt: now },
    },
  });
}

const SABOTAGES = [
  ...OF_THE_DEPOSIT,
  ...OF_ITS_MONEY,
  ...WITHOUT_A_HOLD,
  ...OF_A_VOUCHER,
  ...OF_SUSPENSE,
  ...OF_WHAT_WAS_SAID,
];

/** What is broken once `plant` was done to the refund, where no trigger and no foreign key helps. */
async function brokenBy({ of, plant }: Pick<Sabotage, "of" | "plant">) {
  const it = victims.get(of);
  if (!it) throw new Error(`there is no refund that is ${of}`);
  const undo = new Error("undone");
  let broken: { name: string; detail: string }[] = [];
  const work = db().$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`;
    await plant(tx, it);
    const results = await checkBooks(tx, { overdueBefore: addMs(now, -HOUR_MS) });
    broken = results.filter(({ holds }) => !holds);
    throw undo;
  });
  await expect(work).rejects.toBe(undo);
  return { it, broken };
}

test.each(SABOTAGES)("a refund $what is noticed", async ({ notices, ...sabotage }) => {
  const { it, broken } = await brokenBy(sabotage);
  expect(broken.map(({ name }) => name).sort()).toEqual([...notices].sort());
  const bystanders = [...victims.values()].filter(({ id }) => id !== it.id);
  for (const { name, detail } of broken) {
    // The deposit's check names the deposit.
    if (name === PROMISED) expect(detail).toBe(it.depositId);
    for (const { id } of bystanders) expect(detail).not.toContain(id);
  }
});

test("every check of refunds is broken by one sabotage at least", () => {
  const noticed = new Set(SABOTAGES.flatMap(({ notices }) => notices));
  expect(Object.keys(REFUND_CHECKS).filter((name) => !noticed.has(name))).toEqual([]);
});

/** A voucher too many went out: the deposit counts it no longer. */
function uncounted(reason: string): Sabotage["plant"] {
  return async (tx, it) => {
    await deposit(Prisma.sql`state = 'paid', refund_cents = 0`)(tx, it);
    await row(CALLED_FAILED)(tx, it);
    await row(Prisma.sql`reason = ${reason}`)(tx, it);
  };
}

test("a refund by voucher that failed though its voucher was issued is noticed, unless people said so", async () => {
  const { broken } = await brokenBy({ of: "voucher done", plant: uncounted("declined") });
  expect(broken.map(({ name }) => name)).toEqual([VOUCHER]);
  const said = await brokenBy({ of: "voucher done", plant: uncounted("beyond_paid") });
  expect(said.broken).toEqual([]);
});

test.each([
  { what: "refused, and then ordered", plant: orderAgain("refused") },
  {
    what: "ordered again by a person who said why",
    plant: async (tx: Db, it: Victim) => {
      await orderAgain("accepted")(tx, it);
      await orderedByAPerson(tx, it);
    },
  },
])("a refund $what breaks nothing", async ({ plant }) => {
  expect((await brokenBy({ of: "submitted", plant })).broken).toEqual([]);
});
