import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound, redirect } from "next/navigation";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackLink } from "@/components/dashboard/back-link";
import { RefundNotice } from "@/components/dashboard/refund-notice";
import { DriftFacts, TransactionFacts } from "@/components/dashboard/review-facts";
import { MessageFacts } from "@/components/dashboard/review-message";
import { ReviewNotice } from "@/components/dashboard/review-notice";
import { ReviewPanel } from "@/components/dashboard/review-panel";
import { reviewPath } from "@/components/dashboard/review-path";
import { Amount } from "@/components/ui/amount";
import { LinkButton } from "@/components/ui/link-button";
import { Notice } from "@/components/ui/notice";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { pageTitle } from "../../../_shell/page-title";
import { StaffPage } from "../../../_shell/staff-page";
import { customersOf, loadReview } from "../load-review";
import { TransactionRefunds } from "./_refunds";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("reviewQueue"))("caseTitle"));
}

/** One case that is no payment of ours: a line of the provider's books, or a difference. */
export default async function ReviewCasePage({ params, searchParams }: Props) {
  const session = await requireStaff();
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const subjectId = decodeURIComponent(id);
  const path = reviewPath(subjectId);
  if (path.startsWith("/dashboard/payments/")) redirect(path);
  const [t, methods, review, flash] = await Promise.all([
    getTranslations("reviewQueue"),
    getTranslations("methods"),
    loadReview(session, subjectId, customersOf(query)),
    readFlash(query),
  ]);
  if (!review) notFound();
  const problems = await formProblems(flash);
  const posted = flash && { form: flash.form, action: flash.values.action, problems };
  const { amount, transaction, drift, message } = review;
  return (
    <StaffPage session={session}>
      <BackLink href="/dashboard/review" label={t("title")} />
      <ProblemSummary problems={problems} />
      <ReviewNotice notice={query.notice} />
      <RefundNotice notice={query.notice} />
      <div className="grid gap-4 lg:grid-cols-[1fr_2fr] lg:items-start">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold">{t(`kinds.${review.kind}`)}</h1>
          {amount && <Amount decimal={amount} />}
        </div>
        <Notice tone={review.actions.length > 0 ? "checking" : "plain"}>
          <p>
            {review.actions.length > 0
              ? t(`situations.${review.situation}`, { provider: methods("mpesa") })
              : t("nothingToDo")}
          </p>
        </Notice>
      </div>
      <ReviewPanel review={review} csrfToken={session.csrfToken} posted={posted} />
      {transaction && (
        <TransactionRefunds session={session} transactionId={subjectId} problems={problems} />
      )}
      {review.refundOf && (
        <div className="sm:w-fit">
          <LinkButton kind="secondary" href={reviewPath(review.refundOf)}>
            {t("whatGoesBack")}
          </LinkButton>
        </div>
      )}
      {transaction && <TransactionFacts line={transaction} />}
      {drift && <DriftFacts drift={drift} />}
      {message && <MessageFacts message={message} csrfToken={session.csrfToken} />}
    </StaffPage>
  );
}
