import { amountText } from "./amount-text";

/** The amount of a page, large, in figures that do not dance when they change. */
export function Amount({ decimal }: { decimal: string }) {
  return (
    <p className="text-amount font-amount tracking-tight tabular-nums">{amountText(decimal)}</p>
  );
}
