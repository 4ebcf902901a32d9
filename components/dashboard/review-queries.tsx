import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { CaseQuery } from "@/lib/recovery/schemas";
import { exactTimeFormatter } from "./exact-time";

/** The receipts M-Pesa was asked about, and what it said. */
export async function ReviewQueries({ queries }: { queries: readonly CaseQuery[] }) {
  const [t, time] = await Promise.all([getTranslations("reviewQueue"), exactTimeFormatter()]);
  if (queries.length === 0) return null;
  return (
    <ul className="grid gap-2">
      {queries.map((query) => (
        <li key={query.id}>
          <p className="font-semibold">
            {t("askedAbout", { receipt: query.receipt, name: query.by })}
          </p>
          <p>
            {query.outcome === null ? t("queryOpen") : t(`queryOutcomes.${query.outcome}`)}
            {query.amount && ` ${t("queryAmount", { amount: amountText(query.amount) })}`}
          </p>
          <p className="text-sm wrap-anywhere text-soft">
            {time(query.answeredAt ?? query.at)} · {query.reason}
          </p>
        </li>
      ))}
    </ul>
  );
}
