"use client";

import { Button } from "@/components/ui/button";
import { Disclosure } from "@/components/ui/disclosure";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { AmountField, QuickAmountForm, type AmountWords, type QuickAmount } from "./amount-field";

export interface WithdrawWords extends AmountWords {
  readonly to: string;
  readonly toHint: string;
  readonly addMessage: string;
  readonly message: string;
  readonly messageHint: string;
  readonly submit: string;
  readonly submitting: string;
  readonly next: string;
}

interface Props {
  method: "pesavoucher" | "mpesa";
  words: WithdrawWords;
  csrfToken: string;
  /** One rendered form is one attempt: however often it is confirmed, it pays once. */
  attemptKey: string;
  /** What was typed before, or is known of the customer. */
  typed: { readonly amount: string; readonly to: string; readonly message: string };
  problems: { readonly amount?: string; readonly to?: string; readonly message?: string };
  quick: readonly QuickAmount[];
  messageMax: number;
}

/**
 * Amount, destination and the one button, which leads to the review. The amount comes first: without
 * scripts a quick amount asks for the page anew, and nothing has been typed below it by then.
 */
export function WithdrawForm({ method, words, typed, problems, ...form }: Props) {
  const isMpesa = method === "mpesa";
  return (
    <>
      <QuickAmountForm page="/withdraw" method={isMpesa ? method : undefined} />
      <SubmitOnce method="post" action="/api/withdraw/review" className="grid gap-3" noValidate>
        <input type="hidden" name="csrf" value={form.csrfToken} />
        <input type="hidden" name="method" value={method} />
        <input type="hidden" name="attempt" value={form.attemptKey} autoComplete="off" />
        <AmountField
          words={words}
          typed={typed.amount}
          problem={problems.amount}
          inputMode={isMpesa ? "numeric" : "decimal"}
          quick={form.quick}
        />
        <Field
          id={isMpesa ? "phone" : "email"}
          name={isMpesa ? "phone" : "email"}
          type={isMpesa ? "tel" : "email"}
          inputMode={isMpesa ? "tel" : "email"}
          autoComplete={isMpesa ? "tel" : "email"}
          label={words.to}
          hint={words.toHint}
          problem={problems.to}
          defaultValue={typed.to}
          enterKeyHint="go"
          maxLength={isMpesa ? 30 : 254}
          className={isMpesa ? "text-xl font-semibold tabular-nums" : ""}
        />
        <Button busyLabel={words.submitting}>{words.submit}</Button>
        <p className="text-sm text-soft">{words.next}</p>
        {!isMpesa && (
          <Disclosure
            summary={words.addMessage}
            open={typed.message !== "" || problems.message !== undefined}
          >
            <Field
              id="message"
              name="message"
              label={words.message}
              hint={words.messageHint}
              problem={problems.message}
              defaultValue={typed.message}
              autoComplete="off"
              maxLength={form.messageMax}
            />
          </Disclosure>
        )}
      </SubmitOnce>
    </>
  );
}
