import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { optionalSession } from "@/lib/auth/page-session";

/** `Deposit · Duka la Amani`: a page's own words, then whose page it is. */
export async function pageTitle(page: string): Promise<Metadata> {
  const [t, { merchant }] = await Promise.all([getTranslations("app"), optionalSession()]);
  return { title: t("titleTemplate", { page, merchant: merchant.name }) };
}
