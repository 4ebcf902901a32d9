import { createTranslator } from "next-intl";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { chooseLocale, type Locale } from "@/lib/i18n/locales";
import { AppError, InvalidInputError, NotFoundError } from "@/lib/errors";
import { formatKes } from "@/lib/kit/money";
import {
  MPESA_LIMITS,
  MPESA_PAYOUT_LIMITS,
  PESAVOUCHER_LIMITS,
  VOUCHER_PAYOUT_LIMITS,
} from "@/lib/payments/schemas";
import { readCookie } from "./cookies";

/** The language to answer a request in. */
export function callerLocale(headers: Headers): Locale {
  return chooseLocale({
    cookie: readCookie(headers, "locale") ?? undefined,
    acceptLanguage: headers.get("accept-language"),
  });
}

/** The sentence a person reads about an error: about the first field that is wrong, else about the whole. */
export function errorSentence(error: unknown, locale: Locale): string {
  const { problems, errors } = CATALOGUES[locale];
  if (error instanceof InvalidInputError) {
    const [field = "", code = ""] = Object.entries(error.fields)[0] ?? [];
    return render(locale, text(problems, field, code) ?? problems.field);
  }
  const sentence = text({ errors }, "errors", errorKey(error)) ?? errors.generic;
  return render(locale, sentence, error instanceof AppError ? error.details : {});
}

/** The key under `errors` for what was thrown. Whatever was not found is told with one sentence. */
export function errorKey(error: unknown): string {
  if (error instanceof NotFoundError) return "not_found";
  return error instanceof AppError ? error.code : "generic";
}

/** `tree[branch][leaf]` when that is a sentence. Codes come from many verbs, so the lookup is dynamic. */
function text(tree: object, branch: string, leaf: string): string | undefined {
  const sentences: unknown = Object.entries(tree).find(([name]) => name === branch)?.[1];
  if (typeof sentences !== "object" || sentences === null) return undefined;
  const found: unknown = Object.entries(sentences).find(([name]) => name === leaf)?.[1];
  return typeof found === "string" ? found : undefined;
}

/** `details` are those of the error; the sentence may name the time to wait from them. */
function render(
  locale: Locale,
  sentence: string,
  details: Readonly<Record<string, string>> = {},
): string {
  const say = createTranslator({ locale, messages: { sentence } });
  const kes = (cents: bigint) => formatKes(cents, { whole: true });
  return say("sentence", {
    min: kes(PESAVOUCHER_LIMITS.minCents),
    max: kes(PESAVOUCHER_LIMITS.maxCents),
    mpesaMin: kes(MPESA_LIMITS.minCents),
    mpesaMax: kes(MPESA_LIMITS.maxCents),
    voucherOutMin: kes(VOUCHER_PAYOUT_LIMITS.minCents),
    voucherOutMax: kes(VOUCHER_PAYOUT_LIMITS.maxCents),
    mpesaOutMin: kes(MPESA_PAYOUT_LIMITS.minCents),
    mpesaOutMax: kes(MPESA_PAYOUT_LIMITS.maxCents),
    seconds: Number(details.wait_seconds ?? 0),
    payment: details.payment ?? "",
  });
}
