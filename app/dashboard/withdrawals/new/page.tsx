import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { formProblems } from "@/components/checkout/form-problems";
import { ProblemSummary } from "@/components/checkout/problem-summary";
import { BackToWithdrawals } from "@/components/dashboard/back-to-withdrawals";
import { FindCustomerForm } from "@/components/dashboard/find-customer-form";
import { PayeeFacts } from "@/components/dashboard/payee-facts";
import { PayoutForm } from "@/components/dashboard/payout-form";
import { requireStaff } from "@/lib/auth/page-session";
import { readFlash } from "@/lib/http/flash";
import { getWithdrawalRules } from "@/lib/payments/withdrawals/get-withdrawal-rules";
import { getPayeeCustomer } from "@/lib/recovery/get-payee-customer";
import { pageTitle } from "../../../_shell/page-title";
import { StaffPage } from "../../../_shell/staff-page";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  return pageTitle((await getTranslations("dashboardNew"))("title"));
}

/** Asks for a withdrawal in a customer's name: first whose money, then how much and where to. */
export default async function NewPayoutPage({ searchParams }: Props) {
  const session = await requireStaff();
  const { ctx, csrfToken } = session;
  const [t, query] = await Promise.all([getTranslations("dashboardNew"), searchParams]);
  const customerId = typeof query.customer === "string" ? query.customer : "";
  const [customer, rules, problems] = await Promise.all([
    getPayeeCustomer(ctx, { customerId }),
    getWithdrawalRules(ctx),
    formProblems(await readFlash(query)),
  ]);
  return (
    <StaffPage session={session}>
      <BackToWithdrawals />
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <ProblemSummary problems={problems} />
      <p>{t("intro")}</p>
      <div className="grid max-w-column gap-4">
        {customer === null ? (
          <FindCustomerForm problems={problems} csrfToken={csrfToken} />
        ) : (
          <>
            <PayeeFacts customer={customer} />
            <PayoutForm
              customerId={customer.id}
              method={query.method === "mpesa" ? "mpesa" : "pesavoucher"}
              rules={rules}
              problems={problems}
              csrfToken={csrfToken}
              attemptKey={crypto.randomUUID()}
            />
          </>
        )}
      </div>
    </StaffPage>
  );
}
