import { useCallback, useState } from "react";
import { parseAmount } from "@/lib/kit/money";

export interface AmountRule {
  readonly minCents: bigint;
  readonly maxCents: bigint;
  /** Money that moves in whole shillings only. */
  readonly isWhole?: boolean;
}

/** The amount that is typed, once it can be paid, so that a button can name it; and how to tell it. */
export function useTypedAmount(
  typed: string,
  { minCents, maxCents, isWhole }: AmountRule,
): [amountCents: bigint | null, tell: (text: string) => void] {
  // From the start, so that the button does not change when scripts arrive.
  const [amountCents, setAmountCents] = useState(() =>
    centsIn(typed, { minCents, maxCents, isWhole }),
  );
  const tell = useCallback(
    (text: string) => setAmountCents(centsIn(text, { minCents, maxCents, isWhole })),
    [minCents, maxCents, isWhole],
  );
  return [amountCents, tell];
}

function centsIn(text: string, rule: AmountRule): bigint | null {
  const parsed = parseAmount(text, rule);
  if (!parsed.ok) return null;
  return rule.isWhole && parsed.amountCents % 100n !== 0n ? null : parsed.amountCents;
}
