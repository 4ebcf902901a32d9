export const LOCALES = ["en", "sw"] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = "malipo.locale";

/**
 * The language to answer in: what the person chose, else the first of the browser's languages that
 * we speak, else English. Never throws, whatever the cookie or the header holds.
 */
export function chooseLocale(asked: {
  cookie: string | undefined;
  acceptLanguage: string | null;
}): Locale {
  return known(asked.cookie) ?? fromHeader(asked.acceptLanguage ?? "") ?? "en";
}

function known(tag: string | undefined): Locale | undefined {
  return LOCALES.find((locale) => locale === tag);
}

function fromHeader(header: string): Locale | undefined {
  return header
    .slice(0, 500)
    .split(",")
    .map((part, place) => {
      const [tag = "", ...parameters] = part.trim().split(";");
      const weight = parameters.find((item) => item.trim().startsWith("q="))?.split("=")[1];
      return { locale: known(tag.toLowerCase().split("-")[0]), q: Number(weight ?? 1), place };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q || a.place - b.place)
    .find(({ locale }) => locale !== undefined)?.locale;
}
