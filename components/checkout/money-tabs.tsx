import { getTranslations } from "next-intl/server";
import { Tabs } from "@/components/ui/tabs";

/** Deposit and Withdraw, two halves of one page. */
export async function MoneyTabs({ current }: { current: "deposit" | "withdraw" }) {
  const t = await getTranslations("nav");
  return (
    <Tabs
      label={t("money")}
      tabs={(["deposit", "withdraw"] as const).map((name) => ({
        href: `/${name}`,
        label: t(name),
        current: name === current,
      }))}
    />
  );
}
