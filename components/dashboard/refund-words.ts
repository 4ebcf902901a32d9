import { getTranslations } from "next-intl/server";

/** Why nothing can be given back now, in words; a code without a sentence gets the general one. */
export async function refusalSentence(code: string): Promise<string> {
  const t = await getTranslations("errors");
  const known = REFUSALS.find((name) => name === code);
  return t(known ?? "unavailable");
}

const REFUSALS = [
  "refund_no_receipt",
  "refund_no_operator",
  "refund_operator_stopped",
  "refund_has_cents",
  "refund_spent",
  "refund_too_little_left",
  "desk_payouts_paused",
] as const;
