import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackToDashboard } from "@/components/dashboard/back-to-dashboard";
import { FindPaymentForm } from "@/components/dashboard/find-payment-form";
import { FoundPayments } from "@/components/dashboard/found-payments";
import { requireStaff } from "@/lib/auth/page-session";
import { findPayment } from "@/lib/recovery/find-payment";
import { pageTitle } from "../../_shell/page-title";
import { StaffPage } from "../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboard"))("findTitle"));
}

/** A payment by what somebody quoted of it. */
export default async function FindPaymentPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { q } = await searchParams;
  const text = typeof q === "string" ? q.trim() : "";
  const [t, found] = await Promise.all([
    getTranslations("dashboard"),
    findPayment(session.ctx, { text }),
  ]);
  return (
    <StaffPage session={session}>
      <BackToDashboard />
      <h1 className="text-xl font-semibold">{t("findTitle")}</h1>
      <FindPaymentForm text={text} />
      {text !== "" && <FoundPayments found={found} />}
    </StaffPage>
  );
}
