"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { SubmitOnce } from "@/components/ui/submit-once";
import { formatKes, parseAmount } from "@/lib/kit/money";

export interface BuyVoucherWords {
  readonly amount: string;
  readonly limits: string;
  readonly quick: string;
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

const QUICK_AMOUNTS = ["200", "500", "1000", "2500"] as const;
const QUICK_FORM = "quick-amounts";

/**
 * Amount, quick amounts and the one button. Everything posts without scripts; with them the button
 * says the amount and quick amounts fill the field without a reload.
 */
export function BuyVoucherForm({ words, typed, problem, minCents, maxCents, ...form }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const centsIn = (text: string) => {
    const parsed = parseAmount(text, { minCents, maxCents });
    return parsed.ok ? parsed.amountCents : null;
  };
  // From the start, so that the button does not grow when scripts arrive.
  const [amountCents, setAmountCents] = useState(() => centsIn(typed));

  const fill = (amount: string) => {
    if (input.current) input.current.value = amount;
    setAmountCents(centsIn(amount));
  };
  // Scripts may come long after the first key: what stands in the field by then counts.
  useEffect(() => {
    const parsed = parseAmount(input.current?.value ?? "", { minCents, maxCents });
    setAmountCents(parsed.ok ? parsed.amountCents : null);
  }, [minCents, maxCents]);

  return (
    <>
      <form id={QUICK_FORM} method="get" action="/deposit" hidden />
      <SubmitOnce
        method="post"
        action="/api/deposit/initiate-voucher"
        className="grid gap-3"
        noValidate
      >
        <input type="hidden" name="csrf" value={form.csrfToken} />
        <input type="hidden" name="attempt" value={form.attemptKey} autoComplete="off" />
        <Field
          ref={input}
          id="amount"
          name="amount"
          label={words.amount}
          hint={words.limits}
          problem={problem}
          defaultValue={typed}
          inputMode="decimal"
          autoComplete="off"
          enterKeyHint="go"
          maxLength={30}
          className="text-xl font-semibold tabular-nums"
          onInput={(event) => setAmountCents(centsIn(event.currentTarget.value))}
        />
        <QuickAmounts label={words.quick} onPick={fill} />
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

/** Without scripts each button asks for the same page with its amount filled in. */
function QuickAmounts({ label, onPick }: { label: string; onPick: (amount: string) => void }) {
  return (
    <div role="group" aria-label={label} className="grid grid-cols-4 gap-2">
      {QUICK_AMOUNTS.map((amount) => (
        <button
          key={amount}
          form={QUICK_FORM}
          name="amount"
          value={amount}
          className="min-h-12 rounded-box border border-line bg-raised text-center tabular-nums hover:border-soft"
          onClick={(event) => {
            event.preventDefault();
            onPick(amount);
          }}
        >
          <span className="sr-only">KSh </span>
          {amount.replace(/^(\d)(\d{3})$/, "$1,$2")}
        </button>
      ))}
    </div>
  );
}
