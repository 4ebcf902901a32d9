import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { StatementBalances } from "@/components/dashboard/statement-balances";
import { StatementList } from "@/components/dashboard/statement-list";
import { StatementUpload } from "@/components/dashboard/statement-upload";
import { Notice } from "@/components/ui/notice";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { listComparisons } from "@/lib/recovery/compare-balances-history";
import { listStatementAccounts } from "@/lib/recovery/statements/find-statement-account";
import { listStatements } from "@/lib/recovery/statements/list-statements";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

const NOTICES = ["compared", "discarded"] as const;

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("statements"))("title"));
}

/** The provider's books beside ours: statement files of M-Pesa, and the balance at Pesa Voucher. */
export default async function StatementsPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx, csrfToken } = session;
  const [t, statements, accounts, balances, query] = await Promise.all([
    getTranslations("statements"),
    listStatements(ctx),
    listStatementAccounts(ctx),
    listComparisons(ctx),
    searchParams,
  ]);
  const problems = await formProblems(await readFlash(query));
  const notice = NOTICES.find((known) => known === query.notice);
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      {notice && (
        <div role="status">
          <Notice>{t(`notices.${notice}`)}</Notice>
        </div>
      )}
      <StatementUpload
        csrfToken={csrfToken}
        shortcodes={accounts.map(({ shortcode }) => shortcode)}
        problem={problems.byField.file}
      />
      <StatementList statements={statements} />
      <StatementBalances balances={balances} csrfToken={csrfToken} />
    </StaffPage>
  );
}
