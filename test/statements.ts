import { db, type Prisma } from "@/lib/db";
import { env } from "@/lib/env";
import type { ProviderAccount, User } from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs, DAY_MS, HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { newPayReference } from "@/lib/kit/pay-reference";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { openAccounts } from "@/lib/ledger/open-accounts";
import { createCustomer } from "@/prisma/factories/create-customer";

const CHUNK = 1_000;

/** One line of a made statement. */
export interface MadeLine {
  readonly receipt: string;
  readonly at: Date;
  readonly details: string;
  /** Positive into the account, negative out of it. */
  readonly amountCents: bigint;
  readonly status?: string;
  readonly otherParty?: string;
  readonly reference?: string;
  readonly linked?: string;
}

/** A CSV as M-Pesa's portal writes it: what the file is about, then the newest line first. */
export function statementCsv(file: {
  shortcode: string;
  from?: Date;
  until?: Date;
  openingCents?: bigint;
  closingCents?: bigint;
  account?: string;
  lines: readonly MadeLine[];
}): Uint8Array {
  const openingCents = file.openingCents ?? 0n;
  const sorted = file.lines.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const seen = new Set<MadeLine>();
  let balanceCents = openingCents;
  const rows = sorted.map((line) => {
    const isCompleted = (line.status ?? "Completed") === "Completed";
    // A line that stands there twice has moved the balance once.
    if (isCompleted && !seen.has(line)) balanceCents += line.amountCents;
    seen.add(line);
    const amount = grouped(line.amountCents);
    return [
      ...[line.receipt, timeText(line.at), timeText(line.at), line.details],
      line.status ?? "Completed",
      ...(line.amountCents > 0n ? [amount, ""] : ["", amount]),
      grouped(balanceCents),
      "true",
      "",
      line.otherParty ?? "",
      line.linked ?? "",
      line.reference ?? "",
    ];
  });
  const from = file.from ?? sorted[0]?.at ?? new Date();
  const until = file.until ?? sorted.at(-1)?.at ?? from;
  const head = [
    ["Organization Name", "Duka la Mwanga"],
    ["Short Code", file.shortcode],
    ...(file.account === undefined ? [] : [["Account", file.account]]),
    ["Statement Period", `${timeText(from)} to ${timeText(until)}`],
    ["Opening Balance", grouped(openingCents)],
    ["Closing Balance", grouped(file.closingCents ?? balanceCents)],
    [],
    ["Receipt No.", "Completion Time", "Initiation Time", "Details", "Transaction Status"].concat([
      ...["Paid In", "Withdrawn", "Balance", "Balance Confirmed", "Reason Type"],
      ...["Other Party Info", "Linked Transaction ID", "A/C No."],
    ]),
  ];
  const text = [...head, ...rows.toReversed()].map((row) => row.map(quoted).join(",")).join("\r\n");
  return Buffer.from(`${text}\r\n`);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function grouped(cents: bigint): string {
  return decimalFromCents(cents).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** `21-11-2026 14:05:09`, as the portal writes East Africa Time. */
function timeText(at: Date): string {
  const [day = "", time = ""] = addMs(at, 3 * HOUR_MS)
    .toISOString()
    .split("T");
  return `${day.split("-").toReversed().join("-")} ${time.slice(0, 8)}`;
}

/** A receipt nobody else has: ten letters and digits, as M-Pesa's are. */
export function receiptOf(series: string, place: number): string {
  return `T${series}${place
    .toString(36)
    .toUpperCase()
    .padStart(9 - series.length, "0")}`;
}

export interface MadePayment {
  readonly state: "paid" | "submitted" | "failed";
  readonly amountCents: bigint;
  /** Null for one that was found paid by a look-up, or is not paid. */
  readonly receipt: string | null;
  readonly at: Date;
}

export interface SeededPayment extends MadePayment {
  readonly id: string;
  readonly customerId: string;
  readonly publicCode: string;
  readonly payReference: string;
}

/** The account of the settings, which every merchant of the tests takes M-Pesa with. */
export function accountOf(merchantId: string): Promise<ProviderAccount> {
  return db().providerAccount.findFirstOrThrow({
    where: { merchantId, provider: "mpesa", shortcode: env().mpesa.shortcode },
  });
}

/** Customers of a merchant, for many payments: what one is told is read as one list. */
export async function makeCustomers(merchantId: string, count: number): Promise<User[]> {
  const first = await createCustomer({ merchantId });
  const others = Array.from({ length: count - 1 }, (_, i) => ({
    ...{ id: newId("user"), merchantId, role: "customer" as const, name: `Customer ${i}` },
    email: `${crypto.randomUUID()}@example.com`,
    passwordHash: first.passwordHash,
  }));
  return [first, ...(await db().user.createManyAndReturn({ data: others }))];
}

/**
 * Writes M-Pesa deposits of these customers, in turns, as the verbs leave them, in bulk: rows, receipts,
 * movements, balances and what the browsers were told. `paid` ones are in the books.
 */
export async function seedPayments(
  customers: readonly User[],
  made: readonly MadePayment[],
): Promise<SeededPayment[]> {
  const merchantId = customers[0]?.merchantId ?? "";
  const { shortcode } = await accountOf(merchantId);
  const references = drawDistinct(made.length, newPayReference);
  const seeded = made.map((payment, i) => ({
    ...payment,
    customerId: customers[i % customers.length]?.id ?? "",
    id: newId("deposit", payment.at.getTime()),
    publicCode: newPublicCode(),
    payReference: references[i] ?? "",
  }));
  const [provider = "", ...available] = await openAccounts(db(), {
    merchantId,
    refs: [
      providerAccount(`mpesa:${shortcode}`),
      ...customers.map(({ id }) => customerAvailable(id)),
    ],
    now: new Date(),
  });
  const accounts = new Map(customers.map(({ id }, i) => [id, available[i] ?? ""]));
  for (let i = 0; i < seeded.length; i += CHUNK) {
    await seedChunk(merchantId, seeded.slice(i, i + CHUNK), provider, accounts);
  }
  // Tables that grew so fast have not been looked at yet, and the planner would take them for empty.
  if (seeded.length >= CHUNK) await db().$executeRaw`ANALYZE`;
  return seeded;
}

/** As many as are asked for, no two the same: of a hundred thousand drawn freely, two often are. */
function drawDistinct(count: number, draw: () => string): string[] {
  const drawn = new Set<string>();
  while (drawn.size < count) drawn.add(draw());
  return [...drawn];
}

async function seedChunk(
  merchantId: string,
  chunk: readonly SeededPayment[],
  provider: string,
  accounts: ReadonlyMap<string, string>,
): Promise<void> {
  const paid = chunk.filter(({ state }) => state === "paid");
  const rows = chunk.map((payment): Prisma.DepositCreateManyInput => ({
    ...{ id: payment.id, merchantId, state: payment.state },
    ...{ method: "mpesa", origin: "checkout", attemptKey: payment.id },
    customerId: payment.customerId,
    ...{ publicCode: payment.publicCode, payReference: payment.payReference },
    askedCents: payment.amountCents,
    paidCents: payment.state === "paid" ? payment.amountCents : null,
    providerReceipt: payment.receipt,
    reason: payment.state === "failed" ? "cancelled" : null,
    deadlineAt: addMs(new Date(), DAY_MS),
    nextCheckAt: payment.state === "submitted" ? addMs(new Date(), DAY_MS) : null,
    createdAt: payment.at,
    submittedAt: payment.at,
    settledAt: payment.state === "paid" ? payment.at : null,
    failedAt: payment.state === "failed" ? payment.at : null,
  }));
  const withReceipt = paid.flatMap(({ receipt, id, at }) =>
    receipt === null
      ? []
      : [{ provider: "mpesa", number: receipt, merchantId, paymentId: id, createdAt: at }],
  );
  const ids = paid.map(({ id }) => id);
  const cents = paid.map(({ amountCents }) => amountCents);
  const owners = paid.map(({ customerId }) => customerId);
  const theirs = owners.map((id) => accounts.get(id) ?? "");
  await db().$transaction([
    db().deposit.createMany({ data: rows }),
    db().receipt.createMany({ data: withReceipt }),
    db().$executeRaw`
      WITH movement AS (
        INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
        SELECT made.id, ${merchantId}, 'deposit', 'stk:' || made.deposit_id, made.at
          FROM unnest(${paid.map(({ at }) => newId("movement", at.getTime()))}::text[], ${ids}::text[],
                      ${paid.map(({ at }) => at)}::timestamptz[]) AS made (id, deposit_id, at)
        RETURNING id, ref
      )
      INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
      SELECT movement.id, side.account_id, side.sign * made.cents
        FROM movement
        JOIN unnest(${ids}::text[], ${cents}::bigint[], ${theirs}::text[]) AS made (deposit_id, cents, account_id)
          ON movement.ref = 'stk:' || made.deposit_id
       CROSS JOIN LATERAL (VALUES (${provider}::text, -1), (made.account_id, 1))
          AS side (account_id, sign)`,
    db().$executeRaw`
      UPDATE ledger_accounts a SET balance_cents = balance_cents + due.cents
        FROM (SELECT account_id, sum(cents)::bigint AS cents
                FROM unnest(${theirs}::text[], ${cents}::bigint[]) AS made (account_id, cents)
               GROUP BY account_id) AS due
       WHERE a.id = due.account_id`,
    db().$executeRaw`
      INSERT INTO live_events (customer_id, id, type, payload, created_at)
      SELECT u.id, u.event_seq + row_number() OVER (PARTITION BY u.id), 'deposit_confirmed',
             jsonb_build_object('deposit_id', made.deposit_id), ${new Date()}
        FROM users u
        JOIN unnest(${ids}::text[], ${owners}::text[]) AS made (deposit_id, customer_id)
          ON u.id = made.customer_id`,
    db().$executeRaw`
      UPDATE users u SET event_seq = u.event_seq + due.count
        FROM (SELECT customer_id, count(*) FROM unnest(${owners}::text[]) AS made (customer_id)
               GROUP BY customer_id) AS due
       WHERE u.id = due.customer_id`,
  ]);
}

/** The line that M-Pesa's statement has for a payment, with the account number the prompt named. */
export function lineOfPayment(
  payment: SeededPayment,
  receipt = payment.receipt ?? "",
  reference = payment.publicCode,
): MadeLine {
  const payer = "2547****111 - ALICE EXAMPLE";
  return {
    receipt,
    at: payment.at,
    details: `Pay Bill from ${payer} Acc. ${reference}`,
    amountCents: payment.amountCents,
    otherParty: payer,
    reference,
  };
}

/** `count` moments, a few seconds apart, that end an hour ago. */
export function momentsOf(count: number): Date[] {
  const last = addMs(new Date(), -HOUR_MS).getTime();
  const whole = Math.floor(last / SECOND_MS) * SECOND_MS;
  return Array.from({ length: count }, (_, i) => new Date(whole - (count - 1 - i) * 5 * SECOND_MS));
}
