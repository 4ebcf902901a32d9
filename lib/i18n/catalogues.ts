import type { Locale } from "./locales";
import en from "./messages/en.json";
import sw from "./messages/sw.json";

export type Messages = typeof en;

/** Every sentence in every language. A key that a language lacks does not compile. */
export const CATALOGUES: Record<Locale, Messages> = { en, sw };
