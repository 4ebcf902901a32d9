import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackToWithdrawals } from "@/components/dashboard/back-to-withdrawals";
import { ruleProblems } from "@/components/dashboard/rule-problems";
import { RulesFacts } from "@/components/dashboard/rules-facts";
import { RulesForm } from "@/components/dashboard/rules-form";
import { Notice } from "@/components/ui/notice";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { getWithdrawalRules } from "@/lib/payments/withdrawals/get-withdrawal-rules";
import { pageTitle } from "../../../_shell/page-title";
import { StaffPage } from "../../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboardRules"))("title"));
}

/** What customers can take out, what it costs them, and what has to stay; admins change it here. */
export default async function WithdrawalRulesPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx, csrfToken, user } = session;
  const [t, rules, query] = await Promise.all([
    getTranslations("dashboardRules"),
    getWithdrawalRules(ctx),
    searchParams,
  ]);
  const problems = await ruleProblems(await readFlash(query));
  const isAdmin = user.role === "admin";
  return (
    <StaffPage session={session}>
      <BackToWithdrawals />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      {query.notice === "saved" && (
        <div role="status">
          <Notice>{t("saved")}</Notice>
        </div>
      )}
      <p>{isAdmin ? t("intro") : t("onlyAdmins")}</p>
      {isAdmin ? (
        <RulesForm rules={rules} problems={problems} csrfToken={csrfToken} />
      ) : (
        <RulesFacts rules={rules} />
      )}
    </StaffPage>
  );
}
