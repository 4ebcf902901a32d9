import type { Ctx } from "@/lib/context";
import { Prisma } from "@/lib/db";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import {
  TRANSACTION_SOURCES,
  TRANSACTION_VIEWS,
  type TransactionForPeople,
  type TransactionPage,
} from "../transaction-views";
import type { TransactionCause } from "./transaction-causes";
import { TRANSACTION_CAUSES } from "./transaction-causes";

const PAGE_SIZE = 25;
const TYPED_MAX = 100;
/** Many payers may give one account number; nobody reads further than this. */
const NAMESAKES_MAX = 1_000;

export interface TransactionQuery {
  /** One of `TRANSACTION_VIEWS`; what needs somebody where it is none of them. */
  readonly view?: string;
  readonly source?: string;
  readonly accountId?: string;
  /** A whole receipt, or a whole account number as it was typed. */
  readonly text?: string;
  /** The last id of the page before. */
  readonly cursor?: string;
}

interface Row extends Omit<TransactionForPeople, "amount" | "cause"> {
  readonly amountCents: bigint;
  readonly cause: string | null;
}

/**
 * The lines of M-Pesa's books that the merchant was told of, the newest first, a page at a time. For
 * staff; throws `ForbiddenError` otherwise, and `InvalidInputError` for a cursor we never gave.
 */
export async function listTransactions(
  ctx: Ctx,
  query: TransactionQuery,
): Promise<TransactionPage> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { cursor } = query;
  if (cursor !== undefined && !isId("transaction", cursor)) {
    throw new InvalidInputError({ cursor: "unknown_cursor" });
  }
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT t.id, t.kind::text, t.receipt, t.amount_cents AS "amountCents", t.occurred_at AS "occurredAt",
           t.reference, t.details, t.payer_masked AS "payer", t.original_receipt AS "originalReceipt",
           t.standing::text, t.cause, t.payment_id AS "paymentId", t.source::text, a.shortcode,
           t.noted_at AS "notedAt"
      FROM provider_transactions t JOIN provider_accounts a ON a.id = t.account_id
     WHERE t.merchant_id = ${ctx.merchantId} ${await conditionsOf(ctx, query)}
       ${cursor === undefined ? Prisma.empty : Prisma.sql`AND t.id < ${cursor}`}
     ORDER BY t.id DESC LIMIT ${PAGE_SIZE + 1}`;
  const page = rows.slice(0, PAGE_SIZE);
  return {
    transactions: page.map(({ amountCents, cause, ...row }) => ({
      ...row,
      amount: decimalFromCents(amountCents),
      cause: causeOf(cause),
    })),
    nextCursor: rows.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null,
  };
}

async function conditionsOf(ctx: Ctx, query: TransactionQuery): Promise<Prisma.Sql> {
  const source = TRANSACTION_SOURCES.find((known) => known === query.source);
  const parts = [
    conditionOfView(query.view),
    source === undefined ? Prisma.empty : Prisma.sql`AND t.source = ${source}::"TransactionSource"`,
    query.accountId === undefined
      ? Prisma.empty
      : Prisma.sql`AND t.account_id = ${query.accountId}`,
    await conditionOfText(ctx, query.text ?? ""),
  ];
  return Prisma.join(parts, " ");
}

/** Written out, not handed over: the planner uses an index of some rows only for words it can see. */
function conditionOfView(view: string | undefined): Prisma.Sql {
  switch (TRANSACTION_VIEWS.find((known) => known === view) ?? "needs") {
    case "needs":
      return Prisma.sql`AND t.settled_at IS NULL AND t.noted_at IS NULL`;
    case "all":
      return Prisma.empty;
    case "suspense":
      return Prisma.sql`AND t.settled_at IS NULL AND t.standing = 'suspense'`;
    case "unmatched":
      return Prisma.sql`AND t.settled_at IS NULL AND t.standing = 'unmatched'`;
    case "matched":
      return Prisma.sql`AND t.standing = 'matched'`;
    case "booked":
      return Prisma.sql`AND t.standing = 'booked'`;
    case "returned":
      return Prisma.sql`AND t.standing = 'returned'`;
  }
}

/** By whole receipt or whole account number, each a look-up in an index. */
async function conditionOfText(ctx: Ctx, text: string): Promise<Prisma.Sql> {
  const typed = text.trim().slice(0, TYPED_MAX);
  if (typed === "") return Prisma.empty;
  const found = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM provider_accounts a JOIN provider_transactions t ON t.account_id = a.id
     WHERE a.merchant_id = ${ctx.merchantId} AND t.receipt = ${typed.toUpperCase()}
    UNION
    (SELECT t.id FROM provider_transactions t
      WHERE t.merchant_id = ${ctx.merchantId} AND t.reference = ANY (${casesOf(typed)}::text[])
      ORDER BY t.id DESC LIMIT ${NAMESAKES_MAX})`;
  return Prisma.sql`AND t.id = ANY (${found.map(({ id }) => id)}::text[])`;
}

/** As phones write it: the way it was typed here, in capitals, in small letters, or with a capital first. */
function casesOf(typed: string): string[] {
  const small = typed.toLowerCase();
  return [typed, typed.toUpperCase(), small, small.charAt(0).toUpperCase() + small.slice(1)];
}

function causeOf(cause: string | null): TransactionCause | null {
  return TRANSACTION_CAUSES.find((known) => known === cause) ?? null;
}
