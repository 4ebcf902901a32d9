import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BuyVoucherForm } from "@/components/checkout/buy-voucher-form";
import {
  DEPOSIT_LIMITS,
  formProblems,
  type FormProblems,
} from "@/components/checkout/form-problems";
import { MethodChoice } from "@/components/checkout/method-choice";
import { MoneyTabs } from "@/components/checkout/money-tabs";
import { PasteCodeForm } from "@/components/checkout/paste-code-form";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import { requireCustomer } from "@/lib/auth/page-session";
import { env } from "@/lib/env";
import { readFlash } from "@/lib/http/flash";
import { PESAVOUCHER_LIMITS } from "@/lib/payments/schemas";
import { CustomerPage } from "../_shell/customer-page";
import { pageTitle } from "../_shell/page-title";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("deposit"))("title"));
}

export default async function DepositPage({ searchParams }: Props) {
  const [session, t, query] = await Promise.all([
    requireCustomer(),
    getTranslations("deposit"),
    searchParams,
  ]);
  const flash = await readFlash(query);
  const problems = await formProblems(flash);
  const method = query.method === "mpesa" ? "mpesa" : "pesavoucher";
  return (
    <CustomerPage session={session}>
      <h1 className="sr-only">{t("title")}</h1>
      <MoneyTabs current="deposit" />
      {query.notice === "not-yours" && <NotYours />}
      <ProblemSummary problems={problems} />
      {flash?.paymentId && (
        <LinkButton href={`/payments/${flash.paymentId}`} kind="secondary">
          {t("seeEarlier")}
        </LinkButton>
      )}
      <MethodChoice chosen={method} />
      {method === "mpesa" ? (
        <MpesaSoon />
      ) : (
        <PesaVoucher
          csrfToken={session.csrfToken}
          problems={problems}
          amount={typeof query.amount === "string" ? query.amount.slice(0, 30) : ""}
        />
      )}
    </CustomerPage>
  );
}

async function PesaVoucher({
  problems,
  ...props
}: {
  csrfToken: string;
  problems: FormProblems;
  amount: string;
}) {
  const [t, payments] = await Promise.all([getTranslations("deposit"), getTranslations("payment")]);
  return (
    <>
      <BuyVoucherForm
        words={{
          amount: t("amount"),
          limits: t("limits", DEPOSIT_LIMITS),
          quick: t("quick"),
          buy: t("buy"),
          buying: t("buying"),
          next: t("next"),
        }}
        csrfToken={props.csrfToken}
        attemptKey={randomUUID()}
        typed={problems.values.amount ?? props.amount}
        problem={problems.byField.amount}
        minCents={PESAVOUCHER_LIMITS.minCents}
        maxCents={PESAVOUCHER_LIMITS.maxCents}
      />
      <section className="grid gap-3 border-t border-line pt-4">
        <h2 className="font-semibold">{t("haveCode")}</h2>
        <PasteCodeForm
          csrfToken={props.csrfToken}
          codePrefix={env().pesavoucher.prefix}
          typed={problems.values.code}
          problem={problems.byField.code}
        />
      </section>
      <LinkButton href="/payments" kind="quiet">
        {payments("allPayments")}
      </LinkButton>
    </>
  );
}

async function MpesaSoon() {
  const t = await getTranslations("deposit");
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{t("mpesaSoonTitle")}</h2>
      <p>{t("mpesaSoon")}</p>
      <LinkButton href="/deposit">{t("usePesaVoucher")}</LinkButton>
    </section>
  );
}

async function NotYours() {
  const t = await getTranslations("notices");
  return (
    <Notice tone="checking">
      <p>{t("notYours")}</p>
    </Notice>
  );
}
