import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";

/** Finds a payment by whatever staff were given: an SMS, a receipt, a message from Safaricom. */
export async function FindPaymentForm({ text = "" }: { text?: string }) {
  const t = await getTranslations("dashboard");
  return (
    <form action="/dashboard/payments" role="search" className="flex flex-wrap items-end gap-2">
      <div className="min-w-0 flex-1 basis-72">
        <Field
          id="q"
          name="q"
          type="search"
          label={t("find")}
          hint={t("findHint")}
          defaultValue={text}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </div>
      <div className="max-sm:w-full">
        <Button kind="secondary">{t("findSubmit")}</Button>
      </div>
    </form>
  );
}
