import { getTranslations } from "next-intl/server";
import { ChoiceCard } from "@/components/ui/choice-card";
import type { WithdrawalAllowance } from "@/lib/payments/schemas";
import type { Method } from "./method-choice";
import { feeText, oneLine } from "./payout-parts";

/** Where each method of withdrawing is chosen. */
export const PAYOUT_PAGES: Readonly<Record<Method, string>> = {
  pesavoucher: "/withdraw",
  mpesa: "/withdraw?method=mpesa",
};

/** The two ways out side by side: where the money arrives, for what fee and how soon, or that it is paused. */
export async function PayoutChoice(props: {
  chosen: Method;
  methods: WithdrawalAllowance["methods"];
}) {
  const [t, names] = await Promise.all([getTranslations("withdraw"), getTranslations("methods")]);
  const note = (method: Method) => {
    const { state } = props.methods[method];
    return state === "on" ? t(`${method}Time`) : t(state);
  };
  const fee = (method: Method) => {
    const said = feeText(props.methods[method]);
    return oneLine(said === null ? t("noFee") : t("fee", { fee: said }));
  };
  return (
    <nav aria-label={t("legend")} className="grid grid-cols-2 gap-3">
      {(["pesavoucher", "mpesa"] as const).map((method) => (
        <ChoiceCard
          key={method}
          href={PAYOUT_PAGES[method]}
          chosen={props.chosen === method}
          name={names(method)}
          line={`${t(`${method}Line`)} ${fee(method)}`}
          note={note(method)}
        />
      ))}
    </nav>
  );
}
