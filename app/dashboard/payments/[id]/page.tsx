import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import Link from "next/link";
import { notFound } from "next/navigation";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { CaseBooks } from "@/components/dashboard/case-books";
import { CaseMessages } from "@/components/dashboard/case-messages";
import { CaseProvider } from "@/components/dashboard/case-provider";
import { CaseFacts, CaseHeading } from "@/components/dashboard/case-summary";
import { CaseTimeline } from "@/components/dashboard/case-timeline";
import { ReviewNotice } from "@/components/dashboard/review-notice";
import { ReviewPanel } from "@/components/dashboard/review-panel";
import { RefundNotice } from "@/components/dashboard/refund-notice";
import { Notice } from "@/components/ui/notice";
import { requireStaff, type PageSession } from "@/lib/auth/page-session";
import { NotFoundError } from "@/lib/errors";
import { readFlash } from "@/lib/http/flash";
import { isId } from "@/lib/kit/ids";
import { listRefundsOf } from "@/lib/payments/refunds/list-refunds";
import { getCaseFile } from "@/lib/recovery/get-case-file";
import type { CaseFile } from "@/lib/recovery/schemas";
import { pageTitle } from "../../../_shell/page-title";
import { StaffPage } from "../../../_shell/staff-page";
import { loadReview } from "../../review/load-review";
import { DepositRefunds } from "./_refunds";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("caseFile"))("pageTitle"));
}

/** Everything that is kept about one payment, for whoever has to explain it. */
export default async function CaseFilePage({ params, searchParams }: Props) {
  const session = await requireStaff();
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const [file, review, refunds, flash] = await Promise.all([
    loadCaseFile(session, id),
    loadReview(session, id),
    isId("deposit", id) ? listRefundsOf(session.ctx, { depositId: id }) : [],
    readFlash(query),
  ]);
  const { csrfToken } = session;
  const problems = await formProblems(flash);
  const posted = flash && { form: flash.form, action: flash.values.action, problems };
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <ProblemSummary problems={problems} />
      <ReviewNotice notice={query.notice} />
      <RefundNotice notice={query.notice} />
      {query.notice === "asked" && <AskedNotice file={file} />}
      <CaseHeading
        file={file}
        csrfToken={csrfToken}
        hasOpenRefund={refunds.some(({ standing }) => standing !== "done" && standing !== "failed")}
      />
      {review && <ReviewPanel review={review} csrfToken={csrfToken} posted={posted} />}
      <div className="grid gap-6 lg:grid-cols-2 lg:gap-12">
        <CaseFacts file={file} />
        <CaseProvider file={file} />
      </div>
      <DepositRefunds session={session} depositId={id} refunds={refunds} problems={problems} />
      <CaseTimeline file={file} />
      <CaseMessages file={file} csrfToken={csrfToken} />
      <CaseBooks movements={file.movements} />
    </StaffPage>
  );
}

async function loadCaseFile({ ctx }: PageSession, paymentId: string): Promise<CaseFile> {
  try {
    return await getCaseFile(ctx, { paymentId });
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
    throw error;
  }
}

/** The answer takes a moment, and this page does not change by itself. */
async function AskedNotice({ file }: { file: CaseFile }) {
  const t = await getTranslations("caseFile");
  return (
    <div role="status">
      <Notice>
        <p>{t("asked")}</p>
        <Link
          href={`/dashboard/payments/${file.payment.id}`}
          prefetch={false}
          className="inline-flex min-h-12 w-fit items-center text-action underline underline-offset-4"
        >
          {t("reload")}
        </Link>
      </Notice>
    </div>
  );
}
