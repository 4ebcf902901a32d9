import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { LanguageSwitch } from "@/components/checkout/site-header";
import { JobPanel, MessagePanel, ReviewPanel } from "@/components/dashboard/attention-panels";
import { BooksBanner } from "@/components/dashboard/books-banner";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import { requireStaff, type PageSession } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { listAttention } from "@/lib/recovery/list-attention";
import { pageTitle } from "../_shell/page-title";

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
    <>
      <StaffHeader session={session} />
      <main id="content" className="mx-auto grid max-w-desk gap-6 px-4 pb-12">
        <h1 className="text-xl font-semibold">{t("title")}</h1>
        <ProblemSummary problems={await formProblems(await readFlash(query))} />
        <BooksBanner checks={attention.invariants} />
        <ReviewPanel reviews={attention.reviews} nowMs={ctx.now().getTime()} />
        <MessagePanel messages={attention.messages} csrfToken={csrfToken} />
        <JobPanel jobs={attention.deadJobs} csrfToken={csrfToken} />
      </main>
    </>
  );
}

async function StaffHeader({ session }: { session: PageSession }) {
  const t = await getTranslations("dashboard");
  return (
    <header className="mx-auto flex max-w-desk flex-wrap items-center justify-between gap-x-6 px-4 py-2">
      <div>
        <p className="text-lg font-semibold">{session.merchant.name}</p>
        <p className="text-sm text-soft">{t("signedInAs", { name: session.user.name })}</p>
      </div>
      <div className="flex flex-wrap items-center gap-x-6">
        <LanguageSwitch csrfToken={session.csrfToken} path="/dashboard" />
        <SubmitOnce method="post" action="/session/sign-out">
          <input type="hidden" name="csrf" value={session.csrfToken} />
          <Button kind="quiet">{t("signOut")}</Button>
        </SubmitOnce>
      </div>
    </header>
  );
}
