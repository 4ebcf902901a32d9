import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { cache } from "react";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackLink } from "@/components/dashboard/back-link";
import { StatementActions } from "@/components/dashboard/statement-actions";
import { StatementFacts } from "@/components/dashboard/statement-facts";
import { StatementPreviewPart } from "@/components/dashboard/statement-preview";
import { StatementReportPart } from "@/components/dashboard/statement-report";
import { Notice } from "@/components/ui/notice";
import { requireStaff } from "@/lib/auth/page-session";
import { NotFoundError } from "@/lib/errors";
import { readFlash } from "@/lib/http/flash";
import { getStatement } from "@/lib/recovery/statements/get-statement";
import { pageTitle } from "../../../_shell/page-title";
import { StaffPage } from "../../../_shell/staff-page";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

const load = cache(async (statementId: string) => {
  const session = await requireStaff();
  try {
    return { session, statement: await getStatement(session.ctx, { statementId }) };
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { statement } = await load((await params).id);
  const { shortcode } = statement;
  return pageTitle((await getTranslations("statements"))("titleOf", { shortcode }));
}

/** One statement file: what it says, how far it is booked, and in the end both books side by side. */
export default async function StatementPage({ params, searchParams }: Props) {
  const { session, statement } = await load((await params).id);
  const [t, query] = await Promise.all([getTranslations("statements"), searchParams]);
  const problems = await formProblems(await readFlash(query));
  const { csrfToken } = session;
  return (
    <StaffPage session={session}>
      {statement.state === "matching" && <meta httpEquiv="refresh" content="3" />}
      <div className="grid print:hidden">
        <BackLink href="/dashboard/statements" label={t("back")} />
      </div>
      <h1 className="text-xl font-semibold">{t("titleOf", { shortcode: statement.shortcode })}</h1>
      <ProblemSummary problems={problems} />
      {query.notice === "known" && (
        <div role="status">
          <Notice>{t("notices.known")}</Notice>
        </div>
      )}
      <StatementFacts statement={statement} />
      <StatementActions statement={statement} csrfToken={csrfToken} />
      {statement.report ? (
        <StatementReportPart report={statement.report} preview={statement.preview} />
      ) : (
        <StatementPreviewPart preview={statement.preview} />
      )}
    </StaffPage>
  );
}
