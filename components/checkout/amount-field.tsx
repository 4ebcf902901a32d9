import { useEffect, useRef } from "react";
import { Field } from "@/components/ui/field";

const DEPOSIT_AMOUNTS: readonly QuickAmount[] = ["200", "500", "1000", "2500"].map((amount) => ({
  amount,
}));
const QUICK_FORM = "quick-amounts";

export interface AmountWords {
  readonly amount: string;
  readonly limits: string;
  readonly quick: string;
}

/** An amount to fill in with one tap; a word where it is more than a number. */
export interface QuickAmount {
  readonly amount: string;
  readonly label?: string;
}

/** The amount of a payment, with its limits said beforehand, and the usual amounts as buttons. */
export function AmountField(props: {
  words: AmountWords;
  typed: string;
  problem?: string;
  inputMode: "decimal" | "numeric";
  quick?: readonly QuickAmount[];
  /** Told what stands in the field whenever it changes. */
  onType?: (text: string) => void;
}) {
  const { words, onType } = props;
  const quick = props.quick ?? DEPOSIT_AMOUNTS;
  const input = useRef<HTMLInputElement>(null);
  // Scripts may come long after the first key: what stands in the field by then counts.
  useEffect(() => onType?.(input.current?.value ?? ""), [onType]);
  const fill = (amount: string) => {
    if (input.current) input.current.value = amount;
    onType?.(amount);
  };
  return (
    <>
      <Field
        ref={input}
        id="amount"
        name="amount"
        label={words.amount}
        hint={words.limits}
        problem={props.problem}
        defaultValue={props.typed}
        inputMode={props.inputMode}
        autoComplete="off"
        enterKeyHint="go"
        maxLength={30}
        className="text-xl font-semibold tabular-nums"
        onInput={(event) => onType?.(event.currentTarget.value)}
      />
      {quick.length > 0 && <QuickAmounts label={words.quick} amounts={quick} onPick={fill} />}
    </>
  );
}

/** Where quick amounts lead without scripts. It stands outside of the form that pays. */
export function QuickAmountForm(props: { method?: "mpesa"; page?: "/deposit" | "/withdraw" }) {
  return (
    <form id={QUICK_FORM} method="get" action={props.page ?? "/deposit"} hidden>
      {props.method && <input type="hidden" name="method" value={props.method} />}
    </form>
  );
}

/** Without scripts each button asks for the same page with its amount filled in. */
function QuickAmounts(props: {
  label: string;
  amounts: readonly QuickAmount[];
  onPick: (amount: string) => void;
}) {
  return (
    <div role="group" aria-label={props.label} className="grid grid-cols-4 gap-2">
      {props.amounts.map(({ amount, label }) => (
        <button
          key={amount}
          form={QUICK_FORM}
          name="amount"
          value={amount}
          className="min-h-12 rounded-box border border-line bg-raised text-center tabular-nums hover:border-soft"
          onClick={(event) => {
            event.preventDefault();
            props.onPick(amount);
          }}
        >
          {label ?? (
            <>
              <span className="sr-only">KSh </span>
              {amount.replace(/^(\d)(\d{3})$/, "$1,$2")}
            </>
          )}
        </button>
      ))}
    </div>
  );
}
