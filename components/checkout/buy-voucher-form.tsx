"use client";

import { Button } from "@/components/ui/button";
import { SubmitOnce } from "@/components/ui/submit-once";
import { formatKes } from "@/lib/kit/money";
import { AmountField, QuickAmountForm, type AmountWords } from "./amount-field";
import { useTypedAmount } from "./use-typed-amount";

export interface BuyVoucherWords extends AmountWords {
  readonly buy: string;
  readonly buying: string;
  readonly next: string;
}

interface Props {
  words: BuyVoucherWords;
  csrfToken: string;
  /** One rendered form is one attempt: however often it arrives, it opens one deposit. */
  attemptKey: string;
  /** What was typed before, or came in the address. */
  typed: string;
  problem?: string;
  minCents: bigint;
  maxCents: bigint;
}

/**
 * Amount, quick amounts and the one button. Everything posts without scripts; with them the button
 * says the amount and quick amounts fill the field without a reload.
 */
export function BuyVoucherForm({ words, typed, problem, minCents, maxCents, ...form }: Props) {
  const [amountCents, tell] = useTypedAmount(typed, { minCents, maxCents });
  return (
    <>
      <QuickAmountForm />
      <SubmitOnce
        method="post"
        action="/api/deposit/initiate-voucher"
        className="grid gap-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={form.csrfToken} />
        <input type="hidden" name="attempt" value={form.attemptKey} autoComplete="off" />
        <AmountField
          words={words}
          onType={tell}
          typed={typed}
          problem={problem}
          inputMode="decimal"
        />
        <Button busyLabel={words.buying}>
          {words.buy}
          {amountCents !== null && (
            // Without scripts the field can change and this cannot, so it shows where scripts run.
            <span className="needs-script whitespace-nowrap tabular-nums">
              {" · "}
              {formatKes(amountCents, { whole: true })}
            </span>
          )}
        </Button>
        <p className="text-sm text-soft">{words.next}</p>
      </SubmitOnce>
    </>
  );
}
