import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import type { TypedRules } from "@/lib/recovery/schemas";
import type { FormProblems } from "@/components/checkout/form-problems";
import { typedAmount } from "./typed-amount";

interface Props {
  rules: TypedRules;
  problems: Pick<FormProblems, "byField" | "values">;
  csrfToken: string;
}

/** What the merchant allows, as one form; what was typed stays until it is right. */
export async function RulesForm({ rules, problems, csrfToken }: Props) {
  const t = await getTranslations("dashboardRules");
  const field = (name: string, kept: string, label: string, hint?: string) => (
    <Field
      id={name}
      name={name}
      label={label}
      hint={hint}
      problem={problems.byField[name]}
      defaultValue={problems.values[name] ?? typedAmount(kept)}
      inputMode="decimal"
      autoComplete="off"
      maxLength={30}
      className="tabular-nums"
    />
  );
  return (
    <SubmitOnce
      method="post"
      action="/dashboard/withdrawals/rules/save"
      className="grid max-w-column gap-6"
      noValidate
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <Group title={t("limits")}>
        {field("per_payment", rules.perPayment, t("perPayment"))}
        {field("day", rules.day, t("day"))}
        {field("week", rules.week, t("week"))}
      </Group>
      <Group title={t("approval")}>
        {field("approval_above", rules.approvalAbove, t("approvalAbove"), t("approvalHint"))}
        {field("review_above", rules.reviewAbove, t("reviewAbove"), t("approvalHint"))}
      </Group>
      <Group title={t("fees")}>
        {field("voucher_fee", rules.voucherFee, t("voucherFee"), t("feeHint"))}
        {field("mpesa_fee", rules.mpesaFee, t("mpesaFee"), t("feeHint"))}
      </Group>
      <Group title={t("floors")}>
        {field("voucher_floor", rules.voucherFloor, t("voucherFloor"), t("floorHint"))}
        {field("mpesa_floor", rules.mpesaFloor, t("mpesaFloor"), t("warnHint"))}
      </Group>
      <Button busyLabel={t("saving")}>{t("save")}</Button>
    </SubmitOnce>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-4 border-t border-line pt-4">
      <legend className="pr-3 text-lg font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}
