import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { rollUpBalances } from "@/lib/ledger/roll-up-balances";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelRefund } from "@/lib/payments/refunds/cancel-refund";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import { holdWithdrawal } from "@/lib/payments/withdrawals/hold-withdrawal";
import { saveWithdrawalRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { auditKey } from "@/lib/recovery/audit-key";
import { sealWholeLog } from "@/lib/recovery/seal-whole-log";
import { signAuditHead } from "@/lib/recovery/sign-audit-head";
import { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { createTestDatabase } from "@/test/database";
import { eventually } from "@/test/eventually";
import {
  calmPayouts,
  deliver,
  expectStanding,
  freshEmail,
  send,
  staffOf,
  voucherOf,
  withdraw,
  workerOf,
} from "@/test/payouts";
import {
  deliverRefund,
  expectRefund,
  paidByMpesa,
  paidByVoucher,
  refund,
  sendOne,
} from "@/test/refunds";
import { bookLine, contradictedRefund, freshReceipt, press } from "@/test/review";
import { openShop, type Shop } from "@/test/shop";
import { verifyBooks, type BookCheck } from "./verify-books.mjs";

let shop: Shop;
let client: pg.Client;
let merchantId = "";
let amina: Customer;
let brian: Customer;
/** A withdrawal of Amina's that nobody has sent yet. */
let openId = "";
let givenBack: GivenBack;
/** A withdrawal that was given back and paid, and taken from Amina once more. */
let takenId = "";
/** A voucher that a person said was paid, with its code. */
let saidPaidId = "";
/** A line of M-Pesa's books that is nobody's, and is booked nowhere. */
let unmatchedId = "";
/** One of the merchant's people, who has asked for a refund. */
let staffId = "";

interface GivenBack {
  readonly done: string;
  readonly cancelled: string;
  readonly byVoucher: string;
  readonly ofLine: string;
}

interface Customer {
  readonly user: User;
  readonly ctx: Ctx;
  readonly voucherId: string;
  readonly promptId: string;
  readonly paidId: string;
  readonly issuedId: string;
  readonly failedId: string;
}

beforeAll(async () => {
  process.env.DATABASE_URL = await createTestDatabase();
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
  await calmPayouts(shop);
  amina = await trade(await shop.customer());
  merchantId = amina.user.merchantId;
  brian = await trade(await shop.customer(merchantId));
  await takeUnknownMoney();
  givenBack = await giveMoneyBack();
  await decideThings();
  await endWhatWentBack();
  await changeSettings();
  await rollUpBalances(db());
  await sealEverything();
  await signAuditHead({ now: () => new Date() });
  await failPrompt();
  await sealEverything();
  await signAuditHead({ now: () => addMs(new Date(), DAY_MS) });
  openId = await withdraw(amina.ctx, { amount: "200" });
  await sealEverything();
  client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
}, 120_000);
afterAll(async () => {
  await client.end();
  await shop.close();
});

/** One customer's day: a voucher, a prompt, and three withdrawals that came to different ends. */
async function trade({ user, ctx }: { user: User; ctx: Ctx }): Promise<Customer> {
  await setWithdrawalRules(user.merchantId, { mpesaFeeCents: 1_000n });
  const { depositId: voucherId, sessionId } = await shop.purchase(ctx, "5000");
  const { voucher } = await shop.sandbox.control.createVoucher({
    amountCents: 500_000n,
    sessionId,
  });
  await acceptVoucherReturn(ctx, { sessionId, voucher: voucher.code });
  await shop.runJobs();
  const promptId = await payPrompt(ctx);
  const paidId = await withdraw(ctx);
  const issuedId = await withdraw(ctx, { method: "pesavoucher", amount: "300" });
  for (const id of [paidId, issuedId]) await send(id);
  await deliver(shop, paidId);
  await shop.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
  const failedId = await withdraw(ctx, { amount: "100" });
  await send(failedId);
  await deliver(shop, failedId);
  await calmPayouts(shop);
  await expectStanding(paidId, "paid");
  await expectStanding(issuedId, "paid");
  await expectStanding(failedId, "failed: float_empty");
  return { user, ctx, voucherId, promptId, paidId, issuedId, failedId };
}

async function payPrompt(ctx: Ctx): Promise<string> {
  const { depositId, phone } = await shop.prompt(ctx, { amount: "500" });
  await shop.sandbox.control.enterPin(phone);
  await endPrompt(depositId, "paid");
  return depositId;
}

async function failPrompt(): Promise<void> {
  const { depositId, phone } = await shop.prompt(amina.ctx, { amount: "70" });
  await shop.sandbox.control.answerPrompt(phone, "decline");
  await endPrompt(depositId, "failed");
}

async function endPrompt(id: string, state: "paid" | "failed"): Promise<void> {
  await eventually(async () => {
    await shop.sandbox.control.settle();
    expect((await db().deposit.findUniqueOrThrow({ where: { id } })).state).toBe(state);
  });
}

/** A payment to the shortcode that names nobody. */
async function takeUnknownMoney(): Promise<void> {
  const ctx = makeCtx(merchantId, { kind: "system", id: "verify-books.test" });
  const account = await db().providerAccount.findFirstOrThrow({ where: { merchantId } });
  const { transactionId } = await recordTransaction(ctx, {
    accountId: account.id,
    kind: "payment_in",
    receipt: "UKL4XY7Z01",
    amountCents: 123_400n,
    occurredAt: new Date(),
    reference: null,
    details: "Pay Bill",
    payer: null,
    originalReceipt: null,
    source: "statement",
  });
  expect(await matchTransaction(ctx, { transactionId })).toMatchObject({ kind: "suspense" });
}

/** Refunds that came to different ends, of deposits and of money that was nobody's. */
async function giveMoneyBack(): Promise<GivenBack> {
  const done = await refund(await paidByMpesa(shop));
  await sendOne(done);
  await deliverRefund(shop, done);
  await expectRefund(done, "done");
  const kept = await paidByMpesa(shop);
  const cancelled = await refund(kept);
  expect(await cancelRefund(kept.staff, { refundId: cancelled })).toBe(true);
  const byVoucher = await refund(await paidByVoucher(shop), { email: freshEmail() });
  const { transactionId } = await bookLine(merchantId, { amountCents: 45_600n });
  const { ctx: staff } = await staffOf(merchantId);
  const request = { transactionId, why: "nobody knows the payer", attemptKey: "one" };
  const { refundId: ofLine } = await requestRefundOfTransaction(staff, request);
  return { done, cancelled, byVoucher, ofLine };
}

/** What people said of money that went back twice, or unasked, and of a line that shows another amount. */
async function endWhatWentBack(): Promise<void> {
  for (const action of ["refund_contradiction_take", "refund_contradiction_loss"]) {
    const { id, maker } = await contradictedRefund(shop);
    await press(maker, id, action);
  }
  for (const action of ["reversal_take", "reversal_loss"]) {
    const { user, depositId, receipt: originalReceipt } = await paidByMpesa(shop);
    const { ctx: staff } = await staffOf(user.merchantId);
    const { transactionId } = await bookLine(user.merchantId, {
      ...{ amountCents: -50_000n, kind: "reversal", originalReceipt },
    });
    await press(staff, transactionId, action, { paymentId: depositId });
  }
  const { user, receipt } = await paidByMpesa(shop);
  const { ctx: staff } = await staffOf(user.merchantId);
  const short = { amountCents: 45_000n, receipt };
  const { transactionId } = await bookLine(user.merchantId, short);
  await press(staff, transactionId, "book_difference");
}

/** What a person said of money that was nobody's, and of payouts that were given back and paid as well. */
async function decideThings(): Promise<void> {
  const { ctx: staff } = await staffOf(merchantId);
  const { transactionId } = await bookLine(merchantId, { amountCents: 7_800n });
  await press(staff, transactionId, "assign_customer", { customerId: amina.user.id });
  const ids: string[] = [];
  for (const action of ["contradiction_take", "contradiction_loss"]) {
    const withdrawalId = await withdraw(amina.ctx, { amount: "100" });
    await send(withdrawalId);
    const worker = workerOf(merchantId);
    await failWithdrawal(worker, { withdrawalId, reason: "declined" });
    const told = { kind: "status_result", namesAmount: true, receiverName: null } as const;
    await settleWithdrawal(worker, {
      withdrawalId,
      evidence: { ...told, receipt: freshReceipt() },
    });
    expect(await press(staff, withdrawalId, action)).toMatchObject({ kind: "done" });
    await expectStanding(withdrawalId, "paid");
    ids.push(withdrawalId);
  }
  [takenId = ""] = ids;
  await shop.sandbox.control.addFault({
    ...{ endpoint: "create_voucher", when: "after", effect: { kind: "drop" } },
  });
  saidPaidId = await withdraw(amina.ctx, { method: "pesavoucher", amount: "100" });
  await send(saidPaidId);
  const held = { withdrawalId: saidPaidId, reason: "unconfirmed", nextCheckAt: null } as const;
  await holdWithdrawal(workerOf(merchantId), held);
  const { code } = await voucherOf(shop, saidPaidId);
  await press(staff, saidPaidId, "withdrawal_paid", { code });
  await expectStanding(saidPaidId, "paid");
  const unmatched = await bookLine(merchantId, { kind: "other", amountCents: -4_200n });
  unmatchedId = unmatched.transactionId;
  staffId = staff.actor.id;
}

/** What an admin of the merchant has set: other limits, and a new secret for the callbacks. */
async function changeSettings(): Promise<void> {
  const { ctx: admin } = await staffOf(merchantId, "admin");
  const amounts = { perPayment: "1000", day: "20000", week: "90000", mpesaFee: "10" };
  const above = { approvalAbove: "", reviewAbove: "5000", voucherFee: "0" };
  await saveWithdrawalRules(admin, { ...amounts, ...above, voucherFloor: "0", mpesaFloor: "0" });
  const account = await db().providerAccount.findFirstOrThrow({ where: { merchantId } });
  await rotateCallbackSecret(admin, { accountId: account.id });
}

/** Other tests share the server: what is open there beside these rows has to end first. */
async function sealEverything(): Promise<void> {
  await eventually(async () => {
    await sealWholeLog();
    expect(await db().auditSeal.count()).toBe(await db().auditEntry.count());
  });
}

async function check(publicKeys: readonly string[] = [auditKey().publicText]) {
  const results: BookCheck[] = [];
  for await (const result of verifyBooks(client, { publicKeys })) results.push(result);
  return results;
}

/** What is found broken after a hand with every right was in the database; nothing of it stays. */
async function brokenBy(...statements: readonly string[]): Promise<string[]> {
  return (await findAfter(statements)).map(({ name, broken }) => `${name}: ${broken.join(", ")}`);
}

async function findAfter(statements: readonly string[]): Promise<BookCheck[]> {
  await client.query("BEGIN; SET LOCAL session_replication_role = replica");
  try {
    for (const sql of statements) {
      const { rowCount } = await client.query(sql);
      if (!/^(TRUNCATE|ALTER)/.test(sql)) expect(rowCount, sql).toBeGreaterThan(0);
    }
    return (await check()).filter(({ broken }) => broken.length > 0);
  } finally {
    await client.query("ROLLBACK");
  }
}

/** The value of one expression over the untouched books. */
async function look(sql: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>(`SELECT (${sql})::text AS value`);
  return rows[0]?.value ?? "";
}

/** The movement of a payment, as SQL. */
const movementOf = {
  voucher: (it: Customer) =>
    `SELECT m.id FROM ledger_movements m JOIN voucher_redemptions v ON m.ref = 'voucher:' || v.code_hash
      WHERE v.deposit_id = '${it.voucherId}'`,
  prompt: (it: Customer) => `SELECT id FROM ledger_movements WHERE ref = 'stk:${it.promptId}'`,
  hold: (id: string) =>
    `SELECT id FROM ledger_movements WHERE kind = 'withdrawal_hold' AND ref = '${id}'`,
  end: (id: string) =>
    `SELECT id FROM ledger_movements WHERE kind = 'withdrawal_end' AND ref = '${id}'`,
};

const lines = (movement: string) => `ledger_lines WHERE movement_id = (${movement})`;
const available = (it: Customer) =>
  `SELECT id FROM ledger_accounts WHERE kind = 'customer_available' AND owner = '${it.user.id}'`;
const held = (it: Customer) =>
  `SELECT id FROM ledger_accounts WHERE kind = 'customer_held' AND owner = '${it.user.id}'`;
const auditOf = (id: string, action: string) =>
  `audit_log WHERE subject_id = '${id}' AND action = '${action}'`;
const give = (it: Customer, cents: number) =>
  `UPDATE ledger_accounts SET balance_cents = balance_cents + ${cents} WHERE id = (${available(it)})`;

interface Mutation {
  readonly what: string;
  /** What the hand does, one statement after the other. */
  readonly how: () => readonly string[];
  /** The row that has to be named: itself, or an expression for it. */
  readonly names: () => string | { readonly sql: string };
}

const LEDGER: readonly Mutation[] = [
  {
    what: "an amount on one side",
    how: () => [
      `UPDATE ledger_lines SET amount_cents = 600000 WHERE movement_id = (${movementOf.voucher(amina)}) AND amount_cents > 0`,
    ],
    names: () => ({ sql: movementOf.voucher(amina) }),
  },
  {
    what: "an amount on both sides, with the balance",
    how: () => [
      `UPDATE ledger_lines SET amount_cents = amount_cents * 2 WHERE movement_id = (${movementOf.voucher(amina)})`,
      give(amina, 500_000),
    ],
    names: () => ({ sql: movementOf.voucher(amina) }),
  },
  {
    what: "an amount on both sides, with the balance, the deposit and its claim",
    how: () => [
      `UPDATE ledger_lines SET amount_cents = amount_cents * 2 WHERE movement_id = (${movementOf.voucher(amina)})`,
      give(amina, 500_000),
      `UPDATE deposits SET paid_cents = 1000000 WHERE id = '${amina.voucherId}'`,
      `UPDATE voucher_redemptions SET amount_cents = 1000000 WHERE deposit_id = '${amina.voucherId}'`,
    ],
    names: () => ({ sql: movementOf.voucher(amina) }),
  },
  {
    what: "the customers of two equal deposits, in the lines",
    how: () => [
      `UPDATE ledger_lines SET account_id = (${available(brian)}) WHERE movement_id = (${movementOf.prompt(amina)}) AND amount_cents > 0`,
      `UPDATE ledger_lines SET account_id = (${available(amina)}) WHERE movement_id = (${movementOf.prompt(brian)}) AND amount_cents > 0`,
    ],
    names: () => amina.promptId,
  },
  {
    what: "the customers of two equal deposits, in the lines and in the deposits",
    how: () => [
      `UPDATE ledger_lines SET account_id = (${available(brian)}) WHERE movement_id = (${movementOf.prompt(amina)}) AND amount_cents > 0`,
      `UPDATE ledger_lines SET account_id = (${available(amina)}) WHERE movement_id = (${movementOf.prompt(brian)}) AND amount_cents > 0`,
      `UPDATE deposits SET customer_id = CASE id WHEN '${amina.promptId}' THEN '${brian.user.id}' ELSE '${amina.user.id}' END
        WHERE id IN ('${amina.promptId}', '${brian.promptId}')`,
    ],
    names: () => brian.promptId,
  },
  {
    what: "the owners of two customers' accounts",
    how: () => [
      `UPDATE ledger_accounts SET owner = 'away' WHERE id = (${available(amina)})`,
      `UPDATE ledger_accounts SET owner = '${amina.user.id}' WHERE id = (${available(brian)})`,
      `UPDATE ledger_accounts SET owner = '${brian.user.id}' WHERE owner = 'away'`,
    ],
    names: () => amina.voucherId,
  },
  {
    what: "the movements of two lines",
    how: () => [
      `UPDATE ledger_lines SET movement_id = CASE movement_id WHEN (${movementOf.prompt(amina)})
         THEN (${movementOf.prompt(brian)}) ELSE (${movementOf.prompt(amina)}) END
        WHERE amount_cents > 0 AND movement_id IN ((${movementOf.prompt(amina)}), (${movementOf.prompt(brian)}))`,
    ],
    names: () => amina.promptId,
  },
  {
    what: "the account that a provider's side stands on",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT id FROM ledger_accounts WHERE kind = 'provider' AND owner = 'pesavoucher' AND merchant_id = '${merchantId}')
        WHERE movement_id = (${movementOf.prompt(amina)}) AND amount_cents < 0`,
    ],
    names: () => amina.promptId,
  },
  {
    what: "a merchant's account for another's",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT min(id) FROM ledger_accounts WHERE kind = 'provider' AND owner = 'pesavoucher' AND merchant_id <> '${merchantId}')
        WHERE movement_id = (${movementOf.voucher(amina)}) AND amount_cents < 0`,
    ],
    names: () => ({ sql: movementOf.voucher(amina) }),
  },
  {
    what: "held money for money to use",
    how: () => [
      `UPDATE ledger_lines SET account_id = (${available(amina)}) WHERE account_id = (${held(amina)}) AND movement_id = (${movementOf.hold(openId)})`,
      give(amina, 21_000),
      `UPDATE ledger_accounts SET balance_cents = balance_cents - 21000 WHERE id = (${held(amina)})`,
    ],
    names: () => openId,
  },
  {
    what: "a fee for a payment to the provider",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT min(id) FROM ledger_accounts WHERE kind = 'provider' AND owner LIKE 'mpesa:%' AND merchant_id = '${merchantId}')
        WHERE movement_id = (${movementOf.end(amina.paidId)}) AND amount_cents = 1000`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "one line away",
    how: () => [`DELETE FROM ${lines(movementOf.end(amina.paidId))} AND amount_cents < 0`],
    names: () => ({ sql: movementOf.end(amina.paidId) }),
  },
  {
    what: "all lines of a movement away",
    how: () => [`DELETE FROM ${lines(movementOf.prompt(brian))}`, give(brian, -50_000)],
    names: () => ({ sql: movementOf.prompt(brian) }),
  },
  {
    what: "a movement away, its lines left",
    how: () => [`DELETE FROM ledger_movements WHERE id = (${movementOf.prompt(brian)})`],
    names: () => ({ sql: movementOf.prompt(brian) }),
  },
  {
    what: "a whole deposit away, with its lines, balance, receipt, event and prompt",
    how: () => [
      `DELETE FROM ${lines(movementOf.prompt(brian))}`,
      `DELETE FROM ledger_movements WHERE ref = 'stk:${brian.promptId}'`,
      give(brian, -50_000),
      `DELETE FROM receipts WHERE payment_id = '${brian.promptId}'`,
      `DELETE FROM live_events WHERE payload ->> 'deposit_id' = '${brian.promptId}'`,
      `DELETE FROM stk_pushes WHERE deposit_id = '${brian.promptId}'`,
      `DELETE FROM deposits WHERE id = '${brian.promptId}'`,
    ],
    names: () => ({ sql: movementOf.prompt(brian) }),
  },
  {
    what: "a credit from nowhere in, balanced and with its balance",
    how: () => [
      `INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
       SELECT 'mov_0123456789ab7000800000000000dead', merchant_id, kind, 'stk:none', to_timestamp(1250999896.491) FROM ledger_movements WHERE id = (${movementOf.prompt(amina)})`,
      `INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
       SELECT 'mov_0123456789ab7000800000000000dead', account_id, amount_cents FROM ${lines(movementOf.prompt(amina))}`,
      give(amina, 50_000),
    ],
    names: () => "mov_0123456789ab7000800000000000dead",
  },
  {
    what: "further lines into an old movement, balanced and with the balance",
    how: () => [
      `INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
       SELECT movement_id, account_id, amount_cents FROM ${lines(movementOf.prompt(amina))}`,
      give(amina, 50_000),
    ],
    names: () => ({ sql: movementOf.prompt(amina) }),
  },
  {
    what: "the date of a movement",
    how: () => [
      `UPDATE ledger_movements SET created_at = created_at - interval '1 day' WHERE id = (${movementOf.prompt(amina)})`,
    ],
    names: () => ({ sql: movementOf.prompt(amina) }),
  },
  {
    what: "the reference of a movement",
    how: () => [
      `UPDATE ledger_movements SET ref = 'stk:else' WHERE id = (${movementOf.prompt(amina)})`,
    ],
    names: () => amina.promptId,
  },
  {
    what: "the kind of a movement",
    how: () => [
      `UPDATE ledger_movements SET kind = 'gift' WHERE id = (${movementOf.hold(openId)})`,
    ],
    names: () => openId,
  },
  {
    what: "what a movement takes back",
    how: () => [
      `UPDATE ledger_movements SET reverses_id = (${movementOf.hold(openId)}) WHERE id = (${movementOf.end(amina.failedId)})`,
    ],
    names: () => ({ sql: movementOf.end(amina.failedId) }),
  },
  {
    what: "all lines away",
    how: () => ["TRUNCATE ledger_lines"],
    names: () => ({ sql: "SELECT min(id) FROM ledger_movements" }),
  },
  {
    what: "the whole ledger away",
    how: () => ["TRUNCATE ledger_lines, ledger_movements, ledger_accounts, ledger_rollups"],
    names: () => amina.voucherId,
  },
  {
    what: "the currency of an account",
    how: () => [`UPDATE ledger_accounts SET currency = 'USD' WHERE id = (${available(amina)})`],
    names: () => ({
      sql: `SELECT min(movement_id) FROM ledger_lines WHERE account_id = (${available(amina)})`,
    }),
  },
  {
    what: "when one line of a movement was written",
    how: () => [
      `UPDATE ledger_lines SET xid = xid - 1 WHERE movement_id = (${movementOf.prompt(amina)}) AND amount_cents > 0`,
    ],
    names: () => ({ sql: movementOf.prompt(amina) }),
  },
  {
    what: "the customers of two equal deposits, wherever they are named",
    how: () => [
      `UPDATE ledger_lines SET account_id = (${available(brian)}) WHERE movement_id = (${movementOf.prompt(amina)}) AND amount_cents > 0`,
      `UPDATE ledger_lines SET account_id = (${available(amina)}) WHERE movement_id = (${movementOf.prompt(brian)}) AND amount_cents > 0`,
      `UPDATE live_events SET id = id + 1000, customer_id = CASE payload ->> 'deposit_id' WHEN '${amina.promptId}' THEN '${brian.user.id}' ELSE '${amina.user.id}' END
        WHERE payload ->> 'deposit_id' IN ('${amina.promptId}', '${brian.promptId}')`,
      `UPDATE deposits SET customer_id = CASE id WHEN '${amina.promptId}' THEN '${brian.user.id}' ELSE '${amina.user.id}' END
        WHERE id IN ('${amina.promptId}', '${brian.promptId}')`,
    ],
    names: () => brian.promptId,
  },
  {
    what: "a balance",
    how: () => [give(amina, 1)],
    names: () => ({ sql: available(amina) }),
  },
  {
    what: "a roll-up",
    how: () => ["UPDATE ledger_rollups SET amount_cents = amount_cents - 1"],
    names: () => ({ sql: "SELECT min(account_id) FROM ledger_rollups" }),
  },
  {
    what: "an account away",
    how: () => [`DELETE FROM ledger_accounts WHERE id = (${held(amina)})`],
    names: () => ({
      sql: `SELECT min(movement_id) FROM ledger_lines WHERE account_id = (${held(amina)})`,
    }),
  },
];

/** A movement of two lines nobody knows of, dated as its name says. */
const movementIn = (id: string, lines: string) => [
  `INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
   VALUES ('${id}', '${merchantId}', 'gift', '${id}', to_timestamp(1250999896.491))`,
  `INSERT INTO ledger_lines (movement_id, account_id, amount_cents) VALUES ${lines}`,
];
const gift = "mov_0123456789ab7000800000000000beef";

const PAYMENTS: readonly Mutation[] = [
  {
    what: "a customer away, their account left",
    how: () => [`DELETE FROM users WHERE id = '${brian.user.id}'`],
    names: () => ({ sql: available(brian) }),
  },
  {
    what: "a balance below zero, its check off",
    how: () => [
      "ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_never_below_zero",
      ...movementIn(
        gift,
        `('${gift}', (${available(amina)}), -9000000), ('${gift}', (${available(brian)}), 9000000)`,
      ),
      give(amina, -9_000_000),
      give(brian, 9_000_000),
    ],
    names: () => ({ sql: available(amina) }),
  },
  {
    what: "money out of an escrow that has none",
    how: () => [
      `INSERT INTO ledger_accounts (id, merchant_id, kind, owner) VALUES ('acc_escrow', '${merchantId}', 'escrow', 'x')`,
      ...movementIn(
        gift,
        `('${gift}', 'acc_escrow', -100), ('${gift}', (${available(brian)}), 100)`,
      ),
      give(brian, 100),
    ],
    names: () => "acc_escrow",
  },
  {
    what: "a second redeemed code for a paid deposit in",
    how: () => [
      `INSERT INTO voucher_redemptions (id, merchant_id, deposit_id, code_hash, code_cipher, code_masked, state, source, amount_cents, created_at, settled_at)
       VALUES ('rdm_in', '${merchantId}', '${amina.promptId}', 'x', '', 'x', 'redeemed', 'pasted', 50000, now(), now())`,
    ],
    names: () => "rdm_in",
  },
  {
    what: "the claim of a code to another amount",
    how: () => [
      `UPDATE voucher_redemptions SET amount_cents = 1, state = 'redeemed', deposit_id = deposit_id WHERE deposit_id = '${brian.voucherId}'`,
    ],
    names: () => ({
      sql: `SELECT id FROM voucher_redemptions WHERE deposit_id = '${brian.voucherId}'`,
    }),
  },
  {
    what: "a failed deposit to paid",
    how: () => [
      "UPDATE deposits SET state = 'paid', paid_cents = asked_cents, settled_at = now() WHERE state = 'failed'",
    ],
    names: () => ({ sql: "SELECT id FROM deposits WHERE state = 'failed'" }),
  },
  {
    what: "a paid deposit to failed",
    how: () => [
      `UPDATE deposits SET state = 'failed', reason = 'cancelled' WHERE id = '${brian.promptId}'`,
    ],
    names: () => brian.promptId,
  },
  {
    what: "what a deposit says was paid",
    how: () => [`UPDATE deposits SET paid_cents = paid_cents + 1 WHERE id = '${brian.promptId}'`],
    names: () => brian.promptId,
  },
  {
    what: "whose deposit it is",
    how: () => [
      `UPDATE deposits SET customer_id = '${brian.user.id}' WHERE id = '${amina.voucherId}'`,
    ],
    names: () => amina.voucherId,
  },
  {
    what: "a deposit away",
    how: () => [`DELETE FROM deposits WHERE id = '${amina.promptId}'`],
    names: () => ({
      sql: `SELECT 'mpesa ' || number FROM receipts WHERE payment_id = '${amina.promptId}'`,
    }),
  },
  {
    what: "the claim of a code away",
    how: () => [`DELETE FROM voucher_redemptions WHERE deposit_id = '${amina.voucherId}'`],
    names: () => amina.voucherId,
  },
  {
    what: "a redeemed claim to refused",
    how: () => [
      `UPDATE voucher_redemptions SET state = 'refused' WHERE deposit_id = '${amina.voucherId}'`,
    ],
    names: () => ({
      sql: `SELECT id FROM voucher_redemptions WHERE deposit_id = '${amina.voucherId}'`,
    }),
  },
  {
    what: "the codes of two claims",
    how: () => [
      `UPDATE voucher_redemptions SET code_hash = 'x' || code_hash WHERE deposit_id = '${amina.voucherId}'`,
    ],
    names: () => amina.voucherId,
  },
  {
    what: "a receipt's payment",
    how: () => [
      `UPDATE receipts SET payment_id = '${brian.paidId}' WHERE payment_id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "a receipt's number",
    how: () => [`UPDATE receipts SET number = 'UKL0000000' WHERE payment_id = '${amina.promptId}'`],
    names: () => "mpesa UKL0000000",
  },
  {
    what: "a receipt away",
    how: () => [`DELETE FROM receipts WHERE payment_id = '${amina.promptId}'`],
    names: () => amina.promptId,
  },
  {
    what: "a receipt in",
    how: () => [
      `INSERT INTO receipts SELECT provider, 'UKL0000001', merchant_id, payment_id, created_at FROM receipts WHERE payment_id = '${amina.promptId}'`,
    ],
    names: () => "mpesa UKL0000001",
  },
  {
    what: "all receipts away",
    how: () => ["TRUNCATE receipts"],
    names: () => amina.promptId,
  },
  {
    what: "the amount of a withdrawal",
    how: () => [
      `UPDATE withdrawals SET amount_cents = 40000, fee_cents = 11000 WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "a paid withdrawal to failed",
    how: () => [
      `UPDATE withdrawals SET state = 'failed', reason = 'declined', settled_at = NULL, failed_at = now() WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "an open withdrawal to paid",
    how: () => [`UPDATE withdrawals SET state = 'paid', settled_at = now() WHERE id = '${openId}'`],
    names: () => openId,
  },
  {
    what: "whom a withdrawal goes to",
    how: () => [
      `UPDATE withdrawals SET destination_masked = '2547***99' WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "whose withdrawal it is",
    how: () => [
      `UPDATE withdrawals SET customer_id = '${brian.user.id}', requested_by_id = '${brian.user.id}' WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "a withdrawal away",
    how: () => [`DELETE FROM withdrawals WHERE id = '${amina.paidId}'`],
    names: () => ({
      sql: `SELECT 'mpesa ' || number FROM receipts WHERE payment_id = '${amina.paidId}'`,
    }),
  },
  {
    what: "a second order for a withdrawal in",
    how: () => [
      `INSERT INTO provider_calls SELECT 'cal_2', merchant_id, provider, operation, subject_id, request, response, http_status, outcome, duration_ms, started_at
         FROM provider_calls WHERE subject_id = '${amina.paidId}' AND operation = 'b2c'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "the order of a paid withdrawal away",
    how: () => [`DELETE FROM provider_calls WHERE subject_id = '${amina.paidId}'`],
    names: () => amina.paidId,
  },
  {
    what: "the word that an open withdrawal was paid in",
    how: () => [
      `INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, request_id, created_at)
       VALUES ('${merchantId}', 'system', 'x', 'withdrawal.paid', '${openId}', 'x', now())`,
    ],
    names: () => openId,
  },
  {
    what: "the receipt of a paid withdrawal so that it could pay once more",
    how: () => [
      `DELETE FROM receipts WHERE payment_id = '${amina.paidId}'`,
      `UPDATE withdrawals SET provider_receipt = NULL WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "the hash of whom an open withdrawal goes to",
    how: () => [`UPDATE withdrawals SET destination_hash = 'x' WHERE id = '${openId}'`],
    names: () => openId,
  },
  {
    what: "the number that an open withdrawal goes to, for that of another",
    how: () => [
      `UPDATE withdrawals SET destination_cipher = (SELECT destination_cipher FROM withdrawals WHERE id = '${brian.paidId}') WHERE id = '${openId}'`,
    ],
    names: () => openId,
  },
  {
    what: "by which way an open withdrawal goes",
    how: () => [
      `UPDATE withdrawals SET method = 'pesavoucher', account_id = NULL WHERE id = '${openId}'`,
    ],
    names: () => openId,
  },
  {
    what: "an open withdrawal away",
    how: () => [`DELETE FROM withdrawals WHERE id = '${openId}'`],
    names: () => openId,
  },
  {
    what: "a failed deposit away",
    how: () => [
      "DELETE FROM stk_pushes WHERE deposit_id = (SELECT id FROM deposits WHERE state = 'failed')",
      "DELETE FROM deposits WHERE state = 'failed'",
    ],
    names: () => ({ sql: "SELECT id FROM deposits WHERE state = 'failed'" }),
  },
  {
    what: "what was asked for a deposit",
    how: () => [`UPDATE deposits SET asked_cents = 100 WHERE id = '${amina.promptId}'`],
    names: () => amina.promptId,
  },
  {
    what: "that nothing was asked for a deposit",
    how: () => [`UPDATE deposits SET asked_cents = NULL WHERE id = '${amina.promptId}'`],
    names: () => amina.promptId,
  },
  {
    what: "a line that nothing explains away",
    how: () => [`DELETE FROM provider_transactions WHERE id = '${unmatchedId}'`],
    names: () => unmatchedId,
  },
  {
    what: "the amount of a line that nothing explains",
    how: () => [`UPDATE provider_transactions SET amount_cents = -1 WHERE id = '${unmatchedId}'`],
    names: () => unmatchedId,
  },
  {
    what: "the receipt of a line that nothing explains",
    how: () => [
      `UPDATE provider_transactions SET receipt = 'UKL0000009' WHERE id = '${unmatchedId}'`,
    ],
    names: () => unmatchedId,
  },
  {
    what: "the shortcode that a deposit came over",
    how: () => [
      `UPDATE stk_pushes SET account_id = (SELECT min(id) FROM provider_accounts WHERE merchant_id <> '${merchantId}') WHERE deposit_id = '${amina.promptId}'`,
    ],
    names: () => amina.promptId,
  },
  {
    what: "money that leaves suspense by itself",
    how: () => [
      `INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
       VALUES ('${gift}', '${merchantId}', 'suspense_end', 'x', to_timestamp(1250999896.491))`,
      `INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
       SELECT '${gift}', id, CASE kind WHEN 'fees' THEN 100 ELSE -100 END FROM ledger_accounts
        WHERE merchant_id = '${merchantId}' AND (kind = 'fees' OR kind = 'provider' AND owner = 'pesavoucher')`,
    ],
    names: () => gift,
  },
  {
    what: "the news of an end away",
    how: () => [
      `DELETE FROM live_events WHERE type = 'withdrawal_paid' AND payload ->> 'withdrawal_id' = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "a line in suspense to matched",
    how: () => [
      `UPDATE provider_transactions SET standing = 'matched', payment_id = '${amina.promptId}', settled_at = now() WHERE standing = 'suspense'`,
    ],
    names: () => merchantId,
  },
  {
    what: "the amount of a line in suspense",
    how: () => ["UPDATE provider_transactions SET amount_cents = 1 WHERE standing = 'suspense'"],
    names: () => merchantId,
  },
  {
    what: "who asked for a withdrawal",
    how: () => [
      `UPDATE withdrawals SET requested_by_id = 'usr_x', decided_by_id = 'usr_y' WHERE id = '${amina.paidId}'`,
    ],
    names: () => amina.paidId,
  },
  {
    what: "that somebody looks at an open withdrawal",
    how: () => [`UPDATE withdrawals SET next_check_at = NULL WHERE id = '${openId}'`],
    names: () => openId,
  },
  {
    what: "a code that nobody finished in",
    how: () => [
      `INSERT INTO voucher_redemptions (id, merchant_id, deposit_id, code_hash, code_cipher, code_masked, state, source, created_at)
       SELECT 'rdm_old', merchant_id, id, 'x', '', 'x', 'unknown', 'pasted', now() - interval '3 days' FROM deposits WHERE state = 'failed'`,
    ],
    names: () => "rdm_old",
  },
  {
    what: "a deadline that nobody kept",
    how: () => [
      `UPDATE withdrawals SET deadline_at = now() - interval '2 hours' WHERE id = '${openId}'`,
    ],
    names: () => openId,
  },
  {
    what: "a message that nobody worked",
    how: () => [
      `UPDATE messages SET worked_at = NULL, outcome = NULL, received_at = now() - interval '2 days' WHERE id = (SELECT min(id) FROM messages)`,
    ],
    names: () => ({ sql: "SELECT min(id) FROM messages" }),
  },
];

const REFUNDS: readonly Mutation[] = [
  {
    what: "the receipt of a way back",
    how: () => [
      `UPDATE refunds SET provider_receipt = 'UKL0000002' WHERE id = '${givenBack.done}'`,
    ],
    names: () => givenBack.done,
  },
  {
    what: "the news of a refund away",
    how: () => [`DELETE FROM live_events WHERE payload ->> 'refund_id' = '${givenBack.done}'`],
    names: () => givenBack.done,
  },
  {
    what: "the amount of a refund",
    how: () => [`UPDATE refunds SET amount_cents = 40000 WHERE id = '${givenBack.done}'`],
    names: () => givenBack.done,
  },
  {
    what: "a refund away",
    how: () => [`DELETE FROM refunds WHERE id = '${givenBack.done}'`],
    names: () => ({ sql: `SELECT deposit_id FROM refunds WHERE id = '${givenBack.done}'` }),
  },
  {
    what: "a refund that was done to failed",
    how: () => [
      `UPDATE refunds SET state = 'failed', reason = 'declined', settled_at = NULL, failed_at = now() WHERE id = '${givenBack.done}'`,
    ],
    names: () => givenBack.done,
  },
  {
    what: "where the money of a refund went",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT min(id) FROM ledger_accounts WHERE kind = 'provider' AND owner = 'pesavoucher' AND merchant_id = '${merchantId}')
        WHERE amount_cents > 0 AND movement_id = (SELECT id FROM ledger_movements WHERE kind = 'refund_end' AND ref = '${givenBack.done}')`,
    ],
    names: () => givenBack.done,
  },
  {
    what: "the hold of a refund that was nobody's money",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT id FROM ledger_accounts WHERE kind = 'fees' AND merchant_id = '${merchantId}')
        WHERE amount_cents > 0 AND movement_id = (SELECT id FROM ledger_movements WHERE ref = '${givenBack.ofLine}')`,
    ],
    names: () => givenBack.ofLine,
  },
  {
    what: "the withdrawal that carries a refund",
    how: () => [
      `UPDATE withdrawals SET amount_cents = 40000 WHERE id = (SELECT withdrawal_id FROM refunds WHERE id = '${givenBack.byVoucher}')`,
    ],
    names: () => givenBack.byVoucher,
  },
  {
    what: "what a deposit promises back",
    how: () => [`UPDATE deposits SET refund_cents = 1 WHERE id = '${amina.promptId}'`],
    names: () => amina.promptId,
  },
  {
    what: "a second reversal for a refund in",
    how: () => [
      `INSERT INTO provider_calls SELECT 'cal_3', merchant_id, provider, operation, subject_id, request, response, http_status, outcome, duration_ms, started_at
         FROM provider_calls WHERE subject_id = '${givenBack.done}' AND operation = 'reversal'`,
    ],
    names: () => givenBack.done,
  },
  {
    what: "who paid for a payout that was given back",
    how: () => [
      `UPDATE ledger_lines SET account_id = (${available(brian)}) WHERE account_id = (${available(amina)})
          AND movement_id = (SELECT id FROM ledger_movements WHERE kind = 'withdrawal_contradiction' AND ref = '${takenId}')`,
    ],
    names: () => takenId,
  },
];

const assigned = "SELECT id FROM deposits WHERE origin = 'assigned'";
const balanceAnew = (it: Customer) =>
  `UPDATE ledger_accounts a SET balance_cents = (SELECT sum(amount_cents) FROM ledger_lines l WHERE l.account_id = a.id)
    WHERE id = (${available(it)})`;
/** Roll-ups are made anew by the worker, so a hand that knows it takes them away. */
const forgetRollups = "DELETE FROM ledger_rollups";

const DECISIONS: readonly Mutation[] = [
  {
    what: "a receipt so that it could pay once more",
    how: () => [
      `DELETE FROM receipts WHERE payment_id = (${assigned}) OR payment_id IN (SELECT id FROM provider_transactions WHERE payment_id = (${assigned}))`,
      `UPDATE deposits SET provider_receipt = NULL WHERE id = (${assigned})`,
    ],
    names: () => ({ sql: assigned }),
  },
  {
    what: "the receipt of a way back so that it could be another's",
    how: () => [
      `DELETE FROM receipts WHERE payment_id = '${givenBack.done}'`,
      `UPDATE refunds SET provider_receipt = NULL WHERE id = '${givenBack.done}'`,
    ],
    names: () => givenBack.done,
  },
  {
    what: "that a deposit has gone back",
    how: () => ["UPDATE deposits SET state = 'paid' WHERE state = 'reversed'"],
    names: () => ({ sql: "SELECT min(id) FROM deposits WHERE state = 'reversed'" }),
  },
  {
    what: "whose refund it is",
    how: () => [
      `UPDATE refunds SET customer_id = '${brian.user.id}' WHERE id = '${givenBack.byVoucher}'`,
    ],
    names: () => givenBack.byVoucher,
  },
  {
    what: "why a refund was asked for",
    how: () => [`UPDATE refunds SET why = 'x' WHERE id = '${givenBack.done}'`],
    names: () => givenBack.done,
  },
  ...(
    [
      ["refund.approved", "refunds"],
      ["review.approved", "review_decisions"],
    ] as const
  ).map(([action, table]) => ({
    what: `the word ${action} for what nobody approved in`,
    how: () => [
      `INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, after, request_id, created_at)
       SELECT merchant_id, 'staff', 'usr_x', '${action}', ${table === "refunds" ? "id" : "subject_id"}, jsonb_build_object('decision', id), 'x', now()
         FROM ${table} WHERE id = (SELECT min(id) FROM ${table} WHERE decided_by_id IS NULL)`,
    ],
    names: () => ({ sql: `SELECT min(id) FROM ${table} WHERE decided_by_id IS NULL` }),
  })),
  {
    what: "which payment a refund gave back",
    how: () => [`UPDATE refunds SET receipt = 'UKL0000000' WHERE id = '${givenBack.done}'`],
    names: () => givenBack.done,
  },
  {
    what: "who asked for a refund",
    how: () => [`UPDATE refunds SET requested_by_id = 'usr_x' WHERE id = '${givenBack.done}'`],
    names: () => givenBack.done,
  },
  {
    what: "who decided",
    how: () => [
      `UPDATE review_decisions SET proposed_by_id = 'usr_x' WHERE subject_id = '${takenId}'`,
    ],
    names: () => ({ sql: `SELECT id FROM review_decisions WHERE subject_id = '${takenId}'` }),
  },
  {
    what: "a decision away",
    how: () => [`DELETE FROM review_decisions WHERE subject_id = '${takenId}'`],
    names: () => ({ sql: `SELECT id FROM review_decisions WHERE subject_id = '${takenId}'` }),
  },
  {
    what: "whom money was given to that was nobody's",
    how: () => [
      `UPDATE live_events SET customer_id = '${brian.user.id}' WHERE payload ->> 'deposit_id' = (${assigned})`,
      `UPDATE ledger_lines SET account_id = (${available(brian)}) WHERE account_id = (${available(amina)})
          AND movement_id = (SELECT id FROM ledger_movements WHERE ref = 'stk:' || (${assigned}))`,
      `UPDATE deposits SET customer_id = '${brian.user.id}' WHERE id = (${assigned})`,
      ...[balanceAnew(amina), balanceAnew(brian), forgetRollups],
    ],
    names: () => ({ sql: assigned }),
  },
  {
    what: "who bears a payout that was given back and paid",
    how: () => [
      `UPDATE ledger_lines SET account_id = (SELECT id FROM ledger_accounts WHERE kind = 'fees' AND merchant_id = '${merchantId}')
        WHERE account_id = (${available(amina)})
          AND movement_id = (SELECT id FROM ledger_movements WHERE kind = 'withdrawal_contradiction' AND ref = '${takenId}')`,
      ...[balanceAnew(amina), forgetRollups],
    ],
    names: () => takenId,
  },
  {
    what: "what a decision was about to do",
    how: () => [
      `UPDATE review_decisions SET params = params || '{"receipt": "UKL0000003"}' WHERE subject_id = '${takenId}'`,
    ],
    names: () => ({ sql: `SELECT id FROM review_decisions WHERE subject_id = '${takenId}'` }),
  },
  {
    what: "the code of a decision",
    how: () => [
      `UPDATE review_decisions SET params = params || '{"codeCipher": "AAAA"}' WHERE subject_id = '${saidPaidId}'`,
    ],
    names: () => ({ sql: `SELECT id FROM review_decisions WHERE subject_id = '${saidPaidId}'` }),
  },
  ...(["action = 'leave'", "amount_cents = 1", "reason = 'x'"] as const).map((change) => ({
    what: `that ${change} in a decision`,
    how: () => [`UPDATE review_decisions SET ${change} WHERE subject_id = '${takenId}'`],
    names: () => ({ sql: `SELECT id FROM review_decisions WHERE subject_id = '${takenId}'` }),
  })),
  {
    what: "a decision that nobody made in",
    how: () => [
      `INSERT INTO review_decisions SELECT 'dcn_in', merchant_id, 'x', action, params, amount_cents, reason, state,
              proposed_by_id, proposed_at, decided_by_id, decided_at, decision_note, deadline_at
         FROM review_decisions WHERE subject_id = '${takenId}'`,
    ],
    names: () => "dcn_in",
  },
  ...(["provider_transactions", "review_decisions"] as const).map((table) => ({
    what: `what keeps ${table}`,
    how: () => [`ALTER TABLE ${table} DISABLE TRIGGER ${table}_kept`],
    names: () => `${table}_kept`,
  })),
];

const account = () => `(SELECT min(id) FROM provider_accounts WHERE merchant_id = '${merchantId}')`;

const SETTINGS: readonly Mutation[] = [
  ...[
    "kind = 'till', till_number = '999999'",
    "shortcode = '999999'",
    "initiator_name = 'x'",
    "command_id = 'SalaryPayment'",
    "secrets_masked = '{}'",
    "secrets_cipher = '\\x00'",
  ].map((change) => ({
    what: `that ${change} in a shortcode`,
    how: () => [`UPDATE provider_accounts SET ${change} WHERE id = ${account()}`],
    names: () => ({ sql: account() }),
  })),
  ...["is_default", "is_payout_default"].map((flag) => ({
    what: `that another shortcode ${flag}`,
    how: () => [
      `CREATE TEMP TABLE other ON COMMIT DROP AS SELECT min(id) AS id FROM provider_accounts WHERE NOT ${flag} AND merchant_id = '${merchantId}'`,
      `UPDATE provider_accounts SET ${flag} = false WHERE ${flag} AND merchant_id = '${merchantId}'`,
      `UPDATE provider_accounts SET ${flag} = true WHERE id = (SELECT id FROM other)`,
    ],
    names: () => ({
      sql: `SELECT min(id) FROM provider_accounts WHERE NOT ${flag} AND merchant_id = '${merchantId}'`,
    }),
  })),
  {
    what: "a shortcode in",
    how: () => [
      `INSERT INTO provider_accounts (id, merchant_id, provider, environment, shortcode, kind, secrets_cipher, secrets_masked, app_key_hash, created_at)
       SELECT 'pra_in', merchant_id, provider, environment, '999999', kind, secrets_cipher, secrets_masked, app_key_hash, now()
         FROM provider_accounts WHERE id = ${account()}`,
    ],
    names: () => "pra_in",
  },
  {
    what: "the secret of a callback",
    how: () => [
      `UPDATE callback_secrets SET hash = 'x' WHERE version = 2 AND account_id = ${account()}`,
    ],
    names: () => ({ sql: account() }),
  },
  {
    what: "a secret of a callback in",
    how: () => [
      `INSERT INTO callback_secrets SELECT 'x', account_id, 9, now(), now() FROM callback_secrets WHERE version = 2 AND account_id = ${account()}`,
    ],
    names: () => ({ sql: account() }),
  },
  {
    what: "that an old secret of a callback ends",
    how: () => [
      `UPDATE callback_secrets SET retired_at = NULL WHERE version = 1 AND account_id = ${account()}`,
    ],
    names: () => ({ sql: account() }),
  },
  {
    what: "above which amount two people decide",
    how: () => [
      `UPDATE withdrawal_rules SET review_above_cents = NULL WHERE merchant_id = '${merchantId}'`,
    ],
    names: () => merchantId,
  },
  {
    what: "a customer to an admin",
    how: () => [`UPDATE users SET role = 'admin' WHERE id = '${brian.user.id}'`],
    names: () => brian.user.id,
  },
  {
    what: "one of the staff to a customer",
    how: () => [`UPDATE users SET role = 'customer' WHERE id = '${staffId}'`],
    names: () => staffId,
  },
];

const oldest = "SELECT min(audit_seq) FROM audit_seals WHERE position > 2";
const row = (sql: string) => ({ sql: `SELECT 'audit row ' || (${sql})` });
const seqOf = (id: string, action: string) => `SELECT seq FROM ${auditOf(id, action)}`;

/** Some rows of the books so many days older than they are, no head, and the chain made anew by whoever could. */
const chainAnew = (olderDays: number) => [
  "TRUNCATE audit_seals, audit_heads",
  `UPDATE audit_log SET created_at = created_at - ${olderDays} * interval '1 day' WHERE seq < 5`,
  `WITH RECURSIVE link AS (
         SELECT 0::bigint AS position, 0::bigint AS seq, repeat('0', 64) AS hash
         UNION ALL
         SELECT l.position + 1, a.seq, encode(sha256(convert_to(l.hash || (SELECT '[' || string_agg(coalesce(to_json(part)::text, 'null'), ',') || ']'
                FROM unnest(ARRAY[a.seq::text, a.merchant_id, a.actor_kind, a.actor_id, a.action, a.subject_id, a.before::text, a.after::text,
                     a.request_id, (extract(epoch FROM a.created_at) * 1000)::bigint::text]) AS part), 'UTF8')), 'hex')
           FROM link l JOIN LATERAL (SELECT * FROM audit_log WHERE seq > l.seq ORDER BY seq LIMIT 1) a ON true)
       INSERT INTO audit_seals SELECT position, seq, hash FROM link WHERE position > 0`,
];

const AUDIT: readonly Mutation[] = [
  ...["merchant_id", "actor_kind", "actor_id", "action", "subject_id", "request_id"].map(
    (column) => ({
      what: `the ${column} of a row`,
      how: () => [`UPDATE audit_log SET ${column} = ${column} || 'x' WHERE seq = (${oldest})`],
      names: () => row(oldest),
    }),
  ),
  {
    what: "the time of a row",
    how: () => [
      `UPDATE audit_log SET created_at = created_at - interval '1 millisecond' WHERE seq = (${oldest})`,
    ],
    names: () => row(oldest),
  },
  {
    what: "what a row says was paid",
    how: () => [
      `UPDATE audit_log SET after = after || '{"paid": "5000.00"}' WHERE seq = (${seqOf(amina.promptId, "deposit.paid")})`,
    ],
    names: () => row(seqOf(amina.promptId, "deposit.paid")),
  },
  {
    what: "what a row says was before",
    how: () => [
      `UPDATE audit_log SET before = NULL WHERE seq = (${seqOf(amina.promptId, "deposit.paid")})`,
    ],
    names: () => row(seqOf(amina.promptId, "deposit.paid")),
  },
  {
    what: "a row away",
    how: () => [`DELETE FROM audit_log WHERE seq = (${oldest})`],
    names: () => row(oldest),
  },
  {
    what: "a row away with its seal, the others moved up",
    how: () => [
      `DELETE FROM audit_log WHERE seq = (${oldest})`,
      "DELETE FROM audit_seals WHERE position = 3",
      "UPDATE audit_seals SET position = position + 1000 WHERE position > 3",
      "UPDATE audit_seals SET position = position - 1001 WHERE position > 1000",
    ],
    names: () => ({
      sql: "SELECT 'position 3, audit row ' || (SELECT audit_seq FROM audit_seals WHERE position = 4)",
    }),
  },
  {
    what: "a seal away",
    how: () => ["DELETE FROM audit_seals WHERE position = 5"],
    names: () => ({
      sql: "SELECT 'position 6, audit row ' || (SELECT audit_seq FROM audit_seals WHERE position = 6)",
    }),
  },
  {
    what: "a row from after the signed head",
    how: () => [
      "UPDATE audit_log SET request_id = 'x' WHERE seq = (SELECT audit_seq FROM audit_seals ORDER BY position DESC LIMIT 1)",
    ],
    names: () => row("SELECT audit_seq FROM audit_seals ORDER BY position DESC LIMIT 1"),
  },
  {
    what: "the word that a failed deposit was paid in",
    how: () => [
      `INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, request_id, created_at)
       SELECT merchant_id, 'system', 'x', 'deposit.paid', id, 'x', now() FROM deposits WHERE state = 'failed'`,
    ],
    names: () => ({ sql: "SELECT id FROM deposits WHERE state = 'failed'" }),
  },
  {
    what: "the word for a payout in a second time",
    how: () => [
      `INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, after, request_id, created_at)
       SELECT merchant_id, actor_kind, actor_id, action, subject_id, after, 'x', now() FROM ${auditOf(amina.paidId, "withdrawal.paid")}`,
    ],
    names: () => ({ sql: movementOf.end(amina.paidId) }),
  },
  {
    what: "the word for a movement that is not there in",
    how: () => [
      `INSERT INTO audit_log (merchant_id, actor_kind, actor_id, action, subject_id, after, request_id, created_at)
       VALUES ('${merchantId}', 'system', 'x', 'x', 'x', '{"movement": "mov_none"}', 'x', now())`,
    ],
    names: () => "mov_none",
  },
  {
    what: "a row in, dated back",
    how: () => [
      `INSERT INTO audit_log (seq, merchant_id, actor_kind, actor_id, action, subject_id, request_id, created_at)
       VALUES (900000, '${merchantId}', 'system', 'x', 'x', 'x', 'x', now() - interval '1 hour')`,
    ],
    names: () => "audit row 900000",
  },
  {
    what: "the order of two rows",
    how: () => [
      "UPDATE audit_seals SET audit_seq = -audit_seq WHERE position IN (4, 5)",
      `UPDATE audit_seals SET audit_seq = CASE position WHEN 4 THEN (SELECT -audit_seq FROM audit_seals WHERE position = 5)
         ELSE (SELECT -audit_seq FROM audit_seals WHERE position = 4) END WHERE position IN (4, 5)`,
    ],
    names: () => ({
      sql: "SELECT 'position 4, audit row ' || (SELECT audit_seq FROM audit_seals WHERE position = 5)",
    }),
  },
  {
    what: "what two rows say",
    how: () => [
      `UPDATE audit_log SET after = CASE subject_id WHEN '${amina.promptId}' THEN (SELECT after FROM ${auditOf(brian.promptId, "deposit.paid")})
         ELSE (SELECT after FROM ${auditOf(amina.promptId, "deposit.paid")}) END
        WHERE action = 'deposit.paid' AND subject_id IN ('${amina.promptId}', '${brian.promptId}')`,
    ],
    names: () => row(seqOf(amina.promptId, "deposit.paid")),
  },
  {
    what: "the whole log away",
    how: () => ["TRUNCATE audit_log"],
    names: () => ({
      sql: "SELECT 'position 1, audit row ' || audit_seq FROM audit_seals WHERE position = 1",
    }),
  },
  {
    what: "the whole log and its chain away",
    how: () => ["TRUNCATE audit_log, audit_seals"],
    names: () => ({ sql: "SELECT min(day) FROM audit_heads" }),
  },
  {
    what: "the end of the chain away, from before the signed head on",
    how: () => [
      "DELETE FROM audit_log WHERE seq IN (SELECT audit_seq FROM audit_seals WHERE position > 10)",
      "DELETE FROM audit_seals WHERE position > 10",
    ],
    names: () => ({ sql: "SELECT min(day) FROM audit_heads" }),
  },
  {
    what: "a signed head's place",
    how: () => [
      "UPDATE audit_heads SET position = position - 1, hash = (SELECT hash FROM audit_seals s WHERE s.position = audit_heads.position - 1)",
    ],
    names: () => ({ sql: "SELECT min(day) FROM audit_heads" }),
  },
  {
    what: "the head before the last away",
    how: () => ["DELETE FROM audit_heads WHERE day = (SELECT min(day) FROM audit_heads)"],
    names: () => ({ sql: "SELECT max(day) FROM audit_heads" }),
  },
  {
    what: "the last row away, its seal made for a row that is not there",
    how: () => [
      "DELETE FROM audit_log WHERE seq = (SELECT audit_seq FROM audit_seals ORDER BY position DESC LIMIT 1)",
      `UPDATE audit_seals s SET hash = encode(sha256(convert_to(b.hash || '[' || repeat('null,', 9) || 'null]', 'UTF8')), 'hex')
         FROM audit_seals b WHERE b.position = s.position - 1 AND s.position = (SELECT max(position) FROM audit_seals)`,
    ],
    names: () => row("SELECT audit_seq FROM audit_seals ORDER BY position DESC LIMIT 1"),
  },
  {
    what: "the place of the last row",
    how: () => [
      "UPDATE audit_seals SET position = position + 1 WHERE position = (SELECT max(position) FROM audit_seals)",
    ],
    names: () => row("SELECT audit_seq FROM audit_seals ORDER BY position DESC LIMIT 1"),
  },
  {
    what: "the heads of a chain over days away",
    how: () => chainAnew(2),
    names: () => "no head of",
  },
  {
    what: "a signature",
    how: () => ["UPDATE audit_heads SET signature = repeat('A', 86) || '=='"],
    names: () => ({ sql: "SELECT min(day) FROM audit_heads" }),
  },
  {
    what: "the day of a head",
    how: () => [
      "UPDATE audit_heads SET day = day - 1 WHERE day = (SELECT min(day) FROM audit_heads)",
    ],
    names: () => ({ sql: "SELECT min(day) - 1 FROM audit_heads" }),
  },
  {
    what: "the key of a head",
    how: () => ["UPDATE audit_heads SET key_id = repeat('0', 16)"],
    names: () => ({ sql: "SELECT min(day) FROM audit_heads" }),
  },
  {
    what: "a refusal to change off",
    how: () => ["ALTER TABLE ledger_lines DISABLE TRIGGER ledger_lines_append_only"],
    names: () => "ledger_lines_append_only",
  },
];

/** Which rules name the row that was changed; each change is made once. */
const rulesThatName = new Map<Mutation, string[]>();

async function findBy(mutation: Mutation): Promise<string[]> {
  const known = rulesThatName.get(mutation);
  if (known) return known;
  const named = mutation.names();
  const expected = typeof named === "string" ? named : await look(named.sql);
  expect(expected).not.toBe("");
  const found = await findAfter(mutation.how());
  const rules = found.filter(({ broken }) => broken.some((id) => id.includes(expected)));
  rulesThatName.set(
    mutation,
    rules.map(({ name }) => name),
  );
  return rules.map(({ name }) => name);
}

async function expectNamed(mutation: Mutation): Promise<void> {
  expect(await findBy(mutation)).not.toEqual([]);
}

describe("books that nobody touched", () => {
  test("are whole, by every check", async () => {
    await client.query("BEGIN");
    const results = await check();
    await client.query("ROLLBACK");
    expect(results.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(results.map(({ note }) => note)).toContain("2 heads");
    const promises = new Set(results.map(({ name }) => Number.parseInt(name, 10)));
    for (let promise = 1; promise <= 12; promise += 1) expect(promises).toContain(promise);
  });
});

describe("a hand that is allowed everything changes", () => {
  test.each(LEDGER)("in the ledger $what, and is found", expectNamed);
  test.each(PAYMENTS)("in the payments $what, and is found", expectNamed);
  test.each(REFUNDS)("in the refunds $what, and is found", expectNamed);
  test.each(DECISIONS)("in what people decided $what, and is found", expectNamed);
  test.each(SETTINGS)("in the settings $what, and is found", expectNamed);
  test.each(AUDIT)("in the audit log $what, and is found", expectNamed);

  test("something that one rule alone can see, for each of the rules", async () => {
    const mutations = [LEDGER, PAYMENTS, REFUNDS, DECISIONS, SETTINGS, AUDIT].flat();
    const needed = new Set<string>();
    for (const mutation of mutations) {
      const [rule, ...others] = await findBy(mutation);
      if (rule !== undefined && others.length === 0) needed.add(rule);
    }
    const rules = (await check()).map(({ name }) => name);
    expect(rules.filter((rule) => !needed.has(rule))).toEqual([]);
  });
});

interface Ended {
  readonly code: number;
  readonly told: string;
}

/** Runs the program itself, as somebody who checks the books does. */
function run(...args: readonly string[]): Promise<Ended> {
  const database = `${process.env.DATABASE_URL}`;
  return runNode(["scripts/verify-books.mjs", "--database", database, ...args]);
}

/** Runs it as `npm run verify-books` does, with the settings of the shop. */
function runOwn(...args: readonly string[]): Promise<Ended> {
  return runNode(["--import", "tsx", "lib/recovery/verify-own-books.ts", ...args]);
}

function runNode(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, told: stdout });
    });
  });
}

describe("the program", () => {
  test("ends with 0 for whole books, one line per check", async () => {
    const { code, told } = await run("--public-key", auditKey().publicText);
    const lines = await look("SELECT count(*) FROM ledger_lines");
    const rows = await look("SELECT count(*) FROM audit_log");
    const end = `The books are whole: ${lines} ledger lines, ${rows} audit rows.\n`;
    expect(told.replace(end, "")).toMatch(/^(ok {5}\d+ .+\n)+$/);
    expect(told.endsWith(end)).toBe(true);
    expect(code).toBe(0);
  });

  test("proves nothing without a key, says so and ends with 2, unless told to leave signatures alone", async () => {
    const unkeyed = await run();
    expect(unkeyed.told).toContain("SIGNATURES NOT CHECKED");
    expect(unkeyed.told).not.toContain("The books are whole");
    expect(unkeyed.code).toBe(2);
    const unsigned = await run("--unsigned");
    expect(unsigned.told).toMatch(/SIGNATURES NOT CHECKED[^]*\nThe books are whole: /);
    expect(unsigned.code).toBe(0);
  });

  test("is given the shop's own key by the command of the shop", async () => {
    expect(await runOwn()).toMatchObject({
      code: 0,
      told: expect.stringMatching(/\(2 heads\)\nThe books are whole: /),
    });
    const { told } = await runOwn("--unsigned");
    expect(told).toContain("SIGNATURES NOT CHECKED");
  });

  test("ends with 1 when something is broken, and names it", async () => {
    const strangers = Buffer.alloc(32, 9).toString("base64");
    const { code, told } = await run("--public-key", strangers);
    const days = await look("SELECT string_agg(day::text, ', ' ORDER BY day) FROM audit_heads");
    expect(told).toContain(`BROKEN 11 each day's end of the chain is signed (2 heads): ${days}\n`);
    expect(told).toMatch(/\n1 checks failed: /);
    expect(code).toBe(1);
  });

  test("needs no right but to read", async () => {
    const reader = `reader_${randomBytes(4).toString("hex")}`;
    await client.query(`CREATE ROLE ${reader} LOGIN PASSWORD '${reader}' IN ROLE pg_read_all_data`);
    try {
      const url = new URL(process.env.DATABASE_URL ?? "");
      Object.assign(url, { username: reader, password: reader });
      expect(await run("--database", url.href, "--unsigned")).toMatchObject({ code: 0 });
    } finally {
      await client.query(`DROP ROLE ${reader}`);
    }
  });
});

describe("a chain that goes over days", () => {
  test("needs a signed head for the day before the last", async () => {
    // In the first hour of a day nobody had to have signed yet, so the day before is the last one.
    const day = await look(
      "SELECT ((max(created_at) - interval '1 hour') AT TIME ZONE 'Africa/Nairobi')::date - 1 FROM audit_log",
    );
    expect(await brokenBy(...chainAnew(2))).toEqual([
      `11 no day is over for an hour without a signed head: no head of ${day}`,
    ]);
  });

  test("is not yet old enough for one on its first day", async () => {
    expect(await brokenBy(...chainAnew(0))).toEqual([]);
  });
});
