import { getTranslations } from "next-intl/server";
import { ChoiceCard } from "@/components/ui/choice-card";

export type Method = "pesavoucher" | "mpesa";

/** The two methods side by side: what each asks of you and how long it takes. */
export async function MethodChoice({ chosen }: { chosen: Method }) {
  const t = await getTranslations("methods");
  return (
    <nav aria-label={t("legend")} className="grid grid-cols-2 gap-3">
      <ChoiceCard
        href="/deposit"
        chosen={chosen === "pesavoucher"}
        name={t("pesavoucher")}
        line={t("pesavoucherLine")}
        note={t("pesavoucherTime")}
      />
      <ChoiceCard
        href="/deposit?method=mpesa"
        chosen={chosen === "mpesa"}
        name={t("mpesa")}
        line={t("mpesaLine")}
        note={t("mpesaTime")}
      />
    </nav>
  );
}
