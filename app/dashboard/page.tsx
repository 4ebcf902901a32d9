import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { JobPanel, MessagePanel, ReviewPanel } from "@/components/dashboard/attention-panels";
import { BooksBanner } from "@/components/dashboard/books-banner";
import { FindPaymentForm } from "@/components/dashboard/find-payment-form";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
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
  const [t, attention, query] = await Promise.all([
    getTranslations("dashboard"),
    listAttention(session.ctx),
    searchParams,
  ]);
  const { ctx, csrfToken } = session;
  return (
    <StaffPage session={session}>
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={await formProblems(await readFlash(query))} />
      <FindPaymentForm />
      <BooksBanner checks={attention.invariants} />
      <ReviewPanel reviews={attention.reviews} nowMs={ctx.now().getTime()} />
      <MessagePanel messages={attention.messages} csrfToken={csrfToken} />
      <JobPanel jobs={attention.deadJobs} csrfToken={csrfToken} />
    </StaffPage>
  );
}
