import type { FormProblems } from "@/components/checkout/form-problems";
import { RefundSection } from "@/components/dashboard/refund-section";
import type { PageSession } from "@/lib/auth/page-session";
import { listRefundsOf } from "@/lib/payments/refunds/list-refunds";

/** What went back of a line of M-Pesa's books, or is about to; ordering it is a decision like the others. */
export async function TransactionRefunds(props: {
  session: PageSession;
  transactionId: string;
  problems: FormProblems;
}) {
  const { session, transactionId, problems } = props;
  const { ctx, csrfToken } = session;
  return (
    <RefundSection
      offer={null}
      refunds={await listRefundsOf(ctx, { transactionId })}
      nowMs={ctx.now().getTime()}
      csrfToken={csrfToken}
      attemptKey=""
      problems={problems}
    />
  );
}
