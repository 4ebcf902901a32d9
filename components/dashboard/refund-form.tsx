import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { WHY_MAX, type RefundOffer } from "@/lib/payments/refunds/schemas";
import { refusalSentence } from "./refund-words";
import { typedAmount } from "./typed-amount";

interface Props {
  offer: RefundOffer;
  csrfToken: string;
  attemptKey: string;
  problems: FormProblems;
}

/** "Give back": how much, why, and for a voucher where to; folded, so that nobody does it by one tap. */
export async function RefundForm({ offer, csrfToken, attemptKey, problems }: Props) {
  const t = await getTranslations("refunds");
  if (offer.why !== null) return <p className="text-soft">{await refusalSentence(offer.why)}</p>;
  const { byField, values } = problems;
  const isVoucher = offer.method === "payout_voucher";
  const isTyped = values.of === offer.depositId;
  const problemOf = (field: string) => (isTyped ? byField[field] : undefined);
  return (
    <details open={isTyped} className="rounded-box border border-line px-3">
      <summary className="flex min-h-12 cursor-pointer items-center font-semibold text-action underline underline-offset-4">
        {t("giveBack")}
      </summary>
      <SubmitOnce
        method="post"
        action={`/dashboard/payments/${offer.depositId}/refund`}
        className="grid gap-3 pb-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={csrfToken} />
        <input type="hidden" name="attempt" value={attemptKey} autoComplete="off" />
        <input type="hidden" name="of" value={offer.depositId} />
        <p>{isVoucher ? t("howVoucher") : t("howMpesa")}</p>
        <Field
          id="amount"
          name="amount"
          label={t("amount")}
          hint={isVoucher ? t("left", { amount: amountText(offer.left) }) : t("wholeOnly")}
          problem={problemOf("amount")}
          defaultValue={isTyped ? values.amount : typedAmount(offer.left)}
          readOnly={!isVoucher}
          inputMode="decimal"
          autoComplete="off"
          maxLength={30}
          className="tabular-nums"
        />
        {isVoucher && (
          <Field
            id="email"
            name="email"
            type="email"
            label={t("email")}
            hint={t("emailHint")}
            problem={problemOf("email")}
            defaultValue={isTyped ? values.email : undefined}
            autoComplete="off"
            maxLength={254}
          />
        )}
        <Field
          id="why"
          name="why"
          label={t("why")}
          hint={t("whyHint")}
          problem={problemOf("why")}
          defaultValue={isTyped ? values.why : undefined}
          autoComplete="off"
          maxLength={WHY_MAX}
        />
        {offer.needsApproval && <p>{t("needsApproval")}</p>}
        <Button busyLabel={t("asking")}>{t("submit")}</Button>
      </SubmitOnce>
    </details>
  );
}
