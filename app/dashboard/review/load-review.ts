import type { PageSession } from "@/lib/auth/page-session";
import { NotFoundError } from "@/lib/errors";
import { getReviewCase } from "@/lib/recovery/review/get-review-case";
import type { ReviewCase } from "@/lib/recovery/schemas";

const CUSTOMERS_MAX = 10;

/** What may be done about a case; null when the merchant has no such case. */
export async function loadReview(
  { ctx }: PageSession,
  subjectId: string,
  customerIds: readonly string[] = [],
): Promise<ReviewCase | null> {
  try {
    return await getReviewCase(ctx, { subjectId, customerIds });
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** The customers that a search found, as its redirect names them. */
export function customersOf(
  query: Readonly<Record<string, string | string[] | undefined>>,
): string[] {
  const { customers } = query;
  return typeof customers === "string" ? customers.split(".").slice(0, CUSTOMERS_MAX) : [];
}
