import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Disclosure } from "@/components/ui/disclosure";
import { Facts } from "@/components/ui/facts";
import { LinkButton } from "@/components/ui/link-button";
import type { WithdrawalAllowance } from "@/lib/payments/schemas";

/** How much of each limit is left, for whoever wants to know more than the form says. */
export async function WithdrawalLimits({ allowance }: { allowance: WithdrawalAllowance }) {
  const t = await getTranslations("withdraw");
  const text = (decimal: string) => amountText(decimal, { whole: true });
  const left = (part: string, limit: string) =>
    t("limitLeft", { left: text(part), limit: text(limit) });
  return (
    <Disclosure summary={t("limits")}>
      <Facts
        rows={[
          [t("limitPayment"), t("limitUpTo", { limit: text(allowance.payment_left) })],
          [t("limitDay"), left(allowance.day_left, allowance.day_limit)],
          [t("limitWeek"), left(allowance.week_left, allowance.week_limit)],
        ]}
      />
      <LinkButton href="/account#limits" kind="quiet">
        {t("limitsChange")}
      </LinkButton>
    </Disclosure>
  );
}
