"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { formatKes } from "@/lib/kit/money";
import { AmountField, QuickAmountForm, type AmountWords } from "./amount-field";
import { useTypedAmount } from "./use-typed-amount";

export interface PayMpesaWords extends AmountWords {
  readonly phone: string;
  readonly phoneHint: string;
  readonly pay: string;
  /** With `#` where the amount goes. */
  readonly payAmount: string;
  readonly paying: string;
  readonly next: string;
}

interface Props {
  words: PayMpesaWords;
  csrfToken: string;
  /** One rendered form is one attempt: however often it arrives, it prompts the phone once. */
  attemptKey: string;
  /** What was typed before, or is known of the customer. */
  typed: { readonly amount: string; readonly phone: string };
  problems: { readonly amount?: string; readonly phone?: string };
  minCents: bigint;
  maxCents: bigint;
}

/**
 * Amount, phone and the one button. The amount comes first: without scripts a quick amount asks for
 * the page anew, and nothing has been typed below it by then.
 */
export function PayMpesaForm({ words, typed, problems, minCents, maxCents, ...form }: Props) {
  const [amountCents, tell] = useTypedAmount(typed.amount, {
    minCents,
    maxCents,
    isWhole: true,
  });
  return (
    <>
      <QuickAmountForm method="mpesa" />
      <SubmitOnce
        method="post"
        action="/api/deposit/initiate-mpesa"
        className="grid gap-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={form.csrfToken} />
        <input type="hidden" name="attempt" value={form.attemptKey} autoComplete="off" />
        <AmountField
          words={words}
          onType={tell}
          typed={typed.amount}
          problem={problems.amount}
          inputMode="numeric"
        />
        <Field
          id="phone"
          name="phone"
          type="tel"
          label={words.phone}
          hint={words.phoneHint}
          problem={problems.phone}
          defaultValue={typed.phone}
          inputMode="tel"
          autoComplete="tel"
          enterKeyHint="go"
          maxLength={30}
          className="text-xl font-semibold tabular-nums"
        />
        <Button busyLabel={words.paying}>
          {amountCents === null ? (
            words.pay
          ) : (
            // Without scripts the field can change and the button cannot, so it names no amount.
            <>
              <span className="needs-script tabular-nums">
                {words.payAmount.replace("#", formatKes(amountCents, { whole: true }))}
              </span>
              <span className="without-script">{words.pay}</span>
            </>
          )}
        </Button>
        <p className="text-sm text-soft">{words.next}</p>
      </SubmitOnce>
    </>
  );
}
