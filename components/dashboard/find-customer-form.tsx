import { getTranslations } from "next-intl/server";
import type { FormProblems } from "@/components/checkout/form-problems";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";

/** Whose money is to be paid out, by what they say of themselves. */
export async function FindCustomerForm(props: { problems: FormProblems; csrfToken: string }) {
  const { problems, csrfToken } = props;
  const t = await getTranslations("dashboardNew");
  return (
    <SubmitOnce
      method="post"
      action="/dashboard/withdrawals/new/find"
      className="grid gap-3"
      noValidate
    >
      <input type="hidden" name="csrf" value={csrfToken} />
      <Field
        id="customer"
        name="customer"
        label={t("customer")}
        hint={t("customerHint")}
        problem={problems.byField.customer}
        defaultValue={problems.values.customer}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={254}
      />
      <Button busyLabel={t("finding")}>{t("find")}</Button>
    </SubmitOnce>
  );
}
