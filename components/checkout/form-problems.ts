import { getTranslations } from "next-intl/server";
import { formatKes } from "@/lib/kit/money";
import {
  MPESA_LIMITS,
  MPESA_PAYOUT_LIMITS,
  PESAVOUCHER_LIMITS,
  VOUCHER_PAYOUT_LIMITS,
} from "@/lib/payments/schemas";

/** What the last post of a form left behind, as `readFlash` gives it. */
export interface FormFlash {
  readonly fields: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
  readonly error: {
    readonly code: string;
    readonly details: Readonly<Record<string, string>>;
  } | null;
}

export interface FormProblems {
  /** Field name → the sentence beside it. */
  readonly byField: Readonly<Record<string, string>>;
  /** What is wrong with the whole form; null when the fields say it all. */
  readonly whole: string | null;
  /** What was typed. */
  readonly values: Readonly<Record<string, string>>;
}

const NO_PROBLEMS: FormProblems = { byField: {}, whole: null, values: {} };

/** The limits of a deposit as people read them. */
export const DEPOSIT_LIMITS = limitsText(PESAVOUCHER_LIMITS);
export const MPESA_LIMITS_TEXT = limitsText(MPESA_LIMITS);

function limitsText(limits: { minCents: bigint; maxCents: bigint }): { min: string; max: string } {
  return {
    min: formatKes(limits.minCents, { whole: true }),
    max: formatKes(limits.maxCents, { whole: true }),
  };
}

/** The sentences for what the last post left. A code without a sentence gets a general one. */
export async function formProblems(flash: FormFlash | null): Promise<FormProblems> {
  if (!flash) return NO_PROBLEMS;
  const say = await sentences(flash.error?.details);
  const byField = Object.fromEntries(
    Object.entries(flash.fields).map(([field, code]) => [
      field,
      say(`problems.${field}.${code}`, "problems.field"),
    ]),
  );
  const whole = flash.error && say(`errors.${flash.error.code}`, "errors.generic");
  return { byField, whole, values: flash.values };
}

/** The sentence for a code that was not accepted, whoever refused it. */
export async function codeProblemSentence(problem: string): Promise<string> {
  return (await sentences())(`problems.code.${problem}`, "problems.code.not_accepted");
}

type Translate = Awaited<ReturnType<typeof getTranslations<never>>>;
type Key = Parameters<Translate["has"]>[0];

/** Looks sentences up by codes that verbs gave: the one place where a key is known only at run time. */
async function sentences(
  details: Readonly<Record<string, string>> = {},
): Promise<(wanted: string, otherwise: Key) => string> {
  const t = await getTranslations();
  const { min: mpesaMin, max: mpesaMax } = MPESA_LIMITS_TEXT;
  const { min: mpesaOutMin, max: mpesaOutMax } = limitsText(MPESA_PAYOUT_LIMITS);
  const { min: voucherOutMin, max: voucherOutMax } = limitsText(VOUCHER_PAYOUT_LIMITS);
  const payouts = { mpesaOutMin, mpesaOutMax, voucherOutMin, voucherOutMax };
  const named = { seconds: Number(details.wait_seconds ?? 0), payment: details.payment ?? "" };
  const values = { ...DEPOSIT_LIMITS, mpesaMin, mpesaMax, ...payouts, ...named };
  // `has` answers for any text; only its parameter is narrower than what it can judge.
  const isKey = (key: string): key is Key => t.has(key as Key);
  return (wanted, otherwise) => t(isKey(wanted) ? wanted : otherwise, values);
}
