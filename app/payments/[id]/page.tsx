import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { GivenBackScreen } from "@/components/checkout/given-back-screen";
import { CheckingScreen, takesCode } from "@/components/checkout/checking-screen";
import { codeProblemSentence, formProblems } from "@/components/checkout/form-problems";
import { MpesaNotPaidScreen } from "@/components/checkout/mpesa-not-paid-screen";
import { AskingMpesaScreen, CheckPhoneScreen } from "@/components/checkout/mpesa-waiting-screen";
import { NotPaidScreen } from "@/components/checkout/not-paid-screen";
import { PaidScreen } from "@/components/checkout/paid-screen";
import { paymentFingerprint } from "@/components/checkout/payment-fingerprint";
import { PaymentLive } from "@/components/checkout/payment-live";
import type { PaymentParts } from "@/components/checkout/payment-parts";
import { screenOf } from "@/components/checkout/payment-view";
import { PayoutScreen } from "@/components/checkout/payout-screen";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { WaitingScreen } from "@/components/checkout/waiting-screen";
import { amountText } from "@/components/ui/amount-text";
import { LinkButton } from "@/components/ui/link-button";
import { requireCustomer, type PageSession } from "@/lib/auth/page-session";
import { env } from "@/lib/env";
import { readFlash } from "@/lib/http/flash";
import { assert, unreachable } from "@/lib/kit/assert";
import { SECOND_MS } from "@/lib/kit/time";
import { getBalance } from "@/lib/payments/get-balance";
import type { PaymentResource } from "@/lib/payments/schemas";
import { getPayoutCode } from "@/lib/payments/withdrawals/get-payout-code";
import { CustomerPage } from "../../_shell/customer-page";
import { loadPayment } from "../../_shell/load-payment";
import { pageTitle } from "../../_shell/page-title";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return pageTitle(await summaryOf(await loadPayment((await params).id)));
}

export default async function PaymentPage({ params, searchParams }: Props) {
  const [session, query] = await Promise.all([requireCustomer(), searchParams]);
  const payment = await loadPayment((await params).id);
  const problems = await formProblems(await readFlash(query));
  const refused = payment.code_problem && (await codeProblemSentence(payment.code_problem));
  const code = {
    typed: problems.values.code,
    problem: problems.byField.code ?? refused ?? undefined,
  };
  const codeOpen =
    payment.direction === "in" &&
    payment.method === "pesavoucher" &&
    payment.step !== "confirming" &&
    (payment.step === "needs_code" ||
      (payment.status === "checking" && takesCode(payment.reason)) ||
      query.code === "1" ||
      code.problem !== undefined);
  const t = await getTranslations("payment");
  return (
    <CustomerPage session={session}>
      <PaymentLive
        paymentId={payment.id}
        shown={paymentFingerprint(payment)}
        watch={watchOf(payment)}
        announcement={await summaryOf(payment)}
        offlineText={t("offline")}
      >
        {/* What was wrong with an earlier try is of no interest to somebody who has paid. */}
        {payment.status !== "paid" && <ProblemSummary problems={problems} />}
        <Screen
          session={session}
          payment={payment}
          code={code}
          codeOpen={codeOpen}
          isFirstPrompt={query.notice === "first-prompt"}
        />
      </PaymentLive>
      {/* Reloading would wipe out a code that is being typed: then only the button asks again. */}
      {(payment.status === "waiting" || payment.status === "checking") && !codeOpen && (
        <noscript>
          <meta httpEquiv="refresh" content="4" />
        </noscript>
      )}
      {/* Whoever pays by hand after all is told so, and has time to read four numbers. */}
      {payment.status === "not_paid" && payment.prompt?.pay_reference && (
        <noscript>
          <meta httpEquiv="refresh" content="10" />
        </noscript>
      )}
      <LinkButton href="/payments" kind="quiet">
        {t("allPayments")}
      </LinkButton>
    </CustomerPage>
  );
}

