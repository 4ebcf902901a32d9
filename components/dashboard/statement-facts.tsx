import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Facts } from "@/components/ui/facts";
import type { StatementForPeople } from "@/lib/recovery/schemas";
import { exactTimeFormatter } from "./exact-time";

/** What the file is about: whose it is, its period and the balances it begins and ends with. */
export async function StatementFacts({ statement }: { statement: StatementForPeople }) {
  const [t, time] = await Promise.all([getTranslations("statements"), exactTimeFormatter()]);
  const { preview, fromAt, untilAt, opening, closing } = statement;
  const money = (amount: string | null) => (amount === null ? t("notTold") : amountText(amount));
  return (
    <section aria-label={t("facts")}>
      <Facts
        rows={[
          [t("organisation"), preview.organisation],
          [t("shortcode"), statement.shortcode],
          [t("account"), preview.account],
          [t("from"), fromAt && time(fromAt)],
          [t("to"), untilAt && time(untilAt)],
          [t("opening"), money(opening)],
          [t("closing"), money(closing)],
          [t("handedInBy"), `${statement.importedBy}, ${time(statement.createdAt)}`],
          [t("fileName"), statement.fileName],
        ]}
      />
    </section>
  );
}
