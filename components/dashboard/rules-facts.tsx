import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import type { TypedRules } from "@/lib/recovery/schemas";

/** The rules for those who may not change them. */
export async function RulesFacts({ rules }: { rules: TypedRules }) {
  const t = await getTranslations("dashboardRules");
  const { approvalAbove, reviewAbove } = rules;
  const groups = [
    [
      t("limits"),
      [
        [t("perPayment"), amountText(rules.perPayment)],
        [t("day"), amountText(rules.day)],
        [t("week"), amountText(rules.week)],
      ],
    ],
    [
      t("approval"),
      [
        [t("approvalAbove"), approvalAbove === "" ? t("never") : amountText(approvalAbove)],
        [t("reviewAbove"), reviewAbove === "" ? t("never") : amountText(reviewAbove)],
      ],
    ],
    [
      t("fees"),
      [
        [t("voucherFee"), amountText(rules.voucherFee)],
        [t("mpesaFee"), amountText(rules.mpesaFee)],
      ],
    ],
    [
      t("floors"),
      [
        [t("voucherFloor"), amountText(rules.voucherFloor)],
        [t("mpesaFloor"), amountText(rules.mpesaFloor)],
      ],
    ],
  ] as const;
  return groups.map(([title, rows]) => (
    <section key={title} className="grid max-w-column gap-1">
      <h2 className="text-lg font-semibold">{title}</h2>
      <Facts rows={rows} />
    </section>
  ));
}
