import { createTranslator } from "next-intl";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { chooseLocale, type Locale } from "@/lib/i18n/locales";
import { AppError, InvalidInputError, NotFoundError } from "@/lib/errors";
import { formatKes } from "@/lib/kit/money";
import { PESAVOUCHER_LIMITS } from "@/lib/payments/schemas";
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
  return render(locale, text({ errors }, "errors", errorKey(error)) ?? errors.generic);
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

function render(locale: Locale, sentence: string): string {
  const say = createTranslator({ locale, messages: { sentence } });
  return say("sentence", {
    min: formatKes(PESAVOUCHER_LIMITS.minCents, { whole: true }),
    max: formatKes(PESAVOUCHER_LIMITS.maxCents, { whole: true }),
  });
}
