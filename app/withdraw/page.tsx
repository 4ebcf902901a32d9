import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MoneyTabs } from "@/components/checkout/money-tabs";
import { requireCustomer } from "@/lib/auth/page-session";
import { CustomerPage } from "../_shell/customer-page";
import { pageTitle } from "../_shell/page-title";

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("withdraw"))("title"));
}

export default async function WithdrawPage() {
  const [session, t] = await Promise.all([requireCustomer(), getTranslations("withdraw")]);
  const { name, supportLine } = session.merchant;
  return (
    <CustomerPage session={session}>
      <h1 className="sr-only">{t("title")}</h1>
      <MoneyTabs current="withdraw" />
      <h2 className="text-lg font-semibold">{t("soonTitle")}</h2>
      <p>{t("soon")}</p>
      <p>{t("contact", { merchant: name, line: supportLine })}</p>
    </CustomerPage>
  );
}
