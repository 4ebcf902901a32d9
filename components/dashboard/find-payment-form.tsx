import { getTranslations } from "next-intl/server";
import { SearchForm } from "./search-form";

/** Finds a payment by whatever staff were given: an SMS, a receipt, a message from Safaricom. */
export async function FindPaymentForm({ text }: { text?: string }) {
  const t = await getTranslations("dashboard");
  return (
    <SearchForm
      action="/dashboard/payments"
      label={t("find")}
      hint={t("findHint")}
      submit={t("findSubmit")}
      text={text}
    />
  );
}
