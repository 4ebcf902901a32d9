import { isId } from "@/lib/kit/ids";

/** The one page of a case: payments have their case file, everything else has a page of the queue. */
export function reviewPath(subjectId: string): string {
  const isPayment = isId("deposit", subjectId) || isId("withdrawal", subjectId);
  return isPayment ? `/dashboard/payments/${subjectId}` : `/dashboard/review/${subjectId}`;
}
