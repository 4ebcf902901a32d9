import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { ApprovalRow } from "@/components/dashboard/approval-row";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { DecisionNotice } from "@/components/dashboard/decision-notice";
import { Panel } from "@/components/dashboard/panel";
import { MoneyPanel, MoneyWarnings } from "@/components/dashboard/payout-money";
import { LinkButton } from "@/components/ui/link-button";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { listForApproval } from "@/lib/payments/withdrawals/list-for-approval";
import { listPayoutMoney } from "@/lib/recovery/list-payout-money";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboardPayouts"))("title"));
}

/** What waits for a second person, and the money to pay it with. */
export default async function WithdrawalsPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx, csrfToken, user } = session;
  const [t, approvals, money, query] = await Promise.all([
    getTranslations("dashboardPayouts"),
    listForApproval(ctx),
    listPayoutMoney(ctx),
    searchParams,
  ]);
  const flash = await readFlash(query);
  const problems = await formProblems(flash);
  const nowMs = ctx.now().getTime();
  const noteProblemOf = (id: string) =>
    flash?.form === "reject" && flash.values.withdrawal === id ? problems.byField.note : undefined;
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      <DecisionNotice notice={query.notice} paymentId={query.of} />
      <MoneyWarnings money={money} isAdmin={user.role === "admin"} csrfToken={csrfToken} />
      <div className="flex flex-wrap gap-3">
        <div className="max-sm:w-full">
          <LinkButton kind="secondary" href="/dashboard/withdrawals/new">
            {t("payOutFor")}
          </LinkButton>
        </div>
        <div className="max-sm:w-full">
          <LinkButton kind="secondary" href="/dashboard/withdrawals/rules">
            {t("rules")}
          </LinkButton>
        </div>
      </div>
      <Panel
        title={t("toApprove")}
        empty={t("toApproveEmpty")}
        rows={approvals.map((row) => (
          <ApprovalRow
            key={row.id}
            row={row}
            nowMs={nowMs}
            csrfToken={csrfToken}
            noteProblem={noteProblemOf(row.id)}
          />
        ))}
      />
      <MoneyPanel money={money} />
    </StaffPage>
  );
}
