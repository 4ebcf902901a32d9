import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { HistoryAccountPanel } from "@/components/dashboard/history-account";
import { HistoryNotice } from "@/components/dashboard/history-notice";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { listHistory } from "@/lib/recovery/pull/list-history";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboardHistory"))("title"));
}

/** What M-Pesa tells us of each shortcode by itself, what its list knows, and what to do about either. */
export default async function HistoryPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx, csrfToken, user } = session;
  const [t, accounts, query] = await Promise.all([
    getTranslations("dashboardHistory"),
    listHistory(ctx),
    searchParams,
  ]);
  const problems = await formProblems(await readFlash(query));
  const asked = accounts.flatMap(({ runs }) => runs).find(({ id }) => id === query.run);
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      <HistoryNotice notice={String(query.notice ?? "")} asked={asked ?? null} />
      <p className="max-w-column">{t("intro")}</p>
      {accounts.length === 0 && <p className="text-soft">{t("none")}</p>}
      {accounts.map((account) => (
        <HistoryAccountPanel
          key={account.id}
          account={account}
          problems={problems}
          isAdmin={user.role === "admin"}
          csrfToken={csrfToken}
          now={ctx.now()}
        />
      ))}
    </StaffPage>
  );
}
