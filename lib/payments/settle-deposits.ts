import { recordAudits } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import type { Deposit } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postCredits } from "@/lib/ledger/post-credits";
import { emitLiveEvents } from "@/lib/realtime/emit-live-events";
import { depositStatesBefore } from "./deposit.machine";
import { Overtaken } from "./overtaken";
import { paidAudit } from "./paid-audit";
import type { TransactionEvidence } from "./spend-prompt";
import { takeNewReceipts } from "./take-new-receipts";

/** A deposit whose row the caller has locked, and the line of M-Pesa's books that pays it. */
export interface ProvenDeposit {
  readonly deposit: Deposit;
  readonly evidence: TransactionEvidence;
}

/**
 * What `settleDeposit` does with one deposit, for many that lines of one shortcode's books pay, in a few
 * statements inside the caller's transaction: states, receipts, movements, balances, audit and live events.
 * The caller has locked the deposits and found their receipts free. Throws `Overtaken` when that is not so
 * any more: then nothing may be committed, and one after the other finds out why.
 */
export async function settleDeposits(
  tx: Ctx,
  input: { shortcode: string; proven: readonly ProvenDeposit[] },
): Promise<void> {
  const { shortcode, proven } = input;
  if (proven.length === 0) return;
  assert(tx.inTransaction, "many deposits are settled within one transaction");
  assert(
    new Set(proven.map(({ deposit }) => deposit.id)).size === proven.length,
    "one line pays a deposit",
  );
  await markPaid(tx, proven);
  await keepOnPrompts(tx, proven);
  const receipts = proven.map(({ deposit, evidence }) => ({
    ...{ number: evidence.receipt, paymentId: deposit.id },
  }));
  if (!(await takeNewReceipts(tx, receipts))) throw new Overtaken("a receipt was taken");
  const movements = await postCredits(tx.db, {
    merchantId: tx.merchantId,
    kind: "deposit",
    from: providerAccount(`mpesa:${shortcode}`),
    entries: proven.map(({ deposit, evidence }) => ({
      ref: refOf(deposit),
      to: customerAvailable(deposit.customerId),
      amountCents: evidence.amountCents,
    })),
    now: tx.now(),
  });
  await recordAudits(
    tx,
    proven.map(({ deposit, evidence }) => {
      const movementId = movements.get(refOf(deposit));
      assert(movementId, "a proof that was just spent has no movement yet");
      const { kind, amountCents, receipt } = evidence;
      return paidAudit(deposit, { kind, amountCents, receipt, movementId });
    }),
  );
  await announce(tx, proven);
}

function refOf({ id }: Pick<Deposit, "id">): string {
  return `stk:${id}`;
}

async function markPaid(tx: Ctx, proven: readonly ProvenDeposit[]): Promise<void> {
  const moved = await tx.db.$executeRaw`
    UPDATE deposits d
       SET state = 'paid', paid_cents = proof.cents, settled_at = ${tx.now()}, next_check_at = NULL,
           provider_receipt = proof.receipt
      FROM unnest(${proven.map(({ deposit }) => deposit.id)}::text[],
                  ${proven.map(({ evidence }) => evidence.amountCents)}::bigint[],
                  ${proven.map(({ evidence }) => evidence.receipt)}::text[]) AS proof (id, cents, receipt)
     WHERE d.id = proof.id AND d.merchant_id = ${tx.merchantId} AND d.method = 'mpesa'
       AND d.state = ANY (${depositStatesBefore("settle")}::"DepositState"[])`;
  if (moved !== proven.length) throw new Overtaken("a deposit was settled meanwhile");
}

/** A paid prompt is off the phone, which may be asked for more. */
async function keepOnPrompts(tx: Ctx, proven: readonly ProvenDeposit[]): Promise<void> {
  const ids = proven.map(({ deposit }) => deposit.id);
  await tx.db.$executeRaw`
    UPDATE open_prompts o SET until = p.until
      FROM (SELECT deposit_id, coalesce(pushed_at, ${tx.now()})
                   + ${env().mpesa.phoneIntervalMs}::int * interval '1 millisecond' AS until
              FROM stk_pushes WHERE deposit_id = ANY (${ids}::text[])) AS p
     WHERE o.deposit_id = p.deposit_id AND o.until > p.until`;
  await tx.db.$executeRaw`
    UPDATE stk_pushes p SET provider_paid_at = proof.at, payer_masked = proof.payer
      FROM unnest(${ids}::text[], ${proven.map(({ evidence }) => evidence.paidAt)}::timestamptz[],
                  ${proven.map(({ evidence }) => evidence.payerMasked)}::text[]) AS proof (id, at, payer)
     WHERE p.deposit_id = proof.id`;
}

/** Each with the balance as it is after that deposit, as if they had come one after the other. */
async function announce(tx: Ctx, proven: readonly ProvenDeposit[]): Promise<void> {
  const customers = [...new Set(proven.map(({ deposit }) => deposit.customerId))];
  const accounts = await tx.db.ledgerAccount.findMany({
    where: {
      ...{ merchantId: tx.merchantId, owner: { in: customers }, currency: "KES" },
      kind: { in: ["customer_available", "customer_held"] },
    },
    select: { kind: true, owner: true, balanceCents: true },
  });
  const balanceOf = (kind: string) =>
    new Map(
      accounts.flatMap((row) => (row.kind === kind ? [[row.owner, row.balanceCents ?? 0n]] : [])),
    );
  const [available, held] = [balanceOf("customer_available"), balanceOf("customer_held")];
  for (const { deposit, evidence } of proven) {
    const afterAll = available.get(deposit.customerId) ?? 0n;
    available.set(deposit.customerId, afterAll - evidence.amountCents);
  }
  const told = proven.map(({ deposit, evidence }) => {
    const { customerId } = deposit;
    const availableCents = (available.get(customerId) ?? 0n) + evidence.amountCents;
    available.set(customerId, availableCents);
    return {
      customerId,
      event: {
        type: "deposit_confirmed",
        payload: {
          deposit_id: deposit.id,
          amount: decimalFromCents(evidence.amountCents),
          available: decimalFromCents(availableCents),
          held: decimalFromCents(held.get(customerId) ?? 0n),
        },
      },
    } as const;
  });
  await emitLiveEvents(tx, told);
}
