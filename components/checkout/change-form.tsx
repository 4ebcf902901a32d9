import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import type { ButtonKind } from "@/components/ui/button-look";
import { SubmitOnce } from "@/components/ui/submit-once";
import { HiddenFields } from "./hidden-fields";

/** Leads back to the form with everything filled in, however long ago it was sent. */
export async function ChangeForm(props: {
  sent: Readonly<Record<string, string>>;
  csrfToken: string;
  kind: ButtonKind;
}) {
  const t = await getTranslations("review");
  return (
    <SubmitOnce method="post" action="/api/withdraw/review" className="grid">
      <HiddenFields values={{ csrf: props.csrfToken, ...props.sent, change: "1" }} />
      <Button kind={props.kind} busyLabel={t("changing")}>
        {t("change")}
      </Button>
    </SubmitOnce>
  );
}
