import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import { Disclosure } from "@/components/ui/disclosure";
import { LinkButton } from "@/components/ui/link-button";
import { PasteCodeForm } from "./paste-code-form";
import { PaymentHeading } from "./payment-heading";
import type { PaymentParts } from "./payment-parts";
import type { PaymentScreen } from "./payment-view";

interface Props extends PaymentParts {
  screen: Extract<PaymentScreen, { kind: "not_paid" }>;
}

/** First what happened to the money, then why, then the one thing to do, filled in already. */
export async function NotPaidScreen({ payment, screen, code, ...parts }: Props) {
  const [t, reasons, status] = await Promise.all([
    getTranslations("notPaid"),
    getTranslations("reasons"),
    getTranslations("status"),
  ]);
  const asked = payment.amount_asked;
  const form = (kind: "primary" | "secondary") => (
    <PasteCodeForm
      csrfToken={parts.csrfToken}
      codePrefix={parts.codePrefix}
      paymentId={payment.id}
      typed={code.typed}
      problem={code.problem}
      kind={kind}
    />
  );
  return (
    <>
      <PaymentHeading
        status="not_paid"
        word={status("not_paid")}
        title={reasons(`${screen.reason}.money`)}
      />
      <p>{reasons(`${screen.reason}.why`)}</p>
      {screen.next === "another_code" ? (
        <>
          <h2 className="font-semibold">{t("otherCode")}</h2>
          {form("primary")}
        </>
      ) : (
        <>
          <LinkButton href={asked ? `/deposit?amount=${asked.replace(/\.00$/, "")}` : "/deposit"}>
            {asked
              ? t("tryAgainAmount", { amount: amountText(asked, { whole: true }) })
              : t("tryAgain")}
          </LinkButton>
          <Disclosure summary={t("haveCode")} open={code.problem !== undefined}>
            <p>{t("lateCode")}</p>
            {form("secondary")}
          </Disclosure>
        </>
      )}
    </>
  );
}
