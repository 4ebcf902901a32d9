import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";
import type { ButtonKind } from "@/components/ui/button-look";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";

interface Props {
  csrfToken: string;
  /** Codes of this merchant begin like this. */
  codePrefix: string;
  typed?: string;
  problem?: string;
  /** The payment the code is for, when there is one already. */
  paymentId?: string;
  kind?: ButtonKind;
}

/** One field for a voucher code, and its button. */
export async function PasteCodeForm(props: Props) {
  const t = await getTranslations("deposit");
  return (
    <SubmitOnce method="post" action="/api/deposit/paste-voucher" className="grid gap-3" noValidate>
      <input type="hidden" name="csrf" value={props.csrfToken} />
      {props.paymentId && <input type="hidden" name="payment" value={props.paymentId} />}
      <Field
        id="code"
        name="code"
        label={t("code")}
        hint={t("codeHint", { example: `${props.codePrefix}-7Q2K9D4TXW38` })}
        problem={props.problem}
        defaultValue={props.typed}
        autoComplete="off"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="go"
        maxLength={100}
        className="font-mono tracking-wide"
      />
      <Button kind={props.kind ?? "secondary"} busyLabel={t("usingCode")}>
        {t("useCode")}
      </Button>
    </SubmitOnce>
  );
}