async function Screen(props: {
  session: PageSession;
  payment: PaymentResource;
  code: PaymentParts["code"];
  codeOpen: boolean;
  isFirstPrompt: boolean;
}) {
  const { session, payment, isFirstPrompt } = props;
  const { ctx, merchant, csrfToken } = session;
  const { payout } = payment;
  if (payout) return <Payout {...{ session, payment, payout }} />;
  const codePrefix = env().pesavoucher.prefix;
  const parts = { payment, merchant, csrfToken, codePrefix, code: props.code };
  const screen = screenOf(payment);
  const nowMs = ctx.now().getTime();
  const secondsSince = (instant: string) => Math.floor((nowMs - Date.parse(instant)) / SECOND_MS);
  switch (screen.kind) {
    case "check_phone":
    case "asking_mpesa": {
      const { prompt } = payment;
      assert(prompt, "an M-Pesa payment that waits has a prompt");
      const secondsAtRender = secondsSince(prompt.sent_at ?? payment.created_at);
      const given = { ...parts, prompt, secondsAtRender, isFirstPrompt };
      if (screen.kind === "check_phone") return <CheckPhoneScreen {...given} />;
      return <AskingMpesaScreen {...given} />;
    }
    case "at_provider":
    case "confirming":
    case "needs_code":
      return (
        <WaitingScreen
          {...parts}
          step={screen}
          codeOpen={props.codeOpen}
          secondsAtRender={secondsSince(payment.created_at)}
        />
      );
    case "paid": {
      const balance = await getBalance(ctx);
      return <PaidScreen {...parts} balance={balance.available} difference={screen.difference} />;
    }
    case "given_back":
      return <GivenBackScreen {...parts} />;
    case "not_paid":
      return <NotPaidScreen {...parts} screen={screen} />;
    case "mpesa_not_paid": {
      const waitSeconds = payment.prompt ? -secondsSince(payment.prompt.retry_at) : 0;
      return <MpesaNotPaidScreen {...parts} screen={screen} waitSeconds={waitSeconds} />;
    }
    case "checking":
    case "mpesa_checking":
      return <CheckingScreen {...parts} screen={screen} />;
    default:
      return unreachable(screen);
  }
}

/** Money going out. The voucher's code is read for nothing else than the page that shows it. */
async function Payout(props: {
  session: PageSession;
  payment: PaymentResource;
  payout: NonNullable<PaymentResource["payout"]>;
}) {
  const { session, payment } = props;
  const { ctx, merchant, csrfToken } = session;
  const [balance, code] = await Promise.all([
    getBalance(ctx),
    payment.status === "paid" ? getPayoutCode(ctx, { paymentId: payment.id }) : null,
  ]);
  const sinceMs = ctx.now().getTime() - Date.parse(payment.created_at);
  return (
    <PayoutScreen
      {...props}
      {...{ merchant, csrfToken, code }}
      balance={balance.available}
      secondsAtRender={Math.floor(sinceMs / SECOND_MS)}
    />
  );
}

/**
 * Money may still arrive for a payment that was not paid, and must not be sent twice; what was paid may
 * still be given back, and a voucher that was sent out is used later. Only what went back, or was paid out, is over.
 */
function watchOf(payment: PaymentResource): "closely" | "loosely" | "off" {
  if (payment.status === "given_back") return "off";
  if (payment.status === "paid") {
    if (payment.direction === "in") return "loosely";
    const receiptFollows = payment.method === "mpesa" && payment.provider_receipt === null;
    const isVoucherUnused =
      payment.method === "pesavoucher" && payment.payout?.redeemed_at === null;
    return receiptFollows || isVoucherUnused ? "loosely" : "off";
  }
  return payment.status === "waiting" ? "closely" : "loosely";
}

/** `Paid: KSh 500.00`, for the title and for screen readers. */
async function summaryOf(payment: PaymentResource): Promise<string> {
  const [t, status] = await Promise.all([getTranslations("payment"), getTranslations("status")]);
  const amount = payment.amount_paid ?? payment.amount_asked;
  const word = status(payment.status);
  return amount ? t("pageTitle", { status: word, amount: amountText(amount) }) : word;
}
