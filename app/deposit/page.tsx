import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BuyVoucherForm } from "@/components/checkout/buy-voucher-form";
import {
  DEPOSIT_LIMITS,
  formProblems,
  MPESA_LIMITS_TEXT,
  type FormProblems,
} from "@/components/checkout/form-problems";
import { MethodChoice } from "@/components/checkout/method-choice";
import { MoneyTabs } from "@/components/checkout/money-tabs";
import { PasteCodeForm } from "@/components/checkout/paste-code-form";
import { PayMpesaForm } from "@/components/checkout/pay-mpesa-form";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import { requireCustomer, type PageSession } from "@/lib/auth/page-session";
import { env } from "@/lib/env";
import { readFlash } from "@/lib/http/flash";
import { formatKenyanPhone } from "@/lib/kit/phone";
import { rememberedPhone } from "@/lib/payments/remembered-phone";
import { MPESA_LIMITS, PESAVOUCHER_LIMITS } from "@/lib/payments/schemas";
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
  const amount = typeof query.amount === "string" ? query.amount.slice(0, 30) : "";
  const props: MethodProps = { session, problems, amount };
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
      {method === "mpesa" ? <Mpesa {...props} /> : <PesaVoucher {...props} />}
    </CustomerPage>
  );
}

interface MethodProps {
  session: PageSession;
  problems: FormProblems;
  /** What the address fills in. */
  amount: string;
}

async function PesaVoucher({ session, problems, amount }: MethodProps) {
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
        csrfToken={session.csrfToken}
        attemptKey={randomUUID()}
        typed={problems.values.amount ?? amount}
        problem={problems.byField.amount}
        minCents={PESAVOUCHER_LIMITS.minCents}
        maxCents={PESAVOUCHER_LIMITS.maxCents}
      />
      <section className="grid gap-3 border-t border-line pt-4">
        <h2 className="font-semibold">{t("haveCode")}</h2>
        <PasteCodeForm
          csrfToken={session.csrfToken}
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

async function Mpesa({ session, problems, amount }: MethodProps) {
  const [t, payments, remembered] = await Promise.all([
    getTranslations("deposit"),
    getTranslations("payment"),
    rememberedPhone(session.ctx),
  ]);
  const phone = remembered === null ? "" : formatKenyanPhone(remembered);
  const { values, byField } = problems;
  return (
    <>
      <PayMpesaForm
        words={{
          amount: t("amount"),
          limits: t("limits", MPESA_LIMITS_TEXT),
          quick: t("quick"),
          phone: t("phone"),
          phoneHint: t("phoneHint"),
          pay: t("pay"),
          payAmount: t("payAmount", { amount: "#" }),
          paying: t("paying"),
          next: t("payNext"),
        }}
        csrfToken={session.csrfToken}
        attemptKey={randomUUID()}
        typed={{ amount: values.amount ?? amount, phone: values.phone ?? phone }}
        problems={{ amount: byField.amount, phone: byField.phone }}
        minCents={MPESA_LIMITS.minCents}
        maxCents={MPESA_LIMITS.maxCents}
      />
      <LinkButton href="/payments" kind="quiet">
        {payments("allPayments")}
      </LinkButton>
    </>
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
