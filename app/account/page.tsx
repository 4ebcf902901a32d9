import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { OwnLimits } from "@/components/checkout/own-limits";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { LanguageSwitch } from "@/components/checkout/site-header";
import { Button } from "@/components/ui/button";
import { Facts } from "@/components/ui/facts";
import { LinkButton } from "@/components/ui/link-button";
import { SubmitOnce } from "@/components/ui/submit-once";
import { requireCustomer } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { formatKenyanPhone } from "@/lib/kit/phone";
import { listOwnLimits } from "@/lib/payments/withdrawals/list-own-limits";
import { CustomerPage } from "../_shell/customer-page";
import { pageTitle } from "../_shell/page-title";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("account"))("title"));
}

export default async function AccountPage({ searchParams }: Props) {
  const [session, t, query] = await Promise.all([
    requireCustomer(),
    getTranslations("account"),
    searchParams,
  ]);
  const { user, csrfToken } = session;
  const [limits, problems] = await Promise.all([
    listOwnLimits(session.ctx),
    readFlash(query).then(formProblems),
  ]);
  return (
    <CustomerPage session={session}>
      <h1 className="pt-2 text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      <Facts
        rows={[
          [t("name"), user.name],
          [t("phone"), user.phone && formatKenyanPhone(user.phone)],
          [t("email"), user.email],
          [t("language"), <LanguageSwitch key="language" csrfToken={csrfToken} path="/account" />],
        ]}
      />
      <LinkButton href="/payments" kind="secondary">
        {t("payments")}
      </LinkButton>
      <OwnLimits
        limits={limits}
        csrfToken={csrfToken}
        problems={problems}
        saved={typeof query.saved === "string" ? query.saved : null}
      />
      <SubmitOnce method="post" action="/session/sign-out" className="border-t border-line pt-4">
        <input type="hidden" name="csrf" value={csrfToken} />
        <Button kind="secondary">{t("signOut")}</Button>
      </SubmitOnce>
      <SubmitOnce
        method="post"
        action="/session/sign-out-everywhere"
        className="grid gap-2 border-t border-line pt-4"
      >
        <input type="hidden" name="csrf" value={csrfToken} />
        <p className="text-sm text-soft">{t("everywhereHint")}</p>
        <Button kind="secondary">{t("signOutEverywhere")}</Button>
      </SubmitOnce>
    </CustomerPage>
  );
}
