import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems, type FormProblems } from "@/components/checkout/form-problems";
import type { Method } from "@/components/checkout/method-choice";
import { MoneyTabs } from "@/components/checkout/money-tabs";
import { NoPayouts, NoRoom } from "@/components/checkout/no-payouts";
import { PayoutChoice } from "@/components/checkout/payout-choice";
import { payoutRoom, quickPayouts, roomText } from "@/components/checkout/payout-room";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { WithdrawForm } from "@/components/checkout/withdraw-form";
import { WithdrawalLimits } from "@/components/checkout/withdrawal-limits";
import { LinkButton } from "@/components/ui/link-button";
import { requireCustomer, type PageSession } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { formatKenyanPhone } from "@/lib/kit/phone";
import { PAYOUT_MESSAGE_MAX, type WithdrawalAllowance } from "@/lib/payments/schemas";
import { getAllowance } from "@/lib/payments/withdrawals/get-allowance";
import { getTypedWithdrawal } from "@/lib/payments/withdrawals/get-typed-withdrawal";
import type { TypedWithdrawal } from "@/lib/payments/withdrawals/parse-withdrawal";
import { CustomerPage } from "../_shell/customer-page";
import { pageTitle } from "../_shell/page-title";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("withdraw"))("title"));
}

export default async function WithdrawPage({ searchParams }: Props) {
  const [session, t, payments, query] = await Promise.all([
    requireCustomer(),
    getTranslations("withdraw"),
    getTranslations("payment"),
    searchParams,
  ]);
  const again = typeof query.again === "string" ? query.again : "";
  const [allowance, flash, earlier] = await Promise.all([
    getAllowance(session.ctx),
    readFlash(query),
    getTypedWithdrawal(session.ctx, { paymentId: again }),
  ]);
  const problems = await formProblems(flash);
  const method = query.method === "mpesa" ? "mpesa" : "pesavoucher";
  const amount = typeof query.amount === "string" ? query.amount.slice(0, 30) : undefined;
  // Where an own phone or address did not work, another one has to be typed.
  const typed: Typed = {
    ...(query.to === "other" && { to: "" }),
    ...(earlier?.method === method && earlier),
    ...(amount && { amount }),
  };
  return (
    <CustomerPage session={session}>
      <h1 className="sr-only">{t("title")}</h1>
      <MoneyTabs current="withdraw" />
      <ProblemSummary problems={problems} />
      <PayoutChoice chosen={method} methods={allowance.methods} />
      <MethodForm {...{ session, allowance, method, problems, typed }} />
      <WithdrawalLimits allowance={allowance} />
      <LinkButton href="/payments" kind="quiet">
        {payments("allPayments")}
      </LinkButton>
    </CustomerPage>
  );
}

/** What the address fills in: an earlier withdrawal, or an amount. */
type Typed = Partial<Pick<TypedWithdrawal, "amount" | "to" | "message">>;

/** The form of the chosen method, or why there is none now and what can be done instead. */
async function MethodForm(props: {
  session: PageSession;
  allowance: WithdrawalAllowance;
  method: Method;
  problems: FormProblems;
  typed: Typed;
}) {
  const { session, allowance, method, problems, typed } = props;
  const { state } = allowance.methods[method];
  if (state !== "on") return <NoPayouts {...{ allowance, method, merchant: session.merchant }} />;
  const room = payoutRoom(allowance, method);
  if (room.kind !== "open") return <NoRoom {...{ allowance, method, room }} />;
  const t = await getTranslations("withdraw");
  const { values, byField } = problems;
  const isMpesa = method === "mpesa";
  return (
    <WithdrawForm
      method={method}
      words={{
        amount: t("amount"),
        limits: t("range", { min: roomText(room.minCents), max: roomText(room.maxCents) }),
        quick: t("quick"),
        to: isMpesa ? t("phone") : t("email"),
        toHint: isMpesa ? t("phoneHint") : t("emailHint"),
        addMessage: t("addMessage"),
        message: t("message"),
        messageHint: t("messageHint", { max: PAYOUT_MESSAGE_MAX }),
        submit: t("submit"),
        submitting: t("submitting"),
        next: t("next"),
      }}
      csrfToken={session.csrfToken}
      attemptKey={values.attempt ?? randomUUID()}
      typed={{
        amount: values.amount ?? typed.amount ?? "",
        to: (isMpesa ? values.phone : values.email) ?? typed.to ?? ownDestination(session, method),
        message: values.message ?? typed.message ?? "",
      }}
      problems={{
        amount: byField.amount,
        to: isMpesa ? byField.phone : byField.email,
        message: byField.message,
      }}
      quick={quickPayouts(room, t("all"))}
      messageMax={PAYOUT_MESSAGE_MAX}
    />
  );
}

/** The customer's own phone or address, to be paid to unless they type another one. */
function ownDestination({ user }: PageSession, method: Method): string {
  if (method === "pesavoucher") return user.email ?? "";
  return user.phone === null ? "" : formatKenyanPhone(user.phone);
}
