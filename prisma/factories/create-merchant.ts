import { randomBytes } from "node:crypto";
import { db } from "@/lib/db";
import type { Merchant } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { saveAccountOfSettings } from "@/lib/merchants/save-account-of-settings";

export interface MerchantInput {
  readonly slug?: string;
  readonly name?: string;
  readonly supportLine?: string;
}

/**
 * Makes a merchant who takes M-Pesa with the shortcode of the settings. Whatever is not given gets a value
 * of its own that clashes with nobody's.
 */
export async function createMerchant(input: MerchantInput = {}): Promise<Merchant> {
  const slug = input.slug ?? `shop-${randomBytes(6).toString("hex")}`;
  const merchant = await db().merchant.create({
    data: {
      id: newId("merchant"),
      slug,
      name: input.name ?? `Duka ${slug}`,
      supportLine: input.supportLine ?? "0700 000 000",
    },
  });
  await saveAccountOfSettings(merchant.id);
  return merchant;
}
