import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs, DAY_MS } from "@/lib/kit/time";
import type { PaymentCandidate } from "./review-case";

const ROWS_MAX = 5;
/** The provider's list may be three hours off, and a payment may have begun the evening before. */
const AROUND_MS = DAY_MS;

type Line = Pick<
  ProviderTransaction,
  "accountId" | "amountCents" | "occurredAt" | "standing" | "cause"
>;

/**
 * Prompts of the same shortcode, amount and day that money in suspense may be the missing half of: paid ones
 * without a receipt, whose customer was credited with this very money when M-Pesa was asked, and, where no
 * account number says otherwise, open ones that may be credited so at any moment. Oldest first.
 */
export async function listOwnCredits(ctx: Ctx, line: Line): Promise<PaymentCandidate[]> {
  const { accountId, amountCents, occurredAt, standing, cause } = line;
  if (standing !== "suspense") return [];
  const rows = await ctx.db.deposit.findMany({
    where: {
      ...{ merchantId: ctx.merchantId, method: "mpesa", stkPush: { accountId } },
      createdAt: { gte: addMs(occurredAt, -AROUND_MS), lte: addMs(occurredAt, AROUND_MS) },
      OR: [
        { state: "paid", providerReceipt: null, paidCents: amountCents },
        ...(cause === "no_reference"
          ? [
              {
                state: { in: ["pending" as const, "submitted" as const, "needs_review" as const] },
                askedCents: amountCents,
              },
            ]
          : []),
      ],
    },
    orderBy: { createdAt: "asc" },
    take: ROWS_MAX,
    include: { customer: { select: { name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    customer: row.customer.name,
    state: row.state,
    amount: decimalFromCents(row.paidCents ?? row.askedCents ?? 0n),
    createdAt: row.createdAt,
  }));
}

/**
 * Refuses to give away money in suspense that may be in a customer's balance already, unless staff are
 * certain that it is other money. Throws `ConflictError("maybe_own_credit")`, which names the payment; true
 * when it goes on all the same, which no person decides alone.
 */
export async function refuseOwnCredit(
  ctx: Ctx,
  line: Line,
  { otherMoney, only }: { otherMoney: "yes" | "no"; only?: "paid" },
): Promise<boolean> {
  const [first] = (await listOwnCredits(ctx, line)).filter(
    ({ state }) => only === undefined || state === only,
  );
  if (!first) return false;
  if (otherMoney === "no") throw new ConflictError("maybe_own_credit", { payment: first.id });
  return true;
}
