import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import type { OwnLimit } from "../schemas";
import { LIMIT_KINDS, merchantLimitCents, ownLimitCents } from "./customer-limits";
import { readRules } from "./withdrawal-rules";

/** The signed-in customer's own limits, all three kinds, beside the merchant's. */
export async function listOwnLimits(ctx: Ctx): Promise<OwnLimit[]> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const [rules, own] = await Promise.all([
    readRules(ctx),
    ctx.db.customerLimit.findMany({ where: { customerId: ctx.actor.id } }),
  ]);
  return LIMIT_KINDS.map((kind) => {
    const limit = own.find((row) => row.kind === kind);
    const waits = limit?.nextFrom && limit.nextFrom > ctx.now() ? limit : null;
    return {
      kind,
      amount: shown(ownLimitCents(limit, ctx.now())),
      merchant: decimalFromCents(merchantLimitCents(rules, kind)),
      next: shown(waits?.nextCents ?? null),
      next_from: waits?.nextFrom?.toISOString() ?? null,
    };
  });
}

function shown(cents: bigint | null): string | null {
  return cents === null ? null : decimalFromCents(cents);
}
