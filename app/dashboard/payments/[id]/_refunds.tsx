import type { FormProblems } from "@/components/checkout/form-problems";
import { RefundSection } from "@/components/dashboard/refund-section";
import type { PageSession } from "@/lib/auth/page-session";
import { isId } from "@/lib/kit/ids";
import { getRefundOffer } from "@/lib/payments/refunds/get-refund-offer";
import type { RefundForPeople } from "@/lib/payments/refunds/schemas";

/** What went back of a deposit and what may; nothing on the page of a withdrawal. */
export async function DepositRefunds(props: {
  session: PageSession;
  depositId: string;
  refunds: readonly RefundForPeople[];
  problems: FormProblems;
}) {
  const { session, depositId, refunds, problems } = props;
  if (!isId("deposit", depositId)) return null;
  const { ctx, csrfToken } = session;
  const offer = await getRefundOffer(ctx, { depositId });
  return (
    <RefundSection
      offer={offer}
      refunds={refunds}
      nowMs={ctx.now().getTime()}
      csrfToken={csrfToken}
      attemptKey={crypto.randomUUID()}
      problems={problems}
    />
  );
}
