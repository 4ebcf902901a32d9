import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { readRules } from "./withdrawal-rules";

/** What a provider had for payouts when it last said so. */
export interface Float {
  /** `pesavoucher`, or `mpesa:<shortcode>`. */
  readonly name: string;
  readonly available: string;
  readonly observedAt: Date;
  /** Below this staff are warned. */
  readonly floor: string;
  readonly isLow: boolean;
  /** Why nothing is paid from here at all until its keys are saved again; null while it pays. */
  readonly stopped: string | null;
}

/** The merchant's money at each provider that pays out, with a warning where it is low. For staff. */
export async function listFloats(ctx: Ctx): Promise<Float[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { merchantId } = ctx;
  const [rules, floats, stopped] = await Promise.all([
    readRules(ctx),
    ctx.db.providerFloat.findMany({ where: { merchantId }, orderBy: { name: "asc" } }),
    ctx.db.providerAccount.findMany({
      where: { merchantId, payoutsStopped: { not: null } },
      select: { shortcode: true, payoutsStopped: true },
    }),
  ]);
  const whyStopped = new Map(stopped.map((row) => [`mpesa:${row.shortcode}`, row.payoutsStopped]));
  return floats.map(({ name, availableCents, observedAt }) => {
    const floorCents = name === "pesavoucher" ? rules.voucherFloorCents : rules.mpesaFloorCents;
    return {
      name,
      available: decimalFromCents(availableCents),
      observedAt,
      floor: decimalFromCents(floorCents),
      isLow: availableCents < floorCents,
      stopped: whyStopped.get(name) ?? null,
    };
  });
}
