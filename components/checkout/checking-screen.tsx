import { getTranslations } from "next-intl/server";
import { Amount } from "@/components/ui/amount";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { referenceText } from "@/components/ui/reference-text";
import { PasteCodeForm } from "./paste-code-form";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";
import type { PaymentScreen } from "./payment-view";

interface Props extends PaymentParts {
  screen: Extract<PaymentScreen, { kind: "checking" | "mpesa_checking" }>;
}

/** A person looks into it. The money is safe, and the page says who to ask and what to quote. */
export async function CheckingScreen({ payment, merchant, screen, ...parts }: Props) {
  const [t, words, status] = await Promise.all([
    getTranslations("checking"),
    reasonWords(screen),
    getTranslations("status"),
  ]);
  return (
    <>
      <PaymentHeading status="checking" word={status("checking")} title={words.money} />
      {payment.amount_asked && <Amount decimal={payment.amount_asked} />}
      <Notice tone="checking">
        <p>{words.why}</p>
        <p className="font-semibold">{t("doNot")}</p>
      </Notice>
      {screen.kind === "checking" && takesCode(screen.reason) && (
        <PasteCodeForm
          csrfToken={parts.csrfToken}
          codePrefix={parts.codePrefix}
          paymentId={payment.id}
          typed={parts.code.typed}
          problem={parts.code.problem}
          kind="primary"
        />
      )}
      <Facts
        rows={[
          [t("reference"), referenceText(payment.public_code)],
          [t("phone"), payment.prompt?.phone ?? null],
        ]}
      />
      <p>{t("when")}</p>
      <p>{t("contact", { merchant: merchant.name, line: merchant.supportLine })}</p>
    </>
  );
}

async function reasonWords(screen: Props["screen"]): Promise<{ money: string; why: string }> {
  if (screen.kind === "mpesa_checking") {
    const t = await getTranslations("mpesaReasons");
    return { money: t(`${screen.reason}.money`), why: t(`${screen.reason}.why`) };
  }
  const t = await getTranslations("reasons");
  return { money: t(`${screen.reason}.money`), why: t(`${screen.reason}.why`) };
}

/** A voucher that was bought and never came here: whoever holds its code can end the wait. */
export function takesCode(reason: string | null): boolean {
  return reason === "bought_not_redeemed";
}
