import { formatKes } from "@/lib/kit/money";

/**
 * `1250.00`, the form amounts have in resources, as `KSh 1,250.00`, and less than nothing as `−KSh 1,250.00`;
 * `whole` drops cents that are zero.
 */
export function amountText(decimal: string, options: { whole?: boolean } = {}): string {
  const [, sign, shillings, cents] = /^(-?)(\d+)\.(\d\d)$/.exec(decimal) ?? [];
  if (shillings === undefined) throw new RangeError("an amount in a resource has two decimals");
  const text = formatKes(BigInt(`${shillings}${cents}`), options).replace(" ", "\u00a0");
  return sign ? `−${text}` : text;
}
