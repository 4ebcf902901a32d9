import { isId } from "@/lib/kit/ids";

/** The one page of a case: payments have their case file, some have a page of their own, all else one of the queue. */
export function reviewPath(subjectId: string): string {
  if (isId("deposit", subjectId) || isId("withdrawal", subjectId))
    return `/dashboard/payments/${subjectId}`;
  if (isId("statement", subjectId)) return `/dashboard/statements/${subjectId}`;
  if (subjectId.startsWith("history:")) return "/dashboard/history";
  if (subjectId.startsWith("job:")) return "/dashboard#jobs";
  return `/dashboard/review/${subjectId}`;
}
