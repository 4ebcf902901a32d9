import { isId } from "@/lib/kit/ids";

/** The page on which a refund is decided: of the deposit, or of the line of M-Pesa's books, that goes back. */
export function pageOfRefund(refund: {
  readonly depositId: string | null;
  readonly transactionId: string | null;
}): string {
  return pageOfWhatGoesBack(refund.depositId ?? refund.transactionId ?? "");
}

/** The same, by the id of what goes back; the dashboard for anything else. */
export function pageOfWhatGoesBack(id: string): string {
  if (isId("deposit", id)) return `/dashboard/payments/${id}`;
  return isId("transaction", id) ? `/dashboard/review/${id}` : "/dashboard";
}
