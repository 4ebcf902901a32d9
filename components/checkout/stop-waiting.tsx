import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";

/** The way out of waiting for a prompt, and what becomes of money that is paid after all. */
export async function StopWaiting(props: { paymentId: string; csrfToken: string }) {
  const t = await getTranslations("prompt");
  return (
    <SubmitOnce method="post" action={`/payments/${props.paymentId}/cancel`} className="grid gap-1">
      <input type="hidden" name="csrf" value={props.csrfToken} />
      <Button kind="secondary" busyLabel={t("stopping")} aria-describedby="stop-note">
        {t("stop")}
      </Button>
      <p id="stop-note" className="text-sm text-soft">
        {t("stopNote")}
      </p>
    </SubmitOnce>
  );
}
