import { formatKes } from "@/lib/kit/money";

/** `1250.00`, the form amounts have in resources, as `KSh 1,250.00`; `whole` drops cents that are zero. */
export function amountText(decimal: string, options: { whole?: boolean } = {}): string {
  const match = /^(-?\d+)\.(\d\d)$/.exec(decimal);
  if (!match) throw new RangeError("an amount in a resource has two decimals");
  return formatKes(BigInt(`${match[1]}${match[2]}`), options).replace(" ", "\u00a0");
}
