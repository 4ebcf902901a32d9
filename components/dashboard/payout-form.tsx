import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { amountText } from "@/components/ui/amount-text";
import { Button } from "@/components/ui/button";
import { ChoiceCard } from "@/components/ui/choice-card";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { formatKes } from "@/lib/kit/money";
import {
  MPESA_PAYOUT_LIMITS,
  PAYOUT_MESSAGE_MAX,
  VOUCHER_PAYOUT_LIMITS,
} from "@/lib/payments/schemas";
import type { TypedRules } from "@/lib/recovery/schemas";

type Method = "pesavoucher" | "mpesa";

interface Props {
  customerId: string;
  method: Method;
  rules: TypedRules;
  problems: FormProblems;
  csrfToken: string;
  attemptKey: string;
}

/** How much goes where, and what it costs. Nothing is sent by this form: another person decides. */
export async function PayoutForm({ customerId, method, rules, problems, ...form }: Props) {
  const t = await getTranslations("dashboardNew");
  const { byField, values } = problems;
  const isMpesa = method === "mpesa";
  const fee = isMpesa ? rules.mpesaFee : rules.voucherFee;
  const { minCents, maxCents } = isMpesa ? MPESA_PAYOUT_LIMITS : VOUCHER_PAYOUT_LIMITS;
  const kes = (cents: bigint) => formatKes(cents, { whole: true });
  return (
    <>
      <MethodLinks customerId={customerId} chosen={method} rules={rules} />
      <SubmitOnce
        method="post"
        action="/dashboard/withdrawals/new/request"
        className="grid gap-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={form.csrfToken} />
        <input type="hidden" name="attempt" value={form.attemptKey} autoComplete="off" />
        <input type="hidden" name="customer_id" value={customerId} />
        <input type="hidden" name="method" value={method} />
        <input type="hidden" name="fee" value={fee} autoComplete="off" />
        <Field
          id="amount"
          name="amount"
          label={t("amount")}
          hint={t("amountHint", { min: kes(minCents), max: kes(maxCents) })}
          problem={byField.amount}
          defaultValue={values.amount}
          inputMode={isMpesa ? "numeric" : "decimal"}
          autoComplete="off"
          maxLength={30}
          className="text-xl font-semibold tabular-nums"
        />
        <ReceiverFields method={method} problems={problems} />
        <p>
          {fee !== "0.00" && `${t("feeToo", { fee: amountText(fee) })} `}
          {t("waits")}
        </p>
        <Button busyLabel={t("submitting")}>{t("submit")}</Button>
      </SubmitOnce>
    </>
  );
}

async function ReceiverFields({ method, problems }: Pick<Props, "method" | "problems">) {
  const t = await getTranslations("dashboardNew");
  const { byField, values } = problems;
  if (method === "mpesa") {
    return (
      <Field
        id="phone"
        name="phone"
        type="tel"
        label={t("toPhone")}
        problem={byField.phone}
        defaultValue={values.phone}
        autoComplete="off"
        maxLength={30}
      />
    );
  }
  return (
    <>
      <Field
        id="email"
        name="email"
        type="email"
        label={t("toEmail")}
        problem={byField.email}
        defaultValue={values.email}
        autoComplete="off"
        maxLength={254}
      />
      <Field
        id="message"
        name="message"
        label={t("message")}
        hint={t("messageHint")}
        problem={byField.message}
        defaultValue={values.message}
        autoComplete="off"
        maxLength={PAYOUT_MESSAGE_MAX}
      />
    </>
  );
}

async function MethodLinks(props: { customerId: string; chosen: Method; rules: TypedRules }) {
  const { customerId, chosen, rules } = props;
  const [t, methods] = await Promise.all([
    getTranslations("dashboardNew"),
    getTranslations("methods"),
  ]);
  const feeText = (fee: string) =>
    fee === "0.00" ? t("noFee") : t("fee", { fee: amountText(fee) });
  const page = `/dashboard/withdrawals/new?customer=${customerId}`;
  return (
    <nav aria-label={t("legend")} className="grid grid-cols-2 gap-3">
      <ChoiceCard
        href={page}
        chosen={chosen === "pesavoucher"}
        name={methods("pesavoucher")}
        line={t("voucherLine")}
        note={feeText(rules.voucherFee)}
      />
      <ChoiceCard
        href={`${page}&method=mpesa`}
        chosen={chosen === "mpesa"}
        name={methods("mpesa")}
        line={t("mpesaLine")}
        note={feeText(rules.mpesaFee)}
      />
    </nav>
  );
}
