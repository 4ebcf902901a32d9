import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";

/** The one button of a row, which posts by itself. */
export function RowForm(props: {
  action: string;
  csrfToken: string;
  label: string;
  /** Says which row the button belongs to, for those who do not see it. */
  fullLabel: string;
  /** The payment whose case file to come back to; the dashboard otherwise. */
  paymentId?: string;
}) {
  return (
    <SubmitOnce method="post" action={props.action}>
      <input type="hidden" name="csrf" value={props.csrfToken} />
      {props.paymentId && <input type="hidden" name="payment" value={props.paymentId} />}
      <Button kind="secondary" aria-label={props.fullLabel}>
        {props.label}
      </Button>
    </SubmitOnce>
  );
}
