import { db } from "@/lib/db";

export interface MerchantSummary {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly supportLine: string;
}

/** The merchant with this slug, or null. */
export function findMerchant(slug: string): Promise<MerchantSummary | null> {
  return db().merchant.findUnique({
    where: { slug },
    select: { id: true, slug: true, name: true, supportLine: true },
  });
}
