import { getTranslations } from "next-intl/server";
import type { FormFlash, FormProblems } from "@/components/checkout/form-problems";
import { formProblems } from "@/components/checkout/form-problems";

const KNOWN = [
  "empty",
  "not_a_number",
  "not_positive",
  "too_many_decimals",
  "too_small",
  "too_large",
  "below_per_payment",
  "below_day",
] as const;

/** The sentences for a form of rules: all of its fields are amounts, and share them. */
export async function ruleProblems(flash: FormFlash | null): Promise<FormProblems> {
  const [t, problems] = await Promise.all([getTranslations("dashboardRules"), formProblems(flash)]);
  const sentences = Object.entries(flash?.fields ?? {}).map(([field, code]) => {
    const known = KNOWN.find((one) => one === code) ?? "other";
    return [field, t(`problems.${known}`)];
  });
  return { ...problems, byField: Object.fromEntries(sentences) };
}
