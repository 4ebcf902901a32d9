import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import type { ButtonKind } from "@/components/ui/button-look";
import { SubmitOnce } from "@/components/ui/submit-once";

/** Asks the provider now. Always there: nobody has to wait for a machine to notice. */
export async function CheckAgain(props: {
  paymentId: string;
  csrfToken: string;
  kind: ButtonKind;
}) {
  const t = await getTranslations("payment");
  return (
    <SubmitOnce method="post" action={`/payments/${props.paymentId}/check`}>
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <Button kind={props.kind} busyLabel={t("checking")}>
        {t("check")}
      </Button>
    </SubmitOnce>
  );
}
