import type { CaseFloatHint } from "@/lib/recovery/schemas";

/** What a fallen balance suggests of the one order, as a key under `caseFile`: a hint, and never a proof. */
export function floatVerdict(
  { fell, otherOrders }: Pick<CaseFloatHint, "fell" | "otherOrders">,
  amount: string,
): "floatFor" | "floatAgainst" | "floatUnclear" {
  if (otherOrders > 0 || fell === null) return "floatUnclear";
  if (fell === amount) return "floatFor";
  return fell === "0.00" ? "floatAgainst" : "floatUnclear";
}
