import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { CopyButton } from "@/components/ui/copy-button";
import { Facts } from "@/components/ui/facts";
import { payReferenceText } from "@/lib/kit/pay-reference";
import type { PaymentResource } from "@/lib/payments/schemas";

/**
 * How to pay this very payment from the M-Pesa menu, where that is possible: four numbers to type and what
 * happens then. All of it comes from the server, so that it is there on any phone.
 */
export async function PayByHand(props: {
  payment: PaymentResource;
  /** Whether a prompt may still come: then it must not be answered too. */
  isPrompted: boolean;
}) {
  const { payment } = props;
  const reference = payment.prompt?.pay_reference;
  if (!payment.prompt || !reference || payment.amount_asked === null) return null;
  const t = await getTranslations("payByHand");
  const shown = payReferenceText(reference);
  return (
    <section className="grid gap-2" aria-labelledby="pay-by-hand">
      <h2 id="pay-by-hand" className="font-semibold">
        {t("title")}
      </h2>
      <p>{props.isPrompted ? t("prompted") : t("open")}</p>
      <ol className="grid list-decimal gap-2 pl-5">
        <li>{t("menu")}</li>
        <li>{t("type")}</li>
      </ol>
      <Facts
        rows={[
          [t("business"), payment.prompt.shortcode],
          [
            t("account"),
            <span key="account" className="flex items-center gap-2">
              <span className="whitespace-nowrap">{shown}</span>
              <CopyButton text={shown} copy={t("copy")} copied={t("copied")} />
            </span>,
          ],
          [t("amount"), amountText(payment.amount_asked, { whole: true })],
        ]}
      />
      <ol className="grid list-decimal gap-2 pl-5" start={3}>
        <li>{t("pin")}</li>
      </ol>
      <p>{t("updates")}</p>
    </section>
  );
}
