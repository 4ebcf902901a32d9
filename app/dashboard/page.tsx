import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { ApprovalPanel } from "@/components/dashboard/approval-panel";
import { JobPanel, MessagePanel } from "@/components/dashboard/attention-panels";
import { BooksBanner } from "@/components/dashboard/books-banner";
import { FindPaymentForm } from "@/components/dashboard/find-payment-form";
import { MoneyWarnings } from "@/components/dashboard/payout-money";
import { RefundPanel } from "@/components/dashboard/refund-panel";
import { ReviewSummary } from "@/components/dashboard/review-summary";
import { StatementBalanceAlert } from "@/components/dashboard/statement-balances";
import { LinkButton } from "@/components/ui/link-button";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { listComparisons } from "@/lib/recovery/compare-balances-history";
import { listRefundsForApproval } from "@/lib/payments/refunds/list-refunds";
import { listAttention } from "@/lib/recovery/list-attention";
import { pageTitle } from "../_shell/page-title";
import { StaffPage } from "../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboard"))("title"));
}

/** For the merchant's people: what the machine could not settle alone, and whether the books add up. */
export default async function DashboardPage({ searchParams }: Props) {
  const session = await requireStaff();
  const [t, lines, statements, attention, refunds, balances, query] = await Promise.all([
    getTranslations("dashboard"),
    getTranslations("transactions"),
    getTranslations("statements"),
    listAttention(session.ctx),
    listRefundsForApproval(session.ctx),
    listComparisons(session.ctx),
    searchParams,
  ]);
  const { ctx, csrfToken, user } = session;
  const nowMs = ctx.now().getTime();
  return (
    <StaffPage session={session}>
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={await formProblems(await readFlash(query))} />
      <FindPaymentForm />
      <BooksBanner checks={attention.invariants} />
      <MoneyWarnings
        money={attention.money}
        isAdmin={user.role === "admin"}
        csrfToken={csrfToken}
      />
      <StatementBalanceAlert balances={balances} />
      <ApprovalPanel approvals={attention.approvals} nowMs={nowMs} />
      {refunds.length > 0 && <RefundPanel refunds={refunds} nowMs={nowMs} />}
      <div className="grid gap-3 sm:w-fit sm:grid-cols-2">
        <LinkButton kind="secondary" href="/dashboard/withdrawals">
          {t("withdrawals")}
        </LinkButton>
        <LinkButton kind="secondary" href="/dashboard/history">
          {t("history")}
        </LinkButton>
        <LinkButton kind="secondary" href="/dashboard/transactions">
          {lines("title")}
        </LinkButton>
        <LinkButton kind="secondary" href="/dashboard/statements">
          {statements("dashboardLink")}
        </LinkButton>
      </div>
      <ReviewSummary queue={attention.queue} nowMs={nowMs} />
      <MessagePanel messages={attention.messages} csrfToken={csrfToken} />
      <JobPanel jobs={attention.deadJobs} csrfToken={csrfToken} />
    </StaffPage>
  );
}
