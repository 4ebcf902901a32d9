import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { InvalidInputError, NotFoundError } from "@/lib/errors";
import type { LimitKind } from "@/lib/generated/prisma/client";
import { decimalFromCents, parseAmount } from "@/lib/kit/money";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { ownLimitCents } from "./customer-limits";

const RANGE = { minCents: 100n, maxCents: 10_000_000_000n } as const;

/** How long a higher limit waits: whoever takes over a phone cannot raise it and take all at once. */
export const RAISE_WAITS_MS = DAY_MS;

/**
 * Sets a limit the signed-in customer wants for themselves; an empty amount takes it away. Lower counts at
 * once, higher (or none) after 24 hours, and setting it again starts that wait anew. The merchant's limit
 * always counts. Throws `InvalidInputError` for an amount that is none.
 */
export async function setOwnLimit(
  ctx: Ctx,
  input: { kind: LimitKind; amount: string },
): Promise<void> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const cents = parseLimit(input.amount);
  const { kind } = input;
  const customerId = ctx.actor.id;
  await withTransaction(ctx, async (tx) => {
    // Two of them at once must not both read the old one.
    await tx.db.$queryRaw`SELECT id FROM users WHERE id = ${customerId} FOR NO KEY UPDATE`;
    const known = await tx.db.customerLimit.findUnique({
      where: { customerId_kind: { customerId, kind } },
    });
    const current = ownLimitCents(known ?? undefined, tx.now());
    const isHigher = current !== null && (cents === null || cents > current);
    const data = isHigher
      ? { cents: current, nextCents: cents, nextFrom: addMs(tx.now(), RAISE_WAITS_MS) }
      : { cents, nextCents: null, nextFrom: null };
    await tx.db.customerLimit.upsert({
      where: { customerId_kind: { customerId, kind } },
      create: { customerId, kind, ...data },
      update: data,
    });
    await recordAudit(tx, {
      action: "limit.changed",
      subjectId: customerId,
      before: { kind, limit: shown(current) },
      after: { kind, limit: shown(data.cents), next: shown(data.nextCents) },
    });
  });
}

function parseLimit(amount: string): bigint | null {
  if (amount.trim() === "") return null;
  const parsed = parseAmount(amount, RANGE);
  if (!parsed.ok) throw new InvalidInputError({ amount: parsed.problem });
  return parsed.amountCents;
}

function shown(cents: bigint | null): string | null {
  return cents === null ? null : decimalFromCents(cents);
}
